# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options to the desired objects that they declare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._core.errors import InputError, Problem
from .._core.kind import Field, Kind
from .._core.match import declared_twice
from .._core.objects import Desired, describe_location
from .._core.service import Service
from .._core.texts import name_fault
from .._core.values import Values, coerce
from .connection import environment_variable, object_defaults, shared_credentials
from .passed_back import is_mask, refuse_masks
from .prune_only import prune_only_problems
from .specs import config_field, object_controls
from .validate import parse_options, validate_params, written_value

# -- one object --------------------------------------------------------------------------------------------------------


def parse_single(
    service: type[Service], kind: Kind, params: Mapping[str, Any], given: Mapping[str, Any]
) -> list[Desired]:
    """The only object that a module of its kind declares."""
    return [parse_object(service, kind, params, given, defaults=object_defaults(service, params))]


def parse_object(
    service: type[Service],
    kind: Kind,
    params: Mapping[str, Any],
    given: Mapping[str, Any],
    location: str = "",
    defaults: Mapping[str, Any] | None = None,
) -> Desired:
    """One object as a user declared it.

    :param params: the options with their defaults
    :param given: the options that the user wrote, including those that are null
    :param location: the place of the object in a declaration, such as C(devices[3])
    :param defaults: values of options that an object without an id has unless the user wrote others
    :raises InputError: naming the option, the value and what is allowed
    """
    label = kind.label(given)
    label = "" if label == kind.noun else label
    try:
        values = _parse_values(service, kind, params, given, defaults or {})
    except InputError as exc:
        prefix = describe_location(location, label)
        raise InputError(*(_with_location(problem, prefix, location) for problem in exc.problems)) from None
    return _desired(kind, values, params, location, label)


def _with_location(problem: Problem, prefix: str, location: str) -> Problem:
    reason = f"{prefix}: {problem.reason}" if location else problem.reason
    return replace(problem, reason=reason, location=location)


