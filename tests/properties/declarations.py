# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations for an account: new objects, and changed, renamed, recreated and deleted ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.texts import folded_name, name_fault
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from properties.values import NAMES, TEXTS, clearable, loosely, value
from properties.worlds import World

Known = Mapping[str, Mapping[str, Values]]
Options = dict[str, Any]
Draw = Any
Way = Callable[[Kind], Sequence[str]]
"""Something to do with an object that is there: to which options of a kind it can be done."""


@dataclass
class Item:
    """One object of a declaration.

    :param ident: the object that is there and meant, if it is
    :param key: which one it is, in the words of the user; ``options`` what is said of it
    :param recreate: whether another may take its place
    :param aim: the option that has to be declared, as another value or as something to add
    """

    kind: Kind = field(repr=False)
    ident: str | None
    state: str = "present"
    key: Options = field(default_factory=dict)
    options: Options = field(default_factory=dict)
    recreate: bool = field(default=False, repr=False)
    aim: str = field(default="", repr=False)

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
                found[item.kind.config_key] = item.written
            else:
                found.setdefault(item.kind.config_key, []).append(item.written)
        # A kind that prune empties must be declared, too.
        return {**{plural: [] for plural in found.get("prune", ())}, **found}


class Label(NamedTuple):
    """What an object can be called by others.

    :param text: its name or id
    :param ident: its id, or some text if it is not there yet
    :param scope: the part of the account that it is in
    """

    text: str
    ident: str
    scope: str


