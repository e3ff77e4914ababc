# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option C(prune_only): which undeclared objects a C(_config) module reports, and may delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._core.errors import OptionError, Problem
from .._core.kind import Field, Kind
from .._core.nearest import did_you_mean
from .._core.ownership import Ownership
from .._core.service import Service
from .._core.values import coerce, join_names


def ownership_of(service: type[Service], params: Mapping[str, Any]) -> Ownership:
    """The undeclared objects that a run reports, and that it may prune; the options are valid."""
    kinds = [service.kinds[name] for name in service.config]
    declared = frozenset(kind.name for kind in kinds if params.get(kind.config_key) is not None)
    by_plural = {kind.plural: kind.name for kind in kinds}
    patterns = params.get("prune_only") or {}
    only = {
        by_plural[plural]: {name: tuple(map(_text, _patterns(value))) for name, value in fields.items()}
        for plural, fields in patterns.items()
    }
    return Ownership(declared, only)


# -- validation --------------------------------------------------------------------------------------------------------


def prune_only_problems(service: type[Service], params: Mapping[str, Any]) -> list[Problem]:
    """The reasons to refuse C(prune_only): patterns that restrict nothing would let too much be deleted."""
    given = params.get("prune_only")
    if given is None:
        return []
    try:
        parsed = coerce(given, "dict")
    except OptionError as exc:
        return [Problem(f"prune_only {exc.reason}, not {given!r}", value=given)]
    if not parsed:
        return [Problem("prune_only is empty, which restricts nothing: name the kinds, or leave it out")]
    kinds = {kind.plural: kind for kind in (service.kinds[name] for name in service.config) if kind.creatable}
    pruned = params.get("prune") or ()
    return [
        Problem(f"prune_only {sentence}", value=fields)
        for plural, fields in parsed.items()
        for sentence in _problems_of_kind(kinds, pruned, plural, fields)
    ]


def _problems_of_kind(kinds: Mapping[str, Kind], pruned: Any, plural: str, fields: Any) -> Iterator[str]:
    if plural not in kinds:
        yield f"names {plural}, which is none of {join_names(kinds)}{did_you_mean(str(plural), kinds)}"
    elif plural not in pruned:
        yield f"names {plural}, but prune does not: add {plural} to prune, or remove it from prune_only"
    elif not isinstance(fields, dict) or not fields:
        yield f"{plural} must be a dictionary of fields and patterns, not {fields!r}"
    else:
        for name, value in fields.items():
            problem = _problem_of_field(kinds[plural], name, value)
            if problem:
                yield f"{plural} {problem}"


def _problem_of_field(kind: Kind, name: str, value: Any) -> str:
    """Why a field cannot have this pattern; empty if it can."""
    shown = {item.name: item for item in listed_fields(kind)}
    if name not in kind.by_name:
        return f"names {name}, but a {kind.noun} has no such field{did_you_mean(str(name), shown)}"
    if name not in shown:
        return f"names {name}, which the list of {kind.plural} does not show; it shows {join_names(shown)}"
    patterns = _patterns(value)
    if not patterns or not all(_is_pattern(one) for one in patterns):
        return f"{name} must be a pattern or a list of patterns, not {value!r}"
    return ""


def listed_fields(kind: Kind) -> list[Field]:
    """The fields that C(prune_only) can have patterns for."""
    return [item for item in kind.fields if _is_listed(kind, item)]


def _is_listed(kind: Kind, item: Field) -> bool:
    """Whether a listing may show a field; the links of an object are in the listing at their other end."""
    if item.write_only or item.secret or item.type == "dict" or item.elements == "dict":
        return False
    return bool(item.inverse) or not (item.subresource or item.name in kind.details)


def _patterns(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_pattern(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and value != ""


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
