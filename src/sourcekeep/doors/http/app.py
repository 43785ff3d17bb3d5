"""Puts the HTTP door together from the services."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from sourcekeep.doors.http import (
    audit,
    constants,
    credentials,
    doctor,
    keys,
    kinds,
    queries,
    runs,
    session,
    sessions,
    sources,
    tokens,
    users,
)
from sourcekeep.doors.http.answers import Answer
from sourcekeep.doors.http.asked import respond
from sourcekeep.doors.http.bodies import CallerGone
from sourcekeep.doors.http.described import PREFIX
from sourcekeep.doors.http.gate import Asgi, Gate
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.identity import Identity
from sourcekeep.doors.http.permissions import guard
from sourcekeep.doors.http.problems import HttpProblem, problem_of
from sourcekeep.doors.http.run_routes import RunRoutes
from sourcekeep.doors.http.session_cookie import SessionCookie
from sourcekeep.kit.json_pointer import pointer
from sourcekeep.model.problem import Failed, Fault, Invalid, Refused
from sourcekeep.services.validation import in_words

if TYPE_CHECKING:
    from sourcekeep.wiring import App

OPENAPI_FILE = "openapi.json"


def http_door(
    app: App,
    *,
    pages: Asgi,
    told_hosts: Iterable[str],
    public_url: str | None,
    loopback_only: bool,
    max_request_bytes: int,
    session_hours: float,
) -> Gate:
    """The ASGI application of the server's port; `pages` answers whatever is no API call."""
    hosts = HostRule(told=told_hosts, public_url=public_url, loopback_only=loopback_only)
    return Gate(
        hosts=hosts,
        identity=Identity(sessions=app.sessions, tokens=app.callers, hosts=hosts),
        run_routes=RunRoutes(app.runs, max_request_bytes=max_request_bytes),
        management=management(
            app,
            hosts=hosts,
            max_request_bytes=max_request_bytes,
            session_lifetime_s=int(session_hours * 3600),
        ),
        pages=pages,
        ping=app.ping,
    )


def management(
    app: App, *, hosts: HostRule, max_request_bytes: int, session_lifetime_s: int
) -> FastAPI:
    """All routes but those that run queries."""
    api = FastAPI(
        title="Sourcekeep", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    api.state.max_request_bytes = max_request_bytes
    cookie = SessionCookie(hosts, lifetime_s=session_lifetime_s)
    for router in (
        kinds.routes(app.kinds),
        sources.routes(app.sources, app.testing),
        queries.routes(app.queries),
        runs.routes(app.runs),
        constants.routes(app.constants),
        keys.routes(app.keys),
        credentials.routes(app.sources),
        session.routes(app.people, app.sessions, app.links, hosts, cookie),
        sessions.routes(app.sessions, cookie),
        users.routes(app.users, hosts),
        tokens.routes(app.callers),
        audit.routes(app.audit),
        doctor.routes(app.doctor),
        _openapi_route(),
    ):
        guard(router.routes, app.gate)
        # Laid flat: what FastAPI makes of an included router hides its routes from `_methods_at`.
        api.router.routes.extend(router.routes)
    for kind in (Invalid, Refused, Failed, HttpProblem, Exception):
        api.add_exception_handler(kind, _answer_error)
    api.add_exception_handler(CallerGone, _answer_nobody)
    api.add_exception_handler(HTTPException, _answer_http)
    api.add_exception_handler(RequestValidationError, _answer_parameters)
    return api


def _openapi_route() -> APIRouter:
    router = APIRouter(prefix=PREFIX)
    text = files(__package__).joinpath(OPENAPI_FILE)

    @router.get(f"/{OPENAPI_FILE}", include_in_schema=False)
    def read_openapi() -> Response:
        return respond(Answer(200, text.read_bytes()))

    return router


def _answer_error(_: Request, error: Exception) -> Response:
    return respond(problem_of(error))


def _answer_nobody(_: Request, error: Exception) -> Response:
    """There is nobody to answer, and nothing went wrong here."""
    return Response(status_code=400)


def _answer_http(request: Request, error: Exception) -> Response:
    """FastAPI's own refusals: a route that is not there, a method that a route does not have."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        allowed = ", ".join(_methods_at(request))
        problem = HttpProblem(
            405,
            "method_not_allowed",
            f"{request.method} is not allowed here, only {allowed}.",
            headers=[(b"allow", allowed.encode("ascii"))],
        )
    elif status == 404:
        problem = HttpProblem(404, "not_found", "The API has no such address.")
    else:
        problem = HttpProblem(status, "refused", str(getattr(error, "detail", error)))
    return respond(problem_of(problem))


def _methods_at(request: Request) -> list[str]:
    """Every method that some route has at this path (RFC 9110 10.2.1)."""
    methods: set[str] = set()
    for route in request.app.routes:
        match, _ = route.matches(request.scope)
        if match is not Match.NONE and isinstance(route, Route):
            methods |= route.methods or set()
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def _answer_parameters(_: Request, error: Exception) -> Response:
    """A parameter of the URL that does not fit; its pointer names it, as there is no body."""
    if not isinstance(error, RequestValidationError):
        return respond(problem_of(error))
    faults = [
        Fault(pointer(found["loc"][-1:]), *in_words(f"'{found['loc'][-1]}'", found))
        for found in error.errors()
    ]
    return respond(problem_of(Invalid(faults)))
