# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Validation of options: each value in the type of its option, or a sentence that says what is allowed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from reprlib import Repr
from typing import Any

from .._core.errors import InputError, OptionError, Problem
from .._core.kind import Field
from .._core.values import UNSET, Values, coerce
from .passed_back import refuse_masks

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 80


# -- several options ---------------------------------------------------------------------------------------------------


def parse_options(fields: Mapping[str, Field], given: Mapping[str, Any], prefix: str = "") -> Values:
    """Options that a user gave, each in its own type.

    :param prefix: what the sentences put in front of the name of an option
    :raises InputError: naming the option, the value and what is allowed, of all options that are invalid
    """
    values: Values = {}
    problems = []
    for name, value in given.items():
        try:
            values[name] = parse_value(fields[name], value)
        except OptionError as exc:
            problems.append(_problem(fields[name], f"{prefix}{name}", exc))
    if problems:
        raise InputError(*problems)
    return values


def _problem(item: Field, name: str, error: OptionError) -> Problem:
    """The sentence about an invalid option; it shows the value unless that is secret or empty."""
    return Problem(f"{name}{error.location} {error.reason}{_refused_value(item, error.value)}", value=error.value)


def _refused_value(item: Field, value: Any) -> str:
    """A refused value as the end of a sentence. What may have a secret in it, in any shape, is not shown."""
    if item.secret or value in (None, ""):
        return ""
    if isinstance(value, (dict, list)):
        return ", not a dictionary" if isinstance(value, dict) else ", not a list"
    if "dict" in (item.type, item.elements) and isinstance(value, str):
        return ", not a text"
    return f", not {_SHORT.repr(value)}"


def validate_params(
    fields: Sequence[Field], params: Mapping[str, Any], given: Mapping[str, Any], prefix: str = ""
) -> None:
    """Check options that are not fields of an object: filters, connection options, and options such as C(state).

    :param params: the options with their defaults
    :param given: the options as the user wrote them
    :raises InputError: naming the option, the value and what is allowed
    """
    for item in fields:
        null = item.name in given and given[item.name] is None
        if null and (item.default is not None or item.choices):
            raise InputError(f"{prefix}{item.name} cannot be null: leave it out instead")
    values = {item.name: written_value(item, params, given) for item in fields}
    values = {name: value for name, value in values.items() if value is not None}
    parse_options({item.name: item for item in fields}, values, prefix)
    refuse_masks({f"{prefix}{name}": value for name, value in values.items()})


def written_value(item: Field, params: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """The value of an option; what is no text as the user wrote it, because Ansible may make a text of it."""
    written = given.get(item.name)
    return written if isinstance(written, (dict, list, bool, int, float)) else params.get(item.name)


# -- one value ---------------------------------------------------------------------------------------------------------


def parse_value(item: Field, value: Any) -> Any:
    """A value from the user in the type of the option.

    :raises OptionError: with what is allowed
    """
    if value is None:
        if item.clear_value is UNSET:
            raise OptionError("cannot be null: the service does not allow it to be empty")
        return None
    parsed = coerce(value, item.type)
    if item.type == "list":
        return _parse_list(item, parsed)
    if item.type == "dict":
        return _parse_dict(item, parsed)
    allowed = _broken_rule(item, parsed)
    if allowed:
        raise OptionError(f"must {allowed}", value)
    _require_text(item, value)
    return parsed


def _require_text(item: Field, value: Any) -> None:
    """Check that YAML has not changed a text: it reads C(no) as false, C(1.10) as 1.1 and C(0123) as 83.

    What the user wrote cannot be told from the value, so a whole number is accepted only for ids, for references, and
    where a leading zero has no meaning.

    :raises OptionError: for a value that is no text
    """
    if item.type not in ("str", "path") or isinstance(value, str):
        return
    if isinstance(value, datetime.date):
        raise OptionError("must be a string in quotes, because YAML reads it as a date")
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not (is_whole and item.takes_whole_numbers):
        raise OptionError("must be a string in quotes, because YAML changes words and numbers without quotes", value)


def _parse_list(item: Field, value: list[Any]) -> list[Any]:
    parsed = []
    for index, part in enumerate(value):
        location = f"[{index}]"
        if part is None:
            raise OptionError("cannot be null", None, location)
        parsed.append(_parse_part(item.element, part, location))
    return parsed


def _parse_dict(item: Field, value: Mapping[str, Any]) -> Values:
    """A dictionary; only of some keys is it known what they may hold."""
    if any(not str(name).strip() for name in value):
        raise OptionError("must not have an empty name")
    if item.compare == "headers":
        _check_headers(value)
    parsed: Values = {}
    for name, part in value.items():
        field = item.key_field(name)
        if field is None:
            parsed[name] = part
        else:
            parsed[field.name or name] = _parse_part(field, part, f" {name}")
    return parsed


def _check_headers(headers: Mapping[str, Any]) -> None:
    """Check what a description of single headers cannot say.

    :raises OptionError: without the name of a header that has no value: who forgets the colon has the value in it
    """
    if None in headers.values():
        raise OptionError("has a header without a value: each one must be a string, which may be empty")
    if len({str(name).casefold() for name in headers}) < len(headers):
        raise OptionError("has a header twice: upper and lower case are the same in its name")


def _parse_part(item: Field, value: Any, location: str) -> Any:
    """A part of a value; an error says where in the value the part is."""
    try:
        return parse_value(item, value)
    except OptionError as exc:
        raise OptionError(exc.reason, exc.value, location + exc.location) from None


def _broken_rule(item: Field, value: Any) -> str:
    """The rule that a value breaks, as the end of a sentence; empty if there is none."""
    if item.choices and value not in item.choices:
        return f"be one of {', '.join(map(str, item.choices))}"
    # Not "is too low": a float that is not a number is neither too low nor high enough.
    high_enough = item.minimum is None or value >= item.minimum
    low_enough = item.maximum is None or value <= item.maximum
    if not (high_enough and low_enough):
        return _range(item)
    if item.pattern and not re.fullmatch(item.pattern, value):
        return f"be {item.pattern_description}"
    if item.type in ("str", "path") and item.clear_value is UNSET and not value.strip():
        return "not be empty"
    return ""


def _range(item: Field) -> str:
    if item.maximum is None:
        return f"be at least {item.minimum:g}"
    return f"be from {item.minimum:g} to {item.maximum:g}"
