# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that do not exist, with the options that the user may have meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._core.errors import InputError, Problem
from .._core.kind import Kind
from .._core.nearest import did_you_mean
from .._core.objects import describe_location
from .specs import Spec

_OWN_PREFIX = "_ansible_"


def check_names(given: Mapping[str, Any], spec: Spec, kinds: Mapping[str, Kind]) -> None:
    """Check that all options exist.

    :param given: the options as the user wrote them
    :param kinds: the kind of the objects in each option; the key C("") stands for the options themselves
    :raises InputError: with a sentence for each option that does not, naming its place and the nearest known option
    """
    problems = [Problem(_sentence(name, spec)) for name in _unknown(given, spec)]
    for option, kind in kinds.items():
        for location, item in _objects(given, option, kind):
            place = describe_location(location, item.get(kind.name_option))
            inner = spec[option]["options"]
            problems += [Problem(f"{place}: {_sentence(name, inner)}", location) for name in _unknown(item, inner)]
    if problems:
        raise InputError(*problems)


def _objects(given: Mapping[str, Any], option: str, kind: Kind) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The declared objects in an option, each with its location."""
    value = given.get(option) if option else None
    if kind.singleton and isinstance(value, dict):
        yield option, value
    elif isinstance(value, list):
        yield from ((f"{option}[{index}]", item) for index, item in enumerate(value) if isinstance(item, dict))


def _unknown(given: Mapping[str, Any], spec: Spec) -> list[str]:
    known = set(spec).union(*(option.get("aliases", ()) for option in spec.values()))
    return [str(name) for name in given if name not in known and not str(name).startswith(_OWN_PREFIX)]


def _sentence(name: str, spec: Spec) -> str:
    return f"there is no option {name}{did_you_mean(name, spec)}"
