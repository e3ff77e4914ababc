# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the properties know of a service besides its kinds: where the sandbox keeps what, and what it allows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import Values
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.service import Pinghome
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pingplotter import PingPlotter
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.service import PortMonitor
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp
from integration.conftest import CREDENTIALS
from properties.stored import OPTIONS, Form, Option, read, write
from properties.values import ADDRESSES, TEXTS, WORDS, Hints
from sandbox.alertra import Alertra as AlertraSandbox
from sandbox.pinghome import CAN_BE_HIDDEN
from sandbox.pinghome import Pinghome as PinghomeSandbox
from sandbox.pingplotter import PERMISSIONS
from sandbox.pingplotter import PingPlotter as PingPlotterSandbox
from sandbox.portmonitor import LANGUAGES, TIME_ZONES, TYPES
from sandbox.portmonitor import PortMonitor as PortMonitorSandbox
from sandbox.service import Service as SandboxService
from sandbox.simplehelp import SimpleHelp as SimpleHelpSandbox
from sandbox.switches import Choice

Row = dict[str, Any]
State = dict[str, Any]


class World:
    """An account in the sandbox, as other people see it.

    :cvar lists: where the state has the objects of a kind, and under which name their ids
    :cvar keys: where it has an option, if not under its API name
    :cvar follows: what changes in an object or in the state by itself
    :cvar without: positions of switches in which not everything can be managed: what is said then is tested elsewhere
    :cvar hidden: positions of switches in which some options cannot be read, so that a replaced object loses them
    :cvar numbers: positions of switches that take a number
    :cvar hints: values that an option may have
    :cvar fresh: what an account holds at the start
    :cvar apart: kinds that no whole account has, declared otherwise; and which kind they are about
    :cvar home: the part of the account that is meant where none is named
    """

    service: ClassVar[type[Service]]
    sandbox: ClassVar[type[SandboxService]]
    lists: ClassVar[Mapping[str, tuple[str, str]]]
    keys: ClassVar[Mapping[tuple[str, str], tuple[str, ...]]] = {}
    follows: ClassVar[frozenset[str]] = frozenset()
    without: ClassVar[Mapping[str, Sequence[object]]] = {}
    hidden: ClassVar[Mapping[tuple[str, object], Collection[str]]] = {}
    numbers: ClassVar[Mapping[str, Sequence[int]]] = {}
    apart: ClassVar[Mapping[str, str]] = {}
    home: ClassVar[str] = ""
    hints: ClassVar[Hints] = {}
    fresh: ClassVar[State] = {}

    @property
    def name(self) -> str:
        """The prefix of its modules."""
        return self.service.name

    @property
    def credentials(self) -> Mapping[str, str]:
        """The account that is used."""
        return CREDENTIALS[self.name]

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kinds that are declared like any other."""
        return {name: kind for name, kind in self.service.kinds.items() if name not in self.apart}

    def switches(self) -> st.SearchStrategy[dict[str, Any]]:
        """Some switches, in positions in which the service can be managed."""
        positions = {
            name: [value for value in switch.values if value not in self.without.get(name, ())]
            for name, switch in self.sandbox.own_switches.items()
            if isinstance(switch, Choice)
        }
        several = {name: st.sampled_from(values) for name, values in {**positions, **self.numbers}.items() if values}
        return st.fixed_dictionaries({}, optional=several).map(self.together)

    def together(self, switches: dict[str, Any]) -> dict[str, Any]:
        """Switches that can be had together."""
        return switches

    def rows(self, state: State, kind: str) -> dict[str, Row]:
        """The objects of a kind, by id."""
        place, key = self.lists[kind]
        return {str(row[key]): row for row in state[place]}

    def known(self, state: State) -> dict[str, dict[str, Values]]:
        """All objects, by kind and id, with their options; references by id. In the order of their names.

        Which of several objects gets which id is a matter of luck where they are created at once.
        """
        found: dict[str, dict[str, Values]] = {}
        for name, kind in self.kinds.items():
            objects = {ident: self.values(kind, row, state) for ident, row in self.rows(state, name).items()}
            found[name] = objects
        return {name: self._in_order(self.kinds[name], objects, found) for name, objects in found.items()}

    def _in_order(
        self, kind: Kind, objects: dict[str, Values], known: Mapping[str, Mapping[str, Values]]
    ) -> dict[str, Values]:
        def place(ident: str) -> tuple[str, ...]:
            parts = []
            for part in kind.key:
                found, home = objects[ident].get(part), kind.by_name[part].reference
                parts.append(str(known[home][str(found)].get(self.kinds[home].name_option) if home else found))
            return (*reversed(parts), ident)

        return {ident: objects[ident] for ident in sorted(objects, key=place)}

    def options(self, kind: Kind) -> Mapping[str, Option]:
        """How the account holds the options of a kind."""
        return OPTIONS[self.name, kind.name]

    def form(self, kind: Kind, option: str) -> Form:
        """The form of the values of an option."""
        return self.options(kind)[option].form

    def same_name(self, kind: Kind, name: Any, other: Any) -> bool:
        """Whether two names of objects of a kind are the same."""
        return self.form(kind, kind.name_option).same(name, other)

    def values(self, kind: Kind, row: Row, state: State) -> Values:
        """The options of an object."""
        return read(self.options(kind), row)

    def row(self, kind: Kind, values: Values) -> Row:
        """What the state has of an object with these options; references by id."""
        return write(self.options(kind), values)

    def add(self, state: State, kind: Kind, values: Values) -> None:
        """Make an object."""
        state[self.lists[kind.name][0]].append(self.row(kind, values))

    def change(self, state: State, kind: Kind, ident: str, values: Values) -> None:
        """Give an object other values."""
        self.rows(state, kind.name)[ident].update(self.row(kind, values))

    def remove(self, state: State, kind: Kind, ident: str) -> None:
        """Delete an object, and what refers to it."""
        gone = self.rows(state, kind.name)[ident]
        state[self.lists[kind.name][0]].remove(gone)

    def places(self, kind: Kind, option: str) -> tuple[str, ...]:
        """Under which names the state has an option."""
        return self.keys.get((kind.name, option), (self.options(kind)[option].key,))

    def own(self, objects: Mapping[str, Values]) -> list[str]:
        """The objects that a whole account's declaration is about."""
        return list(objects)

    def rest(self, state: State) -> State:
        """What is nobody's business."""
        lists = {place for place, _key in self.lists.values()}
        return {name: value for name, value in state.items() if name not in lists | self.follows}


