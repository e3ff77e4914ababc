# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an account lacks after a run was taken back, although no note says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from properties.worlds import World

Known = Mapping[str, Mapping[str, Values]]
Named = dict[tuple[Any, ...], Values]


def not_restored(world: World, before: Known, after: Known, notes: Sequence[str]) -> list[Any]:
    """What differs between two states of an account, objects told apart by their keys."""
    old, new = _named(world, before), _named(world, after)
    differing: list[Any] = []
    for key in old.keys() | new.keys():
        kind, label = world.kinds[key[0]], key[-1]
        about = " ".join(note for note in notes if label in note or "had it in" in note)
        if key not in old or key not in new:
            # The note of a deleted object also speaks of what was inside of it.
            inside = [note for note in notes if key[1] in note and f"its {kind.plural}, if it had any," in note]
            if not inside and "cannot be created again" not in about and "cannot be restored" not in about:
                differing.append((key, old.get(key), new.get(key)))
            continue
        was, now = old[key], new[key]
        fields = [item for item in kind.options if not item.same(was.get(item.name), now.get(item.name))]
        differing += [
            (key, item.name, was.get(item.name), now.get(item.name)) for item in fields if item.name not in about
        ]
    return differing


def _named(world: World, known: Known) -> Named:
    """All objects by kind and key, with references by name; without those that cannot be told apart."""
    found: Named = {}
    keys: Counter[tuple[Any, ...]] = Counter()
    for name, objects in known.items():
        for ident, values in objects.items():
            plain = _plain(world.kinds[name], values, known, world)
            key = (
                (name, *(_text(plain.get(part)) for part in world.kinds[name].key))
                if world.kinds[name].key
                else (name, ident)
            )
            keys[key] += 1
            found[key] = plain
    return {key: values for key, values in found.items() if keys[key] == 1}


def _text(value: Any) -> str:
    """A part of a key as notes name it; a path is a list."""
    return " / ".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(kind: Kind, values: Values, known: Known, world: World) -> Values:
    plain: Values = {}
    for item in kind.options:
        value = values.get(item.name)
        if item.reference:
            names = [
                _name(world.kinds[item.reference], known, one)
                for one in (value if isinstance(value, list) else [value])
            ]
            value = sorted(names) if isinstance(value, list) else names[0]
        plain[item.name] = value
    return plain


def _name(kind: Kind, known: Known, ident: Any) -> str:
    return str(known[kind.name].get(str(ident), {}).get(kind.name_option, ident))
