# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the action monitoring_config, which the role and the playbooks pass on from their variables."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError

from ..module_utils._core.nearest import did_you_mean
from ._answers import is_unset, read_answers
from ._declarations import SERVICES, config_kinds
from ._documents import reason

try:
    from ansible.errors import AnsibleValueOmittedError
except ImportError:  # up to ansible-core 2.18, where the value of omit is a string like any other

    class AnsibleValueOmittedError(AnsibleError):  # type: ignore[no-redef, misc]
        """Never raised."""


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
    "monitoring_config_undo_create_directory",
    "monitoring_config_undo_directory",
)
"""The variables of the role. A misspelt limit would have no effect."""
_RESULT = "monitoring_config_result"
_VARIABLES = "variables"
"""The option that names those to take from variables."""
_PLAYBOOK_PRUNE = ("config_prune", "config_prune_limit", "config_prune_only")
DESCRIBED: Mapping[str, Mapping[str, Any]] = {
    "approved_artifact": {"type": "bool", "default": False},
    "approved_plan": {"type": "text"},
    "artifact": {"type": "bool", "default": False},
    "concurrency": {"type": "int", "default": 4},
    "connections": {"type": "dict"},
    "directory": {"type": "list"},
    "fail_on_drift": {"type": "bool", "default": False},
    "fail_on_problem": {"type": "bool", "default": False},
    "fail_on_undeclared": {"type": "bool", "default": False},
    "hosts": {"type": "text"},
    "plan_file": {"type": "text"},
    "plan_markdown": {"type": "text"},
    "prune": {"type": "list"},
    "prune_limit": {"type": "int", "default": 10},
    "prune_only": {"type": "dict"},
    "services": {"type": "list"},
    "undo_create_directory": {"type": "bool", "default": True},
    "undo_directory": {"type": "text"},
    "validate_only": {"type": "bool", "default": False},
}
"""The options that come from variables, in the format of the filter survey_answers. C(prune) may be a dictionary."""
_WITHOUT_PREFIX = (
    "plan_file",
    "plan_markdown",
    "approved_artifact",
    "approved_plan",
    "undo_create_directory",
    "undo_directory",
)
"""The options whose variables have the same name in all playbooks."""
_OF_PLAN = ("artifact", "fail_on_drift", "fail_on_undeclared")
_OF_ROLE = ("concurrency", "connections")
"""The options for which the playbooks take the variables of the role."""
_OF_PLAYBOOKS = ("config_directory", "config_hosts", "config_services", "undo_directory", "undo_file")
"""The variables of playbooks that another one does not have; a workflow passes them on to all."""
_MISSPELT = 0.85
"""How similar a name is to the one that was meant, from 0 to 1."""
_MISSING = {"undo_": "Set undo_file, the file that takes back a run."}


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
    prune_limit: int = 10
    concurrency: int = 4
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    approved_artifact: bool = False
    approved_plan: Path | None = None
    artifact: bool = False
    plan_file: Path | None = None
    plan_markdown: Path | None = None
    undo_create_directory: bool = True
    undo_directory: Path | None = None
    fail_on_drift: bool = False
    fail_on_problem: bool = False
    fail_on_undeclared: bool = False
    validate_only: bool = False
    prefix: str = "monitoring_config_"


_NAMES = {"directory" if item.name == "sources" else item.name for item in fields(Options)}


def given_options(
    args: Mapping[str, Any], variables: Mapping[str, Any], template: Callable[[Any], Any]
) -> dict[str, Any]:
    """The options of a task, with those that it takes from variables. Variables that are set win.

    The role and the playbooks name these options, instead of having a template for each. Each host would compile all of
    the templates again.

    :param args: the options as the task has them
    :param variables: the variables of the host, as they are written
    :param template: resolves the templates in a value
    :raises OptionsError: for a variable that cannot be evaluated
    """
    given = {name: value for name, value in args.items() if name != _VARIABLES}
    prefix = str(args.get("prefix") or Options.prefix)
    for option in args.get(_VARIABLES) or ():
        if option not in DESCRIBED:
            raise OptionsError(f"variables names {option}, which is none of {', '.join(DESCRIBED)}")
        variable = variable_of(option, prefix)
        value = _evaluated(variable, variables, template)
        if not is_unset(value):
            given[option] = value
    return given


def _evaluated(variable: str, variables: Mapping[str, Any], template: Callable[[Any], Any]) -> Any:
    """The value of a variable; None if it does not exist or is C(omit)."""
    omit = variables.get("omit")
    try:
        value = template(variables.get(variable))
    except AnsibleValueOmittedError:
        return None
    except AnsibleError as exc:
        raise OptionsError(f"{variable} cannot be evaluated: {reason(exc)}") from None
    return None if value == omit else _without(omit, value)


def _without(omit: Any, value: Any) -> Any:
    """A value without the parts that are C(omit)."""
    if isinstance(value, dict):
        return {name: _without(omit, one) for name, one in value.items() if one != omit}
    if isinstance(value, list):
        return [_without(omit, one) for one in value if one != omit]
    return value


