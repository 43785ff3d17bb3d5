"""An API of the tests' own, with bodies of all kinds, and a person at work on its queries."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.async_api import expect

from tests.served import Served
from tests.web.conftest import OpenVisit, Scheme
from tests.web.workbench import Workbench

HTML = """<!doctype html><title>Report</title><style>h1 { color: teal }</style>
<script>parent.document.title = "taken over"</script>
<body onload="parent.location = 'https://evil.example/'"><h1 style="font-weight: 900">Report</h1>
<img src="https://evil.example/pixel.png"><a href="https://evil.example/">away</a>
<form action="https://evil.example/"><button>send</button></form>"""


def rows(count: int) -> str:
    """Written by hand, so that the digits are these."""
    return ",".join(
        f'{{"id":{9007199254740993 + at},"name":"row {at}","price":{at % 50}.50,'
        f'"at":"2026-11-{1 + at % 28:02d}T10:00:00Z","user":{{"city":"Rome"}}}}'
        for at in range(count)
    )


def pdf(*pages: str) -> str:
    """A page for each text; opening it asks to run a script and to go elsewhere."""
    numbers = range(4, 4 + 2 * len(pages), 2)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) "
        "/Next << /S /URI /URI (https://evil.example/) >> >> >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, text in zip(numbers, pages, strict=True):
        drawing = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET"
        objects += [
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Contents {number + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
        ]
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(f"{len(body):010} 00000 n \n")
        body += f"{number} 0 obj\n{content}\nendobj\n"
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{''.join(places)}"
    return f"{body}{table}trailer << /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"


class Api(BaseHTTPRequestHandler):
    """Answers by path; `/changing` counts its calls."""

    calls = 0

    def do_GET(self) -> None:
        Api.calls += 1
        kind, body = {
            "/rows": ("application/json", f"[{rows(60)}]"),
            "/many": ("application/json", f"[{rows(100_000)}]"),
            "/changing": ("application/json", json.dumps({"call": Api.calls, "same": 1})),
            "/html": ("text/html; charset=utf-8", HTML),
            "/pdf": ("application/pdf", pdf("Invoice 41", "Invoice 42")),
            "/torn": ("application/pdf", "%PDF-1.7 and no more"),
        }[self.path]
        content = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


async def at_work(
    open_visit: OpenVisit,
    served: Served,
    api: str,
    *paths: str,
    scheme: Scheme = "light",
    width: int = 1280,
) -> Workbench:
    """Signed in, with a source and a query for each path; the first one is open."""
    bench = Workbench(await open_visit(served.url, scheme=scheme, width=width), served)
    await bench.enter_for_the_first_time()
    opened = await bench.visit.page.evaluate(
        """async ([base, paths]) => {
          const post = async (path, body) => (await fetch("/api/v1" + path, {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify(body),
          })).json();
          const source = await post("/data-sources", {kind: "restapi", name: "api", base_url: base});
          const ids = [];
          for (const path of paths) {
            const query = {name: path.slice(1), data_source: source.id, path};
            ids.push((await post("/queries", query)).id);
          }
          return ids[0];
        }""",
        [api, list(paths)],
    )
    await bench.visit.go(f"/queries/{opened}")
    await expect(bench.field("Path")).to_have_value(paths[0])
    return bench
