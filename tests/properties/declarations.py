# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations for an account: what is there, by name or id, changed, renamed, replaced or gone; and new objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._resource import Field, Kind, Values
from properties.values import NAMES, TEXTS, clearable, loosely, value
from properties.worlds import World

Known = Mapping[str, Mapping[str, Values]]
Options = dict[str, Any]
Draw = Any


@dataclass
class Item:
    """One object of a declaration.

    :param ident: the object that is there and meant, if it is
    :param key: which one it is, in the words of the user; ``options`` what is said of it
    """

    kind: Kind = field(repr=False)
    ident: str | None
    state: str = "present"
    key: Options = field(default_factory=dict)
    options: Options = field(default_factory=dict)

    @property
    def written(self) -> Options:
        """What a user writes."""
        state = {"state": "absent"} if self.state == "absent" else {}
        return {**self.options, **self.key, **state}


@dataclass(repr=False)
class Declaration:
    """What a module is given.

    :param items: what it is about
    :param prune: the kinds whose other objects go
    """

    module: str
    items: list[Item]
    prune: Collection[str] = ()
    directions: Options = field(default_factory=dict)
    whole: bool = True

    def __repr__(self) -> str:
        """What a user would write."""
        return f"{self.module} {self.options()}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))

    def options(self, items: Sequence[Item] | None = None) -> Options:
        """The options of the module, with the objects in that order."""
        items = self.items if items is None else items
        if not self.whole:
            return {**self.directions, **items[0].written}
        found: Options = dict(self.directions)
        for item in items:
            if item.kind.singleton:
                found[item.kind.collective] = item.written
            else:
                found.setdefault(item.kind.collective, []).append(item.written)
        return found