def parse_options(given: Mapping[str, Any], variables: Iterable[str], command_line: Iterable[str] = ()) -> Options:
    """The options of a task.

    An empty text has the same meaning as no value, because surveys give one.

    :param variables: the names of all variables of the host
    :param command_line: the names of those that were given to the command, such as C(ansible-playbook -e)
    :raises OptionsError: for options and variables that do not exist or are invalid
    """
    unknown = sorted(given.keys() - _NAMES)
    if unknown:
        raise OptionsError(f"there is no option {', '.join(unknown)}; there are {', '.join(sorted(_NAMES))}")
    prefix = str(given.get("prefix") or Options.prefix)
    _check_variables(variables, prefix)
    _check_command_line(command_line, prefix)
    read = _read(given, prefix)
    if read["approved_artifact"] and read["approved_plan"]:
        raise OptionsError("Set approved_plan or approved_artifact, not both.")
    return Options(
        sources=_sources(given.get("directory"), read["directory"], read["hosts"], prefix),
        services=_services(read["services"], prefix),
        hosts=read["hosts"],
        prune=_prune(read["prune"], prefix),
        prune_only=_by_service(read["prune_only"], variable_of("prune_only", prefix)),
        prune_limit=read["prune_limit"],
        concurrency=read["concurrency"],
        connections=_by_service(read["connections"], variable_of("connections", prefix)),
        approved_artifact=read["approved_artifact"],
        approved_plan=_path(read["approved_plan"]),
        artifact=read["artifact"],
        plan_file=_path(read["plan_file"]),
        plan_markdown=_path(read["plan_markdown"]),
        undo_create_directory=read["undo_create_directory"],
        undo_directory=_path(read["undo_directory"]),
        fail_on_drift=read["fail_on_drift"],
        fail_on_problem=read["fail_on_problem"],
        fail_on_undeclared=read["fail_on_undeclared"],
        validate_only=read["validate_only"],
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


def _check_command_line(variables: Iterable[str], prefix: str) -> None:
    """Refuse misspelt variables of a playbook: without its approved plan, a run would do anything.

    Variables with other names may be meant for the declarations.
    """
    if prefix == Options.prefix:
        return
    known = [*(variable_of(name, prefix) for name in DESCRIBED), "undo_file"]
    for name in variables:
        near = difflib.get_close_matches(name, known, 1, _MISSPELT)
        if near and name not in (*known, *_OF_PLAYBOOKS):
            raise OptionsError(f"There is no variable {name}; did you mean {near[0]}?")


def _read(given: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The options in their types.

    :raises OptionsError: with a sentence for each value that is not allowed, naming its variable
    """
    described = dict(DESCRIBED)
    if isinstance(given.get("prune"), Mapping):
        described["prune"] = {"type": "dict"}
    variables = {variable_of(name, prefix): one for name, one in described.items()}
    values = {variable_of(name, prefix): given.get(name) for name in described}
    answers, problems = read_answers(values, variables)
    if problems:
        raise OptionsError(f"Nothing was changed. {' '.join(problems)}")
    return {name: answers[variable_of(name, prefix)] for name in described}


def variable_of(option: str, prefix: str) -> str:
    """The variable from which a role or a playbook passes on an option."""
    if option in _OF_PLAN:
        return f"plan_{option}"
    if option in _OF_ROLE:
        return f"{Options.prefix}{option}"
    if (prefix, option) == ("undo_", "directory"):
        return "undo_file"
    return option if prefix != Options.prefix and option in _WITHOUT_PREFIX else f"{prefix}{option}"


def _sources(given: Any, read: list[str], hosts: str, prefix: str) -> list[str]:
    """Folders and files. A text that is the name of one is not split at its commas.

    :param given: the option as it is
    :param read: the option as a list
    """
    if not read and not hosts:
        raise OptionsError(_MISSING.get(prefix, f"Set {prefix}directory, the folder with the declarations."))
    return [given] if isinstance(given, str) and given.strip() and Path(given).exists() else read


def _services(names: list[str], prefix: str) -> list[str]:
    for name in names:
        if name not in SERVICES:
            known = f"{', '.join(SERVICES)}{did_you_mean(name, SERVICES) or '.'}"
            raise OptionsError(f"{prefix}services names {name}, which is none of {known}")
    return names


def _prune(value: Any, prefix: str) -> dict[str, list[str]]:
    """The kinds to prune by service, from a dictionary or from a list such as C(alertra.devices)."""
    if isinstance(value, Mapping):
        return _prune_by_service(value, prefix)
    found: dict[str, list[str]] = {}
    wrong = []
    for one in value:
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


def _prune_by_service(value: Mapping[str, Any], prefix: str) -> dict[str, list[str]]:
    values = {f"{prefix}prune.{service}": kinds for service, kinds in value.items() if kinds is not None}
    answers, problems = read_answers(values, {name: {"type": "list"} for name in values})
    if problems:
        raise OptionsError(f"Nothing was changed. {' '.join(problems)}")
    return {name.rpartition(".")[2]: kinds for name, kinds in answers.items()}


def _by_service(value: Any, name: str) -> dict[str, dict[str, Any]]:
    if not all(isinstance(one, Mapping) for one in value.values() if one is not None):
        raise OptionsError(f"{name} must be a dictionary of services, each with a dictionary.")
    unknown = [str(one) for one in value if one not in SERVICES]
    if unknown:
        raise OptionsError(f"{name} names {', '.join(unknown)}, which is none of {', '.join(SERVICES)}.")
    return {str(service): dict(one) for service, one in value.items() if one is not None}


def _path(value: Any) -> Path | None:
    return Path(str(value)).expanduser().absolute() if value else None
