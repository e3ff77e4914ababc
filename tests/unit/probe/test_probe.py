# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Probes against the sandbox: they find the position of each switch, and show no value of the account."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._probe import run
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.evidence import NotSeenError, make_reply
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.forms import FieldNames, texts_in
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.question import Position
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.read import unit
from ansible_collections.declarative.monitoring.plugins.module_utils._probe.run import MAX_REQUESTS, run_probe
from integration.harness import ROOT
from sandbox.service import Call, Paging, Reply, Service
from sandbox.switches import Choice
from unit.probe.accounts import ACCOUNTS, Account
from unit.probe.in_process import PATIENCE, READING, FakeTime, connect

Result = dict[str, Any]
UNKNOWN = "unknown"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    """Time that passes by itself, so that no test waits."""
    return FakeTime(monkeypatch)


def make_sandbox(account: Account, **switches: Any) -> Service:
    """A sandbox with the account."""
    sandbox = account.sandbox()
    sandbox.import_state(None, account.state)
    sandbox.switches.update(switches)
    return sandbox


def probe(account: Account, sandbox: Service, **options: Any) -> Result:
    """Run the probe of an account."""
    given = {**READING, **account.options(sandbox), **options}
    service = account.service(given, 1)
    try:
        return dict(run_probe(account.probe, service, given))
    finally:
        service.close()


def finding(result: Result, switch: str) -> dict[str, Any]:
    """The finding about a switch."""
    (found,) = [one for one in result["findings"] if one["switch"] == switch]
    return dict(found)


def all_positions() -> Iterator[tuple[str, str, Position]]:
    """Each position of each switch."""
    for name, account in ACCOUNTS.items():
        for switch, kind in account.sandbox().switches._switches.items():
            values = kind.values if isinstance(kind, Choice) else account.numbers.get(switch, (kind.default,))
            for value in values:
                yield name, switch, value  # type: ignore[misc]


@pytest.fixture(params=ACCOUNTS)
def account(request: pytest.FixtureRequest) -> Account:
    """Each account."""
    return ACCOUNTS[request.param]


@pytest.mark.parametrize(("name", "switch", "position"), list(all_positions()))
def test_reading_finds_the_position_of_a_switch(
    name: str, switch: str, position: Position, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = ACCOUNTS[name]
    sandbox = make_sandbox(account, **{**account.with_switches.get(switch, {}), switch: position})
    sent = connect(monkeypatch, sandbox)
    result = probe(account, sandbox, **PATIENCE)
    assert len(sent.calls) <= MAX_REQUESTS
    question = next(one for one in account.probe.questions if one.switch == switch)
    found = finding(result, switch)
    # Only what write requests can show is said to need them.
    assert ("write: true" in found["seen"]) == (found["answer"] == "not_seen" and question.written is not None)
    if position == UNKNOWN:
        assert found["answer"] == "unknown_shape"
        assert switch not in result["profile"]
    elif not question.steps or position in account.untold.get(switch, ()):
        assert found["answer"] == "not_seen"
        assert switch not in result["profile"]
    elif (switch, position) in account.same:
        wanted = account.same[switch, position]
        assert {one: result["profile"].get(one) for one in wanted} == wanted
    else:
        assert (result["profile"].get(switch), found["seen"]) == (
            position,
            question.positions.get(position, str(position)),
        )
        assert found["answer"] == ("confirmed" if position == question.expected else "differs")


@pytest.mark.parametrize("name", ACCOUNTS)
def test_each_switch_of_the_sandbox_is_a_question(name: str) -> None:
    account = ACCOUNTS[name]
    switches = account.sandbox().switches._switches
    questions = {question.switch: question for question in account.probe.questions if question.is_switch}
    assert sorted(questions) == sorted(switches)
    for switch, kind in switches.items():
        question = questions[switch]
        assert question.expected == kind.default
        if isinstance(kind, Choice) and question.steps:
            known = {*question.positions, *account.untold.get(switch, ()), UNKNOWN}
            assert {value for value in kind.values if (switch, value) not in account.same} <= known


def test_a_question_names_its_steps(account: Account) -> None:
    known = {step.name for step in account.probe.steps}
    used = {step for question in account.probe.questions for step in question.steps}
    assert used <= known
    written = {step for one in account.probe.questions if one.written for step in one.written.steps}
    assert written <= {step.name for step in account.probe.writing.steps}


def test_each_scratch_object_is_deleted(account: Account) -> None:
    writing = account.probe.writing
    assert {step.creates for step in writing.steps if step.creates} <= set(writing.scratch)
    for scratch in writing.scratch:
        if scratch.inside is not None:
            assert writing.scratch.index(scratch) < writing.scratch.index(scratch.inside)


def test_a_probe_only_reads_and_sends_few_requests(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    before = sandbox.export_state(None)
    sent = connect(monkeypatch, sandbox)
    probe(account, sandbox)
    assert len(sent.calls) <= MAX_REQUESTS
    # A login makes a token.
    assert {**sandbox.export_state(None), "login_tokens": None} == {**before, "login_tokens": None}


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (403, b"{}", "the service refused the request (HTTP 403)"),
        (500, b"{}", "the service failed (HTTP 500)"),
        (200, b"<p>Error</p>", "the service returned a web page"),
        (404, b'{"error": "no su', "the service returned JSON that is not complete"),
    ],
)
def test_a_failure_of_the_service_is_no_answer(status: int, body: bytes, reason: str) -> None:
    assert make_reply(status, body, {}).disturbance == reason


