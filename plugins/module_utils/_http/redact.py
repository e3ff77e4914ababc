# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets, kept out of everything that leaves the collection."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"


def _spellings(secret: str) -> set[str]:
    """The secret as it would look in a URL, in JSON, in base64 and in the repr of bytes."""
    raw = secret.encode()
    return {
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(raw)[2:-1],
        b64encode(raw).decode().rstrip("="),
        urlsafe_b64encode(raw).decode().rstrip("="),
    }


class Redactor:
    """Replaces every spelling of the given secrets by a mask."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = {secret for secret in secrets if secret}
        self._pattern = self._compile()

    def _compile(self) -> re.Pattern[str] | None:
        spellings = {spelling for secret in self._secrets for spelling in _spellings(secret)}
        # The longest first, or a secret that is the beginning of another would leave the rest of that one readable.
        ordered = sorted(spellings, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None

    def add(self, secret: str) -> None:
        """Learn one more secret, such as a token that the server has just handed out."""
        if secret and secret not in self._secrets:
            self._secrets.add(secret)
            self._pattern = self._compile()

    def text(self, text: str) -> str:
        """The text with the secrets masked."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def data(self, data: Any) -> Any:
        """A JSON-like value with the secrets masked in every string, keys included, and where one is a number."""
        if isinstance(data, str) or (isinstance(data, (int, float)) and str(data) in self._secrets):
            return self.text(str(data))
        if isinstance(data, dict):
            return {self.data(key): self.data(value) for key, value in data.items()}
        if isinstance(data, (list, tuple)):
            return [self.data(value) for value in data]
        return data
