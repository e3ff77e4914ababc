# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the action monitoring_config, which the role and the playbooks pass on from their variables."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from ._declarations import SERVICES, config_kinds
from ._survey import survey_list, survey_problems

ROLE_VARIABLES = (
    "monitoring_config_approved_plan",
    "monitoring_config_concurrency",
    "monitoring_config_connections",
    "monitoring_config_directory",
    "monitoring_config_hosts",
    "monitoring_config_plan_file",
    "monitoring_config_plan_markdown",
    "monitoring_config_prune",
    "monitoring_config_prune_limit",
    "monitoring_config_prune_only",
    "monitoring_config_services",
    "monitoring_config_undo_directory",
)
"""The variables of the role. A misspelt limit would have no effect."""
_RESULT = "monitoring_config_result"
_PLAYBOOK_PRUNE = ("config_prune", "config_prune_limit", "config_prune_only")
TEXTS = (
    *("directory", "services", "hosts", "prune", "prune_only"),
    *("plan_file", "plan_markdown", "approved_plan", "undo_directory"),
)
"""The options that must be texts, or lists or dictionaries of them."""
_WITHOUT_PREFIX = ("plan_file", "plan_markdown", "approved_plan", "undo_directory")
"""The options whose variables have the same name in all playbooks."""
_MISSING = {"undo_": "Set undo_file, the file that takes back a run."}
_FLAGS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class OptionsError(Exception):
    """Options are refused; the text is a sentence for each reason."""


@dataclass
class Options:
    """The options, converted.

    :ivar sources: folders and files; empty if only hosts declare something
    :ivar prune: the kinds to prune by service, for the services for which that is set
    :ivar prefix: what the names of the variables begin with, for messages
    """

    sources: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)
    hosts: str = ""
    prune: dict[str, list[str]] = field(default_factory=dict)
    prune_only: dict[str, Any] = field(default_factory=dict)
    prune_limit: Any = 10
    concurrency: Any = 4
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    approved_plan: Path | None = None
    plan_file: Path | None = None
    plan_markdown: Path | None = None
    undo_directory: Path | None = None
    fail_on_drift: bool = False
    fail_on_undeclared: bool = False
    validate_only: bool = False
    prefix: str = "monitoring_config_"


_NAMES = {"directory" if item.name == "sources" else item.name for item in fields(Options)}


def parse_options(given: Mapping[str, Any], variables: Iterable[str]) -> Options:
    """The options of a task.

    An empty text has the same meaning as no value, because surveys give one.

    :param variables: the names of all variables of the host
    :raises OptionsError: for options and variables that do not exist or are invalid
    """
    unknown = sorted(given.keys() - _NAMES)
    if unknown:
        raise OptionsError(f"there is no option {', '.join(unknown)}; there are {', '.join(sorted(_NAMES))}")
    prefix = str(given.get("prefix") or Options.prefix)
    _check_variables(variables, prefix)
    _check_texts(given, prefix)
    return Options(
        sources=_sources(given.get("directory"), given.get("hosts"), prefix),
        services=_services(given.get("services"), prefix),
        hosts=str(given.get("hosts") or "").strip(),
        prune=_prune(given.get("prune"), prefix),
        prune_only=_prune_only(given.get("prune_only"), prefix),
        prune_limit=_or_default(given.get("prune_limit"), Options.prune_limit),
        concurrency=_or_default(given.get("concurrency"), Options.concurrency),
        connections=_by_service(given.get("connections"), f"{prefix}connections"),
        approved_plan=_path(given.get("approved_plan")),
        plan_file=_path(given.get("plan_file")),
        plan_markdown=_path(given.get("plan_markdown")),
        undo_directory=_path(given.get("undo_directory")),
        fail_on_drift=_flag(given, "fail_on_drift"),
        fail_on_undeclared=_flag(given, "fail_on_undeclared"),
        validate_only=_flag(given, "validate_only"),
        prefix=prefix,
    )


