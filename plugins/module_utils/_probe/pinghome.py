# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The open questions about Pinghome, and the requests that settle them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from .._core.errors import ShapeError
from .._http.envelope import ApiObject, extract_elements, extract_total
from .._services.health import UNKNOWN, health_of_word
from .._services.pinghome.health import STATES
from .._services.pinghome.kinds import (
    HEARTBEAT,
    INTEGRATION,
    QUERY,
    RECORD_QUERIES,
    RESOURCE,
    SERVER_RESOURCE,
    STATISTIC,
)
from .evidence import Call, Evidence, Names, NotSeenError, Reply, UnknownFormError, ident_of
from .forms import form, type_of
from .pinghome_write import WRITING, WRITTEN
from .question import SILENT, Position, Probe, Question, Step
from .read import (
    EMPTY,
    KNOWN_WORDS,
    LISTS,
    NUMBERS,
    OBJECTS,
    UNITS,
    UNKNOWN_FIELDS,
    first_key,
    known_words,
    list_envelope,
    numbers,
    object_envelope,
    pick,
    unit,
    unknown_fields,
)

_RESOURCE = Names.of(RESOURCE, "service_id", "type", "name")
_SERVER = Names(
    ("server_resource", "serverResource", "serverResources", "server_resources"),
    SERVER_RESOURCE.id_keys,
    Names.of(SERVER_RESOURCE, "service_id", "name").fields,
)
_HEARTBEAT = Names.of(HEARTBEAT, "service_id", "name")
_INTEGRATION = Names.of(INTEGRATION)
_NO_ID = "00000000-0000-4000-8000-000000000000"
_LARGEST_PAGE = 100
_RESOURCES_READ = 3
_REMINDERS_READ = 2
# Fields that the document marks as optional, all of them texts.
_OPTIONAL = ("data", "maintenance_cron_expression", "body", "headers")
_NULLABLE = frozenset({*_OPTIONAL, "port", "maintenance_duration", "message"})
_TARGETS = ("url", "host")
_STATE_CHANGES = RECORD_QUERIES["resource"]["state_changes"]
_CHANGE = Names(_STATE_CHANGES.wraps, ("id",))
_EVENT = Names(("event", "events"), ("id",))
# Of the types in the document, only the spelling of http is shown.
_TYPES = frozenset({"http", "tcp", "icmp", "ping", "smtp", "udp", "pop", "imap"})


# -- requests ----------------------------------------------------------------------------------------------------------


def _listing(name: str, page: int | str = 1, limit: int = _LARGEST_PAGE) -> Callable[[Evidence], Call]:
    def make(evidence: Evidence) -> Call:
        service = evidence.options.get("service_id")
        if not service:
            raise NotSeenError("the option service_id is not set")
        return Call(("service", str(service), name), {"page": str(page), "limit": str(limit)}, host=QUERY)

    return make


def _in_resource(index: int, *path: str) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(("resource", evidence.ident("resources", _RESOURCE, index), *path), host=QUERY)


def _first(listing: str, names: Names, path: str) -> Callable[[Evidence], Call]:
    return lambda evidence: Call((path, evidence.ident(listing, names)), host=QUERY)


def _changes(evidence: Evidence) -> Call:
    ident = evidence.ident("resources", _RESOURCE)
    return Call(("resource", ident, _STATE_CHANGES.path), {"limit": str(_LARGEST_PAGE)}, host=STATISTIC)


def _events(evidence: Evidence) -> Call:
    ident = evidence.ident("heartbeats", _HEARTBEAT)
    return Call(("heartbeat", ident, "events"), {"limit": str(_LARGEST_PAGE)}, host=STATISTIC)


