"""Which paths are run routes, and whom they name."""

from __future__ import annotations

import pytest

from sourcekeep.doors.http.run_routes import order_of


@pytest.mark.parametrize(
    ("path", "saved", "ref", "preview"),
    [
        (b"/api/v1/queries/restapi1/run", True, "restapi1", False),
        (b"/api/v1/queries/restapi1/preview", True, "restapi1", True),
        (b"/api/v1/data-sources/restapi/run", False, "restapi", False),
        (b"/api/v1/data-sources/restapi/preview", False, "restapi", True),
        (b"/api/v1/queries/run/run", True, "run", False),
        (b"/api/v1/queries/a%2Fb%20c/run", True, "a/b c", False),
        (b"/api/v1/queries/%C3%A9%2525/run", True, "é%25", False),
    ],
)
def test_a_run_routes_path_names_its_query_or_source(
    path: bytes, saved: bool, ref: str, preview: bool
):
    order = order_of(path)
    assert order is not None
    assert (order.saved, order.ref, order.preview) == (saved, ref, preview)


@pytest.mark.parametrize(
    "path",
    [
        b"/api/v1/queries/run",
        b"/api/v1/queries//run",
        b"/api/v1/queries/a/b/run",
        b"/api/v1/runs/x/run",
        b"/api/v1/queries/x/Run",
        b"/api/v1/queries/x/run/",
        b"/api/v2/queries/x/run",
        b"/run",
        b"",
    ],
)
def test_other_paths_are_other_routes(path: bytes):
    assert order_of(path) is None
