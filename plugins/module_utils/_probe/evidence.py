# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a probe knows: the requests that it sent, and their answers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .._core.errors import MonitoringError, ShapeError
from .._core.kind import Kind
from .._core.objects import Record
from .._http.attempt import Request
from .._http.content import parse
from .._http.envelope import ApiObject, extract_list, extract_object, identifier
from .._http.messages import error_code
from .forms import form
from .scratch import Scratch


class NotSeenError(MonitoringError):
    """The account does not show the answer to a question. The text is the reason, as one clause without values."""


class UnknownFormError(MonitoringError):
    """An answer has a form that no question expects. The text describes it without values."""


_DENIED = frozenset({401, 402, 403, 407, 408, 429})
"""The statuses that say nothing about what was requested, but about who requested it, or when."""


class Call(NamedTuple):
    """A request of a probe; the fields are those of C(Request) of the client, but for the last one.

    :param writes: the request changes something
    """

    path: tuple[str, ...]
    params: Mapping[str, Any] | None = None
    json: Any = None
    host: str = ""
    method: str = "GET"
    form: Mapping[str, Any] | None = None
    writes: bool = False

    def send(self, client: Any) -> None:
        """Send the request. A write request is never repeated after it may have been executed.

        :raises ApiError: if it fails
        """
        body = {} if self.form is None else {"form": self.form}
        client.request(
            self.method,
            self.path,
            params=self.params,
            json=self.json,
            host=self.host,
            read=not self.writes,
            repeat=not self.writes,
            **body,
        )