class Author:
    """Writes declarations for one account.

    :param careful: nothing that a second run cannot complete, since it does not see it
    """

    def __init__(self, draw: Draw, world: World, known: Known, careful: bool, switches: Mapping[str, Any]) -> None:
        self.draw, self.world, self.known, self.careful, self.switches = draw, world, known, careful, switches
        self.labels: dict[str, list[Label]] = {}
        self.items: list[Item] = []

    def account(self, concurrency: int, prune: Collection[str] | None = None) -> Declaration:
        """A whole account's.

        :param prune: the kinds to prune; by default, some
        """
        config = self.world.service.config
        if prune is None:
            prune = [name for name in config if self.world.kinds[name].creatable and self._chance(6)]
        kinds = [kind for name, kind in self.world.kinds.items() if name in prune or not self._chance(4)]
        for kind in kinds:
            self._choose(kind, 4)
        self._write(prune)
        for item in list(self.items):
            self._mention(item)
        directions: Options = {"concurrency": concurrency}
        if prune:
            directions |= {"prune": [self.world.kinds[name].plural for name in prune], "prune_limit": 1000}
        return Declaration(f"{self.world.name}_config", self.items, prune, directions)

    def object(self, name: str) -> Declaration:
        """A single object's."""
        kind = self.world.kinds[name]
        if not self.items:
            self._choose(kind, 1)
        if not self.items:
            there = list(self.known[name])
            new = {kind.name_option: self.draw(self.world.hints.get((name, kind.name_option), NAMES))}
            self.items.append(self._existing(kind, there[0]) if there else Item(kind, None, key=new))
        del self.items[1:]
        self._write(())
        return Declaration(f"{self.world.name}_{name}", self.items, whole=False)

    def renamed(self) -> Declaration:
        """Objects that are there, by new names and with their former ones: those of a whole account, or one."""
        whole = self.draw(st.sampled_from((True, True, False)))
        for kind in (kind for kind in self.world.kinds.values() if kind.renamable):
            there = [ident for ident in self.known[kind.name] if self._has_usable_name(kind, ident)]
            chosen = st.lists(st.sampled_from(there), unique=True, min_size=1, max_size=3) if there else st.just([])
            for ident in self.draw(chosen):
                self._rename_by_name(kind, ident)
        if not whole and self.items:
            self.items = [self.draw(st.sampled_from(self.items))]
        self._write(())
        if whole or not self.items:
            return Declaration(f"{self.world.name}_config", self.items)
        return Declaration(f"{self.world.name}_{self.items[0].kind.name}", self.items, whole=False)

    def _has_usable_name(self, kind: Kind, ident: str) -> bool:
        name = str(self.known[kind.name][ident].get(kind.name_option))
        return self._alone(kind, ident) and not name_fault(name)

    def _rename_by_name(self, kind: Kind, ident: str) -> None:
        former = self.known[kind.name][ident][kind.name_option]
        item = Item(kind, ident, key={kind.name_option: former})
        name = self.draw(self.world.hints.get((kind.name, kind.name_option), NAMES))
        others = [values for other, values in self.known[kind.name].items() if other != ident]
        others += [one.key for one in self.items if one.kind is kind]
        similar = {folded_name(str(values.get(kind.name_option))) for values in others}
        if not self.world.same_name(kind, name, former) and folded_name(str(name)) not in similar:
            item.key = {kind.name_option: name}
            item.options = {"renamed_from": self.draw(st.sampled_from(([former], ["never", former])))}
            self.items.append(item)

    # -- which objects -------------------------------------------------------------------------------------------

    def able(self, name: str, option: str) -> list[str]:
        """The objects that are there and can be told to have another value, or more than they have."""
        kind, there = self.world.kinds[name], self.known[name]
        if option in fixed(kind):
            # The id of an object means nothing once it is replaced.
            return [ident for ident in there if self._alone(kind, ident)]
        return [ident for ident in there if option not in added(kind) or there[ident].get(option)]

    def aim(self, name: str, option: str) -> None:
        """Take an object that is there, of which an option has to be declared."""
        kind = self.world.kinds[name]
        recreate = option in fixed(kind)
        item = self._existing(kind, self.draw(st.sampled_from(self.able(name, option))), by_name=recreate)
        item.state, item.recreate, item.aim = "present", recreate, option
        if option == kind.name_option:
            item.key = {kind.id_option: item.ident}
        self.items.append(item)

    def _choose(self, kind: Kind, most: int) -> None:
        there = [ident for ident in self.known[kind.name] if all(ident != one.ident for one in self.items)]
        if kind.singleton:
            self.items += [Item(kind, kind.noun)] if there else []
            return
        chosen = self.draw(st.lists(st.sampled_from(there), unique=True, max_size=most)) if there else []
        for ident in chosen:
            self.items.append(self._existing(kind, ident))
        taken = {self._name(kind, values) for values in self.known[kind.name].values()}
        # A name that differs only in case from that of an object which is not declared is refused.
        others = (values for ident, values in self.known[kind.name].items() if ident not in chosen)
        similar = {folded_name(str(values.get(kind.name_option))) for values in others if kind.id_option}
        pool = self.world.hints.get((kind.name, kind.name_option), NAMES)
        new = self.draw(st.lists(pool, unique_by=str, max_size=2)) if kind.creatable else []
        for name in new:
            key = {kind.name_option: name}
            if kind.scope in kind.key and self._chance(3):
                key[kind.scope] = self.draw(self.world.hints[kind.name, kind.scope])
            free = self._name(kind, key) not in taken and folded_name(name) not in similar
            if kind.name == "integration":
                # It may have the name of one in another resource, but is declared once.
                free = all(one.key.get(kind.name_option) != name for one in self.items)
            if free:
                self.items.append(Item(kind, None, key=key))

    def _existing(self, kind: Kind, ident: str, by_name: bool = False) -> Item:
        values = self.known[kind.name][ident]
        item = Item(kind, ident)
        if kind.singleton:
            return item
        needs_id = not self._alone(kind, ident) or bool(name_fault(str(values.get(kind.name_option))))
        if kind.id_option and not by_name and (needs_id or self._chance(2)):
            item.key = {kind.id_option: ident}
        else:
            item.key = {kind.name_option: values[kind.name_option]}
        if kind.creatable:
            item.state = self.draw(st.sampled_from(("present", "present", "present", "absent")))
        able = bool(fixed(kind)) and kind.id_option not in item.key and not self.careful
        item.recreate = able and item.state == "present" and self._chance(2)
        return item

    def _alone(self, kind: Kind, ident: str) -> bool:
        """Whether an object can be told from the others by its name."""
        if kind.name in ("integration", "machine_group"):
            return True
        names = Counter(self._name(kind, values) for values in self.known[kind.name].values())
        return bool(kind.key) and names[self._name(kind, self.known[kind.name][ident])] == 1

    def _scope(self, kind: Kind, values: Values) -> str:
        """The part of the account that an object is in."""
        return str(values.get(kind.scope) or self.world.home) if kind.scope else ""

    def _name(self, kind: Kind, values: Values) -> tuple[str, Any]:
        """The name of an object in its part of the account, in a comparable form."""
        return self._scope(kind, values), self._comparable_name(kind, values)

    def _comparable_name(self, kind: Kind, values: Values) -> Any:
        name = values.get(kind.name_option)
        return self.world.form(kind, kind.name_option).plain(name) if kind.name_option else name

    # -- what is said of them ------------------------------------------------------------------------------------

    def _write(self, prune: Collection[str]) -> None:
        for item in self.items:
            by_id = item.kind.id_option in item.key
            if by_id and item.kind.key and item.state == "present":
                self._move(item)
                self._rename(item)
        # What a key refers to is of a kind that is created before.
        for kind in self.world.kinds.values():
            self.items = [item for item in self.items if item.kind is not kind or self._keyed(item)]
            self.labels[kind.name] = self._called(kind, prune)
        for item in list(self.items):
            if item.state == "present" and not self._filled(item):
                self.items.remove(item)

    def _move(self, item: Item) -> None:
        """Declare the parent of a new object."""
        kind = item.kind
        if kind.scope in kind.key and self._chance(3):
            scope = self.draw(self.world.hints[kind.name, kind.scope])
            if self._free(item, {kind.scope: scope}):
                item.key[kind.scope] = scope

    def _free(self, item: Item, key: Options) -> bool:
        """Whether no other object has the name that this one would have."""
        kind = item.kind
        others = [values for ident, values in self.known[kind.name].items() if ident != item.ident]
        others += [self._now(one) for one in self.items if one.kind is kind and one is not item]
        return all(self._name(kind, {**self._now(item), **key}) != self._name(kind, values) for values in others)

    def _rename(self, item: Item) -> None:
        kind = item.kind
        option = kind.by_name[kind.name_option]
        aimed = item.aim == option.name
        if option.immutable or kind.name == "integration" or not (aimed or self._chance(2)):
            return
        name = self.draw(self.world.hints.get((kind.name, option.name), NAMES | TEXTS))
        if self._free(item, {option.name: name}):
            item.key[option.name] = name

    def _now(self, item: Item) -> Values:
        """What is known of an object, with what is said of it."""
        return {**self.known[item.kind.name].get(item.ident or "", {}), **item.options, **item.key}

    def _called(self, kind: Kind, prune: Collection[str]) -> list[Label]:
        """What objects of a kind can be called by others, once the declaration is met."""
        objects: dict[str, Values] = dict(self.known[kind.name])
        for number, item in enumerate(one for one in self.items if one.kind is kind):
            objects[item.ident or f"new {number}"] = self._now(item)
        gone = {one.ident for one in self.items if one.kind is kind and one.state == "absent"}
        new = {one.ident for one in self.items if one.kind is kind and one.recreate}
        declared = {one.ident for one in self.items if one.kind is kind}
        several = Counter(self._name(kind, values) for values in objects.values())
        found = []
        for key, values in objects.items():
            if key in gone or (kind.name in prune and key not in declared):
                continue
            name, lasts = str(values.get(kind.name_option, key)), not key.startswith("new ") and key not in new
            alone = several[self._name(kind, values)] == 1 and name not in objects
            if alone or lasts:
                text = name if not lasts or (alone and not self._chance(3)) else key
                found.append(Label(text, key, self._scope(kind, values)))
        return found

    def _keyed(self, item: Item) -> bool:
        """Whether the rest of its key can be said."""
        kind = item.kind
        if kind.id_option in item.key or kind.singleton:
            return True
        values = self.known[kind.name].get(item.ident or "", {})
        for name in kind.key[:-1]:
            part = kind.by_name[name]
            if part.reference:
                home = self._home(item, part, values)
                if home is None:
                    return False
                item.key[name] = home.text
                if kind.scope:
                    item.key[kind.scope] = home.scope
            elif item.ident:
                item.key[name] = values[name]
        return True

    def _home(self, item: Item, part: Field, values: Values) -> Label | None:
        """What an object is inside of."""
        labels = self.labels[part.reference]
        if item.ident is None:
            return self.draw(st.sampled_from(labels)) if labels else None
        home = values[part.name]
        owner = next((one for one in self.items if one.kind.name == part.reference and one.ident == home), None)
        found = next((label for label in labels if label.ident == home), None)
        if found is None and owner is None and item.state == "absent":
            # It is deleted together with a pruned object.
            kind = self.world.kinds[part.reference]
            found = Label(home, home, self._scope(kind, self.known[kind.name][home]))
        return found

    def _mention(self, item: Item) -> None:
        """Declare what elsewhere has the name of what an object is inside of, so that both are looked at."""
        for part in (item.kind.by_name[name] for name in item.kind.key if name in item.key):
            if part.reference and item.kind.scope:
                kind = self.world.kinds[part.reference]
                for ident, values in self.known[kind.name].items():
                    same = self.world.same_name(kind, values[kind.name_option], item.key[part.name])
                    declared = any(one.kind is kind and one.ident == ident for one in self.items)
                    if same and not declared and self._alone(kind, ident):
                        key = {name: values[name] for name in kind.key}
                        self.items.append(Item(kind, ident, key=key))

    def _filled(self, item: Item) -> bool:
        kind, options = item.kind, item.options
        before = dict(self.known[kind.name].get(item.ident or "", {}))
        for one in sorted(kind.options, key=lambda one: bool(one.applies_if[0] or one.exclusive_with)):
            if one.name in item.key or one.name == kind.name_option or one.trigger:
                continue
            new = item.ident is None or item.recreate
            values = {**before, **options}
            # What an object that is replaced has, it keeps.
            needed = new and one.required_for(values) and (before.get(one.name) in (None, "", []) or one.name == "type")
            if one.applies_if[0] and "type" in options and one.required_for(values):
                needed = True
            wanted = needed or one.name == item.aim
            if self._left_out(item, one) or not one.applies_to(values) or not (wanted or self._chance(3)):
                continue
            if not new and one.immutable and (one.write_only or before.get(one.name) is None):
                continue
            if one.immutable and not new:
                options[one.name] = before[one.name]
                continue
            chosen = self._value(item, one, wanted)
            if chosen is _NOTHING:
                if needed:
                    return False
                continue
            options[one.name] = chosen
            if one.purge is not None and (one.name == item.aim or self._chance(3)):
                options[f"purge_{one.name}"] = one.name != item.aim and not one.purge
        if item.recreate:
            options["recreate"] = True
        for flag in kind.controls:
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
        values = self._now(item)
        if one.name == item.kind.scope:
            # It is part of what tells an object from others, and said or left out with the rest of that.
            return True
        if one.name in item.kind.key and item.ident is not None:
            # Moved to where there is one of its name, there would be two.
            names = [self._comparable_name(item.kind, other) for other in self.known[kind].values()]
            names += [self._comparable_name(item.kind, other.key) for other in self.items if other.kind is item.kind]
            return names.count(self._comparable_name(item.kind, values)) > 1 + (item.kind.name_option in item.key)
        return one.name == "conditions" and values.get("type") != "http"

    def _value(self, item: Item, one: Field, needed: bool) -> Any:
        if clearable(one) and not needed and self._chance(5):
            return None
        if not one.reference:
            values = value(item.kind.name, one, self.world.hints)
            if one.name == item.aim:
                old = self.known[item.kind.name][str(item.ident)].get(one.name)
                values = values.filter(lambda new: new not in ([], {}) and str(new) != str(old))
            chosen = self.draw(values)
            return loosely(chosen) if self._chance(4) else chosen
        labels = [label.text for label in self.labels[one.reference]]
        if one.type != "list":
            return self.draw(st.sampled_from(labels)) if labels else _NOTHING
        chosen = self.draw(st.lists(st.sampled_from(labels), unique=True, max_size=3)) if labels else []
        if one.name == item.aim:
            have = self.known[item.kind.name][str(item.ident)].get(one.name) or ()
            more = [label.text for label in self.labels[one.reference] if label.ident not in have]
            chosen += [self.draw(st.sampled_from(more))] if more else []
        return list(dict.fromkeys(chosen))

    def _chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)