_DETAILS = tuple(f"resource {number}" for number in range(1, _RESOURCES_READ + 1))
_REMINDERS = tuple(
    (f"{subject} reminder of resource {index + 1}", index, subject)
    for index in range(_REMINDERS_READ)
    for subject in ("ssl", "tld")
)
_INTEGRATIONS = tuple(f"integrations of resource {number}" for number in range(1, _REMINDERS_READ + 1))
_STEPS = (
    Step("resources", _listing("resources")),
    Step("next resources", _listing("resources", page=2)),
    Step("second resource", _listing("resources", page=2, limit=1)),
    Step("invalid page", _listing("resources", page="-1", limit=1)),
    Step("server resources", _listing("server-resources")),
    Step("heartbeats", _listing("heartbeats")),
    *(Step(name, _in_resource(index)) for index, name in enumerate(_DETAILS)),
    Step("server resource", _first("server resources", _SERVER, "server-resource")),
    Step("heartbeat", _first("heartbeats", _HEARTBEAT, "heartbeat")),
    Step("changes of state", _changes),
    Step("events of heartbeat", _events),
    Step("no resource", lambda evidence: Call(("resource", _NO_ID), host=QUERY)),
    Step("regions", _in_resource(0, "regions")),
    *(Step(name, _in_resource(index, subject, "reminder")) for name, index, subject in _REMINDERS),
    *(Step(name, _in_resource(index, "integrations")) for index, name in enumerate(_INTEGRATIONS)),
)


# -- answers -----------------------------------------------------------------------------------------------------------


def _resources(evidence: Evidence) -> list[ApiObject]:
    """The details of resources."""
    evidence.some_rows("resources", _RESOURCE)
    return evidence.objects(_RESOURCE, *_DETAILS)


def _detail_envelope(evidence: Evidence) -> Position:
    try:
        return object_envelope("server resource", _SERVER, _OBJECT_POSITIONS)(evidence)
    except NotSeenError:
        found = object_envelope(_DETAILS[0], _RESOURCE, _OBJECT_POSITIONS)(evidence)
    if found == "named":
        raise NotSeenError("only a server resource shows whether the name is in camelCase, and the service has none")
    return found


def _error_answer(evidence: Evidence) -> Position:
    keys: Mapping[str, Position] = {"errors": "errors", "error": "error", "message": "message"}
    replies = [evidence.reply(step) for step in ("invalid page", "no resource")]
    refused = [reply for reply in replies if not reply.is_success]
    if not refused:
        raise NotSeenError("the service accepted invalid requests")
    for key, position in keys.items():
        if any(isinstance(reply.data, dict) and key in reply.data for reply in refused):
            return position
    if isinstance(refused[0].data, str):
        return "text"
    raise UnknownFormError(f"HTTP {refused[0].status} with {form(refused[0].data)}")


def _id_key(evidence: Evidence) -> Position:
    keys: Mapping[str, Position] = {"id": "id", "resource_id": "kind_id", "uuid": "uuid", "monitor_id": "monitor_id"}
    return first_key(evidence.some_rows("resources", _RESOURCE), keys, "the id of a resource is")


def _numbers(evidence: Evidence) -> Position:
    rows = evidence.objects(_RESOURCE, *_DETAILS, "server resource", "heartbeat")
    names = ("grace_period", "recovery_period", "interval")
    return numbers(row[name] for row in rows for name in names if name in row)


def _empty(evidence: Evidence) -> Position:
    rows = _resources(evidence)
    values = [row[name] for row in rows for name in _OPTIONAL if name in row]
    if None in values:
        return "null"
    if "" in values:
        return "empty"
    # One field may be missing because the service never shows it.
    if any(sum(name not in row for name in _OPTIONAL) > 1 for row in rows):
        return "absent"
    raise NotSeenError("all optional fields of the resources that were read are set")


def _headers_shown(evidence: Evidence) -> Position:
    rows = _resources(evidence)
    shown = [row["headers"] for row in rows if row.get("headers")]
    if shown:
        if isinstance(shown[0], (str, dict)):
            return "string" if isinstance(shown[0], str) else "object"
        raise UnknownFormError(type_of(shown[0]))
    if any("headers" in row for row in rows) or _leaves_out_empty(evidence):
        raise NotSeenError("no resource that was read has headers")
    return "hidden"


def _leaves_out_empty(evidence: Evidence) -> bool:
    try:
        return _empty(evidence) == "absent"
    except NotSeenError:
        return False


def _enabled_shown(evidence: Evidence) -> Position:
    rows = _resources(evidence)
    for name in ("enabled", "is_enabled", "status"):
        if any(name in row for row in rows):
            return name
    return "hidden"