class Author:
    """Writes declarations for one account.

    :param careful: nothing that a second run cannot complete, since it does not see it
    """

    def __init__(self, draw: Draw, world: World, known: Known, careful: bool, switches: Mapping[str, Any]) -> None:
        self.draw, self.world, self.known, self.careful, self.switches = draw, world, known, careful, switches
        self.labels: dict[str, list[str]] = {}
        self.items: list[Item] = []

    def account(self, concurrency: int) -> Declaration:
        """A whole account's."""
        config = self.world.service.config
        prune = [name for name in config if self.world.kinds[name].creatable and self._chance(6)]
        kinds = [kind for name, kind in self.world.kinds.items() if name in prune or not self._chance(4)]
        for kind in kinds:
            self._choose(kind, 4)
        self._write(prune)
        directions: Options = {"concurrency": concurrency}
        if prune:
            directions |= {"prune": [self.world.kinds[name].plural for name in prune], "prune_limit": 1000}
        return Declaration(f"{self.world.name}_config", self.items, prune, directions)

    def object(self, name: str) -> Declaration:
        """A single object's."""
        kind = self.world.kinds[name]
        self._choose(kind, 1)
        if not self.items:
            there = list(self.known[name])
            new = {kind.name_option: self.draw(self.world.hints.get((name, kind.name_option), NAMES))}
            self.items.append(self._existing(kind, there[0]) if there else Item(kind, None, key=new))
        del self.items[1:]
        self._write(())
        return Declaration(f"{self.world.name}_{name}", self.items, whole=False)

    # -- which objects -------------------------------------------------------------------------------------------

    def _choose(self, kind: Kind, most: int) -> None:
        there = self.known[kind.name]
        if kind.singleton:
            self.items.append(Item(kind, kind.noun))
            return
        chosen = self.draw(st.lists(st.sampled_from(list(there)), unique=True, max_size=most)) if there else []
        for ident in chosen:
            self.items.append(self._existing(kind, ident))
        taken = {_text(kind, values) for values in there.values()}
        pool = self.world.hints.get((kind.name, kind.name_option), NAMES)
        new = self.draw(st.lists(pool, unique_by=str, max_size=2)) if kind.creatable else []
        for name in new:
            # An integration has the name of another in another resource.
            if kind.normal_name(name) not in taken or kind.name == "integration":
                self.items.append(Item(kind, None, key={kind.name_option: name}))

    def _existing(self, kind: Kind, ident: str) -> Item:
        values = self.known[kind.name][ident]
        same = Counter(_text(kind, one) for one in self.known[kind.name].values())
        alone = same[_text(kind, values)] == 1 or kind.name in ("integration", "machine_group")
        item = Item(kind, ident)
        if kind.id_option and (not alone or not kind.key or self._chance(2)):
            item.key = {kind.id_option: ident}
        else:
            item.key = {kind.name_option: values[kind.name_option]}
        if kind.creatable:
            item.state = self.draw(st.sampled_from(("present", "present", "present", "absent")))
        return item

    # -- what is said of them ------------------------------------------------------------------------------------

    def _write(self, prune: Collection[str]) -> None:
        for item in self.items:
            by_id = item.kind.id_option in item.key
            if by_id and item.kind.key and item.state == "present":
                self._rename(item)
        for kind in self.world.kinds.values():
            self.labels[kind.name] = self._called(kind, prune)
        for item in list(self.items):
            if not self._keyed(item) or (item.state == "present" and not self._filled(item)):
                self.items.remove(item)

    def _rename(self, item: Item) -> None:
        option = item.kind.by_name[item.kind.name_option]
        if option.immutable or item.kind.name == "integration" or not self._chance(2):
            return
        taken = {_text(item.kind, values) for values in self.known[item.kind.name].values()}
        taken |= {item.kind.normal_name(one.key.get(option.name)) for one in self.items if one.kind is item.kind}
        name = self.draw(self.world.hints.get((item.kind.name, option.name), NAMES | TEXTS))
        if item.kind.normal_name(name) not in taken:
            item.key[option.name] = name

    def _called(self, kind: Kind, prune: Collection[str]) -> list[str]:
        """What objects of a kind can be called by others, once the declaration is met."""
        names: dict[str, str] = {}
        for ident, values in self.known[kind.name].items():
            names[ident] = str(values.get(kind.name_option, ident))
        for number, item in enumerate(one for one in self.items if one.kind is kind):
            key = item.ident or f"new {number}"
            names[key] = str(item.key.get(kind.name_option, names.get(key, "")))
        gone = {one.ident for one in self.items if one.kind is kind and one.state == "absent"}
        declared = {one.ident for one in self.items if one.kind is kind}
        several = Counter(kind.normal_name(name) for name in names.values())
        found = []
        for key, name in names.items():
            if key in gone or (kind.name in prune and key not in declared):
                continue
            alone = several[kind.normal_name(name)] == 1 and name not in names
            if alone or not key.startswith("new "):
                found.append(name if alone and self._chance(2) else key if not key.startswith("new ") else name)
        return found

    def _keyed(self, item: Item) -> bool:
        """Whether the rest of its key can be said."""
        if item.kind.id_option in item.key or item.kind.singleton:
            return True
        values = self.known[item.kind.name].get(item.ident or "", {})
        for name in item.kind.key[:-1]:
            part = item.kind.by_name[name]
            if part.reference and item.ident:
                home = values[name]
                declared = next(
                    (one for one in self.items if one.kind.name == part.reference and one.ident == home), None
                )
                if declared is not None and declared.state == "absent":
                    return False
                item.key[name] = home
            elif part.reference:
                if not self.labels[part.reference]:
                    return False
                item.key[name] = self.draw(st.sampled_from(self.labels[part.reference]))
            elif item.ident:
                item.key[name] = values[name]
            elif self._chance(3):
                item.key[name] = self.draw(value(item.kind.name, part, self.world.hints))
        if item.kind.name == "integration":
            home = item.key["resource"]
            service = next(
                (
                    values["service_id"]
                    for ident, values in self.known["resource"].items()
                    if home in (ident, values["name"])
                ),
                None,
            )
            if service:
                item.key["service_id"] = service
        return True

    def _filled(self, item: Item) -> bool:
        kind, options = item.kind, item.options
        before = dict(self.known[kind.name].get(item.ident or "", {}))
        recreate = (
            item.ident is not None
            and kind.id_option not in item.key
            and kind.recreatable
            and any(one.immutable for one in kind.options)
            and not self.careful
            and self._chance(2)
        )
        for one in sorted(kind.options, key=lambda one: bool(one.only[0])):
            if one.name in item.key or one.name == kind.name_option or one.action:
                continue
            new = item.ident is None or recreate
            values = {**before, **options}
            if recreate and one.name == "type":
                before = {name: old for name, old in before.items() if not kind.by_name[name].only[0]}
            needed = new and one.needed(values)
            if one.only[1] and "type" in options and one.needed(values):
                needed = True
            if self._left_out(item, one) or not one.applies(values) or not (needed or self._chance(3)):
                continue
            if not new and one.immutable and (one.write_only or before.get(one.name) is None):
                continue
            if one.immutable and not new:
                options[one.name] = before[one.name]
                continue
            chosen = self._value(item, one, needed)
            if chosen is _NOTHING:
                if needed:
                    return False
                continue
            options[one.name] = chosen
            if one.purge is not None and self._chance(3):
                options[f"purge_{one.name}"] = not one.purge
        if recreate:
            options["recreate"] = True
        for flag in kind.flags:
            if flag.type == "bool" and self._chance(2):
                options[flag.name] = True
        return True

    def _left_out(self, item: Item, one: Field) -> bool:
        """What is not declared here, as it is known what comes of it."""
        kind = item.kind.name
        if self.careful and one.write_only:
            # A password that could not be set is not set by the next run, which says so.
            return True
        if self.switches.get("access_session_key") == "max_userShSessions" and one.name.startswith("max_user_s"):
            # The server has one limit for both, and different ones are an error.
            return True
        values = {**self.known[kind].get(item.ident or "", {}), **item.options, **item.key}
        if one.name in item.kind.key and item.ident is not None:
            # Moved to where there is one of its name, there would be two.
            names = [_text(item.kind, other) for other in self.known[kind].values()]
            names += [_text(item.kind, other.key) for other in self.items if other.kind is item.kind]
            return names.count(_text(item.kind, values)) > 1 + (item.kind.name_option in item.key)
        return one.name == "conditions" and values.get("type") != "http"

    def _value(self, item: Item, one: Field, needed: bool) -> Any:
        if clearable(one) and not needed and self._chance(5):
            return None
        if not one.reference:
            chosen = self.draw(value(item.kind.name, one, self.world.hints))
            return loosely(chosen) if self._chance(4) else chosen
        labels = self.labels[one.reference]
        if one.type == "list":
            return self.draw(st.lists(st.sampled_from(labels), unique=True, max_size=3)) if labels else []
        return self.draw(st.sampled_from(labels)) if labels else _NOTHING

    def _chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)


_NOTHING: Any = object()


def _text(kind: Kind, values: Values) -> Any:
    return kind.normal_name(values.get(kind.name_option))


def declare(
    world: World, known: Known, careful: bool, switches: Mapping[str, Any], one: str = ""
) -> st.SearchStrategy[Declaration]:
    """Declarations for an account: a whole one's, or that of an object of a kind."""

    @st.composite
    def write(draw: Draw) -> Declaration:
        author = Author(draw, world, known, careful, switches)
        return author.object(one) if one else author.account(draw(st.sampled_from((1, 4))))

    return write()
