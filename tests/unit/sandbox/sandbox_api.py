# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client of the sandbox's Alertra, for the sandbox's own tests."""

from __future__ import annotations

from typing import Any

import requests

KEY = {"Alertra-API-Key": "sandbox-key"}
WEB = {"Method": "HTTP", "ShortName": "WEB-1", "URL": "http://www.example.com"}


class Api:
    """Sends requests and returns what came."""

    def __init__(self, base: str) -> None:
        """Talk to a service."""
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(KEY)

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a request; a body is sent as JSON, and redirects are not followed."""
        if body is not None:
            options["json"] = body
        return self.session.request(method, self.base + path, timeout=10, allow_redirects=False, **options)

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the JSON of a GET that succeeds."""
        response = self.call("GET", path, params=parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def write(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Send a write that succeeds."""
        response = self.call(method, path, body)
        assert response.status_code == 200, response.text
        return response

    def error(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Return code and message of a request that is refused with 400."""
        response = self.call(method, path, body, **options)
        assert response.status_code == 400, response.text
        answer = response.json()
        assert set(answer) == {"code", "message"}
        return answer["code"], answer["message"]

    def new_device(self, **fields: Any) -> str:
        """Create a device and return its id."""
        return str(self.write("POST", "/devices", {**WEB, **fields}).json()["device_id"])

    def new_tag(self, name: str = "prod") -> str:
        """Create a tag and return its id."""
        return str(self.write("POST", "/tags", {"Name": name}).json()["tag_id"])
