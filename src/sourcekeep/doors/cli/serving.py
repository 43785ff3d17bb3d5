"""`sourcekeep serve`: starts the server with the settings that the options name."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcekeep.settings import (
    FILE_NAME,
    KINDS,
    Settings,
    SettingsError,
    load,
    shown_default,
    words,
)


def _option(name: str, *declared: str, **more: Any) -> Any:
    """The option of one setting, in the words of the setting. Its default is the settings' matter,
    as the environment and the file come before it."""
    flags = declared or (f"--{name.replace('_', '-')}",)
    text = f"{words(name)} (default: {shown_default(name)})".replace("`", "")
    return typer.Option(*flags, help=text, show_default=False, **more)


def serve_command(start: Callable[[Settings], int]) -> Callable[..., None]:
    """The command that reads the settings and hands them to `start`, which serves and gives the
    exit code. What serves stands above the doors, so the command is handed it."""

    def serve(
        host: Annotated[str | None, _option("host", metavar="HOST")] = None,
        port: Annotated[int | None, _option("port", metavar="NUMBER")] = None,
        data_dir: Annotated[Path | None, _option("data_dir", metavar="DIR")] = None,
        database_url: Annotated[str | None, _option("database_url", metavar="URL")] = None,
        presets_dir: Annotated[Path | None, _option("presets_dir", metavar="DIR")] = None,
        demo: Annotated[bool | None, _option("demo", "--demo/--no-demo")] = None,
        demo_port: Annotated[int | None, _option("demo_port", metavar="NUMBER")] = None,
        workers: Annotated[int | None, _option("workers", metavar="NUMBER")] = None,
        secret_environment: Annotated[
            str | None, _option("secret_environment", metavar="NAMES")
        ] = None,
        secret_folders: Annotated[str | None, _option("secret_folders", metavar="FOLDERS")] = None,
        public_url: Annotated[str | None, _option("public_url", metavar="URL")] = None,
        allowed_hosts: Annotated[str | None, _option("allowed_hosts", metavar="NAMES")] = None,
        trusted_proxies: Annotated[
            str | None, _option("trusted_proxies", metavar="ADDRESSES")
        ] = None,
        allow_private: Annotated[
            bool | None, _option("allow_private", "--allow-private/--no-allow-private")
        ] = None,
        allow_address: Annotated[str | None, _option("allow_address", metavar="PLACES")] = None,
        deny_address: Annotated[str | None, _option("deny_address", metavar="PLACES")] = None,
        max_request_bytes: Annotated[
            int | None, _option("max_request_bytes", metavar="NUMBER")
        ] = None,
        session_hours: Annotated[float | None, _option("session_hours", metavar="NUMBER")] = None,
        session_idle_hours: Annotated[
            float | None, _option("session_idle_hours", metavar="NUMBER")
        ] = None,
        history_days: Annotated[int | None, _option("history_days", metavar="NUMBER")] = None,
        audit_keep_days: Annotated[int | None, _option("audit_keep_days", metavar="NUMBER")] = None,
        stop_seconds: Annotated[float | None, _option("stop_seconds", metavar="NUMBER")] = None,
        log_level: Annotated[str | None, _option("log_level", metavar="LEVEL")] = None,
        config: Annotated[
            Path | None,
            typer.Option(
                "--config",
                metavar="FILE",
                help=f"A settings file (default: {FILE_NAME} in the data dir).",
            ),
        ] = None,
    ) -> None:
        """Serve the page, the HTTP API and, with --demo, a demo API to try them on.

        Every option can also be set as SOURCEKEEP_… in the environment or in sourcekeep.toml.
        """
        given = {name: value for name, value in locals().items() if name in KINDS}
        try:
            settings = load(given, config=config)
        except SettingsError as error:
            typer.echo(f"sourcekeep: {error}", err=True)
            raise typer.Exit(2) from None
        raise typer.Exit(start(settings))

    return serve
