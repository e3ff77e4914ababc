# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a service of the sandbox is: calls come in, replies go out, and nothing here knows about HTTP servers."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar

from .switches import Switch, Switches

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


class Paging(Enum):
    """How a listing pages, which a fault may spoil."""

    NORMAL = "normal"
    REPEAT = "repeat_page"
    ENDLESS = "endless_page"


@dataclass(frozen=True)
class Call:
    """A request to a service."""

    method: str
    segments: tuple[str, ...]
    """The decoded segments of the path below the service's prefix: `/tags/1` is `("tags", "1")`."""
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """Names are found in any case."""
    body: bytes
    peer: str
    paging: Paging = Paging.NORMAL

    @property
    def path(self) -> str:
        """The path below the service's prefix, decoded, with a leading slash."""
        return "".join("/" + segment for segment in self.segments)

    def json(self) -> Any:
        """Return the JSON value in the body, or None if there is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter, or None."""
        return next(iter(self.query.get(name, ())), None)


@dataclass(frozen=True)
class Reply:
    """What a service answers."""

    status: int = 200
    body: bytes = b""
    content_type: str = TEXT
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, value: Any, status: int = 200) -> Reply:
        """Answer with a JSON value. Half of a character, which UTF-8 cannot express, makes JSON with escapes."""
        try:
            body = json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            body = json.dumps(value).encode()
        return cls(status, body, JSON)

    @classmethod
    def of_text(cls, text: str, status: int = 200) -> Reply:
        """Answer with plain text."""
        return cls(status, text.encode(), TEXT)


class Service(ABC):
    """One service of the sandbox."""

    name: ClassVar[str]
    prefix: ClassVar[str]
    """Where the service is mounted, such as `/example/v1`."""
    own_switches: ClassVar[Mapping[str, Switch]]

    def __init__(self) -> None:
        """Start as after a reset."""
        self.switches = Switches(self.own_switches)
        self.reset()

    def reset(self) -> None:
        """Put the switches, the accounts and their data back to the start."""
        self.switches.reset()
        self.reset_accounts()

    @property
    def base(self) -> str:
        """The base path that a client is given: the prefix, and what else all its calls share."""
        return self.prefix

    @property
    def lag(self) -> float:
        """For how many seconds a read answers the state from before a write."""
        return self.switches.number("lag")

    @abstractmethod
    def reset_accounts(self) -> None:
        """Put the default accounts in place, empty."""

    @abstractmethod
    def handle(self, call: Call) -> Reply:
        """Act on a call and answer it."""

    @abstractmethod
    def credentials(self, call: Call) -> Sequence[str]:
        """Return the secrets that a call offers, right or wrong, so that the log can leave them out."""

    @abstractmethod
    def account_name(self, call: Call) -> str | None:
        """Return the name of the account that a call is let in to, or None."""

    @abstractmethod
    def add_account(self, fields: Mapping[str, Any]) -> str:
        """Add an account described by the control endpoint and return its name."""

    @abstractmethod
    def export_state(self, credential: str | None) -> dict[str, Any]:
        """Return everything an account holds."""

    @abstractmethod
    def import_state(self, credential: str | None, state: Mapping[str, Any]) -> None:
        """Replace everything an account holds."""
