# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A kind or a subresource of SimpleHelp that is missing in a table is an error, and not taken for another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import MonitoringError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.service import SimpleHelp

OPTIONS: Mapping[str, Any] = {
    "api_url": "https://simplehelp.invalid",
    "api_token": "t0ken",
    "api_timeout": 5.0,
    "api_retries": 0,
    "api_max_wait": 0.0,
    "validate_certs": True,
    "ca_path": None,
    "api_allow_http": False,
}
NEW = Kind("new", "news", "new_id", ("name",), ("id",), (Field("name", "name"),))


@pytest.fixture
def service() -> SimpleHelp:
    """A server that gets no request."""
    return SimpleHelp(OPTIONS, 1)


def test_a_kind_that_nobody_added_is_not_treated_as_another_one(service: SimpleHelp) -> None:
    record = Record(NEW, "1", {})
    calls: list[Callable[[], object]] = [
        lambda: service.list_objects(NEW),
        lambda: service.read(record, {"name"}),
        lambda: service.create(NEW, {"name": "a"}),
        lambda: service.update(record, {"name": "a"}, ""),
        lambda: service.delete(record, {}),
        lambda: service.filter_objects(NEW, [record], {}),
        lambda: service.fetch_include(record, "name", {}),
    ]
    for call in calls:
        with pytest.raises(MonitoringError, match=r"^new is missing in a table of "):
            call()


@pytest.mark.parametrize(
    "kind", [kind for kind in SimpleHelp.kinds.values() if not kind.creatable], ids=lambda kind: kind.name
)
def test_what_registers_itself_is_neither_created_nor_deleted(service: SimpleHelp, kind: Kind) -> None:
    with pytest.raises(MonitoringError, match=f"^{kind.name} is missing in a table of technician, group;"):
        service.create(kind, {})
    with pytest.raises(MonitoringError, match=f"^{kind.name} is missing in a table of technician, group;"):
        service.delete(Record(kind, "1", {}), {})


def test_a_subresource_that_nobody_added_is_not_treated_as_another_one(service: SimpleHelp) -> None:
    machine = Record(SimpleHelp.kinds["machine"], "SG_1", {})
    with pytest.raises(KeyError):
        service.update(machine, {"name": "a"}, "new")
    with pytest.raises(KeyError):
        service.fetch_include(machine, "new", {})
