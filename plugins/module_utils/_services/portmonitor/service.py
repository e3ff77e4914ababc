# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Port Monitor: how each kind of objects is listed, read, created, changed and deleted.

Source: the vendor's "REST API". It names calls and parameters but shows no answer, so every plausible one is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar

from ..._core.errors import ApiError
from ..._core.kind import Field, Kind
from ..._core.objects import Desired, Record, Step
from ..._core.raw import RawAnswer, RawApi, RawRequest
from ..._core.service import Service, for_kind
from ..._core.values import Values, join_names
from ..._http.envelope import ApiObject, identifier
from ..common import created_object, send_raw, snake_keys
from .account import find_account
from .kinds import ACCOUNT, ENVELOPE_KEYS, GROUP, PROFILE, TARGET, TYPES
from .login import Login
from .profile import read_choices
from .targets import Targets, declared_groups, typed_path

_Path = tuple[str, ...]

# By kind: the path at which an object is changed, and the name of the form's parameters.
_UPDATES: Mapping[str, Callable[[Record], tuple[_Path, str]]] = {
    "group": lambda group: (("groups", group.id), "group"),
    "target": lambda target: ((*typed_path(target.values), target.id), TYPES[target.values["type"]].form_key),
    "profile": lambda profile: (("profile",), "profile"),
    "account": lambda account: (("users",), "user"),
}
# By kind: the path at which an object is shown with all its details.
_DETAILS: Mapping[str, Callable[[Record], _Path]] = {
    "group": lambda group: ("groups", group.id),
    "target": lambda target: ("groups", target.values["group"], "targets", target.id),
}
# By what an info module includes: the path of the listing, and the names under which an answer may hold it.
_INCLUDES: Mapping[str, tuple[_Path, _Path]] = {
    "events": (("events",), ("event", "events")),
    "uptime": (("reports", "uptimes"), ("uptime", "reports", "uptimes")),
    "response_times": (("reports", "response_times"), ("response_time", "reports", "response_times")),
}
_PERIOD = (("since", "date_range[from]"), ("until", "date_range[to]"))
# The statuses with which a server may refuse to delete a group that holds targets; 200 comes with "success": false.
_DELETION_REFUSED = frozenset({200, 400, 403, 405, 409, 422})
# The paths that take no token.
_ANONYMOUS_PATHS = frozenset({("users", "login"), ("users", "sign-up")})


