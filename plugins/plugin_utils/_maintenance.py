# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role maintenance: what it declares to start or end a maintenance, and which objects it has begun.

At Alertra, a device is in maintenance. At Pinghome, a monitor is disabled. At PingPlotter Cloud, the sessions of an
agent are paused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from ..module_utils._core.errors import InputError
from ..module_utils._core.nearest import did_you_mean
from ..module_utils._core.values import join_names

Values = Mapping[str, Any]
Object = dict[str, str]
"""An object that was begun: C(service), C(kind), C(id) and C(name); of Alertra also C(until), the time of its end."""


@dataclass(frozen=True)
class Kind:
    """A kind of objects that can be in maintenance.

    :ivar name: the name of the kind in the changes of a module
    :ivar option: the option of the module with the objects, and the result with their list
    :ivar id: the field with the id
    :ivar label: the field with the name
    :ivar field: the field that is changed; empty for devices of Alertra, whose maintenance has a module of its own
    :ivar during: the value of this field during a maintenance
    :ivar after: its value after a maintenance
    """

    service: str
    name: str
    option: str
    id: str
    label: str = "name"
    field: str = ""
    during: Any = None
    after: Any = None


def _monitor(name: str) -> Kind:
    """A kind of monitors at Pinghome."""
    return Kind("pinghome", name, f"{name}s", f"{name}_id", field="enabled", during=False, after=True)


KINDS = (
    Kind("alertra", "device", "devices", "device_id", label="short_name"),
    _monitor("resource"),
    _monitor("server_resource"),
    _monitor("heartbeat"),
    Kind("pingplotter", "agent", "agents", "unique_id", field="sessions", during="paused", after="running"),
)
# As in the module alertra_maintenance, which would find it out after other services were read.
DURATION = r"(?!00?:00)\d{1,2}:[0-5]\d"


@dataclass
class _Plan:
    """What a run of the role does.

    :ivar problems: why nothing must be done
    :ivar reads: the options of the kinds that have to be listed
    :ivar declarations: the options of the modules, by service
    :ivar began: the objects that an earlier run has begun and that may still have to be ended
    :ivar until: the time at which a maintenance at Alertra ends by itself; empty if none is started
    :ivar notes: what a user should know, one sentence each
    """

    problems: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    declarations: dict[str, dict[str, Any]] = field(default_factory=dict)
    began: list[Object] = field(default_factory=list)
    until: str = ""
    notes: list[str] = field(default_factory=list)

    def declare(self, kind: Kind, ids: Collection[str], value: Any) -> None:
        """Declare a value for objects; at Alertra, name the devices."""
        if ids:
            items = [{kind.id: ident, kind.field: value} for ident in ids] if kind.field else list(ids)
            self.declarations.setdefault(kind.service, {})[kind.option] = items


def plan_maintenance(
    variables: Values, host: str, listings: Mapping[str, Values] | None = None, now: datetime | None = None
) -> dict[str, Any]:
    """What a run does, and why it must not. Without listings, this is a draft that says what has to be listed.

    :param variables: the variables of the role
    :param host: the host on which the role runs
    :param listings: the registered results of the listings, by option
    :returns: the attributes of a plan
    """
    now = now or datetime.now(timezone.utc)
    plan = _Plan()
    try:
        plan.began = _began_by(variables["maintenance_result"], host)
    except InputError as exc:
        plan.problems.append(str(exc))
    listings = listings or {}
    objects = _listed_objects(listings)
    starts = variables["maintenance_state"] == "started"
    if starts or variables["maintenance_stop_selected"]:
        _plan_selection(plan, variables, objects)
    else:
        _plan_end(plan, objects, now)
    if starts:
        _check_start(plan, variables)
        plan.until = _end_of(variables["maintenance_duration"], now)
        if any(listing.get("failed") for listing in listings.values()):
            # A maintenance that would be incomplete is not started.
            plan.declarations = {}
    return vars(plan)


def _listed_objects(results: Mapping[str, Values]) -> dict[str, Sequence[Values]]:
    """The objects by option, without those of a service that could not be read completely."""
    failed = {kind.service for kind in KINDS if results.get(kind.option, {}).get("failed")}
    return {
        kind.option: results[kind.option][kind.option]
        for kind in KINDS
        if kind.service not in failed and kind.option in results.get(kind.option, {})
    }


# -- variables ---------------------------------------------------------------------------------------------------------


def _check_start(plan: _Plan, variables: Values) -> None:
    """Record what prevents a start: a result that the new one could not replace, and a wrong duration."""
    if plan.began:
        plan.problems.append(
            "maintenance_result is set as a variable, which the result of this run cannot replace: leave it out with "
            "maintenance_state: started"
        )
    duration = variables["maintenance_duration"]
    if not re.fullmatch(DURATION, duration):
        plan.problems.append(
            f"maintenance_duration must be hours and minutes in quotes, such as '01:30', not {duration!r}"
        )