def _parse_values(
    service: type[Service], kind: Kind, params: Mapping[str, Any], given: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Values:
    """The values of the fields, after all checks that need no request.

    :raises InputError: naming the option, the value and what is allowed
    """
    values = parse_options(kind.by_name, _declared_values(kind, params, given))
    refuse_masks({name: value for name, value in values.items() if not kind.by_name[name].secret})
    validate_params(object_controls(kind), params, given)
    has_id = params.get(kind.id_option) is not None
    if not has_id:
        _check_name(kind, values)
        values = {**{name: value for name, value in defaults.items() if name in kind.by_name}, **values}
        _require_key(service, kind, values)
    kind.validate_applicability(values, values)
    if not has_id and params.get("state") != "absent" and not params.get("recreate"):
        _require_dependent_options(kind, values)
    return values


def _declared_values(kind: Kind, params: Mapping[str, Any], given: Mapping[str, Any]) -> Values:
    """The values that the user wrote, without those that a result contains instead of a value."""
    written = {item.name: written_value(item, params, given) for item in kind.options if item.name in given}
    return {
        name: value
        for name, value in written.items()
        if not is_mask(kind.by_name[name], value) and not _is_replaced(kind.by_name[name], value, written)
    }


def _is_replaced(item: Field, value: Any, written: Values) -> bool:
    """Whether an option is null because the object has another one instead, such as a URL instead of a host."""
    return value is None and written.get(item.exclusive_with) is not None


def _check_name(kind: Kind, values: Values) -> None:
    """Check that a server has no reason to store the name of an object in another form.

    An object that has such a name already is declared with its id.

    :raises InputError: naming the option, the name and what is allowed
    """
    name = values.get(kind.name_option)
    fault = name_fault(name) if isinstance(name, str) else ""
    if fault:
        hint = f"; an existing object with this name is declared with its {kind.id_option}" if kind.id_option else ""
        raise InputError(Problem(f"{kind.name_option} {fault}, not {name!r}{hint}", value=name))


def _require_key(service: type[Service], kind: Kind, values: Values) -> None:
    """Check that an object without an id can be identified by its key.

    :raises InputError: naming the options that are missing
    """
    if kind.singleton or kind.key_of(values) is not None:
        return
    missing = [name for name in kind.key if kind.by_name[name].normalize(values.get(name)) is None]
    key = " and ".join(_with_variable(service, name) for name in missing)
    ways = [way for way in (key, kind.id_option) if way]
    raise InputError(f"needs {', or '.join(ways)}")


def _with_variable(service: type[Service], option: str) -> str:
    """An option with the environment variable that can be set instead, if there is one."""
    if option not in shared_credentials(service):
        return option
    return f"{option} (or the environment variable {environment_variable(service, option)})"


def _require_dependent_options(kind: Kind, values: Values) -> None:
    """Check that the options are there that another option of the object makes necessary.

    This is known before any request only if the user wrote that other option, too.

    :raises InputError: naming the options that are missing
    """
    missing = [
        item for item in kind.options if item.applies_if[0] and item.required_for(values) and item.name not in values
    ]
    if missing:
        reason = missing[0].applies_if[0]
        raise InputError(f"{reason} {values[reason]} needs {' and '.join(item.name for item in missing)}")


def _desired(kind: Kind, values: Values, params: Mapping[str, Any], location: str, label: str) -> Desired:
    """The desired object with these values, and with what the other options say."""
    ident = params.get(kind.id_option)
    always = params.get("update_password") == "always"
    return Desired(
        kind=kind,
        values={name: value for name, value in values.items() if value or not kind.by_name[name].trigger},
        id=None if ident is None else str(ident),
        present=params.get("state") != "absent",
        location=location,
        location_label=label,
        recreate=bool(params.get("recreate")),
        append_only=frozenset(item.name for item in kind.options if params.get(f"purge_{item.name}") is False),
        force_send=frozenset(item.name for item in kind.options if item.trigger or (always and item.secret)),
        renamed_from=_former_names(kind, params),
        controls={item.name: params.get(item.name) for item in kind.controls},
    )


def _former_names(kind: Kind, params: Mapping[str, Any]) -> tuple[str, ...]:
    names = params.get("renamed_from") if kind.renamable else None
    return tuple(map(str, coerce(names or [], "list")))


# -- a whole account ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Item:
    """One object in the declaration of an account: its options with their defaults, and as the user wrote them."""

    location: str
    params: Mapping[str, Any]
    given: Mapping[str, Any]


def parse_config(service: type[Service], params: Mapping[str, Any], given: Mapping[str, Any]) -> list[Desired]:
    """All objects of the declaration of an account.

    :raises InputError: with a sentence for each problem
    """
    defaults = object_defaults(service, params)
    desired: list[Desired] = []
    problems: list[Problem] = _null_controls(given)
    for kind in (service.kinds[name] for name in service.config):
        problems += _undeclared_prune(kind, params)
        for item in _items(kind, params, given):
            try:
                desired.append(parse_object(service, kind, item.params, item.given, item.location, defaults))
            except InputError as exc:
                problems += exc.problems
    problems += [*prune_only_problems(service, params), *declared_twice(desired)]
    if problems:
        raise InputError(*problems)
    return desired


def _null_controls(given: Mapping[str, Any]) -> list[Problem]:
    """The problems of options that limit a run, and are null: a variable that is missing must not lift the limit."""
    limits = ("expect_plan", "prune_only")
    null = [name for name in limits if name in given and given[name] is None]
    return [Problem(f"{name} cannot be null: leave it out instead") for name in null]


def _undeclared_prune(kind: Kind, params: Mapping[str, Any]) -> list[Problem]:
    """The problem of a kind that is pruned but not declared: a misspelt variable must not empty an account."""
    name = kind.config_key
    if name not in (params.get("prune") or ()) or params.get(name) is not None:
        return []
    return [
        Problem(f"prune names {name}, but {name} is not declared: declare the objects to keep, or [] to delete all")
    ]


def _items(kind: Kind, params: Mapping[str, Any], given: Mapping[str, Any]) -> list[_Item]:
    """The declared objects of a kind.

    :raises InputError: if the option is not a list of dictionaries, or for a singleton not a dictionary
    """
    name = kind.config_key
    if params.get(name) is None:
        return []
    parsed = parse_options({name: config_field(kind)}, {name: params[name]})[name]
    if kind.singleton:
        return [_Item(name, parsed, _as_written(parsed, given.get(name)))] if parsed else []
    written = given.get(name)
    written = written if isinstance(written, list) else []
    written = [*written, *[None] * (len(parsed) - len(written))]
    return [
        _Item(f"{name}[{index}]", item, _as_written(item, raw))
        for index, (item, raw) in enumerate(zip(parsed, written))
    ]


def _as_written(params: Mapping[str, Any], written: Any) -> Mapping[str, Any]:
    """The options of an object as the user wrote them.

    A text that Ansible has read as a dictionary cannot hold a null, so that all options that are not null were given.
    """
    if isinstance(written, dict):
        return written
    return {name: value for name, value in params.items() if value is not None}
