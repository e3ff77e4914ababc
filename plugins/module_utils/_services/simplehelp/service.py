# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SimpleHelp: remote support. This file connects the parts of the service; each part has a file of its own.

Source: the vendor's "SimpleHelp Integration API", version 1.0. Where that says nothing, every plausible shape of an
answer is accepted; where it contradicts itself, a write counts only once it can be read back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from ..._core.errors import Problem
from ..._core.kind import Field, Kind
from ..._core.objects import Desired, Record, Step
from ..._core.raw import RawAnswer, RawApi, RawRequest
from ..._core.service import Service, for_kind
from ..._core.values import Values
from ..._http.client import Client, Credentials
from ..common import send_raw
from .accounts import Accounts, find_rename_conflicts
from .alerts import list_alerts
from .effective_path import EffectivePaths
from .groups import Groups
from .kind_api import KindApi
from .kinds import GROUP, MACHINE, MACHINE_GROUP, SERVER, TECHNICIAN
from .machine_groups import MachineGroups
from .machines import Machines
from .server import Server
from .sessions import Sessions
from .technicians import Technicians, check_usernames


class SimpleHelp(Service):
    """A SimpleHelp server."""

    name = "simplehelp"
    title = "SimpleHelp"
    url = None
    credentials = (Field("api_token", required=True, secret=True),)
    kinds: ClassVar[Mapping[str, Kind]] = {
        kind.name: kind for kind in (GROUP, TECHNICIAN, MACHINE, MACHINE_GROUP, SERVER)
    }
    config = ("technician", "group", "machine", "machine_group", "server")
    raw = RawApi(changing_gets=(("", ("server", "backup")),))

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        token = options["api_token"]
        client = Client(self.title, options, Credentials(path=("api", "v1", token), secrets=(token,)), concurrency)
        paths = EffectivePaths(client)
        groups = Groups(client, paths)
        technicians = Technicians(client, groups)
        self._client = self.client = client
        self._machines = Machines(client)
        self._server = Server(client, paths)
        self._sessions = Sessions(client, groups)
        self._accounts: Mapping[str, Accounts] = {"technician": technicians, "group": groups}
        self._apis: Mapping[str, KindApi] = {
            **self._accounts,
            "machine": self._machines,
            "machine_group": MachineGroups(client, paths, self._machines),
            "server": self._server,
        }
        self.redact = client.redact.objects
        self.redact_text = client.redact.text
        self.write_count = lambda: client.writes - paths.ineffective_writes
        self.warnings = []

    # -- objects -------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        """All objects of a kind; of machine groups, which the server does not list, those that are declared."""
        return for_kind(self._apis, kind).list_records([one for one in desired if one.kind is kind])

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """The values of the fields C(missing), by the queries that return them."""
        return for_kind(self._apis, record.kind).read(record, missing)

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:
        """Read the notes and properties of many machines with one query."""
        self._machines.prefetch(reads)

    def forget(self) -> None:
        """Forget the machines."""
        self._machines.forget()

    def validate_names(self, kind: Kind, records: Sequence[Record], desired: Sequence[Desired]) -> None:
        """Refuse usernames that differ from others in case only."""
        if kind is TECHNICIAN:
            check_usernames(records, [one for one in desired if one.kind is kind])

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[Problem]:
        """Problems with new names of technicians and groups."""
        return find_rename_conflicts(steps, records)

    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create a technician or a group."""
        return for_kind(self._accounts, kind).create(values)

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Write options of one subresource."""
        for_kind(self._apis, record.kind).update(record, values, subresource)

    def delete(self, record: Record, controls: Values) -> None:
        """Delete a technician or a group."""
        for_kind(self._accounts, record.kind).delete(record)

    # -- information ---------------------------------------------------------------------------------------------

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """The objects that match the filters of an info module."""
        return for_kind(self._apis, kind).filter_records(records, filters)

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """What an info module returns on demand, such as the hardware of a machine."""
        return for_kind(self._apis, record.kind).fetch_include(record, name)

    def sessions(self, which: str, filters: Values) -> list[Values]:
        """The sessions of one of the lists; the filters apply to the history only."""
        return self._sessions.list_sessions(which, filters)

    def alerts(self, filters: Values) -> list[Values]:
        """The alerts that match the filters."""
        return list_alerts(self._client, filters)

    def back_up(self, query: str) -> None:
        """Have the server save a backup of its configuration."""
        self._server.back_up(query)

    def send_raw(self, request: RawRequest) -> RawAnswer:
        """Send a request that a user has written."""
        return send_raw(self._client, request)
