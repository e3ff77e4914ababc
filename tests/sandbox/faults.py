# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults: what can go wrong between a client and a service, on request."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .errors import RefusedError
from .service import HTML, JSON, TEXT, Reply

KINDS: Mapping[str, tuple[str, ...]] = {
    "status": ("status",),
    "status_after": ("status",),
    "drop_before": (),
    "drop_after": (),
    "delay": ("seconds",),
    "truncate": (),
    "truncate_json": (),
    "html": (),
    "html_after": (),
    "empty": (),
    "nested_json": (),
    "two_lengths": (),
    "odd_gzip": (),
    "odd_charset": (),
    "gzip_bomb": (),
    "drip": ("seconds",),
    "redirect": ("location",),
    "repeat_page": (),
    "endless_page": (),
}
"""The kinds of faults, each with the fields that it needs."""

OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "status": ("retry_after", "answer", "headers"),
    "status_after": ("retry_after", "answer", "headers"),
    "redirect": ("status",),
}
"""Further fields that a kind takes."""

MATCHING = ("service", "method", "path", "body", "skip", "times", "kind")

WITHOUT_ACTING = frozenset({"status", "drop_before", "html", "redirect"})
"""The kinds that keep a request from the service."""

PAGE = b"<!DOCTYPE html>\n<html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>\n"


NESTED = 100_000
GZIP = {"Content-Encoding": "gzip"}


@cache
def bomb() -> bytes:
    """A gibibyte of blanks in a mebibyte, made of pieces so that nobody needs the memory."""
    piece = gzip.compress(b" " * 2**24, 9)
    return piece * 64


