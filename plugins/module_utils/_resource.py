# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of a kind of object: its fields, its keys, and how a value is read, checked, compared and sent.

Argument specs, validation, payloads, comparison, diffs, redaction and results all come from here, and from here alone.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from ._errors import ApiError, InputError

Values = dict[str, Any]

MASK = "********"
CONCURRENCY = 4
"""How many requests may be in flight, unless a user says otherwise."""


UNSET: Any = object()
"""Marks a default that None could not mark, since None is a value here: it clears."""


@dataclass(frozen=True)
class Field:
    """One option of a kind, and the vendor's field behind it.

    :param name: the option
    :param api: the vendor's name; or several, the documented one first, where an answer may differ
    :param type: ``str``, ``path``, ``int``, ``float``, ``bool``, ``list`` or ``dict``; ``elements`` is that of a
        list's items
    :param compare: ``value``, ``set`` (a list whose order means nothing), ``nocase``, ``url`` (one trailing slash means
        nothing), or ``merge`` (a dict of which only the given keys are managed)
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
    :param purge: of a list or dict: the default of the option ``purge_<name>``, which says whether it is exact; None
        where there is no such option
    :param aspect: the name of the endpoint that writes it, where that is not the one of the object itself; it is called
        once all objects exist
    :param inverse: the field of the referenced kind that says the same from the other end
    :param only: another field, and its values, of the objects that have this one, or none for objects without that
        field; ``required`` means those
    """

    name: str
    api: str | tuple[str, ...] = ()
    type: str = "str"
    elements: str = "str"
    compare: str = "value"
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
    inverse: str = ""
    purge: bool | None = None
    aspect: str = ""
    only: tuple[str, tuple[Any, ...]] = ("", ())

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether an object of these values has it, or may have it as far as they tell."""
        return not self.only[0] or values.get(self.only[0]) in (None, *self.only[1])

    def needed(self, values: Mapping[str, Any]) -> bool:
        """Whether an object of these values cannot be created without it."""
        return self.required and values.get(self.only[0]) in (self.only[1] or (None,))

    @cached_property
    def api_names(self) -> tuple[str, ...]:
        """The vendor's names, the documented one first."""
        return (self.api,) if isinstance(self.api, str) else self.api

    def normal(self, value: Any) -> Any:
        """The value in a form in which equal means equal: hashable, and None for every kind of empty."""
        if value in (None, "", [], {}):
            return frozenset() if self.type == "list" and self.compare == "set" else None
        try:
            value = coerce(value, self.type)
        except ValueError:
            parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            return json.dumps({key: VALUE.normal(one) for key, one in parts}, sort_keys=True) if parts else str(value)
        if value == self.empty:
            return None
        if self.compare == "set":
            return frozenset(map(str, value))
        if self.compare == "nocase":
            return str(value).casefold()
        if self.compare == "url":
            return value[:-1] if value.endswith("/") else value
        if isinstance(value, dict):
            value = {key: VALUE.normal(inner) for key, inner in value.items() if VALUE.normal(inner) is not None}
        return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else value

    def key(self, name: str) -> Field | None:
        """What is known of a key of a dict."""
        return None

    def same(self, observed: Any, desired: Any) -> bool:
        """Whether the server already has what is desired."""
        alike = type(observed) is type(desired) and not isinstance(observed, (list, dict)) and observed == desired
        return alike or bool(self.normal(observed) == self.normal(desired))

    def typed(self, value: Any) -> Any:
        """A value from the server in its own type; as it is where it is not of that type, None where it is empty."""
        try:
            return None if value in (None, "") else coerce(value, self.type)
        except ValueError:
            return value

    def encode(self, value: Any) -> Any:
        """The value as it is sent."""
        return self.empty if value is None else value


VALUE = Field("value")


def _whole(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)


def _dictionary(value: Any) -> dict[str, Any]:
    found = json.loads(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise TypeError
    return found


def _text(value: Any) -> str:
    if isinstance(value, (dict, list)):
        raise TypeError
    return str(value)


_WORDS = {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}
_TYPES: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "int": (_whole, "a whole number"),
    "float": (float, "a number"),
    "bool": (lambda value: _WORDS[str(value).lower()], "true or false"),
    "list": (lambda value: value if isinstance(value, list) else _text(value).replace(", ", ",").split(","), "a list"),
    "dict": (_dictionary, "a dictionary"),
    "str": (_text, "a string"),
    "path": (_text, "a string"),
}


