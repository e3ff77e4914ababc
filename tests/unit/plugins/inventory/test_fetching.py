# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory plugins read of a service, and how they end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible import context
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.module_utils.common.collections import ImmutableDict
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader
from ansible.utils.vars import load_extra_vars

from unit.plugins.finder import collections
from unit.services.account import Account

PORTMONITOR: Mapping[str, Any] = {
    "groups": [{"id": 1, "name": "Web"}],
    "targets": [{"name": "Shop", "group": "Web", "host": "shop.example.com"}],
}
HELD: Mapping[str, Any] = {"notes": "n", "warnings": "w", "properties": {"License": "A"}}
MACHINES: Mapping[str, Any] = {
    "machines": [
        {
            "machineID": f"SG_{index}",
            "name": f"host{index}",
            "notes": "n",
            "warnings": "w",
            "properties": {"License": "A"},
        }
        for index in range(2)
    ]
}
# What an inventory of SimpleHelp reads besides the listing, by the choice of C(include).
MACHINE_READS = {"notes": ["POST /machines/notes/get"], "properties": ["POST /machines/properties/get"]}


def read(
    account: Account,
    service: str,
    folder: Path,
    *,
    inventory: InventoryData | None = None,
    use_cache: bool = False,
    **options: Any,
) -> tuple[InventoryData, list[str]]:
    """The inventory of an account, and the warnings of the plugin.

    :param inventory: what other sources have made so far
    """
    source = folder / f"{service}.yml"
    plugin = f"declarative.monitoring.{service}"
    given = {**account.options, **options}
    content = {"plugin": plugin, **{name: value for name, value in given.items() if value is not None}}
    source.write_text(json.dumps(content), encoding="utf-8")
    inventory, warnings = inventory or InventoryData(), list[str]()
    with collections():
        found = inventory_loader.get(plugin)
        found.display = _Display(warnings)
        account.forget_requests()
        found.parse(inventory, DataLoader(), str(source), cache=use_cache)
        if options.get("cache"):
            # As Ansible does after each source.
            found.update_cache_if_changed()
    return inventory, warnings


class _Display:
    """Keeps the warnings of a plugin."""

    def __init__(self, warnings: list[str]) -> None:
        self._warnings = warnings

    def warning(self, text: str, **_options: Any) -> None:
        """Keep a warning."""
        self._warnings.append(text)

    def __getattr__(self, name: str) -> Any:
        return lambda *_arguments, **_options: None


@pytest.mark.parametrize("log_out", [True, False])
def test_an_inventory_logs_out_if_the_user_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, log_out: bool
) -> None:
    account = Account(monkeypatch, "portmonitor", PORTMONITOR)
    inventory, _warnings = read(account, "portmonitor", tmp_path, log_out=log_out)
    assert list(inventory.hosts) == ["Shop"]
    assert ("DELETE /users/logout" in account.requests) is log_out
    assert account.state()["login_tokens"] == (0 if log_out else 1)


def test_an_inventory_that_fails_logs_out_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    account = Account(monkeypatch, "portmonitor", PORTMONITOR)
    account.refuse("GET /groups", status=403)
    with pytest.raises(AnsibleParserError, match=r"^Port Monitor: GET /groups: refused: No\. \(HTTP 403\)$"):
        read(account, "portmonitor", tmp_path, log_out=True)
    assert account.requests[-1] == "DELETE /users/logout"


def test_an_inventory_without_a_service_of_pinghome_is_refused_and_not_empty(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account = Account(monkeypatch, "pinghome", {})
    with pytest.raises(AnsibleParserError, match=r"^Pinghome: service_id is missing: set the option or "):
        read(account, "pinghome", tmp_path, service_id=None)
    assert account.requests == []


@pytest.mark.parametrize("include", [[], ["notes"], ["properties"], ["notes", "properties"]])
def test_an_inventory_reads_of_machines_what_the_user_includes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, include: list[str]
) -> None:
    account = Account(monkeypatch, "simplehelp", MACHINES)
    inventory, _warnings = read(account, "simplehelp", tmp_path, include=include)
    token = "/api/v1/sandbox-token"
    expected = [path for name in include for path in MACHINE_READS[name]]
    assert [one.replace(token, "") for one in account.requests] == ["GET /machines/list", *expected]
    variables = inventory.hosts["host1"].get_vars()
    shown = {name: variables.get(f"simplehelp_{name}") for name in ("notes", "warnings", "properties")}
    notes = {"notes": "n", "warnings": "w"} if "notes" in include else {"notes": None, "warnings": None}
    assert shown == {**notes, "properties": {"License": "A"} if "properties" in include else None}


