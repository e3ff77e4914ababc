# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account that several people change, one of them with Ansible, and the properties that must always hold."""

from __future__ import annotations

import contextlib
import copy
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from faults.account import changed, things
from faults.network import Clock, Cut, Wire
from faults.proof import acts
from integration.harness import Result, account, run_module
from properties.declarations import Declaration, Item, Way, added, changing, declare, fixed
from properties.stored import Option
from properties.taken_back import not_restored
from properties.values import NAMES, clearable, value
from properties.worlds import Row, State, World
from sandbox.client import Sandbox, SandboxError

Seen = Counter[tuple[str, str]]
"""How often what was done to which kind."""

FAULTS: Mapping[str, Mapping[str, Any]] = {
    "dropped": {"kind": "drop_after"},
    "refused": {"kind": "status", "status": 500},
    "unavailable": {"kind": "status_after", "status": 503},
    "html": {"kind": "html_after"},
}
"""What may become of one request, while those after it are answered."""

REFUSED = (
    *("cannot be its own", "refer to each other in a cycle", "does not list", "cannot become"),
    *("still contains", "may own the account"),
)
"""Why a declaration may be refused. All names are clear and all objects there, so nothing is wrong with those."""


class Account(RuleBasedStateMachine):
    """One account at a service of the sandbox."""

    def __init__(self, world: World, sandbox: Sandbox, seen: Seen) -> None:
        """Start with an empty account."""
        super().__init__()
        self.world, self.sandbox, self.seen = world, sandbox, seen
        self.name = world.name
        self.user = account(sandbox, self.name, **world.credentials)
        self.switches: dict[str, Any] = {}
        self.homes: dict[tuple[str, str, str], str] = {}

    # -- what happens --------------------------------------------------------------------------------------------

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """An account with something in it."""
        self.sandbox.reset()
        self.sandbox.set_state(self.name, copy.deepcopy(self.world.fresh))
        self.change_service(data)
        for kind in self.world.kinds.values():
            self.edit(data, kind)
        self.prove(data, *data.draw(st.sampled_from(((True, ()), (False, [fixed]), (True, [changing, added]))), "what"))

    @rule(data=st.data())
    def change_service(self, data: st.DataObject) -> None:
        """The service answers in another way from now on."""
        self.switches = data.draw(self.world.switches(), "switches")
        self.sandbox.reset_switches(self.name)
        self.sandbox.switches(self.name, **self.switches)

    @rule(data=st.data())
    def work_by_hand(self, data: st.DataObject) -> None:
        """Somebody makes, changes and deletes objects in the web pages of the service."""
        self.edit(data, self.world.kinds[data.draw(st.sampled_from(sorted(self.world.kinds)))])

    def edit(self, data: st.DataObject, kind: Kind) -> None:
        """Work on up to three objects of a kind."""
        for _turn in range(data.draw(st.integers(1, 3))):
            state = self.state()
            data.draw(self._manual(kind, state), f"by hand, {kind.noun}")
            with contextlib.suppress(SandboxError):  # what the service refuses
                self.sandbox.set_state(self.name, state)

    @rule(data=st.data(), careful=st.booleans())
    def declare(self, data: st.DataObject, careful: bool) -> None:
        """The whole account is declared, or one object of a kind."""
        self.prove(data, careful)

    @precondition(lambda self: any(map(fixed, self.world.kinds.values())))
    @rule(data=st.data())
    def replace(self, data: st.DataObject) -> None:
        """An object is declared to be what it cannot become, so that a new one takes its place."""
        # What is lost between the two is not put back by the next run.
        self.prove(data, careful=False, ways=[fixed])

    @rule(data=st.data(), careful=st.booleans())
    def change(self, data: st.DataObject, careful: bool) -> None:
        """An object is declared to have another value, or more than it has."""
        self.prove(data, careful, [changing, added])

    @rule(data=st.data())
    def export(self, data: st.DataObject) -> None:
        """The account is exported and applied again, as a whole and one object by itself."""
        result = self.run(f"{self.name}_config_info", {})
        assert not result.get("failed"), result["msg"]
        config = result["config"]
        plurals = [kind.plural for kind in self.config.values() if kind.creatable]
        self.unchanged(f"{self.name}_config", {**config, "prune": plurals, "prune_limit": 0})
        for name, kind in self.config.items():
            found = config[kind.config_key]
            assert kind.singleton or len(found) == len(self.world.own(self.known()[name])), (kind.config_key, found)
            if found:
                one = found if kind.singleton else data.draw(st.sampled_from(found), f"exported {kind.noun}")
                self.unchanged(f"{self.name}_{name}", one)

    # -- what has to hold ----------------------------------------------------------------------------------------

    def prove(self, data: st.DataObject, careful: bool, ways: Sequence[Way] = ()) -> None:
        """Prove something that is declared for the account as it is."""
        strategy = declare(self.world, self.known(), careful, self.switches, ways)
        declaration = data.draw(strategy, "declared")
        if declaration.whole or declaration.items:
            self.holds(data, declaration, careful)

    def holds(self, data: st.DataObject, declaration: Declaration, careful: bool) -> None:
        """Plan, apply, in another order and with an interruption, and apply again; compare all of it."""
        module, options = declaration.module, declaration.options()
        before = self.state()
        plan = self.run(module, options, check=True)
        assert not self.writes(), ("check mode writes", self.writes())
        assert self.state() == before, "check mode changes something"
        result = self.run(module, options)
        after = self.state()
        if plan.get("failed"):
            assert (result.get("failed"), result["msg"]) == (True, plan["msg"]), ("refused otherwise", plan, result)
            assert any(words in plan["msg"] for words in REFUSED), ("refused in vain", plan["msg"])
            assert not self.writes(), ("refused, it writes", self.writes())
            assert after == before
            self.seen[module, "refused"] += 1
            return
        sent = len(self.sandbox.requests(self.name))
        assert not result.get("failed"), (result["msg"], before)
        done, planned = self.told(result), self.told(plan)
        assert done == planned, ("not as planned", done, planned)
        assert result["changed"] is (things(after) != things(before)), ("changed", result["changed"], result["diff"])
        self.seen[module, "applied"] += 1
        self.count(declaration, before, after)
        self.untouched(declaration, before, after)
        self.met(declaration, result, before, after)
        self.unchanged(module, data.draw(shuffled(declaration, inside=True), "again"))
        if declaration.whole and module.endswith("_config"):
            self.take_back(result, before)
            self.restore(after)
        if declaration.whole and data.draw(st.booleans(), "in another order"):
            self.restore(before)
            other = self.run(module, data.draw(shuffled(declaration, inside=False), "other order"))
            assert not other.get("failed"), other["msg"]
            self.same_end(after)
            self.seen[self.name, "in another order"] += 1
        elif careful and sent:
            self.restore(before)
            self.interrupt(data, module, options, sent)
            again = self.run(module, options)
            assert not again.get("failed"), again["msg"]
            self.same_end(after)

    def take_back(self, result: Result, before: State) -> None:
        """Take a run back: what was there before is there again, but for what the notes name."""
        module, known = f"{self.name}_config", self.world.known(before)
        back = self.run(module, result["undo"])
        assert not back.get("failed"), (back["msg"], result["undo"], before)
        differing = not_restored(self.world, known, self.world.known(self.state()), result["undo_notes"])
        assert not differing, ("not taken back", differing, result["undo"], result["undo_notes"])
        self.seen[self.name, "taken back"] += 1

    def interrupt(self, data: st.DataObject, module: str, options: Mapping[str, Any], sent: int) -> None:
        """A run that ends before or after any of its requests, or in which one of them fails."""
        number = data.draw(st.integers(0, 999), "request") % sent
        how = data.draw(st.sampled_from(("ends before", "ends after", *FAULTS)), "how")
        cut = None
        if how.startswith("ends"):
            cut = Cut("refused", number + (how == "ends after"), -1)
        if how != "ends before":
            fields = FAULTS.get(how, FAULTS["dropped"])
            self.sandbox.fault(service=self.name, skip=number, times=1, **fields)
        wire = Wire(10, cut)
        with wire.attached():
            run_module(self.user, module, options)
        self.sandbox.clear_faults()
        self.seen[self.name, "interrupted"] += 1

    def unchanged(self, module: str, options: Mapping[str, Any]) -> None:
        """Apply something that is so already: nothing is written, and nothing is said to be."""
        before = self.state()
        result = self.run(module, options)
        assert not result.get("failed"), result["msg"]
        assert not self.writes(), ("what is so is written", self.writes(), result.get("diff"))
        assert not result["changed"], result["diff"]
        diff = result["diff"]
        assert diff == [] if isinstance(diff, list) else diff["before"] == diff["after"], diff
        assert self.state() == before, "what is so changes"

    def untouched(self, declaration: Declaration, before: State, after: State) -> None:
        """What nobody declared is as it was, field by field; and there is nothing new that nobody declared."""
        world = self.world
        assert world.rest(after) == world.rest(before), (world.rest(before), world.rest(after))
        alias = self.world.apart
        meant = {
            (alias.get(item.kind.name, item.kind.name), self.ident(item, after) or item.ident): item
            for item in declaration.items
        }
        gone = {
            (name, ident)
            for name in world.kinds
            for ident in world.rows(before, name).keys() - world.rows(after, name).keys()
        }
        for name, kind in world.kinds.items():
            was, now = world.rows(before, name), world.rows(after, name)
            for ident in now.keys() - was.keys():
                assert (name, ident) in meant, ("nobody declared", name, now[ident])
            for ident in was.keys() - now.keys():
                assert self.may_go(declaration, kind, ident, gone), ("gone", name, was[ident])
            for ident in was.keys() & now.keys():
                self.kept(kind, was[ident], now[ident], meant.get((name, ident)), gone, meant)
            for item in declaration.items:
                # A recreated object keeps the values that can be written.
                new = self.ident(item, after)
                if item.kind is kind and item.ident in was.keys() - now.keys() and new in now:
                    pair = was[item.ident], now[new]
                    old, values = (
                        world.values(kind, row, state) for row, state in zip(pair, (before, after), strict=True)
                    )
                    hidden = {one for switch in self.switches.items() for one in world.hidden.get(switch, ())}
                    hidden |= {one.name for one in kind.options if one.write_only or not one.applies_to(values)}
                    # It was made from what the service shows.
                    hidden |= {
                        name
                        for name, one in world.options(kind).items()
                        if one.form.same(old.get(name), values.get(name))
                    }
                    places = {p for one in kind.options if one.name not in hidden for p in world.places(kind, one.name)}
                    left, made = ({place: row.get(place) for place in places} for row in pair)
                    self.kept(kind, left, made, item, gone, meant)

    def kept(
        self, kind: Kind, was: Row, now: Row, item: Item | None, gone: set[tuple[str, str]], meant: Mapping[Any, Item]
    ) -> None:
        """What was not declared of an object is as it was."""
        world, options, excused = self.world, {}, set()
        if item is not None:
            options = {**item.options, **item.key}
            named = [name for name in options if name in item.kind.by_name]
            excused = {place for name in named for place in world.places(item.kind, name)}
        for place in was.keys() | now.keys():
            old, new = was.get(place), now.get(place)
            follows = place in world.follows or self.followed(kind, place, old, new, gone, meant)
            if not follows and not _same(world.options(kind).values(), place, old, new):
                assert place in excused, ("touched", kind.name, item, place, old, new)
                self.within(kind, options, place, old, new, gone, meant)

    def within(
        self,
        kind: Kind,
        options: Mapping[str, Any],
        place: str,
        old: Any,
        new: Any,
        gone: set[tuple[str, str]],
        meant: Mapping[Any, Item],
    ) -> None:
        """A list that is only added to has what it had; and a dictionary, in keys that are not managed."""
        for option, wanted in options.items():
            item = kind.by_name.get(option)
            if item is None or place not in self.world.places(kind, option):
                continue
            if item.type == "list" and options.get(f"purge_{option}", item.purge) is False:
                lost = set(map(str, _list(old))) - set(map(str, _list(new)))
                followed = self.followed(kind, place, sorted(lost), [], gone, meant)
                assert not lost or followed, ("not only added to", kind.name, option, wanted, old, new)
            if item.type != "dict" or not wanted:
                continue
            if item.compare == "merge" or options.get(f"purge_{option}", item.purge) is False:
                have, now = (self.world.form(kind, option).read(one) or {} for one in (old, new))
                kept = {key for key in have.keys() | now.keys() if key not in wanted}
                assert {key: have.get(key) for key in kept} == {key: now.get(key) for key in kept}, (place, old, new)

    def may_go(self, declaration: Declaration, kind: Kind, ident: str, gone: set[tuple[str, str]]) -> bool:
        """Whether an object had to be deleted: declared absent, recreated, pruned, or inside of such an object."""
        own = [item for item in declaration.items if item.kind is kind and item.ident == ident]
        if own:
            return own[0].state == "absent" or bool(own[0].options.get("recreate")) or self.inside(kind, ident, gone)
        return kind.name in declaration.prune or self.inside(kind, ident, gone)

    def inside(self, kind: Kind, ident: str, gone: set[tuple[str, str]]) -> bool:
        """Whether what an object is in is gone; known from before, as it is gone with it."""
        return any((one.reference, self.homes.get((kind.name, ident, one.name))) in gone for one in kind.fields)

    def followed(
        self, kind: Kind, place: str, old: Any, new: Any, gone: set[tuple[str, str]], meant: Mapping[Any, Item]
    ) -> bool:
        """Whether a reference or link follows from the change of the object that it refers to."""
        for option in kind.options:
            if option.reference and place in self.world.places(kind, option.name):
                differ = set(map(str, _list(old))) ^ set(map(str, _list(new)))
                return all(
                    (option.reference, one) in gone
                    or bool(
                        option.inverse and option.inverse in getattr(meant.get((option.reference, one)), "options", {})
                    )
                    for one in differ
                )
        return False

    def met(self, declaration: Declaration, result: Result, before: State, after: State) -> None:
        """What was declared is so, where the service shows it."""
        former, known, warnings = self.world.known(before), self.world.known(after), str(result.get("warnings", ""))
        for item in declaration.items:
            ident = self.ident(item, after)
            if item.state == "absent":
                there = item.ident is not None and item.ident in known[item.kind.name]
                assert not there, ("still there", item)
                continue
            assert ident is not None, ("not there", item, known[item.kind.name])
            now = known[item.kind.name].get(ident, {})
            for option, wanted in {**item.options, **item.key}.items():
                field = item.kind.by_name.get(option)
                if field is None or field.write_only or option not in now or f" {option}" in warnings.replace(",", ""):
                    continue
                if field.reference:
                    self.linked(declaration, item, field, wanted, now[option], known)
                elif item.options.get(f"purge_{option}", field.purge) is False:
                    self.added(item.kind, option, wanted, now[option])
                else:
                    form = self.world.form(item.kind, option)
                    is_new = now[option] != former[item.kind.name].get(ident, {}).get(option)
                    is_met = form.written(now[option], wanted) if is_new else form.same(now[option], wanted)
                    assert is_met, ("not so", item.kind.name, option, wanted, now[option])

    def added(self, kind: Kind, option: str, wanted: Any, have: Any) -> None:
        """Added values exist."""
        if isinstance(wanted, list):
            assert set(map(str, wanted)) <= set(map(str, have or ())), ("not added", option, wanted, have)
        elif wanted:
            shown = {key: (have or {}).get(key) for key in wanted}
            assert self.world.form(kind, option).same(shown, wanted), ("not added", option, wanted, have)

    def linked(
        self,
        declaration: Declaration,
        item: Item,
        field: Field,
        wanted: Any,
        have: Any,
        known: Mapping[str, Mapping[str, Values]],
    ) -> None:
        """The references are to what was meant."""
        kind = self.service_kinds[field.reference]
        if field.inverse and any(field.inverse in one.options for one in declaration.items if one.kind is kind):
            return  # Either end may add to what the other one says.
        scope = {kind.scope: self.world.home, **item.key}[kind.scope] if kind.scope else None
        names = {ident: ident for ident in known[kind.name]}
        for ident, values in known[kind.name].items():
            if scope is None or values[kind.scope] == scope:
                names[str(values.get(kind.name_option))] = ident
        meant = {names[str(one)] for one in _list(wanted)}
        exact = item.options.get(f"purge_{field.name}", field.purge) is not False
        there = set(map(str, _list(have)))
        assert meant == there if exact else meant <= there, (item, field.name, meant, there)

    def same_end(self, wanted: State) -> None:
        """The account is as it was in the end of another run, but for ids."""
        now, then = things(self.state()), things(wanted)
        assert now == then, {key: (then.get(key), now.get(key)) for key in changed(now, then)}

    # -- odds and ends -------------------------------------------------------------------------------------------

    @property
    def service_kinds(self) -> Mapping[str, Kind]:
        """All kinds of the service."""
        return self.world.service.kinds

    @property
    def config(self) -> dict[str, Kind]:
        """The kinds of a whole account's declaration."""
        return {name: self.service_kinds[name] for name in self.world.service.config}

    def state(self) -> State:
        """All that the account holds."""
        return self.sandbox.state(self.name)

    def known(self) -> dict[str, dict[str, Values]]:
        """All objects, with their options."""
        known = self.world.known(self.state())
        self.homes = {
            (name, ident, option): str(found)
            for name, objects in known.items()
            for ident, values in objects.items()
            for option, found in values.items()
            if not isinstance(found, (list, dict))
        }
        return known

    def restore(self, state: State) -> None:
        """Put the account back to where it was."""
        self.sandbox.set_state(self.name, state)

    def run(self, module: str, options: Mapping[str, Any], check: bool = False) -> Result:
        """Run a module, without waiting."""
        self.sandbox.clear_requests()
        clock = Clock()
        with mock.patch.object(time, "sleep", clock.sleep), mock.patch.object(time, "monotonic", clock.now):
            return run_module(self.user, module, options, check)

    def writes(self) -> list[str]:
        """The requests of the last run that may change something."""
        return [
            f"{one['method']} {one['path']} {one['body']}"
            for one in self.sandbox.requests(self.name)
            if acts(one) and not one["path"].endswith("/login")
        ]

    def told(self, result: Result) -> Any:
        """What a run says of what it did, but for the ids that nobody could foresee."""
        unknown = {"id", "download_url", *(kind.id_option for kind in self.service_kinds.values())}
        says = {name: one for name, one in result.items() if name not in ("invocation", "warnings")}
        return _without(says, unknown)

    def ident(self, item: Item, state: State) -> str | None:
        """The object that is meant by an item, once it is there."""
        if item.ident is not None and item.ident in self.world.rows(state, item.kind.name):
            return item.ident
        if item.kind.name in self.world.apart or item.state == "absent":
            return item.ident
        known, kind = self.world.known(state), item.kind
        key = {**({kind.scope: self.world.home} if kind.scope else {}), **item.key}
        for ident, values in known[kind.name].items():
            if all(self.alike(kind, name, wanted, values.get(name), known) for name, wanted in key.items()):
                return ident
        return None

    def alike(self, kind: Kind, name: str, wanted: Any, have: Any, known: Mapping[str, Mapping[str, Values]]) -> bool:
        """Whether a part of a key means an object."""
        field = kind.by_name.get(name)
        if field is None or have is None:
            return field is not None and field.write_only
        if field.reference:
            other = self.service_kinds[field.reference]
            return wanted in (have, known[other.name][str(have)].get(other.name_option))
        return self.world.form(kind, name).same(have, wanted)

    def count(self, declaration: Declaration, before: State, after: State) -> None:
        """Note what was done to which kind, so that a test can tell whether all was tried."""
        for name in {item.kind.name for item in declaration.items} | set(declaration.prune):
            was, now = self.world.rows(before, name), self.world.rows(after, name)
            items = [item for item in declaration.items if item.kind.name == name and item.ident is not None]
            done: dict[str, Collection[Any]] = {
                "created": now.keys() - was.keys(),
                "deleted": was.keys() - now.keys(),
                "changed": {ident for ident in was.keys() & now.keys() if was[ident] != now[ident]},
                "replaced": [item for item in items if item.ident not in now and self.ident(item, after) in now],
            }
            self.seen.update((name, what) for what, idents in done.items() if idents)
            self.seen[self.name, "added to"] += any(item.aim in added(item.kind) for item in items)

    def _manual(self, kind: Kind, state: State) -> st.SearchStrategy[None]:
        @st.composite
        def work(draw: Any) -> Any:
            known = self.world.known(state)
            there = list(known[kind.name])
            what = draw(st.sampled_from(("add", "add", "change", "remove"))) if there else "add"
            if what == "add" and kind.creatable:
                values = draw(_filled(self.world, kind, known, {}))
                if values is not None and kind.scope in kind.key and there and draw(st.booleans()):
                    twin = known[kind.name][draw(st.sampled_from(there))]
                    scopes = self.world.hints[kind.name, kind.scope].filter(lambda scope: scope != twin[kind.scope])
                    values |= {kind.name_option: twin[kind.name_option], kind.scope: draw(scopes)}
                if values is not None:
                    self.world.add(state, kind, values)
                return what, values
            if not there:
                return None
            ident = draw(st.sampled_from(there))
            if what == "remove" and kind.creatable:
                self.world.remove(state, kind, ident)
                return what, ident
            values = draw(_filled(self.world, kind, known, known[kind.name][ident]))
            self.world.change(state, kind, ident, values or {})
            return "change", ident, values

        return work()


