# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which undeclared objects of an account belong to a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .kind import Field
from .objects import Record

Patterns = Mapping[str, tuple[str, ...]]
"""Patterns by field. At least one pattern of each field must match."""

Labels = Mapping[tuple[str, str], str]
"""The name of each object, by kind and id."""


@dataclass(frozen=True)
class Ownership:
    """The undeclared objects that a run reports, and that it may prune.

    :param declared: the names of the kinds that are declared, also those that are declared as an empty list
    :param only: by the name of a kind, the patterns that its undeclared objects must match; kinds that are not in it
        have no patterns
    """

    declared: frozenset[str] = frozenset()
    only: Mapping[str, Patterns] = field(default_factory=dict)

    def covers(self, record: Record, labels: Labels) -> bool:
        """Whether an undeclared object belongs to the declaration. A field that is not known matches no pattern."""
        fields = record.kind.by_name
        return all(
            _matches(fields[name], record.values.get(name), patterns, labels)
            for name, patterns in self.only.get(record.kind.name, {}).items()
        )

    def unknown_fields(self, record: Record) -> list[str]:
        """The fields with patterns that the server does not show of an object which can have them."""
        fields, values = record.kind.by_name, record.values
        names = self.only.get(record.kind.name, {})
        return [name for name in names if name not in values and fields[name].applies_to(values)]


EVERYTHING = Ownership()
"""All undeclared objects belong to the declaration; none is reported."""


def _matches(item: Field, value: Any, patterns: tuple[str, ...], labels: Labels) -> bool:
    texts = [_text(item, one, labels) for one in (value if isinstance(value, list) else [value]) if one is not None]
    return any(fnmatchcase(text, pattern) for text in texts for pattern in patterns)


def _text(item: Field, value: Any, labels: Labels) -> str:
    """A value as patterns see it: other objects by their names, true and false as YAML writes them."""
    if isinstance(value, bool):
        return str(value).lower()
    return labels.get((item.reference, str(value)), str(value)) if item.reference else str(value)
