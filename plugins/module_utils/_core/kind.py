# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of a kind of object: its fields and keys, and how a value is decoded, compared and encoded.

Argument specs, validation, payloads, comparison, diffs, masking and results all follow from this description.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from .errors import InputError, OptionError
from .texts import is_stored_form
from .values import UNSET, Values, canonical, coerce, is_empty


@dataclass(frozen=True)
class Field:
    """One option of a kind, and the vendor's field that it sets.

    :param name: the option
    :param api: the vendor's name; if answers may use several names, all of them, the documented one first
    :param type: ``str``, ``path``, ``int``, ``float``, ``bool``, ``list`` or ``dict``
    :param elements: the type of the items of a list
    :param compare: ``value``; ``set``: the order of a list is ignored; ``nocase``: upper and lower case are the same;
        ``url``: a trailing slash is ignored; ``merge``: only the declared keys of a dict are managed; ``headers``: the
        keys of a dict are compared without case
    :param choices: all values that are allowed
    :param minimum: the lowest number that is allowed
    :param maximum: the highest number that is allowed
    :param pattern: a regular expression that a string must match
    :param pattern_description: what ``pattern`` allows, for messages
    :param default: the value of an omitted option; only for options that do not describe an object
    :param clear_value: what is sent to clear the value; UNSET if the vendor does not allow that
    :param absent_is_empty_with: other fields; if a detail shows one of them but not this one, this one is empty
    :param required: an object cannot be created without it
    :param immutable: it cannot be changed after creation
    :param write_only: the server never shows it, so it is never compared
    :param set_after_create: the creation of an object does not take it, so it is written right after that
    :param read_only: the server shows it, but it is not an option
    :param returned_on_create: the server makes it for a new object, so check mode cannot predict it
    :param secret: it is masked everywhere
    :param trigger: an action that is executed, and counts as a change, each time it is true; also write-only
    :param reference: the kind of the object to which the value refers, by name or id
    :param inverse: the field of that kind that shows the same link from the other end
    :param purge: the default of the option ``purge_<name>`` of a list or dict, which decides whether other entries are
        removed; None if there is no such option
    :param subresource: the endpoint that writes it, if that is not the one of the object; called after all objects
        exist
    :param applies_if: another option and its values: only objects with one of these values have the field
    :param takes_digits: the text may be written as a whole number, because it is usually a number and not a name
    :param exclusive_with: another option: an object has exactly one of the two
    :param active: the value of an object in use, which a new object has, too; UNSET if it says nothing about the use
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
    takes_digits: bool = False
    active: Any = UNSET

    def applies_to(self, values: Mapping[str, Any]) -> bool:
        """Whether an object with these values can have the field; true if the deciding option is not known."""
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

    @property
    def takes_whole_numbers(self) -> bool:
        """Whether a whole number is accepted for a text: ids and references to them are often numbers."""
        return self.takes_digits or bool(self.reference) or self.name.endswith("_id")

    @cached_property
    def element(self) -> Field:
        """The description of an item of this list."""
        return replace(self, type=self.elements, clear_value=UNSET)

    @cached_property
    def api_names(self) -> tuple[str, ...]:
        """The vendor's names, the documented one first."""
        return (self.api,) if isinstance(self.api, str) else self.api

    def normalize(self, value: Any) -> Any:
        """The value in a hashable form that is equal for equal values; None for an empty one."""
        is_set = self.compare == "set"
        if is_empty(value):
            return frozenset() if is_set and self.type == "list" else None
        try:
            typed = coerce(value, self.type)
        except OptionError:
            return canonical(value)
        if typed == self.clear_value:
            return None
        return _NORMAL_FORMS[self.compare](typed)

    def key_field(self, name: str) -> Field | None:
        """The description of a key of a dict; None if there is none."""
        return HEADER if self.compare == "headers" else None

    def same(self, observed: Any, desired: Any) -> bool:
        """Whether the current value equals the desired one, or is a form of it in which a server may store texts."""
        if type(observed) is type(desired) and observed == desired and not isinstance(observed, (list, dict)):
            # The usual case, and much faster.
            return True
        return bool(self.normalize(observed) == self.normalize(desired)) or self._is_stored_form(observed, desired)

    def _is_stored_form(self, observed: Any, desired: Any) -> bool:
        """Whether a text differs only in what a server does to texts. A secret is compared as it is."""
        if self.type != "str" or self.compare != "value" or self.secret or not isinstance(desired, str):
            return False
        return isinstance(observed or "", str) and is_stored_form(observed or "", desired)

    def decode(self, value: Any) -> Any:
        """A value from the server in the type of the field; None if it is empty, unchanged if it has another type."""
        if value is None or value == "":
            return None
        try:
            return coerce(value, self.type)
        except OptionError:
            return value

    def encode(self, value: Any) -> Any:
        """The value as it is sent."""
        return self.clear_value if value is None else value


