"""The session cookie as it is set and cleared: no script reads it, no other site sends it along."""

from __future__ import annotations

from fastapi import Request

from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.identity import COOKIE


class SessionCookie:
    """`lifetime_s` is how long a browser keeps it; the session itself may end before."""

    def __init__(self, hosts: HostRule, *, lifetime_s: int) -> None:
        self._hosts = hosts
        self._lifetime_s = lifetime_s

    def holding(self, request: Request, session_id: str) -> tuple[bytes, bytes]:
        """The header field that gives the browser its session."""
        return self._field(request, session_id, self._lifetime_s)

    def cleared(self, request: Request) -> tuple[bytes, bytes]:
        """The header field that takes it away."""
        return self._field(request, "", 0)

    def _field(self, request: Request, value: str, seconds: int) -> tuple[bytes, bytes]:
        secure = "; Secure" if request.scope["scheme"] == "https" or self._hosts.https else ""
        text = f"{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        return b"set-cookie", text.encode("ascii")