class AlertraAccount(Account):
    """Devices that are in maintenance, too."""

    @rule(data=st.data(), careful=st.booleans())
    def maintain(self, data: st.DataObject, careful: bool) -> None:
        """Maintenance is declared, of devices and of those of a tag."""
        known = self.known()
        if not known["device"]:
            return
        devices = data.draw(st.lists(st.sampled_from(list(known["device"])), unique=True, min_size=1), "devices")
        directions = {"state": data.draw(st.sampled_from(("started", "stopped")), "state")}
        with_tag = data.draw(st.booleans(), "of a tag, too")
        if with_tag and known["tag"]:
            directions["tag"] = data.draw(st.sampled_from(list(known["tag"])), "tag")
        meant = dict.fromkeys([*known["tag"].get(directions.get("tag", ""), {}).get("devices", ()), *devices])
        options = {"in_maintenance": directions["state"] == "started"}
        kind = self.service_kinds["maintenance"]
        items = [Item(kind, ident, options=options) for ident in meant]
        self.holds(data, Maintenance("alertra_maintenance", items, directions=directions, devices=devices), careful)

    def met(self, declaration: Declaration, result: Result, before: State, after: State) -> None:
        """Maintenance is shown with the devices."""
        if not isinstance(declaration, Maintenance):
            super().met(declaration, result, before, after)
            return
        rows = self.world.rows(after, "maintenance")
        for item in declaration.items:
            assert rows[str(item.ident)]["in_maintenance"] is item.options["in_maintenance"], item


