"""No authentication: the request goes out as it was composed."""

from __future__ import annotations

from sourcekeep.model.auth import AuthType, AuthValues, Flow, Outgoing, Place


class NoneValues(AuthValues):
    """Nothing to fill in."""


def flow(values: NoneValues, request: Outgoing) -> Flow:
    """The request unchanged."""
    return request
    yield


def places(values: NoneValues) -> tuple[tuple[Place, str], ...]:
    """It takes no place in the request."""
    return ()


AUTH = AuthType(
    type="none",
    title="None",
    help="The API asks for no credential.",
    values=NoneValues,
    flow=flow,
    places=places,
    static=True,
)
