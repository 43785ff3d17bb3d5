"""Errors as problem+json: the status, the code, and never more than was meant to be told."""

from __future__ import annotations

import logging
from typing import Any

import orjson
import pytest

from sourcekeep.doors.http.problems import STATUS_OF, TITLES, HttpProblem, problem_of
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Fault, Invalid, Refused


def shown(error: Exception) -> tuple[int, dict[str, Any], dict[bytes, bytes]]:
    answer = problem_of(error)
    document = orjson.loads(answer.body)
    assert answer.media_type == b"application/problem+json"
    assert document["status"] == answer.status
    assert document["type"] == f"urn:sourcekeep:problem:{document['code']}"
    return answer.status, document, dict(answer.headers)


@pytest.mark.parametrize(("kind", "status"), STATUS_OF.items())
def test_each_refusal_has_its_status_and_title(kind: Any, status: int):
    got, document, _ = shown(Refused(kind, "some_code", "Some words."))
    assert got == status
    assert document["title"] == TITLES[status]
    assert (document["code"], document["detail"]) == ("some_code", "Some words.")
    assert "names" not in document


def test_a_conflict_names_what_is_in_the_way():
    _, document, _ = shown(Refused("conflict", "in_use", "In use.", names=["restapi1", "b"]))
    assert document["names"] == ["restapi1", "b"]


def test_words_that_have_no_utf_8_are_an_answer_all_the_same():
    status, document, _ = shown(
        Invalid([Fault("/a\ud800", "unknown_field", "'a\ud800' is not known.")])
    )
    assert status == 422
    assert document["errors"][0]["detail"] == "'a?' is not known."


def test_who_is_not_signed_in_is_told_how():
    _, _, headers = shown(Refused("not_signed_in", "not_signed_in", "Sign in."))
    assert headers[b"www-authenticate"] == b'Bearer realm="sourcekeep"'


def test_who_must_wait_is_told_how_long():
    _, _, headers = shown(Refused("throttled", "rate_limited", "Wait.", retry_after_s=7))
    assert headers[b"retry-after"] == b"7"


def test_invalid_input_lists_every_fault_with_its_pointer():
    status, document, _ = shown(
        Invalid([Fault("/base_url", "invalid_url", "No."), Fault("/tls/ca_cert", "not_pem", "No.")])
    )
    assert (status, document["code"]) == (422, "invalid")
    assert document["errors"] == [
        {"pointer": "/base_url", "code": "invalid_url", "detail": "No."},
        {"pointer": "/tls/ca_cert", "code": "not_pem", "detail": "No."},
    ]


def test_a_single_fault_gives_its_own_code():
    _, document, _ = shown(Invalid([Fault("/name", "name_taken", "Taken.")]))
    assert document["code"] == "name_taken"


def test_a_run_that_was_not_attempted_has_the_code_and_stage_of_its_problem():
    failure = problem("parameter_missing", "The parameter id is missing.").at("/parameters/id")
    status, document, _ = shown(Failed(failure))
    assert status == 422
    assert document["code"] == "parameter_missing"
    assert document["stage"] == "parameters"
    assert document["title"] == "A parameter is missing"
    assert document["hint"]
    assert document["errors"][0]["pointer"] == "/parameters/id"


def test_an_unforeseen_error_is_told_by_an_id_alone(caplog: pytest.LogCaptureFixture):
    def failing() -> None:
        secret = "planted-secret"
        raise KeyError(secret)

    with caplog.at_level(logging.ERROR):
        try:
            failing()
        except KeyError as error:
            status, document, _ = shown(error)
    assert (status, document["code"]) == (500, "internal_error")
    assert document["id"] in document["detail"]
    assert document["id"] in caplog.text
    assert "failing" in caplog.text
    assert "planted-secret" not in caplog.text + str(document)


def test_what_only_http_knows_keeps_its_own_status():
    status, document, headers = shown(
        HttpProblem(405, "method_not_allowed", "No.", headers=[(b"allow", b"GET")])
    )
    assert (status, document["title"]) == (405, "Method not allowed")
    assert headers[b"allow"] == b"GET"
