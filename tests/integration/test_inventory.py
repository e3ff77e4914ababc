# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugins, as ansible-inventory and ansible-playbook see them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.conftest import CREDENTIALS
from integration.harness import FOLDER, ROOT, Account, account, requests_of, run_playbook, run_program
from sandbox.client import Sandbox

SECONDS = 120
SERVICES = sorted(CREDENTIALS)
FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
SECRET = "canary-4711"
DEVICES = [digit * 48 for digit in "1234"]
STATES: dict[str, dict[str, Any]] = {
    "alertra": {
        "tags": [{"Name": "production"}, {"Name": "eu west"}, {"Name": "unused"}],
        "devices": [
            {
                "device_id": DEVICES[0],
                "ShortName": "WWW",
                "FullName": "{{ 1 + 1 }}",
                "Method": "HTTP",
                "URL": "http://www.example.com",
                "Tags": ["production", "eu west"],
            },
            {
                "device_id": DEVICES[1],
                "ShortName": "MAIL",
                "Method": "SMTP",
                "URL": "mail.example.com",
                "Tags": ["production"],
                "Status": "Down",
            },
            {"device_id": DEVICES[2], "ShortName": "ROUTER", "Method": "PING", "URL": "192.0.2.1"},
            {"device_id": DEVICES[3], "ShortName": "ROUTER", "Method": "PING", "URL": "192.0.2.2"},
        ],
    },
    "pinghome": {
        "resources": [
            {
                "id": "aaaaaaaa-0000-4000-8000-000000000001",
                "name": "www",
                "type": "http",
                "url": "https://www.example.com/",
                "regions": ["eu-central-1"],
                "headers": {"Authorization": SECRET},
            },
            {"id": "aaaaaaaa-0000-4000-8000-000000000002", "name": "backup", "type": "ping", "host": "192.0.2.9"},
            {
                "id": "aaaaaaaa-0000-4000-8000-000000000003",
                "name": "shop",
                "type": "ping",
                "host": "192.0.2.8",
                "service_id": SECOND,
            },
        ],
        "server_resources": [{"id": "bbbbbbbb-0000-4000-8000-000000000001", "name": "db1"}],
        "heartbeats": [{"id": "cccccccc-0000-4000-8000-000000000001", "name": "backup", "interval": 300}],
    },
    "pingplotter": {
        "agents": [
            {
                "Name": "laptop",
                "UniqueId": "agent1",
                "IsOnline": True,
                "Platform": "Windows",
                "CustomFieldsJSON": '{"Region": "North"}',
                "DownloadUrl": f"https://agents.example.com/{SECRET}",
                "Sessions": [{"Status": "Paused", "Description": "www.example.com", "IpAddress": "192.0.2.1"}],
            },
            {"Name": "desktop", "UniqueId": "agent2"},
            {"Name": "standard", "UniqueId": "agent3", "IsTemplate": True},
            {"Name": "old", "UniqueId": "agent4", "Deleted": True},
        ]
    },
    "portmonitor": {
        "groups": [{"name": "Web", "id": 1}, {"name": "Mail & more", "id": 2}, {"name": "Empty", "id": 3}],
        "targets": [
            {"id": 11, "name": "Shop", "group": "Web", "url": "http://www.example.com"},
            {"id": 12, "name": "Router", "group": "Web", "type": "pings", "host": "192.0.2.1"},
            {"id": 13, "name": "SMTP", "group": "Mail & more", "host": "mx.example.com", "port_number": 25},
        ],
    },
    "simplehelp": {
        "machines": [
            {"machineID": "SG_1", "name": "db", "groups": ["Sweden", "Lund"], "properties": {"License": "A"}},
            {"machineID": "SG_2", "name": "web", "groups": ["Sweden"]},
            {"machineID": "SG_3", "name": "front desk"},
            {"machineID": "SG_4", "name": "office", "groups": ["Norway", "Lund"], "online": False},
        ]
    },
}
GRAPHS = {
    "alertra": f"""
        |--@alertra:
        |  |--@alertra_eu_west:
        |  |  |--WWW
        |  |--@alertra_production:
        |  |  |--WWW
        |  |  |--MAIL
        |  |--ROUTER-{DEVICES[2]}
        |  |--ROUTER-{DEVICES[3]}
    """,
    "pinghome": """
        |--@pinghome:
        |  |--@pinghome_resources:
        |  |  |--www
        |  |  |--backup-resource-aaaaaaaa-0000-4000-8000-000000000002
        |  |--@pinghome_service_11111111_1111_4111_8111_111111111111:
        |  |  |--www
        |  |  |--backup-resource-aaaaaaaa-0000-4000-8000-000000000002
        |  |  |--db1
        |  |  |--backup-heartbeat-cccccccc-0000-4000-8000-000000000001
        |  |--@pinghome_server_resources:
        |  |  |--db1
        |  |--@pinghome_heartbeats:
        |  |  |--backup-heartbeat-cccccccc-0000-4000-8000-000000000001
    """,
    "pingplotter": """
        |--@pingplotter:
        |  |--laptop
        |  |--desktop
    """,
    "portmonitor": """
        |--@portmonitor:
        |  |--@portmonitor_Web:
        |  |  |--Shop
        |  |  |--Router
        |  |--@portmonitor_Mail___more:
        |  |  |--SMTP
    """,
    "simplehelp": """
        |--@simplehelp:
        |  |--@simplehelp_Sweden:
        |  |  |--@simplehelp_Sweden_Lund:
        |  |  |  |--db
        |  |  |--web
        |  |--@simplehelp_Norway:
        |  |  |--@simplehelp_Norway_Lund:
        |  |  |  |--office
        |  |--front_desk
    """,
}
# Of a host of each service, some of its variables.
VARIABLES: dict[str, tuple[str, dict[str, Any]]] = {
    "alertra": (
        "WWW",
        {
            "alertra_device_id": DEVICES[0],
            "alertra_short_name": "WWW",
            "alertra_method": "HTTP",
            "alertra_url": "http://www.example.com",
            "alertra_tags": ["eu west", "production"],
            "alertra_status": "Up",
        },
    ),
    "pinghome": (
        "www",
        {
            "pinghome_resource_id": "aaaaaaaa-0000-4000-8000-000000000001",
            "pinghome_service_id": FIRST,
            "pinghome_url": "https://www.example.com/",
            "pinghome_host": None,
            "pinghome_regions": ["eu-central-1"],
            "pinghome_enabled": True,
        },
    ),
    "pingplotter": (
        "laptop",
        {"pingplotter_unique_id": "agent1", "pingplotter_is_online": True, "pingplotter_platform": "Windows"},
    ),
    "portmonitor": (
        "SMTP",
        {
            "portmonitor_target_id": "13",
            "portmonitor_group": "Mail & more",
            "portmonitor_type": "custom_port",
            "portmonitor_host": "mx.example.com",
            "portmonitor_port_number": 25,
        },
    ),
    "simplehelp": (
        "db",
        {"simplehelp_machine_id": "SG_1", "simplehelp_groups": ["Sweden", "Lund"], "simplehelp_online": True},
    ),
}
# What the graph and the list of such an account take.
REQUESTS = {"alertra": 6, "pinghome": 6, "pingplotter": 1, "portmonitor": 4, "simplehelp": 1}


