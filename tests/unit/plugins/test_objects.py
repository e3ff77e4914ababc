# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup plugin for one object: its options and their documentation."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleError

from ansible_collections.declarative.monitoring.plugins.doc_fragments.connection import ModuleDocFragment
from ansible_collections.declarative.monitoring.plugins.lookup import object as plugin
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import connection_spec
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError, MonitoringError
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from ansible_collections.declarative.monitoring.plugins.plugin_utils._objects import find_objects, look_up, read_query
from unit.services.account import Account

OPTIONS: dict[str, Any] = yaml.safe_load(plugin.DOCUMENTATION)["options"]
DEVICE = {"service": "alertra", "kind": "device", "api_key": "key"}


def test_the_documentation_names_every_service_and_every_kind() -> None:
    assert OPTIONS["service"]["choices"] == sorted(SERVICES)
    described = " ".join(OPTIONS["kind"]["description"])
    for name, service in SERVICES.items():
        kinds = ", ".join(f"V({kind})" for kind in service.config)
        assert f"At {service.title}: {kinds}" in described, name


def test_the_documentation_has_the_connection_options_of_every_service() -> None:
    documented = json.loads(ModuleDocFragment.ANY_SERVICE)["options"]
    specs = {name: connection_spec(service) for name, service in SERVICES.items()}
    assert documented.keys() == set().union(*specs.values())
    for service, spec in specs.items():
        for option, one in spec.items():
            description = " ".join(documented[option]["description"])
            assert documented[option]["type"] == one["type"], option
            if "fallback" in one:
                assert f"E({one['fallback'][1][0]})" in description, (service, option)
            if option != "api_url":
                assert documented[option].get("default") == one.get("default"), option
            elif one.get("default"):
                assert f"{SERVICES[service].title}: The default is V({one['default']})." in description


def test_options_win_over_the_environment_and_empty_ones_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTRA_API_KEY", "other")
    monkeypatch.setenv("ALERTRA_API_TIMEOUT", "7")
    monkeypatch.setenv("ALERTRA_API_RETRIES", "")
    monkeypatch.setenv("ALERTRA_API_ALLOW_HTTP", "true")
    monkeypatch.setenv("PINGPLOTTER_API_URL", "https://other.example.com")
    connection = read_query({**DEVICE, "validate_certs": "no", "ca_path": "~/ca.pem"}).connection
    assert (connection["api_key"], connection["api_timeout"], connection["api_retries"]) == ("key", 7.0, 5)
    assert (connection["validate_certs"], connection["api_allow_http"]) == (False, False)
    assert connection["api_url"] == SERVICES["alertra"].url
    assert connection["ca_path"].startswith("/")
    assert read_query({**DEVICE, "api_key": None}).connection["api_key"] == "other"


def test_a_wrong_value_in_the_environment_is_named_but_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERTRA_API_TIMEOUT", "soon")
    with pytest.raises(InputError, match="api_timeout must be a number, not 'soon'"):
        read_query(DEVICE)
    with pytest.raises(InputError) as refused:
        read_query({**DEVICE, "api_key": {"a": "secret"}})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("service", "kind", "parent"), [("portmonitor", "target", "group"), ("pinghome", "integration", "resource")]
)
def test_only_an_object_inside_of_another_one_can_be_looked_up_within_it(service: str, kind: str, parent: str) -> None:
    query = read_query({"service": service, "kind": kind, "within": 5})
    assert (query.within, query.kind.by_name[parent].reference) == ("5", parent)
    with pytest.raises(InputError, match="within cannot be set for kind heartbeat, which is not inside of another obj"):
        read_query({"service": "pinghome", "kind": "heartbeat", "within": "x"})
    with pytest.raises(InputError, match="within cannot be set for kind tag, which is not inside of another object"):
        read_query({**DEVICE, "kind": "tag", "within": "x"})


@pytest.mark.parametrize("log_out", [True, False])
@pytest.mark.parametrize("name", ["Web", "Wrong"])
def test_a_look_up_logs_out_if_the_user_says_so(monkeypatch: pytest.MonkeyPatch, name: str, log_out: bool) -> None:
    account = Account(monkeypatch, "portmonitor", {"groups": [{"id": 1, "name": "Web"}]})
    options = {option: value for option, value in account.options.items() if value is not None}
    query = read_query({**options, "service": "portmonitor", "kind": "group", "log_out": log_out})
    if name == "Web":
        assert find_objects(query, [name]) == [{"group_id": "1", "name": "Web"}]
    else:
        with pytest.raises(MonitoringError, match=r"^Port Monitor: there is no group Wrong"):
            find_objects(query, [name])
    assert ("DELETE /users/logout" in account.requests) is log_out


# -- what is found -----------------------------------------------------------------------------------------------------

HOST = {"host": "a.example.com"}
STATES: dict[str, dict[str, Any]] = {
    "portmonitor": {
        "groups": [{"id": 1, "name": "Web"}, {"id": 2, "name": "Mail"}],
        "targets": [
            {"id": 3, "name": "ping", "group": "Web", **HOST},
            {"id": 4, "name": "ping", "group": "Mail", **HOST},
            {"id": 5, "name": "3", "group": "Mail", **HOST},
        ],
    },
    "simplehelp": {
        "machines": [{"machineID": "SG_1", "name": "db", "groups": ["Lund", "Lab"]}],
        "groups": [{"uniqueID": 7, "name": "Desk", "videoPassword": "secret"}],
        "technicians": [{"uniqueID": 1, "username": "anna", "groupIDs": [7]}],
    },
    "pingplotter": {"agents": [{"Name": "laptop", "UniqueId": "a1"}]},
    "alertra": {"tags": [{"Name": "web"}]},
}


