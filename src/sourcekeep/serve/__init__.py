"""One running server: which doors on which ports, from start to stop."""

from __future__ import annotations

from sourcekeep.settings import Settings


def serve(settings: Settings) -> int:
    """Serve until told to stop; the exit code. What keeps it from starting is one line on stderr."""
    from sourcekeep.serve.listening import CannotListen
    from sourcekeep.serve.process import run_alone
    from sourcekeep.serve.words import say_why_not
    from sourcekeep.serve.workers import supervise

    try:
        return run_alone(settings) if settings.workers == 1 else supervise(settings)
    except CannotListen as error:
        return say_why_not(error)