def _normal_value(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {key: canonical(one) for key, one in value.items()}
        return json.dumps({key: one for key, one in inner.items() if one is not None}, sort_keys=True)
    return json.dumps(value, sort_keys=True) if isinstance(value, list) else value


def _without_trailing_slash(url: str) -> str:
    return url[:-1] if url.endswith("/") else url


_NORMAL_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "value": _normal_value,
    "merge": _normal_value,
    "set": lambda items: frozenset(map(str, items)),
    "nocase": lambda value: str(value).casefold(),
    "url": _without_trailing_slash,
    "headers": lambda headers: _normal_value({name.casefold(): value for name, value in headers.items()}),
}
"""The form in which two values of a field are compared, by C(Field.compare)."""

HEADER = Field("", clear_value="", takes_digits=True)
"""A header of a check: a text, which may be empty."""

VALUE = Field("value")
"""Compares values of an unknown field."""


@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of object of a service.

    :param name: the key under which a module returns one object
    :param plural: the key for several objects
    :param title: the noun in messages, if it is not ``name``
    :param id_option: the option with the id; empty for objects without an id
    :param key: the options that identify an object, the name last; empty if only the id does
    :param id_keys: the keys of an answer that may hold the id, the documented one first
    :param fields: all fields
    :param scope: the option with the part of the account that an object is in, if each listing shows one part; a name
        refers to an object in the same part
    :param listed_by: the option with the container of an object, if each listing shows the objects of one container
    :param containers: the keys of an answer that may hold a dict with fields of the object
    :param creatable: false for objects that register themselves, and for objects that always exist
    :param recreatable: false if a new object cannot replace an old one
    :param singleton: there is exactly one object of this kind
    :param unique_names: no object is renamed to the name of another one, because the service finds objects by names
    :param child_kind: the kind of the objects that an object of this kind contains
    :param details: options that only the detail of an object shows, not the listing
    :param view_of: another kind with the same objects; this kind shows other fields of them
    :param controls: options that do not describe the object, but how it is changed, such as C(force)
    :ivar by_name: the fields by name
    :ivar options: the fields that users can set
    """

    name: str
    plural: str
    id_option: str
    key: tuple[str, ...]
    id_keys: tuple[str, ...]
    fields: tuple[Field, ...]
    title: str = ""
    scope: str = ""
    listed_by: str = ""
    containers: tuple[str, ...] = ()
    creatable: bool = True
    recreatable: bool = True
    singleton: bool = False
    unique_names: bool = False
    child_kind: str = ""
    details: tuple[str, ...] = ()
    view_of: str = ""
    controls: tuple[Field, ...] = ()
    by_name: Mapping[str, Field] = field(init=False, repr=False)
    options: tuple[Field, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.fields})
        object.__setattr__(self, "options", tuple(item for item in self.fields if not item.read_only))

    @property
    def name_option(self) -> str:
        """The option with the name of an object; empty if it has only an id."""
        return self.key[-1] if self.key else ""

    @property
    def renamable(self) -> bool:
        """Whether an object can get another name, so that it can be found by a former one."""
        has_name = bool(self.name_option) and not self.singleton
        return has_name and bool(self.id_option) and self.creatable and not self.by_name[self.name_option].immutable

    @property
    def config_key(self) -> str:
        """The option of the C(_config) module that holds the objects."""
        return self.name if self.singleton else self.plural

    @property
    def noun(self) -> str:
        """The noun in messages."""
        return self.title or self.name

    @property
    def envelope_keys(self) -> tuple[str, str]:
        """The keys of an answer that may hold the objects."""
        return self.name, self.plural

    def decode(self, raw: Mapping[str, Any], complete: bool = False) -> Values:
        """The values in an answer, by option. A field that the answer does not show is missing.

        :param complete: the answer is a detail, where a field may be absent because it is empty
        """
        shown = self._flat(raw)
        values: Values = {}
        for item in self.fields:
            name = next((name for name in item.api_names if name in shown), None)
            if name is not None:
                values[item.name] = item.decode(shown[name])
        if complete:
            values.update(dict.fromkeys(self._empty_if_absent(values)))
        return values

    def _flat(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """An answer with the fields of its containers at the top, where fields of the same name win."""
        flat: dict[str, Any] = {}
        for name in reversed(self.containers):
            if isinstance(raw.get(name), dict):
                flat.update(raw[name])
        return {**flat, **raw} if flat else raw

    def _empty_if_absent(self, values: Values) -> list[str]:
        absent = (item for item in self.options if item.name not in values)
        return [item.name for item in absent if not values.keys().isdisjoint(item.absent_is_empty_with)]

    def encode(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The body that sets these options, by the vendor's names; options without one are left out."""
        body = {}
        for name, value in values.items():
            item = self.by_name.get(name)
            if item is not None and item.api_names:
                body[item.api_names[0]] = item.encode(value)
        return body

    def validate_applicability(self, given: Mapping[str, Any], values: Mapping[str, Any], location: str = "") -> None:
        """Check that an object with these values can have the given options. Empty options are allowed.

        :param location: the place of the object in the declaration, to begin the message with
        :raises InputError: for the first option that it cannot have
        """
        for name, value in given.items():
            item = self.by_name[name]
            if not is_empty(value) and not item.applies_to(values):
                raise InputError(f"{location}a {self.noun} {_why_not(item, values)}")

    def normalize_name(self, name: Any) -> Any:
        """The name of an object in a comparable form."""
        return self.by_name[self.name_option].normalize(name) if self.name_option else name

    def in_same_scope(self, values: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
        """Whether an object with the values ``other`` can refer by name to an object of this kind with these values."""
        return not self.scope or other.get(self.scope) in (None, values.get(self.scope))

    def key_of(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """The natural key in a comparable form; None if the kind has none, or a part of it is not known."""
        if not self.key:
            return None
        parts = tuple(self.by_name[name].normalize(values.get(name)) for name in self.key)
        return None if None in parts else parts

    def label(self, values: Mapping[str, Any], ident: str | None = None) -> str:
        """The name of an object in messages: its name or, without one, its id. A name of a wrong type is not shown."""
        name = values.get(self.name_option)
        if is_empty(name) or not self._is_name(name):
            return str(ident or self.noun)
        return " / ".join(map(str, name)) if isinstance(name, list) else str(name)

    def _is_name(self, value: Any) -> bool:
        """Whether a value can be a name: a text or, for an object that is named by its path, a list of texts."""
        if isinstance(value, list) and self.by_name[self.name_option].type == "list":
            return not any(isinstance(part, (dict, list)) for part in value)
        return not isinstance(value, (dict, list))

    def by_subresource(self, values: Mapping[str, Any]) -> dict[str, Values]:
        """The values by the subresource that writes them; those of the object itself first, under an empty name."""
        parts: dict[str, Values] = {}
        for item in sorted(self.fields, key=lambda item: bool(item.subresource)):
            if item.name in values:
                parts.setdefault(item.subresource, {})[item.name] = values[item.name]
        return parts


def _why_not(item: Field, values: Mapping[str, Any]) -> str:
    """Why an object with these values cannot have a field, as the end of a sentence."""
    if item.exclusive_with:
        return f"has only one of {item.name} and {item.exclusive_with}"
    option = item.applies_if[0]
    return f"of {option} {values[option]} has no {item.name}"
