"""Runs against a loopback server: what is sent, followed, repeated, read and told."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import orjson
import pytest

from sourcekeep.engine.outgoing import Outfit
from sourcekeep.engine.plan import HeaderDefault
from sourcekeep.engine.report import clear_text_notice, holds_credential, is_public
from sourcekeep.engine.result_json import encode
from sourcekeep.engine.rows import Entry
from sourcekeep.engine.run import Cancel
from sourcekeep.engine.target import Target
from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire import Origin
from sourcekeep.kit.redact import MASK
from sourcekeep.model.result import Result
from sourcekeep.plugins.registry import auth_types
from tests.unit.engine.running import TOKEN, no_auth, recorded, reply, running
from tests.upstream.raw import Visit, blocking_tls_server, raw_server, until
from tests.upstream.tls import issue, server_context


def codes(result: Result) -> list[str]:
    return [notice.code for notice in result.warnings]


def code(result: Result) -> str | None:
    return result.error.code if result.error else None


async def test_the_credential_goes_along_and_the_data_comes_back_byte_for_byte() -> None:
    body = b'{"id": 12345678901234567890123, "price": 1.10}'
    async with recorded(reply(body=body)) as upstream, running() as runner:
        result = await runner.run(f"{upstream.base}/v1", {"path": "/users/7?x=1"})
    assert result.status == "ok"
    assert upstream.lines == ["GET /v1/users/7?x=1 HTTP/1.1"]
    assert upstream.header(0, "authorization") == f"Bearer {TOKEN}"
    assert upstream.header(0, "host") == f"127.0.0.1:{upstream.port}"
    assert b'"data":' + body in encode(result)
    assert result.response is not None
    assert (result.response.status, result.response.size_bytes) == (200, len(body))
    assert result.timings_ms.total > 0
    assert [attempt.status for attempt in result.attempts] == [200]


async def test_the_request_that_is_shown_is_masked() -> None:
    async with recorded() as upstream, running() as runner:
        result = await runner.run(
            upstream.base,
            {
                "path": "/{{ secrets.key }}",
                "params": [{"name": "k", "value": "{{ secrets.key | upper }}"}],
                "headers": [{"name": "X-Api-Key", "value": "typed by hand"}],
            },
            secrets={"key": "s3cret key/1"},
            headers=(HeaderDefault("X-Sealed", None, secret_key="headers/x-sealed"),),
            header_secrets={"headers/x-sealed": "sealed-value"},
        )
    assert upstream.lines == ["GET /s3cret%20key%2F1?k=S3CRET%20KEY%2F1 HTTP/1.1"]
    assert upstream.header(0, "x-sealed") == "sealed-value"
    assert result.request.url == f"{upstream.base}/{MASK}?k={MASK}"
    shown = dict(result.request.headers)
    assert shown["Authorization"] == f"Bearer {MASK}"
    assert shown["X-Sealed"] == shown["X-Api-Key"] == MASK


@pytest.mark.parametrize("status", [200, 401])
async def test_an_echo_of_the_credential_is_masked_wherever_it_stands(status: int) -> None:
    body = json.dumps({"sent": f"Bearer {TOKEN}"}).encode()
    answer = reply(status, body, headers=[("X-Echo", TOKEN), ("WWW-Authenticate", f"t={TOKEN}")])
    async with recorded(answer) as upstream, running() as runner:
        result = await runner.run(upstream.base)
    text = encode(result).decode()
    assert TOKEN not in text
    assert orjson.loads(text)["data"] == {"sent": f"Bearer {MASK}"}
    assert "secret_masked" in codes(result)


async def test_a_secret_of_digits_deep_inside_json_is_masked_all_the_same() -> None:
    body = b"[" * 900 + b"1234567890" + b"]" * 900
    async with recorded(reply(body=body)) as upstream, running() as runner:
        result = await runner.run(upstream.base, masked=["1234567890"])
    assert result.data is not None and b"1234567890" not in result.data.raw
    encode(result)


async def test_a_secret_of_digits_inside_json_leaves_json() -> None:
    auth = auth_types()["bearer"]
    values = auth.values.model_validate({"token": "1234567890"})
    answer = reply(body=b'{"n": 1234567890, "m": [11234567890.5], "s": "x1234567890"}')
    async with recorded(answer) as upstream, running() as runner:
        result = await runner.run(upstream.base, auth=(auth, values), masked=["1234567890"])
    data = orjson.loads(encode(result))["data"]
    assert data == {"n": MASK, "m": [f"1{MASK}.5"], "s": f"x{MASK}"}


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (400, "Read the answer"),
        (401, "did not accept the credential"),
        (403, "may not do this"),
        (404, "Check the path"),
        (405, "Allow header"),
        (415, "body type"),
        (429, "wait"),
        (500, "The server failed"),
        (503, "not available"),
        (599, "The server failed"),
        (499, "Read the answer"),
    ],
)
async def test_a_status_from_400_on_is_a_failure_with_its_data_and_a_hint(
    status: int, hint: str
) -> None:
    answer = reply(status, b'{"why": "because"}')
    async with recorded(answer) as upstream, running() as runner:
        result = await runner.run(upstream.base, retry={"max_attempts": 1})
    assert (result.status, code(result)) == ("failed", "http_status")
    assert result.error is not None
    assert str(status) in result.error.detail and hint in result.error.hint
    assert result.error.retryable == (status in (408, 429, 500, 502, 503, 504))
    assert result.data is not None and result.data.raw == b'{"why": "because"}'


async def test_a_401_says_what_the_server_asks_for() -> None:
    answer = reply(401, headers=[("WWW-Authenticate", 'Bearer realm="api"')])
    async with recorded(answer) as upstream, running() as runner:
        result = await runner.run(upstream.base, auth=no_auth())
    assert result.error is not None
    assert 'Bearer realm="api"' in result.error.detail
    assert "choose an Authentication type" in result.error.hint


# -- redirects -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "method", "then", "keeps_body"),
    [
        (301, "GET", "GET", False),
        (301, "POST", "GET", False),
        (302, "POST", "GET", False),
        (302, "PUT", "PUT", True),
        (303, "PUT", "GET", False),
        (303, "HEAD", "HEAD", False),
        (307, "POST", "POST", True),
        (308, "PATCH", "PATCH", True),
    ],
)
async def test_redirects_keep_or_change_the_method_as_rfc_9110_says(
    status: int, method: str, then: str, keeps_body: bool
) -> None:
    body = {"type": "json", "content": "[1]"} if method not in ("GET", "HEAD") else {"type": "none"}
    async with recorded() as upstream, running() as runner:
        upstream.by_path["/a/b"] = reply(
            status, content_type=None, headers=[("Location", "../c?d=1")]
        )
        if then == "HEAD":
            upstream.by_path["/c"] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        result = await runner.run(upstream.base, {"method": method, "path": "/a/b", "body": body})
    assert upstream.lines == [f"{method} /a/b HTTP/1.1", f"{then} /c?d=1 HTTP/1.1"]
    assert (upstream.bodies[1] == b"[1]") == keeps_body
    assert (upstream.header(1, "content-type") is not None) == keeps_body
    assert upstream.header(1, "authorization") == f"Bearer {TOKEN}"
    assert result.status == "ok"
    assert codes(result) == ["redirected"]


async def test_a_redirect_to_another_origin_is_refused_and_nothing_goes_there() -> None:
    async with recorded() as evil, recorded() as upstream, running() as runner:
        for location in (
            f"{evil.base}/steal",
            f"//127.0.0.1:{evil.port}/steal",
            f"http://127.0.0.1:{upstream.port}@127.0.0.1:{evil.port}/",
            f"/\\127.0.0.1:{evil.port}/",
            f"http:\\\\127.0.0.1:{evil.port}\\",
            f"http://localhost:{upstream.port}/",
        ):
            upstream.answers = [reply(302, headers=[("Location", location)])]
            result = await runner.run(upstream.base)
            assert code(result) == "redirect_refused"
            assert result.response is not None and result.response.status == 302
        assert evil.heads == []


async def test_a_redirect_to_a_listed_origin_is_followed_with_the_credential() -> None:
    async with recorded() as other, recorded() as upstream, running() as runner:
        upstream.answers = [reply(307, headers=[("Location", f"{other.base}/there")])]
        result = await runner.run(upstream.base, allowed=(other.base,))
        assert result.status == "ok"
        assert other.header(0, "authorization") == f"Bearer {TOKEN}"


async def test_a_redirect_back_home_from_a_listed_origin_is_followed() -> None:
    async with recorded() as other, recorded() as upstream, running() as runner:
        other.answers = [reply(302, headers=[("Location", f"{upstream.base}/end")])]
        upstream.by_path["/start"] = reply(302, headers=[("Location", f"{other.base}/mid")])
        result = await runner.run(upstream.base, {"path": "/start"}, allowed=(other.base,))
        assert result.status == "ok"


async def test_a_redirect_loop_ends() -> None:
    loop = reply(302, headers=[("Location", "/again")])
    async with recorded(loop) as upstream, running() as runner:
        result = await runner.run(upstream.base, limits={"max_redirects": 3})
        assert code(result) == "too_many_redirects"
        assert len(upstream.heads) == 4
        result = await runner.run(upstream.base, limits={"max_redirects": 0})
        assert code(result) == "too_many_redirects"
        assert len(upstream.heads) == 5


async def test_a_redirect_without_location_is_the_answer() -> None:
    async with recorded(reply(304, content_type=None)) as upstream, running() as runner:
        result = await runner.run(upstream.base)
    assert (result.status, result.data) == ("ok", None)


async def test_a_typed_cookie_makes_room_for_the_key_of_its_name() -> None:
    auth = auth_types()["api_key"]
    values = auth.values.model_validate({"name": "sid", "value": TOKEN, "in": "cookie"})
    query = {"headers": [{"name": "Cookie", "value": "a=1; sid=mine;sid2=x"}]}
    async with recorded() as upstream, running() as runner:
        await runner.run(upstream.base, query, auth=(auth, values))
    assert upstream.header(0, "cookie") == f"a=1; sid2=x; sid={TOKEN}"


async def test_an_api_key_in_the_query_string_replaces_the_one_of_a_redirect() -> None:
    auth = auth_types()["api_key"]
    values = auth.values.model_validate({"name": "key", "value": TOKEN, "in": "query"})
    async with recorded() as upstream, running() as runner:
        upstream.by_path["/a"] = reply(302, headers=[("Location", "/b?key=theirs&x=1")])
        result = await runner.run(upstream.base, {"path": "/a"}, auth=(auth, values))
    assert upstream.lines == [f"GET /a?key={TOKEN} HTTP/1.1", f"GET /b?x=1&key={TOKEN} HTTP/1.1"]
    assert TOKEN not in encode(result).decode()


# -- attempts --------------------------------------------------------------------------------------


async def test_a_failed_attempt_is_made_again_and_listed() -> None:
    answers = (reply(503), reply(429), reply(body=b"[]"))
    async with recorded(*answers) as upstream, running() as runner:
        result = await runner.run(upstream.base)
    assert result.status == "ok"
    assert [attempt.status for attempt in result.attempts] == [503, 429, 200]


async def test_attempts_end_at_their_number_and_for_good_reasons_only() -> None:
    async with recorded(reply(503)) as upstream, running() as runner:
        result = await runner.run(upstream.base, retry={"max_attempts": 2})
        assert (code(result), len(result.attempts)) == ("http_status", 2)
        upstream.answers = [reply(404)]
        assert len((await runner.run(upstream.base)).attempts) == 1
        upstream.answers = [reply(503)]
        result = await runner.run(upstream.base, {"retry": {"statuses": []}})
        assert len(result.attempts) == 1


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_what_is_not_idempotent_is_repeated_only_with_a_key_and_when_told(
    method: str,
) -> None:
    keyed = {"headers": [{"name": "Idempotency-Key", "value": "k1"}]}
    told = {"retry": {"methods": [method]}}
    async with recorded(reply(503)) as upstream, running() as runner:
        for query, attempts in (({}, 1), (keyed, 1), (told, 1), ({**keyed, **told}, 3)):
            result = await runner.run(upstream.base, {"method": method, **query})
            assert len(result.attempts) == attempts, query
        result = await runner.run(
            upstream.base, {"method": method, **keyed}, retry={"methods": [method]}
        )
        assert len(result.attempts) == 1


async def test_a_refused_connection_is_tried_again() -> None:
    async with running() as runner:
        result = await runner.run("http://127.0.0.1:1")
    assert code(result) == "connect_refused"
    assert [attempt.error for attempt in result.attempts] == ["connect_refused"] * 3
    assert "127.0.0.1:1" in (result.error.detail if result.error else "")


async def test_back_off_grows_with_full_jitter() -> None:
    spans: list[tuple[float, float]] = []

    def jitter(low: float, high: float) -> float:
        spans.append((low, high))
        return 0.0

    async with recorded(reply(503)) as upstream, running(jitter=jitter) as runner:
        await runner.run(upstream.base, retry={"max_attempts": 5})
    assert spans == [(0.0, 0.25), (0.0, 0.5), (0.0, 1.0), (0.0, 2.0)]


async def test_retry_after_is_kept_in_seconds_and_as_a_date() -> None:
    for text in ("0", format_datetime(datetime.now(UTC) - timedelta(seconds=5), usegmt=True)):
        answers = (reply(503, headers=[("Retry-After", text)]), reply(body=b"[]"))
        async with recorded(*answers) as upstream, running(jitter=lambda _a, _b: 99.0) as runner:
            result = await runner.run(upstream.base)
        assert result.status == "ok"
        assert result.attempts[1].waited_ms == 0


async def test_a_retry_after_beyond_the_total_time_ends_the_run_at_once() -> None:
    answer = reply(429, headers=[("Retry-After", "3600")])
    async with recorded(answer) as upstream, running() as runner:
        result = await asyncio.wait_for(runner.run(upstream.base), timeout=5)
    assert len(result.attempts) == 1
    assert result.error is not None and "3600 s" in result.error.hint


async def test_the_total_time_bounds_all_attempts() -> None:
    async def silent(visit: Visit) -> None:
        await visit.head()
        await visit.closed()

    async with raw_server(silent) as upstream, running() as runner:
        result = await runner.run(
            f"http://127.0.0.1:{upstream.port}",
            limits={"read_timeout_s": 0.2, "total_timeout_s": 0.5},
        )
    assert code(result) in ("read_timeout", "total_timeout")
    assert result.timings_ms.total < 1500
    assert len(result.attempts) <= 3


# -- cancel, limits, notices -----------------------------------------------------------------------


async def test_cancel_closes_the_connection_and_says_so() -> None:
    arrived, closed = asyncio.Event(), asyncio.Event()

    async def silent(visit: Visit) -> None:
        await visit.head()
        arrived.set()
        if await visit.closed():
            closed.set()

    async with raw_server(silent) as upstream, running() as runner:
        cancel = Cancel()
        task = asyncio.create_task(runner.run(f"http://127.0.0.1:{upstream.port}", cancel=cancel))
        await arrived.wait()
        cancel.request()
        result = await task
        await asyncio.wait_for(closed.wait(), timeout=5)
    assert (result.status, code(result)) == ("cancelled", "cancelled")
    assert result.request.url.startswith("http://127.0.0.1")


async def test_pressing_stop_twice_leaves_the_task_as_it_was() -> None:
    async def silent(visit: Visit) -> None:
        await visit.head()
        await visit.closed()

    async with raw_server(silent) as upstream, running() as runner:
        cancel = Cancel()
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().call_later(0.1, cancel.request)
        asyncio.get_running_loop().call_later(0.1, cancel.request)
        result = await runner.run(f"http://127.0.0.1:{upstream.port}", cancel=cancel)
        cancel.request()
        await asyncio.sleep(0.01)
        assert (result.status, task.cancelling()) == ("cancelled", 0)


async def test_a_run_cancelled_before_it_began_sends_nothing() -> None:
    async with recorded() as upstream, running() as runner:
        cancel = Cancel()
        cancel.request()
        result = await runner.run(upstream.base, cancel=cancel)
        assert (result.status, upstream.heads) == ("cancelled", [])


async def test_cancelling_the_task_itself_raises_and_closes_the_connection() -> None:
    async def silent(visit: Visit) -> None:
        await visit.head()
        await visit.closed()

    async with raw_server(silent) as upstream, running() as runner:
        task = asyncio.create_task(runner.run(f"http://127.0.0.1:{upstream.port}", cancel=Cancel()))
        await until(lambda: upstream.open == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: upstream.open == 0)


async def test_an_answer_beyond_the_limit_is_cut_marked_and_kept() -> None:
    answer = reply(body=b'"' + b"x" * 5000 + b'"')
    async with recorded(answer) as upstream, running() as runner:
        result = await runner.run(upstream.base, limits={"max_response_bytes": 100})
    assert (result.status, code(result)) == ("failed", "response_too_large")
    assert result.response is not None and result.response.truncated
    assert result.data is not None
    assert (result.data.encoding, len(result.data.raw)) == ("text", 100)


async def test_an_answer_that_breaks_off_keeps_what_came() -> None:
    async def broken(visit: Visit) -> None:
        await visit.head()
        await visit.send(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\npart"
        )

    async with raw_server(broken) as upstream, running() as runner:
        result = await runner.run(f"http://127.0.0.1:{upstream.port}", retry={"max_attempts": 1})
    assert code(result) == "connection_closed"
    assert result.data is not None and result.data.raw == b"part"
    assert result.response is not None and result.response.truncated


async def test_a_damaged_encoding_is_a_failure_that_keeps_the_bytes() -> None:
    answer = reply(body=b"not gzip", headers=[("Content-Encoding", "gzip")])
    async with recorded(answer) as upstream, running() as runner:
        result = await runner.run(upstream.base)
    assert code(result) == "decode_failed"
    assert result.data is not None
    assert (result.data.encoding, result.data.raw) == ("base64", b"not gzip")


async def test_a_source_without_its_credential_sends_nothing() -> None:
    auth = auth_types()["bearer"]
    async with recorded() as upstream, running() as runner:
        result = await runner.run(upstream.base, auth=(auth, auth.values()))
        assert (code(result), upstream.heads) == ("credential_missing", [])
        result = await runner.run(
            upstream.base, headers=(HeaderDefault("X-Key", None, secret_key="headers/x-key"),)
        )
        assert (code(result), upstream.heads) == ("credential_missing", [])
    assert result.error is not None and "X-Key" in result.error.detail


async def test_cookies_of_an_answer_are_not_kept() -> None:
    async with recorded(reply(headers=[("Set-Cookie", "a=1")])) as upstream, running() as runner:
        await runner.run(upstream.base)
        await runner.run(upstream.base)
    assert upstream.header(1, "cookie") is None


# -- notices ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "told"), [(29, ["certificate_expires_soon"]), (31, [])])
async def test_a_certificate_that_ends_soon_is_told(days: int, told: list[str]) -> None:
    ca = issue(name="CA", san=None, ca=True)
    server = issue(issuer=ca, ends=timedelta(days=days))
    with blocking_tls_server(server_context(server), reply(body=b"{}")) as upstream:
        async with running() as runner:
            tls = TlsProfile(mode="ca_certificate", ca_cert=ca.cert_pem)
            result = await runner.run(f"https://127.0.0.1:{upstream.port}", tls=tls)
    assert result.status == "ok"
    assert codes(result) == told


async def test_a_server_that_was_not_verified_is_told_every_time() -> None:
    server = issue(ends=timedelta(days=99))
    with blocking_tls_server(server_context(server), reply(body=b"{}")) as upstream:
        async with running() as runner:
            tls = TlsProfile(mode="insecure")
            result = await runner.run(f"https://127.0.0.1:{upstream.port}", tls=tls)
    assert codes(result) == ["tls_not_verified"]


def test_a_credential_over_plain_http_is_told_for_public_addresses_only() -> None:
    assert is_public("93.184.216.34:80") and is_public("[2606:4700::1]:80")
    for address in (
        "127.0.0.1:80",
        "10.0.0.8:80",
        "192.168.1.1:80",
        "[::1]:80",
        "[fd00::1]:80",
        "",
    ):
        assert not is_public(address)
    entry = Entry("Authorization", "Bearer x", "auth")
    target = Target(Origin("http", "api.example.com", 80), "/", "http://api.example.com")
    assert holds_credential(Outfit(target, (entry,), (), ()))
    assert holds_credential(Outfit(target, (Entry("X", None, "source", (), "headers/x"),), (), ()))
    assert not holds_credential(Outfit(target, (Entry("Accept", "*/*", "engine"),), (), ()))
    assert "api.example.com over http" in clear_text_notice(Outfit(target, (), (), ())).detail
