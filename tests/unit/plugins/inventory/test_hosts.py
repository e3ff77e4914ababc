# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts, groups and variables that the inventory plugins make of an account."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData

from unit.plugins.inventory.test_fetching import read
from unit.services.account import Account
from unit.services.test_lookups import STATES

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
WEB = "aaaaaaaa-0000-4000-8000-000000000001"
OF_SERVICE = f"pinghome_service_{ONE.replace('-', '_')}"
GROUPS: Mapping[str, Mapping[str, set[str]]] = {
    "alertra": {"alertra": {"MAINT"}, "alertra_web": {"UP", "DOWN"}, "alertra_db": {"DOWN"}},
    "pinghome": {
        "pinghome": set(),
        "pinghome_resources": {"mail", f"web-resource-{WEB}"},
        "pinghome_server_resources": {"db", "web-server_resource-srv"},
        "pinghome_heartbeats": {"backup", "sync"},
        OF_SERVICE: {"mail", f"web-resource-{WEB}", "db", "web-server_resource-srv", "backup", "sync"},
    },
    "pingplotter": {"pingplotter": {"laptop", "desk", "mixed"}},
    "portmonitor": {"portmonitor": set(), "portmonitor_Web": {"site"}, "portmonitor_Mail": {"smtp", "ping"}},
    "simplehelp": {"simplehelp": set(), "simplehelp_Lund": {"db"}, "simplehelp_Lund_Lab": {"web"}},
}
VARIABLES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "alertra": ("DOWN", {"short_name": "DOWN", "status": "Down", "tags": ["db", "web"], "frequency": 5}),
    "pinghome": ("backup", {"name": "backup", "interval": 300, "methods": ["GET"], "enabled": True, "service_id": ONE}),
    "pingplotter": ("laptop", {"unique_id": "a1", "is_online": True, "custom_fields": {"Site": "Lund"}}),
    "portmonitor": ("smtp", {"target_id": "4", "group": "Mail", "type": "custom_port", "port_number": 25}),
    "simplehelp": ("db", {"machine_id": "SG_1", "groups": ["Lund"], "monitor": True, "os": "Linux"}),
}


def account_of(monkeypatch: pytest.MonkeyPatch, service: str) -> Account:
    """An account with known ids."""
    state = dict(STATES[service])
    if service == "pinghome":
        web, *others = state["resources"]
        state["resources"] = [{**web, "id": WEB, "headers": {"X-Key": "secret"}}, *others]
        db, other = state["server_resources"]
        state["server_resources"] = [db, {**other, "id": TWO}]
    return Account(monkeypatch, service, state)


def groups(inventory: InventoryData) -> dict[str, set[str]]:
    """The hosts that are in each group itself, besides those of Ansible."""
    return {
        name: {host.name.replace(TWO, "srv") for host in group.hosts}
        for name, group in inventory.groups.items()
        if name not in ("all", "ungrouped")
    }


@pytest.mark.parametrize("service", GROUPS)
def test_each_object_is_a_host_in_the_groups_of_its_service(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: str
) -> None:
    inventory, warnings = read(account_of(monkeypatch, service), service, tmp_path)
    assert groups(inventory) == GROUPS[service]
    assert warnings == []
    name, variables = VARIABLES[service]
    found = inventory.hosts[name].vars
    assert {key: found.get(f"{service}_{key}") for key in variables} == variables
    assert all(key.startswith((f"{service}_", "inventory_")) for key in found)
    # Each group is inside of that of the service.
    assert all(
        inventory.groups[service] in group.get_ancestors()
        for name, group in inventory.groups.items()
        if name.startswith(f"{service}_")
    )


def test_no_secret_becomes_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    inventory, _warnings = read(account_of(monkeypatch, "pinghome"), "pinghome", tmp_path)
    variables = inventory.hosts[f"web-resource-{WEB}"].vars
    assert variables["pinghome_url"] == "https://www.example.com"
    assert "pinghome_headers" not in variables


