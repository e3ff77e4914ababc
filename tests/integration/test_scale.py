# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The customers of the AWX kit's project, each with accounts of its own, in slices as AWX makes them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import ansible_runner
import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from integration.harness import ROOT, writes
from sandbox.client import Sandbox

PROJECT = ROOT / "extensions" / "awx" / "project"
SLICES, FORKS = 2, 5
SECONDS = 600
VAULT_PASSWORD = "opens the customers' variables"
PINGHOME_SERVICE = "11111111-1111-4111-8111-111111111111"
WRONG = "customer17"


class _Encrypted(str):
    """What Ansible Vault has encrypted."""


class _Dumper(yaml.SafeDumper):
    """Writes that as Ansible reads it."""


_Dumper.add_representer(_Encrypted, lambda dumper, value: dumper.represent_scalar("!vault", str(value), style="|"))


class Customers:
    """Customers with an account each at Alertra, some with one at Pinghome too, and a project that declares them."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self._sandbox, self._folder = sandbox, folder
        self._project = folder / "project"
        shutil.copytree(PROJECT, self._project)
        self._vault = VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))])
        (folder / "vault-password").write_text(VAULT_PASSWORD, encoding="utf-8")
        self.names: list[str] = self._inventory()["customers"]["hosts"]
        self.with_pinghome = self.names[::10]
        for name in self.names:
            sandbox.add_account("alertra", key=f"key-of-{name}", name=name)
            self.connect(name, f"key-of-{name}")
            self._declare(name)
        for name in self.with_pinghome:
            sandbox.add_account("pinghome", token=f"token-of-{name}", name=name)

    def connect(self, name: str, key: str) -> None:
        """Write a customer's variables: how to reach its accounts, the secrets encrypted."""
        alertra = {"api_url": self._sandbox.services["alertra"], "api_key": self._secret(key)}
        connections: dict[str, Any] = {"alertra": alertra}
        if name in self.with_pinghome:
            connections["pinghome"] = {
                "api_url": self._sandbox.services["pinghome"],
                "api_token": self._secret(f"token-of-{name}"),
                "service_id": PINGHOME_SERVICE,
            }
        path = self._project / "inventory" / "host_vars" / f"{name}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.dump({"monitoring_config_connections": connections}, Dumper=_Dumper), encoding="utf-8")

    def _secret(self, value: str) -> _Encrypted:
        return _Encrypted(self._vault.encrypt(value.encode()).decode())

    def _inventory(self) -> dict[str, Any]:
        """What AWX takes over from the inventory source: secrets stay encrypted."""
        program = str(Path(sys.executable).with_name("ansible-inventory"))
        command = [program, "-i", "inventory/customers.yml", "--list", "--export"]
        done = subprocess.run(command, cwd=self._project, check=True, capture_output=True, text=True, timeout=120)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def devices(self, name: str) -> dict[str, str]:
        """The devices that a customer declares, with their addresses."""
        number = name.removeprefix("customer")
        return {f"{kind}-{number}": f"{kind.lower()}.{name}.example.com" for kind in ("WWW", "MAIL")}

    def _declare(self, name: str) -> None:
        devices = [{"short_name": device, "method": "PING", "url": url} for device, url in self.devices(name).items()]
        declared: dict[str, Any] = {"alertra": {"devices": devices}}
        if name in self.with_pinghome:
            declared["pinghome"] = {"heartbeats": [{"name": f"Backup of {name}", "interval": 86400, "enabled": True}]}
        folder = self._project / "customers" / name
        folder.mkdir(parents=True)
        (folder / "monitors.yml").write_text(yaml.safe_dump(declared), encoding="utf-8")

    def apply(self, *slices: int, limit: str | None = None) -> list[ansible_runner.Runner]:
        """Run apply.yml for some slices, all at the same time, and return the runs."""
        inventory = self._inventory()
        started = [self._start(number, inventory, limit) for number in slices]
        for thread, _runner in started:
            thread.join(SECONDS)
            assert not thread.is_alive()
        return [runner for _thread, runner in started]

    def _start(self, number: int, inventory: dict[str, Any], limit: str | None) -> Any:
        """Start the job of a slice. AWX distributes hosts round-robin, and gives each job its own inventory."""
        names = self.names[number::SLICES]
        hosts = {name: inventory["_meta"]["hostvars"][name] for name in names}
        mine = {"_meta": {"hostvars": hosts}, "customers": {**inventory["customers"], "hosts": names}}
        folder = self._folder / f"slice-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "inventory").mkdir(parents=True)
        (folder / "slice.json").write_text(json.dumps(mine), encoding="utf-8")
        script = folder / "inventory" / "hosts"
        script.write_text(f"#!/bin/sh\ncat '{folder / 'slice.json'}'\n", encoding="utf-8")
        script.chmod(0o755)
        return ansible_runner.run_async(
            private_data_dir=str(folder),
            project_dir=str(self._project),
            playbook="apply.yml",
            forks=FORKS,
            limit=limit,
            extravars={"monitoring_hosts": "customers"},
            cmdline=f"--vault-password-file {self._folder / 'vault-password'}",
            envvars={"ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"], "ANSIBLE_PIPELINING": "1"},
            quiet=True,
        )