# So that Ansible goes on after a source that it cannot parse.
TOLERANT = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "0"}


@dataclass
class Inventory:
    """What ansible-inventory said."""

    code: int
    stdout: str
    stderr: str

    @property
    def graph(self) -> str:
        """The groups and hosts as a tree, without those that are always there."""
        return "\n".join(self.stdout.partition("@all:\n")[2].rstrip().splitlines()[1:])

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        """The variables of each host that has any."""
        found: dict[str, dict[str, Any]] = json.loads(self.stdout, object_hook=_plain)["_meta"]["hostvars"]
        return found

    def members(self, group: str) -> list[str]:
        """The hosts that are directly in a group."""
        found: list[str] = json.loads(self.stdout).get(group, {}).get("hosts", [])
        return found

    @property
    def failures(self) -> list[str]:
        """Why sources were refused, in their order, without the words that Ansible puts around it."""
        text = re.sub(r"\s+", " ", self.stderr)
        begin = r"Failed to parse (?:(?!Failed to parse).)+? with '?auto'? plugin: "
        return re.findall(rf"{begin}(.*?) (?:Failed to parse|\[?ERROR|\[WARNING)", text)


def _plain(value: dict[str, Any]) -> Any:
    return value["__ansible_unsafe"] if value.keys() == {"__ansible_unsafe"} else value


def source_of(folder: Path, service: str, **options: Any) -> Path:
    """A file for the plugin of a service."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"customer.{service}.yml"
    path.write_text(yaml.safe_dump({"plugin": f"declarative.monitoring.{service}", **options}), encoding="utf-8")
    return path


def inventory(user: Account, source: Path, *arguments: str, **env: str) -> Inventory:
    """Run ansible-inventory on a source, or on all in a folder; one that cannot be parsed is a failure."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_HOME": str(Path(FOLDER.name, "home")),
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
        "ANSIBLE_INVENTORY_ENABLED": "auto",
        "ANSIBLE_NOCOLOR": "1",
        **user.environment,
        **env,
    }
    done = run_program("ansible-inventory", "-i", str(source), *arguments, env=environment, cwd=Path(FOLDER.name))
    return Inventory(done.returncode, done.stdout, done.stderr)


