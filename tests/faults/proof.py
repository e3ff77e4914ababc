# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run with a request that fails, and another without: what was promised of them, and what came of it."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from faults.account import Things, changed, without_passwords
from faults.network import Cut, Wire
from faults.scenarios import API_MAX_WAIT, API_TIMEOUT, Scenario
from faults.ways import ON, Way
from integration.harness import Result, run_module
from sandbox.client import Sandbox
from tools.fault_matrix import PARTIAL, SUCCEEDS, TITLES, UNCHANGED, UNKNOWN

FAILURE: Mapping[str, type | tuple[type, ...]] = {
    "service": str, "method": str, "path": str, "status": (int, type(None)), "code": (str, type(None)), "message": str,
    "attempts": int, "waited_s": (int, float),
}  # fmt: skip
_TEXTS = ("/hostname/get", "/machinegroups/properties/get", "/reminder", "/ssl", "/tld")
"""What is answered with nothing but a text, or with nothing where there is none."""
GRACE_S = 15.0
"""What a run may take besides the time lost to failures: to look whether what was written can be read."""
MEMORY_MB = 200
"""How much memory a run may take besides what the process had before it. An answer may have 64 MB."""
PERHAPS = re.compile(r"may still have|not yet|run again")
"""How a sentence says that it is not known whether something was done."""
NO_SENTENCE = re.compile(
    r"\n|Traceback|unexpected|Error\(|object at 0x|HTTPConnection|Max retries|<html|\bNone\b", re.I
)


@dataclass
class Ideal:
    """The run in which nothing fails: what it finds, sends, returns and leaves.

    :param fresh: whether the account is as the run finds it
    :param ends: what was wrong with the run that followed, by what the one before it had left
    """

    scenario: Scenario
    pages: bool
    options: Any
    before: Things
    after: Things
    requests: list[dict[str, Any]]
    result: Result
    seconds: float
    fresh: bool = False
    ends: dict[str, list[str]] = field(default_factory=dict)

    def prepare(self, sandbox: Sandbox) -> None:
        """Put the account back to where the run begins, unless nothing has changed there."""
        if not self.fresh:
            self.scenario.prepare(sandbox, self.pages)
            if callable(self.scenario.options):
                self.scenario.given(sandbox)
        self.fresh = False


@dataclass
class Run:
    """One run: what it returns, what it leaves, and how it went."""

    result: Result
    after: Things
    wire: Wire


def run(sandbox: Sandbox, scenario: Scenario, options: Any, cut: Cut | None = None) -> Run:
    """Run the module of a scenario once, with the sandbox as it is."""
    wire = Wire(API_TIMEOUT, cut)
    with wire.attached():
        try:
            result = run_module(scenario.user(sandbox), scenario.module, options)
        except Exception:
            result = {"failed": True, "msg": traceback.format_exc()}
    return Run(result, scenario.holdings(sandbox), wire)


def ideal(sandbox: Sandbox, scenario: Scenario, pages: bool = False) -> Ideal:
    """Run a scenario without any fault."""
    scenario.prepare(sandbox, pages)
    before = scenario.holdings(sandbox)
    options = scenario.given(sandbox)
    done = run(sandbox, scenario, options)
    assert not done.result.get("failed"), (scenario.name, done.result)
    assert not done.result.get("warnings"), (scenario.name, done.result["warnings"])
    assert done.result["changed"] is not scenario.reads, scenario.name
    requests = sandbox.requests(scenario.service)
    return Ideal(scenario, pages, options, before, done.after, requests, done.result, done.wire.seconds)


@dataclass
class Proof:
    """A fault that met a request: what came of it, and which promises were broken."""

    ideal: Ideal
    way: Way
    mode: str
    number: int
    outcome: str
    problems: list[str]

    @property
    def title(self) -> str:
        """Which fault of which request."""
        request = self.ideal.requests[self.number]
        return f"request {self.number + 1} ({request['method']} {request['path']}), {self.way.title} {self.mode}"


def numbers(ideal: Ideal, way: Way, mode: str) -> Iterator[int]:
    """The requests to which it matters to fail so; one page of each listing stands for the others."""
    listed = set()
    for number, request in enumerate(ideal.requests):
        if way.paged:
            page = request["query"].get("Offset", request["query"].get("page", [""]))[0]
            if page and (request["path"], page in ("0", "1")) not in listed:
                listed.add((request["path"], page in ("0", "1")))
                yield number
        elif _sound(request, way) or _looks_alike(ideal, number, way, mode):
            continue
        elif acts(request) or not (way.late or (mode == ON and not way.lasts)):
            yield number


