# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another run on the same machine writes after a run has read the account: the run reads again what it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.report import Report
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired
from ansible_collections.declarative.monitoring.plugins.module_utils._core.reconcile import reconcile
from ansible_collections.declarative.monitoring.plugins.module_utils._core.service import Service
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from unit.core.fake import want
from unit.services.account import Account, State

SERVICE = "11111111-1111-4111-8111-111111111111"
# Each service has something that it reads once in a run. Of each there are two objects.
STATES: Mapping[str, State] = {
    "alertra": {
        "tags": [{"Name": "web"}, {"Name": "new"}],
        "devices": [
            {"ShortName": name, "Method": "HTTP", "URL": "http://www.example.com", "Tags": ["web"]} for name in "AB"
        ],
    },
    "pinghome": {
        "resources": [
            {
                "name": name,
                "url": "https://www.example.com",
                "integrations": [{"integration": "i1", "name": "Chat", "type": "slack", "status": "active"}],
            }
            for name in "AB"
        ]
    },
    "pingplotter": {"agents": [{"Name": name, "Sessions": [{"Status": "Active"}]} for name in "AB"]},
    "portmonitor": {
        "groups": [{"id": 1, "name": "Web"}],
        "targets": [{"name": name, "group": "Web", "host": "a.example.com"} for name in "AB"],
    },
    "simplehelp": {"machines": [{"machineID": name, "name": name, "groups": ["Lund"]} for name in "AB"]},
}
# By service: a kind, and for the name of an object what a run declares of it.
DECLARED: Mapping[str, tuple[str, Any]] = {
    "alertra": ("device", lambda name: {"short_name": name, "tags": ["new"]}),
    "pinghome": (
        "integration",
        lambda name: {"resource": name, "service_id": SERVICE, "integration": "i1", "name": "Talk"},
    ),
    "pingplotter": ("agent", lambda name: {"name": name, "sessions": "paused"}),
    "portmonitor": ("target", lambda name: {"group": "Web", "name": name, "host": "b.example.com"}),
    "simplehelp": ("machine", lambda name: {"machine_id": name, "notes": "Main", "properties": {"License": "1"}}),
}


def client(account: Account) -> Service:
    """A client of a run that shares the account with others."""
    service = account.service()
    service.account = "an-account"
    return service


def changed(service: Service, *desired: Desired) -> list[str]:
    """The names of the objects that a run changes."""
    report = Report(reconcile(service, desired, check=False, concurrency=1))
    assert report.failures() == []
    return [one["name"] for one in report.changes()]


@pytest.mark.parametrize("service_name", list(SERVICES))
def test_what_another_run_has_done_meanwhile_is_not_done_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service_name: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    account = Account(monkeypatch, service_name, STATES[service_name])
    kind, options = DECLARED[service_name]
    first, second = (want(SERVICES[service_name].kinds[kind], **options(name)) for name in "AB")
    service, others = client(account), [first]
    validate_plan = service.validate_plan

    def validate(steps: Sequence[Any], records: Any) -> Any:
        """Let another run write while this one makes its plan."""
        if others:
            assert len(changed(client(account), others.pop())) == 1
        return validate_plan(steps, records)

    monkeypatch.setattr(service, "validate_plan", validate)
    assert len(changed(service, first, second)) == 1
    assert changed(client(account), first, second) == []