def artifacts(run: ansible_runner.Runner) -> dict[str, Any]:
    """The job statistics, which AWX stores as the artifacts of the job."""
    (end,) = [event for event in run.events if event["event"] == "playbook_on_stats"]
    found: dict[str, Any] = end["event_data"]["artifact_data"]
    return found


@pytest.mark.timeout(2 * SECONDS)
def test_fifty_customers_in_two_slices(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each account gets what its customer declares, with that customer's credentials; a wrong key fails alone."""
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(ROOT / "build" / "collections"))
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "home"))
    customers = Customers(sandbox, tmp_path)
    assert len(customers.names) == 50
    customers.connect(WRONG, "not-the-key")

    runs = customers.apply(*range(SLICES))
    # The first play only looks whether there are customers.
    hosts = [run.stats["processed"].keys() - {"localhost"} for run in runs]
    assert [len(names) for names in hosts] == [25, 25]
    assert hosts[0] | hosts[1] == set(customers.names)
    assert [name for run in runs for name in run.stats["failures"]] == [WRONG]
    for name in customers.names:
        wanted = {} if name == WRONG else customers.devices(name)
        state = sandbox.state("alertra", f"key-of-{name}")
        assert {device["ShortName"]: device["URL"] for device in state["devices"]} == wanted
    for name in customers.with_pinghome:
        state = sandbox.state("pinghome", f"token-of-{name}")
        assert [one["name"] for one in state["heartbeats"]] == [f"Backup of {name}"]
    # What an account was asked to create is its own customer's, and only the wrong key was turned away.
    log = sandbox.requests()
    for request in [one for one in log if one["body"]]:
        assert request["account"].removeprefix("customer") in json.dumps(request["body"]), request
    asked = Counter(request["account"] for request in log if request["service"] == "alertra")
    assert set(asked) == {*customers.names, None} - {WRONG}
    assert asked[None] == 1

    # Each job publishes the outcome of each of its customers.
    for run, names in zip(runs, hosts, strict=True):
        results = artifacts(run)["monitoring_config_result"]
        assert results.keys() == names
        for name, result in results.items():
            assert result["alertra"]["failed"] is (name == WRONG)
            made = {change["name"] for change in result["alertra"]["changes"]}
            assert made == (set() if name == WRONG else customers.devices(name).keys())
            assert ("pinghome" in result) is (name in customers.with_pinghome)

    # AWX relaunches a job on the hosts that failed.
    sandbox.clear_requests()
    customers.connect(WRONG, f"key-of-{WRONG}")
    number = customers.names.index(WRONG) % SLICES
    (corrected,) = customers.apply(number, limit=WRONG)
    assert list(corrected.stats["ok"]) == list(corrected.stats["changed"]) == [WRONG]
    assert not corrected.stats["failures"]
    assert {request["account"] for request in sandbox.requests()} == {WRONG}
    state = sandbox.state("alertra", f"key-of-{WRONG}")
    assert {device["ShortName"]: device["URL"] for device in state["devices"]} == customers.devices(WRONG)
    assert artifacts(corrected)["monitoring_config_result"]["alertra"]["changed"]

    # The whole slice once more finds nothing to do.
    sandbox.clear_requests()
    (again,) = customers.apply(number)
    assert again.stats["ok"].keys() - {"localhost"} == hosts[number]
    assert not again.stats["changed"]
    assert not again.stats["failures"]
    assert {request["account"] for request in sandbox.requests("alertra")} == hosts[number]
    assert not writes(sandbox.requests())