class AlertraWorld(World):
    """Devices and tags."""

    service = Alertra
    sandbox = AlertraSandbox
    lists: ClassVar = {
        "device": ("devices", "device_id"),
        "tag": ("tags", "tag_id"),
        "maintenance": ("devices", "device_id"),
    }
    keys: ClassVar = {
        ("device", "tags"): ("Tags",),
        ("tag", "devices"): (),
        ("maintenance", "in_maintenance"): ("in_maintenance", "maintenance_until"),
    }
    without: ClassVar = {"list_envelope": ("unknown",), "master_delete": ("refused",)}
    hidden: ClassVar = {
        ("config_place", "hidden"): (
            *("timeout", "retries", "retry_delay"),
            *("nschedule_id", "mschedule_id", "master_device"),
        )
    }
    apart: ClassVar = {"maintenance": "device"}
    hints: ClassVar = {
        ("device", "short_name"): st.sampled_from(("A", "a", "B-1", "12", "TRUE")),
        ("device", "url"): ADDRESSES,
    }

    def values(self, kind: Kind, row: Row, state: State) -> Values:
        """The links are with the devices."""
        if kind.name == "tag":
            members = [one["device_id"] for one in state["devices"] if row["tag_id"] in one["Tags"]]
            return {**super().values(kind, row, state), "devices": members}
        return super().values(kind, row, state)

    def remove(self, state: State, kind: Kind, ident: str) -> None:
        """Links and masters end with what is at their other end."""
        super().remove(state, kind, ident)
        for device in state["devices"]:
            device["Tags"] = [tag for tag in device["Tags"] if tag != ident]
            device["device_master_id"] = device["device_master_id"] if device["device_master_id"] != ident else ""


_CONDITIONS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(("status_code", "größe ☃")),
            "operator": st.sampled_from(("=", "contains")),
            "values": st.lists(st.sampled_from(("200", "404")), unique=True),
        },
        optional={"key": WORDS.filter(str.strip)},
    ),
    max_size=2,
    unique_by=str,
)
_SERVICES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