def coerce(value: Any, kind: str) -> Any:
    """The value as the type of that name.

    :raises ValueError: where it is not one
    """
    if type(value).__name__ == kind:
        return value
    convert, words = _TYPES[kind]
    try:
        return convert(value)
    except (TypeError, ValueError, KeyError):
        raise ValueError(f"must be {words}", value, "") from None


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
    :param sections: objects inside an answer in which a field may stand instead of at the top
    :param creatable: false for objects that register themselves, or that always exist; ``recreatable`` false for those
        of which a new one would be no match for the old
    :param singleton: there is exactly one
    :param holds: the kind of the objects that are inside of one of this kind, if it can hold any
    :param flags: further options, which say how to do it, such as C(force)
    :param by_name: the fields by their names; ``options`` those that a user may set
    """

    name: str
    plural: str
    id_option: str
    key: tuple[str, ...]
    ids: tuple[str, ...]
    fields: tuple[Field, ...]
    title: str = ""
    scope: str = ""
    sections: tuple[str, ...] = ()
    creatable: bool = True
    recreatable: bool = True
    singleton: bool = False
    holds: str = ""
    flags: tuple[Field, ...] = ()
    by_name: Mapping[str, Field] = field(init=False, repr=False)
    options: tuple[Field, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.fields})
        object.__setattr__(self, "options", tuple(item for item in self.fields if not item.read_only))

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

    def decode(self, raw: Mapping[str, Any], complete: bool = False) -> Values:
        """What an answer says of an object, by option; a field that is not shown is not in it.

        :param complete: the answer is a detail, so that a field may be absent because it is empty
        """
        sections = [raw[name] for name in reversed(self.sections) if isinstance(raw.get(name), dict)]
        whole = {name: value for place in (*sections, raw) for name, value in place.items()} if sections else raw
        values: Values = {}
        for item in self.fields:
            for name in item.api_names:
                if name in whole:
                    values[item.name] = item.typed(whole[name])
                    break
        if complete:
            absent = [item for item in self.options if item.name not in values]
            values.update({item.name: None for item in absent if not values.keys().isdisjoint(item.shown_with)})
        return values

    def encode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The body that sets these options, in the vendor's names; those without one are left out."""
        body = {}
        for name, value in values.items():
            item = self.by_name.get(name)
            if item is not None and item.api_names:
                body[item.api_names[0]] = item.encode(value)
        return body

    def fits(self, given: Mapping[str, Any], values: Mapping[str, Any], place: str = "") -> None:
        """Check that the options given are options of an object of these values; one that is empty may be another's.

        :raises InputError: naming one that is not
        """
        for item in (self.by_name[name] for name, value in given.items() if value not in (None, "", [], {})):
            if not item.applies(values):
                lacks = f"of {item.only[0]} {values[item.only[0]]} has no {item.name}"
                words = lacks if item.only[1] else f"has only one of {item.name} and {item.only[0]}"
                raise InputError(f"{place}a {self.noun} {words}")

    def normal_name(self, name: Any) -> Any:
        """The name of an object in a comparable form."""
        return self.by_name[self.name_option].normal(name) if self.name_option else name

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

    def at(self, problem: object) -> str:
        """A problem as a sentence that says where in the declaration it is."""
        return f"{self.place}: {problem}" if self.place else str(problem)


@dataclass(frozen=True)
class Pending:
    """The id that an object will have once the step at ``step`` has created it."""

    step: int
    label: str


PRUNE = "prune"
"""Where an object is declared absent that nobody declared."""


