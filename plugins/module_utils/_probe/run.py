# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a probe: sends its requests, reads the answers to its questions, and makes the findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._core.values import Values
from .evidence import Evidence, Names, NotSeenError, UnknownFormError
from .forms import FieldNames, type_of
from .question import WRITE, Position, Probe, Question, Service, Step
from .sender import Sender
from .writer import Writer

MAX_REQUESTS = 30
"""How many requests a probe sends that reads, repeated ones and logins included."""


def run_probe(probe: Probe, service: Service, options: Mapping[str, Any], *, check: bool = False) -> Values:
    """Find out how an account answers what the documents leave open.

    :param service: the account
    :param options: the options of the module, with those of the connection
    :param check: send no write requests
    :returns: C(findings), C(profile), C(unknown_fields), C(leftovers) and C(changed), without any value of the account
    :raises ApiError: if no request succeeds
    :raises MonitoringError: if a signal interrupts the write requests
    """
    account = getattr(service, "inner", service)
    sender = Sender(account, Evidence(options), MAX_REQUESTS)
    evidence = sender.evidence
    sender.send_all(probe.steps)
    writer = Writer(probe.writing, account, sender)
    leftovers = _write(probe, writer, evidence, check=check) if options["write"] else []
    findings = [_answer(question, evidence) for question in probe.questions]
    positions = dict(one.pop("position") for one in findings)
    profile = {name: found for name, found in positions.items() if name and found is not None}
    return {
        "findings": findings,
        "profile": profile,
        "unknown_fields": list(_unknown_fields(probe, evidence)),
        "leftovers": leftovers,
        "changed": writer.is_changed,
    }


def _write(probe: Probe, writer: Writer, evidence: Evidence, *, check: bool) -> list[str]:
    """Send the write requests.

    :returns: the scratch objects that are left, by kind and name
    """
    try:
        if check:
            writer.find_old()
            raise NotSeenError("check mode sends no write requests")
        return writer.write(_steps_to_repeat(probe, evidence))
    except NotSeenError as exc:
        evidence.no_writes = str(exc)
        return []
    finally:
        writer.close()


def _steps_to_repeat(probe: Probe, evidence: Evidence) -> Sequence[Step]:
    """The requests that read, if the account lacks objects that they are about."""
    for question in probe.questions:
        if question.steps and _answer(question, evidence)["answer"] == "not_seen":
            return probe.steps
    return ()


def _answer(question: Question, evidence: Evidence) -> Values:
    """The finding about a question."""
    switch = question.switch if question.is_switch else ""
    finding: Values = {"question": question.text, "document": question.document, "switch": switch}
    position = None
    try:
        position = _position(question, evidence)
    except NotSeenError as exc:
        finding.update(answer="not_seen", seen=str(exc))
    except UnknownFormError as exc:
        finding.update(answer="unknown_shape", seen=str(exc))
    else:
        is_expected = position == question.expected
        finding.update(answer="confirmed" if is_expected else "differs", seen=_seen(question, position))
    return {**finding, "position": (switch, position)}


def _position(question: Question, evidence: Evidence) -> Position:
    """The position that reading shows or, if it shows none, write requests.

    :raises NotSeenError: if neither shows one
    :raises UnknownFormError: if an answer has an unknown form
    """
    try:
        return question.read(evidence)
    except NotSeenError as exc:
        if question.written is None:
            raise
        if not evidence.options["write"]:
            raise NotSeenError(_naming_the_option(str(exc))) from None
        if evidence.no_writes:
            raise NotSeenError(evidence.no_writes) from None
        return question.written.read(evidence)


def _naming_the_option(reason: str) -> str:
    """Why reading did not show what write requests can show."""
    return reason if WRITE in reason else f"{reason}; {WRITE} may show it"


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