class PinghomeWorld(World):
    """Monitors of two services."""

    service = Pinghome
    sandbox = PinghomeSandbox
    lists: ClassVar = {
        "resource": ("resources", "id"),
        "server_resource": ("server_resources", "id"),
        "heartbeat": ("heartbeats", "id"),
        "integration": ("resources", "id"),
    }
    keys: ClassVar = {
        ("resource", "ssl_reminder_days"): ("ssl_reminder",),
        ("resource", "tld_reminder_days"): ("tld_reminder",),
        ("resource", "url"): ("url", "host"),
        ("resource", "host"): ("url", "host"),
        ("integration", "resource"): (),
        ("integration", "service_id"): (),
    }
    without: ClassVar = {
        "list_envelope": ("unknown",),
        # A PUT would lose what cannot be read, so that a change of another option is refused.
        "headers_shown": ("hidden",),
        "heartbeat_methods_shown": ("no",),
        "field_hidden": CAN_BE_HIDDEN,
        # What cannot be changed is an error.
        "url_on_put": ("refused_when_changed", "ignored"),
    }
    hidden: ClassVar = {("enabled_shown", "hidden"): ("enabled",)}
    follows = frozenset({"integrations"})
    home = _SERVICES[0]
    numbers: ClassVar = {"page_cap": (1, 2, 100)}
    hints: ClassVar = {
        ("resource", "type"): st.sampled_from(("http", "tcp", "icmp")),
        ("resource", "conditions"): _CONDITIONS,
        ("resource", "url"): ADDRESSES,
        **{(kind, "service_id"): st.sampled_from(_SERVICES) for kind in ("resource", "server_resource", "heartbeat")},
    }
    fresh: ClassVar = {"resources": [], "server_resources": [], "heartbeats": []}

    def together(self, switches: dict[str, Any]) -> dict[str, Any]:
        """Without pages, the rest of a listing cannot be had, and a total must say that there is none."""
        if switches.get("page_param") == "ignored":
            switches.pop("page_cap", None)
            envelope = switches.get("list_envelope", "bare")
            switches |= {"total_shown": "yes", "list_envelope": "named" if envelope == "bare" else envelope}
        return switches

    def rows(self, state: State, kind: str) -> dict[str, Row]:
        """Integrations are inside of resources."""
        if kind != "integration":
            return super().rows(state, kind)
        return {
            f"{resource['id']}/{one['integration']}": one
            for resource in state["resources"]
            for one in resource["integrations"]
        }

    def known(self, state: State) -> dict[str, dict[str, Values]]:
        """Integrations know the resource that they are in."""
        found = super().known(state)
        for values in found["integration"].values():
            values["service_id"] = found["resource"][values["resource"]]["service_id"]
        return found

    def values(self, kind: Kind, row: Row, state: State) -> Values:
        """Integrations are inside of resources."""
        if kind.name == "integration":
            home = next(one["id"] for one in state["resources"] if any(row is inside for inside in one["integrations"]))
            return {**super().values(kind, row, state), "resource": home}
        return super().values(kind, row, state)

    def add(self, state: State, kind: Kind, values: Values) -> None:
        """Integrations are inside of resources."""
        if kind.name != "integration":
            super().add(state, kind, values)
            return
        inside = self.rows(state, "resource")[values["resource"]].setdefault("integrations", [])
        if all(one["integration"] != values["integration"] for one in inside):
            inside.append(self.row(kind, values))

    def remove(self, state: State, kind: Kind, ident: str) -> None:
        """Integrations are inside of resources."""
        if kind.name != "integration":
            super().remove(state, kind, ident)
            return
        resource, _slash, name = ident.partition("/")
        inside = self.rows(state, "resource")[resource]["integrations"]
        inside[:] = [one for one in inside if one["integration"] != name]

    def own(self, objects: Mapping[str, Values]) -> list[str]:
        """Those of the service that is meant where none is named."""
        return [ident for ident, values in objects.items() if values["service_id"] == self.home]

    def rest(self, state: State) -> State:
        """The services."""
        return {"services": state["services"]}