class PortMonitor(Service):
    """An account at Port Monitor."""

    name = "portmonitor"
    title = "Port Monitor"
    url = "https://www.port-monitor.com/api"
    credentials = (
        Field("app_key", required=True, secret=True),
        Field("auth_token", secret=True),
        Field("login_email"),
        Field("login_password", secret=True),
        Field("log_out", type="bool", default=False),
    )
    kinds: ClassVar[Mapping[str, Kind]] = {"group": GROUP, "target": TARGET, "profile": PROFILE, "account": ACCOUNT}
    account_options = ("app_key", "auth_token", "login_email")
    config = ("group", "target", "profile")
    raw = RawApi(sends_forms=True)

    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        self._options = options
        self._login = Login(self.title, options, concurrency)
        self._client = self.client = self._login.client
        self._targets = Targets(self._client, concurrency)
        self._groups: dict[str, Record] = {}
        self.redact, self.write_count = self._client.redact.objects, lambda: self._client.writes
        self.redact_text = self._client.redact.text
        self.warnings = []

    # -- list ----------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        listings: Mapping[str, Callable[[], list[Record]]] = {
            "group": self._list_groups,
            "target": lambda: self._targets.find(list(self._groups.values()), desired, whole),
            "profile": self._list_profile,
            "account": lambda: find_account(desired[0], self._options, self._login),
        }
        return for_kind(listings, kind)()

    def listed_parts(
        self, kind: Kind, records: Mapping[str, Sequence[Record]], desired: Sequence[Desired]
    ) -> set[str] | None:
        """The ids of the groups whose targets are listed."""
        if kind is not TARGET:
            return None
        groups = {group.id for group in declared_groups(records["group"], desired)}
        found = {target.id for target in records["target"] if target.values.get("group") in groups}
        missing = {one.id for one in desired if one.kind is TARGET and one.id is not None} - found
        return None if missing else groups

    def _list_groups(self) -> list[Record]:
        """All groups. They are listed before the targets, which are listed by group."""
        rows = self._client.read_list(("groups",), ENVELOPE_KEYS["group"], GROUP.id_keys)
        found = [Record(GROUP, str(identifier(row, GROUP.id_keys)), GROUP.decode(row)) for row in rows]
        self._groups = {record.id: record for record in found}
        return found

    def _list_profile(self) -> list[Record]:
        row = self._client.read_object(("profile",), ENVELOPE_KEYS["profile"], PROFILE.id_keys)
        return [Record(PROFILE, PROFILE.noun, PROFILE.decode(row, complete=True))]

    # -- read ----------------------------------------------------------------------------------------------------

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """All that the service shows of a group or target; the listing shows all of a profile or an account."""
        readers: Mapping[str, Callable[[Record], Values]] = {
            "group": self._read_details,
            "target": self._read_details,
            "profile": lambda profile: {},
            "account": lambda account: {},
        }
        return for_kind(readers, record.kind)(record)

    def _read_details(self, record: Record) -> Values:
        values, fields = record.kind.decode(self._details(record)), record.kind.by_name
        return {name: value for name, value in values.items() if fields[name].applies_to(record.values)}

    def _details(self, record: Record) -> ApiObject:
        path = for_kind(_DETAILS, record.kind)(record)
        return self._client.read_object(path, for_kind(ENVELOPE_KEYS, record.kind), record.kind.id_keys)

    # -- create --------------------------------------------------------------------------------------------------

    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create a group or a target, or sign up."""
        creators: Mapping[str, Callable[[Values], Record | str | None]] = {
            "group": self._create_group,
            "target": self._create_target,
            "account": self._sign_up,
        }
        return for_kind(creators, kind)(values)

    def _create_group(self, values: Values) -> Record | str | None:
        answer = self._send_form("POST", ("groups",), "group", GROUP.encode(values))
        created = created_object(GROUP, answer, ENVELOPE_KEYS["group"])
        if created is not None:
            ident = created.id if isinstance(created, Record) else created
            self._groups[ident] = Record(GROUP, ident, values)
        return created

    def _create_target(self, values: Values) -> Record | str | None:
        answer = self._send_form("POST", typed_path(values), TYPES[values["type"]].form_key, TARGET.encode(values))
        return created_object(TARGET, answer, ENVELOPE_KEYS["target"])

    def _sign_up(self, values: Values) -> str:
        self._send_form("POST", ("users", "sign-up"), "user", ACCOUNT.encode(values), anonymous=True)
        return str(values["new_email"])

    # -- update --------------------------------------------------------------------------------------------------

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Change an object. A target that gets another group is addressed by its old group."""
        path, form_key = for_kind(_UPDATES, record.kind)(record)
        self._send_form("PUT", path, form_key, record.kind.encode(values))

    # -- delete --------------------------------------------------------------------------------------------------

    def delete(self, record: Record, controls: Values) -> None:
        """Delete a group, a target or the account."""
        deleters: Mapping[str, Callable[[], None]] = {
            "group": lambda: self._delete_group(record, controls),
            "target": lambda: self._delete_target(record),
            "account": lambda: self._cancel_account(record),
        }
        for_kind(deleters, record.kind)()

    def _delete_group(self, group: Record, controls: Values) -> None:
        """Delete a group. If the service refuses this and C(force) is true, delete its targets first, one by one."""
        path = ("groups", group.id)
        try:
            self._client.request("DELETE", path)
        except ApiError as exc:
            refused = exc.refused and exc.failure.status in _DELETION_REFUSED
            held = self._targets.in_group(group) if refused and controls.get("force") else []
            if not held:
                raise
            self._delete_targets(held)
            self._client.request("DELETE", path)

    def _delete_targets(self, targets: Sequence[Record]) -> None:
        """Delete several targets; one that no longer exists is no error."""
        for target in targets:
            try:
                self._delete_target(target)
            except ApiError as exc:
                if exc.failure.status not in (404, 410):
                    raise

    def _delete_target(self, target: Record) -> None:
        self._client.request("DELETE", (*typed_path(target.values), target.id))

    def _cancel_account(self, account: Record) -> None:
        """Delete the account that the token in the record belongs to, which need not be the account of this run."""
        self._client.request("DELETE", ("users",), params=account.raw, anonymous=True)

    # -- plan ----------------------------------------------------------------------------------------------------

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[str]:
        """Deletions of groups that still hold targets, without C(force)."""
        leaving = _leaving_targets(steps)
        problems = []
        for step in steps:
            group = step.record
            deleted = step.desired.kind is GROUP and step.action == "delete" and not step.desired.controls.get("force")
            if deleted and group is not None:
                inside = [target for target in records["target"] if target.values["group"] == group.id]
                held = [target.label for target in inside if target.id not in leaving]
                if held:
                    problems.append(f"{step.title} still contains {join_names(held)}; {_advice(step)}")
        return problems

    # -- information ---------------------------------------------------------------------------------------------

    def listing_scope(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """Of targets only those of the given group, or those of the groups up to where the given id is found."""
        if kind is not TARGET or not (filters["group"] or filters["target_id"]):
            return ()
        return [Desired(TARGET, {"group": filters["group"]}, filters["target_id"])]

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """Those with the given id and name; of targets also those of a group and of a type."""
        found = super().filter_objects(kind, records, filters)
        if kind is TARGET and filters["type"]:
            found = [record for record in found if record.values["type"] == filters["type"]]
        if kind is TARGET and filters["group"]:
            groups = self.overlay.records(GROUP, list(self._groups.values()))
            ids = {group.id for group in groups if filters["group"] in (group.id, group.label)}
            found = [record for record in found if record.values["group"] in ids]
        return found

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """All C(details) of a group or target as the service shows them; C(events) or reports of a target."""
        if name == "details":
            return snake_keys(self._details(record))
        path, envelope_keys = _INCLUDES[name]
        period = {parameter: filters[option] for option, parameter in _PERIOD if filters[option]}
        rows = self._client.read_list(path, envelope_keys, (), params={"target_ids": record.id, **period})
        return snake_keys(rows)

    def events(self, since: str) -> list[Values]:
        """The events of all targets since a time in ISO 8601, in the order of the service.

        :raises ApiError: if they cannot be read
        """
        path, envelope_keys = _INCLUDES["events"]
        rows = self._client.read_list(path, envelope_keys, (), params={_PERIOD[0][1]: since})
        events: list[Values] = snake_keys(rows)
        return events

    def profile(self) -> Values:
        """The profile, and the values that its language and its time zone may have."""
        (profile,) = self.list_objects(PROFILE)
        return {
            "profile": profile.values,
            "languages": read_choices(self._client, "language"),
            "time_zones": read_choices(self._client, "time_zone"),
        }

    def send_raw(self, request: RawRequest) -> RawAnswer:
        """Send a request that a user has written."""
        return send_raw(self._client, request, anonymous=request.path in _ANONYMOUS_PATHS)

    def close(self) -> None:
        """Log out, if C(log_out) is true."""
        if self._options["log_out"]:
            self._login.log_out()

    def _send_form(
        self, method: str, path: _Path, form_key: str, values: Mapping[str, Any], anonymous: bool = False
    ) -> Any:
        """Send values in the vendor's names as parameters of a form, such as C(group[name])."""
        form = {f"{form_key}[{name}]": value for name, value in values.items()}
        return self._client.request(method, path, form=form, anonymous=anonymous)


def _leaving_targets(steps: Sequence[Step]) -> set[str]:
    """The ids of the targets that are deleted or get another group."""
    return {
        step.record.id
        for step in steps
        if step.record is not None and step.record.kind is TARGET
        if step.action == "delete" or "group" in step.fields
    }


def _advice(step: Step) -> str:
    """What a user can do about a group that still contains targets."""
    # A group that is pruned is not declared, so nobody can set its option force.
    if step.desired.pruned:
        return "prune targets, too, or declare the group"
    return "force: true deletes it anyway"