def _looks_alike(ideal: Ideal, number: int, way: Way, mode: str) -> bool:
    """Whether nobody could tell what is the matter: it looks like something that is in order."""
    if way.fault == "401" and ideal.scenario.module == "portmonitor_account":
        # A refused login and an account that is not there.
        return str(ideal.requests[number]["path"]).endswith("/users/login")
    # A host name that was not taken, and one that was and reads as empty from then on. The requests of several objects
    # come in any order, so it may be written later than it was in the ideal.
    later = ideal.requests if ideal.scenario.module.endswith("_config") else ideal.requests[number:]
    empty = mode == ON and way.fields.get("kind") == "empty"
    return empty and any(one["path"].endswith("/hostname/set") for one in later)


def _sound(request: Mapping[str, Any], way: Way) -> bool:
    """Whether what remains of an answer is as good as an answer."""
    kind, path = way.fields.get("kind"), request["path"]
    if kind == "truncate_json":
        return str(path).endswith("/hello")  # Half of a text is a text.
    # A refusal does not become a success by losing its body; and an empty text is one that is not set.
    return kind == "empty" and (request["status"] >= 400 or path.endswith(_TEXTS))


def acts(request: Mapping[str, Any]) -> bool:
    """Whether a request changes anything: SimpleHelp also reads by POST, and two actions are a GET."""
    if request["method"] == "GET":
        return "data-gateway" in request["path"] or request["path"].endswith("/backup")
    return not request["path"].endswith(("/get", "/list")) or not {"group", "value"}.isdisjoint(request["body"] or ())


def prove(sandbox: Sandbox, ideal: Ideal, way: Way, mode: str, number: int) -> Proof:
    """Let one request fail, or that one and all later ones, and then run again without."""
    scenario = ideal.scenario
    ideal.prepare(sandbox)
    times = -1 if mode == ON else 1
    cut = Cut(way.cut, number, times) if way.cut else None
    if way.fields:
        sandbox.fault(service=scenario.service, skip=number, times=times, **way.fields)
    done = run(sandbox, scenario, ideal.options, cut)
    sandbox.clear_faults()
    problems = [] if number < len(done.wire.hosts) else ["the request was not sent"]
    problems += [*_sentence(scenario, done.result), *_reported(ideal, done), *_bounds(sandbox, ideal, done)]
    left = json.dumps(sorted(done.after.items()))
    if left not in ideal.ends:
        ideal.ends[left] = list(_again(ideal, done, run(sandbox, scenario, ideal.options)))
        ideal.fresh = scenario.reads
    else:
        ideal.fresh = done.after == ideal.before and not scenario.action
    return Proof(ideal, way, mode, number, _outcome(ideal, done), [*problems, *ideal.ends[left]])


def _outcome(ideal: Ideal, done: Run) -> str:
    if not done.result.get("failed"):
        return SUCCEEDS
    touched = changed(ideal.before, done.after)
    if not touched:
        return UNCHANGED
    return UNKNOWN if touched - _told(ideal.scenario, done.result, touched) else PARTIAL


def _told(scenario: Scenario, result: Result, touched: set[Any]) -> set[Any]:
    """What of the things that were changed is reported as changed."""
    if not scenario.many:
        return touched if result.get("changed") else set()
    names = {one["name"] for one in result.get("changes", ())}
    return {(kind, ends) for kind, ends in touched if names.intersection(ends)}


def _doubted(scenario: Scenario, result: Result, touched: set[Any]) -> set[Any]:
    """What of the things that were changed is said to be open."""
    if not scenario.many:
        return touched if PERHAPS.search(result.get("msg", "")) else set()
    names = {one["name"] for one in result.get("failures", ()) if PERHAPS.search(one["msg"])}
    return {(kind, ends) for kind, ends in touched if names.intersection(ends)}


def _sentence(scenario: Scenario, result: Result) -> Iterator[str]:
    """What is wrong with how a failure is told."""
    if not result.get("failed"):
        return
    msg, title = result["msg"], TITLES[scenario.service]
    if "Traceback" in msg:
        yield f"a traceback: {msg.splitlines()[-1]}"
        return
    for one in (msg, *(failure["msg"] for failure in result.get("failures", ()))):
        if found := NO_SENTENCE.search(one):
            yield f"not a sentence for a user ({found[0]!r}): {one}"
    if not msg.startswith(f"{title}: "):
        yield f"it does not say that it is about {title}: {msg}"
    failure = result.get("failure")
    if not isinstance(failure, dict) or failure.keys() != FAILURE.keys():
        yield f"failure is {failure}: {msg}"
    elif wrong := [name for name, kind in FAILURE.items() if not isinstance(failure[name], kind)]:
        yield f"failure has a wrong {' and '.join(wrong)}: {failure}"
    elif failure["service"] != title or not failure["path"].startswith("/"):
        yield f"failure is about something else: {failure}"
    if "exception" in result:
        yield "an exception in the result"


