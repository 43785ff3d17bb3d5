"""A source used from Python without a store."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import sourcekeep


class _Echo(BaseHTTPRequestHandler):
    """Answers with what it received."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        said = {
            "method": self.command,
            "target": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body,
        }
        if said["headers"].get("authorization") == "Bearer refused":
            self.send_response(401)
        else:
            said["headers"].pop("authorization", None)
            self.send_response(200)
        text = json.dumps(said).encode()
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/"
    server.shutdown()


def test_places_of_the_path_are_filled_as_whole_segments(url: str) -> None:
    source = sourcekeep.RestSource(base_url=url)
    assert source.get("/users/{id}/{part}", id=7, part="a/b c").data["target"] == (
        "/v1/users/7/a%2Fb%20c"
    )


def test_no_text_of_the_callers_is_read_as_a_template(url: str) -> None:
    source = sourcekeep.RestSource(base_url=url)
    text = "{{ params.other }}"
    said = source.post(
        "/x", params={"q": text}, headers={"X-Text": text}, json={"deep": [text, 2**63]}
    ).data
    assert said["headers"]["x-text"] == text
    assert json.loads(said["body"]) == {"deep": [text, 2**63]}
    assert said["target"] == "/v1/x?q=%7B%7B%20params.other%20%7D%7D"


@pytest.mark.parametrize("value", ["text", None, 1.5, True, [1], {"a": None}])
def test_any_json_value_is_sent_as_itself(url: str, value: Any) -> None:
    said = sourcekeep.RestSource(base_url=url).put("/x", json=value).data
    assert json.loads(said["body"]) == value
    assert said["headers"]["content-type"].startswith("application/json")


def test_forms_and_bytes_are_bodies_too(url: str) -> None:
    source = sourcekeep.RestSource(base_url=url)
    assert source.post("/x", form={"a": "1 2", "b": "&"}).data["body"] == "a=1+2&b=%26"
    said = source.post("/x", content=b"raw {{ x }}", content_type="text/csv").data
    assert (said["body"], said["headers"]["content-type"]) == ("raw {{ x }}", "text/csv")


def test_credentials_are_added_and_masked(url: str) -> None:
    source = sourcekeep.RestSource(base_url=url, auth=sourcekeep.Bearer("refused"))
    result = source.get()
    assert result.error is not None
    assert result.error.code == "http_status"
    assert "refused" not in str(result.document["request"])
    assert "refused" not in repr(sourcekeep.Bearer("refused"))


def test_asynchronous_callers_have_it_too(url: str) -> None:
    source = sourcekeep.RestSource(base_url=url, auth=sourcekeep.ApiKey("X-Key", "k" * 20))

    async def both() -> list[sourcekeep.Result]:
        return await asyncio.gather(source.arequest("GET", "/a"), source.arequest("DELETE", "/b"))

    assert [result.data["method"] for result in asyncio.run(both())] == ["GET", "DELETE"]


def test_a_place_without_a_value_is_a_type_error(url: str) -> None:
    with pytest.raises(TypeError, match="id"):
        sourcekeep.RestSource(base_url=url).get("/users/{id}")
    with pytest.raises(TypeError, match="nothing"):
        sourcekeep.RestSource(base_url=url).get("/users", nothing=1)


def test_a_wrong_source_says_what_is_wrong_with_it() -> None:
    with pytest.raises(sourcekeep.Invalid, match="http"):
        sourcekeep.RestSource(base_url="api.example.com").get()
