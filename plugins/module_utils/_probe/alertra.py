# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The open questions about Alertra, and the requests that settle them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .._http.envelope import ApiObject
from .._services.alertra import DEVICE, TAG
from .alertra_write import WRITING, WRITTEN
from .alertra_write import url_style as written_url_style
from .evidence import Call, Evidence, Names, NotSeenError, UnknownFormError, ident_of
from .forms import form
from .question import SILENT, Position, Probe, Question, Step, Written
from .read import (
    EMPTY,
    LISTS,
    NUMBERS,
    OBJECTS,
    UNITS,
    UNKNOWN_FIELDS,
    empty_value,
    first_key,
    list_envelope,
    numbers,
    object_envelope,
    pick,
    unit,
    unknown_fields,
    url_style,
    words,
)

_SETTINGS = ("Timeout", "Retries", "RetryDelay")
_REFERENCES = ("nschedule_id", "mschedule_id", "device_master_id")
_PLACES = ("HostData", "Config", "Settings")
_TAG_DEVICES = ("Devices", "devices", "device_ids")
_CHECK = Names(("check", "checks"), ("check_id", "id"))
_DEVICE = Names.of(DEVICE, *_PLACES, "in_maintenance")
_TAG = Names.of(TAG)
_NO_DEVICE = "0" * 48
_LARGEST_PAGE = 100
_TAGS_READ = 3


# -- requests ----------------------------------------------------------------------------------------------------------


def _listing(**params: str) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(("devices",), params)


def _second_page(evidence: Evidence) -> Call:
    count = len(evidence.some_rows("devices", _DEVICE))
    return Call(("devices",), {"Limit": str(_LARGEST_PAGE), "Offset": str(count)})


def _device(evidence: Evidence) -> Call:
    return Call(("devices", evidence.ident("devices", _DEVICE)), {"WithConfig": "Y"})


def _checks(evidence: Evidence) -> Call:
    return Call(("devices", evidence.ident("devices", _DEVICE), "checks"), {"Limit": str(_LARGEST_PAGE)})


def _tag(index: int) -> Callable[[Evidence], Call]:
    return lambda evidence: Call(("tags", evidence.ident("tags", _TAG, index)))


_TAG_STEPS = tuple(f"tag {number}" for number in range(1, _TAGS_READ + 1))
_STEPS = (
    Step("devices", _listing(Limit=str(_LARGEST_PAGE), Offset="0")),
    Step("second page", _second_page),
    Step("large page", _listing(Limit=str(_LARGEST_PAGE + 1))),
    Step("in maintenance", _listing(Filter="Maint", Limit=str(_LARGEST_PAGE))),
    Step("device", _device),
    Step("checks", _checks),
    Step("no device", lambda evidence: Call(("devices", _NO_DEVICE))),
    Step("tags", lambda evidence: Call(("tags",))),
    *(Step(name, _tag(index)) for index, name in enumerate(_TAG_STEPS)),
)


# -- answers -----------------------------------------------------------------------------------------------------------


def _devices(evidence: Evidence) -> list[ApiObject]:
    return evidence.some_rows("devices", _DEVICE)


def _detail(evidence: Evidence) -> ApiObject:
    return evidence.object("device", _DEVICE)


def _config(device: ApiObject, place: str) -> ApiObject:
    """The object inside a device that may contain its settings."""
    inner = device if place == "top" else device.get(place)
    return inner if isinstance(inner, dict) else {}


def _config_place(evidence: Evidence) -> Position:
    device = _detail(evidence)
    for place in ("top", *_PLACES):
        if any(name in _config(device, place) for name in _SETTINGS):
            return place
    others = [name for name in device if name not in {*_DEVICE.fields, *_DEVICE.ids}]
    if any(isinstance(device[name], dict) and set(_SETTINGS) & set(device[name]) for name in others):
        raise UnknownFormError("inside another object of the device, see the unknown fields")
    return "hidden"


def _empty(evidence: Evidence) -> Position:
    rows: list[ApiObject] = list(_devices(evidence))
    try:
        return empty_value(rows, ("FullName",))
    except NotSeenError:
        device = _detail(evidence)
        place = _config_place(evidence)
        if place == "hidden":
            raise
        return empty_value([_config(device, str(place))], _REFERENCES)


