# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which services and which single monitors a listing must read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..._core.errors import InputError
from ..._core.kind import Kind
from ..._core.objects import Desired
from .kinds import UUID


@dataclass(frozen=True)
class Scope:
    """What a listing must read.

    :param services: the ids of the services whose monitors are all listed
    :param ids: the ids of monitors that are read one by one if no listing shows them
    """

    services: tuple[str, ...]
    ids: frozenset[str]


def scope_of(kind: Kind, desired: Sequence[Desired], own: str | None, *, whole: bool) -> Scope:
    """What must be read to find the declared monitors of a kind.

    :param desired: the declared objects of all kinds
    :param own: the service that the task manages
    :param whole: all monitors of the managed services are needed
    :raises InputError: if a service is needed and none is set
    """
    declared = [_declared_id(kind, one) for one in desired]
    ids = frozenset(ident for ident in declared if ident is not None)
    services = [_service_of(one, own) for one in desired if _is_found_by_name(kind, one)]
    # One listing is cheaper than several requests for single monitors.
    if whole or (own and len(ids) > 1):
        services += _managed_services(desired, own)
    return Scope(tuple(map(_require_service, dict.fromkeys(services))), ids)


def _declared_id(kind: Kind, one: Desired) -> str | None:
    """The id of the monitor that a declaration is about, or refers to. None if it uses a name."""
    if one.kind is kind:
        return one.id
    target = _reference(kind, one)
    return target if UUID.fullmatch(target) else None


def _is_found_by_name(kind: Kind, one: Desired) -> bool:
    """Whether a declaration is about a monitor of the kind, or refers to one, and does not say its id."""
    concerns = one.kind is kind or bool(_reference(kind, one))
    return concerns and _declared_id(kind, one) is None


def _reference(kind: Kind, one: Desired) -> str:
    """The name or id of a monitor of the kind, as another object refers to it. Empty if it refers to none."""
    if kind.name not in one.kind.by_name:
        return ""
    return str(one.values.get(kind.name))


def _service_of(one: Desired, own: str | None) -> str | None:
    return one.values.get("service_id") or own


def _managed_services(desired: Sequence[Desired], own: str | None) -> list[str | None]:
    """The service that the task manages. Without one, the services that the declarations name."""
    if own:
        return [own]
    return [one.values["service_id"] for one in desired if one.values.get("service_id")] or [None]


def _require_service(service_id: str | None) -> str:
    if service_id is None:
        raise InputError("service_id is missing: set the option or the environment variable PINGHOME_SERVICE_ID")
    return str(service_id)