@pytest.mark.parametrize(
    ("service", "options", "hosts"),
    [
        ("alertra", {"filters": {"tag": "db"}}, {"DOWN"}),
        ("alertra", {"filters": {"status": "ok"}}, {"UP"}),
        ("pinghome", {"kinds": ["heartbeat"]}, {"backup", "sync"}),
        ("pinghome", {"kinds": ["resource", "heartbeat"]}, {"web", "mail", "backup", "sync"}),
        ("portmonitor", {"filters": {"group": "Mail", "type": "ping"}}, {"ping"}),
        ("simplehelp", {"filters": {"groups": ["Lund"]}}, {"db"}),
        ("simplehelp", {"hostname": "simplehelp_machine_id | lower"}, {"sg_1", "sg_2"}),
        ("simplehelp", {"hostname": "simplehelp_gone"}, {"db", "web"}),
        ("simplehelp", {"hostname": "''"}, {"db", "web"}),
    ],
)
def test_a_user_chooses_the_hosts_and_their_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: str, options: dict[str, Any], hosts: set[str]
) -> None:
    inventory, _warnings = read(account_of(monkeypatch, service), service, tmp_path, **options)
    assert set(inventory.hosts) == hosts


def test_a_user_composes_variables_and_groups(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    inventory, _warnings = read(
        account_of(monkeypatch, "simplehelp"),
        "simplehelp",
        tmp_path,
        compose={"ansible_host": "simplehelp_hostname ~ '.example.com'"},
        groups={"lab": "'Lab' in simplehelp_groups"},
        keyed_groups=[{"key": "simplehelp_protocol", "prefix": "by"}],
    )
    assert {name: host.vars["ansible_host"] for name, host in inventory.hosts.items()} == {
        "db": "db.example.com",
        "web": "web.example.com",
    }
    found = groups(inventory)
    assert (found["lab"], found["by_UDP"]) == ({"web"}, {"db", "web"})


@pytest.mark.parametrize(
    ("service", "options", "message"),
    [
        ("alertra", {"filters": {"stat": "ok"}}, "has no filter stat; did you mean status"),
        ("alertra", {"filters": {"status": "odd"}}, "filter status"),
        ("alertra", {"filter": {"status": "ok"}}, "has no option filter; did you mean filters"),
        ("alertra", {"api_key": "{{ 1 +"}, "api_key is not a valid template"),
        ("alertra", {"api_key": "{{ gone }}"}, "api_key cannot be evaluated"),
        ("simplehelp", {"hostname": "simplehelp_gone", "strict": True}, "Could not make a hostname for db"),
    ],
)
def test_a_wrong_option_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, service: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(AnsibleParserError) as caught:
        read(account_of(monkeypatch, service), service, tmp_path, **options)
    assert message in str(caught.value)


def test_a_request_that_fails_is_named_with_the_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    account = account_of(monkeypatch, "alertra")
    account.refuse("GET /devices", status=403)
    with pytest.raises(AnsibleParserError, match="Alertra: GET /devices: "):
        read(account, "alertra", tmp_path)


def machines(monkeypatch: pytest.MonkeyPatch, *paths: list[str]) -> Account:
    """An account with a machine in each of these groups."""
    rows = [{"machineID": f"SG_{index}", "name": f"m{index}", "groups": path} for index, path in enumerate(paths)]
    return Account(monkeypatch, "simplehelp", {"machines": rows})


def test_groups_that_get_the_same_name_are_one_group_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    inventory, warnings = read(machines(monkeypatch, ["a b"], ["a-b"], ["a b"]), "simplehelp", tmp_path)
    assert groups(inventory)["simplehelp_a_b"] == {"m0", "m1", "m2"}
    (warning,) = warnings
    assert "a b and a-b are both called simplehelp_a_b here" in warning


def named(monkeypatch: pytest.MonkeyPatch, *names: str) -> Account:
    """An account with machines of these names."""
    rows = [{"machineID": f"SG_{index}", "name": name} for index, name in enumerate(names)]
    return Account(monkeypatch, "simplehelp", {"machines": rows})


@pytest.mark.parametrize(
    ("name", "safe", "plain"),
    [
        ("web 1", "web_1", "web 1"),
        ("a, b: c*", "a_b_c", "a, b: c*"),
        ("-x{{ 7 }}", "x_7", "x__ 7 __"),
        ("X-1", "X-1", "X-1"),
        ("\u00fc\u0301b", "\u00fc\u0301b", "\u00fc\u0301b"),
        ("a\x1bb", "a_b", "a_b"),
    ],
)
def test_a_name_becomes_one_that_has_no_meaning_in_ansible(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, safe: str, plain: str
) -> None:
    account = named(monkeypatch, name)
    assert set(read(account, "simplehelp", tmp_path)[0].hosts) == {safe}
    assert set(read(account, "simplehelp", tmp_path, sanitize_hostnames=False)[0].hosts) == {plain}


def test_a_group_is_not_called_like_a_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A play for the host would then be one for the group."""
    inventory, _warnings = read(
        named(monkeypatch, "web", "db"), "simplehelp", tmp_path, groups={"web": "true", "localhost": "true"}
    )
    assert groups(inventory)["simplehelp_web"] == groups(inventory)["simplehelp_localhost"] == {"web", "db"}
    assert not {"web", "localhost"} & groups(inventory).keys()


def test_a_wrong_connection_option_is_refused_without_its_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account = account_of(monkeypatch, "alertra")
    with pytest.raises(AnsibleParserError, match="api_timeout must be ") as error:
        read(account, "alertra", tmp_path, api_timeout=["secret-of-a-test"])
    assert "secret-of-a-test" not in str(error.value)


def test_an_empty_variable_of_the_environment_is_as_if_it_was_not_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    account = account_of(monkeypatch, "alertra")
    for name in ("ALERTRA_API_URL", "ALERTRA_API_TIMEOUT", "ALERTRA_API_RETRIES", "ALERTRA_VALIDATE_CERTS"):
        monkeypatch.setenv(name, "")
    # The address of the service itself has this path.
    monkeypatch.setattr(account.sandbox, "prefix", "/v1.1")
    assert set(read(account, "alertra", tmp_path, api_url=None)[0].hosts) == {"UP", "DOWN", "MAINT"}


def test_a_host_has_neither_the_name_of_a_group_nor_of_this_host(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = ("simplehelp", "localhost", "all", "web")
    rows = [{"machineID": f"SG_{index}", "name": name} for index, name in enumerate(names)]
    inventory, warnings = read(Account(monkeypatch, "simplehelp", {"machines": rows}), "simplehelp", tmp_path)
    assert set(inventory.hosts) == {"simplehelp-simplehelp", "simplehelp-localhost", "simplehelp-all", "web"}
    (warning,) = warnings
    assert "other hosts or groups are called all, localhost, simplehelp, so the hosts of this inventory" in warning


def test_a_warning_names_ten_hosts_at_most(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = [{"machineID": f"SG_{index}", "name": "m", "groups": [f"g{index:02}"]} for index in range(12)]
    named = [{**row, "name": f"simplehelp_{row['groups'][0]}"} for row in rows]
    _inventory, warnings = read(Account(monkeypatch, "simplehelp", {"machines": named}), "simplehelp", tmp_path)
    shown = ", ".join(f"simplehelp_g{index:02}" for index in range(10))
    assert f"are called {shown}, ..., so the hosts" in warnings[0]


def test_hosts_with_one_name_have_their_ids_added(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    inventory, warnings = read(named(monkeypatch, "web", "db", "web"), "simplehelp", tmp_path)
    assert set(inventory.hosts) == {"web-SG_0", "db", "web-SG_2"}
    assert inventory.hosts["web-SG_2"].vars["simplehelp_machine_id"] == "SG_2"
    assert warnings == []


@pytest.mark.parametrize("merge", [False, True])
def test_a_host_of_another_source_gets_the_variables_if_the_user_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, merge: bool
) -> None:
    inventory = InventoryData()
    inventory.add_host("web")
    account = named(monkeypatch, "web", "db")
    _inventory, warnings = read(account, "simplehelp", tmp_path, inventory=inventory, merge_hosts=merge)
    assert set(inventory.hosts) == ({"web", "db"} if merge else {"web", "db", "simplehelp-web"})
    assert ("simplehelp_machine_id" in inventory.hosts["web"].vars) is merge
    assert [("are called web, so" in text, "see the option merge_hosts" in text) for text in warnings] == (
        [] if merge else [(True, True)]
    )