def _page_cap(evidence: Evidence) -> Position:
    first = {ident_of(row, _DEVICE) for row in _devices(evidence)}
    second = {ident_of(row, _DEVICE) for row in evidence.rows("second page", _DEVICE)}
    if not second:
        raise NotSeenError("all devices are on one page")
    if first & second:
        raise NotSeenError("the second page has devices of the first one")
    return len(first)


def _over_limit(evidence: Evidence) -> Position:
    if evidence.reply("large page").is_success:
        return "cap"
    evidence.success("devices")
    return "refuse"


def _not_found(evidence: Evidence) -> Position:
    reply = evidence.reply("no device")
    # Only then a refusal is about this device.
    evidence.success("device")
    if reply.status in (400, 404):
        return reply.status
    raise UnknownFormError(f"HTTP {reply.status} with {form(reply.data)}")


def _status_words(evidence: Evidence) -> Position:
    vocabularies: Mapping[Position, tuple[str, ...]] = {"words": ("Up", "Down", "Maint"), "letters": ("U", "D", "M")}
    return words((row.get("Status") for row in _devices(evidence)), vocabularies)


def _maint_filter(evidence: Evidence) -> Position:
    everything = {ident_of(row, _DEVICE) for row in _devices(evidence)}
    found = evidence.rows("in maintenance", _DEVICE)
    if {ident_of(row, _DEVICE) for row in found} != everything:
        return "works"
    if any(str(row.get("Status")).lower() in ("up", "down", "u", "d") for row in found):
        return "ignored"
    raise NotSeenError("all devices are in maintenance")


def _url_style(evidence: Evidence) -> Position:
    return url_style(row.get("URL") for row in _devices(evidence))


def _listing_fields(evidence: Evidence) -> Position:
    more = {*_PLACES, *_SETTINGS, *_REFERENCES}
    return "full" if any(more & set(row) for row in _devices(evidence)) else "thin"


def _tags(evidence: Evidence) -> list[ApiObject]:
    evidence.some_rows("tags", _TAG)
    return evidence.objects(_TAG, "tags", *_TAG_STEPS)


def _tag_details(evidence: Evidence) -> list[ApiObject]:
    evidence.some_rows("tags", _TAG)
    return evidence.objects(_TAG, *_TAG_STEPS)


def _tag_devices(evidence: Evidence) -> Position:
    tags = _tag_details(evidence)
    lists = [tag[name] for tag in tags for name in _TAG_DEVICES if isinstance(tag.get(name), list)]
    if not lists:
        return "absent"
    members = [member for members in lists for member in members]
    if not members:
        raise NotSeenError("the tags that were read have no devices")
    return "objects" if all(isinstance(member, dict) for member in members) else "ids"


def _tag_devices_key(evidence: Evidence) -> Position:
    tags = _tag_details(evidence)
    if not any(name in tag for tag in tags for name in _TAG_DEVICES):
        raise NotSeenError("a tag does not show its devices")
    return first_key(tags, {name: name for name in _TAG_DEVICES}, "the devices of a tag are")


def _unknown(evidence: Evidence) -> Position:
    return unknown_fields(evidence.objects(_DEVICE, "devices", "device"), _DEVICE)


def _frequencies(evidence: Evidence) -> Position:
    return numbers(row.get("Frequency") for row in _devices(evidence))


def _frequency_unit(evidence: Evidence) -> Position:
    checks = evidence.some_rows("checks", _CHECK)
    return unit(_devices(evidence)[0].get("Frequency"), (row.get("Timestamp") for row in checks))


_LIST_POSITIONS = pick(LISTS, "bare", "named", "data", "results", "element")
_OBJECT_POSITIONS = pick(OBJECTS, "bare", "list", "named", "data")

