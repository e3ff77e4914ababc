# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service in memory, as odd as a server may be, whose every call can fail."""

from __future__ import annotations

import copy
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.validate import parse_options
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError, Failure
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.match import Snapshot
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired, Record
from ansible_collections.declarative.monitoring.plugins.module_utils._core.plan import Plan, plan
from ansible_collections.declarative.monitoring.plugins.module_utils._core.reconcile import reconcile
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._services.common import find_named

GROUP = Kind(
    name="group",
    plural="groups",
    id_option="group_id",
    key=("name",),
    id_keys=("id",),
    fields=(
        Field("name", "Name", required=True),
        Field("note", "Note", clear_value="", absent_is_empty_with=("name",)),
    ),
    child_kind="item",
    controls=(Field("force", type="bool"),),
)
TAG = Kind(
    name="tag",
    plural="tags",
    id_option="tag_id",
    key=("name",),
    id_keys=("id",),
    fields=(
        Field("name", "Name", required=True),
        Field(
            "items",
            "Items",
            type="list",
            compare="set",
            clear_value=[],
            absent_is_empty_with=("name",),
            reference="item",
            inverse="tags",
            subresource="items",
            purge=True,
        ),
    ),
)
ITEM = Kind(
    name="item",
    plural="items",
    id_option="item_id",
    key=("group", "name"),
    id_keys=("id",),
    containers=("Config",),
    fields=(
        Field("group", "GroupID", reference="group", required=True),
        Field("name", "Name", required=True),
        Field("mode", "Mode", choices=("a", "b"), required=True, immutable=True),
        Field("size", "Size", type="int", minimum=0, maximum=9),
        Field("url", "URL", compare="url", clear_value="", absent_is_empty_with=("name",)),
        Field(
            "labels", "Labels", type="list", compare="set", clear_value=[], absent_is_empty_with=("name",), purge=True
        ),
        Field("parent", "ParentID", reference="item", clear_value=None, absent_is_empty_with=("name",)),
        Field("password", "Password", write_only=True, secret=True),
        Field("token", "Token", secret=True, clear_value="", absent_is_empty_with=("name",)),
        Field(
            "regions",
            "Regions",
            type="list",
            compare="set",
            clear_value=[],
            absent_is_empty_with=("name",),
            subresource="regions",
        ),
        Field(
            "tags",
            type="list",
            compare="set",
            clear_value=[],
            reference="tag",
            inverse="items",
            subresource="tags",
            purge=True,
        ),
        Field("status", "Status", read_only=True),
    ),
)
_STORED = {"group": "GroupID", "parent": "ParentID", "url": "URL"}
"""Names by which the server stores options; it only capitalizes the others. The fields do not say it here: an error in
how they are encoded shows."""
_DETAIL = frozenset({"Size", "Labels", "Regions", "ParentID", "Token", "Items", "Note"})
KINDS = {"group": GROUP, "tag": TAG, "item": ITEM}
Object = dict[str, Any]
State = dict[str, dict[str, Object]]


@dataclass
class Quirks:
    """What a vendor's document leaves unsaid."""

    answers_id: bool = True
    strings: bool = False
    empty: str = "null"
    backwards: bool = False
    thin: bool = False
    scoped: bool = False
    in_section: bool = False


@dataclass
class Fault:
    """What goes wrong: at which of the calls, before or after it acted; or from there on all."""

    at: int
    kind: str  # refused, before, after, dead


@dataclass(repr=False)
class World:
    """What the server holds, by kind and id; and every write that it did."""

    quirks: Quirks = field(default_factory=Quirks)
    state: State = field(default_factory=lambda: {name: {} for name in KINDS})
    fault: Fault | None = None
    calls: int = 0
    log: list[tuple[str, str, str]] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    broken: set[tuple[str, str]] = field(default_factory=set)
    _next: int = 100
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def __repr__(self) -> str:
        """What matters of it."""
        return f"{self.quirks}, {self.state}"

    @property
    def next_id(self) -> str:
        """The id of the next new object."""
        return str(self._next + 1)

    def add(self, kind: Kind, **values: Any) -> str:
        """Put an object there; references by id."""
        with self._lock:
            self._next += 1
            ident = str(self._next)
            self.state[kind.name][ident] = {**values, "Status": "ok"}
            return ident

    def view(self) -> dict[str, list[Any]]:
        """All objects without their ids, by name; each as often as it is there."""
        state = self.state
        called = {(name, ident): row["Name"] for name in KINDS for ident, row in state[name].items()}
        tags: dict[str, list[str]] = {}
        for row in state["tag"].values():
            for ident in row.get("Items") or ():
                tags.setdefault(ident, []).append(row["Name"])

        def describe(ident: str, row: Object) -> list[Any]:
            shown = {key: value for key, value in row.items() if value not in (None, "", []) and key != "Items"}
            for key, kind in (("GroupID", "group"), ("ParentID", "item")):
                if key in shown:
                    shown[key] = called.get((kind, shown[key]), "gone")
            shown = {key: sorted(value) if isinstance(value, list) else value for key, value in shown.items()}
            return [row["Name"], sorted(shown.items(), key=str), sorted(tags.get(ident, []))]

        return {name: sorted((describe(i, r) for i, r in state[name].items()), key=str) for name in KINDS}

    def copy(self) -> World:
        """The same world, as it is."""
        return World(copy.copy(self.quirks), copy.deepcopy(self.state), _next=self._next)

    @contextmanager
    def call(self, what: str, name: str) -> Iterator[None]:
        """One call: it may fail before or after it acts."""
        with self._lock:
            number, fault = self.calls, self.fault
            self.calls += 1
            hit = fault is not None and (number == fault.at or (fault.kind == "dead" and number > fault.at))
            if (what, name) in self.broken:
                raise _error(what, name, 400)
            if hit and fault is not None and fault.kind != "after":
                raise _error(what, name, 400 if fault.kind == "refused" else None, fault.kind == "dead")
            yield
            if hit:
                raise _error(what, name, None)

    def write(self, what: str, kind: str, ident: str) -> None:
        """Remember a write."""
        self.log.append((what, kind, ident))