@dataclass(repr=False)
class Maintenance(Declaration):
    """The maintenance of devices, which are named and no objects."""

    devices: list[str] = field(default_factory=list)

    def options(self, items: Sequence[Item] | None = None) -> dict[str, Any]:
        """The devices in the order of the objects."""
        order = [item.ident for item in (self.items if items is None else items)]
        return {**self.directions, "devices": [ident for ident in order if ident in self.devices]}


class PortMonitorAccount(Account):
    """Accounts of others, too."""

    @rule(data=st.data())
    def sign_up(self, data: st.DataObject) -> None:
        """Another account is declared, or declared to be gone."""
        email = data.draw(st.sampled_from(("a@example.com", "b+c@example.com")), "e-mail")
        module = "portmonitor_account"
        login: dict[str, Any] = {"new_email": email, "new_password": "second secret"}
        there, gone = {**login, "state": "present"}, {**login, "state": "absent", "force": True}
        options, opposite = data.draw(st.sampled_from(((there, gone), (gone, there))), "account")
        before, was = self.state(), self.exists(email)
        plan = self.run(module, options, check=True)
        assert not self.writes(), ("check mode writes", self.writes())
        assert self.exists(email) is was
        result = self.run(module, options)
        sent = len(self.sandbox.requests(self.name))
        assert self.told(result) == self.told(plan), ("not as planned", result, plan)
        assert result["changed"] is (was is not (options is there))
        assert self.exists(email) is (options is there)
        self.unchanged(module, options)
        self.seen[module, "applied"] += 1
        self.seen["account", "created" if options is there else "deleted"] += result["changed"]
        if was is not (options is there):
            self.run(module, opposite)
            self.interrupt(data, module, options, sent)
            again = self.run(module, options)
            assert not again.get("failed"), again["msg"]
            assert self.exists(email) is (options is there)
        assert self.state() == before, "another account was touched"

    def exists(self, email: str) -> bool:
        """Whether there is an account of that address."""
        try:
            self.sandbox.state(self.name, email)
        except SandboxError:
            return False
        return True