def _regions_shown(evidence: Evidence) -> Position:
    if any("regions" in row for row in _resources(evidence)):
        return "in_object"
    data = evidence.success("regions").data
    try:
        regions = extract_elements(data, ("region", "regions"))
    except ShapeError:
        raise UnknownFormError(form(data)) from None
    if not regions:
        raise NotSeenError("the resource that was read has no regions")
    return "separate_objects" if isinstance(regions[0], dict) else "separate_strings"


def _conditions_ids(evidence: Evidence) -> Position:
    rows = _resources(evidence)
    lists = [row["conditions"] for row in rows if isinstance(row.get("conditions"), list)]
    conditions = [one for conditions in lists for one in conditions if isinstance(one, dict)]
    if not conditions:
        raise NotSeenError("no resource that was read has conditions")
    return "added" if any("id" in one for one in conditions) else "none"


def _reminder_absent(evidence: Evidence) -> Position:
    for name, _index, _subject in _REMINDERS:
        found = _absence(evidence.reply(name))
        if found is not None:
            return found
    raise NotSeenError("the resources that were read have all reminders")


def _absence(reply: Reply) -> Position | None:
    """The position of a reply about a reminder that does not exist; None if there is a reminder."""
    if reply.status in (404, 204):
        return reply.status
    if not reply.is_success:
        return None
    data = reply.data[0] if isinstance(reply.data, list) and len(reply.data) == 1 else reply.data
    if data is None:
        return "null"
    if data == {}:
        return "empty_object"
    if not isinstance(data, dict):
        raise UnknownFormError(form(data))
    inner = data.get("reminder", data.get("data", data))
    if inner is None:
        return "null_reminder"
    return "empty_days" if isinstance(inner, dict) and inner.get("days_before") == [] else None


def _methods_shown(evidence: Evidence) -> Position:
    evidence.some_rows("heartbeats", _HEARTBEAT)
    return "yes" if "methods" in evidence.object("heartbeat", _HEARTBEAT) else "no"


def _listing_fields(evidence: Evidence) -> Position:
    rows = evidence.some_rows("resources", _RESOURCE)
    return "full" if any("service_id" in row or "method" in row for row in rows) else "thin"


def _page_param(evidence: Evidence) -> Position:
    listed = [ident_of(row, _RESOURCE) for row in evidence.some_rows("resources", _RESOURCE)]
    found = evidence.ident("second resource", _RESOURCE)
    if found == listed[0]:
        return "ignored"
    # If a page has one resource at most, the second one is on the second page only.
    if found in listed[1:2] or len(listed) == 1:
        return "works"
    raise UnknownFormError("another resource than the second one")


def _page_cap(evidence: Evidence) -> Position:
    first = {ident_of(row, _RESOURCE) for row in evidence.some_rows("resources", _RESOURCE)}
    second = {ident_of(row, _RESOURCE) for row in evidence.rows("next resources", _RESOURCE)}
    if not second or _page_param(evidence) == "ignored":
        raise NotSeenError("all resources are on one page")
    if first & second:
        raise NotSeenError("the second page has resources of the first one")
    return len(first)


def _total_shown(evidence: Evidence) -> Position:
    return "no" if extract_total(evidence.success("resources").data) is None else "yes"


def _monitor_types(evidence: Evidence) -> Position:
    rows = evidence.some_rows("resources", _RESOURCE)
    return known_words((row.get("type") for row in rows), _TYPES.__contains__)


def _state_words(evidence: Evidence) -> Position:
    changes = evidence.rows("changes of state", _CHANGE)
    values = (change.get(name) for change in changes for name in STATES)
    return known_words(values, lambda word: health_of_word(word) != UNKNOWN)


def _interval_unit(evidence: Evidence) -> Position:
    events = evidence.rows("events of heartbeat", _EVENT)
    return unit(evidence.object("heartbeat", _HEARTBEAT).get("interval"), (row.get("received_at") for row in events))


def _kinds_read(evidence: Evidence) -> Iterator[tuple[list[ApiObject], Collection[str]]]:
    """The objects that were read, and their documented fields, by kind."""
    for names, steps, fields in _DOCUMENTED:
        try:
            yield evidence.objects(names, *steps), fields
        except NotSeenError:
            continue