def _error(what: str, name: str, status: int | None, sure: bool = False) -> ApiError:
    ambiguous = status is None and what != "GET" and not sure
    return ApiError(f"{what} failed", Failure("Fake", what, f"/{name}", status), ambiguous=ambiguous)


def _stored(values: Values) -> Object:
    """The values as the server stores them."""
    return {_STORED.get(name, name.capitalize()): value for name, value in values.items()}


def _named_groups(groups: Sequence[Record], desired: Sequence[Desired]) -> set[str]:
    """The ids of the groups that a declaration is about."""
    called = [one.values.get("group") for one in desired if one.kind is ITEM]
    called += [one.id or one.label for one in desired if one.kind is GROUP and not one.present]
    return {record.id for record in find_named(groups, desired, called)}


class Fake(Service):
    """An account in memory."""

    name = "fake"
    title = "Fake"
    url = None
    credentials = ()
    kinds: ClassVar[Mapping[str, Kind]] = KINDS
    config = ("group", "item", "tag")

    def __init__(self, options: Mapping[str, Any], concurrency: int = 1) -> None:
        self.world: World = options["world"]
        self.redact, self.write_count = lambda value: value, lambda: len(self.world.log)
        self.warnings = []

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        world, quirks = self.world, self.world.quirks
        with world.call("GET", kind.name):
            world.reads.append(kind.plural)
            rows = list(world.state[kind.name].items())
            if quirks.scoped and kind is ITEM and not whole:
                groups = [Record(GROUP, ident, GROUP.decode(row)) for ident, row in world.state["group"].items()]
                inside = _named_groups(groups, desired)
                ids = {one.id for one in desired if one.kind is ITEM}
                rows = [(ident, row) for ident, row in rows if row["GroupID"] in inside or ident in ids]
            rows = rows[::-1] if quirks.backwards else rows
            return [
                Record(kind, ident, kind.decode(self._shown(kind, row, quirks.thin), not quirks.thin))
                for ident, row in rows
            ]

    def listed_parts(
        self, kind: Kind, records: Mapping[str, Sequence[Record]], desired: Sequence[Desired]
    ) -> set[str] | None:
        is_scoped = self.world.quirks.scoped and kind is ITEM
        return _named_groups(records["group"], desired) if is_scoped else None

    def read(self, record: Record, missing: Collection[str]) -> Values:
        world = self.world
        with world.call("GET", f"{record.kind.name}/{record.id}"):
            world.reads.append(f"{record.kind.plural}/{record.id}")
            if record.id not in world.state[record.kind.name]:
                raise ApiError("gone", Failure("Fake", "GET", "/", 404))
            row = world.state[record.kind.name][record.id]
            values = record.kind.decode(self._shown(record.kind, row, False), True)
            if "tags" in missing:
                tags = world.state["tag"].items()
                values["tags"] = [ident for ident, tag in tags if record.id in (tag.get("Items") or ())]
            return values

    def _shown(self, kind: Kind, row: Object, thin: bool) -> Object:
        quirks, shown = self.world.quirks, {}
        api = {item.api_names[0] for item in kind.fields if item.api_names and not item.write_only}
        for name in api:
            value = row.get(name)
            if thin and name in _DETAIL:
                continue
            if value in (None, "", []):
                if quirks.empty == "absent":
                    continue
                value = None if quirks.empty == "null" else ""
            elif isinstance(value, list) and quirks.backwards:
                value = value[::-1]
            elif isinstance(value, int) and quirks.strings:
                value = str(value)
            shown[name] = value
        if quirks.in_section and "Size" in shown:
            shown["Config"] = {"Size": shown.pop("Size")}
        return {**shown, "Unknown": {"x": 1}}

    def create(self, kind: Kind, values: Values) -> str | None:
        world = self.world
        with world.call("POST", kind.name):
            body = _stored(values)
            for key, other in (("GroupID", "group"), ("ParentID", "item")):
                if body.get(key) and body[key] not in world.state[other]:
                    raise _error("POST", kind.name, 400)
            ident = world.add(kind, **body)
            world.write("create", kind.name, ident)
            return ident if world.quirks.answers_id else None

    def update(self, record: Record, values: Values, subresource: str) -> None:
        world = self.world
        assert values
        assert {record.kind.by_name[name].subresource for name in values} == {subresource}
        if subresource in ("tags", "items"):
            self._relink(record, subresource, values[subresource] or [])
            return
        with world.call("PUT", f"{record.kind.name}/{record.id}"):
            if record.id not in world.state[record.kind.name]:
                raise _error("PUT", record.kind.name, 404)
            world.state[record.kind.name][record.id].update(_stored(values))
            world.write("update", record.kind.name, record.id)

    def delete(self, record: Record, controls: Values) -> None:
        world, kind, ident = self.world, record.kind, record.id
        with world.call("DELETE", f"{kind.name}/{ident}"):
            if ident not in world.state[kind.name]:
                raise _error("DELETE", kind.name, 404)
            self._remove(kind.name, ident)
            world.write("delete", kind.name, ident)

    def _remove(self, kind: str, ident: str) -> None:
        state = self.world.state
        del state[kind][ident]
        if kind == "group":
            for item in [item for item, row in state["item"].items() if row["GroupID"] == ident]:
                self._remove("item", item)
        if kind == "item":
            for row in state["item"].values():
                if row.get("ParentID") == ident:
                    row["ParentID"] = None
            for row in state["tag"].values():
                row["Items"] = [item for item in row.get("Items") or () if item != ident]

    def _relink(self, record: Record, name: str, wanted: Sequence[str]) -> None:
        """Links are written to the tags, one by one, and only where they change."""
        world = self.world
        have = [other for other in record.values.get(name) or () if other not in wanted]
        for other, present in [*((one, True) for one in wanted), *((one, False) for one in have)]:
            tag, item = (record.id, other) if record.kind is TAG else (other, record.id)
            items = world.state["tag"].get(tag, {}).get("Items") or []
            if present is (item in items):
                continue
            with world.call("LINK", f"{tag}/{item}"):
                if tag not in world.state["tag"] or (present and item not in world.state["item"]):
                    raise _error("LINK", f"{tag}/{item}", 404)
                world.state["tag"][tag]["Items"] = [*items, item] if present else [i for i in items if i != item]
                world.write("link", "tag", tag)


