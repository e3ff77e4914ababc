# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of a kind of object: its fields, its keys, and how a value is read, checked, compared and sent.

Argument specs, validation, payloads, comparison, diffs, redaction and results all come from here, and from here alone.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from ._errors import InputError

Values = dict[str, Any]

MASK = "********"


class _Unset:
    def __repr__(self) -> str:
        return "UNSET"


UNSET: Any = _Unset()
"""Marks a default that None could not mark, since None is a value here: it clears."""


@dataclass(frozen=True)
class Field:
    """One option of a kind, and the vendor's field behind it.

    :param name: the option
    :param api: the vendor's name; or several, the documented one first, where an answer may differ
    :param type: ``str``, ``path``, ``int``, ``float``, ``bool``, ``list`` or ``dict``; ``elements`` is that of a
        list's items
    :param compare: ``value``, ``set`` (a list whose order means nothing), ``nocase``, ``url`` (one trailing slash means
        nothing), ``merge`` (a dict, or a list of dicts in any order, of which only the given keys are managed), or
        ``case`` (a name; another one that differs from it in case alone is refused)
    :param keys: of a dict: what is known of its keys; one without a name stands for all others
    :param default: what an option that is left out stands for; objects have no such options
    :param pattern: what a string must match; ``allowed`` says so in words
    :param empty: what is sent to clear the value; left out where the vendor does not allow that
    :param shown_with: fields that a detail shows whenever it shows this one: with one of them there, absent means empty
    :param required: needed to create an object
    :param immutable: cannot be changed after creation
    :param write_only: never shown by the server, so never compared
    :param late: not taken by the creation of an object, so written right after it
    :param read_only: shown by the server, no option
    :param issued: made by the server for a new object: no prediction has it, but the result of the creation does
    :param secret: masked wherever it could show
    :param action: done, and a change, whenever it is true; also write-only
    :param reference: the kind that the value names, by name or id
    :param link: written by endpoints of its own, one other object at a time, once both objects exist
    :param purge: of a list or dict: the default of the option ``purge_<name>``, which says whether it is exact; None
        where there is no such option
    :param aspect: the name of the endpoint that writes it, where that is not the one of the object itself
    :param inverse: the field of the referenced kind that holds the same link, from which this one is read
    :param only: another field, and its values, of the objects that have this one; they are not created without it
    """

    name: str
    api: str | tuple[str, ...] = ()
    type: str = "str"
    elements: str = "str"
    compare: str = "value"
    keys: tuple[Field, ...] = ()
    choices: tuple[Any, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""
    allowed: str = ""
    default: Any = None
    empty: Any = UNSET
    shown_with: tuple[str, ...] = ()
    required: bool = False
    immutable: bool = False
    write_only: bool = False
    late: bool = False
    read_only: bool = False
    issued: bool = False
    secret: bool = False
    action: bool = False
    reference: str = ""
    link: bool = False
    inverse: str = ""
    purge: bool | None = None
    aspect: str = ""
    only: tuple[str, tuple[Any, ...]] = ("", ())

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether an object of these values has it, or may have it as far as they tell."""
        return values.get(self.only[0]) in (None, *self.only[1])

    def needed(self, values: Mapping[str, Any]) -> bool:
        """Whether an object of these values cannot be created without it."""
        return self.required or values.get(self.only[0]) in self.only[1]

    @property
    def api_names(self) -> tuple[str, ...]:
        """The vendor's names, the documented one first."""
        return (self.api,) if isinstance(self.api, str) else self.api

    def check(self, value: Any) -> Any:
        """A value from the user, in its own type.

        :raises ValueError: with what is allowed, as the end of a sentence
        """
        if value is None:
            if self.empty is UNSET:
                raise ValueError("cannot be null: the service does not allow it to be empty")
            return None
        value = _coerce(value, self.type)
        if self.type == "list":
            each = replace(self, type=self.elements, empty=UNSET)
            return [each.check(item) for item in value]
        if self.keys:
            return self.each(value, Field.check)
        if self.choices and value not in self.choices:
            raise ValueError(f"must be one of {', '.join(map(str, self.choices))}")
        low, high = self.minimum, self.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise ValueError(f"must be at least {low:g}" if high is None else f"must be from {low:g} to {high:g}")
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise ValueError(f"must be {self.allowed}")
        if self.type == "str" and not value.strip() and self.empty is UNSET:
            raise ValueError("must not be empty")
        return value

    def normal(self, value: Any) -> Any:
        """The value in a form in which equal means equal: hashable, and None for every kind of empty."""
        if value in (None, "", [], {}):
            return frozenset() if self.type == "list" and self.compare == "set" else None
        try:
            value = _coerce(value, self.type)
        except ValueError:
            return str(value)
        if value == self.empty:
            return None
        if self.compare == "set":
            return frozenset(map(str, value))
        if self.compare == "nocase":
            return str(value).casefold()
        if self.compare == "url":
            return value[:-1] if value.endswith("/") else value
        if isinstance(value, (dict, list)):
            return json.dumps(value, sort_keys=True)
        return str(value) if self.type == "str" else value

    def same(self, observed: Any, desired: Any) -> bool:
        """Whether the server already has what is desired."""
        if self.type == "dict" and isinstance(observed or {}, dict) and isinstance(desired or {}, dict):
            have, want = observed or {}, desired or {}
            keys = want.keys() if self.compare == "merge" else have.keys() | want.keys()
            return all((self.key(key) or _VALUE).same(have.get(key), want.get(key)) for key in keys)
        if self.compare == "merge" and isinstance(observed or [], list) and isinstance(desired or [], list):
            return _alike(list(observed or ()), list(desired or ()), ordered=False)
        return bool(self.normal(observed) == self.normal(desired))

    def encode(self, value: Any) -> Any:
        """The value as it is sent."""
        if value is None or not self.keys:
            return self.empty if value is None else value
        known = {name: self.key(name) for name in value}
        return {
            item.api_names[0] if item and item.api_names else name: item.encode(value[name]) if item else value[name]
            for name, item in known.items()
        }

    def key(self, name: str) -> Field | None:
        """What is known of a key of a dict."""
        return next((item for item in self.keys if not item.name or name in (item.name, *item.api_names)), None)

    def each(self, value: Values, work: Callable[[Field, Any], Any]) -> Values:
        """A dict with its keys as options, and with what ``work`` makes of their values.

        :raises ValueError: where ``work`` does, naming the key
        """
        found = {}
        for name, inner in value.items():
            item = self.key(name)
            try:
                found[item.name or name if item else name] = work(item, inner) if item else inner
            except ValueError as exc:
                raise ValueError(f"{name} {exc}") from None
        return found


_VALUE = Field("value")


def _alike(have: Any, want: Any, ordered: bool = True) -> bool:
    """Whether JSON data holds all that is wanted; a number in quotes is that number."""
    if isinstance(have, dict) and isinstance(want, dict):
        return all(_alike(have.get(key), value) for key, value in want.items())
    if not isinstance(have, list) or not isinstance(want, list):
        return bool(_VALUE.normal(have) == _VALUE.normal(want))
    # The most particular first, so that one of which less is said does not take its match away.
    for one in want if ordered else sorted(want, key=lambda one: -len(str(one))):
        found = next((index for index, other in enumerate(have[:1] if ordered else have) if _alike(other, one)), None)
        if found is None:
            return False
        have = have[:found] + have[found + 1 :]
    return not have


_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


def _coerce(value: Any, kind: str) -> Any:
    """The value as the type of that name.

    :raises ValueError: where it is not one
    """
    if kind == "int":
        if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
            raise ValueError("must be a whole number")
        try:
            return int(value)
        except (TypeError, ValueError):
            raise ValueError("must be a whole number") from None
    if kind == "float":
        try:
            return float(value)
        except (TypeError, ValueError):
            raise ValueError("must be a number") from None
    if kind == "bool":
        word = str(value).lower()
        if word not in _TRUE | _FALSE:
            raise ValueError("must be true or false")
        return word in _TRUE
    if kind == "list":
        return value if isinstance(value, list) else [part.strip() for part in str(value).split(",")]
    if kind == "dict":
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                value = None
        if not isinstance(value, dict):
            raise ValueError("must be a dictionary")
        return value
    if isinstance(value, (dict, list)):
        raise ValueError("must be a string")
    return str(value)


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of object of a service.

    :param name: the noun under which a module returns one; ``plural`` for several
    :param title: what a sentence calls it, where that is not the noun
    :param id_option: the option that holds the id; empty for objects without one
    :param key: the options that identify an object to a person, the name last; empty where only the id does
    :param ids: the names under which an answer may hold the id, the documented one first
    :param scope: the option that says in which part of the account an object is, where listings show one part at a
        time; a name means an object of the same part
    :param either: options of which each object has exactly one
    :param bulk: several objects can be deleted with one request
    :param sections: objects inside an answer in which a field may stand instead of at the top
    :param creatable: false for objects that register themselves, or that always exist; ``recreatable`` false for those
        of which a new one would be no match for the old
    :param singleton: there is exactly one
    :param holds: the fields by which objects of other kinds say that they are inside one of this kind, as (kind,
        field); one that is not empty is deleted only by force
    :param flags: further options, which say how to do it, such as C(force)
    """

    name: str
    plural: str
    id_option: str
    key: tuple[str, ...]
    ids: tuple[str, ...]
    fields: tuple[Field, ...]
    title: str = ""
    scope: str = ""
    either: tuple[str, ...] = ()
    bulk: bool = False
    sections: tuple[str, ...] = ()
    creatable: bool = True
    recreatable: bool = True
    singleton: bool = False
    holds: tuple[tuple[str, str], ...] = ()
    flags: tuple[Field, ...] = ()
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.fields})

    @property
    def name_option(self) -> str:
        """The option that names an object to a person; empty where only the id does."""
        return self.key[-1] if self.key else ""

    @property
    def collective(self) -> str:
        """The option of a whole account's declaration that holds the objects."""
        return self.name if self.singleton else self.plural

    @property
    def noun(self) -> str:
        """What a sentence calls such an object."""
        return self.title or self.name

    @property
    def names(self) -> tuple[str, str]:
        """The names under which an answer may wrap such objects."""
        return self.name, self.plural

    @property
    def options(self) -> tuple[Field, ...]:
        """The fields that a user may set."""
        return tuple(item for item in self.fields if not item.read_only)

    def decode(self, raw: Mapping[str, Any], complete: bool = False) -> Values:
        """What an answer says of an object, by option; a field that is not shown is not in it.

        :param complete: the answer is a detail, so that a field may be absent because it is empty
        """
        places = [raw, *(raw[name] for name in self.sections if isinstance(raw.get(name), dict))]
        values: Values = {}
        for item in self.fields:
            found = next((place[name] for name in item.api_names for place in places if name in place), UNSET)
            if found is not UNSET:
                values[item.name] = self._typed(item, found)
        if complete:
            absent = [item for item in self.options if item.name not in values]
            values.update({item.name: None for item in absent if not values.keys().isdisjoint(item.shown_with)})
        return values

    @staticmethod
    def _typed(item: Field, value: Any) -> Any:
        if value in (None, ""):
            return None
        try:
            value = _coerce(value, item.type)
        except ValueError:
            return value
        return item.each(value, Kind._typed) if item.keys else value

    def encode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The body that sets these options, in the vendor's names; links are left out."""
        body = {}
        for name, value in values.items():
            item = self.by_name.get(name)
            if item is not None and item.api_names and not item.link:
                body[item.api_names[0]] = item.encode(value)
        return body

    def check(self, given: Mapping[str, Any], place: str) -> Values:
        """The options that a user gave, each in its own type.

        :param place: where they stand, for the message
        :raises InputError: naming the option, the value and what is allowed
        """
        values: Values = {}
        for name, value in given.items():
            item = self.by_name[name]
            if item.secret and value == MASK:
                continue  # our own mask, out of a result that is fed back
            try:
                values[name] = item.check(value)
            except ValueError as exc:
                got = "" if item.secret or value is None else f", not {value!r}"
                raise InputError(f"{place}{name} {exc}{got}") from None
        return values

    def fits(self, given: Collection[str], values: Mapping[str, Any], place: str = "") -> None:
        """Check that the options given are options of an object of these values.

        :raises InputError: naming one that is not
        """
        several = [name for name in self.either if name in given]
        if len(several) > 1:
            raise InputError(f"{place}a {self.noun} has only one of {' and '.join(several)}")
        for item in (self.by_name[name] for name in given):
            if not item.applies(values):
                raise InputError(f"{place}a {self.noun} of {item.only[0]} {values[item.only[0]]} has no {item.name}")

    def near(self, values: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Whether an object with the values ``other`` can mean by name one of this kind with these values."""
        return not self.scope or other.get(self.scope) in (None, values.get(self.scope))

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The natural key in a comparable form; None where there is none, or a part of it is not known."""
        if not self.key:
            return None
        parts = tuple(self.by_name[name].normal(values.get(name)) for name in self.key)
        return None if None in parts else parts

    def label(self, values: Mapping[str, Any], ident: str | None = None) -> str:
        """What a sentence calls one object: its name, else its id."""
        name = values.get(self.name_option)
        if name in (None, "", []):
            return str(ident or self.noun)
        return " / ".join(map(str, name)) if isinstance(name, list) else str(name)

    def aspects(self, values: Mapping[str, Any]) -> dict[str, Values]:
        """The values by the endpoint that writes them, the object's own first."""
        parts: dict[str, Values] = {}
        for item in sorted(self.fields, key=lambda item: bool(item.aspect)):
            if item.name in values:
                parts.setdefault(item.aspect, {})[item.name] = values[item.name]
        return parts


@dataclass
class Record:
    """One object as the server shows it: its id, and the values of the options known so far.

    ``raw`` is for the service, to keep what it will need to write. ``spared`` says, as the end of a sentence, why the
    object is never pruned, and deleted only where it is declared by its id. ``apart`` marks one outside of the part of
    the account that is managed as a whole: found because it was asked for, and not pruned either.
    """

    kind: Kind
    id: str
    values: Values
    raw: dict[str, Any] = field(default_factory=dict)
    spared: str = ""
    apart: bool = False

    @property
    def label(self) -> str:
        """What a sentence calls it."""
        return self.kind.label(self.values, self.id)


@dataclass
class Desired:
    """One object as the user wants it.

    :param values: the options given, checked; None clears
    :param place: where it stands in the user's declaration, such as ``devices[3]``; empty for a module's own object
    :param add_only: list options that only add to what is there
    :param always: write-only options that are sent, and count as a change, even though they cannot be compared
    :param flags: how to do it, such as C(force)
    """

    kind: Kind
    values: Values
    id: str | None = None
    present: bool = True
    place: str = ""
    recreate: bool = False
    add_only: frozenset[str] = frozenset()
    always: frozenset[str] = frozenset()
    flags: Values = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What a sentence calls it."""
        return self.kind.label(self.values, self.id)


class Service(ABC):
    """An account at a service, as the engine needs it. The calls are used by several threads and raise ApiError.

    :cvar name: the prefix of its modules; ``title`` what a sentence calls it
    :cvar url: the base URL by default; None where each customer has one
    :cvar credentials: the options that hold them
    :cvar kinds: the kinds of objects, in the order in which they are created; ``config`` those of a whole account's
        declaration, in the order in which a person writes them
    :cvar settle_s: for how many seconds a read may lag behind a write; after a run, reads are repeated until they agree
    :ivar redact: masks the secrets of this run in any value
    :ivar notes: what the user should be warned of
    """

    name: ClassVar[str]
    title: ClassVar[str]
    url: ClassVar[str | None]
    credentials: ClassVar[tuple[Field, ...]]
    kinds: ClassVar[Mapping[str, Kind]]
    config: ClassVar[tuple[str, ...]]
    settle_s: ClassVar[float] = 0.0
    redact: Callable[[Any], Any]
    notes: list[str]

    @abstractmethod
    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        """Prepare a run with these connection options; sends nothing yet."""

    @abstractmethod
    def listing(self, kind: Kind, wanted: Sequence[Desired], known: Mapping[str, list[Record]]) -> list[Record]:
        """The objects of a kind, as the listing shows them.

        :param wanted: the desired objects of this kind that are to be found, where the service lists only a part of the
            objects at a time; empty for all that there are. Of a kind with a scope, those too that refer to one, and
            for all that there are one with neither key nor id.
        :param known: the listings so far of the kinds that come before it, by name
        """

    @abstractmethod
    def read(self, record: Record, missing: Collection[str]) -> Values:
        """The values of the fields in ``missing``, and any others that come along, as far as the server shows them."""

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str]]]) -> None:  # noqa: B027
        """Read into records several at once, where the service can; what it leaves out is read one by one."""

    @abstractmethod
    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Create an object and return its id, or what the answer shows of it; the aspects are written later.

        None stands for an answer without an id.
        """

    @abstractmethod
    def update(self, record: Record, values: Values, aspect: str) -> None:
        """Change these options of an object, all of one aspect."""

    @abstractmethod
    def delete(self, record: Record, flags: Values) -> None:
        """Delete an object."""

    def delete_all(self, records: Sequence[Record]) -> None:
        """Delete several objects of a kind that allows it with one request."""
        raise NotImplementedError

    def link(self, kind: Kind, name: str, ident: str, other: str, present: bool) -> None:
        """Add or remove one link: of the object ``ident`` to the object ``other``, by the link field ``name``."""
        raise NotImplementedError

    def select(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """Those of the listed objects that match the filters of an info module; here those by id and by name."""
        ident, option = filters.get(kind.id_option), kind.name_option
        name = filters.get(option)
        found = [record for record in records if ident in (None, record.id)]
        return [r for r in found if name is None or kind.by_name[option].same(r.values.get(option), name)]

    def sought(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """What an info module with these filters is to list, where that is only a part; nothing for all there is."""
        return ()

    def close(self) -> None:
        """End the run; raises nothing."""
        return

    def extra(self, record: Record, name: str, filters: Values) -> Any:
        """What an info module includes on demand, such as the checks of a device."""
        raise NotImplementedError


def snake_case(name: str) -> str:
    """A vendor's name as an option: C(ShortName) as C(short_name), C(DNSTime) as C(dns_time)."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def snake_keys(data: Any) -> Any:
    """A record of the server with its keys as options would be written."""
    if isinstance(data, dict):
        return {snake_case(str(key)): snake_keys(value) for key, value in data.items()}
    return [snake_keys(value) for value in data] if isinstance(data, list) else data


def names(values: Iterable[Any]) -> str:
    """Several names as part of a sentence."""
    return ", ".join(map(str, values)) or "(none)"


def by_key(records: Sequence[Record]) -> dict[tuple[Any, ...], list[Record]]:
    """The records by natural key."""
    found: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        key = record.kind.key_of(record.values)
        if key is not None:
            found.setdefault(key, []).append(record)
    return found
