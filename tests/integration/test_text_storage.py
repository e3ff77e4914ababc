# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers that store names in another form: never two objects, no change in every run, and a sentence that says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration.harness import Account, Result, requests_of, run_module, writes
from properties.worlds import WORLDS
from sandbox.client import Sandbox
from sandbox.text_storage import CUT_AT, alteration

NAMES = {
    "trim": "Night shift ",
    "collapse": "Night  shift",
    "entities": "R&D",
    "nfc": "Cafe\u0301",
    "cut": "The production web server of the customer in Berlin",
    "cut_20": "The production web server of the customer in Berlin",
    "cut_25": "The production web server of the customer in Berlin",
    "lower": "OPS",
}
"""By the position of the switch: a name that is stored in another form."""


class Named(NamedTuple):
    """A kind of objects that have names.

    :ivar options: what creating one takes besides the name
    :ivar state: what the account holds
    :ivar answers: the positions of the switch create_answer, from the answer that shows most to the least
    """

    options: Mapping[str, Any] = {}
    state: Mapping[str, Any] = {}
    answers: Sequence[str] = ()


PORTMONITOR = ("full", "id", "empty")
PINGHOME = ("object", "id", "message")
SIMPLEHELP = ("uniqueID", "no_id")
KINDS = {
    "alertra_device": Named({"method": "PING", "url": "192.0.2.1"}, {}, ("full", "device_id_object", "empty")),
    "alertra_tag": Named({}, {}, ("full", "device_id_object", "empty")),
    "pinghome_heartbeat": Named({"interval": 60}, {}, PINGHOME),
    "pinghome_resource": Named({"type": "http", "url": "https://www.example.com/"}, {}, PINGHOME),
    "pinghome_server_resource": Named({}, {}, PINGHOME),
    "pingplotter_agent": Named({}, {}, ("object",)),
    "pingplotter_user": Named({}, {}, ("object",)),
    "portmonitor_group": Named({}, {}, PORTMONITOR),
    "portmonitor_target": Named(
        {"group": "Web", "type": "ping", "host": "192.0.2.1"}, {"groups": [{"name": "Web"}]}, PORTMONITOR
    ),
    "simplehelp_group": Named({}, {}, SIMPLEHELP),
    "simplehelp_technician": Named({}, {}, SIMPLEHELP),
}
# Kinds that are not found by a name, or have no name that a user chooses.
# An integration at Pinghome has a name, but is found by the resource and its own id: the name is a text like any other.
WITHOUT_NAME = {
    "alertra_maintenance",
    "pinghome_integration",
    "portmonitor_account",
    "portmonitor_profile",
    "simplehelp_machine",
    "simplehelp_machine_group",
    "simplehelp_server",
}
CASES = [(module, way, answer) for module, named in KINDS.items() for way in NAMES for answer in named.answers]


def test_every_kind_is_here() -> None:
    kinds = {f"{service.name}_{kind}" for service in SERVICES.values() for kind in service.kinds}
    assert kinds == {*KINDS, *WITHOUT_NAME}


class Stored:
    """The objects of a kind at a service that stores their names in its own way."""

    def __init__(self, sandbox: Sandbox, accounts: Sequence[Account], module: str, way: str, answer: str = "") -> None:
        service, self.kind = module.split("_", 1)
        self.sandbox, self.module, self.service = sandbox, module, service
        self.user = next(one for one in accounts if one.service == service)
        self.world = next(one for one in WORLDS if one.name == service)
        self.name_option = self.world.service.kinds[self.kind].name_option
        sandbox.set_state(service, dict(KINDS[module].state))
        sandbox.switches(service, text_storage=way, **({"create_answer": answer} if answer else {}))
        name = NAMES[way]
        email = f"{name.replace(' ', '.')}@example.com" if way != "trim" else "ops@example.com "
        self.options = {**KINDS[module].options, self.name_option: email if module == "pingplotter_user" else name}

    def run(self) -> Result:
        """Declare the object."""
        return run_module(self.user, self.module, self.options)

    def run_config(self) -> Result:
        """Declare the object as the only one of its kind."""
        plural = self.world.service.kinds[self.kind].plural
        return run_module(self.user, f"{self.service}_config", {plural: [self.options], "prune": [plural]})

    def ids(self) -> list[str]:
        """The ids of the objects."""
        return sorted(self.world.rows(self.sandbox.state(self.service), self.kind))


REFUSED = {
    # A short name has at most eight letters, digits and hyphens, so that a server can only change their case.
    *(("alertra_device", way) for way in ("collapse", "entities", "nfc", "cut", "cut_20", "cut_25")),
    # The sandbox refuses an e-mail address that it has cut.
    *(("pingplotter_user", way) for way in ("cut", "cut_20", "cut_25")),
}
"""The kinds and ways in which nothing is created, because the name is refused."""


def number_made(module: str, way: str) -> int:
    """How many objects the first run creates. Names with blanks at their ends are refused before any request."""
    return 0 if way == "trim" or (module, way) in REFUSED else 1