def _reported(ideal: Ideal, done: Run) -> Iterator[str]:
    """What is wrong with what a run says of what it did."""
    scenario, result = ideal.scenario, done.result
    touched = changed(ideal.before, done.after)
    failed = bool(result.get("failed"))
    if scenario.module.endswith("_probe"):
        yield from () if failed else _seen_otherwise(ideal.result, result)
        return
    if scenario.reads:
        if not failed and _shown(result) != _shown(ideal.result):
            yield f"it succeeds with another result: {_shown(result)}"
        return
    if not failed and not scenario.action and done.after != ideal.after:
        yield f"it succeeds, but not with {changed(done.after, ideal.after)}"
    if not failed and result["changed"] is not ideal.result["changed"]:
        yield f"it succeeds, but says changed: {result['changed']}"
    silent = touched - _told(scenario, result, touched) - _doubted(scenario, result, touched)
    if silent:
        yield f"not reported: {sorted(silent)}: {result.get('msg')}"
    if scenario.action and sum(map(acts, ideal.requests)) == 1 and done.after not in (ideal.before, ideal.after):
        yield "it was done more than once"
    if result.get("changed") and not touched and not scenario.action:
        yield f"it says changed, but nothing was: {result.get('msg')} {result.get('changes')}"
    if scenario.many:
        names = {name for _kind, ends in touched for name in ends}
        for change in result.get("changes", ()):
            if change["name"] not in names:
                yield f"it reports {change}, which was not done"


_ABOUT_FAULTS = frozenset({"page_param", "rate_headers", "rate_limit"})
"""The questions of probes that repeated pages and refused requests answer."""


def _seen_otherwise(wanted: Result, result: Result) -> Iterator[str]:
    """The findings of a probe that a fault made wrong. It may see less than without the fault."""
    for expected, found in zip(wanted["findings"], result["findings"], strict=True):
        is_less = found["answer"] in ("not_seen", "unknown_shape")
        if found != expected and not is_less and found["switch"] not in _ABOUT_FAULTS:
            yield f"it sees {found['switch']}: {found['seen']} ({found['answer']}), not {expected['seen']}"


def _shown(result: Result) -> Result:
    return {name: value for name, value in result.items() if name not in ("invocation", "warnings")}


def _bounds(sandbox: Sandbox, ideal: Ideal, done: Run) -> Iterator[str]:
    """What is wrong with how long it took, how much memory, and where it went."""
    limit = ideal.seconds + API_MAX_WAIT + API_TIMEOUT + GRACE_S
    if done.wire.seconds > limit:
        yield f"it took {done.wire.seconds:.0f} s, more than {limit:.0f} s"
    if done.wire.megabytes > MEMORY_MB:
        yield f"it took {done.wire.megabytes:.0f} MB, more than {MEMORY_MB} MB"
    elsewhere = set(done.wire.hosts) - {urlsplit(sandbox.url).netloc}
    if elsewhere:
        yield f"a request went to {elsewhere}"


_LOST = re.compile(r"the old object is deleted, with its|without its|may still have been executed")


def _again(ideal: Ideal, done: Run, again: Run) -> Iterator[str]:
    """What is wrong with the run after the fault."""
    result = again.result
    if result.get("failed"):
        yield f"the next run fails: {result['msg']}"
        return
    if ideal.scenario.action:
        return
    now, wanted = again.after, ideal.after
    if re.search(r"(without|lacks) its [^:]*password", f"{done.result.get('msg')} {done.result.get('failures')}"):
        now, wanted = without_passwords(now), without_passwords(wanted)
    if ideal.scenario.title == "recreates" and _LOST.search(str(done.result.get("msg"))):
        # What was not declared of the old object has been lost with it, and the message says so.
        yield from (f"the next run leaves {key} besides" for key in now.keys() - wanted.keys())
    elif now != wanted:
        wrong = {key: (wanted.get(key), now.get(key)) for key in changed(now, wanted)}
        yield f"the next run ends with another state: {wrong}"
    if not ideal.scenario.reads and result["changed"] is not (done.after != again.after):
        yield f"the next run says changed: {result['changed']}"
