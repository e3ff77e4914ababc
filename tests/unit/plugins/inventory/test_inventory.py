# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of the inventory plugins that need no service: their options, their files, and the names of hosts."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import connection_spec
from ansible_collections.declarative.monitoring.plugins.plugin_utils._host_names import (
    host_names,
    plain_name,
    safe_id,
    safe_name,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._inventory import ServiceInventory

ROOT = Path(__file__).resolve().parents[4]
COLLECTION = "declarative.monitoring"
PLUGINS = sorted(path.stem for path in (ROOT / "plugins" / "inventory").glob("*.py"))
NAMES = st.text("ab-1", max_size=4)


def plugin_of(service: str) -> ServiceInventory:
    """The inventory plugin of a service."""
    source = importlib.import_module(f"ansible_collections.declarative.monitoring.plugins.inventory.{service}")
    plugin: ServiceInventory = source.InventoryModule()
    return plugin


@pytest.fixture(scope="module")
def documents() -> Mapping[str, dict[str, Any]]:
    """The options of every plugin, as Ansible reads them from its documentation."""
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections")}
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-doc")),
            *("--type", "inventory", "--json"),
            *(f"{COLLECTION}.{service}" for service in PLUGINS),
        ],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return {name.rpartition(".")[2]: found["doc"]["options"] for name, found in json.loads(done.stdout).items()}


@pytest.mark.parametrize("service", PLUGINS)
def test_a_plugin_takes_the_connection_options_of_the_modules(documents: Mapping[str, Any], service: str) -> None:
    documented = documents[service]
    for name, spec in connection_spec(plugin_of(service).service).items():
        option = documented[name]
        variables = [spec["fallback"][1][0]] if "fallback" in spec else []
        assert (option["type"], option.get("default")) == (spec["type"], spec.get("default")), name
        assert [entry["name"] for entry in option.get("env", ())] == variables, name


@pytest.mark.parametrize("service", PLUGINS)
def test_the_client_needs_no_other_options_than_those(service: str) -> None:
    kind = plugin_of(service).service
    options = {name: spec.get("default") for name, spec in connection_spec(kind).items()}
    options |= {item.name: "x" for item in kind.credentials if item.required}
    client = kind({**options, "api_url": "https://monitoring.example.com"}, 1)
    client.close()


@pytest.mark.parametrize("service", PLUGINS)
def test_what_can_be_included_or_chosen_is_documented(documents: Mapping[str, Any], service: str) -> None:
    plugin = plugin_of(service)
    assert documents[service].get("include", {}).get("choices", []) == list(plugin.includes)
    kinds = documents[service].get("kinds", {"choices": list(plugin.kinds)})
    assert kinds["choices"] == list(plugin.kinds)
    described = " ".join(documents[service]["filters"]["description"])
    assert all(f"C({item.name})" in described for item in plugin.filters)


@pytest.mark.parametrize("service", PLUGINS)
@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("{}.yml", True),
        ("{}.yaml", True),
        ("customer.{}.yml", True),
        ("customer.{}.yaml", True),
        ("customer{}.yml", False),
        ("{}.json", False),
        ("customer.yml", False),
    ],
)
def test_a_plugin_takes_the_files_that_are_named_after_its_service(
    tmp_path: Path, service: str, name: str, taken: bool
) -> None:
    path = tmp_path / name.format(service)
    path.touch()
    assert plugin_of(service).verify_file(str(path)) is taken


def test_a_file_that_is_not_there_is_not_taken(tmp_path: Path) -> None:
    assert not plugin_of("alertra").verify_file(str(tmp_path / "alertra.yml"))


def test_only_hosts_of_the_same_name_get_their_ids_added() -> None:
    assert host_names([("WWW", "1"), ("MAIL", "2"), ("WWW", "3")]) == ["WWW-1", "MAIL", "WWW-3"]


def test_a_name_with_an_id_added_is_not_the_name_of_another_host() -> None:
    assert host_names([("WWW", "1"), ("WWW", "2"), ("WWW-1", "3")]) == ["WWW-1-1", "WWW-2", "WWW-1-3"]


def test_a_name_that_is_taken_gets_the_id_added() -> None:
    assert host_names([("a", "1"), ("b", "2"), ("b-2", "3")], {"a", "b", "b-2"}) == ["a-1", "b-2-2", "b-2-3"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("WWW", "WWW"),
        ("www.example.com", "www.example.com"),
        ("größe_監視-1", "größe_監視-1"),
        ("e\u0301", "e\u0301"),
        ("front desk", "front_desk"),
        ("https://www.example.com/", "https_www.example.com"),
        ("mail.example.com:25", "mail.example.com_25"),
        ("web[1:3]", "web_1_3"),
        ("a,b", "a_b"),
        ("!a:&b", "a_b"),
        ("~.*", ""),
        ("*", ""),
        ("@file", "file"),
        ("-oProxyCommand=x", "oProxyCommand_x"),
        ("../../host_vars/all", "host_vars_all"),
        ("..", ""),
        ("{{ 1 + 1 }}", "1_1"),
        ("a\x1b[2K\u202eb\n", "a_2K_b"),
        ("_a_", "_a_"),
        ("\ud83d", ""),
    ],
)
def test_a_name_of_a_host_has_no_other_meaning(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text())
def test_any_name_is_made_safe_or_empty(name: str) -> None:
    safe = safe_name(name)
    assert not set(safe) & set(",:*?[]!&~@/\\{}\"'` \t\n\x1b\u202e")
    assert safe[:1] not in ("-", ".")
    assert safe_name(safe) == safe
    plain = plain_name(name)
    assert "{" not in plain
    assert not plain.startswith("-")
    assert len(plain.splitlines()) <= 1


@given(st.lists(st.text(), unique=True, min_size=2, max_size=6))
def test_ids_stay_different(idents: list[str]) -> None:
    encodable = [ident for ident in idents if not any("\ud800" <= char <= "\udfff" for char in ident)]
    assert len({safe_id(ident) for ident in encodable}) == len(encodable)


@given(st.lists(st.tuples(NAMES, st.text("ab-1", min_size=1, max_size=4)), unique_by=lambda one: one[1], max_size=8))
def test_no_two_hosts_become_one_in_whatever_order_they_are_listed(wanted: list[tuple[str, str]]) -> None:
    found = host_names(wanted)
    assert len(set(found)) == len(wanted)
    assert all(name.startswith(plain) for name, (plain, _ident) in zip(found, wanted, strict=True))
    assert list(reversed(found)) == host_names(list(reversed(wanted)))
