# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users write, and the desired objects that it declares."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from reprlib import Repr
from typing import Any

from ansible.module_utils.common.parameters import AnsibleFallbackNotFound
from ansible.module_utils.common.warnings import warn

from .._core.errors import InputError
from .._core.kind import Field, Kind
from .._core.objects import Desired
from .._core.service import CONCURRENCY, Service
from .._core.values import MASK, UNSET, Values, coerce

Spec = dict[str, Any]

_SECRET = 8
"""From which length a value among secret ones, such as headers, is taken for a secret rather than for a word."""
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 80

CONNECTION = (
    Field("api_url"),
    Field("api_timeout", type="float", default=30.0, minimum=0.001, maximum=86400),
    Field("api_retries", type="int", default=5, minimum=0),
    Field("api_max_wait", type="float", default=120.0, minimum=0, maximum=86400),
    Field("validate_certs", type="bool", default=True),
    Field("ca_path", type="path"),
    Field("api_allow_http", type="bool", default=False),
)
# Lowering the bar for secrets is a decision of a playbook, not of the environment that it happens to run in.
_WITHOUT_ENVIRONMENT = frozenset({"api_allow_http"})


# -- argument specs ----------------------------------------------------------------------------------------------------


def plain_spec(fields: Sequence[Field]) -> Spec:
    """The argument spec of these fields, none of which is marked as required.

    What creating an object takes need not be repeated to change it, and tools that read a spec do not see connection
    options that come from the environment or from module_defaults.
    """
    spec = {}
    for item in fields:
        spec[item.name] = {
            "type": item.type,
            "no_log": item.secret,
            **({"elements": item.elements} if item.type == "list" else {}),
            **({"choices": list(item.choices)} if item.choices else {}),
            **({"default": item.default} if item.default is not None else {}),
        }
    return spec


def filter_spec(fields: Sequence[Field]) -> Spec:
    """The argument spec of what says which objects to read."""
    required = {item.name: {"required": True} for item in fields if item.required}
    return {name: {**option, **required.get(name, {})} for name, option in plain_spec(fields).items()}


def _environment(name: str) -> str:
    """A variable; an empty one is none, for AWX and CI systems set what has no value so."""
    if value := os.environ.get(name):
        return value
    raise AnsibleFallbackNotFound


def connection_spec(service: type[Service]) -> Spec:
    """The connection options of a service, each with its environment variable."""
    spec = plain_spec((*CONNECTION, *service.credentials))
    if service.url is not None:
        spec["api_url"]["default"] = service.url
    for name in spec.keys() - _WITHOUT_ENVIRONMENT:
        spec[name]["fallback"] = (_environment, [_variable(service, name)])
    return spec


@cache
def _object_controls(kind: Kind) -> tuple[Field, ...]:
    """The options of one object that say which it is, and what to do with it."""
    ident = (Field(kind.id_option),) if kind.id_option else ()
    purge = tuple(
        Field(f"purge_{item.name}", type="bool", default=item.purge) for item in kind.options if item.purge is not None
    )
    state: tuple[Field, ...] = ()
    if kind.creatable:
        state = (Field("state", choices=("present", "absent"), default="present"),)
        if kind.recreatable and any(item.immutable for item in kind.options):
            state = (*state, Field("recreate", type="bool", default=False))
    return (*ident, *purge, *state, *kind.controls)


def object_spec(kind: Kind) -> Spec:
    """The options of one object of a kind."""
    return plain_spec((*kind.options, *_object_controls(kind)))


def control_options(service: type[Service]) -> tuple[Field, ...]:
    """The options that say how to manage a whole account."""
    choices = tuple(service.kinds[name].plural for name in service.config if service.kinds[name].creatable)
    return (
        Field("prune", type="list", choices=choices, default=[]),
        Field("prune_limit", type="int", default=10, minimum=0),
        Field("concurrency", type="int", default=CONCURRENCY, minimum=1, maximum=32),
    )