class PingPlotterWorld(World):
    """Agents and users."""

    service = PingPlotter
    sandbox = PingPlotterSandbox
    lists: ClassVar = {"agent": ("agents", "UniqueId"), "user": ("users", "Id")}
    keys: ClassVar = {("agent", "sessions"): ("Sessions", "OpenSessions")}
    without: ClassVar = {
        "list_envelope": ("unknown",),
        # What the API cannot do is an error.
        "role_update": ("missing", "not_allowed"),
        "agent_delete_body": ("dropped",),
        # Sessions whose state cannot be read are set in each run.
        "sessions_endpoint": ("missing",),
    }
    hints: ClassVar = {
        ("user", "email_address"): st.sampled_from(("a@example.com", "b+c@example.com", "ü@example.com")),
        ("user", "roles"): st.lists(st.sampled_from(PERMISSIONS), unique=True, max_size=3),
    }
    fresh: ClassVar = {"agents": [], "users": []}

    def rows(self, state: State, kind: str) -> dict[str, Row]:
        """Those that are not deleted."""
        return {ident: row for ident, row in super().rows(state, kind).items() if not row.get("Deleted")}

    def add(self, state: State, kind: Kind, values: Values) -> None:
        """Agents have sessions, which are all that can change of them."""
        super().add(state, kind, {"sessions": "running", **values} if kind.name == "agent" else values)

    def row(self, kind: Kind, values: Values) -> Row:
        """Sessions are objects of their own."""
        words = {"running": ["Active"], "paused": ["Paused", "Closed"]}
        sessions = [{"Status": word, "Description": "größe ☃"} for word in words.get(values.get("sessions", ""), ())]
        return {**super().row(kind, values), **({"Sessions": sessions} if sessions else {})}


class PortMonitorWorld(World):
    """Groups, targets and the profile."""

    service = PortMonitor
    sandbox = PortMonitorSandbox
    lists: ClassVar = {"group": ("groups", "id"), "target": ("targets", "id"), "profile": ("profile", "")}
    keys: ClassVar = {("target", "type"): ("type", "url", "host", "port_number")}
    follows = frozenset({"events", "login_tokens"})
    without: ClassVar = {"list_envelope": ("unknown",)}
    numbers: ClassVar = {"token_requests": (0, 1, 3)}
    apart: ClassVar = {"account": ""}
    hints: ClassVar = {
        ("profile", "language"): st.sampled_from(tuple(LANGUAGES)),
        ("profile", "time_zone"): st.sampled_from(tuple(TIME_ZONES)),
        ("target", "seconds_between_checks"): st.sampled_from((1, 60, 86400)),
        ("target", "timeout"): st.sampled_from((1, 60, 86400)),
        ("target", "retries_per_check"): st.sampled_from((0, 1, 100)),
    }
    fresh: ClassVar = {"groups": [], "targets": []}

    def rows(self, state: State, kind: str) -> dict[str, Row]:
        """There is one profile."""
        return {"profile": state["profile"]} if kind == "profile" else super().rows(state, kind)

    def values(self, kind: Kind, row: Row, state: State) -> Values:
        """The state has the words of the paths for types."""
        values = super().values(kind, row, state)
        if kind.name == "target":
            word = TYPES[row["type"]].key.removeprefix("target_")
            return {**values, "group": str(row["group_id"]), "type": word}
        return values

    def row(self, kind: Kind, values: Values) -> Row:
        """The state has the words of the paths for types, and numbers for ids."""
        row = super().row(kind, values)
        if "group_id" in row:
            row["group_id"] = int(row["group_id"])
        if "type" in values:
            row["type"] = f"{values['type']}s"
        return row

    def remove(self, state: State, kind: Kind, ident: str) -> None:
        """Targets go with their group, and events with their target."""
        super().remove(state, kind, ident)
        state["targets"] = [one for one in state["targets"] if kind.name != "group" or str(one["group_id"]) != ident]
        there = {one["id"] for one in state["targets"]}
        state["events"] = [one for one in state["events"] if one["target_id"] in there]


# Answered as a text, one that is JSON or a web page is taken for that, and spaces around it are lost.
_PLAIN = TEXTS.filter(lambda text: text == text.strip() and not re.match(r'[<"\[{]|(null|true|false|-?\d.*)$', text))
_KEYS = st.sampled_from(("Owner", "größe ☃", "a.b/c"))
_PATHS = (["Sweden"], ["Sweden", "Lund"], ["größe ☃"])
_MACHINES = tuple({"machineID": f"SG_{n}", "name": f"db {n}", "groups": path} for n, path in enumerate(_PATHS))