def tree(text: str) -> str:
    """A graph as written in this file."""
    return "\n".join(f"  {line.strip()}" for line in text.strip().splitlines())


def user_of(sandbox: Sandbox, service: str) -> Account:
    """The account of a service, which holds what ``STATES`` says."""
    sandbox.set_state(service, STATES[service])
    return account(sandbox, service, **CREDENTIALS[service])


def listed(user: Account, source: Path, *arguments: str, **env: str) -> Inventory:
    """A list that has to succeed, without a warning."""
    found = inventory(user, source, "--list", *arguments, **env)
    assert found.code == 0, found.stderr
    assert not found.stderr
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_the_hosts_are_what_the_service_knows_in_its_groups(sandbox: Sandbox, tmp_path: Path, service: str) -> None:
    user = user_of(sandbox, service)
    with requests_of(sandbox, service) as requests:
        found = inventory(user, source_of(tmp_path, service), "--graph")
    assert (found.code, found.stderr) == (0, "")
    assert found.graph == tree(GRAPHS[service])
    assert len(requests) == REQUESTS[service]


@pytest.mark.parametrize("service", SERVICES)
def test_the_variables_are_the_options_of_the_modules(sandbox: Sandbox, tmp_path: Path, service: str) -> None:
    hosts = listed(user_of(sandbox, service), source_of(tmp_path, service)).hosts
    name, expected = VARIABLES[service]
    assert {key: hosts[name][key] for key in expected} == expected
    assert all(key.startswith(f"{service}_") for host in hosts.values() for key in host)


# -- the cache ---------------------------------------------------------------------------------------------------------


