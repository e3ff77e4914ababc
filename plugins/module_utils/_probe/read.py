# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to read the answer to a question that several services share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from .._http.envelope import ApiObject
from .._services.common import parse_time
from .evidence import Evidence, Names, NotSeenError, UnknownFormError
from .forms import ENVELOPE_WORDS, form, form_of_word, type_of
from .question import Position

Read = Callable[[Evidence], Position]

_FEWEST_PAUSES = 3

LISTS: Mapping[Position, str] = {
    "bare": "a list",
    "named": "an object with the list under the name of the kind",
    "camel": "an object with the list under the name of the kind in camelCase",
    "data": 'an object with the list under "data"',
    "results": 'an object with the list under "results"',
    "items": 'an object with the list under "items"',
    "element": "a list with each object under the name of the kind",
}
OBJECTS: Mapping[Position, str] = {
    "bare": "the object alone",
    "list": "a list with the object",
    "named": "the object under the name of its kind",
    "camel": "the object under the name of its kind in camelCase",
    "data": 'the object under "data"',
}
NUMBERS: Mapping[Position, str] = {"number": "as numbers", "string": "as texts"}
EMPTY: Mapping[Position, str] = {"null": "as null", "empty": "as an empty text", "absent": "not at all"}
UNKNOWN_FIELDS: Mapping[Position, str] = {"none": "no", "some": "yes, see the unknown fields"}
KNOWN_WORDS: Mapping[Position, str] = {"known": "words that the collection knows"}
UNITS: Mapping[Position, str] = {"seconds": "seconds", "minutes": "minutes", "hours": "hours"}
_SECONDS: Mapping[Position, int] = {"seconds": 1, "minutes": 60, "hours": 3600}


def pick(positions: Mapping[Position, str], *names: Position) -> dict[Position, str]:
    """Some of these positions."""
    return {name: positions[name] for name in names}


