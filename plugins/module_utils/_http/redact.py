# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Masks secrets in all texts and data that leave the collection."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from .._core.values import MASK, is_distinctive


def _spellings(secret: str) -> set[str]:
    """The forms of a secret in a URL, in JSON, in base64 and in the repr of bytes."""
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
        """Mask these secrets too, such as a token that the server has issued."""
        self._secrets.update(filter(None, secrets))
        self._all = _Masker(self._secrets)
        self._distinctive = _Masker(filter(is_distinctive, self._secrets))

    def text(self, text: str) -> str:
        """The text with the secrets masked."""
        return self._all.text(text)

    def data(self, data: Any) -> Any:
        """JSON-like data with the secrets masked in all strings and keys. A number that is a secret is masked too."""
        return self._all.data(data)

    def objects(self, data: Any) -> Any:
        """Objects of a service with the secrets masked that people may have written into them.

        A secret that may be a part of any name is not masked: the object would have another name.
        """
        return self._distinctive.data(data)


class _Masker:
    """Masks certain secrets. It never changes, so that several threads may use it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secrets)
        spellings = {spelling for secret in self._secrets for spelling in _spellings(secret)}
        # The longest first: a secret may be the beginning of another one, and the rest of that one would stay readable.
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = "|".join(map(re.escape, longest_first))
        self._folded = {spelling.casefold() for spelling in spellings}

    def text(self, text: str) -> str:
        """The text with the secrets masked."""
        folded = text.casefold()
        # A search for plain strings is many times faster than one for a pattern that ignores case.
        if not any(spelling in folded for spelling in self._folded):
            return text
        return re.sub(self._pattern, MASK, text, flags=re.IGNORECASE)

    def data(self, data: Any) -> Any:
        """The data with the secrets masked."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, (int, float)) and str(data) in self._secrets:
            return self.text(str(data))
        if isinstance(data, dict):
            return {self.data(key): self.data(value) for key, value in data.items()}
        if isinstance(data, (list, tuple)):
            return [self.data(value) for value in data]
        return data
