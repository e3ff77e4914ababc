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
            # The note of a deleted object also speaks of what was inside of it, which is lost with it.
            lost = (f"its {kind.plural}, if it had any,", "cannot be created again")
            inside = [note for note in notes if key[1] in note and any(words in note for words in lost)]
            if not inside and "cannot be created again" not in about and "cannot be restored" not in about:
                differing.append((key, old.get(key), new.get(key)))
            continue
        was, now = old[key], new[key]
        forms = {name: option.form for name, option in world.options(kind).items()}
        fields = [name for name, form in forms.items() if not form.same(was.get(name), now.get(name))]
        fields = [name for name in fields if name not in about and not _is_lost_link(kind, name, was, now, notes)]
        differing += [(key, name, was.get(name), now.get(name)) for name in fields]
    return differing


def _is_lost_link(kind: Kind, option: str, was: Values, now: Values, notes: Sequence[str]) -> bool:
    """Whether only links are lost to objects of which a note says that they cannot be created again."""
    if not kind.by_name[option].reference or kind.by_name[option].type != "list":
        return False
    lost, more = (set(one.get(option) or ()) - set(other.get(option) or ()) for one, other in ((was, now), (now, was)))
    gone = [note for note in notes if "cannot be created again" in note]
    return not more and all(any(str(name) in note for note in gone) for name in lost)


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