def _field_hidden(evidence: Evidence) -> Position:
    kinds = list(_kinds_read(evidence))
    if not kinds:
        raise NotSeenError("no object was read")
    missing: set[str] = set()
    present: set[str] = set()
    for rows, fields in kinds:
        seen = {name for row in rows for name in row}
        missing |= set(fields) - seen
        present |= set(fields) & seen
    # A field that is never set is not shown either.
    empty = _NULLABLE if _leaves_out_empty(evidence) else frozenset()
    hidden = sorted(missing - present - empty)
    if len(hidden) > 1:
        raise UnknownFormError(f"several documented fields are not shown: {', '.join(hidden)}")
    if not hidden and len(kinds) < len(_DOCUMENTED):
        raise NotSeenError("no object of some kinds was read")
    if not hidden and (missing - present) & empty:
        raise NotSeenError("the service does not show empty fields, and a field that is not shown may be empty")
    return hidden[0] if hidden else "none"


# The fields that each object of a kind shows by the document. Those that other questions are about are left out.
RESOURCE_FIELDS = frozenset(
    {item.api_names[0] for item in RESOURCE.fields if item.api_names and not item.write_only}
    - {"name", "type", "service_id", "enabled", "regions", "headers", *_TARGETS}
)
SERVER_FIELDS = frozenset(
    {item.api_names[0] for item in SERVER_RESOURCE.fields if item.api_names} - {"name", "service_id"}
)
HEARTBEAT_FIELDS = frozenset(
    {item.api_names[0] for item in HEARTBEAT.fields if item.api_names} - {"name", "service_id", "methods"}
)
INTEGRATION_FIELDS = frozenset({"status", "message", "items"})
_FIELDS = RESOURCE_FIELDS | SERVER_FIELDS | HEARTBEAT_FIELDS | INTEGRATION_FIELDS
# The kinds, the steps that show them, and these fields.
_DOCUMENTED: tuple[tuple[Names, tuple[str, ...], Collection[str]], ...] = (
    (_RESOURCE, _DETAILS, {*RESOURCE_FIELDS, "conditions"}),
    (_SERVER, ("server resource",), SERVER_FIELDS),
    (_HEARTBEAT, ("heartbeat",), HEARTBEAT_FIELDS),
    (_INTEGRATION, _INTEGRATIONS, INTEGRATION_FIELDS),
)

_LIST_POSITIONS = pick(LISTS, "bare", "named", "camel", "data", "items")
_OBJECT_POSITIONS = pick(OBJECTS, "bare", "named", "camel", "data", "list")