class Reply(NamedTuple):
    """What a server answered.

    :param data: JSON as Python values, other text as a string, None for an empty body
    :param is_usable: false for a web page, and for JSON that is nested too deep
    :param is_denied: whether an error code says that the credentials do not allow the request
    """

    status: int
    data: Any
    is_json: bool
    is_usable: bool
    headers: Mapping[str, str]
    is_denied: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether the body begins as JSON does, but is none."""
        return not self.is_json and isinstance(self.data, str) and self.data[:1] in ("{", "[", '"')

    @property
    def disturbance(self) -> str:
        """Why the reply says nothing about the account, as one clause; empty if it does."""
        if self.is_cut:
            return "the service returned JSON that is not complete"
        if self.is_denied or self.status in _DENIED:
            return f"the service refused the request (HTTP {self.status})"
        if self.status >= 500 or 300 <= self.status < 400:
            return f"the service failed (HTTP {self.status})"
        if self.status < 300 and not self.is_usable:
            return "the service returned a web page"
        return ""

    @property
    def is_success(self) -> bool:
        """Whether the request succeeded."""
        denied = isinstance(self.data, dict) and self.data.get("success") is False
        return 200 <= self.status < 300 and not denied


def make_reply(
    status: int, body: bytes, headers: Mapping[str, str], denied_codes: Collection[str] = frozenset()
) -> Reply:
    """A reply from the parts of an answer.

    :param denied_codes: the error codes with which the service refuses the credentials
    """
    content = parse(body)
    is_denied = status >= 400 and error_code(content.data) in denied_codes
    return Reply(status, content.data, content.is_json, content.is_usable, headers, is_denied)


@dataclass(frozen=True)
class Names:
    """How the answers of a service name a kind of objects.

    :param envelope: the names of the kind, the plural last
    :param ids: the keys that may contain an id
    :param fields: all fields that the documents or known clients name
    """

    envelope: tuple[str, ...]
    ids: tuple[str, ...]
    fields: frozenset[str] = frozenset()

    @classmethod
    def of(cls, kind: Kind, *others: str) -> Names:
        """The names of a kind.

        :param others: further fields that the documents or known clients name
        """
        fields = {name for item in kind.fields for name in item.api_names}
        return cls(tuple(kind.envelope_keys), tuple(kind.id_keys), frozenset({*fields, *others}))


class Sent(NamedTuple):
    """A request that was sent.

    :param sent_s: when it was sent, by the clock of the client
    """

    request: Request
    reply: Reply
    sent_s: float


class Lag:
    """After how many seconds a listing shows a new object, from the listings that did not show one, or did."""

    def __init__(self) -> None:
        self._lowest = 0
        self._highest: int | None = None

    def add(self, hidden_s: float | None, shown_s: float) -> None:
        """Add a new object.

        :param hidden_s: after how many seconds a listing did not show it, for the last time; None if each did
        :param shown_s: after how many seconds a listing showed it
        """
        if hidden_s is not None:
            self._lowest = max(self._lowest, math.floor(hidden_s) + 1)
        highest = math.floor(shown_s)
        self._highest = highest if self._highest is None else min(self._highest, highest)

    @property
    def pause_s(self) -> int:
        """For how many seconds to wait until a listing shows a change."""
        return max(self._lowest, self._highest or 0)

    @property
    def whole_s(self) -> int | None:
        """The lag in whole seconds, rounded up; None if no new object shows it.

        :raises NotSeenError: if too much time passed between two listings
        """
        if self._highest is None:
            return None
        if self._highest > self._lowest:
            raise NotSeenError("the rate limit did not allow to read a listing often enough")
        return self._lowest


class Evidence:
    """The replies of a probe by the name of the step, and why there is none.

    :param options: the options of the module
    :ivar log: all requests with their replies, also logins and requests that were repeated
    :ivar lag: after how many seconds a listing shows a new object
    :ivar no_writes: why no write requests were sent, as one clause; empty if they were
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.options = options
        self.log: list[Sent] = []
        self.lag = Lag()
        self.no_writes = ""
        self._scratch: dict[Scratch, Record] = {}
        self._replies: dict[str, Reply] = {}
        self._reasons: dict[str, str] = {}

    def add(self, step: str, reply: Reply) -> None:
        """Register the reply to a step."""
        self._replies[step] = reply

    def skip(self, step: str, reason: str) -> None:
        """Register why a step has no reply."""
        self._reasons[step] = reason

    def add_record(self, scratch: Scratch, record: Record) -> None:
        """Register an object that the probe has created, as a listing shows it."""
        self._scratch[scratch] = record

    def record(self, scratch: Scratch) -> Record:
        """An object that the probe has created.

        :raises NotSeenError: if it could not create it
        """
        if scratch not in self._scratch:
            raise NotSeenError(f"no scratch {scratch.kind.noun} could be created")
        return self._scratch[scratch]

    def name(self, scratch: Scratch) -> str:
        """The name of an object that the probe creates."""
        return scratch.full_name(self.options["prefix"])

    def all_data(self) -> Iterator[Any]:
        """The contents of all replies."""
        return (reply.data for reply in self._replies.values())

    def any_reply(self, step: str) -> Reply:
        """The reply to a step, also if it is an error.

        :raises NotSeenError: if there is none
        """
        if step not in self._replies:
            raise NotSeenError(self._reasons.get(step, "the request was not sent"))
        return self._replies[step]

    def reply(self, step: str) -> Reply:
        """The reply to a step, which may say that there is no such object or path, or that a value is invalid.

        :raises NotSeenError: if there is none, if a permission is missing, or if the service failed
        """
        found = self.any_reply(step)
        if found.disturbance:
            raise NotSeenError(found.disturbance)
        return found

    def success(self, step: str) -> Reply:
        """The reply to a step.

        :raises NotSeenError: if the server refused the request
        """
        reply = self.reply(step)
        if not reply.is_success:
            raise NotSeenError(f"the service refused the request (HTTP {reply.status})")
        return reply

    def rows(self, step: str, names: Names) -> list[ApiObject]:
        """The objects of a listing.

        :raises NotSeenError: if the server refused the request
        :raises UnknownFormError: if the reply contains no list of objects
        """
        data = self.success(step).data
        try:
            return extract_list(data, names.envelope)
        except ShapeError:
            raise UnknownFormError(form(data)) from None

    def some_rows(self, step: str, names: Names) -> list[ApiObject]:
        """The objects of a listing. There must be at least one.

        :raises NotSeenError: if there is none
        """
        rows = self.rows(step, names)
        if not rows:
            raise NotSeenError(f"the account has no {names.envelope[0].replace('_', ' ')}")
        return rows

    def object(self, step: str, names: Names) -> ApiObject:
        """One object.

        :raises NotSeenError: if the server refused the request
        :raises UnknownFormError: if the reply does not contain exactly one object
        """
        data = self.success(step).data
        try:
            return extract_object(data, names.envelope, names.ids)
        except ShapeError:
            raise UnknownFormError(form(data)) from None

    def objects(self, names: Names, *steps: str) -> list[ApiObject]:
        """The objects that these steps show, listings and details; what a step cannot show is left out.

        :raises NotSeenError: if no step shows an object
        """
        found: list[ApiObject] = []
        reason = NotSeenError(f"the account has no {names.envelope[0].replace('_', ' ')}")
        for step in steps:
            try:
                found += self._rows_or_object(step, names)
            except (NotSeenError, UnknownFormError) as exc:
                reason = NotSeenError(str(exc)) if isinstance(exc, NotSeenError) else reason
        if not found:
            raise reason
        return found

    def _rows_or_object(self, step: str, names: Names) -> list[ApiObject]:
        try:
            return self.rows(step, names)
        except UnknownFormError:
            return [self.object(step, names)]

    def ident(self, step: str, names: Names, index: int = 0) -> str:
        """The id of an object of a listing.

        :raises NotSeenError: if there is no such object
        :raises UnknownFormError: if it has no id
        """
        rows = self.some_rows(step, names)
        if len(rows) <= index:
            raise NotSeenError(f"the account has too few {names.envelope[-1].replace('_', ' ')}")
        return ident_of(rows[index], names)


def ident_of(row: ApiObject, names: Names) -> str:
    """The id of an object.

    :raises UnknownFormError: if it has none
    """
    found = identifier(row, names.ids)
    if found is None:
        raise UnknownFormError(f"an object without any of the fields {', '.join(names.ids)}")
    return found