def config_spec(service: type[Service]) -> Spec:
    """The options of a whole account."""
    kinds = [service.kinds[name] for name in service.config]
    spec = plain_spec([Field(k.config_key, type="dict" if k.singleton else "list", elements="dict") for k in kinds])
    for kind in kinds:
        spec[kind.config_key]["options"] = object_spec(kind)
    return {**spec, **plain_spec(control_options(service))}


# -- from options to desired objects -----------------------------------------------------------------------------------


def parse_object(
    service: type[Service],
    kind: Kind,
    params: Mapping[str, Any],
    given: Mapping[str, Any],
    place: str = "",
    account: Mapping[str, Any] | None = None,
) -> Desired:
    """One object as a user declared it.

    :param params: the options with their defaults; ``given`` those that the user wrote, null ones included
    :param place: where they stand in a larger declaration
    :param account: the options of a whole account, if it stands in the declaration of one
    :raises InputError: naming the option, the value and what is allowed
    """
    name = given.get(kind.name_option)
    place = f"{place} ({name})" if place and name else place
    where = f"{place}: " if place else ""
    written = {item.name: _written(item, params, given) for item in kind.options if item.name in given}
    # A result that is fed back has our own mask, and nothing where another option stands instead.
    shown = {
        name: value
        for name, value in written.items()
        if not (kind.by_name[name].secret and value == MASK)
        and not (value is None and _instead(kind.by_name[name], written) is not None)
    }
    values = parse_options(kind.by_name, shown, where)
    validate_params(_object_controls(kind), params, given, where)
    ident = params.get(kind.id_option)
    if ident is None:
        values = {**_shared(service, kind, params if account is None else account), **values}
    if ident is None and not kind.singleton and kind.key_of(values) is None:
        missing = [name for name in kind.key if kind.by_name[name].normalize(values.get(name)) is None]
        shared = _shares(service, kind)
        words = [f"{n} (or the environment variable {_variable(service, n)})" if n in shared else n for n in missing]
        ways = [" and ".join(words), kind.id_option]
        raise InputError(f"{where}needs {', or '.join(filter(None, ways))}")
    present = params.get("state") != "absent"
    kind.validate_applicability(values, values, where)
    if ident is None and present and not params.get("recreate"):
        # With what decides about them, they are declared too: only then is it known before any request.
        lacking = [
            item
            for item in kind.options
            if item.applies_if[0] and item.required_for(values) and item.name not in values
        ]
        if lacking:
            decides = lacking[0].applies_if[0]
            raise InputError(f"{where}{decides} {values[decides]} needs {' and '.join(item.name for item in lacking)}")
    always = params.get("update_password") == "always"
    return Desired(
        kind=kind,
        values={name: value for name, value in values.items() if value or not kind.by_name[name].trigger},
        id=None if ident is None else str(ident),
        present=present,
        location=place,
        recreate=bool(params.get("recreate")),
        append_only=frozenset(item.name for item in kind.options if params.get(f"purge_{item.name}") is False),
        force_send=frozenset(i.name for i in kind.options if i.trigger or (always and i.secret)),
        controls={item.name: params.get(item.name) for item in kind.controls},
    )


def _instead(item: Field, written: Values) -> Any:
    """The value of the option that stands instead of another, as a URL does instead of a host."""
    return written.get(item.exclusive_with)


def _shared(service: type[Service], kind: Kind, params: Mapping[str, Any]) -> Values:
    """The options that say for a whole account what an object without an id may say for itself."""
    # The options as they were written, which are read for a better message, lack what the environment says.
    found = {name: params.get(name) or os.environ.get(_variable(service, name)) for name in _shares(service, kind)}
    return {name: value for name, value in found.items() if value}


@cache
def _shares(service: type[Service], kind: Kind) -> tuple[str, ...]:
    return tuple(item.name for item in service.credentials if not item.secret and item.name in kind.by_name)


def _variable(service: type[Service], name: str) -> str:
    """The environment variable of a connection option."""
    return f"{service.name}_{name}".upper()