@dataclass
class Step:
    """What has to be done about one object; C(unchanged) where that is nothing, C(read) where ``error`` is in the way.

    :param desired: the object as it is wanted; ``record`` as it is there, if it is
    :param index: the place of the step in the plan; ``error`` why the object could not be read in full
    :param before: the declared options as they are; ``after`` as they will be; ids of other objects, or Pending
    :param payload: the options to send
    :param fields: the options that change
    :param hidden: the options that could not be compared, since the server does not show them
    :param needs: the steps that have to succeed before this one can start
    """

    desired: Desired
    record: Record | None = None
    index: int = -1
    error: ApiError | None = None
    action: str = "unchanged"
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    payload: Values = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    needs: set[int] = field(default_factory=set)

    @property
    def label(self) -> str:
        """What a sentence calls the object, by its new name if it gets one."""
        named = self.desired.values.get(self.desired.kind.name_option) not in (None, "", [])
        return self.desired.label if named or self.record is None else self.record.label

    @property
    def title(self) -> str:
        """The noun and the name of the object; for one that has no name the noun alone."""
        noun = self.desired.kind.noun
        return noun if self.label == noun else f"{noun} {self.label}"

    @property
    def values(self) -> Values:
        """The options as they will be, as far as they are known."""
        known = self.record.values if self.record is not None else {}
        fields, wanted = self.desired.kind.by_name, self.desired.values
        return {**{name: value for name, value in known.items() if fields[name].applies(wanted)}, **wanted}

    @property
    def fixed(self) -> list[Field]:
        """The fields that would have to change, but cannot once the object exists."""
        have = self.record.values if self.record is not None and self.desired.present else {}
        fields = self.desired.kind.by_name
        return [
            fields[name]
            for name, value in self.desired.values.items()
            if fields[name].immutable and not (fields[name].write_only or fields[name].reference)
            if name in have and not fields[name].same(have[name], value)
        ]

    @property
    def replaced(self) -> bool:
        """Whether the object is deleted and created anew."""
        return self.desired.recreate and bool(self.fixed)

    @property
    def target(self) -> str | Pending:
        """What refers to the object from then on: its id, or the promise of one."""
        return Pending(self.index, self.label) if self.record is None or self.replaced else self.record.id


class Service(ABC):
    """An account at a service, as the engine needs it. The calls are used by several threads and raise ApiError.

    :cvar name: the prefix of its modules; ``title`` what a sentence calls it
    :cvar url: the base URL by default; None where each customer has one
    :cvar credentials: the options that hold them
    :cvar kinds: the kinds of objects, in the order in which they are created; ``config`` those of a whole account's
        declaration, in the order in which a person writes them
    :cvar lag_s: for how many seconds a listing may lag behind a write
    :ivar redact: masks the secrets of this run in any value
    :ivar written: how many writes of this thread have succeeded so far
    :ivar notes: what the user should be warned of
    """

    name: ClassVar[str]
    title: ClassVar[str]
    url: ClassVar[str | None]
    credentials: ClassVar[tuple[Field, ...]]
    kinds: ClassVar[Mapping[str, Kind]]
    config: ClassVar[tuple[str, ...]]
    lag_s: ClassVar[float] = 0.0
    redact: Callable[[Any], Any]
    written: Callable[[], int]
    notes: list[str]

    @abstractmethod
    def __init__(self, options: Mapping[str, Any], concurrency: int) -> None:
        """Prepare a run with these connection options; sends nothing yet."""

    @abstractmethod
    def listing(self, kind: Kind, desired: Sequence[Desired] = (), whole: bool = True) -> list[Record]:
        """The objects of a kind, as the listing shows them. Kinds are listed in the order of C(kinds).

        :param desired: all that is declared, of any kind, for a service that lists only a part of the objects at a time
        :param whole: all objects that there are, besides those that the declaration is about
        """

    @abstractmethod
    def read(self, record: Record, missing: Collection[str]) -> Values:
        """The values of the fields in ``missing``, and any others that come along, as far as the server shows them."""

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:  # noqa: B027
        """Read several objects at once, where the service can; what this leaves out is read one by one.

        :param reads: objects, the fields that they lack, and what is desired of them
        """

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

    def objections(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> list[str]:
        """What speaks against a plan, in a sentence each.

        :param records: the listings, by the name of the kind
        """
        return []

    def settle(self) -> None:  # noqa: B027
        """Wait until what was written can be read, where the service is not quick about it; raises nothing."""

    def select(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """Those of the listed objects that match the filters of an info module; here those by id and by name."""
        ident, option = filters.get(kind.id_option), kind.name_option
        name = filters.get(option)
        found = [record for record in records if ident in (None, record.id)]
        return [r for r in found if name is None or kind.by_name[option].same(r.values.get(option), name)]

    def sought(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """What an info module with these filters is to list, where that is only a part; nothing for all there is."""
        return ()

    def close(self) -> None:  # noqa: B027
        """End the run; raises nothing."""

    def extra(self, record: Record, name: str, filters: Values) -> Any:
        """What an info module includes on demand, such as the checks of a device."""
        raise NotImplementedError


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
