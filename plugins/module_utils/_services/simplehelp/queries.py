# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How queries are sent: with POST and a JSON body if they have parameters, as the vendor's examples do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ..._core.values import Values
from ..._http.client import Client

Path = tuple[str, ...]
_Parsed = TypeVar("_Parsed")


def query(client: Client, path: Path, parameters: Values, parse: Callable[[Any], _Parsed]) -> _Parsed:
    """Send a query that only reads, and parse its answer.

    :param parameters: the body of the request
    :param parse: gets the answer; may raise ShapeError
    :raises ApiError: if the request fails or the answer has an unknown shape
    """
    answer = client.read(path, method="POST", json=parameters)
    return client.parse_answer(path, lambda: parse(answer), "POST")


def write(client: Client, path: Path, body: Values) -> None:
    """Send a write that may be repeated: sent twice, it has the same effect.

    :raises ApiError: if the request fails
    """
    client.request("POST", path, json=body, repeat=True)


def encode_id(ident: str) -> int | str:
    """The id of a technician or group as it is sent: the vendor's examples have numbers."""
    return int(ident) if ident.isdecimal() else ident