PROBE = Probe(
    steps=_STEPS,
    writing=WRITING,
    kinds=(
        (_RESOURCE, ("resources", *_DETAILS)),
        (_SERVER, ("server resources", "server resource")),
        (_HEARTBEAT, ("heartbeats", "heartbeat")),
        (_INTEGRATION, _INTEGRATIONS),
    ),
    questions=(
        Question(
            "list_envelope",
            "the envelope of a listing",
            SILENT,
            "bare",
            _LIST_POSITIONS,
            ("server resources",),
            list_envelope("server resources", _SERVER, _LIST_POSITIONS),
        ),
        Question(
            "detail_envelope",
            "the envelope of one object",
            SILENT,
            "bare",
            _OBJECT_POSITIONS,
            ("server resource", _DETAILS[0]),
            _detail_envelope,
        ),
        Question(
            "error_answer",
            "what an error contains",
            "an error message",
            "message",
            {
                "message": "a text named message",
                "errors": "a text named message, and an object named errors",
                "error": "a text named error",
                "text": "plain text",
            },
            ("invalid page", "no resource"),
            _error_answer,
        ),
        Question(
            "id_key",
            "the name of the id of a resource",
            SILENT,
            "id",
            {"id": "id", "kind_id": "resource_id", "uuid": "uuid", "monitor_id": "monitor_id"},
            ("resources",),
            _id_key,
        ),
        Question(
            "numbers",
            "how numbers are shown",
            SILENT,
            "number",
            NUMBERS,
            (*_DETAILS, "server resource", "heartbeat"),
            _numbers,
        ),
        Question(
            "empty_value", "how optional fields that are not set are shown", SILENT, "null", EMPTY, _DETAILS, _empty
        ),
        Question(
            "headers_shown",
            "how a resource shows its headers",
            "as a text in one sample, as an object in another one",
            "string",
            {"string": "as a text with JSON", "object": "as an object", "hidden": "not at all"},
            _DETAILS,
            _headers_shown,
        ),
        Question(
            "enabled_shown",
            "the name of the field that says whether a resource is enabled",
            "enabled in requests, nothing about responses",
            "enabled",
            {"enabled": "enabled", "is_enabled": "is_enabled", "status": "status", "hidden": "none"},
            _DETAILS,
            _enabled_shown,
        ),
        Question(
            "regions_shown",
            "where the regions of a resource are shown",
            SILENT,
            "in_object",
            {
                "in_object": "in the resource",
                "separate_strings": "at /regions only, as texts",
                "separate_objects": "at /regions only, as objects",
            },
            (*_DETAILS, "regions"),
            _regions_shown,
        ),
        Question(
            "conditions_ids",
            "whether conditions have ids",
            SILENT,
            "none",
            {"none": "no", "added": "yes"},
            _DETAILS,
            _conditions_ids,
        ),
        Question(
            "reminder_absent",
            "the response about a reminder that does not exist",
            SILENT,
            404,
            {
                404: "404",
                204: "204",
                "null": "null",
                "empty_object": "an empty object",
                "null_reminder": "an object in which reminder is null",
                "empty_days": "a reminder with an empty list of days",
            },
            tuple(name for name, _index, _subject in _REMINDERS),
            _reminder_absent,
        ),
        Question(
            "heartbeat_methods_shown",
            "whether a heartbeat shows its methods",
            SILENT,
            "yes",
            {"yes": "yes", "no": "no"},
            ("heartbeat",),
            _methods_shown,
        ),
        Question(
            "listing",
            "which fields a listing shows",
            SILENT,
            "full",
            {"full": "all", "thin": "id, name and type"},
            ("resources",),
            _listing_fields,
        ),
        Question(
            "page_param",
            "whether the parameter page selects the page",
            "yes",
            "works",
            {"works": "yes", "ignored": "no, each page is the first one"},
            ("resources", "second resource"),
            _page_param,
        ),
        Question(
            "page_cap",
            "how many objects a page has at most",
            SILENT,
            _LARGEST_PAGE,
            {},
            ("resources", "next resources"),
            _page_cap,
        ),
        Question(
            "total_shown",
            "whether a listing shows how many objects there are",
            SILENT,
            "no",
            {"no": "no", "yes": "yes"},
            ("resources",),
            _total_shown,
        ),
        Question(
            "field_hidden",
            "which documented field is not shown",
            SILENT,
            "none",
            {name: name for name in ("none", *sorted(_FIELDS))},
            (*_DETAILS, "server resource", "heartbeat", *_INTEGRATIONS),
            _field_hidden,
        ),
        Question(
            "unknown_fields",
            "whether resources have undocumented fields",
            SILENT,
            "none",
            UNKNOWN_FIELDS,
            ("resources", *_DETAILS),
            lambda evidence: unknown_fields(evidence.objects(_RESOURCE, "resources", *_DETAILS), _RESOURCE),
        ),
        Question(
            "interval_unit",
            "the unit of the interval of a heartbeat",
            SILENT,
            "seconds",
            UNITS,
            ("heartbeat", "events of heartbeat"),
            _interval_unit,
            is_switch=False,
        ),
        Question(
            "monitor_types",
            "the words for the type of a resource",
            "http, in a sample",
            "known",
            KNOWN_WORDS,
            ("resources",),
            _monitor_types,
            is_switch=False,
        ),
        Question(
            "state_words",
            "the words for the state of a resource",
            SILENT,
            "known",
            KNOWN_WORDS,
            ("changes of state",),
            _state_words,
            is_switch=False,
        ),
        *WRITTEN,
    ),
)