def look(monkeypatch: pytest.MonkeyPatch, service: str, kind: str, *names: str, **options: Any) -> list[Any]:
    """What the lookup returns."""
    account = Account(monkeypatch, service, STATES[service])
    connection = {option: value for option, value in account.options.items() if value is not None}
    return look_up({**connection, "service": service, "kind": kind, **options}, names)


@pytest.mark.parametrize(
    ("service", "kind", "names", "options", "found"),
    [
        ("portmonitor", "group", ["Mail", "1"], {"field": "group_id"}, ["2", "1"]),
        ("portmonitor", "target", ["3"], {"field": "group"}, ["Web"]),
        ("portmonitor", "target", ["ping"], {"field": "target_id", "within": "Mail"}, ["4"]),
        ("portmonitor", "target", ["ping"], {"field": "target_id", "within": "1"}, ["3"]),
        ("portmonitor", "target", ["3"], {"field": "target_id", "within": "Mail"}, ["5"]),
        ("portmonitor", "target", ["4"], {"field": "url"}, [None]),
        ("portmonitor", "profile", [], {"field": "language"}, ["en"]),
        ("simplehelp", "machine", ["db"], {"field": "machine_id"}, ["SG_1"]),
        ("simplehelp", "machine_group", ["Lund/Lab"], {"field": "groups"}, [["Lund", "Lab"]]),
        ("simplehelp", "machine_group", ["Lund / Lab"], {"field": "groups"}, [["Lund", "Lab"]]),
        ("simplehelp", "technician", ["anna"], {"field": "groups"}, [["Desk"]]),
        ("simplehelp", "server", [], {}, [{"hostname": "help.example.com", "technician_restrictions": []}]),
    ],
)
def test_an_object_is_found_by_its_id_or_its_name(
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    kind: str,
    names: list[str],
    options: dict[str, Any],
    found: list[Any],
) -> None:
    assert look(monkeypatch, service, kind, *names, **options) == found


def test_a_whole_object_has_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    (group,) = look(monkeypatch, "simplehelp", "group", "Desk")
    assert (group["unique_id"], group["name"]) == ("7", "Desk")
    assert not {"video_password", "password"} & group.keys()
    (agent,) = look(monkeypatch, "pingplotter", "agent", "laptop")
    assert agent["unique_id"] == "a1"
    assert "download_url" not in agent


@pytest.mark.parametrize(
    ("service", "kind", "names", "options", "message"),
    [
        ("portmonitor", "group", ["Wep"], {}, "Port Monitor: there is no group Wep; did you mean Web?"),
        ("portmonitor", "group", [], {}, "Port Monitor: the name or the id of the group is missing"),
        (
            *("portmonitor", "target", ["ping"], {}),
            "Port Monitor: there are 2 targets named ping: use one of their ids, 3, 4, or set within",
        ),
        ("portmonitor", "target", ["gone"], {"within": "Web"}, "Port Monitor: there is no target gone in Web"),
        (
            *("portmonitor", "profile", ["x", "y"], {}),
            "Port Monitor: kind profile has one object without a name, so leave out x, y",
        ),
        (
            "portmonitor",
            "targets",
            ["x"],
            {},
            "kind must be one of group, target, profile, not 'targets'; did you mean target?",
        ),
        (
            "portmonitor",
            "group",
            ["x"],
            {"within": "y"},
            "within cannot be set for kind group, which is not inside of another object",
        ),
        ("portmonitor", "group", ["x"], {"field": "nam"}, "a group has no field nam; did you mean name?"),
        ("portmonitor", "group", ["x"], {"field": ["name"]}, "field must be a string"),
        ("portmonitor", "group", ["x"], {"feild": "name"}, "there is no option feild; did you mean field?"),
        (
            *("simplehelp", "group", ["Desk"], {"field": "video_password"}),
            "field video_password is a secret or is never shown by the service, so it cannot be looked up",
        ),
        (
            *("pingplotter", "agent", ["laptop"], {"field": "download_url"}),
            "field download_url is a secret or is never shown by the service, so it cannot be looked up",
        ),
    ],
)
def test_a_lookup_that_cannot_be_answered_says_why(
    monkeypatch: pytest.MonkeyPatch, service: str, kind: str, names: list[str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(AnsibleError) as caught:
        look(monkeypatch, service, kind, *names, **options)
    assert str(caught.value) == message


@pytest.mark.parametrize("missing", ["service", "kind"])
def test_a_missing_option_is_named_with_its_choices(missing: str) -> None:
    given = {name: value for name, value in DEVICE.items() if name != missing}
    with pytest.raises(InputError, match=f"^{missing} is missing: set it to one of "):
        read_query(given)


def test_a_failed_request_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "alertra", STATES["alertra"])
    account.refuse("GET /tags", status=403)
    connection = {option: value for option, value in account.options.items() if value is not None}
    with pytest.raises(MonitoringError, match=r"^Alertra: GET /tags: "):
        find_objects(read_query({**connection, "service": "alertra", "kind": "tag"}), ["web"])


def test_the_plugin_looks_up_each_of_its_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    account = Account(monkeypatch, "portmonitor", STATES["portmonitor"])
    connection = {option: value for option, value in account.options.items() if value is not None}
    options = {**connection, "service": "portmonitor", "kind": "group", "field": "name"}
    assert plugin.LookupModule().run(["Mail", 1], {}, **options) == ["Mail", "Web"]