def test_a_machine_that_cannot_be_read_is_no_host_without_its_notes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account = Account(monkeypatch, "simplehelp", MACHINES)
    account.refuse("POST /api/v1/sandbox-token/machines/notes/get", status=403)
    with pytest.raises(AnsibleParserError, match=r"^SimpleHelp: POST /machines/notes/get: refused: No\. "):
        read(account, "simplehelp", tmp_path, include=["notes"])


def test_an_inventory_passes_on_the_warnings_of_its_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    devices = [{"ShortName": f"D{index}", "Method": "PING", "URL": "x.example.com"} for index in range(30)]
    account = Account(monkeypatch, "alertra", {"devices": devices})
    account.repeat_pages()
    inventory, warnings = read(account, "alertra", tmp_path)
    assert len(inventory.hosts) == 30
    assert [one for one in warnings if one.startswith("The list of devices may be incomplete: ")]


def test_a_secret_in_the_name_of_an_object_is_masked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    state = {"machines": [{"machineID": "SG_1", "name": "front", "hostname": "sandbox-token"}]}
    account = Account(monkeypatch, "simplehelp", state)
    inventory, _warnings = read(account, "simplehelp", tmp_path)
    assert "sandbox-token" not in str(inventory.hosts["front"].get_vars())


def test_a_cached_inventory_is_read_once_for_each_selection_and_each_account(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account = Account(monkeypatch, "simplehelp", MACHINES)
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}

    def requests(*, use_cache: bool = True, **options: Any) -> int:
        inventory, _warnings = read(account, "simplehelp", tmp_path, use_cache=use_cache, **{**cache, **options})
        assert list(inventory.hosts) == ["host0", "host1"]
        assert inventory.hosts["host1"].get_vars()["simplehelp_machine_id"] == "SG_1"
        return len(account.requests)

    assert [requests(), requests()] == [1, 0]
    assert [requests(include=["notes"]), requests(include=["notes"]), requests()] == [2, 0, 0]
    # Without the cache, the service is asked and the answer is kept.
    assert [requests(use_cache=False), requests()] == [1, 0]
    assert requests(cache=False) == 1
    account.set_options(api_url="https://other.example.com")
    assert [requests(), requests()] == [1, 0]
    kept = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir())
    assert "host1" in kept
    assert "sandbox-token" not in kept


def test_the_token_of_another_user_has_a_cache_of_its_own_and_a_password_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    account = Account(monkeypatch, "portmonitor", PORTMONITOR)
    read(account, "portmonitor", tmp_path, use_cache=True, **cache)
    assert account.requests
    read(account, "portmonitor", tmp_path, use_cache=True, **cache, login_password="another")
    assert account.requests == []
    with pytest.raises(AnsibleParserError):
        read(account, "portmonitor", tmp_path, use_cache=True, **cache, login_email="another@example.com")


def test_an_option_may_be_a_template_with_the_variables_of_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(load_extra_vars, "extra_vars", {}, raising=False)
    monkeypatch.setattr(context, "CLIARGS", ImmutableDict(extra_vars=('{"wanted": "host1"}',)))
    account = Account(monkeypatch, "simplehelp", MACHINES)
    inventory, _warnings = read(account, "simplehelp", tmp_path, filters={"name": "{{ wanted }}"})
    assert list(inventory.hosts) == ["host1"]


SERVICES_OF_PINGHOME = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def test_the_monitors_of_several_services_of_pinghome_are_hosts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one, two = SERVICES_OF_PINGHOME
    beats = [{"name": f"of {number}", "service_id": ident} for number, ident in enumerate(SERVICES_OF_PINGHOME)]
    account = Account(monkeypatch, "pinghome", {"services": [one, two], "heartbeats": beats})
    for chosen, hosts in (([], ["of_0"]), ([two], ["of_1"]), ([one, two], ["of_0", "of_1"])):
        inventory, _warnings = read(account, "pinghome", tmp_path, service_ids=chosen, kinds=["heartbeat"])
        assert list(inventory.hosts) == hosts