def _check_variables(variables: Iterable[str], prefix: str) -> None:
    names = list(variables)
    unknown = [one for one in names if one.startswith("monitoring_config_") and one not in (*ROLE_VARIABLES, _RESULT)]
    if unknown:
        known = ", ".join(ROLE_VARIABLES)
        raise OptionsError(f"The role monitoring_config has no variable {', '.join(sorted(unknown))}; it has {known}.")
    unknown = [one for one in names if one.startswith("config_prune") and one not in _PLAYBOOK_PRUNE]
    if unknown and prefix == "config_":
        known = ", ".join(_PLAYBOOK_PRUNE)
        raise OptionsError(f"There is no variable {', '.join(sorted(unknown))}; there are {known}.")


def _check_texts(given: Mapping[str, Any], prefix: str) -> None:
    """Refuse answers to a survey that are no longer text, because ansible-core has read them as something else."""
    texts = {variable_of(name, prefix): given.get(name) for name in TEXTS}
    problems = survey_problems({name: value for name, value in texts.items() if not isinstance(value, Mapping)})
    if problems:
        raise OptionsError(" ".join(problems))


def variable_of(option: str, prefix: str) -> str:
    """The variable from which a role or a playbook passes on an option."""
    if prefix == Options.prefix or option not in _WITHOUT_PREFIX:
        return "undo_file" if (prefix, option) == ("undo_", "directory") else f"{prefix}{option}"
    return option


def _sources(value: Any, hosts: Any, prefix: str) -> list[str]:
    """Folders and files. A text that is the name of one is not split at its commas."""
    if value is None or (prefix != Options.prefix and not value):
        if not hosts:
            raise OptionsError(_MISSING.get(prefix, f"Set {prefix}directory, the folder with the declarations."))
        return []
    if isinstance(value, str) and (not value.strip() or Path(value).exists()):
        return [value]
    return [str(one) for one in survey_list(value)]


def _services(value: Any, prefix: str) -> list[str]:
    names = [str(one) for one in survey_list(value)]
    for name in names:
        if name not in SERVICES:
            raise OptionsError(
                f"{prefix}services names {name}, which is none of {', '.join(SERVICES)}{_nearest(name)}."
            )
    return names


def _nearest(name: str) -> str:
    found = difflib.get_close_matches(name, list(SERVICES), 1)
    return f"; did you mean {found[0]}?" if found else ""


def _prune(value: Any, prefix: str) -> dict[str, list[str]]:
    """The kinds to prune by service, from a dictionary or from a list such as C(alertra.devices)."""
    if isinstance(value, Mapping):
        return {str(service): list(kinds) for service, kinds in value.items() if kinds is not None}
    found: dict[str, list[str]] = {}
    wrong = []
    for one in map(str, survey_list(value)):
        service, _dot, kind = one.partition(".")
        if service in SERVICES and kind in config_kinds(service):
            found.setdefault(service, []).append(kind)
        else:
            wrong.append(one)
    if wrong:
        raise OptionsError(
            f"{prefix}prune must name services and kinds, such as alertra.devices, not {', '.join(wrong)}."
        )
    return found


def _prune_only(value: Any, prefix: str) -> dict[str, Any]:
    """The patterns for pruning by service, from a dictionary or from its YAML text."""
    if isinstance(value, str):
        try:
            value = yaml.safe_load(value)
        except yaml.YAMLError:
            raise OptionsError(f"{prefix}prune_only is not YAML.") from None
    return _by_service(value, f"{prefix}prune_only")


def _by_service(value: Any, name: str) -> dict[str, dict[str, Any]]:
    if value is None or value == "":
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(one, Mapping) for one in value.values() if one is not None):
        raise OptionsError(f"{name} must be a dictionary of services, each with a dictionary.")
    unknown = [str(one) for one in value if one not in SERVICES]
    if unknown:
        raise OptionsError(f"{name} names {', '.join(unknown)}, which is none of {', '.join(SERVICES)}.")
    return {str(service): dict(one) for service, one in value.items() if one is not None}


def _or_default(value: Any, default: Any) -> Any:
    return default if value is None or value == "" else value


def _path(value: Any) -> Path | None:
    return Path(str(value)).expanduser().absolute() if value else None


def _flag(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name)
    if value is None or value == "":
        return False
    found = _FLAGS.get(str(value).lower())
    if found is None:
        raise OptionsError(f"plan_{name} must be true or false, not {value}.")
    return found