class SimpleHelpWorld(World):
    """A server with three machines."""

    service = SimpleHelp
    sandbox = SimpleHelpSandbox
    lists: ClassVar = {
        "technician": ("technicians", "uniqueID"),
        "group": ("groups", "uniqueID"),
        "machine": ("machines", "machineID"),
        "machine_group": ("machine_groups", ""),
        "server": ("hostname", ""),
    }
    keys: ClassVar = {
        ("group", "permissions"): ("permissions",),
        ("machine", "properties"): ("properties",),
        ("machine_group", "properties"): ("properties",),
        ("server", "technician_restrictions"): ("restrictions",),
    }
    without: ClassVar = {
        "list_envelope": ("unknown",),
        # What cannot be changed is an error.
        "username_rename": ("refused",),
        "monitor_supported": ("silently_ignored",),
        "unknown_permission": ("ignored", "refused"),
    }
    hints: ClassVar = {
        ("technician", "email_address"): st.sampled_from(("a@example.com", "A@example.com", "ü@example.com")),
        ("technician", "username"): st.sampled_from(("anna", "größe ☃", "12", "a, b / c")),
        ("group", "group_specific_hostname"): st.sampled_from(("help.example.com", "größe.example.com")),
        ("group", "permissions"): st.dictionaries(
            st.sampled_from(("canRunTools", "größe ☃")), st.booleans(), max_size=2
        ),
        ("group", "password_settings"): st.dictionaries(
            st.sampled_from(("enabled", "größe ☃")), st.booleans(), max_size=2
        ),
        ("machine_group", "groups"): st.sampled_from(_PATHS),
        ("machine", "properties"): st.dictionaries(_KEYS, TEXTS | st.just("") | st.none(), max_size=3),
        ("machine_group", "properties"): st.dictionaries(_KEYS, _PLAIN, max_size=3),
        ("server", "hostname"): st.sampled_from(("support.example.com", "größe.example.com", "12", "true")),
        ("server", "technician_restrictions"): st.lists(
            st.sampled_from((r"192\.0\.2\..*", "größe|☃", "[a, b]")), unique=True, max_size=3
        ),
    }
    fresh: ClassVar = {"machines": list(_MACHINES)}
    _plain: ClassVar = {
        "permissions": "permissions",
        "properties": "properties",
        "technician_restrictions": "restrictions",
    }

    def rows(self, state: State, kind: str) -> dict[str, Row]:
        """There is one server; and a machine group is where a machine is."""
        if kind == "server":
            return {"server": {"hostname": state["hostname"], "restrictions": state["restrictions"]}}
        if kind == "machine_group":
            there = {"/".join(row["groups"]): row for row in state["machine_groups"]}
            return {"/".join(path): there.get("/".join(path), {"groups": path, "properties": {}}) for path in _PATHS}
        return super().rows(state, kind)

    def values(self, kind: Kind, row: Row, state: State) -> Values:
        """Ids of groups are numbers."""
        values = super().values(kind, row, state)
        if kind.name == "technician":
            values["groups"] = [str(one) for one in values["groups"]]
        if kind.name == "machine_group":
            values["groups"] = row["groups"]
        for name, key in self._plain.items():
            if name in kind.by_name:
                values[name] = row[key]
        return values

    def row(self, kind: Kind, values: Values) -> Row:
        """Ids of groups are numbers."""
        row = super().row(kind, values)
        row.pop("monitor", None)
        if "monitor" in values:
            row["monitoringEnabled"] = values["monitor"]
        if "groupIDs" in row:
            row["groupIDs"] = [int(one) for one in row["groupIDs"]]
        for name, key in self._plain.items():
            if name in values:
                row[key] = values[name]
        if kind.name == "machine" and "properties" in row:
            row["properties"] = {key: value for key, value in (row["properties"] or {}).items() if value is not None}
        return row

    def change(self, state: State, kind: Kind, ident: str, values: Values) -> None:
        """The server is the state itself, and a group without properties is not in it."""
        if kind.name == "server":
            state.update(self.row(kind, values))
        elif kind.name == "machine_group":
            path = self.rows(state, "machine_group")[ident]["groups"]
            state["machine_groups"] = [one for one in state["machine_groups"] if one["groups"] != path]
            state["machine_groups"].append({"groups": path, "properties": values.get("properties", {})})
        else:
            super().change(state, kind, ident, values)

    def remove(self, state: State, kind: Kind, ident: str) -> None:
        """Technicians lose a group with it."""
        super().remove(state, kind, ident)
        for one in state["technicians"]:
            one["groupIDs"] = [group for group in one["groupIDs"] if kind.name != "group" or str(group) != ident]

    def rest(self, state: State) -> State:
        """What can only be listed."""
        return {name: value for name, value in super().rest(state).items() if name != "restrictions"}


WORLDS: tuple[World, ...] = (AlertraWorld(), PinghomeWorld(), PingPlotterWorld(), PortMonitorWorld(), SimpleHelpWorld())
