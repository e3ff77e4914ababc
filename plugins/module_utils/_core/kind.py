# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of a kind of object: its fields, its keys, and how a value is read, checked, compared and sent.

Argument specs, validation, payloads, comparison, diffs, redaction and results all come from here, and from here alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .errors import InputError
from .values import UNSET, Values, coerce


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
    :param pattern: what a string must match; ``pattern_description`` says so in words
    :param clear_value: what is sent to clear the value; left out where the vendor does not allow that
    :param absent_is_empty_with: fields that a detail shows whenever it shows this one; if one of them is there and this
        one is not, it is empty
    :param required: needed to create an object
    :param immutable: cannot be changed after creation
    :param write_only: never shown by the server, so never compared
    :param set_after_create: not taken by the creation of an object, so written right after it
    :param read_only: shown by the server, no option
    :param returned_on_create: made by the server for a new object; only the result of the creation has it
    :param secret: masked wherever it could show
    :param trigger: done, and a change, whenever it is true; also write-only
    :param reference: the kind that the value names, by name or id
    :param purge: of a list or dict: the default of the option ``purge_<name>``, which says whether it is exact; None
        where there is no such option
    :param subresource: the name of the endpoint that writes it, where that is not the one of the object itself; it is
        called once all objects exist
    :param inverse: the field of the referenced kind that says the same from the other end
    :param applies_if: another option and its values: only objects with one of these values have the field
    :param exclusive_with: another option: an object has exactly one of the two
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
    pattern_description: str = ""
    default: Any = None
    clear_value: Any = UNSET
    absent_is_empty_with: tuple[str, ...] = ()
    required: bool = False
    immutable: bool = False
    write_only: bool = False
    set_after_create: bool = False
    read_only: bool = False
    returned_on_create: bool = False
    secret: bool = False
    trigger: bool = False
    reference: str = ""
    inverse: str = ""
    purge: bool | None = None
    subresource: str = ""
    applies_if: tuple[str, tuple[Any, ...]] = ("", ())
    exclusive_with: str = ""

    def applies_to(self, values: Mapping[str, Any]) -> bool:
        """Whether an object with these values can have the field; true where the deciding option is not known."""
        if self.exclusive_with:
            return values.get(self.exclusive_with) is None
        option, allowed = self.applies_if
        return not option or values.get(option) in (None, *allowed)

    def required_for(self, values: Mapping[str, Any]) -> bool:
        """Whether an object with these values cannot be created without the field."""
        if not self.required:
            return False
        if self.exclusive_with:
            return values.get(self.exclusive_with) is None
        option, allowed = self.applies_if
        return not option or values.get(option) in allowed

    @cached_property
    def api_names(self) -> tuple[str, ...]:
        """The vendor's names, the documented one first."""
        return (self.api,) if isinstance(self.api, str) else self.api

    def normalize(self, value: Any) -> Any:
        """The value in a form in which equal means equal: hashable, and None for every kind of empty."""
        if value in (None, "", [], {}):
            return frozenset() if self.type == "list" and self.compare == "set" else None
        try:
            value = coerce(value, self.type)
        except ValueError:
            parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
            return (
                json.dumps({key: VALUE.normalize(one) for key, one in parts}, sort_keys=True) if parts else str(value)
            )
        if value == self.clear_value:
            return None
        if self.compare == "set":
            return frozenset(map(str, value))
        if self.compare == "nocase":
            return str(value).casefold()
        if self.compare == "url":
            return value[:-1] if value.endswith("/") else value
        if isinstance(value, dict):
            value = {key: VALUE.normalize(inner) for key, inner in value.items() if VALUE.normalize(inner) is not None}
        return json.dumps(value, sort_keys=True) if isinstance(value, (dict, list)) else value

    def key_field(self, name: str) -> Field | None:
        """What is known of a key of a dict."""
        return None

    def same(self, observed: Any, desired: Any) -> bool:
        """Whether the server already has what is desired."""
        alike = type(observed) is type(desired) and not isinstance(observed, (list, dict)) and observed == desired
        return alike or bool(self.normalize(observed) == self.normalize(desired))

    def decode(self, value: Any) -> Any:
        """A value from the server in its own type; as it is where it is not of that type, None where it is empty."""
        try:
            return None if value in (None, "") else coerce(value, self.type)
        except ValueError:
            return value

    def encode(self, value: Any) -> Any:
        """The value as it is sent."""
        return self.clear_value if value is None else value


