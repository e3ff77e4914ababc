# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole Alertra account in one task: what it costs, what it prunes, what it refuses, what it survives."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from integration.harness import Account, account, requests_of, run_module, run_playbook, task, without_ids, writes
from sandbox.client import Sandbox


def device(number: int, **options: Any) -> dict[str, Any]:
    """The declaration of one device."""
    return {"short_name": f"D{number}", "method": "HTTP", "url": f"https://d{number}.example.com", **options}


def seed(count: int) -> dict[str, Any]:
    """The devices D0 and so on as the sandbox keeps them."""
    return {
        "devices": [{"ShortName": f"D{n}", "Method": "HTTP", "URL": f"https://d{n}.example.com"} for n in range(count)]
    }


def test_250_unchanged_devices_take_three_requests(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", seed(250))
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", {"devices": [device(n) for n in range(250)]})
    assert not result["changed"], result
    assert result["summary"]["unchanged"] == 250
    assert [request["path"] for request in requests] == ["/devices"] * 3


def test_each_change_among_250_devices_takes_one_write(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", seed(250))
    devices = [device(n, frequency=30 if n % 50 == 0 else 5) for n in range(251)]
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", {"devices": devices})
    assert result["summary"] == {
        "create": 1, "update": 5, "delete": 0, "recreate": 0, "unchanged": 245, "failed": 0, "skipped": 0,
        "undeclared": 0,
    }  # fmt: skip
    assert len(requests) == 3 + 6
    assert len(writes(requests)) == 6
    # The connections are kept alive, one for each request that may be under way.
    assert len({request["connection"] for request in requests}) <= 4


def test_settings_that_a_listing_lacks_take_one_read_each(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", seed(30))
    devices = [device(n, **({"timeout": 30} if n < 7 else {})) for n in range(30)]
    with requests_of(sandbox, "alertra") as requests:
        assert not run_module(alertra, "alertra_config", {"devices": devices})["changed"]
    details = [request for request in requests if request["path"] != "/devices"]
    assert len(details) == 7


def test_tags_of_many_devices_take_one_read_for_each_tag(sandbox: Sandbox, alertra: Account) -> None:
    state = seed(20)
    state["tags"] = [{"Name": "a"}, {"Name": "b"}]
    for one in state["devices"]:
        one["Tags"] = ["a"]
    sandbox.set_state("alertra", state)
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", {"devices": [device(n, tags=["a"]) for n in range(20)]})
    assert not result["changed"]
    # The devices and the page after them, because the result names the undeclared ones; the tags, and each of them.
    assert len(requests) == 2 + 1 + 2


def test_a_device_on_page_three_is_found_by_its_name(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", seed(250))
    assert not run_module(alertra, "alertra_device", device(249))["changed"]
    assert len(sandbox.state("alertra")["devices"]) == 250


def test_a_server_that_shows_few_devices_a_page_hides_none(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", seed(100))
    sandbox.switches("alertra", page_cap=30)
    assert not run_module(alertra, "alertra_config", {"devices": [device(n) for n in range(100)]})["changed"]


def test_a_full_page_that_repeats_is_refused_and_nothing_is_created(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", seed(150))
    sandbox.fault(service="alertra", method="GET", path="^/devices$", kind="repeat_page", times=-1)
    result = run_module(alertra, "alertra_device", device(149))
    assert result["failed"]
    assert "repeats a full page" in result["msg"]
    assert len(sandbox.state("alertra")["devices"]) == 150


@pytest.mark.parametrize("repeats", [False, True])
def test_nothing_is_created_or_pruned_before_a_short_list_is_whole(
    sandbox: Sandbox, alertra: Account, repeats: bool
) -> None:
    """The vendor documents no size below which a page is the only one. Only runs that need to know ask for the next."""
    sandbox.set_state("alertra", seed(5))
    sandbox.switches("alertra", page_cap=2)
    if repeats:
        sandbox.fault(service="alertra", method="GET", path="^/devices$", kind="repeat_page", times=-1)
    whole = {"devices": [device(number) for number in range(5)], "prune": ["devices"], "prune_limit": 99}
    few = {**whole, "devices": [device(0)]}
    for check in (True, False):
        results = [run_module(alertra, "alertra_config", options, check=check) for options in (whole, few)]
        if repeats:
            assert all("the server repeats a page of devices" in result["msg"] for result in results), results
        else:
            assert [result["summary"]["create"] for result in results] == [0, 0], results
            assert results[1]["summary"]["delete"] == 4
    assert len(sandbox.state("alertra")["devices"]) == (5 if repeats else 1)


def test_a_device_beyond_a_short_page_is_not_taken_for_absent(sandbox: Sandbox, alertra: Account) -> None:
    before = sandbox.set_state("alertra", seed(5))["devices"]
    sandbox.switches("alertra", page_cap=2)
    for changed in (True, False):
        result = run_module(alertra, "alertra_device", {"short_name": before[-1]["ShortName"], "state": "absent"})
        assert result["changed"] is changed, result
    assert sandbox.state("alertra")["devices"] == before[:-1]


def test_only_a_run_that_creates_something_asks_whether_a_short_list_is_whole(
    sandbox: Sandbox, alertra: Account
) -> None:
    sandbox.set_state("alertra", seed(3))
    for number, reads in ((0, 1), (3, 2), (3, 1)):
        with requests_of(sandbox, "alertra") as requests:
            assert not run_module(alertra, "alertra_device", device(number)).get("failed")
        assert [request["method"] for request in requests].count("GET") == reads, requests


def test_a_page_that_repeats_below_the_asked_size_creates_deletes_and_misses_nothing(
    sandbox: Sandbox, alertra: Account
) -> None:
    sandbox.set_state("alertra", seed(45))
    sandbox.switches("alertra", page_cap=30)
    sandbox.fault(service="alertra", method="GET", path="^/devices$", kind="repeat_page", times=-1)
    words = "device D44 is not in the list, but may exist: the server repeats a page of devices"
    with requests_of(sandbox, "alertra") as requests:
        for options in (device(44), {"short_name": "D44", "state": "absent"}):
            for check in (True, False):
                assert words in run_module(alertra, "alertra_device", options, check=check)["msg"]
        whole = {"devices": [device(0)], "prune": ["devices"], "prune_limit": 99}
        pruned = run_module(alertra, "alertra_config", whole)
        assert "prune needs the whole list of devices, but the server repeats a page" in pruned["msg"]
    assert not writes(requests)
    changed = run_module(alertra, "alertra_device", device(0, frequency=30))
    assert changed["changed"]
    assert "The list of devices may be incomplete" in str(changed["warnings"])
    listed = run_module(alertra, "alertra_device_info", {})
    assert len(listed["devices"]) == 30
    assert "The list of devices may be incomplete" in str(listed["warnings"])
    assert len(sandbox.state("alertra")["devices"]) == 45


def test_two_devices_of_one_name_are_refused_with_both_ids(sandbox: Sandbox, alertra: Account) -> None:
    state = seed(1)
    state["devices"] *= 2
    ids = [one["device_id"] for one in sandbox.set_state("alertra", state)["devices"]]
    result = run_module(alertra, "alertra_device", device(0, frequency=30))
    assert result["failed"]
    assert all(ident in result["msg"] for ident in ids)
    assert run_module(alertra, "alertra_device", {"device_id": ids[1], "frequency": 30})["changed"]
    assert [one["Frequency"] for one in sandbox.state("alertra")["devices"]] == [5, 30]


def test_an_unknown_shape_is_an_error_that_names_its_keys(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", seed(1))
    sandbox.switches("alertra", list_envelope="unknown")
    result = run_module(alertra, "alertra_device", device(0))
    assert result["failed"]
    assert "foo" in result["msg"]
    assert len(sandbox.state("alertra")["devices"]) == 1


def test_tags_masters_and_devices_are_created_in_the_order_that_they_need(sandbox: Sandbox, alertra: Account) -> None:
    declaration = {
        "devices": [device(1, master_device="D2", tags=["new"]), device(2, master_device="D3"), device(3)],
        "tags": [{"name": "new", "devices": ["D3", "D1"]}],
    }
    predicted = run_module(alertra, "alertra_config", declaration, check=True)
    done = run_module(alertra, "alertra_config", declaration)
    for key in ("changed", "changes", "summary", "diff", "failures"):
        assert without_ids(predicted[key], ["id"]) == without_ids(done[key], ["id"])
    assert [change["name"] for change in done["changes"]] == ["new", "D3", "D2", "D1"]
    devices = {one["ShortName"]: one for one in sandbox.state("alertra")["devices"]}
    assert devices["D1"]["device_master_id"] == devices["D2"]["device_id"]
    assert sorted(name for name, one in devices.items() if one["Tags"]) == ["D1", "D3"]
    again = run_module(alertra, "alertra_config", declaration)
    assert not again["changed"], again["changes"]


def test_an_account_without_ids_in_its_answers_is_listed_once_more(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.switches("alertra", create_answer="message")
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", {"devices": [device(n) for n in range(20)]})
    assert all(change["id"] for change in result["changes"])
    assert len(requests) == 1 + 20 + 1


# -- pruning -----------------------------------------------------------------------------------------------------------


def test_pruning_over_its_limit_names_what_would_go_and_writes_nothing(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", seed(15))
    declaration = {"devices": [device(0, frequency=30)], "prune": ["devices"]}
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", declaration)
    assert result["failed"]
    assert "14 objects" in result["msg"]
    named = [n for n in range(1, 15) if f"device D{n} (" in result["msg"]]
    assert named == [1, 2, 3, 4, 5, 10, 11, 12, 13, 14]
    assert result["msg"].endswith(" and 4 more")
    assert not writes(requests)
    assert run_module(alertra, "alertra_config", {**declaration, "prune_limit": 14})["summary"]["delete"] == 14
    assert [one["ShortName"] for one in sandbox.state("alertra")["devices"]] == ["D0"]


def test_pruning_deletes_what_is_not_declared_and_keeps_what_is_only_named(sandbox: Sandbox, alertra: Account) -> None:
    state = {**seed(4), "tags": [{"Name": "kept"}, {"Name": "stale"}]}
    sandbox.set_state("alertra", state)
    declaration = {"devices": [device(0), {"short_name": "D1"}], "tags": [], "prune": ["devices"]}
    predicted = run_module(alertra, "alertra_config", declaration, check=True)
    assert len(sandbox.state("alertra")["devices"]) == 4
    done = run_module(alertra, "alertra_config", declaration)
    assert predicted["changes"] == done["changes"]
    assert [(change["name"], change["action"]) for change in done["changes"]] == [("D2", "delete"), ("D3", "delete")]
    assert len(sandbox.state("alertra")["tags"]) == 2
    assert not run_module(alertra, "alertra_config", declaration)["changed"]


# -- what is refused before anything is written ------------------------------------------------------------------------

REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({"devices": [device(1), device(2), device(1)]}, ["D1 is declared twice", "devices[0] (D1)", "devices[2] (D1)"]),
    ({"devices": [device(1, tags=["nowhere"])]}, ["devices[0] (D1)", "tags names nowhere", "no such tag"]),
    ({"devices": [device(1, master_device="D9")]}, ["devices[0] (D1)", "master_device names D9", "no such device"]),
    (
        {"devices": [device(1, master_device="D2"), device(2, master_device="D1")]},
        ["refer to each other in a cycle", "D1", "D2"],
    ),
    (
        {"devices": [device(1, tags=[])], "tags": [{"name": "t", "devices": ["D1"]}]},
        ["tags[0] (t)", "devices[0] (D1)", "does not list t in tags"],
    ),
    (
        {"devices": [device(1, tags=["t"])], "tags": [{"name": "t", "state": "absent"}]},
        ["tags names t", "will be deleted"],
    ),
    ({"devices": [device(1), {"short_name": "D2", "url": "x"}]}, ["devices[1] (D2)", "creating it requires method"]),
    ({"devices": [device(1), {"url": "x"}]}, ["devices[1]: needs short_name, or device_id"]),
    ({"devices": [device(1, url=None)]}, ["devices[0] (D1): url cannot be null"]),
    ({"devices": [device(1)], "concurrency": 33}, ["concurrency must be from 1 to 32, not 33"]),
    ({"devices": [device(1)], "prune": ["everything"]}, ["prune"]),
]


@pytest.mark.parametrize(("declaration", "words"), REFUSED)
@pytest.mark.parametrize("check", [False, True])
def test_a_declaration_that_cannot_be_is_refused_before_any_write(
    sandbox: Sandbox, alertra: Account, declaration: dict[str, Any], words: list[str], check: bool
) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "t"}]})
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", copy.deepcopy(declaration), check)
    assert result["failed"], result
    assert [word for word in words if word not in result["msg"]] == [], result["msg"]
    assert not writes(requests)


# -- failures ----------------------------------------------------------------------------------------------------------


def test_one_item_that_fails_among_50_stops_no_other(sandbox: Sandbox, alertra: Account) -> None:
    declaration = {"devices": [device(n) for n in range(50)]}
    sandbox.fault(
        service="alertra", method="POST", path="^/devices$", body='"D17"', kind="status", status=400, times=1,
        answer={"code": 1007, "message": "Not today."},
    )  # fmt: skip
    result = run_module(alertra, "alertra_config", declaration)
    assert result["failed"]
    assert result["changed"]
    assert result["summary"]["create"] == 49
    assert result["summary"]["failed"] == 1
    assert [failure["name"] for failure in result["failures"]] == ["D17"]
    assert "cannot create device D17: refused: Not today. (HTTP 400, code 1007)" in result["msg"]
    assert result["failures"][0]["failure"]["code"] == "1007"
    assert len(result["changes"]) == 49
    again = run_module(alertra, "alertra_config", declaration)
    assert [change["name"] for change in again["changes"]] == ["D17"]


def test_what_needs_an_item_that_failed_is_skipped(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.fault(service="alertra", method="POST", path="^/tags$", kind="status", status=400, times=1)
    declaration = {
        "tags": [{"name": "t"}],
        "devices": [device(1, tags=["t"]), device(2), device(3, master_device="D1")],
    }
    result = run_module(alertra, "alertra_config", declaration)
    assert result["failed"]
    ends = {failure["name"]: failure["msg"] for failure in result["failures"]}
    # The device itself does not need its tag, and is there; what was not done is said.
    assert "tag t, which it depends on, failed" in ends["D1"]
    assert {change["name"]: change["fields"] for change in result["changes"]}["D1"] == ["short_name", "method", "url"]
    assert result["summary"]["skipped"] == 1
    again = run_module(alertra, "alertra_config", declaration)
    assert not again.get("failed"), again
    assert {change["name"]: change["action"] for change in again["changes"]} == {"t": "create", "D1": "update"}


def test_a_server_that_dies_in_the_middle_is_not_asked_for_ever(sandbox: Sandbox) -> None:
    impatient = account(sandbox, "alertra", api_key="sandbox-key", api_max_wait="1")
    sandbox.fault(service="alertra", method="POST", path="^/devices$", skip=5, times=-1, kind="status", status=503)
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(impatient, "alertra_config", {"devices": [device(n) for n in range(40)], "concurrency": 2})
    assert result["failed"]
    assert result["summary"]["create"] == 5
    assert result["summary"]["failed"] == 35
    assert len(writes(requests)) <= 40


# -- export ------------------------------------------------------------------------------------------------------------


def test_an_exported_account_applied_changes_nothing(sandbox: Sandbox, alertra: Account) -> None:
    state = {**seed(30), "tags": [{"Name": f"t{n}"} for n in range(4)] + [{"Name": "t0"}]}
    dice = random.Random(4)
    tags = [tag["tag_id"] for tag in sandbox.set_state("alertra", state)["tags"]]
    state = sandbox.state("alertra")
    for one in state["devices"]:
        one["Tags"] = dice.sample(tags, dice.randrange(4))
    state["devices"][3]["device_master_id"] = state["devices"][5]["device_id"]
    state["devices"][7]["ShortName"] = "D8"
    sandbox.set_state("alertra", state)
    before = sandbox.state("alertra")
    config = run_module(alertra, "alertra_config_info", {})["config"]
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_config", {**config, "prune": ["devices", "tags"], "prune_limit": 0})
    assert not result.get("failed"), result
    assert not result["changed"], result["changes"]
    assert not writes(requests)
    assert sandbox.state("alertra") == before
    # The names tell the objects apart, but for the two pairs that share one.
    assert sum("device_id" in one for one in config["devices"]) == 2
    assert sum("tag_id" in one for one in config["tags"]) == 2
    assert [one["short_name"] for one in config["devices"]] == sorted(one["short_name"] for one in config["devices"])


def test_an_exported_account_fits_an_empty_one(sandbox: Sandbox, alertra: Account) -> None:
    state = {**seed(5), "tags": [{"Name": "web"}]}
    state["devices"][1]["Tags"] = ["web"]
    state["devices"][2]["Timeout"] = 90
    sandbox.set_state("alertra", state)
    config = run_module(alertra, "alertra_config_info", {})["config"]
    sandbox.add_account("alertra", key="other-key", level="UW")
    other = account(sandbox, "alertra", api_key="other-key")
    assert run_module(other, "alertra_config", config)["summary"]["create"] == 6
    assert run_module(other, "alertra_config_info", {})["config"] == config


def test_a_declaration_through_ansible_playbook_predicts_applies_and_settles(
    sandbox: Sandbox, alertra: Account
) -> None:
    declaration = {"devices": [device(n, tags=["t"]) for n in range(5)], "tags": [{"name": "t"}]}
    tasks = [task("alertra_config", declaration, check) for check in (True, False, False, True)]
    run = run_playbook([alertra], tasks, "--diff")
    assert run.code == 0, run.output
    predicted, done, again, still = run.ours
    assert without_ids(predicted["changes"], ["id"]) == without_ids(done["changes"], ["id"])
    assert predicted["diff"] == done["diff"]
    assert [result["changed"] for result in (predicted, done, again, still)] == [True, True, False, False]


def test_a_recreated_device_gets_no_link_that_a_tag_excludes(sandbox: Sandbox, alertra: Account) -> None:
    device = {"Method": "HTTP", "URL": "http://a.example.com", "Tags": ["production", "old"]}
    names = ("SHOP", "MAIL")
    state = {"tags": [{"Name": "production"}, {"Name": "old"}], "devices": [{**device, "ShortName": n} for n in names]}
    sandbox.set_state("alertra", state)
    mail = {"short_name": "MAIL", "method": "PING", "url": "192.0.2.1", "recreate": True}
    declared = {"tags": [{"name": "production", "devices": ["SHOP"]}], "devices": [mail]}
    assert run_module(alertra, "alertra_config", declared)["changed"]
    again = run_module(alertra, "alertra_config", declared)
    assert not again["changed"], again["changes"]
    # What nobody declared, it has as before.
    (found,) = run_module(alertra, "alertra_device_info", {"short_name": "MAIL"})["devices"]
    assert found["tags"] == ["old"]


# -- devices that refer to each other ----------------------------------------------------------------------------------


@pytest.mark.parametrize("delete", ["resets", "refused"])
@pytest.mark.parametrize("listing", ["thin", "full"])
@pytest.mark.parametrize("way", ["absent", "prune"])
def test_devices_that_are_masters_of_each_other_can_all_be_deleted(
    sandbox: Sandbox, alertra: Account, listing: str, delete: str, way: str
) -> None:
    """D0 and D1 are masters of each other, so are D2, D3 and D4 in a circle; D5 depends on D0, and D6 stays."""
    masters = {0: 1, 1: 0, 2: 3, 3: 4, 4: 2, 5: 0}
    state = sandbox.set_state("alertra", seed(7))
    ids = [one["device_id"] for one in state["devices"]]
    for number, master in masters.items():
        state["devices"][number]["device_master_id"] = ids[master]
    sandbox.set_state("alertra", state)
    sandbox.switches("alertra", listing=listing, master_delete=delete)
    options: dict[str, Any] = {"devices": [{"short_name": f"D{n}", "state": "absent"} for n in masters]}
    if way == "prune":
        options = {"devices": [{"short_name": "D6"}], "prune": ["devices"], "prune_limit": 6}
    for check, deleted in ((True, 6), (False, 6), (False, 0), (True, 0)):
        with requests_of(sandbox, "alertra") as requests:
            result = run_module(alertra, "alertra_config", options, check)
        assert not result.get("failed"), result
        assert result["summary"]["delete"] == deleted
        assert [change["action"] for change in result["changes"]] == ["delete"] * deleted
        assert bool(writes(requests)) is (deleted > 0 and not check)
        cleared = [line for line in writes(requests) if line.startswith("PUT")]
        assert bool(cleared) is (delete == "refused" and deleted > 0 and not check)
    assert [one["ShortName"] for one in sandbox.state("alertra")["devices"]] == ["D6"]


def test_a_master_that_others_keep_is_refused_in_the_words_of_the_server(sandbox: Sandbox, alertra: Account) -> None:
    state = sandbox.set_state("alertra", seed(2))
    state["devices"][1]["device_master_id"] = state["devices"][0]["device_id"]
    before = sandbox.set_state("alertra", state)
    sandbox.switches("alertra", master_delete="refused")
    result = run_module(alertra, "alertra_device", {"short_name": "D0", "state": "absent"})
    assert "Other devices depend on this device" in result["msg"]
    assert sandbox.state("alertra") == before


def test_devices_that_are_masters_of_each_other_are_deleted_by_ansible_playbook(
    sandbox: Sandbox, alertra: Account
) -> None:
    state = sandbox.set_state("alertra", seed(2))
    for one, other in ((0, 1), (1, 0)):
        state["devices"][one]["device_master_id"] = state["devices"][other]["device_id"]
    sandbox.set_state("alertra", state)
    sandbox.switches("alertra", listing="full", master_delete="refused")
    options = {"devices": [{"short_name": f"D{n}", "state": "absent"} for n in range(2)]}
    for flags, changed in ((("--check",), True), ((), True), ((), False)):
        run = run_playbook([alertra], [task("alertra_config", options, "--check" in flags)], *flags, "--diff")
        assert run.code == 0, run.output
        assert run.ours[0]["changed"] is changed
    assert sandbox.state("alertra")["devices"] == []
