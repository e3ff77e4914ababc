# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent, when it is sent again and when it must not be, and what a user is told."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import queue
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from email.utils import formatdate
from logging.handlers import QueueHandler
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._http import messages
from ansible_collections.declarative.monitoring.plugins.module_utils._http import retry as retry_module
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Credentials
from ansible_collections.declarative.monitoring.plugins.module_utils._http.rate_limit import parse_retry_after
from unit.clock import FakeClock
from unit.http.clients import make
from unit.http.conftest import Serve
from unit.http.scripted import DROP, Answer, Request, ok, status

METHODS = ("GET", "PUT", "DELETE", "POST")
CUT = Answer(body={"name": "x" * 100}, cut=True)
SLOW = Answer(delay=2.0)


def closed_port() -> str:
    """A URL where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


# -- when a request is sent again --------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("answer", [DROP, CUT, SLOW, status(502), status(503), status(504)], ids=str)
def test_only_a_request_that_does_no_harm_is_sent_again_after_the_server_may_have_acted(
    serve: Serve, clock: FakeClock, method: str, answer: Answer
) -> None:
    again = method != "POST"
    server = serve(answer, *([ok({"id": 1})] if again else []))
    client = make(server.url, api_timeout=0.5 if answer is SLOW else 5.0)
    if again:
        assert client.request(method, ("things",)) == {"id": 1}
        assert clock.slept == [0.5]
    else:
        with pytest.raises(ApiError) as error:
            client.request(method, ("things",), json={})
        assert error.value.ambiguous
        assert error.value.failure.attempts == 1
    assert server.calls == [f"{method} /things"] * (2 if again else 1)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("lost", [DROP, CUT, status(502)], ids=str)
@pytest.mark.parametrize("refusal", [status(404), status(409)], ids=str)
def test_a_write_that_was_cut_off_and_then_refused_may_have_been_done(
    serve: Serve, clock: FakeClock, method: str, lost: Answer, refusal: Answer
) -> None:
    server = serve(lost, refusal)
    with pytest.raises(ApiError, match=r"^refused: ") as error:
        make(server.url).request(method, ("things",))
    assert (error.value.ambiguous, error.value.refused) == (True, True)
    assert error.value.failure.attempts == 2


def test_a_write_that_is_is_refused_after_a_pause_was_not_done(serve: Serve, clock: FakeClock) -> None:
    server = serve(status(503, Retry_After="1"), status(409))
    with pytest.raises(ApiError) as error:
        make(server.url).request("PUT", ("things",))
    assert not error.value.ambiguous


@pytest.mark.parametrize("code", [300, 301, 302, 303, 307, 308])
def test_a_write_that_is_redirected_may_have_been_done(serve: Serve, code: int) -> None:
    server = serve(status(code, Location="/elsewhere"))
    with pytest.raises(ApiError, match="the server redirects to another path, which is not followed") as error:
        make(server.url).request("POST", ("things",), json={})
    assert error.value.ambiguous
    assert error.value.failure.attempts == 1


def test_what_urllib3_logs_of_an_odd_answer_reaches_no_log(serve: Serve) -> None:
    """As it would where ansible.log is on: a handler of the root logger, in the process that sends the requests."""
    server = serve(ok([], X_Odd="odd\r\nnot a header"))
    records = queue.SimpleQueue[logging.LogRecord]()
    handler = QueueHandler(records)
    logging.getLogger().addHandler(handler)
    try:
        with contextlib.suppress(ApiError):  # nobody can tell where such an answer ends
            client = make(
                server.url, Credentials(path=("canary",), secrets=("canary",)), api_timeout=0.5, api_retries=0
            )
            client.read(("things",))
    finally:
        logging.getLogger().removeHandler(handler)
    assert server.calls == ["GET /canary/things"]
    assert records.empty()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "answer", [status(429), status(429, Retry_After="3"), status(503, Retry_After="3")], ids=["429", "429-3", "503-3"]
)
def test_every_request_is_sent_again_where_the_server_surely_did_not_act(
    serve: Serve, clock: FakeClock, method: str, answer: Answer
) -> None:
    server = serve(answer, ok([]))
    assert make(server.url).request(method, ("things",)) == []
    assert clock.slept == [3.0 if answer.headers else 0.5]


@pytest.mark.parametrize("method", METHODS)
def test_every_request_is_sent_again_where_there_was_no_connection(clock: FakeClock, method: str) -> None:
    url = closed_port()
    with pytest.raises(ApiError, match=rf"no connection to {url[7:]}: .*refused") as error:
        make(url).request(method, ("things",))
    assert not error.value.ambiguous
    assert error.value.failure.attempts == 6
    assert error.value.failure.status is None
    assert clock.slept == [0.5, 1.0, 2.0, 4.0, 8.0]


def test_a_connection_that_takes_too_long_to_make_was_never_used(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*args: Any, **options: Any) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib3.util.connection.create_connection", slow)
    with pytest.raises(ApiError, match=r"no connection .* \(tried 6 times") as error:
        make("http://127.0.0.1:9").request("POST", ("things",))
    assert not error.value.ambiguous


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 410, 422, 500, 501])
@pytest.mark.parametrize("method", METHODS)
def test_what_the_server_refuses_is_not_sent_again(serve: Serve, clock: FakeClock, method: str, code: int) -> None:
    server = serve(status(code, {"message": "No."}))
    with pytest.raises(ApiError, match=rf": No\. \(HTTP {code}\)$") as error:
        make(server.url).request(method, ("things",))
    assert error.value.failure.status == code
    assert error.value.ambiguous is (code >= 500 and method != "GET")
    assert not clock.slept


def test_a_post_that_does_no_harm_twice_may_be_sent_twice(serve: Serve, clock: FakeClock) -> None:
    server = serve(DROP, ok({"token": "t"}))
    assert make(server.url).request("POST", ("login",), repeat=True) == {"token": "t"}


def test_a_put_that_does_harm_twice_is_sent_once(serve: Serve, clock: FakeClock) -> None:
    server = serve(status(502))
    with pytest.raises(ApiError) as error:
        make(server.url).request("PUT", ("things",), repeat=False)
    assert error.value.ambiguous


def test_no_retries_are_made_where_none_are_allowed(serve: Serve, clock: FakeClock) -> None:
    server = serve(status(503))
    with pytest.raises(ApiError, match=r"\(tried once in 0\.0 s, api_retries is 0\)") as error:
        make(server.url, api_retries=0).read(("things",))
    assert error.value.failure.attempts == 1


def test_the_pauses_grow_up_to_a_bound_and_are_jittered(monkeypatch: pytest.MonkeyPatch, clock: FakeClock) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low)
    with pytest.raises(ApiError):
        make(closed_port(), api_retries=9, api_max_wait=1000.0).read(())
    assert clock.slept == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]


# -- how long ----------------------------------------------------------------------------------------------------------


def test_retry_after_is_obeyed_as_a_date(serve: Serve, clock: FakeClock) -> None:
    server = serve(status(429, Retry_After=formatdate(time.time() + 40, usegmt=True)), ok([]))
    make(server.url).read(())
    assert clock.slept == [pytest.approx(39, abs=1.5)]


@pytest.mark.parametrize("value", ["soon", "-5", "", "1.5", "Wed, 21 Oct 99999999 07:28:00 GMT", "0"])
def test_a_retry_after_that_means_nothing_is_not_waited_for(serve: Serve, clock: FakeClock, value: str) -> None:
    server = serve(status(429, Retry_After=value), ok([]))
    assert make(server.url).read(()) == []
    assert clock.slept in ([], [0.5])


@given(value=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
def test_no_retry_after_can_break_a_run(value: str) -> None:
    response = requests.Response()
    response.headers["Retry-After"] = value
    assert (parse_retry_after(response.headers, None) or 0) >= 0


def limits(left: int, reset: int) -> dict[str, str]:
    """What a server says of its limit: how many requests are left, and for how many seconds."""
    now = int(time.time())
    shown = {"Limit": "10", "Remaining": str(left), "Reset": str(now + reset)}
    return {"Date": formatdate(now, usegmt=True), **{f"X_RateLimit_{name}": value for name, value in shown.items()}}


@pytest.mark.parametrize(
    ("answer", "calls"), [(ok([], **limits(0, 7)), 2), (status(429, **limits(0, 7)), 1)], ids=["last", "refused"]
)
def test_a_limit_is_waited_for_until_it_is_reset(serve: Serve, clock: FakeClock, answer: Answer, calls: int) -> None:
    client = make(serve(answer, ok(["late"])).url)
    assert [client.read(()) for _call in range(calls)][-1] == ["late"]
    assert sum(clock.slept) == pytest.approx(7)


@pytest.mark.parametrize("reset", [0, -5, -2_000_000_000])
def test_a_limit_that_is_over_already_is_not_waited_for(serve: Serve, clock: FakeClock, reset: int) -> None:
    client = make(serve(status(429, **limits(0, reset)), ok([], **limits(0, reset)), ok([])).url)
    assert [client.read(()), client.read(())] == [[], []]
    assert clock.slept == [0.5]


def test_who_is_put_off_has_not_failed(serve: Serve, clock: FakeClock) -> None:
    server = serve(*[status(429, Retry_After="2")] * 4, ok([]))
    assert make(server.url, api_retries=1).read(()) == []
    assert sum(clock.slept) == 8


def test_who_is_refused_without_a_word_has(serve: Serve, clock: FakeClock) -> None:
    server = serve(*[status(429, Retry_After="0")] * 2)
    with pytest.raises(ApiError, match="tried 2 times"):
        make(server.url, api_retries=1).read(())


def test_a_path_that_cannot_be_leaves_the_others_their_room(serve: Serve, clock: FakeClock) -> None:
    client = make(serve(ok([], **limits(1, 60)), ok(["there"])).url)
    client.read(())
    with pytest.raises(ApiError):
        client.read(("..",))
    assert client.read(()) == ["there"]
    assert not clock.slept


def test_a_pause_that_is_longer_than_the_retry_budget_is_not_begun(serve: Serve, clock: FakeClock) -> None:
    server = serve(status(429, Retry_After="121"))
    with pytest.raises(ApiError, match=r"the server asks to wait 121 s, but only 120 s of api_max_wait are left"):
        make(server.url).read(())
    assert not clock.slept


def test_all_pauses_of_a_run_together_are_bound_and_then_nothing_is_sent_any_more(
    serve: Serve, clock: FakeClock
) -> None:
    server = serve(*[status(503)] * 6, ok([]))
    client = make(server.url, api_max_wait=2.0)
    with pytest.raises(ApiError, match=r"\(tried 4 times in 2\.0 s, api_max_wait is 2 s\)"):
        client.read(("a",))
    assert clock.slept == [0.5, 1.0, 0.5]
    assert server.calls == ["GET /a"] * 4
    with pytest.raises(ApiError, match=r"^not sent, because failures have used up api_max_wait \(2 s\)") as error:
        client.read(("b",))
    assert error.value.failure.attempts == 0
    assert not error.value.ambiguous
    assert server.calls == ["GET /a"] * 4
    server._script.clear()


def test_pauses_that_came_to_a_good_end_count_as_well(serve: Serve, clock: FakeClock) -> None:
    server = serve(status(503), ok(), status(503), ok(), status(503))
    client = make(server.url, api_max_wait=0.75)
    client.request("PUT", ("a",))
    client.request("PUT", ("b",))
    with pytest.raises(ApiError, match=r"tried once in 0\.0 s, api_max_wait is 0\.75 s"):
        client.request("PUT", ("c",))
    assert clock.slept == [0.5, 0.25]
    server._script.clear()


def test_two_clients_of_a_task_lose_their_time_together(serve: Serve, clock: FakeClock) -> None:
    """Such as those for both addresses at which the API may be."""
    server = serve(*[status(503)] * 4)
    first, second = make(server.url, api_max_wait=2.0), make(server.url, api_max_wait=2.0)
    second.share_budget(first)
    with pytest.raises(ApiError, match="api_max_wait is 2 s"):
        first.read(("a",))
    with pytest.raises(ApiError, match=r"^not sent, because failures have used up api_max_wait \(2 s\)"):
        second.read(("a",))
    assert sum(clock.slept) == pytest.approx(2.0)
    assert server.calls == ["GET /a"] * 4


def test_without_a_retry_budget_requests_are_sent_once(serve: Serve, clock: FakeClock) -> None:
    server = serve(ok([]), ok([1]), status(503))
    client = make(server.url, api_max_wait=0.0)
    assert (client.read(()), client.read(())) == ([], [1])
    with pytest.raises(ApiError, match="api_max_wait is 0 s"):
        client.read(())


def test_time_that_threads_lose_together_is_counted_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry_module, "_FIRST_PAUSE_S", 0.2)
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    seen: dict[str, int] = {}

    def flaky(request: Request) -> Answer:
        seen[request.call] = seen.get(request.call, 0) + 1
        return ok(1) if seen[request.call] > 2 else DROP

    client = make(serve(by=flaky).url, concurrency=16, api_max_wait=6.0)
    with ThreadPoolExecutor(16) as pool:
        # Sixteen times 0.6 s, at the same time: added up, that would be more than api_max_wait.
        assert list(pool.map(lambda number: client.read((str(number),)), range(16))) == [1] * 16


def test_a_server_that_asks_one_thread_for_a_pause_is_left_alone_by_all(serve: Serve, clock: FakeClock) -> None:
    server = serve(status(429, Retry_After="3"), ok("later"), ok("first"))
    client = make(server.url)
    order: list[str] = []
    sleep, inner = clock.sleep, threading.Event()

    def meanwhile(seconds: float) -> None:
        if seconds and not inner.is_set():
            inner.set()
            order.append(client.read(("other",)))
            order.append(f"slept {clock.slept}")
        else:
            sleep(seconds)

    clock.sleep = meanwhile  # type: ignore[method-assign]
    assert client.read(("one",)) == "first"
    assert order == ["later", "slept [3.0]"]


def test_a_failure_tells_what_was_tried_and_for_how_long(serve: Serve, clock: FakeClock) -> None:
    server = serve(*[status(503, {"message": "Busy", "code": 17})] * 3)
    with pytest.raises(ApiError) as error:
        make(server.url, api_retries=2).request("PUT", ("things", "7"), json={})
    assert str(error.value) == (
        "the server failed: Busy (HTTP 503, code 17) (tried 3 times in 1.5 s, api_retries is 2)"
    )
    assert asdict(error.value.failure) == {
        "service": "Example",
        "method": "PUT",
        "path": "/things/7",
        "status": 503,
        "code": "17",
        "message": "the server failed: Busy (HTTP 503, code 17)",
        "attempts": 3,
        "waited_s": 1.5,
    }


# -- who asks ----------------------------------------------------------------------------------------------------------


def test_a_key_in_a_header_goes_with_every_request(serve: Serve) -> None:
    server = serve(ok([]), ok())
    client = make(server.url, Credentials(headers={"X-Key": "k", "Authorization": "Bearer t"}))
    client.read(())
    client.request("POST", (), json={})
    assert {(r.headers["x-key"], r.headers["authorization"]) for r in server.requests} == {("k", "Bearer t")}


def test_a_key_with_letters_that_no_header_has_is_sent_as_utf_8(serve: Serve) -> None:
    server = serve(ok([]))
    make(server.url, Credentials(headers={"X-Key": "schlüssel→"})).read(())
    assert server.requests[0].headers["x-key"].encode("latin-1").decode() == "schlüssel→"


def test_a_key_that_cannot_be_sent_is_refused_at_once_and_not_shown(serve: Serve, clock: FakeClock) -> None:
    server = serve()
    with pytest.raises(ApiError) as error:
        make(server.url, Credentials(headers={"X-Key": "s3cret\n"}, secrets=("s3cret\n",))).request("POST", ())
    assert not clock.slept
    assert not error.value.ambiguous
    assert "s3cret" not in str(error.value) + str(error.value.failure)


@pytest.mark.parametrize(("user", "password"), [("anna", "p:w"), ("änna", "пароль→"), ("", "x"), ("x", "")])
def test_a_user_and_a_password_may_have_any_letters(serve: Serve, user: str, password: str) -> None:
    server = serve(ok([]))
    make(server.url, Credentials(basic=(user, password))).read(())
    kind, value = server.requests[0].headers["authorization"].split()
    assert (kind, base64.b64decode(value).decode()) == ("Basic", f"{user}:{password}")


def test_a_token_in_the_path_is_one_segment_and_never_shown(serve: Serve, clock: FakeClock) -> None:
    token = "a/b c%ü?#"
    server = serve(status(400, {"message": f"bad path /api/v1/{token}/x"}), DROP)
    client = make(f"{server.url}/base/", Credentials(path=("api", "v1", token), secrets=(token,)), api_retries=0)
    for _again in range(2):
        with pytest.raises(ApiError) as error:
            client.read(("machine group", "x:y/z"))
        shown = str(error.value) + str(error.value.failure)
        assert not [part for part in (token, "a/b", "%25", "a%2F", "root") if part in shown], shown
        assert error.value.failure.path == "/machine group/x:y/z"
    assert server.requests[0].target == "/base/api/v1/a%2Fb%20c%25%C3%BC%3F%23/machine%20group/x:y%2Fz"


@pytest.mark.parametrize("failure", ["refused", "redirect", "loop", "slow", "html"])
def test_no_error_shows_the_url_or_a_parameter(serve: Serve, clock: FakeClock, failure: str) -> None:
    answers = {
        "redirect": [status(302, Location="http://evil.example/?app_key=s3cret")],
        "loop": [status(302, Location="?app_key=s3cret")] * 4,
        "slow": [SLOW],
        "html": [ok(b"<html>s3cret</html>")],
        "refused": [],
    }
    url = serve(*answers[failure]).url if answers[failure] else closed_port()
    credentials = Credentials(path=("t0ken",), secrets=("s3cret", "t0ken"))
    with pytest.raises(ApiError) as error:
        make(url, credentials, api_retries=0, api_timeout=0.5 if failure == "slow" else 5.0).read(
            ("x",), {"app_key": "s3cret"}
        )
    cause: BaseException | None = error.value
    shown = str(cause) + str(error.value.failure)
    assert "s3cret" not in shown
    assert "t0ken" not in shown
    assert "********" not in shown


def test_the_basic_credentials_are_masked_where_the_server_echoes_them(serve: Serve) -> None:
    header = "Basic " + base64.b64encode(b"anna:p4ssword").decode()
    server = serve(status(400, {"message": f"bad header {header}"}))
    with pytest.raises(ApiError) as error:
        make(server.url, Credentials(basic=("anna", "p4ssword"), secrets=("p4ssword",))).read(())
    assert header.split()[1].rstrip("=") not in str(error.value)


def test_secrets_of_the_declaration_are_masked_where_the_server_echoes_them(serve: Serve) -> None:
    server = serve(status(400, {"message": "bad password s3cret-word"}))
    with pytest.raises(ApiError) as error:
        make(server.url, secrets=("s3cret-word",)).request("POST", (), json={"password": "s3cret-word"})
    assert "bad password" in str(error.value)
    assert "s3cret" not in str(error.value)


def test_a_json_body_is_sent_as_it_is(serve: Serve) -> None:
    server = serve(ok())
    make(server.url).request("POST", (), json={"n": None, "list": [1, "ü"], "no": False})
    assert server.requests[0].headers["content-type"] == "application/json"
    assert b'"n": null' in server.requests[0].body
    assert b'"no": false' in server.requests[0].body


# -- what an answer means ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", None),
        (b"null", None),
        (b" \n", None),
        (b"StepResult.", "StepResult."),
        (b'{"id": 1}', {"id": 1}),
        (b'"7"', "7"),
        (b'"<b>"', "<b>"),
    ],
)
def test_a_write_may_be_answered_with_anything(serve: Serve, body: bytes, expected: Any) -> None:
    assert make(serve(status(201, body)).url).request("POST", ()) == expected


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "nothing"),
        (b"Welcome", "something that is not JSON"),
        (b'{"id": ', "something that is not JSON"),
        (b"<html>", "a web page"),
    ],
)
def test_a_read_that_is_not_answered_with_json_is_an_error(serve: Serve, body: bytes, words: str) -> None:
    with pytest.raises(ApiError, match=rf"^the server returned {words} \(HTTP 200\)$"):
        make(serve(ok(body)).url).read(())


def test_a_web_page_in_answer_to_a_write_leaves_open_whether_it_was_done(serve: Serve) -> None:
    with pytest.raises(ApiError, match=r"a web page \(HTTP 200\)") as error:
        make(serve(ok(b"\n <!DOCTYPE html><p>Sign in")).url).request("POST", (), json={})
    assert error.value.ambiguous


def test_success_false_is_a_failure_whatever_the_status(serve: Serve) -> None:
    server = serve(ok({"success": False, "message": "Name is taken", "code": 4}), ok({"success": False}))
    with pytest.raises(ApiError, match=r"^refused: Name is taken$") as error:
        make(server.url).request("POST", (), json={})
    assert (error.value.failure.status, error.value.failure.code, error.value.ambiguous) == (200, "4", False)
    with pytest.raises(ApiError, match=r"^refused: no reason given$"):
        make(server.url).request("POST", (), json={})


@pytest.mark.parametrize(
    ("body", "words", "code"),
    [
        ({"message": "Bad name"}, "Bad name", None),
        ({"code": 12, "message": "Bad name"}, "Bad name", "12"),
        ({"error": "Bad name"}, "Bad name", None),
        ({"error": {"code": "E7", "message": "Bad name"}}, "Bad name", "E7"),
        ({"error": "invalid_grant", "error_description": "Bad name"}, "invalid_grant", None),
        ({"errors": {"name": ["is short", "is odd"], "url": "is bad"}}, "name: is short, is odd, url: is bad", None),
        ({"message": "Invalid", "errors": {"name": ["is short"]}}, "Invalid", None),
        ({"errors": ["one", {"message": "two"}]}, "one, two", None),
        ({"type": "about:blank", "title": "Conflict", "detail": "It is there", "status": 409}, "It is there", None),
        ({"title": "Conflict", "status": 409}, "Conflict", None),
        ({"success": False, "info": "Bad name"}, "Bad name", None),
        ({"error_code": 3, "reason": "Bad\n  name"}, "Bad name", "3"),
        ({"message": ""}, "Bad Request", None),
        ({"unknown": "x"}, "Bad Request", None),
        ([], "Bad Request", None),
        ("Bad name", "Bad name", None),
        (b"Bad\r\nname", "Bad name", None),
        (b"<html><h1>Bad</h1>", "a web page", None),
        (b"", "Bad Request", None),
        (b"x" * 5000, "x" * 200, None),
    ],
)
def test_the_servers_own_words_are_found_wherever_they_are(
    serve: Serve, body: Any, words: str, code: str | None
) -> None:
    with pytest.raises(ApiError) as error:
        make(serve(status(400, body)).url).request("POST", (), json={})
    assert str(error.value) == f"refused: {words} (HTTP 400{f', code {code}' if code else ''})"
    assert error.value.failure.code == code


@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["message", "error", "errors", "detail", "x"]), inner)
        ),
    )
)
def test_no_error_body_can_break_a_run(data: Any) -> None:
    assert isinstance(messages.server_message(data), str)
    assert isinstance(messages.error_code(data), (str, type(None)))


# -- where it may go ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("location", ["/b?x=1", "{url}/b?x=1", "b?x=1"])
def test_a_get_follows_a_redirect_on_the_same_server_with_its_key(serve: Serve, location: str) -> None:
    server = serve(status(302), ok([1]))
    server._script[0] = status(302, Location=location.format(url=server.url))
    assert make(server.url, Credentials(headers={"X-Key": "k"})).read(("a",)) == [1]
    assert [(r.target, r.headers["x-key"]) for r in server.requests] == [("/a", "k"), ("/b?x=1", "k")]


@pytest.mark.parametrize(
    "location", ["http://localhost:{port}/b", "https://127.0.0.1:{port}/b", "//127.0.0.2:{port}/b"]
)
@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_a_redirect_to_another_server_is_refused(serve: Serve, code: int, location: str) -> None:
    other = serve()
    server = serve(status(code, Location=location.format(port=other.server_port)))
    with pytest.raises(ApiError, match=r"^the server redirects to [a-z0-9.]+, which is not followed$") as error:
        make(server.url).read(("a",))
    assert error.value.failure.status == code


def test_a_redirect_to_another_port_of_the_same_host_does_not_get_the_key(serve: Serve) -> None:
    other = serve()
    server = serve(status(302, Location=f"{other.url}/b"))
    with pytest.raises(ApiError, match=r"^the server redirects to 127\.0\.0\.1, which is not followed$"):
        make(server.url, Credentials(headers={"X-Key": "k"})).read(("a",))
    assert other.requests == []


def test_a_redirect_to_another_host_on_the_same_port_does_not_get_the_key(serve: Serve) -> None:
    server = serve(status(302))
    server._script[0] = status(302, Location=f"http://localhost:{server.server_port}/b")
    with pytest.raises(ApiError, match=r"^the server redirects to localhost, which is not followed$"):
        make(server.url, Credentials(headers={"X-Key": "k"})).read(("a",))
    assert len(server.requests) == 1


def test_a_redirect_to_another_protocol_on_the_same_host_and_port_is_refused(serve: Serve) -> None:
    server = serve(status(302))
    server._script[0] = status(302, Location=f"https://127.0.0.1:{server.server_port}/b")
    with pytest.raises(ApiError, match=r"^the server redirects to 127\.0\.0\.1, which is not followed$"):
        make(server.url).read(("a",))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_write_follows_no_redirect(serve: Serve, method: str, code: int) -> None:
    server = serve(status(code, Location="/b"))
    with pytest.raises(ApiError, match="the server redirects to another path, which is not followed"):
        make(server.url).request(method, ("a",))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_that_leads_nowhere_is_refused(serve: Serve, clock: FakeClock, method: str) -> None:
    server = serve(status(302, Location="http://[::1"))
    with pytest.raises(ApiError):
        make(server.url).request(method, ("a",))
    assert not clock.slept


def test_redirects_in_a_circle_end(serve: Serve, clock: FakeClock) -> None:
    server = serve(*[status(302, Location="/a")] * 4)
    with pytest.raises(ApiError, match="redirects in a loop"):
        make(server.url).read(("a",))
    assert not clock.slept


def test_a_whole_answer_has_its_status_headers_and_data_unless_it_is_an_error(serve: Serve) -> None:
    client = make(serve(Answer(201, [1], {"X-Total": "7"}), status(404)).url)
    answer = client.request("POST", ("a",), whole=True)
    assert (answer.status, answer.headers["X-Total"], answer.data) == (201, "7", [1])
    with pytest.raises(ApiError):
        client.request("POST", ("a",), whole=True)


def test_a_query_that_is_posted_is_a_read_that_is_repeated_with_its_body(serve: Serve, clock: FakeClock) -> None:
    server = serve(status(503), ok([{"id": 1}]), ok({"id": 2}))
    client = make(server.url)
    query: dict[str, Any] = {"method": "POST", "json": {"name": "web"}}
    assert client.read_list(("things",), ("thing", "things"), ("id",), **query) == [{"id": 1}]
    assert client.read_object(("things",), ("thing", "things"), ("id",), **query) == {"id": 2}
    assert [(one.method, json.loads(one.body)) for one in server.requests] == [("POST", {"name": "web"})] * 3
    assert client.writes == 0


def test_writes_are_counted_if_they_succeed(serve: Serve) -> None:
    client = make(serve(ok([]), ok(), status(400), ok()).url)
    client.read(("a",))
    client.request("POST", ("a",))
    with pytest.raises(ApiError):
        client.request("POST", ("a",))
    client.request("DELETE", ("a",))
    assert client.writes == 2


def test_an_observer_sees_each_answer_and_limits_the_requests(serve: Serve) -> None:
    client = make(serve(status(404), ok([1])).url)
    seen: list[Any] = []
    client.observe(lambda: len(seen) < 2, lambda request, answer: seen.append((request.path, answer.status)))
    with pytest.raises(ApiError):
        client.read(("a",))
    assert client.read(("b",)) == [1]
    with pytest.raises(ApiError, match="not sent, because the limit of requests is reached"):
        client.read(("c",))
    assert seen == [(("a",), 404), (("b",), 200)]


def test_a_client_that_takes_over_waits_for_the_rate_limit_of_the_former_one(serve: Serve, clock: FakeClock) -> None:
    now = int(time.time())
    used_up = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(now + 7), "Date": formatdate(now, usegmt=True)}
    server = serve(ok([1], **used_up), ok([2]))
    former, client = make(server.url), make(server.url)
    former.read(())
    client.take_over(former)
    client.read(())
    assert sum(clock.slept) == pytest.approx(7, abs=1)


def test_a_proxy_that_cannot_be_reached_is_named_without_its_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://anna:p%40w@127.0.0.1:9")
    client = make("http://monitor.invalid/api", api_allow_http=True, api_retries=0)
    with pytest.raises(
        ApiError, match=r"^no connection to monitor\.invalid: the proxy 127\.0\.0\.1:9 cannot be reached"
    ):
        client.read(("x",))


def test_a_service_of_several_hosts_gets_each_call_where_it_belongs(serve: Serve) -> None:
    server = serve(ok([]), ok())
    client = make(f"{server.url}/{{host}}/v1")
    client.read(("r",), host="query")
    client.request("PUT", ("r",), host="cmd")
    assert server.calls == ["GET /query/v1/r", "PUT /cmd/v1/r"]


def test_one_connection_serves_many_requests(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(*[ok([])] * 20)
    accepted: list[Any] = []
    get_request = server.get_request

    def accept() -> Any:
        accepted.append(1)
        return get_request()

    monkeypatch.setattr(server, "get_request", accept)
    client = make(server.url)
    for _number in range(20):
        client.read(())
    assert len(accepted) == 1
