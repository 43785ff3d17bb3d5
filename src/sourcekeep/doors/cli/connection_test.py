"""A connection test on the terminal: a line for each stage, then the certificates and the fixes."""

import json
from typing import Any

from sourcekeep.doors.cli.command import DONE, FAILED
from sourcekeep.doors.cli.output import Output

_MARKS = {True: "✓", False: "✗", None: "·"}
_NAMES = {"dns": "DNS", "tcp": "TCP", "tls": "TLS", "auth": "Auth", "response": "Response"}


def tell(out: Output, test: dict[str, Any]) -> int:
    """Print what came of a test (contract 5) on standard output; its exit code."""
    if out.as_json:
        out.document(test)
    else:
        for stage in test["stages"]:
            print(_line(stage))
            if stage["hint"]:
                print(f"  {'':8} {'':>9}  → {stage['hint']}")
        for number, certificate in enumerate(test["certificates"], 1):
            print(f"\nCertificate {number} of {len(test['certificates'])}:")
            print("\n".join(f"  {title:<9} {text}" for title, text in _card(certificate)))
        for fix in test["fixes"]:
            print(f"\nTo mend it: {fix['title']}. As a change for `source edit --from -`:")
            print(json.dumps(fix["patch"], ensure_ascii=False))
    return DONE if test["ok"] else FAILED


def _line(stage: dict[str, Any]) -> str:
    ms = "" if stage["ms"] is None else f"{stage['ms']:.1f} ms"
    code = f" [{stage['code']}]" if stage["code"] else ""
    return f"{_MARKS[stage['ok']]} {_NAMES[stage['stage']]:8} {ms:>9}  {stage['detail']}{code}"


def _card(facts: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("subject", facts["subject"] or "(none)"),
        ("issuer", facts["issuer"] or "(none)"),
        ("names", ", ".join(facts["san"]) or "(none)"),
        ("valid", f"{facts['not_before'][:10]} to {facts['not_after'][:10]}"),
        ("SHA-256", facts["sha256"]),
        ("trusted", "yes" if facts["trusted"] else "no"),
    ]