VALUE = Field("value")


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of object of a service.

    :param name: the noun under which a module returns one; ``plural`` for several
    :param title: what a sentence calls it, where that is not the noun
    :param id_option: the option that holds the id; empty for objects without one
    :param key: the options that identify an object to a person, the name last; empty where only the id does
    :param id_keys: the names under which an answer may hold the id, the documented one first
    :param scope: the option that says in which part of the account an object is, where listings show one part at a
        time; a name means an object of the same part
    :param containers: objects inside an answer in which a field may stand instead of at the top
    :param creatable: false for objects that register themselves, or that always exist; ``recreatable`` false for those
        of which a new one would be no match for the old
    :param singleton: there is exactly one
    :param child_kind: the kind of the objects that are inside of one of this kind, if it can hold any
    :param controls: further options, which say how to do it, such as C(force)
    :param by_name: the fields by their names; ``options`` those that a user may set
    """

    name: str
    plural: str
    id_option: str
    key: tuple[str, ...]
    id_keys: tuple[str, ...]
    fields: tuple[Field, ...]
    title: str = ""
    scope: str = ""
    containers: tuple[str, ...] = ()
    creatable: bool = True
    recreatable: bool = True
    singleton: bool = False
    child_kind: str = ""
    controls: tuple[Field, ...] = ()
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
    def config_key(self) -> str:
        """The option of a whole account's declaration that holds the objects."""
        return self.name if self.singleton else self.plural

    @property
    def noun(self) -> str:
        """What a sentence calls such an object."""
        return self.title or self.name

    @property
    def envelope_keys(self) -> tuple[str, str]:
        """The names under which an answer may wrap such objects."""
        return self.name, self.plural

    def decode(self, raw: Mapping[str, Any], complete: bool = False) -> Values:
        """What an answer says of an object, by option; a field that is not shown is not in it.

        :param complete: the answer is a detail, so that a field may be absent because it is empty
        """
        sections = [raw[name] for name in reversed(self.containers) if isinstance(raw.get(name), dict)]
        whole = {name: value for place in (*sections, raw) for name, value in place.items()} if sections else raw
        values: Values = {}
        for item in self.fields:
            for name in item.api_names:
                if name in whole:
                    values[item.name] = item.decode(whole[name])
                    break
        if complete:
            absent = [item for item in self.options if item.name not in values]
            values.update(
                {item.name: None for item in absent if not values.keys().isdisjoint(item.absent_is_empty_with)}
            )
        return values

    def encode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The body that sets these options, in the vendor's names; those without one are left out."""
        body = {}
        for name, value in values.items():
            item = self.by_name.get(name)
            if item is not None and item.api_names:
                body[item.api_names[0]] = item.encode(value)
        return body

    def validate_applicability(self, given: Mapping[str, Any], values: Mapping[str, Any], place: str = "") -> None:
        """Check that the options given are options of an object of these values; one that is empty may be another's.

        :raises InputError: naming one that is not
        """
        for item in (self.by_name[name] for name, value in given.items() if value not in (None, "", [], {})):
            if not item.applies_to(values):
                if item.exclusive_with:
                    reason = f"has only one of {item.name} and {item.exclusive_with}"
                else:
                    option = item.applies_if[0]
                    reason = f"of {option} {values[option]} has no {item.name}"
                raise InputError(f"{place}a {self.noun} {reason}")

    def normalize_name(self, name: Any) -> Any:
        """The name of an object in a comparable form."""
        return self.by_name[self.name_option].normalize(name) if self.name_option else name

    def in_same_scope(self, values: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Whether an object with the values ``other`` can mean by name one of this kind with these values."""
        return not self.scope or other.get(self.scope) in (None, values.get(self.scope))

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The natural key in a comparable form; None where there is none, or a part of it is not known."""
        if not self.key:
            return None
        parts = tuple(self.by_name[name].normalize(values.get(name)) for name in self.key)
        return None if None in parts else parts

    def label(self, values: Mapping[str, Any], ident: str | None = None) -> str:
        """What a sentence calls one object: its name, else its id."""
        name = values.get(self.name_option)
        if name in (None, "", []):
            return str(ident or self.noun)
        return " / ".join(map(str, name)) if isinstance(name, list) else str(name)

    def by_subresource(self, values: Mapping[str, Any]) -> dict[str, Values]:
        """The values by the endpoint that writes them, the object's own first."""
        parts: dict[str, Values] = {}
        for item in sorted(self.fields, key=lambda item: bool(item.subresource)):
            if item.name in values:
                parts.setdefault(item.subresource, {})[item.name] = values[item.name]
        return parts