_NOTHING: Any = object()


def fixed(kind: Kind) -> list[str]:
    """The options for which an object can be replaced by one that has another value."""
    able = kind.creatable and kind.recreatable
    return [
        one.name for one in kind.options if able and one.immutable and not one.write_only and one.name not in kind.key
    ]


def changing(kind: Kind) -> list[str]:
    """The options that can have another value, and nothing else to it."""
    others = {*fixed(kind), *added(kind), *kind.key} - ({kind.name_option} if kind.id_option else set())
    plain = [one for one in kind.options if not (one.immutable or one.write_only or one.reference)]
    return [one.name for one in plain if one.name not in others]


def added(kind: Kind) -> list[str]:
    """The options that can be declared to only add to the current values."""
    return [one.name for one in kind.options if one.purge is not None]


def declare(
    world: World, known: Known, careful: bool, switches: Mapping[str, Any], ways: Sequence[Way] = ()
) -> st.SearchStrategy[Declaration]:
    """Declarations for an account: a whole one's, or that of an object.

    :param ways: which options to declare of an object that is there: as what it cannot become without being replaced,
        as something to add, or as another value
    """

    @st.composite
    def write(draw: Draw) -> Declaration:
        author = Author(draw, world, known, careful, switches)
        one = ""
        for way in [draw(st.sampled_from(ways))] if ways else ():
            able = {
                name: [option for option in way(kind) if author.able(name, option)]
                for name, kind in world.kinds.items()
            }
            if any(able.values()):
                one = draw(st.sampled_from([name for name in able if able[name]]))
                author.aim(one, draw(st.sampled_from(able[one])))
        if draw(st.booleans()):
            return author.object(one or draw(st.sampled_from(list(world.kinds))))
        return author.account(draw(st.sampled_from((1, 4))))

    return write()
