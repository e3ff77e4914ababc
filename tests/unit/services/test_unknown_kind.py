# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every service refuses a kind that it does not know, in each method that chooses by kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import (
    ApiError,
    Failure,
    MonitoringError,
)
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.module_utils._http.client import Client
from ansible_collections.declarative.monitoring.plugins.module_utils._services.alertra import Alertra
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _declarations
from unit.http.clients import OPTIONS

SERVICES = list(_declarations.SERVICES.values())
CALLS: dict[str, Callable[[Service, Kind], Any]] = {
    "list": lambda service, kind: service.list_objects(kind),
    "read": lambda service, kind: service.read(Record(kind, "1", {}), {"name"}),
    "create": lambda service, kind: service.create(kind, {"name": "new"}),
    "update": lambda service, kind: service.update(Record(kind, "1", {}), {"name": "new"}, ""),
    "delete": lambda service, kind: service.delete(Record(kind, "1", {}), {}),
}


def connect(service: type[Service]) -> Service:
    """A service that sends nothing in these tests."""
    credentials = {item.name: "secret" if item.required else item.default for item in service.credentials}
    return service({**OPTIONS, **credentials, "api_url": "https://api.example.com"}, 1)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_forgotten_kind_is_an_error(service: type[Service], call: str) -> None:
    model = next(iter(service.kinds.values()))
    gadget = dataclasses.replace(model, name="gadget", plural="gadgets", id_option="gadget_id")
    with mock.patch.object(Client, "request") as request, pytest.raises(MonitoringError, match="gadget is missing"):
        CALLS[call](connect(service), gadget)
    assert request.call_count == 0


@pytest.mark.parametrize("call", ["create", "delete"])
def test_maintenance_never_creates_or_deletes_a_device(call: str) -> None:
    with (
        mock.patch.object(Client, "request") as request,
        pytest.raises(MonitoringError, match="maintenance is missing"),
    ):
        CALLS[call](connect(Alertra), Alertra.kinds["maintenance"])
    assert request.call_count == 0


def known() -> Iterator[tuple[type[Service], Kind, str]]:
    """Each call that the engine may make for a kind. One that cannot be created is not deleted either."""
    for service in SERVICES:
        for kind in service.kinds.values():
            for call in CALLS:
                if kind.creatable or call not in ("create", "delete"):
                    yield service, kind, call


@pytest.mark.parametrize(("service", "kind", "call"), list(known()), ids=lambda one: getattr(one, "name", one))
def test_no_table_lacks_a_kind(service: type[Service], kind: Kind, call: str) -> None:
    """These calls fail, as the server refuses everything and the objects are empty; but each kind is known."""
    problem = ""
    refused = ApiError("refused", Failure("Example", "GET", "/", 404, None, "refused", 1))
    with mock.patch.object(Client, "request", side_effect=refused):
        try:
            CALLS[call](connect(service), kind)
        except Exception as exc:
            problem = str(exc)
    assert "is missing in a table" not in problem