MACHINES: Mapping[str, type[Account]] = {"alertra": AlertraAccount, "portmonitor": PortMonitorAccount}
"""The accounts that have more than what is declared like any other."""


@st.composite
def _filled(
    draw: Any, world: World, kind: Kind, known: Mapping[str, Mapping[str, Values]], before: Values
) -> Values | None:
    """Options of an object as somebody might set them by hand; None where there is nothing to refer to."""
    values: Values = {}
    for item in sorted(kind.options, key=lambda one: bool(one.applies_if[0] or one.exclusive_with)):
        now = {**before, **values}
        needed = not before and item.required_for(now)
        if item.write_only or item.trigger or not item.applies_to(now) or (item.immutable and before):
            continue
        if before and item.name in (*kind.key[:-1], "groups") and kind.name != "technician":
            continue
        if not needed and not draw(st.booleans()):
            continue
        if item.name == "conditions" and now.get("type") != "http":
            continue
        if item.reference:
            others = list(known[item.reference])
            if item.type == "list":
                values[item.name] = draw(st.lists(st.sampled_from(others), unique=True, max_size=2)) if others else []
            elif others:
                values[item.name] = draw(st.sampled_from(others))
            elif needed:
                return None
        elif clearable(item) and not needed and draw(st.booleans()):
            values[item.name] = None
        else:
            named = item.name == kind.name_option and (kind.name, item.name) not in world.hints
            values[item.name] = draw(NAMES if named else value(kind.name, item, world.hints))
    return values


