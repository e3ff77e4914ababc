# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service Pinghome: how its parts list, read, create, change and delete each kind of object.

Source: the vendor's "Monitoring" pages. Reads and writes go to different hosts, and a read may lag behind a write by
seconds. A PUT replaces the whole object, so its body holds everything that is known about the object.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ClassVar, TypeVar

from ..._core.errors import Problem
from ..._core.kind import Field, Kind
from ..._core.objects import Desired, Record, Step
from ..._core.overlay import is_placeholder
from ..._core.raw import RawAnswer, RawApi, RawRequest
from ..._core.service import Service, for_kind
from ..._core.values import Values
from ..._http.client import Client, Credentials
from ..common import ListingDoubts, find_named, send_raw
from .consistency import Place, WrittenObjects
from .headers import BodySender
from .includes import Includes
from .integrations import Integrations, changes_resource
from .kinds import CREATE_DEFAULTS, GATEWAY, HEARTBEAT, HOSTS, INTEGRATION, KINDS, REMINDERS, RESOURCE, SERVER_RESOURCE
from .monitor_reader import MonitorReader
from .monitor_writer import MonitorWriter
from .reminders import Reminders
from .replace import Replacements, verify_target
from .scope import scope_of

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Pinghome(Service):
    """Services at Pinghome."""

    name = "pinghome"
    title = "Pinghome"
    url = "https://{host}.api.pinghome.io/v1"
    credentials = (Field("api_token", required=True, secret=True), Field("service_id"))
    kinds: ClassVar[Mapping[str, Kind]] = KINDS
    account_options = ("api_token",)
    needs_created = True
    config = ("resource", "server_resource", "heartbeat", "integration")
    read_lag_s = 6.0
    raw = RawApi(hosts=HOSTS, changing_gets=((GATEWAY, ()),))

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        client = Client(self.title, options, _credentials(options["api_token"]), concurrency)
        self.client = client
        sender = BodySender(client)
        self._client, self._options = client, options
        self._service_id: str | None = options["service_id"]
        self._concurrency = concurrency
        self.redact, self.write_count = client.redact.objects, lambda: client.writes
        self.redact_text = client.redact.text
        self.warnings = []
        self._doubts = ListingDoubts(self.warnings)
        self._reader = MonitorReader(client, self._service_id, self._doubts)
        self._writer = MonitorWriter(client, sender)
        self._reminders = Reminders(client)
        self._integrations = Integrations(client, sender)
        self._includes = Includes(client, self._reader, self._integrations)
        self._replacements = Replacements(self.read, self.warnings, self._never_set)
        self._written = WrittenObjects(self.read_lag_s, self._place_of, self._list_place, self.read)
        # The resources listed last. Integrations are listed by resource.
        self._resources: list[Record] | None = None

    def _never_set(self, record: Record, option: str) -> bool:
        """Whether this run has created an object without this option, and has not set the option since."""
        if is_placeholder(record.id):
            return not self.overlay.is_set(record.kind, record.id, option)
        return self.created.never_set(record, option)

    # -- listing -------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        table: Mapping[str, Callable[..., list[Record]]] = {
            "resource": self._list_resources,
            "server_resource": partial(self._list_monitors, SERVER_RESOURCE),
            "heartbeat": partial(self._list_monitors, HEARTBEAT),
            "integration": self._list_integrations,
        }
        return for_kind(table, kind)(desired, whole=whole)

    def _list_monitors(self, kind: Kind, desired: Sequence[Desired], *, whole: bool) -> list[Record]:
        """The monitors of the services in scope, and the monitors declared by id, which may be in any service.

        :raises InputError: if a service is needed and none is set
        """
        scope = scope_of(kind, desired, self._service_id, whole=whole)
        records = [record for service in scope.services for record in self._reader.list_service(kind, service)]
        others = sorted(scope.ids.difference(record.id for record in records))
        found = self._parallel(lambda ident: self._reader.find(kind, ident), others)
        return records + [record for record in found if record is not None]

    def _list_resources(self, desired: Sequence[Desired], *, whole: bool) -> list[Record]:
        records = self._list_monitors(RESOURCE, desired, whole=whole)
        self._resources = list(records)
        return records

    def _list_integrations(self, desired: Sequence[Desired], *, whole: bool) -> list[Record]:
        """The integrations of all resources, or of those to which the declarations refer."""
        listed = self._resources if self._resources is not None else self.list_objects(RESOURCE)
        # In check mode, a resource that an earlier task would move brings its integrations along.
        resources = [one for one in self.overlay.records(RESOURCE, listed) if not is_placeholder(one.id)]
        if not whole:
            declared = [one.values.get("resource") for one in desired if one.kind is INTEGRATION]
            resources = find_named(resources, desired, declared)
        return [record for found in self._parallel(self._integrations.list_of, resources) for record in found]

    def _parallel(self, work: Callable[[_Item], _Result], items: Sequence[_Item]) -> list[_Result]:
        with ThreadPoolExecutor(self._concurrency) as pool:
            return list(pool.map(work, items))

    def listing_doubts(self) -> Mapping[str, str]:
        """Why the listing of a kind of monitors may lack some."""
        return self._doubts.by_kind

    # -- reading -------------------------------------------------------------------------------------------------

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """What an answer about one object shows. Of a resource also the regions and reminders, if they are missing."""
        table: Mapping[str, Callable[[Record, Collection[str]], Values]] = {
            "resource": self._read_resource,
            "server_resource": self._read_monitor,
            "heartbeat": self._read_monitor,
            "integration": self._read_integration,
        }
        return for_kind(table, record.kind)(record, missing)

    def _read_monitor(self, record: Record, missing: Collection[str]) -> Values:
        if not missing or record.raw.get("whole"):
            return {}
        return self._reader.read_detail(record)

    def _read_resource(self, record: Record, missing: Collection[str]) -> Values:
        """The regions may be in the detail. If they are not, they are read from their own endpoint."""
        in_detail = set(missing).difference(REMINDERS, ("regions",))
        if "regions" in missing and "grace_period" not in record.values:
            # The listing shows only a part of the fields.
            in_detail.add("regions")
        values = self._read_monitor(record, in_detail)
        if "regions" in missing and "regions" not in values:
            values["regions"] = self._reader.read_regions(record.id)
        for name, subject in REMINDERS.items():
            if name in missing:
                values[name] = self._reminders.read(record.id, subject)
        return values

    def _read_integration(self, record: Record, missing: Collection[str]) -> Values:
        """Nothing: the listing shows everything."""
        return {}

    def forget(self) -> None:
        """Forget the resources, and the objects that are prepared for PUT requests."""
        self._resources = None
        self._replacements.forget()

    # -- writing -------------------------------------------------------------------------------------------------

    def values_of_new(self, kind: Kind) -> Values:
        """What a creation sends for options that are not set."""
        return dict(for_kind(CREATE_DEFAULTS, kind))

    def hidden_options(self, kind: Kind, records: Sequence[Record]) -> Collection[str]:
        """The options that the service does not show."""
        return self._replacements.hidden_options(kind, records)

    def is_managed(self, record: Record) -> bool:
        """Whether a monitor is in the service that the task manages."""
        return self._service_id in (None, record.values.get("service_id", self._service_id))

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[Problem]:
        """Changes whose PUT request would reset options that the service does not show.

        This also reads what the PUT requests must repeat. The engine calls it in check mode too.
        """

        def prepare(step: Step) -> Problem | None:
            if step.record is None:
                return None
            reason = self._replacements.prepare(step.record, step.payload, step.desired.values)
            return step.desired.with_location(reason) if reason else None

        found = self._parallel(prepare, [step for step in steps if _sends_put(step)])
        return [problem for problem in found if problem is not None]

    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create an object, with defaults for what the API requires besides, and return it or its id."""
        table: Mapping[str, Callable[[Values], Record | str | None]] = {
            "resource": partial(self._writer.create, RESOURCE),
            "server_resource": partial(self._writer.create, SERVER_RESOURCE),
            "heartbeat": partial(self._writer.create, HEARTBEAT),
            "integration": self._integrations.create,
        }
        created = for_kind(table, kind)(values)
        if created is not None:
            self._register_new(Record(kind, _id_of(created), values))
        return created

    def _register_new(self, record: Record) -> None:
        self._written.register_new(record)
        if record.kind is RESOURCE and self._resources is not None:
            self._resources.append(record)

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change an object as a whole, or the status or the reminders of a resource.

        :raises MonitoringError: if the service accepts a new URL, host or port but keeps the old one
        """
        table: Mapping[str, Mapping[str, Callable[[Record, Values], None]]] = {
            "resource": {"": self._replace, "status": self._set_status, "reminders": self._set_reminders},
            "server_resource": {"": self._replace},
            "heartbeat": {"": self._replace},
            "integration": {"": self._update_integration},
        }
        for_kind(table, record.kind)[subresource](record, values)

    def _replace(self, record: Record, values: Values) -> None:
        whole = self._replacements.completed(record, values)
        answer = self._writer.replace(whole, values)
        verify_target(record, values, answer)
        self._written.register(record, values)

    def _set_status(self, record: Record, values: Values) -> None:
        self._writer.set_status(record.id, values)
        self._written.register(record, values)

    def _set_reminders(self, record: Record, values: Values) -> None:
        for name, days in values.items():
            exists = bool(record.values.get(name))
            self._reminders.write(record.id, REMINDERS[name], exists=exists, days=days)
        self._written.register(record, values)

    def _update_integration(self, record: Record, values: Values) -> None:
        if changes_resource(record, values):
            self._move_integration(record, values)
        else:
            self._integrations.update(self._replacements.completed(record, values), values)
            self._written.register(record, values)

    def _move_integration(self, record: Record, values: Values) -> None:
        """Create an integration again at another resource. Options that a creation does not take are sent after it."""
        whole = {**record.values, **values}
        later = {name: whole.pop(name) for name in list(whole) if record.kind.by_name[name].set_after_create}
        created = self.create(INTEGRATION, whole)
        if created is not None and any(later.values()):
            self._update_integration(Record(INTEGRATION, _id_of(created), whole), later)

    def delete(self, record: Record, controls: Values) -> None:
        """Delete one object."""
        table: Mapping[str, Callable[[Record], None]] = {
            "resource": self._writer.delete,
            "server_resource": self._writer.delete,
            "heartbeat": self._writer.delete,
            "integration": self._integrations.delete,
        }
        for_kind(table, record.kind)(record)
        self._written.register_deletion(record)

    # -- waiting until reads show what was written ---------------------------------------------------------------

    def wait_for_consistency(self) -> None:
        """Wait until reads show what was written, and warn of what they do not show in time."""
        self.warnings += self._written.wait()

    def read_back(self, kind: Kind, ident: str) -> Values:
        """What the listing showed of an object during the wait."""
        return self._written.shown(kind, ident)

    def _place_of(self, record: Record) -> Place:
        """Integrations are in the listing of their resource, monitors in that of their service."""
        parents = {
            "resource": "service_id",
            "server_resource": "service_id",
            "heartbeat": "service_id",
            "integration": "resource",
        }
        parent = record.values.get(for_kind(parents, record.kind)) or self._service_id
        return Place(record.kind, str(parent))

    def _list_place(self, place: Place) -> list[Record]:
        table: Mapping[str, Callable[[str], list[Record]]] = {
            "resource": partial(self._reader.list_service, RESOURCE),
            "server_resource": partial(self._reader.list_service, SERVER_RESOURCE),
            "heartbeat": partial(self._reader.list_service, HEARTBEAT),
            "integration": lambda ident: self._integrations.list_of(Record(RESOURCE, ident, {})),
        }
        return for_kind(table, place.kind)(place.id)

    # -- info modules --------------------------------------------------------------------------------------------

    def listing_scope(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """The object with the given id, if one is given. It can be found without a service."""
        ident = filters.get(kind.id_option)
        return [Desired(kind, {}, ident)] if ident else ()

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """What belongs to a monitor, such as its statistics from C(since) to C(until)."""
        return self._includes.fetch(record, name, filters)

    def send_raw(self, request: RawRequest) -> RawAnswer:
        """Send a request that a user has written. The gateway for events of heartbeats does not get the token."""
        return send_raw(self._without_token() if request.host == GATEWAY else self._client, request)

    def _without_token(self) -> Client:
        token = self._options["api_token"]
        client = Client(self.title, self._options, Credentials(secrets=(token,) if token else ()))
        client.share_budget(self._client)
        return client


def _credentials(token: str | None) -> Credentials:
    if not token:
        return Credentials()
    return Credentials(headers={"Authorization": f"Bearer {token}"}, secrets=(token,))


def _sends_put(step: Step) -> bool:
    """Whether a step changes an object itself, not only what has an endpoint of its own."""
    return step.action == "update" and "" in step.desired.kind.by_subresource(step.payload)


def _id_of(created: Record | str) -> str:
    return created.id if isinstance(created, Record) else created