def _end_of(duration: str, now: datetime) -> str:
    """The time after a duration; empty if the duration is wrong."""
    if not re.fullmatch(DURATION, duration):
        return ""
    hours, minutes = map(int, duration.split(":"))
    return (now + timedelta(hours=hours, minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _began_by(result: Values, host: str) -> list[Object]:
    """The objects that an earlier run has begun. The result of several hosts has one for each host.

    :raises InputError: if this is not the result of a run
    """
    if not result:
        return []
    own = result.get(host, result)
    began = own.get("began") if isinstance(own, Mapping) else None
    if not isinstance(began, list) or not all(map(_is_object, began)):
        raise InputError("maintenance_result must be the result of the run that has started the maintenance")
    return [dict(one) for one in began]


def _is_object(one: Any) -> bool:
    known = {(kind.service, kind.name) for kind in KINDS}
    if not isinstance(one, Mapping) or (one.get("service"), one.get("kind")) not in known:
        return False
    return isinstance(one.get("id"), str) and (not one.get("until") or _time(one["until"]) is not None)


def _time(text: Any) -> datetime | None:
    """A time in ISO 8601; None if it is none. Python 3.10 does not read the suffix Z."""
    try:
        time = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


# -- declarations ------------------------------------------------------------------------------------------------------


def _plan_selection(plan: _Plan, variables: Values, objects: Mapping[str, Sequence[Values]]) -> None:
    """Declare the objects that the variables select."""
    starts = variables["maintenance_state"] == "started"
    named = {kind.option: variables[f"maintenance_{kind.option}"] for kind in KINDS}
    if not variables["maintenance_tag"] and not any(named.values()):
        options = ", ".join(f"maintenance_{option}" for option in named)
        plan.problems.append(f"set maintenance_tag or one of {options} to select objects")
    if variables["maintenance_tag"]:
        plan.declarations["alertra"] = {"tag": variables["maintenance_tag"]}
    for kind in KINDS:
        if not kind.field:
            # The module alertra_maintenance finds devices by their names itself.
            plan.declare(kind, named[kind.option], None)
        elif named[kind.option]:
            plan.reads.append(kind.option)
            if kind.option in objects:
                ids = _ids(plan, kind, named[kind.option], objects[kind.option])
                plan.declare(kind, ids, kind.during if starts else kind.after)


def _ids(plan: _Plan, kind: Kind, names: Iterable[str], objects: Sequence[Values]) -> list[str]:
    """The ids of the named objects, each once. Record names that are not those of exactly one object."""
    found: dict[str, None] = {}
    for name in names:
        try:
            found[_id(kind, name, objects)] = None
        except InputError as exc:
            plan.problems.append(str(exc))
    return list(found)


def _id(kind: Kind, name: str, objects: Sequence[Values]) -> str:
    """The id of the object with this id, or else with this name.

    :raises InputError: if there is none, or if several objects have this name
    """
    found = [one for one in objects if one[kind.id] == name] or [one for one in objects if one.get(kind.label) == name]
    noun = kind.name.replace("_", " ")
    if not found:
        near = did_you_mean(name, (str(one.get(kind.label)) for one in objects))
        raise InputError(f"there is no {noun} {name}{near}")
    if len(found) > 1:
        ids = join_names(one[kind.id] for one in found)
        raise InputError(f"there are {len(found)} {noun}s named {name}: use one of their ids, {ids}")
    return str(found[0][kind.id])


def _plan_end(plan: _Plan, objects: Mapping[str, Sequence[Values]], now: datetime) -> None:
    """Declare the end for the objects that an earlier run has begun, except those for which there is none to end."""
    if not plan.began:
        plan.notes.append("Nothing was begun, so there is nothing to end")
    over = [one for one in plan.began if _is_over(one, now)]
    gone: list[Object] = []
    for kind in KINDS:
        mine = [one for one in plan.began if (one["service"], one["kind"]) == _key(kind) and one not in over]
        if mine:
            plan.reads.append(kind.option)
        if kind.option in objects:
            existing = {one[kind.id] for one in objects[kind.option]}
            gone += [one for one in mine if one["id"] not in existing]
            plan.declare(kind, [one["id"] for one in mine if one["id"] in existing], kind.after)
    plan.began = [one for one in plan.began if one not in over and one not in gone]
    if over:
        plan.notes.append(f"The maintenance of these has ended by itself, as its time was over: {_names(over)}")
    if gone:
        plan.notes.append(f"No longer exists: {_names(gone)}")


def _is_over(one: Object, now: datetime) -> bool:
    """Whether a maintenance has ended by itself. If the device is in maintenance now, that is another one."""
    until = _time(one.get("until") or "")
    return until is not None and until <= now


def _key(kind: Kind) -> tuple[str, str]:
    return kind.service, kind.name


def _names(objects: Iterable[Values]) -> str:
    return join_names(f"{one['kind'].replace('_', ' ')} {one['name']}" for one in objects)


# -- results -----------------------------------------------------------------------------------------------------------


def maintenance_outcome(
    results: Mapping[str, Values], plan: Values, listings: Mapping[str, Values], state: str, duration: str
) -> dict[str, Any]:
    """Which objects a run has begun, extended, ended and left unchanged, and what a user should know.

    :param results: the registered results of the modules, by service; also of tasks that failed or were skipped
    :param plan: what :func:`plan_maintenance` returned
    :param listings: the registered results of the listings, by option
    :param state: C(started) or C(stopped)
    """
    changed, extended = _changed(results), _extended(results)
    unchanged = _unchanged(results, plan["declarations"], _listed_objects(listings), [*changed, *extended])
    found: dict[str, Any] = {"began": [], "ended": [], "extended": extended, "unchanged": unchanged}
    if state == "started":
        begun = [*changed, *_doubtful(results, plan["declarations"])]
        found["began"] = [{**one, "until": plan["until"]} if one["service"] == "alertra" else one for one in begun]
        notes = _notes(results, extended, unchanged, duration)
    else:
        settled = _idents([*changed, *unchanged])
        found["began"] = [one for one in plan["began"] if (one["kind"], one["id"]) not in settled]
        found["ended"] = changed
        notes = []
    return {**found, "notes": [*plan["notes"], *notes]}


def _idents(objects: Iterable[Values]) -> set[tuple[str, str]]:
    return {(one["kind"], one["id"]) for one in objects}


def _object(kind: Kind, ident: Any, name: Any) -> Object:
    return {"service": kind.service, "kind": kind.name, "id": str(ident), "name": str(name)}


def _changes(results: Mapping[str, Values], kind: Kind) -> Iterable[Values]:
    """The changes of the objects of a kind."""
    changes = results.get(kind.service, {}).get("changes") or ()
    return (one for one in changes if one["kind"] == kind.name)


def _changed(results: Mapping[str, Values]) -> list[Object]:
    """The objects that entered or left maintenance."""
    return [
        _object(kind, one["id"], one["name"])
        for kind in KINDS
        for one in _changes(results, kind)
        if (kind.field or "in_maintenance") in one["fields"]
    ]


def _extended(results: Mapping[str, Values]) -> list[Object]:
    """The devices at Alertra that were in maintenance, which was started again."""
    device = KINDS[0]
    changes = _changes(results, device)
    return [_object(device, one["id"], one["name"]) for one in changes if "in_maintenance" not in one["fields"]]


def _unchanged(
    results: Mapping[str, Values],
    declarations: Mapping[str, Values],
    objects: Mapping[str, Sequence[Values]],
    changed: Iterable[Values],
) -> list[Object]:
    """The declared objects that were as declared before, of the services that did not fail."""
    found = []
    for kind in KINDS:
        result = results.get(kind.service, {})
        if result.get("failed") or result.get("skipped"):
            continue
        if kind.field:
            declared = {one[kind.id] for one in declarations.get(kind.service, {}).get(kind.option, ())}
            listed = [one for one in objects.get(kind.option, ()) if one[kind.id] in declared]
        else:
            listed = list(result.get(kind.option, ()))
        found += [_object(kind, one[kind.id], one.get(kind.label)) for one in listed]
    others = _idents(changed)
    return [one for one in found if (one["kind"], one["id"]) not in others]


def _doubtful(results: Mapping[str, Values], declarations: Mapping[str, Values]) -> list[Object]:
    """The objects whose request failed: the service may have executed it. At Alertra, maintenance ends by itself."""
    found = []
    for kind in KINDS:
        declared = declarations.get(kind.service, {}).get(kind.option, ())
        for failure in results.get(kind.service, {}).get("failures") or ():
            place = re.fullmatch(rf"{kind.option}\[(\d+)\]", failure.get("location") or "")
            if kind.field and place:
                found.append(_object(kind, declared[int(place[1])][kind.id], failure["name"]))
    return found


def _notes(
    results: Mapping[str, Values], extended: Sequence[Object], unchanged: Sequence[Object], duration: str
) -> list[str]:
    """What a user should know of objects that others have put into maintenance."""

    def at(service: str) -> list[Object]:
        return [one for one in unchanged if one["service"] == service]

    mixed = [one for one in _changes(results, KINDS[-1]) if (one.get("before") or {}).get("sessions") is None]
    sentences: list[tuple[str, Sequence[Values]]] = [
        (
            f"Already in maintenance at Alertra, which may end in less than {duration} hours, as Alertra does not show "
            "when; this run does not end it; maintenance_extend starts it again",
            at("alertra"),
        ),
        (
            f"Already in maintenance at Alertra, and started again for {duration} hours; this run does not end it",
            extended,
        ),
        ("Already disabled at Pinghome; this run does not enable it", at("pinghome")),
        ("Already paused at PingPlotter Cloud, or without sessions; this run does not resume it", at("pingplotter")),
        ("Perhaps some sessions were paused before; the end of this maintenance resumes all of them", mixed),
    ]
    return [f"{sentence}: {_names(objects)}" for sentence, objects in sentences if objects]
