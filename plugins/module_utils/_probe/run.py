# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a probe: sends its requests, reads the answers to its questions, and makes the findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._core.errors import ApiError, MonitoringError
from .._core.values import Values
from .._http.attempt import Answer, Request
from .evidence import Evidence, Names, NotSeenError, UnknownFormError, make_reply
from .forms import FieldNames, type_of
from .question import Probe, Question, Service, Step

MAX_REQUESTS = 30
"""How many requests a probe sends, repeated ones and logins included."""


def run_probe(probe: Probe, service: Service, options: Mapping[str, Any]) -> Values:
    """Find out how an account answers what the documents leave open.

    :param service: the account
    :param options: the options of the module, with those of the connection
    :returns: C(findings) and C(profile); no value of the account is in them
    :raises ApiError: if no request succeeds
    """
    evidence = _Sender(service, options).send(probe)
    findings = [_answer(question, evidence) for question in probe.questions]
    profile = {name: found for name, found in (one.pop("position") for one in findings) if found is not None}
    return {"findings": findings, "profile": profile, "unknown_fields": list(_unknown_fields(probe, evidence))}


class _Sender:
    """Sends the requests of a probe, up to the limit."""

    def __init__(self, service: Service, options: Mapping[str, Any]) -> None:
        self._service, self._options = service, options
        self._evidence = Evidence(options)
        self._left = MAX_REQUESTS

    def _may_send(self) -> bool:
        self._left -= 1
        return self._left >= 0

    def _take(self, request: Request, answer: Answer) -> None:
        self._evidence.log.append((request, make_reply(answer.status, answer.body, answer.headers)))

    def send(self, probe: Probe) -> Evidence:
        """Send all requests.

        :raises ApiError: the first error, if no request succeeds
        """
        errors: list[MonitoringError] = []
        for step in probe.steps:
            errors += self._send_step(step)
        if errors and not any(_succeeded(self._evidence, step) for step in probe.steps):
            raise errors[0]
        return self._evidence

    def _send_step(self, step: Step) -> Iterator[MonitoringError]:
        """Send one request.

        :returns: the error, if it fails
        """
        before = len(self._evidence.log)
        try:
            call = step.make(self._evidence)
            client = self._client(step)
            client.request(
                call.method, call.path, params=call.params, json=call.json, host=call.host, read=True, repeat=True
            )
        except (NotSeenError, UnknownFormError) as exc:
            self._evidence.skip(step.name, str(exc))
            return
        except ApiError as exc:
            yield exc
        self._register(step, len(self._evidence.log) > before)

    def _client(self, step: Step) -> Any:
        if step.connect is None:
            client = self._service.client
        else:
            client = step.connect(getattr(self._service, "inner", self._service), self._evidence)
        client.observe(self._may_send, self._take)
        return client

    def _register(self, step: Step, is_answered: bool) -> None:
        if is_answered:
            self._evidence.add(step.name, self._evidence.log[-1][1])
        elif self._left < 0:
            self._evidence.skip(step.name, f"the limit of {MAX_REQUESTS} requests was reached")
        else:
            self._evidence.skip(step.name, "the service did not answer the request")


def _succeeded(evidence: Evidence, step: Step) -> bool:
    try:
        return evidence.reply(step.name).is_success
    except NotSeenError:
        return False


def _answer(question: Question, evidence: Evidence) -> Values:
    """The finding about a question."""
    finding: Values = {"question": question.text, "document": question.document, "switch": question.switch}
    position = None
    try:
        position = question.read(evidence)
    except NotSeenError as exc:
        finding.update(answer="not_seen", seen=str(exc))
    except UnknownFormError as exc:
        finding.update(answer="unknown_shape", seen=str(exc))
    else:
        is_expected = position == question.expected
        finding.update(answer="confirmed" if is_expected else "differs", seen=_seen(question, position))
    return {**finding, "position": (question.switch, position)}


def _seen(question: Question, position: Any) -> str:
    return question.positions.get(position, str(position))


def _unknown_fields(probe: Probe, evidence: Evidence) -> Iterator[Values]:
    """The undocumented fields of objects, with their types."""
    names = FieldNames(evidence.all_data())
    for kind, steps in probe.kinds:
        found = fields_without_document(evidence, kind, steps)
        shown = sorted({(names.show(name), type_of(value)) for name, value in found.items()})
        for name, form in shown:
            yield {"kind": kind.envelope[0], "field": name, "form": form}


def fields_without_document(evidence: Evidence, kind: Names, steps: tuple[str, ...]) -> Mapping[str, Any]:
    """The undocumented fields of objects, each with a value.

    An object without any known field is left out: it may be a map, whose keys are values of the account.
    """
    try:
        rows = evidence.objects(kind, *steps)
    except NotSeenError:
        return {}
    known = {*kind.fields, *kind.ids}
    objects = [row for row in rows if known & set(row)]
    return {name: value for row in objects for name, value in row.items() if name not in known}