PROBE = Probe(
    steps=_STEPS,
    writing=WRITING,
    kinds=((_DEVICE, ("devices", "device")), (_TAG, ("tags", *_TAG_STEPS))),
    questions=(
        Question(
            "list_envelope",
            "the envelope of a listing",
            "the newer document shows a list without an envelope",
            "bare",
            _LIST_POSITIONS,
            ("devices",),
            list_envelope("devices", _DEVICE, _LIST_POSITIONS),
        ),
        Question(
            "detail_envelope",
            "the envelope of one object",
            SILENT,
            "bare",
            _OBJECT_POSITIONS,
            ("device",),
            object_envelope("device", _DEVICE, _OBJECT_POSITIONS),
        ),
        Question(
            "id_key",
            "the name of the id of an object",
            "device_id, tag_id",
            "named",
            {"named": "device_id", "id": "id"},
            ("devices",),
            lambda evidence: first_key(_devices(evidence), {"device_id": "named", "id": "id"}, "the id is"),
        ),
        Question(
            "tag_name_key",
            "the name of the field with the name of a tag",
            "Name in requests, nothing about responses",
            "Name",
            {"Name": "Name", "name": "name"},
            ("tags",),
            lambda evidence: first_key(_tags(evidence), {"Name": "Name", "name": "name"}, "the name of a tag is"),
        ),
        Question(
            "tag_devices",
            "how a tag shows its devices",
            SILENT,
            "ids",
            {"ids": "a list of ids", "objects": "a list of objects", "absent": "not at all"},
            _TAG_STEPS,
            _tag_devices,
        ),
        Question(
            "tag_devices_key",
            "the name of the field with the devices of a tag",
            SILENT,
            "Devices",
            {name: name for name in _TAG_DEVICES},
            _TAG_STEPS,
            _tag_devices_key,
        ),
        Question(
            "listing",
            "which fields the listing of devices shows",
            "the sample in the newer document has no settings",
            "thin",
            {"thin": "those of the sample", "full": "settings, too"},
            ("devices",),
            _listing_fields,
        ),
        Question("numbers", "how numbers are shown", "as numbers", "number", NUMBERS, ("devices",), _frequencies),
        Question(
            "config_place",
            "where a device shows Timeout, Retries and RetryDelay",
            SILENT,
            "top",
            {"top": "next to its other fields", **{place: f"in {place}" for place in _PLACES}, "hidden": "nowhere"},
            ("device",),
            _config_place,
        ),
        Question(
            "empty_value",
            "how optional fields that are not set are shown",
            SILENT,
            "null",
            EMPTY,
            ("devices", "device"),
            _empty,
        ),
        Question(
            "page_cap",
            "how many devices a page has at most",
            "100",
            _LARGEST_PAGE,
            {},
            ("devices", "second page"),
            _page_cap,
        ),
        Question(
            "over_limit",
            "what happens to a Limit above 100",
            "100 is the largest",
            "cap",
            {"cap": "it is accepted", "refuse": "it is refused"},
            ("devices", "large page"),
            _over_limit,
        ),
        Question(
            "not_found",
            "the HTTP status for an id that does not exist",
            "400 for every error",
            400,
            {400: "400", 404: "404"},
            ("device", "no device"),
            _not_found,
        ),
        Question(
            "status_words",
            "the words for the status of a device",
            "Up, in the sample of the newer document",
            "words",
            {"words": "Up, Down, Maint", "letters": "U, D, M"},
            ("devices",),
            _status_words,
        ),
        Question(
            "maint_filter",
            "whether Filter=Maint selects the devices in maintenance",
            "yes",
            "works",
            {"works": "yes", "ignored": "no, it returns all devices"},
            ("devices", "in maintenance"),
            _maint_filter,
        ),
        Question(
            "url_style",
            "whether a URL is returned as it was given",
            SILENT,
            "as_given",
            {"as_given": "yes", "trailing_slash": "no, it ends with a slash"},
            ("devices",),
            _url_style,
            Written(("create device",), written_url_style),
        ),
        Question(
            "unknown_fields",
            "whether devices have undocumented fields",
            SILENT,
            "none",
            UNKNOWN_FIELDS,
            ("devices", "device"),
            _unknown,
        ),
        Question(
            "frequency_unit",
            "the unit of the frequency of a device",
            "minutes in requests, nothing about responses",
            "minutes",
            UNITS,
            ("devices", "checks"),
            _frequency_unit,
            is_switch=False,
        ),
        *WRITTEN,
    ),
)
