# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs of modules, made from the descriptions of the kinds and of the connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from .._core.kind import Field, Kind
from .._core.plan_id import PATTERN as PLAN_ID
from .._core.service import CONCURRENCY, Service
from .._core.values import Values
from .connection import CONNECTION, environment_fallback

Spec = dict[str, Any]
"""An argument spec as AnsibleModule takes it."""


# -- any options -------------------------------------------------------------------------------------------------------


def plain_spec(fields: Sequence[Field]) -> Spec:
    """The argument spec of these fields. None is marked as required.

    What creating an object takes need not be repeated to change it, and tools that read a spec do not see connection
    options that come from the environment or from module_defaults.
    """
    return {item.name: _option_spec(item) for item in fields}


def _option_spec(item: Field) -> Spec:
    spec: Spec = {"type": item.type, "no_log": item.secret}
    if item.type == "list":
        spec["elements"] = item.elements
    if item.choices:
        spec["choices"] = list(item.choices)
    if item.default is not None:
        spec["default"] = item.default
    return spec


def filter_spec(filters: Sequence[Field]) -> Spec:
    """The argument spec of the filters of an info module. Some may be required."""
    spec = plain_spec(filters)
    for item in filters:
        if item.required:
            spec[item.name]["required"] = True
    return spec


def connection_spec(service: type[Service]) -> Spec:
    """The connection options of a service, each with its environment variable."""
    spec = plain_spec((*CONNECTION, *service.credentials))
    if service.url is not None:
        spec["api_url"]["default"] = service.url
    for name, option in spec.items():
        option.update(environment_fallback(service, name))
    return spec


# -- one object --------------------------------------------------------------------------------------------------------


def object_spec(kind: Kind) -> Spec:
    """The options of one object of a kind."""
    return plain_spec((*kind.options, *object_controls(kind)))


@cache
def object_controls(kind: Kind) -> tuple[Field, ...]:
    """The options of one object that are not its fields: which object it is, and what to do with it."""
    controls: list[Field] = []
    if kind.id_option:
        controls.append(Field(kind.id_option))
    if kind.renamable:
        controls.append(_former_names(kind))
    purgeable = [item for item in kind.options if item.purge is not None]
    controls += [Field(f"purge_{item.name}", type="bool", default=item.purge) for item in purgeable]
    if kind.creatable:
        controls.append(Field("state", choices=("present", "absent"), default="present"))
    if kind.creatable and kind.recreatable and any(item.immutable for item in kind.options):
        controls.append(Field("recreate", type="bool", default=False))
    return (*controls, *kind.controls)


def _former_names(kind: Kind) -> Field:
    """The option with the former names of an object. Each must be a name."""
    name = kind.by_name[kind.name_option]
    return Field(
        "renamed_from", type="list", pattern=name.pattern, pattern_description=name.pattern_description, clear_value=[]
    )


# -- a whole account ---------------------------------------------------------------------------------------------------


def config_spec(service: type[Service]) -> Spec:
    """The options of a C(_config) module: a list of objects for each kind, and how to manage them."""
    spec: Spec = {}
    for kind in (service.kinds[name] for name in service.config):
        spec.update(plain_spec([config_field(kind)]))
        spec[kind.config_key]["options"] = object_spec(kind)
    return {**spec, **plain_spec(control_options(service))}


def config_field(kind: Kind) -> Field:
    """The option of a C(_config) module that declares the objects of a kind."""
    return Field(kind.config_key, type="dict" if kind.singleton else "list", elements="dict")


def control_options(service: type[Service]) -> tuple[Field, ...]:
    """The options that say how to manage a whole account."""
    choices = tuple(service.kinds[name].plural for name in service.config if service.kinds[name].creatable)
    return (
        Field("prune", type="list", choices=choices, default=[]),
        Field("prune_only", type="dict"),
        Field("prune_limit", type="int", default=10, minimum=0),
        Field("expect_plan", pattern=PLAN_ID, pattern_description="a plan_id, which has 64 letters from a to p"),
        Field("concurrency", type="int", default=CONCURRENCY, minimum=1, maximum=32),
    )


# -- options inside of options -----------------------------------------------------------------------------------------


def nested_options(params: Mapping[str, Any], spec: Spec) -> Iterator[tuple[Values, Spec]]:
    """The dictionaries in these options that have options of their own, each with its spec."""
    for name, option in spec.items():
        if "options" not in option:
            continue
        value = params.get(name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield item, option["options"]