def camel(name: str) -> str:
    """A name in camelCase."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def list_envelope(step: str, names: Names, allowed: Collection[Position]) -> Read:
    """How a listing is wrapped."""

    def read(evidence: Evidence) -> Position:
        data = evidence.success(step).data
        if data == [] and "element" in allowed:
            raise NotSeenError("the listing is empty, and does not show the envelope of each object")
        found = position_of_list(data, names)
        if found not in allowed:
            raise UnknownFormError(form(data, {*ENVELOPE_WORDS, *names.envelope, *map(camel, names.envelope)}))
        return found

    return read


def position_of_list(data: Any, names: Names) -> Position:
    """The position of the envelope of a listing; empty if no position has it."""
    if isinstance(data, list):
        wrapped = data and all(_is_wrapped(row, names) for row in data)
        return "element" if wrapped else "bare"
    if not isinstance(data, dict):
        return ""
    plural = names.envelope[-1]
    keys = {camel(plural): "camel", plural: "named", "data": "data", "results": "results", "items": "items"}
    return next((keys[key] for key in data if key in keys and isinstance(data[key], list)), "")


def _is_wrapped(row: Any, names: Names) -> bool:
    return isinstance(row, dict) and len(row) == 1 and any(isinstance(row.get(name), dict) for name in names.envelope)


def object_envelope(step: str, names: Names, allowed: Collection[Position]) -> Read:
    """How one object is wrapped."""

    def read(evidence: Evidence) -> Position:
        data = evidence.success(step).data
        found = _object_position(data, names)
        if found not in allowed:
            raise UnknownFormError(form(data, {*ENVELOPE_WORDS, *names.envelope, *names.ids}))
        return found

    return read


def _object_position(data: Any, names: Names) -> Position:
    if isinstance(data, list):
        return "list" if len(data) == 1 and isinstance(data[0], dict) else ""
    if not isinstance(data, dict):
        return ""
    if any(name in data for name in names.ids):
        return "bare"
    name = names.envelope[0]
    keys = {camel(name): "camel", name: "named", "data": "data"}
    return next((keys[key] for key in data if key in keys and isinstance(data[key], dict)), "")


def first_key(rows: Iterable[ApiObject], keys: Mapping[str, Position], what: str) -> Position:
    """The position of the first of these keys that an object has.

    :raises UnknownFormError: if no object has one
    """
    for row in rows:
        for key, position in keys.items():
            if key in row:
                return position
    raise UnknownFormError(f"{what} under none of the names {', '.join(keys)}")


def numbers(values: Iterable[Any]) -> Position:
    """Whether these numbers are shown as numbers or as texts.

    :raises NotSeenError: if there are none
    """
    types = {type_of(value) for value in values}
    types -= {"null", "an empty text"}
    if not types:
        raise NotSeenError("no object shows a number")
    found = {"a number": "number", "a number as text": "string"}
    if len(types) == 1 and types <= set(found):
        return found[types.pop()]
    raise UnknownFormError(f"numbers shown as {' and '.join(sorted(types))}")


def empty_value(rows: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> Position:
    """How optional fields that nobody has set are shown.

    :param fields: fields that each object has, set or not
    :raises NotSeenError: if all of them are set
    """
    for row in rows:
        for name in fields:
            if name not in row:
                return "absent"
            if row[name] is None:
                return "null"
            if row[name] == "":
                return "empty"
    raise NotSeenError("all optional fields of these objects are set")


def url_style(values: Iterable[Any]) -> Position:
    """Whether URLs are returned as they were given. If each ends with a slash, the service may have added it.

    :raises NotSeenError: if each ends with a slash, or if there are none
    """
    urls = [str(value) for value in values if value]
    if any(not url.endswith("/") for url in urls):
        return "as_given"
    raise NotSeenError("all URLs end with a slash, which may be how they were given" if urls else "no object has a URL")


def unknown_fields(rows: Iterable[Mapping[str, Any]], names: Names) -> Position:
    """Whether an object has an undocumented field."""
    known = {*names.fields, *names.ids}
    return "some" if any(set(row) - known for row in rows) else "none"


def words(values: Iterable[Any], vocabularies: Mapping[Position, Collection[str]]) -> Position:
    """Which vocabulary contains all of these words, such as a status.

    :raises NotSeenError: if there are none, or several vocabularies contain them
    :raises UnknownFormError: if a word is in no vocabulary
    """
    found = {str(value) for value in values if value not in (None, "")}
    if not found:
        raise NotSeenError("no object has a value for it")
    fitting = [position for position, known in vocabularies.items() if found <= set(known)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise NotSeenError("the words that were seen fit several vocabularies")
    known_words = {word for known in vocabularies.values() for word in known}
    unknown = sorted({form_of_word(word) for word in found - known_words})
    raise UnknownFormError(" and ".join(unknown) if unknown else "words of several vocabularies")


def known_words(values: Iterable[Any], is_known: Callable[[str], bool]) -> Position:
    """That all of these words are known, such as the words for a status.

    :raises NotSeenError: if there are none
    :raises UnknownFormError: if a word is not known
    """
    found = {str(value) for value in values if value not in (None, "")}
    if not found:
        raise NotSeenError("no object has a value for it")
    unknown = sorted({form_of_word(word) for word in found if not is_known(word)})
    if unknown:
        raise UnknownFormError(" and ".join(unknown))
    return "known"


def unit(setting: Any, times: Iterable[Any]) -> Position:
    """The unit of a setting that says how often something happens, from the times when it did.

    :raises NotSeenError: if there are too few times, or if the time between them fits no unit
    """
    try:
        wanted = float(setting)
        moments = sorted(parse_time(str(time)).timestamp() for time in times)
    except (TypeError, ValueError, OverflowError):
        raise NotSeenError("the service shows no times, or not how often something should happen") from None
    pauses_s = sorted(later - earlier for earlier, later in zip(moments, moments[1:]))
    if len(pauses_s) < _FEWEST_PAUSES or wanted <= 0:
        raise NotSeenError("there are too few records with times")
    # Some are earlier or later than usual, such as repeated checks of a device that is down.
    usual_s = pauses_s[len(pauses_s) // 2]
    for position, length_s in _SECONDS.items():
        if 0.5 <= usual_s / (wanted * length_s) <= 2:
            return position
    raise NotSeenError("the time between the records fits no unit")


def error_keys(step: str, styles: Mapping[str, Position], text: Position | None = None) -> Read:
    """How an error is written, by the field that contains the message.

    :param text: the position of a body that is not JSON; None if there is no such position
    """

    def read(evidence: Evidence) -> Position:
        reply = evidence.reply(step)
        if reply.is_success:
            raise NotSeenError("the service accepted a request for an object that does not exist")
        if isinstance(reply.data, dict):
            for key, position in styles.items():
                if key in reply.data:
                    return position
        if text is not None and isinstance(reply.data, str):
            return text
        raise UnknownFormError(form(reply.data))

    return read