def cached(tmp_path: Path, service: str, **options: Any) -> Path:
    """A source that is cached on disk."""
    return source_of(
        tmp_path,
        service,
        cache=True,
        cache_plugin="ansible.builtin.jsonfile",
        cache_connection=str(tmp_path / "cache"),
        cache_prefix="inventory_",
        **options,
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_cached_inventory_asks_once_and_is_the_same(sandbox: Sandbox, tmp_path: Path, service: str) -> None:
    user, source = user_of(sandbox, service), cached(tmp_path, service)
    with requests_of(sandbox, service) as first:
        asked = listed(user, source)
    with requests_of(sandbox, service) as second:
        remembered = listed(user, source)
    with requests_of(sandbox, service) as flushed:
        run = run_playbook([user], [{"ansible.builtin.meta": "noop"}], "-i", str(source), "--flush-cache")
    assert run.code == 0, run.output
    assert (len(first), len(second), len(flushed)) == (REQUESTS[service], 0, REQUESTS[service])
    assert asked.stdout == remembered.stdout


def test_a_cache_that_is_too_old_is_not_used(sandbox: Sandbox, tmp_path: Path) -> None:
    user, source = user_of(sandbox, "pingplotter"), cached(tmp_path, "pingplotter", cache_timeout=60)
    listed(user, source)
    (file,) = (tmp_path / "cache").iterdir()
    os.utime(file, (0, 0))
    with requests_of(sandbox, "pingplotter") as requests:
        listed(user, source)
    assert requests


def test_the_cached_answer_is_for_its_own_account_and_question_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    user = user_of(sandbox, "alertra")
    source = cached(tmp_path, "alertra")
    listed(user, source)
    sandbox.add_account("alertra", key="another-key")
    another = account(sandbox, "alertra", api_key="another-key")
    assert not listed(another, source).hosts
    assert listed(user, cached(tmp_path, "alertra", filters={"short_name": "WWW"})).hosts.keys() == {"WWW"}


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_cached_or_shown(sandbox: Sandbox, tmp_path: Path, service: str) -> None:
    user = user_of(sandbox, service)
    secrets = {SECRET, *CREDENTIALS[service].values()} - {FIRST}
    found = inventory(user, cached(tmp_path, service), "--list", "-vvvv")
    assert found.code == 0, found.stderr
    files = [path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir()]
    assert files
    for text in (found.stdout, found.stderr, *files):
        assert VARIABLES[service][0] in found.stdout
        assert not [secret for secret in secrets if secret in text]


def test_a_key_that_somebody_wrote_into_a_name_is_masked(sandbox: Sandbox, tmp_path: Path) -> None:
    device = {"ShortName": "WWW", "FullName": "Key sandbox-key", "Method": "HTTP", "URL": "http://www.example.com"}
    sandbox.set_state("alertra", {"devices": [device]})
    user = account(sandbox, "alertra", **CREDENTIALS["alertra"])
    found = listed(user, cached(tmp_path, "alertra"))
    assert found.hosts["WWW"]["alertra_full_name"] == "Key ********"
    assert not any("sandbox-key" in path.read_text(encoding="utf-8") for path in (tmp_path / "cache").iterdir())


def test_a_password_that_is_a_word_is_not_masked_in_names_of_hosts(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.add_account("portmonitor", email="word@example.com", password="monitor", auth_token="word-token-4711")
    user = account(
        sandbox, "portmonitor", app_key="sandbox-app", login_email="word@example.com", login_password="monitor"
    )
    state: dict[str, Any] = {
        "groups": [{"name": "monitored web"}],
        "targets": [
            {"name": name, "group": "monitored web", "url": "http://monitor.example.com"}
            for name in ("monitor", "Monitoring-1")
        ],
    }
    sandbox.set_state("portmonitor", state, "word-token-4711")
    found = listed(user, cached(tmp_path, "portmonitor"))
    assert found.hosts.keys() == {"monitor", "Monitoring-1"}
    assert set(found.members("portmonitor_monitored_web")) == {"monitor", "Monitoring-1"}
    assert found.hosts["monitor"]["portmonitor_url"] == "http://monitor.example.com"
    assert "****" not in found.stdout


# -- composed variables and groups -------------------------------------------------------------------------------------


def test_variables_and_groups_can_be_composed(sandbox: Sandbox, tmp_path: Path) -> None:
    source = source_of(
        tmp_path,
        "alertra",
        compose={"ansible_host": "alertra_url | urlsplit('hostname') or alertra_url"},
        groups={"failing": "alertra_status == 'Down'", "web": "ansible_host is match('www')"},
        keyed_groups=[{"key": "alertra_method | lower", "prefix": "method"}, {"key": "alertra_status | lower"}],
        leading_separator=False,
    )
    found = listed(user_of(sandbox, "alertra"), source)
    assert {name: host["ansible_host"] for name, host in found.hosts.items()} == {
        "WWW": "www.example.com",
        "MAIL": "mail.example.com",
        f"ROUTER-{DEVICES[2]}": "192.0.2.1",
        f"ROUTER-{DEVICES[3]}": "192.0.2.2",
    }
    assert (found.members("failing"), found.members("web")) == (["MAIL"], ["WWW"])
    assert found.members("method_ping") == [f"ROUTER-{DEVICES[2]}", f"ROUTER-{DEVICES[3]}"]
    assert found.members("down") == ["MAIL"]


def test_expressions_that_fail_count_only_where_they_are_strict(sandbox: Sandbox, tmp_path: Path) -> None:
    user = user_of(sandbox, "alertra")
    options: dict[str, Any] = {
        "compose": {"place": "alertra_nothing"},
        "groups": {"place": "alertra_nothing"},
        "hostname": "alertra_nothing",
        "keyed_groups": [{"key": "alertra_nothing"}],
    }
    plain = inventory(user, source_of(tmp_path, "alertra", **options), "--graph")
    assert (plain.code, plain.graph) == (0, tree(GRAPHS["alertra"]))
    folder = tmp_path / "strict"
    for name, value in options.items():
        source_of(folder / name, "alertra", strict=True, **{name: value})
    strict = inventory(user, folder, "--graph", **TOLERANT)
    assert len(strict.failures) == len(options)
    assert all("alertra_nothing" in failure and "WWW" in failure for failure in strict.failures)


def test_hosts_can_be_named_by_an_expression_and_still_stay_apart(sandbox: Sandbox, tmp_path: Path) -> None:
    source = source_of(tmp_path, "portmonitor", hostname="'customer-' ~ portmonitor_group")
    hosts = listed(user_of(sandbox, "portmonitor"), source).hosts
    assert hosts.keys() == {"customer-Web-11", "customer-Web-12", "customer-Mail_more"}


def test_groups_that_get_the_same_name_become_one_with_a_warning(sandbox: Sandbox, tmp_path: Path) -> None:
    machines = [
        {"machineID": "SG_1", "name": "db", "groups": ["North", "West"]},
        {"machineID": "SG_2", "name": "web", "groups": ["North West"]},
    ]
    sandbox.set_state("simplehelp", {"machines": machines})
    user = account(sandbox, "simplehelp", **CREDENTIALS["simplehelp"])
    found = inventory(user, source_of(tmp_path, "simplehelp"), "--list")
    assert found.code == 0
    assert found.members("simplehelp_North_West") == ["db", "web"]
    said = (
        "SimpleHelp: North / West and North West are both called simplehelp_North_West here, so they become one group"
    )
    assert said in " ".join(found.stderr.split())


# -- names that mean something else ------------------------------------------------------------------------------------

NAMES = {
    "web1": "simplehelp-web1",
    "localhost": "simplehelp-localhost",
    "127.0.0.1": "simplehelp-127.0.0.1",
    "::1": "1",
    "all": "simplehelp-all",
    "ungrouped": "simplehelp-ungrouped",
    "dbservers": "simplehelp-dbservers",
    "simplehelp": "simplehelp-simplehelp",
    "simplehelp_West": "simplehelp-simplehelp_West",
    "web[1:3]": "web_1_3",
    "*": "simplehelp-SG_10",
    "a,b": "a_b",
    "https://a": "https_a",
    "mx.example.com:25": "mx.example.com_25",
    "mx.example.com_25": "mx.example.com_25",
    "-oProxyCommand=x": "oProxyCommand_x",
    "../group_vars/all": "group_vars_all",
    "{{ 1 + 1 }}": "1_1",
    "a\x1b[2K\u202eb": "a_2K_b",
    "role_web": "role_web",
}


def hostile(sandbox: Sandbox, tmp_path: Path, **options: Any) -> tuple[Account, Path]:
    """A folder with a static inventory and one of machines whose names mean something else."""
    machines = [
        {"machineID": f"SG_{number}", "name": name, "groups": ["West"], "properties": {"Role": "web"}}
        for number, name in enumerate(NAMES)
    ]
    sandbox.set_state("simplehelp", {"machines": machines})
    folder = tmp_path / "inventory"
    source_of(folder, "simplehelp", **options)
    static = "[webservers]\nweb1 ansible_host=192.0.2.1 own=yes\n[dbservers]\ndb1\n"
    (folder / "01-static").write_text(static, encoding="utf-8")
    return account(sandbox, "simplehelp", **CREDENTIALS["simplehelp"]), folder


def test_no_name_at_a_service_takes_over_another_host_or_means_something(sandbox: Sandbox, tmp_path: Path) -> None:
    compose = {"ansible_host": "'192.0.2.99'"}
    keyed = [{"key": "simplehelp_properties.Role | default('x')", "prefix": "role"}]
    user, folder = hostile(sandbox, tmp_path, compose=compose, keyed_groups=keyed, include=["properties"])
    found = inventory(user, folder, "--list", ANSIBLE_INVENTORY_ENABLED="auto,ini")
    assert found.code == 0, found.stderr
    assert found.hosts["web1"] == {"ansible_host": "192.0.2.1", "own": "yes"}
    assert found.members("webservers") == ["web1"]
    assert found.members("dbservers") == ["db1"]
    machines = found.members("simplehelp_West")
    expected = {name: name for name in NAMES.values()}
    numbers = {name: number for number, name in enumerate(NAMES)}
    for name in ("mx.example.com:25", "mx.example.com_25"):
        expected.pop(NAMES[name], None)
        unique = f"{NAMES[name]}-SG_{numbers[name]}"
        expected[unique] = unique
    assert set(machines) == set(expected)
    assert len(machines) == len(NAMES)
    # A group that would have the name of a host.
    assert set(found.members("simplehelp_role_web")) == set(machines)
    # The original is a variable, and AWX would cut no name.
    assert {found.hosts[name]["simplehelp_name"] for name in machines} == set(NAMES)
    assert not [name for name in (*found.hosts, *json.loads(found.stdout)) if set(name) & set(":{}[]*, \x1b\u202e/")]
    assert "other hosts or groups are called 127.0.0.1, all, dbservers, localhost," in " ".join(found.stderr.split())
    plays = [
        {"hosts": hosts, "gather_facts": False, "tasks": [{"ansible.builtin.meta": "noop"}]}
        for hosts in ("localhost", "web1", "dbservers", "all")
    ]
    play = tmp_path / "play.yml"
    play.write_text(yaml.safe_dump(plays), encoding="utf-8")
    listing = run_playbook([user], play, "-i", str(folder), "--list-hosts", ANSIBLE_INVENTORY_ENABLED="auto,ini")
    counts = re.findall(r"hosts \((\d+)\)", listing.output)
    assert counts == ["1", "1", "1", str(len(NAMES) + 2)], listing.output
    assert "simplehelp-localhost\n" not in listing.output.partition("play #2")[0]


def test_hosts_may_be_merged_and_keep_other_characters_if_the_user_says_so(sandbox: Sandbox, tmp_path: Path) -> None:
    user, folder = hostile(sandbox, tmp_path, merge_hosts=True, sanitize_hostnames=False)
    found = inventory(user, folder, "--list", ANSIBLE_INVENTORY_ENABLED="auto,ini")
    assert found.code == 0, found.stderr
    assert found.hosts["web1"]["own"] == "yes"
    assert found.hosts["web1"]["simplehelp_name"] == "web1"
    machines = found.members("simplehelp_West")
    assert {"web1", "web[1:3]", "a,b", "mx.example.com:25", "mx.example.com_25", "oProxyCommand=x"} <= set(machines)
    assert {"simplehelp-localhost", "simplehelp-all", "simplehelp-dbservers", "__ 1 + 1 __"} <= set(machines)
    assert len(set(machines)) == len(NAMES)
    assert not [name for name in machines if set(name) & set("{}\x1b\u202e")]


def test_decoded_text_of_a_service_is_no_template(sandbox: Sandbox, tmp_path: Path) -> None:
    properties = {"a": "%7B%7B 1 + 1 %7D%7D", "b": "#jin", "c": "ja2:"}
    machines = [{"machineID": "SG_1", "name": "db", "properties": properties}]
    sandbox.set_state("simplehelp", {"machines": machines})
    user = account(sandbox, "simplehelp", **CREDENTIALS["simplehelp"])
    compose = {
        "decoded": "simplehelp_properties.a | urldecode",
        "joined": "simplehelp_properties.b ~ simplehelp_properties.c",
    }
    source = source_of(tmp_path, "simplehelp", include=["properties"], compose=compose)
    play = tmp_path / "play.yml"
    checks = ["decoded | length == 11", "decoded[0] == '{'", "joined[1:] == 'jinja2:'"]
    tasks = [{"ansible.builtin.assert": {"that": checks}}]
    play.write_text(yaml.safe_dump([{"hosts": "simplehelp", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    run = run_playbook([user], play, "-i", str(source))
    assert run.code == 0, run.output


# -- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "filters", "hosts"),
    [
        ("alertra", {"tag": "production"}, {"WWW", "MAIL"}),
        ("alertra", {"tag": "production", "status": "down"}, {"MAIL"}),
        ("alertra", {"device_id": DEVICES[2]}, {"ROUTER"}),
        ("alertra", {"short_name": "NOBODY"}, set()),
        ("pinghome", {"name": "www"}, {"www"}),
        ("pingplotter", {"unique_id": "agent2"}, {"desktop"}),
        ("portmonitor", {"group": "Web", "type": "ping"}, {"Router"}),
        ("portmonitor", {"target_id": 13}, {"SMTP"}),
        ("simplehelp", {"online": False}, {"office"}),
        ("simplehelp", {"groups": ["Sweden"]}, {"web"}),
    ],
)  # fmt: skip
def test_filters_choose_hosts(
    sandbox: Sandbox, tmp_path: Path, service: str, filters: dict[str, Any], hosts: set[str]
) -> None:
    assert listed(user_of(sandbox, service), source_of(tmp_path, service, filters=filters)).hosts.keys() == hosts


@pytest.mark.parametrize(
    ("service", "include", "host", "expected", "requests"),
    [
        ("alertra", "settings", "WWW", {"alertra_timeout": 30, "alertra_retries": 2}, REQUESTS["alertra"] + 4),
        ("pingplotter", "sessions", "laptop", {"pingplotter_sessions": "paused"}, 2),
        ("simplehelp", "properties", "db", {"simplehelp_properties": {"License": "A"}}, 2),
        ("simplehelp", "notes", "db", {"simplehelp_notes": None, "simplehelp_warnings": None}, 2),
    ],
)
def test_more_can_be_included_for_more_requests(
    sandbox: Sandbox, tmp_path: Path, service: str, include: str, host: str, expected: dict[str, Any], requests: int
) -> None:
    user = user_of(sandbox, service)
    assert expected.keys().isdisjoint(listed(user, source_of(tmp_path, service)).hosts[host])
    with requests_of(sandbox, service) as sent:
        found = listed(user, source_of(tmp_path, service, include=[include])).hosts[host]
    assert {name: found[name] for name in expected} == expected
    assert len(sent) == requests


def test_pinghome_monitors_of_several_services_and_of_some_kinds(sandbox: Sandbox, tmp_path: Path) -> None:
    source = source_of(tmp_path, "pinghome", service_ids=[FIRST, SECOND], kinds=["resource"])
    found = listed(user_of(sandbox, "pinghome"), source)
    assert found.hosts.keys() == {"www", "shop", "backup"}
    assert found.members(f"pinghome_service_{SECOND.replace('-', '_')}") == ["shop"]


def test_what_a_thin_listing_of_pinghome_lacks_is_read(sandbox: Sandbox, tmp_path: Path) -> None:
    user = user_of(sandbox, "pinghome")
    sandbox.switches("pinghome", listing="thin")
    hosts = listed(user, source_of(tmp_path, "pinghome", kinds=["resource"])).hosts
    assert hosts["www"]["pinghome_url"] == "https://www.example.com/"


# -- templates and encryption ------------------------------------------------------------------------------------------


def test_options_may_be_templates_with_lookups_and_extra_variables(sandbox: Sandbox, tmp_path: Path) -> None:
    user = user_of(sandbox, "alertra")
    bare = Account("alertra", {})
    source = source_of(
        tmp_path,
        "alertra",
        api_url="{{ lookup('ansible.builtin.env', 'CUSTOMER_URL') }}",
        api_key="{{ customer.key }}",
        api_timeout="{{ 5 * 2 }}",
        filters={"tag": "{{ customer.tag }}"},
    )
    variables = json.dumps({"customer": {"key": CREDENTIALS["alertra"]["api_key"], "tag": "eu west"}})
    found = listed(bare, source, "-e", variables, CUSTOMER_URL=user.environment["ALERTRA_API_URL"])
    assert found.hosts.keys() == {"WWW"}


def test_a_secret_may_be_encrypted_by_vault(sandbox: Sandbox, tmp_path: Path) -> None:
    user = user_of(sandbox, "alertra")
    password = tmp_path / "vault-password"
    password.write_text("one-password\n", encoding="utf-8")
    encrypted = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-vault")),
            *("encrypt_string", "--vault-password-file", str(password), "--name", "api_key", "sandbox-key"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    ).stdout
    source = source_of(tmp_path, "alertra")
    source.write_text(f"{source.read_text(encoding='utf-8')}{encrypted}", encoding="utf-8")
    bare = Account("alertra", {"ALERTRA_API_URL": user.environment["ALERTRA_API_URL"]})
    assert len(listed(bare, source, "--vault-password-file", str(password)).hosts) == 4


@pytest.mark.parametrize("cache", [False, True])
def test_what_the_service_says_is_never_a_template(sandbox: Sandbox, tmp_path: Path, cache: bool) -> None:
    trap = "{{ 1 + 1 }}"
    machine = {"machineID": "SG_1", "name": trap, "groups": [trap], "properties": {trap: trap}}
    sandbox.set_state("simplehelp", {"machines": [machine]})
    user = account(sandbox, "simplehelp", **CREDENTIALS["simplehelp"])
    options = {
        "include": ["properties"],
        "compose": {"composed": "simplehelp_name"},
        "keyed_groups": [{"key": "composed"}],
    }
    source = (cached if cache else source_of)(tmp_path, "simplehelp", **options)
    names = ("simplehelp_name", "simplehelp_groups[0]", "simplehelp_properties.values() | first", "composed")
    play = tmp_path / "play.yml"
    checks = [*(f"{name} == wanted" for name in names), "inventory_hostname == '1_1'"]
    facts = {"wanted": "{{ '{{' }} 1 + 1 {{ '}}' }}"}
    tasks = [{"ansible.builtin.assert": {"that": checks}, "vars": facts}]
    play.write_text(yaml.safe_dump([{"hosts": "simplehelp", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    for _attempt in range(1 + cache):
        run = run_playbook([user], play, "-i", str(source))
        assert run.code == 0, run.output
        assert "ok=1" in run.output


# -- what can go wrong -------------------------------------------------------------------------------------------------


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"api_kye": SECRET}, "declarative.monitoring.alertra has no option api_kye; did you mean api_key?"),
    ({"filters": {"tga": "x"}}, "declarative.monitoring.alertra has no filter tga; did you mean tag?"),
    ({"filters": {"status": "bad"}}, "filter status must be ok, down or maint, not 'bad'"),
    ({"api_key": [SECRET]}, "api_key must be a string"),
    ({"api_key": "{{ nothing }}"}, "api_key cannot be evaluated: 'nothing' is undefined"),
    ({"api_key": SECRET + "{{ x"}, "api_key is not a valid template"),
    ({"api_key": ""}, "api_key must not be empty"),
    ({"api_key": SECRET}, "Alertra: GET /tags: refused: Access denied. (HTTP 400, code 1002)"),
    ({"api_retries": -1}, "api_retries must be at least 0, not -1"),
    ({"api_retries": "many"}, "api_retries must be a whole number, not 'many'"),
    ({"api_url": f"https://user:{SECRET}@example.com"}, "api_url must not contain a user or a password"),
]


def test_a_mistake_is_one_sentence_without_secrets(sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "mistakes"
    for number, (options, _expected) in enumerate(MISTAKES):
        source_of(folder / f"{number:02}", "alertra", **options)
    found = inventory(user_of(sandbox, "alertra"), folder, "--graph", "-vvvv", **TOLERANT)
    assert not found.graph
    assert len(found.failures) == len(MISTAKES), found.stderr
    for failure, (_options, expected) in zip(found.failures, MISTAKES, strict=True):
        assert failure.startswith(expected)
    assert SECRET not in found.stderr + found.stdout


def test_a_mistake_in_the_environment_is_one_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    found = inventory(user_of(sandbox, "alertra"), source_of(tmp_path, "alertra"), "--graph", ALERTRA_API_RETRIES="-1")
    assert found.code != 0
    assert found.failures == ["api_retries must be at least 0, not -1"]


def test_a_pasted_line_break_is_named_with_where_it_comes_from(sandbox: Sandbox, tmp_path: Path) -> None:
    """The environment has a key, too, which is not used."""
    pasted = "api_key must not begin or end with a blank"
    user = user_of(sandbox, "alertra")
    of_file = inventory(user, source_of(tmp_path / "file", "alertra", api_key=f"{SECRET}\n"), "--graph")
    of_variable = inventory(user, source_of(tmp_path / "variable", "alertra"), "--graph", ALERTRA_API_KEY=f"{SECRET}\n")
    assert of_file.failures == [pasted]
    assert of_variable.failures == [f"{pasted}; the value comes from the environment variable ALERTRA_API_KEY"]


def test_a_missing_credential_is_named_with_its_variable(sandbox: Sandbox, tmp_path: Path) -> None:
    bare = Account("simplehelp", {"SIMPLEHELP_API_URL": sandbox.services["simplehelp"]})
    found = inventory(bare, source_of(tmp_path, "simplehelp"), "--graph")
    expected = "api_token is missing: set the option or the environment variable SIMPLEHELP_API_TOKEN"
    assert found.failures == [expected]


def test_a_server_that_is_down_is_one_sentence(sandbox: Sandbox, tmp_path: Path) -> None:
    user = user_of(sandbox, "pingplotter")
    found = inventory(
        user, source_of(tmp_path, "pingplotter", api_url="http://127.0.0.1:1/api", api_max_wait=0), "--graph"
    )
    assert found.code != 0
    assert found.failures[0].startswith(
        "PingPlotter Cloud: GET /agents: no connection to 127.0.0.1:1: Connection refused"
    )


def test_a_list_that_breaks_off_makes_no_hosts(sandbox: Sandbox, tmp_path: Path) -> None:
    user = user_of(sandbox, "portmonitor")
    sandbox.fault(service="portmonitor", path="/groups/2/", kind="status", status=500, times=-1)
    source = source_of(tmp_path, "portmonitor", api_retries=0)
    found = inventory(user, source, "--graph", **TOLERANT)
    assert "Port Monitor: GET /groups/2/targets: the server failed" in " ".join(found.stderr.split())
    assert not found.graph


def test_without_the_library_it_says_what_to_install(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "requests.py").write_text("raise ImportError('not installed')\n", encoding="utf-8")
    user = user_of(sandbox, "alertra")
    found = inventory(user, source_of(tmp_path, "alertra"), "--graph", PYTHONPATH=str(tmp_path))
    assert found.failures[0].startswith("the Python library requests is missing: install it for ")
    assert Path(sys.executable).name in found.failures[0]


# -- the documentation -------------------------------------------------------------------------------------------------


def examples(service: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The files in the EXAMPLES of a plugin: their names, and what is in them."""
    text = (ROOT / "plugins" / "inventory" / f"{service}.py").read_text(encoding="utf-8")
    found = re.search(r'^EXAMPLES = r"""\n(.*?)^"""', text, re.DOTALL | re.MULTILINE)
    assert found, f"{service} has no EXAMPLES"
    names = re.findall(r"^# (\S+\.yml): ", found[1], re.MULTILINE)
    # ansible-test of ansible-core 2.16 takes one document only, so the shortest file stands in a comment.
    shortest = re.search(r"^# (plugin: .*)", found[1], re.MULTILINE)
    assert shortest, f"{service} does not show the shortest file"
    return list(zip(names, [yaml.safe_load(shortest[1]), yaml.safe_load(found[1])], strict=True))


@pytest.mark.parametrize("service", SERVICES)
def test_the_examples_run_as_they_stand(sandbox: Sandbox, tmp_path: Path, service: str) -> None:
    user = user_of(sandbox, service)
    every: Sequence[tuple[str, Mapping[str, Any]]] = examples(service)
    assert len(every) == 2
    for name, content in every:
        path = tmp_path / name
        # With strict: true no expression fails unnoticed.
        path.write_text(yaml.safe_dump({**content, "strict": True}, sort_keys=False), encoding="utf-8")
        assert listed(user, path).hosts
