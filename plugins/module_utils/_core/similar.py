# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects whose names may be altered forms of a declared name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .errors import InputError, MonitoringError
from .kind import Kind
from .objects import Desired, Record
from .texts import difference, folded_name, is_cut, may_be_altered

Key = tuple[Any, ...]


class SimilarNames:
    """Objects of a kind by the forms in which a server may have stored their names.

    :param records: all objects of the kind
    :param candidates: the objects that are looked for
    """

    def __init__(self, kind: Kind, records: Sequence[Record], candidates: Iterable[Record]) -> None:
        self._all_names = [str(record.values.get(kind.name_option) or "") for record in records]
        self._by_folded: dict[Key, list[Record]] = {}
        self._by_name: dict[Key, list[Record]] = {}
        for record in candidates:
            key, name = kind.key_of(record.values), record.values.get(kind.name_option)
            if key is not None and isinstance(name, str):
                self._by_folded.setdefault((*key[:-1], folded_name(name)), []).append(record)
                self._by_name.setdefault((*key[:-1], name), []).append(record)

    def find(self, key: Key, name: str, *, cut_at_any_length: bool) -> list[Record]:
        """The objects whose names may be this name, altered by the server.

        :param key: the natural key with the name
        :param cut_at_any_length: also consider lengths at which servers hardly cut names
        """
        found = self._by_folded.get((*key[:-1], folded_name(name)))
        if found:
            return found
        begins = (name[:length] for length in range(len(name) - 1, 0, -1))
        return [
            record
            for begin in begins
            for record in self._by_name.get((*key[:-1], begin), ())
            if is_cut(name, begin, self._all_names, at_any_length=cut_at_any_length)
        ]


def refuse_similar(desired: Desired, records: Sequence[Record]) -> None:
    """Refuse to create an object while the name of another one may be its name, altered by the server.

    :raises InputError: naming the first of the others, if there are any
    """
    if not records:
        return
    kind, name, other = desired.kind, desired.label, records[0]
    aspects = difference(name, other.label)
    differs = f"differs only in {aspects}" if aspects else "is its beginning, as if the service had cut it"
    by_id = f", or set {kind.id_option}: {other.id}" if kind.id_option else ""
    raise InputError(
        f"{kind.noun} {name!r} would be created, but there is {other.label!r} ({other.id}), whose name {differs}: "
        f"declare that name{by_id}; if both must exist, declare both in one task"
    )


def altered_name(kind: Kind, sent: Any, shown: Any) -> bool:
    """Whether the service shows another name of a new object than was sent."""
    if not isinstance(sent, str) or not isinstance(shown, str):
        return False
    return bool(kind.normalize_name(sent) != kind.normalize_name(shown))


def must_be_shown(kind: Kind, sent: Any) -> bool:
    """Whether the name of a new object has to be read back if the answer to its creation does not show it."""
    return bool(kind.name_option) and isinstance(sent, str) and may_be_altered(sent)


def altered_name_error(kind: Kind, sent: str, shown: str, ident: str) -> MonitoringError:
    """The error about a new object that the service stores under another name than was sent."""
    where = f"({kind.id_option}: {ident})" if kind.id_option else f"({ident})"
    return MonitoringError(
        f"it was created, but the service stores its name {sent!r} as {shown!r} {where}: declare the name {shown!r}, "
        "or the next run would not find it"
    )
