# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What declaration files say of a service besides its objects: the defaults of its kinds, and what is pruned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..module_utils._ansible.prune_only import prune_only_problems
from ..module_utils._core.nearest import did_you_mean
from ._declarations import (
    SERVICES,
    SETTINGS,
    DeclarationError,
    Document,
    IsOpen,
    config_kinds,
    items_of,
    merge,
    resolve,
    unknown_options,
)
from ._outcome import Places


@dataclass
class Declared:
    """What files declare.

    :ivar objects: the objects, by service and kind, with the defaults of their kinds
    :ivar places: the locations of the objects
    :ivar prune: the kinds to prune, by service
    :ivar prune_only: the patterns for pruning, by service and kind
    """

    objects: dict[str, Any] = field(default_factory=dict)
    places: Places = field(default_factory=dict)
    prune: dict[str, list[str]] = field(default_factory=dict)
    prune_only: dict[str, dict[str, Any]] = field(default_factory=dict)


def read_declared(
    documents: Sequence[Document],
    template: Callable[[Any], Any],
    *,
    services: Sequence[str] = (),
    is_open: IsOpen = lambda value: False,
) -> Declared:
    """What several files declare.

    The defaults of a kind apply to the items of all files. If the file of an item has a default of its own, it wins.

    :param template: resolves the templates in a value
    :param services: the services to read; all, if there are none
    :param is_open: values for which this is true are not validated
    :raises DeclarationError: with a sentence for each error
    """
    settings = _Settings(template, services, is_open)
    for document in documents:
        settings.add(document)
    problems: list[str] = []
    try:
        objects, places = merge(documents, template, settings.defaults, services=services, is_open=is_open)
    except DeclarationError as exc:
        problems += exc.problems
    problems += dict.fromkeys(settings.problems)
    if problems:
        raise DeclarationError(*problems)
    return Declared(objects, places, settings.prune, settings.prune_only)


class _Default(NamedTuple):
    """The default of one option in one file."""

    document: Document
    where: str
    value: Any


class _Settings:
    """Collects the settings of several files."""

    def __init__(self, template: Callable[[Any], Any], services: Sequence[str], is_open: IsOpen) -> None:
        self.problems: list[str] = []
        self.prune: dict[str, list[str]] = {}
        self.prune_only: dict[str, dict[str, Any]] = {}
        self._template, self._is_open = template, is_open
        self._services = services or list(SERVICES)
        self._defaults: dict[tuple[str, str], dict[str, list[_Default]]] = {}
        self._first: dict[tuple[str, str], str] = {}

    def add(self, document: Document) -> None:
        """Add a file. What is wrong with its services and kinds is said when its objects are read."""
        for service, section in (document.data if isinstance(document.data, Mapping) else {}).items():
            if service in self._services and service in SERVICES and isinstance(section, Mapping):
                for name in SETTINGS:
                    if section.get(name) is not None:
                        self._add_setting(document, str(service), name, section[name])

    def _add_setting(self, document: Document, service: str, name: str, value: Any) -> None:
        try:
            value = resolve(self._template, document, (service, name), value)
            if isinstance(value, (list, Mapping)) or not self._is_open(value):
                {"defaults": self._add_defaults, "prune": self._add_prune, "prune_only": self._add_prune_only}[name](
                    document, service, value
                )
        except DeclarationError as exc:
            self.problems += exc.problems

    # -- pruning ---------------------------------------------------------------------------------------------------

    def _add_prune(self, document: Document, service: str, value: Any) -> None:
        where = document.describe(service, "prune")
        kinds = [kind.config_key for kind in config_kinds(service).values() if kind.creatable]
        if not isinstance(value, list):
            raise DeclarationError(f"{where}: must be a list of kinds, of {', '.join(kinds)}")
        unknown = [str(one) for one in value if one not in kinds]
        if unknown:
            raise DeclarationError(f"{where}: cannot prune {', '.join(unknown)}; there are {', '.join(kinds)}")
        listed = self.prune.setdefault(service, [])
        listed += [str(one) for one in value if one not in listed]

    def _add_prune_only(self, document: Document, service: str, value: Any) -> None:
        for kind, patterns in items_of(document, value, "kinds", service, "prune_only"):
            where = document.describe(service, "prune_only", kind)
            self.problems += [f"{where}: {reason}" for reason in self._wrong_patterns(service, kind, patterns)]
            first = self._first.setdefault((service, kind), where)
            if self.prune_only.setdefault(service, {}).setdefault(kind, patterns) != patterns:
                self.problems.append(f"prune_only of {kind} is set twice: {first} and {where}")

    def _wrong_patterns(self, service: str, kind: str, patterns: Any) -> Iterator[str]:
        """The reasons to refuse the patterns for a kind. Whether a variable names it in C(prune) is not known yet."""
        if isinstance(patterns, Mapping):
            patterns = {name: "*" if self._is_open(one) else one for name, one in patterns.items()}
        elif self._is_open(patterns):
            return
        for problem in prune_only_problems(SERVICES[service], {"prune": [kind], "prune_only": {kind: patterns}}):
            yield problem.reason.removeprefix("prune_only ").removeprefix(f"{kind} ")

    # -- defaults --------------------------------------------------------------------------------------------------

    def _add_defaults(self, document: Document, service: str, value: Any) -> None:
        kinds = config_kinds(service)
        for option, values in items_of(document, value, "kinds", service, "defaults"):
            where = document.describe(service, "defaults", option)
            if option not in kinds:
                names = f"{', '.join(kinds)}{did_you_mean(option, kinds)}"
                self.problems.append(f"{where}: there is no such kind; there are {names}")
                continue
            given = dict(items_of(document, values, "options", service, "defaults", option))
            own = (kinds[option].name_option, kinds[option].id_option, "state", "renamed_from")
            self.problems += [f"{where}: {name} cannot have a default" for name in given if name in own]
            self.problems += unknown_options(kinds[option], given, where)
            known = self._defaults.setdefault((service, option), {})
            for name, one in given.items():
                place = document.describe(service, "defaults", option, name)
                known.setdefault(name, []).append(_Default(document, place, one))

    def defaults(self, document: Document, service: str, option: str) -> dict[str, Any]:
        """The options that an item of a kind in a file has if it does not set them."""
        found = self._defaults.get((service, option), {})
        return {name: self._default(document, name, given) for name, given in found.items()}

    def _default(self, document: Document, name: str, given: Sequence[_Default]) -> Any:
        own = [one for one in given if one.document is document]
        first, *others = own or given
        self.problems += self._conflicts(document, name, first, others)
        return first.value

    @staticmethod
    def _conflicts(document: Document, name: str, first: _Default, others: Sequence[_Default]) -> Iterator[str]:
        for other in others:
            if other.value != first.value:
                yield (
                    f"{document.name} has no default for {name}, and other files have different ones: {first.where} "
                    f"and {other.where}"
                )