def shuffled(declaration: Declaration, inside: bool) -> st.SearchStrategy[dict[str, Any]]:
    """The same declaration in another order; ``inside`` of the lists of its objects, too."""

    @st.composite
    def write(draw: Any) -> dict[str, Any]:
        items = list(declaration.items)
        if inside:
            for number, item in enumerate(items):
                lists = {name: one for name, one in item.options.items() if isinstance(one, list) and len(one) > 1}
                fields = {name: item.kind.by_name.get(name) for name in lists}
                sets = [name for name, one in fields.items() if one is not None and one.compare == "set"]
                mixed = {name: draw(st.permutations(lists[name])) for name in sets}
                items[number] = replace(item, options={**item.options, **mixed})
        return declaration.options(draw(st.permutations(items)) if len(items) > 1 else items)

    return write()


def _same(options: Iterable[Option], place: str, old: Any, new: Any) -> bool:
    """Whether nothing changed, or one kind of empty became another."""
    return bool(
        old == new or any(one.form.is_empty(old) and one.form.is_empty(new) for one in options if one.key == place)
    )


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [] if given in (None, "") else [given]


def _without(given: Any, names: set[str]) -> Any:
    if isinstance(given, dict):
        return {name: _without(one, names) for name, one in given.items() if name not in names}
    return [_without(one, names) for one in given] if isinstance(given, list) else given
