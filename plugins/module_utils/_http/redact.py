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

from .._core.values import MASK


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
        self._secrets: set[str] = set()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Learn more secrets, such as a token that the server has just handed out."""
        self._secrets.update(filter(None, secrets))
        spellings = {spelling for secret in self._secrets for spelling in _spellings(secret)}
        self._folded = {spelling.casefold() for spelling in spellings}
        # The longest first, or a secret that is the beginning of another would leave the rest of that one readable.
        self._pattern = "|".join(map(re.escape, sorted(spellings, key=len, reverse=True)))

    def text(self, text: str) -> str:
        """The text with the secrets masked."""
        folded = text.casefold()
        # Looking for a pattern that ignores case takes many times as long as looking for texts.
        found = any(one in folded for one in self._folded)
        return re.sub(self._pattern, MASK, text, flags=re.IGNORECASE) if found else text

    def data(self, data: Any) -> Any:
        """A JSON-like value with the secrets masked in every string, keys included, and where one is a number."""
        if isinstance(data, str) or (isinstance(data, (int, float)) and str(data) in self._secrets):
            return self.text(str(data))
        if isinstance(data, dict):
            return {self.data(key): self.data(value) for key, value in data.items()}
        if isinstance(data, (list, tuple)):
            return [self.data(value) for value in data]
        return data