def test_an_error_about_the_request_is_an_answer() -> None:
    assert make_reply(404, b"Not Found", {}).disturbance == ""
    assert make_reply(404, b"<p>Not Found</p>", {}).disturbance == ""


def test_a_probe_that_is_refused_because_of_the_rate_limit_waits_as_long_as_it_is_asked_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sandbox = make_sandbox(ACCOUNTS["pingplotter"], rate_limit=3, rate_window=60)
    sent = connect(monkeypatch, sandbox)
    probe(ACCOUNTS["pingplotter"], sandbox, **PATIENCE)
    refused = [reply.status == 429 for reply in sent.replies]
    assert sum(refused) > 2
    # The next request is in another window.
    assert not any(one and following for one, following in itertools.pairwise(refused))


def test_a_probe_stops_at_the_limit_of_requests(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    sent = connect(monkeypatch, sandbox)
    monkeypatch.setattr(run, "MAX_REQUESTS", 1)
    result = probe(account, sandbox)
    assert len(sent.calls) == 1
    # A small service may have no question that needs another request than the first one.
    first = account.probe.steps[0].name
    later = any(question.steps and first not in question.steps for question in account.probe.questions)
    assert ("the limit of 1 requests was reached" in {one["seen"] for one in result["findings"]}) == later


# The names of fields with ids and secrets. Their values are checked, however short they are.
IDENT_OR_SECRET = re.compile(r"(id|ids|key|token|password|email)$", re.IGNORECASE)


def values_of(sandbox: Service, account: Account) -> set[str]:
    """The values in an account that must not be in a report: credentials, ids, and texts that nobody else has."""
    state = sandbox.export_state(None)
    texts = {text for text in texts_in([state, account.credentials]) if "canary" in text.casefold() or len(text) > 20}
    secrets = {str(value) for value in account.credentials.values() if value and not isinstance(value, bool)}
    return {text.casefold() for text in {*texts, *secrets, *idents_in(state)}}


def idents_in(state: Any) -> Iterator[str]:
    """The ids and secrets in an account."""
    for name, value in state.items() if isinstance(state, dict) else enumerate(state):
        if isinstance(value, (dict, list)) and not IDENT_OR_SECRET.search(str(name)):
            yield from idents_in(value)
        elif IDENT_OR_SECRET.search(str(name)):
            yield from (str(one) for one in (value if isinstance(value, list) else [value]) if one and one is not True)


def shown_values(result: Result, sandbox: Service, account: Account) -> list[str]:
    """The values of an account that a result contains as whole words."""
    values = values_of(sandbox, account)
    assert values
    report = json.dumps(result, ensure_ascii=False).casefold()
    return [value for value in sorted(values) if re.search(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", report)]


@pytest.mark.parametrize(("name", "switch", "position"), list(all_positions()))
def test_a_report_contains_no_value_of_the_account(
    name: str, switch: str, position: Position, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = ACCOUNTS[name]
    switches = {"unknown_fields": "some", **account.with_switches.get(switch, {}), switch: position}
    sandbox = make_sandbox(account, **switches)
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    assert shown_values(result, sandbox, account) == []
    assert "canary" not in json.dumps(result, ensure_ascii=False).casefold()


@pytest.mark.parametrize("position", ["yes", "retry_after", "limits", "no", "nothing"])
def test_what_only_a_refused_request_shows_is_not_seen_without_one(
    position: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = ACCOUNTS["pingplotter"]
    sandbox = make_sandbox(account, rate_headers=position)
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    for switch in ("rate_headers", "rate_limit"):
        found = finding(result, switch)
        assert (found["answer"], found["seen"]) == ("not_seen", "the probe did not reach the rate limit")
        assert switch not in result["profile"]


@pytest.mark.parametrize(
    ("name", "switch", "path"), [("alertra", "page_cap", "/devices"), ("pinghome", "page_cap", "/resources")]
)
def test_a_server_that_ignores_the_page_shows_no_number_of_objects(
    name: str, switch: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = ACCOUNTS[name]
    sandbox = make_sandbox(account)
    handle = sandbox.handle

    def first_page(call: Call) -> Reply:
        # Pinghome shows the right page if a page has one object, so that the parameter seems to work.
        is_listing = call.path.endswith(path) and call.parameter("limit") != "1"
        return handle(replace(call, paging=Paging.REPEAT) if is_listing else call)

    monkeypatch.setattr(sandbox, "handle", first_page)
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    found = finding(result, switch)
    assert (found["answer"], found["seen"].startswith("the second page has")) == ("not_seen", True)
    assert switch not in result["profile"]


UNITS = {"alertra": "the unit of the frequency of a device", "pinghome": "the unit of the interval of a heartbeat"}


@pytest.mark.parametrize("name", UNITS)
def test_the_times_of_records_show_the_unit_of_a_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account = ACCOUNTS[name]
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox)
    (found,) = (one for one in probe(account, sandbox)["findings"] if one["question"] == UNITS[name])
    assert (found["answer"], found["switch"]) == ("confirmed", "")


@pytest.mark.parametrize(
    ("setting", "pause_s", "position"),
    [(5, 300, "minutes"), ("5", 310, "minutes"), (300, 290, "seconds"), (60, 60, "seconds"), (1, 3600, "hours")],
)
def test_the_unit_of_a_setting(setting: Any, pause_s: int, position: str) -> None:
    begin = datetime(2026, 1, 31, tzinfo=UTC)
    # One is checked again at once.
    moments = [0, 10, *(pause_s * number for number in range(1, 6))]
    assert unit(setting, [(begin + timedelta(seconds=one)).isoformat() for one in moments]) == position


@pytest.mark.parametrize("times", [[], ["2026-01-31T00:00:00Z"] * 6, ["yesterday"] * 6, [None] * 6])
def test_without_times_no_unit_is_seen(times: list[Any]) -> None:
    with pytest.raises(NotSeenError):
        unit(5, times)


def with_text(former: str, text: str, reply: Reply) -> Reply:
    """A reply with another text instead of one."""
    return replace(reply, body=reply.body.replace(former.encode(), text.encode()))


@pytest.mark.parametrize(
    ("name", "question", "field"),
    [
        ("pinghome", "the words for the type of a resource", '"type": "http"'),
        ("pinghome", "the words for the state of a resource", '"state": "up"'),
        ("portmonitor", "the words for the status of a target", '"status": "up"'),
        ("simplehelp", "the words for the severity of an alert", '"severity": "warning"'),
    ],
)
def test_a_word_that_nobody_has_described_is_reported_by_its_form(
    name: str, question: str, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = ACCOUNTS[name]
    seen = {}
    for other in (field, f'{field.partition(":")[0]}: "CANARY"'):
        sandbox = make_sandbox(account)
        connect(monkeypatch, sandbox, partial(with_text, field, other))
        result = probe(account, sandbox)
        (found,) = (one for one in result["findings"] if one["question"] == question)
        seen[other] = (found["answer"], found["seen"])
        assert "canary" not in json.dumps(result, ensure_ascii=False).casefold()
    assert list(seen.values()) == [
        ("confirmed", "words that the collection knows"),
        ("unknown_shape", "a word of 6 letters in capitals"),
    ]


def test_the_names_of_permissions_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    account = ACCOUNTS["simplehelp"]
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    (found,) = (one for one in result["findings"] if one["question"] == "the names of permissions")
    assert found["answer"] == "differs"
    assert {"kind": "permission", "field": "canDoMore", "form": "true or false"} in result["unknown_fields"]


def test_unknown_fields_are_listed_with_their_form(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account, unknown_fields="some")
    connect(monkeypatch, sandbox)
    found = {(one["field"], one["form"]) for one in probe(account, sandbox)["unknown_fields"]}
    assert found >= {("x_flag", "true or false"), ("x_größe", "a text"), ("x_nested", "an object with several fields")}


def test_an_empty_account_is_no_error(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = account.sandbox()
    connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    assert {one["answer"] for one in result["findings"]} <= {"confirmed", "not_seen"}


def test_wrong_credentials_are_an_error(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox)
    secrets = {item.name: "wrong" for item in account.service.credentials if item.secret}
    with pytest.raises(ApiError):
        probe(account, sandbox, **{name: value for name, value in secrets.items() if account.credentials.get(name)})


def random_switches(account: Account, random: Random) -> dict[str, Any]:
    """A random position of each switch. Positions that reading cannot tell are left out."""
    switches: dict[str, Any] = {}
    for switch, kind in account.sandbox().switches._switches.items():
        hidden = {*account.untold.get(switch, ()), UNKNOWN}
        steps = next(question.steps for question in account.probe.questions if question.switch == switch)
        if isinstance(kind, Choice) and steps:
            switches[switch] = random.choice([value for value in kind.values if value not in hidden])
    return switches


def conversation(account: Account, switches: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> tuple[Result, Any]:
    """The result of a probe, and the requests with their responses, without tokens of logins."""
    sandbox = make_sandbox(account, **switches)
    sent = connect(monkeypatch, sandbox)
    result = probe(account, sandbox)
    said = [
        (call.method, call.path, {**call.query, "auth_token": None}, reply.status, reply.body)
        for call, reply in zip(sent.calls, sent.replies, strict=True)
        if call.path != "/users/login"
    ]
    return result, said


@pytest.mark.parametrize("seed", range(40))
def test_the_sandbox_with_the_profile_answers_a_probe_as_the_account_does(
    account: Account, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test adds what the probe says that it has not seen."""
    switches = random_switches(account, Random(seed))
    result, said = conversation(account, switches, monkeypatch)
    unseen = {one["switch"] for one in result["findings"] if one["answer"] == "not_seen"} & set(switches)
    profile = {**result["profile"], **{switch: switches[switch] for switch in unseen}}
    again, repeated = conversation(account, profile, monkeypatch)
    assert repeated == said
    assert again == result


ODD: tuple[Any, ...] = (None, True, 0, -1.5, "", "1", "odd", [], {}, [[]], [1, None], {"odd": {"id": [1]}}, "<odd>")
ANSWERS = {"confirmed", "differs", "not_seen", "unknown_shape"}


def odd(value: Any, random: Random) -> Any:
    """A value with another form somewhere: another value, a field with another name, or a list as a map by names."""
    if random.random() < 0.06:
        return random.choice(ODD)
    if isinstance(value, dict):
        return {name if random.random() > 0.03 else "oddName": odd(inner, random) for name, inner in value.items()}
    if isinstance(value, list):
        if random.random() < 0.1:
            return {f"canary_{number}": odd(inner, random) for number, inner in enumerate(value)}
        return [odd(inner, random) for inner in value]
    return value


def odd_reply(reply: Reply, random: Random) -> Reply:
    """A reply in another form, or with another status."""
    if random.random() < 0.05:
        return replace(reply, status=random.choice([202, 204, 301, 403, 404, 405, 422, 500]))
    try:
        return replace(reply, body=json.dumps(odd(json.loads(reply.body), random)).encode())
    except ValueError:
        return reply


@pytest.mark.parametrize("seed", range(60))
def test_a_server_that_answers_in_odd_forms_is_reported(
    account: Account, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox, lambda reply: odd_reply(reply, random))
    try:
        result = probe(account, sandbox)
    except ApiError:
        return
    assert len(result["findings"]) == len(account.probe.questions)
    assert {one["answer"] for one in result["findings"]} <= ANSWERS
    assert "canary" not in json.dumps(result, ensure_ascii=False).casefold()


@pytest.mark.parametrize(
    "body", [b"", b"null", b"true", b"7", b'"odd"', b"[7]", b'{"odd": {"n": 1}}', b"<odd/>", b"odd"]
)
def test_a_server_that_answers_all_requests_alike_is_reported_as_unknown(
    account: Account, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox = make_sandbox(account)
    connect(monkeypatch, sandbox, lambda reply: replace(reply, status=200, body=body))
    try:
        result = probe(account, sandbox)
    except ApiError:
        return
    assert finding(result, "list_envelope")["answer"] in ("unknown_shape", "not_seen", "confirmed")
    assert {one["answer"] for one in result["findings"]} <= ANSWERS


def test_the_guide_says_how_many_questions_a_probe_can_answer(account: Account) -> None:
    """That reading and writing do answer these is tested by the positions of each switch."""
    questions = account.probe.questions
    read = sum(bool(question.steps) for question in questions)
    written = sum(not question.steps and question.written is not None for question in questions)
    counts = (len(questions), read, written, len(questions) - read - written)
    row = f"   * - {account.service.title}\n" + "".join(f"     - {count}\n" for count in counts)
    assert row in (ROOT / "docs" / "docsite" / "rst" / "guide_verify.rst").read_text(encoding="utf-8")


def test_a_name_of_a_field_that_may_be_a_value_is_not_shown() -> None:
    names = FieldNames([{"a": "Berlin-Mitte web-1", "b": ["shop"], "Method": "HTTP"}])
    for name in ("x_flag", "größe", "x_http_mode", "httpMode", "shopping", "shop_id"):
        assert names.show(name) == name
    hidden = "(a name that may be a value)"
    values = ("Shop", "http", "my_berlin", "BerlinOffice", "berlin_2", "web-2", "www.example.com", "1")
    assert [names.show(name) for name in values] == [hidden] * len(values)