def parse_single(
    service: type[Service], kind: Kind, params: Mapping[str, Any], given: Mapping[str, Any]
) -> list[Desired]:
    """The only object that a module of its kind declares."""
    return [parse_object(service, kind, params, given)]


def parse_config(service: type[Service], params: Mapping[str, Any], given: Mapping[str, Any]) -> list[Desired]:
    """All objects of a whole account's declaration.

    :raises InputError: with a sentence for each that cannot be
    """
    found, problems = [], []
    for kind in (service.kinds[name] for name in service.config):
        name = kind.config_key
        if name in (params.get("prune") or ()) and params.get(name) is None:
            # A variable that is missing or misspelt is not to empty an account.
            problems.append(f"prune names {name}, but {name} is not declared: declare what is to stay, or [] for none")
        items, raw_items = params.get(name), given.get(name) or []
        if items is None:
            continue
        whole = Field(name, type="dict" if kind.singleton else "list", elements="dict")
        items = parse_options({name: whole}, {name: items})[name]
        if kind.singleton:
            items, raw_items = [items] if items else [], [raw_items]
        for index, item in enumerate(items):
            raw = raw_items[index] if isinstance(raw_items, list) and index < len(raw_items) else None
            # An item that was not written as a dictionary cannot hold a null, so what is not None was given.
            written = raw if isinstance(raw, dict) else {key: item[key] for key in item if item[key] is not None}
            place = name if kind.singleton else f"{name}[{index}]"
            try:
                found.append(parse_object(service, kind, item, written, place, params))
            except InputError as exc:
                problems.append(str(exc))
    if problems:
        raise InputError("; ".join(problems))
    return found


def _written(item: Field, params: Mapping[str, Any], given: Mapping[str, Any]) -> Any:
    """The value of an option, as it was written where Ansible would have made a text of it."""
    raw = given.get(item.name)
    return raw if isinstance(raw, (dict, list)) else params.get(item.name)


def parse_value(item: Field, value: Any) -> Any:
    """A value from the user, in the type of the option.

    :raises ValueError: with what is allowed, as the end of a sentence; what does not fit; where in the value it is
    """
    if value is None:
        if item.clear_value is UNSET:
            raise ValueError("cannot be null: the service does not allow it to be empty", None, "")
        return None
    given, value = value, coerce(value, item.type)
    if item.type == "list":
        each = replace(item, type=item.elements, clear_value=UNSET)
        return [_parse_part(each, one, f"[{index}]") for index, one in enumerate(value)]
    if item.type == "dict":
        known = {name: item.key_field(name) for name in value}
        return {
            one.name or name if one else name: _parse_part(one, value[name], f" {name}") if one else value[name]
            for name, one in known.items()
        }
    low, high = item.minimum, item.maximum
    allowed = ""
    if item.choices and value not in item.choices:
        allowed = f"be one of {', '.join(map(str, item.choices))}"
    elif not ((low is None or value >= low) and (high is None or value <= high)):
        allowed = f"be at least {low:g}" if high is None else f"be from {low:g} to {high:g}"
    elif item.pattern and not re.fullmatch(item.pattern, value):
        allowed = f"be {item.pattern_description}"
    elif item.type in ("str", "path") and not value.strip() and item.clear_value is UNSET:
        allowed = "not be empty"
    if allowed:
        raise ValueError(f"must {allowed}", given, "")
    return value


def _parse_part(item: Field, value: Any, at: str) -> Any:
    try:
        return parse_value(item, value)
    except ValueError as exc:
        words, got, path = exc.args
        raise ValueError("cannot be null" if value is None and at[0] == "[" else words, got, at + path) from None