@dataclass
class Fault:
    """One fault: which requests it meets, and what it does to them."""

    number: int
    kind: str
    service: str
    method: str | None = None
    path: str = ""
    body: str | None = None
    skip: int = 0
    times: int = 1
    status: int = 302
    seconds: float = 0.0
    location: str = ""
    retry_after: str | None = None
    answer: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    hits: int = 0

    @property
    def acts(self) -> bool:
        """Whether the request still reaches the service."""
        return self.kind not in WITHOUT_ACTING

    @property
    def drops(self) -> bool:
        """Whether the connection ends without an answer."""
        return self.kind in ("drop_before", "drop_after")

    def matches(self, service: str, method: str, path: str, body: str) -> bool:
        """Tell whether a request is one that this fault may meet."""
        return (
            service == self.service
            and (self.method is None or self.method.upper() == method)
            and re.search(self.path, path) is not None
            and (self.body is None or re.search(self.body, body) is not None)
        )

    def take(self) -> bool:
        """Count a matching request, and return whether the fault applies to it."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times == 0:
            return False
        if self.times > 0:
            self.times -= 1
        self.hits += 1
        return True

    def spoil(self, reply: Reply) -> Reply:
        """Return what the client gets in place of the service's reply."""
        match self.kind:
            case "status" | "status_after":
                return self._status_reply()
            case "redirect":
                return Reply(self.status, headers={"Location": self.location})
            case "html" | "html_after":
                return Reply(200, PAGE, HTML)
            case "empty":
                return Reply(200, b"", reply.content_type)
            case "nested_json":
                return Reply(200, b"[" * NESTED, JSON)
            case "odd_gzip":
                return Reply(reply.status, reply.body, reply.content_type, {**reply.headers, **GZIP})
            case "odd_charset":
                return Reply(reply.status, reply.body, "text/plain; charset=idna", reply.headers)
            case "gzip_bomb":
                return Reply(200, bomb(), JSON, GZIP)
            case "truncate_json":
                text = reply.body.decode()
                return Reply(reply.status, text[: len(text) // 2].encode(), reply.content_type, reply.headers)
        return reply

    def _status_reply(self) -> Reply:
        headers = dict(self.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = self.retry_after
        if self.answer is None:
            return Reply(self.status, headers=headers)
        if isinstance(self.answer, str):
            return Reply(self.status, self.answer.encode(), TEXT, headers)
        return Reply(self.status, json.dumps(self.answer).encode(), JSON, headers)

    def as_json(self) -> dict[str, Any]:
        """Return the fault as the control endpoint shows it; `skip` and `times` say what is left of them."""
        shown = (*MATCHING, *KINDS[self.kind], *OPTIONAL.get(self.kind, ()))
        return {"number": self.number, "hits": self.hits, **{name: getattr(self, name) for name in shown}}


class Faults:
    """The faults in their order: the first one that takes a request has it."""

    def __init__(self, services: Collection[str]) -> None:
        """Start without faults, for services of these names."""
        self._services = services
        self._faults: list[Fault] = []

    def clear(self) -> None:
        """Forget all faults."""
        self._faults = []

    def as_json(self) -> list[dict[str, Any]]:
        """Return all faults, used up or not."""
        return [fault.as_json() for fault in self._faults]

    def add(self, descriptions: list[Any]) -> list[dict[str, Any]]:
        """Add faults at the end: all of them, or none if one is refused."""
        first = len(self._faults) + 1
        added = [self._parse(description, first + index) for index, description in enumerate(descriptions)]
        self._faults += added
        return [fault.as_json() for fault in added]

    def pick(self, service: str, method: str, path: str, body: str) -> Fault | None:
        """Return the fault that a request meets, and count it."""
        matching = (fault for fault in self._faults if fault.matches(service, method, path, body))
        return next((fault for fault in matching if fault.take()), None)

    def _parse(self, fields: Any, number: int) -> Fault:
        if not isinstance(fields, dict):
            raise RefusedError("A fault is a JSON object.")
        check_names(fields)
        check_values(fields)
        if fields["service"] not in self._services:
            raise RefusedError(f"There is no service {fields['service']!r}; there are {', '.join(self._services)}.")
        return Fault(number=number, **fields)


def check_names(fields: Mapping[str, Any]) -> None:
    """Refuse a fault of an unknown kind, and one that lacks a field of its kind or has another's."""
    kind = str(fields.get("kind"))
    if kind not in KINDS:
        raise RefusedError(f"A fault cannot be of the kind {kind!r}; the kinds are {', '.join(KINDS)}.")
    needed = ("service", *KINDS[kind])
    for name in needed:
        if fields.get(name) is None:
            raise RefusedError(f"A fault of the kind {kind} needs {name!r}.")
    allowed = {*MATCHING, *needed, *OPTIONAL.get(kind, ())}
    unknown = sorted(set(fields) - allowed)
    if unknown:
        raise RefusedError(f"A fault of the kind {kind} takes {', '.join(sorted(allowed))}, not {', '.join(unknown)}.")


FIELD_TYPES: Mapping[str, tuple[type, ...]] = {
    "service": (str,),
    "method": (str, type(None)),
    "path": (str,),
    "body": (str, type(None)),
    "skip": (int,),
    "times": (int,),
    "status": (int,),
    "seconds": (int, float),
    "location": (str,),
    "retry_after": (str, type(None)),
    "headers": (dict,),
}


def check_values(fields: Mapping[str, Any]) -> None:
    """Refuse values of a wrong type or range."""
    for name, types in FIELD_TYPES.items():
        if name in fields and (not isinstance(fields[name], types) or isinstance(fields[name], bool)):
            raise RefusedError(f"The field {name!r} of a fault cannot be {fields[name]!r}.")
    if not 200 <= fields.get("status", 200) <= 599:
        raise RefusedError("The status of a fault is a number from 200 to 599.")
    if not all(isinstance(value, str) for value in fields.get("headers", {}).values()):
        raise RefusedError("The headers of a fault are texts.")
    for name in ("path", "body"):
        check_pattern(name, fields.get(name))


def check_pattern(name: str, pattern: str | None) -> None:
    """Refuse a text that is not a regular expression."""
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise RefusedError(f"The field {name!r} of a fault is not a regular expression: {error}.") from None