def performed(requests: Sequence[Mapping[str, Any]]) -> list[str]:
    """The writes that the service did not refuse. Half of an e-mail address, for example, is none."""
    return writes([request for request in requests if request["status"] < 400])


@pytest.mark.parametrize(("module", "way", "answer"), CASES)
def test_the_second_run_writes_nothing(
    sandbox: Sandbox, accounts: Sequence[Account], module: str, way: str, answer: str
) -> None:
    stored = Stored(sandbox, accounts, module, way, answer)
    first, made = stored.run(), stored.ids()
    assert len(made) == number_made(module, way), first
    with requests_of(sandbox, stored.service) as requests:
        second = stored.run()
    assert stored.ids() == made
    assert performed(requests) == []
    assert second.get("failed") or not second["changed"], (first, second)
    if way == "trim":
        assert (made, requests) == ([], [])


@pytest.mark.parametrize(("module", "way"), dict.fromkeys((module, way) for module, way, _answer in CASES))
def test_pruning_never_takes_what_the_declared_object_was_stored_as(
    sandbox: Sandbox, accounts: Sequence[Account], module: str, way: str
) -> None:
    stored = Stored(sandbox, accounts, module, way)
    stored.run_config()
    made = stored.ids()
    assert len(made) == number_made(module, way)
    with requests_of(sandbox, stored.service) as requests:
        stored.run_config()
    assert (stored.ids(), performed(requests)) == (made, [])


# -- what is said ------------------------------------------------------------------------------------------------------


def test_a_name_that_would_be_trimmed_is_refused_before_any_request(sandbox: Sandbox, alertra: Account) -> None:
    result = run_module(alertra, "alertra_tag", {"name": "ops "})
    assert result["msg"] == (
        "name must not begin or end with a blank, not 'ops '; "
        "an existing object with this name is declared with its tag_id"
    )
    several = run_module(alertra, "alertra_config", {"tags": [{"name": "ops"}, {"name": "two\nlines"}]})
    assert several["msg"].startswith(
        "tags[1] (two\\nlines): name must not contain a line break or another control character, not 'two\\nlines'"
    )
    assert sandbox.requests() == []


@pytest.mark.parametrize("answer", ["full", "empty"])
def test_an_altered_name_is_an_error_with_both_and_the_id(sandbox: Sandbox, alertra: Account, answer: str) -> None:
    sandbox.switches("alertra", text_storage="entities", create_answer=answer)
    result = run_module(alertra, "alertra_tag", {"name": "R&D"})
    ident = sandbox.state("alertra")["tags"][0]["tag_id"]
    assert result["failed"]
    assert result["changed"]
    assert f"the service stores its name 'R&D' as 'R&amp;D' (tag_id: {ident})" in result["msg"]
    again = run_module(alertra, "alertra_tag", {"name": "R&D"})
    assert f"there is 'R&amp;D' ({ident}), whose name differs only in HTML entities" in again["msg"]
    assert not run_module(alertra, "alertra_tag", {"name": "R&amp;D"})["changed"]


@pytest.mark.parametrize(
    ("existing", "declared", "aspects"),
    [
        ("ops", "Ops", "upper and lower case"),
        ("night shift", "night  shift", "white space"),
        ("Caf\u00e9", "Cafe\u0301", "its Unicode form"),
        (" OPS", "ops", "white space and upper and lower case"),
    ],
)
def test_a_similar_name_stops_a_creation(
    sandbox: Sandbox, alertra: Account, existing: str, declared: str, aspects: str
) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": existing}]})
    for options in ({"tags": [{"name": declared}]}, {"tags": [{"name": declared}], "prune": ["tags"]}):
        result = run_module(alertra, "alertra_config", options)
        assert f"differs only in {aspects}: declare that name, or set tag_id: " in result["msg"], result
    assert [tag["Name"] for tag in sandbox.state("alertra")["tags"]] == [existing]


def test_names_that_differ_in_case_can_be_two_objects(sandbox: Sandbox, alertra: Account) -> None:
    both = {"tags": [{"name": "ops"}, {"name": "Ops"}]}
    sandbox.set_state("alertra", {"tags": [{"Name": "ops"}]})
    assert run_module(alertra, "alertra_config", both)["summary"]["create"] == 1
    assert not run_module(alertra, "alertra_config", both)["changed"]
    for name in ("ops", "Ops"):
        result = run_module(alertra, "alertra_tag", {"name": name})
        assert not result.get("failed")
        assert not result["changed"]


def test_a_name_is_deleted_only_as_it_is(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "ops"}]})
    assert not run_module(alertra, "alertra_tag", {"name": "Ops", "state": "absent"})["changed"]


def test_an_object_with_an_odd_name_is_managed_by_id_and_exported_so(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "ops "}]})
    config = run_module(alertra, "alertra_config_info", {})["config"]
    ident = sandbox.state("alertra")["tags"][0]["tag_id"]
    assert config["tags"] == [{"tag_id": ident, "name": "ops "}]
    result = run_module(alertra, "alertra_config", {**config, "prune": ["tags"]})
    assert not result.get("failed")
    assert not result["changed"]