def want(kind: Kind, **given: Any) -> Desired:
    """One object as a user declared it, in the option names of a module."""
    options = dict(given)
    names = {"state", "location", "recreate", "force_send", *(item.name for item in kind.controls), kind.id_option}
    names |= {f"purge_{item.name}" for item in kind.options}
    rest = {name: options.pop(name) for name in list(options) if name in names}
    return Desired(
        kind,
        parse_options(kind.by_name, options),
        rest.get(kind.id_option),
        rest.get("state") != "absent",
        rest.get("location", f"{kind.plural} {options.get('name')}"),
        rest.get("recreate", False),
        frozenset(item.name for item in kind.options if rest.get(f"purge_{item.name}") is False),
        frozenset(rest.get("force_send", ())),
        {item.name: rest.get(item.name) for item in kind.controls},
    )


def run(world: World, *wanted: Desired, check: bool = False, concurrency: int = 1, **options: Any) -> Report:
    """Bring a world to its desired state."""
    world.calls, world.log, world.reads = 0, [], []
    service = Fake({"world": world})
    return Report(reconcile(service, wanted, check=check, concurrency=concurrency, **{"prune_limit": 99, **options}))


def summary(outcome: Report) -> dict[str, int]:
    """How many objects met which end, of those that any met."""
    return {end: number for end, number in outcome.summary().items() if number}


def names(world: World, kind: Kind) -> Counter[str]:
    """How many objects of each name there are."""
    return Counter(row["Name"] for row in world.state[kind.name].values())


class Gauge:
    """Measures how many threads are in it at once; as many as ``expected`` wait there for each other."""

    def __init__(self, expected: int) -> None:
        self.most = self._inside = 0
        self._lock, self._together = threading.Lock(), threading.Barrier(expected, timeout=5)

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        self._together.wait()
        time.sleep(0.05)  # so that one too many would show

    def __exit__(self, *raised: object) -> None:
        with self._lock:
            self._inside -= 1


def pure_plan(kinds: Mapping[str, Kind], snapshot: Snapshot, prune_limit: int) -> Plan:
    """The plan; it must leave its input as it was, and be the same each time."""

    def state(of: Snapshot) -> tuple[Any, ...]:
        return of.records, of.objects, vars(of.references), of.protected

    # Kinds are compared by identity, and errors cannot be copied.
    shared: list[Any] = [*kinds.values(), *(one.error for one in snapshot.objects)]
    shared += [record.kind for records in snapshot.records.values() for record in records]
    before = copy.deepcopy(snapshot, {id(one): one for one in shared})
    first = plan(kinds, snapshot, prune_limit)
    assert state(snapshot) == state(before)
    assert plan(kinds, snapshot, prune_limit) == first
    return first