def parse_options(fields: Mapping[str, Field], given: Mapping[str, Any], place: str = "") -> Values:
    """Options that a user gave, each in its own type.

    :param place: where they stand, for the message
    :raises InputError: naming the option, the value and what is allowed, of all that do not fit
    """
    values: Values = {}
    problems = []
    for name, value in given.items():
        try:
            values[name] = parse_value(fields[name], value)
        except ValueError as exc:
            words, got, path = exc.args
            shown = "" if fields[name].secret or got in (None, "") else f", not {_SHORT.repr(got)}"
            problems.append(f"{place}{name}{path} {words}{shown}")
    if problems:
        raise InputError("; ".join(problems))
    return values


def validate_params(
    fields: Sequence[Field], params: Mapping[str, Any], given: Mapping[str, Any], place: str = ""
) -> None:
    """Check options that say how to do it: filters, those of the connection, and the like.

    :raises InputError: naming the option, the value and what is allowed
    """
    for item in fields:
        if item.name in given and given[item.name] is None and (item.default is not None or item.choices):
            raise InputError(f"{place}{item.name} cannot be null: leave it out instead")
    values = {item.name: _written(item, params, given) for item in fields}
    given_ones = {name: value for name, value in values.items() if value is not None}
    parse_options({item.name: item for item in fields}, given_ones, place)


def connect(service: type[Service], params: Mapping[str, Any], given: Mapping[str, Any]) -> Service:
    """A client of a service with these options.

    :raises InputError: naming an option that cannot be, or what is missing and where it can be set
    """
    validate_params((*CONNECTION, *service.credentials), params, given)
    for name in ("api_url", *(item.name for item in service.credentials if item.required)):
        if not params[name]:
            raise InputError(
                f"{name} is missing: set the option or the environment variable {_variable(service, name)}"
            )
    return service(params, params.get("concurrency") or CONCURRENCY)


def accept_message_alias(params: Values, spec: Spec) -> None:
    """Take C(message) for C(message_text): Ansible lets no module have an option or an alias of that name."""
    if "message_text" in spec and "message" in params and "message_text" not in params:
        params["message_text"] = params.pop("message")
    for items, options in _inner(params, spec):
        for item in items:
            accept_message_alias(item, options)


def drop_read_only(params: Values, kinds: Mapping[str, Kind]) -> None:
    """Leave out what a result has that is fed back, but that no option can hold, and warn of what would be ignored.

    :param kinds: what each option holds, or the options themselves if that is empty
    """
    ignored: set[str] = set()
    for place, kind in kinds.items():
        items = params.get(place) if place else params
        hidden = [item.name for item in kind.options if item.secret and item.type == "dict"]
        read_only = kind.by_name.keys() - {item.name for item in kind.options}
        for item in items if isinstance(items, list) else [items]:
            if isinstance(item, dict):
                # A machine has a state of its own; who says absent does not mean that.
                shown = {name for name in read_only & item.keys() if item[name] not in ("present", "absent")}
                ignored |= shown
                for name in (*shown, *(one for one in hidden if item.get(one) == MASK)):
                    del item[name]
    if ignored:
        warn(f"Only the service sets {', '.join(sorted(ignored))}: ignored.")


def mask_secret_dicts(params: Values, spec: Spec) -> set[str]:
    """Mask dictionaries of secrets, such as headers, and say which of their values are too short to be secrets.

    A word such as C(https) is not to be masked in every other text, too.
    """
    found: set[str] = set()
    for name, option in spec.items():
        value = params.get(name)
        if option.get("no_log") and isinstance(value, dict):
            found |= {str(one) for one in value.values() if len(str(one)) < _SECRET}
            params[name] = MASK
    for items, options in _inner(params, spec):
        found = found.union(*(mask_secret_dicts(item, options) for item in items))
    return found


def _inner(params: Mapping[str, Any], spec: Spec) -> Iterator[tuple[list[Values], Spec]]:
    """The dictionaries inside of options, each with its own spec."""
    for name, option in spec.items():
        items = params.get(name) if "options" in option else None
        yield (
            [one for one in (items if isinstance(items, list) else [items]) if isinstance(one, dict)],
            option.get("options", {}),
        )
