# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Alertra's modules do when options, keys, networks and servers are not what they should be."""

from __future__ import annotations

import time
from typing import Any

import pytest

from integration.harness import Account, account, requests_of, run_module, writes
from sandbox.client import Sandbox

WEB = {"short_name": "WEB-1", "method": "HTTP", "url": "https://www.example.com"}

REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("alertra_device", {**WEB, "frequency": 7}, "frequency must be one of 1, 2, 5, 10, 20, 30, 60, not 7"),
    (
        "alertra_device",
        {**WEB, "short_name": "too-long-name"},
        "short_name must be 1 to 8 letters, digits or hyphens, not 'too-long-name'",
    ),
    ("alertra_device", {**WEB, "timeout": 0}, "timeout must be from 1 to 120, not 0"),
    ("alertra_device", {**WEB, "timeout": "soon"}, "timeout must be a whole number, not 'soon'"),
    ("alertra_device", {**WEB, "retries": 1}, "retries must be from 2 to 10, not 1"),
    ("alertra_device", {**WEB, "retry_delay": 301}, "retry_delay must be from 1 to 300, not 301"),
    ("alertra_device", {**WEB, "url": None}, "url cannot be null: the service does not allow it to be empty"),
    ("alertra_device", {**WEB, "url": ""}, "url must not be empty"),
    ("alertra_device", {"url": "x"}, "needs short_name, or device_id"),
    ("alertra_device", {"device_id": " ", "url": "x"}, "device_id must not be empty"),
    ("alertra_tag", {"name": ""}, "name must not be empty"),
    ("alertra_device", {**WEB, "api_timeout": 0}, "api_timeout must be from 0.001 to 86400, not 0"),
    (
        "alertra_maintenance",
        {"devices": ["WEB-1"], "duration": 90},
        "duration must be hours and minutes in quotes, such as '01:30'",
    ),
    ("alertra_maintenance", {"devices": ["WEB-1"], "duration": "00:00"}, "duration must be hours and minutes"),
    ("alertra_maintenance", {}, "one of the following is required: devices, tag"),
    ("alertra_device_info", {"since": "yesterday"}, "since must be a time in ISO 8601 with its zone"),
    ("alertra_device_info", {"status": "broken"}, "status must be ok, down or maint, not 'broken'"),
    ("alertra_device_info", {"include": ["uptime"]}, "include uptime needs since"),
    ("alertra_check_info", {}, "missing required arguments: check_id"),
]


@pytest.mark.parametrize(("module", "options", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_bad_options_are_refused_before_any_request(
    sandbox: Sandbox, alertra: Account, module: str, options: dict[str, Any], words: str, check: bool
) -> None:
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, module, options, check)
    assert result["failed"], result
    assert words in result["msg"]
    assert not requests


def test_a_typo_in_an_option_is_named_with_what_is_supported(alertra: Account) -> None:
    result = run_module(alertra, "alertra_device", {**WEB, "frequenzy": 5})
    assert "frequenzy" in result["msg"]
    assert "frequency" in result["msg"]


def test_a_missing_key_names_the_option_and_the_variable(sandbox: Sandbox) -> None:
    result = run_module(account(sandbox, "alertra"), "alertra_device", WEB)
    assert result["msg"] == "api_key is missing: set the option or the environment variable ALERTRA_API_KEY"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.example.com/v1.1", "would send the credentials unencrypted"),
        ("https://user:geheim@api.example.com", "must not contain a user or a password"),
        ("api.example.com", "must be a URL such as"),
        ("https://api.example.com?x=1", "must end with its path"),
    ],
)
def test_a_url_to_which_no_key_should_go_is_refused(sandbox: Sandbox, url: str, words: str) -> None:
    result = run_module(account(sandbox, "alertra", api_key="sandbox-key", api_url=url), "alertra_device", WEB)
    assert words in result["msg"]
    assert "geheim" not in str(result)


# -- a method that cannot change ---------------------------------------------------------------------------------------


def test_a_method_that_differs_is_refused_with_both_values(sandbox: Sandbox, alertra: Account) -> None:
    run_module(alertra, "alertra_device", WEB)
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_device", {**WEB, "method": "PING"})
    assert "method is HTTP and cannot become PING" in result["msg"]
    assert "recreate" in result["msg"]
    assert not writes(requests)


