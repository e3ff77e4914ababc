# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending bodies whose headers may have to be text or an object."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..._core.errors import ApiError
from ..._http.client import Client
from .kinds import COMMAND

_REFUSED = (400, 422)


class BodySender:
    """Sends bodies to the host that takes changes.

    The vendor's document describes the headers of a resource as JSON text in one place, and as an object in another.
    If the service refuses one form, the other one is tried. The form that it accepted last is used first.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._headers_as_object = False

    def send(self, method: str, path: Sequence[str], body: dict[str, Any]) -> Any:
        """The answer to a request with this body.

        :raises ApiError: if the service refuses all forms of the headers
        """
        headers = body.get("headers")
        if headers != "" and not isinstance(headers, dict):
            return self._request(method, path, body)
        forms = {True: headers or {}, False: json.dumps(headers) if isinstance(headers, dict) else ""}
        first = self._headers_as_object
        try:
            return self._request(method, path, {**body, "headers": forms[first]})
        except ApiError as exc:
            if exc.failure.status not in _REFUSED:
                raise
        answer = self._request(method, path, {**body, "headers": forms[not first]})
        self._headers_as_object = not first
        return answer

    def _request(self, method: str, path: Sequence[str], body: dict[str, Any]) -> Any:
        return self._client.request(method, path, json=body, host=COMMAND)
