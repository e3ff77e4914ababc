# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects that a probe creates and deletes again, and how they are recognised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.kind import Kind
from .._core.objects import Desired, Record
from .._core.service import Service
from .._core.texts import folded_name

DEFAULT_PREFIX = "zzprobe"
ADDRESS = "https://example.com/zzprobe"
"""What scratch monitors check. The domain is reserved for examples, and answers."""

_SHORTEST_CUT = 29
"""The least letters of a name that was cut by which a scratch object is recognised."""


@dataclass(frozen=True, eq=False)
class Scratch:
    """An object that a probe creates.

    :param kind: its kind
    :param option: the option with its name
    :param name: its name; C({prefix}) stands for the option C(prefix) of the module
    :param marks: further options that it has, by which it is recognised
    :param inside: the scratch object that contains it; None if it is listed with all others
    """

    kind: Kind
    option: str
    name: str
    marks: Mapping[str, Any] = field(default_factory=dict)
    inside: Scratch | None = None

    def full_name(self, prefix: str) -> str:
        """The name with the prefix."""
        return self.name.replace("{prefix}", prefix)

    def is_made(self, record: Record, prefix: str) -> bool:
        """Whether the probe has made an object: its name is exactly that of this one, as a server may have stored it.

        Marks that the service shows must fit, too.
        """
        fields = self.kind.by_name
        shown = {name: value for name, value in self.marks.items() if record.values.get(name) is not None}
        fits = all(fields[name].same(record.values[name], value) for name, value in shown.items())
        return fits and self.is_named(record, prefix)

    def is_named(self, record: Record, prefix: str) -> bool:
        """Whether an object has the name of this one, as a server may have stored it."""
        return _is_stored_name(record.values.get(self.option), self.full_name(prefix))

    def containers(self, service: Service, prefix: str) -> list[Record]:
        """The scratch objects that contain such objects."""
        return [] if self.inside is None else self.inside.find(service, prefix)

    def find(self, service: Service, prefix: str) -> list[Record]:
        """All objects of the account that the probe has made as this one.

        :raises MonitoringError: if they cannot be listed
        """
        return [record for record in self.neighbours(service, prefix) if self.is_made(record, prefix)]

    def neighbours(self, service: Service, prefix: str) -> Sequence[Record]:
        """The objects among which it is listed.

        :raises MonitoringError: if they cannot be listed
        """
        service.forget()
        if self.inside is None:
            return service.list_objects(self.kind)
        containers = self.containers(service, prefix)
        if not containers:
            return []
        desired = [Desired(self.kind, {self.inside.kind.name: record.id}) for record in containers]
        return service.list_objects(self.kind, desired, whole=False)


def _is_stored_name(stored: Any, name: str) -> bool:
    if not isinstance(stored, str):
        return False
    folded, wanted = folded_name(stored), folded_name(name)
    return folded == wanted or (len(folded) >= _SHORTEST_CUT and wanted.startswith(folded))