def test_a_device_that_would_be_its_own_master_is_refused(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", {"devices": [{"ShortName": "A", "Method": "PING", "URL": "a.example.com"}]})
    for check in (True, False):
        result = run_module(alertra, "alertra_device", {"short_name": "A", "master_device": "A"}, check=check)
        assert result["msg"] == "Alertra: device A cannot be its own master_device"
    assert not writes(sandbox.requests("alertra"))


def test_recreate_replaces_the_device_and_keeps_its_settings_and_tags(sandbox: Sandbox, alertra: Account) -> None:
    state: dict[str, Any] = {"tags": [{"Name": "a"}, {"Name": "b"}]}
    state["devices"] = [
        {"ShortName": "WEB-1", "Method": "HTTP", "URL": "x", "Timeout": 77, "FullName": "Shop", "Tags": ["a", "b"]}
    ]
    old = sandbox.set_state("alertra", state)["devices"][0]
    options = {"short_name": "WEB-1", "method": "PING", "recreate": True}
    predicted = run_module(alertra, "alertra_device", options, check=True)
    done = run_module(alertra, "alertra_device", options)
    assert predicted["diff"] == done["diff"]
    (new,) = sandbox.state("alertra")["devices"]
    assert new["device_id"] == done["device"]["device_id"] != old["device_id"]
    assert {key: new[key] for key in ("Method", "URL", "Timeout", "FullName", "Tags")} == {
        **{key: old[key] for key in ("URL", "Timeout", "FullName", "Tags")},
        "Method": "PING",
    }
    assert not run_module(alertra, "alertra_device", options)["changed"]


def test_what_a_replaced_device_loses_because_nobody_sees_it_is_told_before(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.switches("alertra", config_place="hidden")
    sandbox.set_state("alertra", {"devices": [{"ShortName": "WEB-1", "Method": "HTTP", "URL": "x", "Timeout": 77}]})
    options = {"short_name": "WEB-1", "method": "PING", "retries": 3, "recreate": True}
    lost = "The new device WEB-1 has the defaults for timeout, retry_delay, "
    for check in (True, False):
        assert lost in str(run_module(alertra, "alertra_device", options, check)["warnings"])
    assert lost not in str(run_module(alertra, "alertra_device", options))


def test_an_id_renames_and_moves_everything(sandbox: Sandbox, alertra: Account) -> None:
    ident = run_module(alertra, "alertra_device", WEB)["device"]["device_id"]
    result = run_module(
        alertra, "alertra_device", {"device_id": ident, "short_name": "SHOP", "url": "shop.example.com"}
    )
    assert result["changed"]
    assert [one["ShortName"] for one in sandbox.state("alertra")["devices"]] == ["SHOP"]
    missing = run_module(alertra, "alertra_device", {"device_id": "0" * 48, "short_name": "SHOP"})
    assert "there is no device with device_id" in missing["msg"]
    assert not run_module(alertra, "alertra_device", {"device_id": "0" * 48, "state": "absent"})["changed"]


def test_a_tag_that_is_renamed_by_its_id_is_referred_to_by_its_new_name(sandbox: Sandbox, alertra: Account) -> None:
    state: dict[str, Any] = {"tags": [{"Name": "old"}], "devices": []}
    ident = sandbox.set_state("alertra", state)["tags"][0]["tag_id"]
    declaration = {"tags": [{"tag_id": ident, "name": "new"}], "devices": [{**WEB, "tags": ["new"]}]}
    predicted = run_module(alertra, "alertra_config", declaration, check=True)
    done = run_module(alertra, "alertra_config", declaration)
    assert predicted["diff"] == done["diff"]
    assert [(change["name"], change["action"]) for change in done["changes"]] == [
        ("new", "update"),
        ("WEB-1", "create"),
    ]
    (tag,) = sandbox.state("alertra")["tags"]
    assert tag == {"tag_id": ident, "Name": "new"}
    assert not run_module(alertra, "alertra_config", declaration)["changed"]
    assert not run_module(alertra, "alertra_tag", {"tag_id": ident, "name": "new", "devices": ["WEB-1"]})["changed"]


# -- lists that only add -----------------------------------------------------------------------------------------------


def test_tags_without_purge_are_only_added(sandbox: Sandbox, alertra: Account) -> None:
    state: dict[str, Any] = {"tags": [{"Name": name} for name in "abc"]}
    state["devices"] = [{"ShortName": "WEB-1", "Method": "HTTP", "URL": "x", "Tags": ["a"]}]
    sandbox.set_state("alertra", state)
    options = {"short_name": "WEB-1", "tags": ["b"], "purge_tags": False}
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_device", options)
    assert result["changed"]
    assert len(requests) == 4  # tags, devices, tag b, and the one write
    assert not run_module(alertra, "alertra_device", options)["changed"]
    assert len(sandbox.state("alertra")["devices"][0]["Tags"]) == 2
    assert run_module(alertra, "alertra_tag", {"name": "a", "devices": [], "purge_devices": False})["changed"] is False
    assert run_module(alertra, "alertra_tag", {"name": "a", "devices": None})["changed"] is True


def test_a_tag_that_does_not_exist_is_an_error_that_names_it(alertra: Account) -> None:
    result = run_module(alertra, "alertra_device", {**WEB, "tags": ["production"]})
    assert "tags names production, but there is no such tag" in result["msg"]


# -- servers and networks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_after", "truncate", "truncate_json", "empty", "html_after"])
@pytest.mark.parametrize("module", ["alertra_device", "alertra_tag"])
def test_a_create_whose_answer_is_lost_makes_one_object(
    sandbox: Sandbox, alertra: Account, kind: str, module: str
) -> None:
    sandbox.fault(service="alertra", method="POST", path="^/(devices|tags)$", kind=kind)
    options = WEB if module == "alertra_device" else {"name": "production"}
    noun = module.removeprefix("alertra_")
    result = run_module(alertra, module, options)
    assert result["changed"], result
    assert not result.get("failed")
    found = sandbox.state("alertra")[f"{noun}s"]
    assert [one[f"{noun}_id"] for one in found] == [result[noun][f"{noun}_id"]]


@pytest.mark.parametrize(("status", "kind"), [(502, "status_after"), (504, "status_after"), (500, "status_after")])
def test_a_create_that_a_gateway_loses_makes_one_object(
    sandbox: Sandbox, alertra: Account, status: int, kind: str
) -> None:
    sandbox.fault(service="alertra", method="POST", kind=kind, status=status)
    assert run_module(alertra, "alertra_device", WEB)["changed"]
    assert len(sandbox.state("alertra")["devices"]) == 1


def test_a_create_that_never_arrived_is_not_sent_twice(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.fault(service="alertra", method="POST", kind="drop_before")
    result = run_module(alertra, "alertra_device", WEB)
    assert result["failed"]
    assert "the object does not exist yet but may still appear; run again" in result["msg"]
    assert len(writes(sandbox.requests("alertra"))) == 1
    assert run_module(alertra, "alertra_device", WEB)["changed"]


def test_a_rate_limit_is_waited_for_as_long_as_it_says(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.fault(service="alertra", method="POST", kind="status", status=429, retry_after="2")
    started = time.monotonic()
    result = run_module(alertra, "alertra_device", WEB)
    assert result["changed"]
    assert 2 <= time.monotonic() - started < 6
    assert len(sandbox.state("alertra")["devices"]) == 1


def test_a_server_that_stays_down_is_given_up_in_time_with_the_count(sandbox: Sandbox) -> None:
    impatient = account(sandbox, "alertra", api_key="sandbox-key", api_max_wait="3")
    sandbox.fault(service="alertra", kind="status", status=503, times=-1)
    started = time.monotonic()
    result = run_module(impatient, "alertra_device", WEB)
    assert time.monotonic() - started < 6
    failure = result["failure"]
    assert failure["status"] == 503
    assert f"tried {failure['attempts']} times in {failure['waited_s']:.1f} s" in result["msg"]
    assert failure["attempts"] == len(sandbox.requests("alertra")) > 2


def test_a_pause_longer_than_allowed_is_not_begun(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.fault(service="alertra", kind="status", status=429, retry_after="900", times=-1)
    started = time.monotonic()
    result = run_module(alertra, "alertra_device", WEB)
    assert time.monotonic() - started < 2
    assert "the server asks to wait 900 s" in result["msg"]


def test_a_server_that_is_not_there_is_named(sandbox: Sandbox) -> None:
    user = account(sandbox, "alertra", api_key="sandbox-key", api_url="http://127.0.0.1:9/alertra", api_retries="1")
    result = run_module(user, "alertra_device", WEB)
    assert "no connection to 127.0.0.1:9: Connection refused (tried 2 times" in result["msg"]


def test_a_redirect_to_another_host_gets_no_key(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.fault(service="alertra", kind="redirect", location="http://localhost:9/elsewhere", times=-1)
    result = run_module(alertra, "alertra_device", WEB)
    assert "the server redirects to localhost, which is not followed" in result["msg"]


@pytest.mark.parametrize("check", [False, True])
def test_a_read_only_key_is_refused_in_the_words_of_the_server(sandbox: Sandbox, check: bool) -> None:
    reader = account(sandbox, "alertra", api_key="sandbox-readonly")
    result = run_module(reader, "alertra_device", WEB, check)
    if check:
        assert result["changed"]
    else:
        assert result["msg"] == ("Alertra: cannot create device WEB-1: refused: Access denied. (HTTP 400, code 1002)")
        assert result["failure"] == {
            "service": "Alertra", "method": "POST", "path": "/devices", "status": 400, "code": "1002",
            "message": "refused: Access denied. (HTTP 400, code 1002)", "attempts": 1,
            "waited_s": result["failure"]["waited_s"],
        }  # fmt: skip


def test_basic_authentication_goes_along_with_the_key(sandbox: Sandbox) -> None:
    user = account(sandbox, "alertra", api_key="sandbox-basic", login_user="sandbox", login_password="sandbox-password")
    assert run_module(user, "alertra_device", WEB)["changed"]
    without = account(sandbox, "alertra", api_key="sandbox-basic")
    assert "Access denied" in run_module(without, "alertra_device", WEB)["msg"]