# -- other texts -------------------------------------------------------------------------------------------------------

LONG = "The production web server of the customer in Berlin"
LOSSES = {"cut": (LONG, f"cut after {CUT_AT} characters"), "lower": ("The Night Shift", "in lower case")}
"""By the position of the switch: a text that loses a part of its meaning, and what the warning says."""


def texts_of(text: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """By service: an option with a text, and a declaration with this text."""
    device = {"short_name": "web", "method": "PING", "url": "192.0.2.1", "full_name": text}
    return {
        "alertra": ("full_name", {"devices": [device]}),
        "pinghome": ("description", {"server_resources": [{"name": "db", "description": text}]}),
        "simplehelp": ("display_name", {"technicians": [{"username": "anna", "display_name": text}]}),
    }


@pytest.mark.parametrize("way", LOSSES)
@pytest.mark.parametrize("service", ["alertra", "pinghome", "simplehelp"])
def test_a_text_that_the_service_cuts_or_whose_case_it_changes_is_said(
    sandbox: Sandbox, accounts: Sequence[Account], service: str, way: str
) -> None:
    """Length and case have a meaning, so that the text is sent again. The warning says why, in check mode, too."""
    text, how = LOSSES[way]
    stored = alteration(way)(text)
    option, declared = texts_of(text)[service]
    user = next(one for one in accounts if one.service == service)
    sandbox.switches(service, text_storage=way)
    first = run_module(user, f"{service}_config", declared)
    assert first["changed"], first
    for check in (True, False):
        again = run_module(user, f"{service}_config", declared, check=check)
        assert again["changed"]
        (warning,) = [str(one) for one in again["warnings"] if option in str(one)]
        assert f"is stored as '{stored}', which is the declared text {how}" in warning
        assert "declare the text as it is stored" in warning
    as_stored = texts_of(stored)[service][1]
    assert not run_module(user, f"{service}_config", as_stored)["changed"]


@pytest.mark.parametrize("way", LOSSES)
def test_a_new_name_that_the_service_alters_is_said(sandbox: Sandbox, alertra: Account, way: str) -> None:
    """An object that is declared by its id is found in spite of its altered name."""
    text, how = LOSSES[way]
    state = sandbox.set_state("alertra", {"tags": [{"Name": "ops"}]})
    sandbox.switches("alertra", text_storage=way)
    options = {"tag_id": state["tags"][0]["tag_id"], "name": text}
    assert run_module(alertra, "alertra_tag", options)["changed"]
    again = run_module(alertra, "alertra_tag", options)
    assert f"name of tag {text} is stored as '{alteration(way)(text)}'" in str(again["warnings"])
    assert how in str(again["warnings"])


def test_what_the_answer_to_a_creation_shows_is_said_at_once(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.switches("alertra", text_storage="cut", create_answer="full")
    result = run_module(alertra, "alertra_config", texts_of(LONG)["alertra"][1])
    words = f"The service stores full_name of device web as '{LONG[:CUT_AT]}', not as '{LONG}'."
    assert words in str(result["warnings"])


def test_another_text_shows_that_the_service_does_not_alter_texts(sandbox: Sandbox, alertra: Account) -> None:
    rows = [{"ShortName": "A", "FullName": "the web"}, {"ShortName": "B", "FullName": f"{LONG}, second server"}]
    sandbox.set_state("alertra", {"devices": [{"Method": "PING", "URL": "192.0.2.1", **row} for row in rows]})
    for text in ("The Web", LONG, f"{LONG}, first"):
        result = run_module(alertra, "alertra_device", {"short_name": "A", "full_name": text})
        assert result["changed"]
        assert not result.get("warnings"), result


TEXTS = {"trim": " Night shift\n", "collapse": "Night   shift", "entities": 'R&D "x" <y>', "nfc": "Cafe\u0301"}


@pytest.mark.parametrize("way", TEXTS)
def test_other_texts_are_not_a_change_in_every_run(sandbox: Sandbox, accounts: Sequence[Account], way: str) -> None:
    text = TEXTS[way]
    devices = [{"short_name": "WEB", "method": "PING", "url": "192.0.2.1", "full_name": text}]
    declared = {
        "alertra_config": {"devices": devices},
        "pinghome_config": {"server_resources": [{"name": "db", "description": text}]},
        "simplehelp_config": {"technicians": [{"username": "anna", "display_name": text}]},
    }
    for user in accounts:
        module = f"{user.service}_config"
        if module in declared:
            sandbox.switches(user.service, text_storage=way)
            assert run_module(user, module, declared[module])["changed"]
            again = run_module(user, module, declared[module])
            assert not again["changed"], again["changes"]


def test_a_text_of_other_words_is_a_change(sandbox: Sandbox, alertra: Account) -> None:
    device = {"short_name": "WEB", "method": "PING", "url": "192.0.2.1"}
    texts = ["a b", "a  b c", "A b c", "A b c.", "R&amp;D", "R&amp;amp;D", "one\ntwo", "one two", "one", None]
    for text in texts:
        assert run_module(alertra, "alertra_device", {**device, "full_name": text})["changed"], text
