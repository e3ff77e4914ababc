# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters as templates call them: their names, their options, and what they do with an option left out or null."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleFilterError

from integration.harness import ROOT

PACKAGE = "ansible_collections.declarative.monitoring.plugins.filter"
NAMES = sorted(path.stem for path in (ROOT / "plugins" / "filter").glob("*.py"))


def filter_of(name: str) -> Callable[..., Any]:
    """A filter by its name, from the file of this name, where Ansible looks for it."""
    filters = importlib.import_module(f"{PACKAGE}.{name}").FilterModule().filters()
    assert list(filters) == [name]
    found: Callable[..., Any] = filters[name]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_filter_takes_the_options_that_it_documents_by_name_and_in_this_order(name: str) -> None:
    documentation = yaml.safe_load(importlib.import_module(f"{PACKAGE}.{name}").DOCUMENTATION)
    _input, *options = documentation["options"]
    _first, *parameters = inspect.signature(filter_of(name)).parameters.values()
    assert documentation["name"] == name
    assert [one.name for one in parameters[: len(options)]] == options
    for one in parameters[: len(options)]:
        required = documentation["options"][one.name].get("required", False)
        # One that is not required stands before one that is.
        assert required == (one.default is one.empty) or (name, one.name) == ("agents_to_delete", "limit"), one.name
        assert one.default is one.empty or (one.default or None) == _default(documentation, one.name), one.name
    assert all(one.default is not one.empty for one in parameters[len(options) :])
    _input, *positional = documentation.get("positional", "_input").split(", ")
    assert positional == options[: len(positional)]


def _default(documentation: dict[str, Any], option: str) -> Any:
    """The documented default; None if it is empty. A time zone that is left out is UTC."""
    return None if option == "time_zone" else documentation["options"][option].get("default") or None


RESULT = {"failed": True, "msg": "devices[0] is odd", "problems": [], "changes": []}
FAILURE = {"kind": "device", "name": "A", "location": "devices[0]", "action": "update", "msg": "refused"}
PLACES = {"alertra": [{"place": "devices[0]", "where": "a.yml:3 alertra.devices[0]", "kind": "device", "name": "A"}]}


def test_an_outcome_has_the_places_of_the_files_if_they_are_given() -> None:
    results = {"alertra": {**RESULT, "failures": [FAILURE]}}
    outcome, report = filter_of("config_outcome"), filter_of("config_report")
    for places, where in ((PLACES, "a.yml:3 alertra.devices[0]: "), ({}, ""), (None, "")):
        found = outcome(results, places)
        assert report(found, errors_only=True) == [f"Alertra: {where}refused"]
        assert report(found)[2:] == [f"Alertra: {where}refused"]
    assert outcome(results) == outcome(results, {})


def test_a_ticket_needs_nothing_but_the_results() -> None:
    change = {"kind": "device", "name": "A", "id": "1", "action": "update", "fields": ["url"]}
    results = {"alertra": {"changed": True, "changes": [change], "summary": {}}}
    assert filter_of("ticket")(results)["summary"] == ["Monitoring: done", "Alertra: changed: device A"]
    options = {"title": "Move", "check": True, "notes": ["x"], "verbs": {"device": "disabled"}}
    assert filter_of("ticket")(results, PLACES, **options)["summary"] == [
        "Move: a plan, nothing was changed",
        "Alertra: would be disabled: device A",
        "x",
    ]


def test_onboarding_and_offboarding_take_variables_that_are_null_or_missing_as_empty() -> None:
    empty: dict[str, Any] = {"declarations": {}, "problems": []}
    agents = {"technicians": None, "agents": [{"name": "laptop"}]}
    onboarding, offboarding = filter_of("onboarding_plan"), filter_of("offboarding_plan")
    for variables in ({}, {"technicians": None, "agents": None, "sites": None}):
        assert {name: onboarding(variables)[name] for name in empty} == empty
        assert {name: offboarding(variables)[name] for name in empty} == empty
    assert onboarding(agents)["declarations"] == {"pingplotter": {"agents": [{"name": "laptop"}]}}
    assert offboarding({"agents": ["laptop"]}, remove=True)["declarations"] == {
        "pingplotter": {"agents": [{"name": "laptop", "state": "absent"}]}
    }
    wrong = offboarding({"maintenance_duration": 90})["problems"]
    assert [text.split()[0] for text in wrong] == ["offboarding_maintenance_duration"]


def test_offboarding_finds_what_the_variables_do_not_list() -> None:
    variables = {
        "technicians": [{"username": "anna", "email_address": "anna@example.com", "groups": ["Desk"]}],
        "sites": [{"name": "Berlin", "alertra": {}, "portmonitor": {}}],
        "seen_users": [{"email_address": "ANNA@example.com", "user_id": "u-2"}],
        "seen_technicians": [{"username": "robin", "groups": ["Desk"]}],
        "seen_targets": [{"group": "Berlin", "name": "Shop", "target_id": "t-4"}],
        "seen_tags": [{"name": "Berlin", "tag_id": "t", "devices": ["WWW"]}],
    }
    plan = filter_of("offboarding_plan")
    seen = str(plan(variables, remove=True))
    nothing = {name: None for name in variables if name.startswith("seen_")}
    unseen = str(plan({**variables, **nothing}, remove=True))
    for text in ("u-2", "Desk of SimpleHelp is still used by robin", "t-4", "WWW"):
        assert (text in seen, text in unseen) == (True, False), text


def test_a_site_needs_no_definition_and_no_hosts() -> None:
    site = filter_of("site_definition")
    assert site(None, "Berlin") == {"name": "Berlin"}
    # What Pinghome monitors cannot be found by the name of a site.
    empty = {"name": "Berlin", "alertra": {}, "portmonitor": {}}
    assert site(None, "Berlin", services=["alertra", "pinghome", "portmonitor"]) == empty
    assert site({"alertra": {"x": 1}}, "Berlin", services=["alertra"]) == {"name": "Berlin", "alertra": {"x": 1}}
    found = site({}, "Berlin", urls=["https://a.example.com/"], hosts=["b.example.com"], services=["portmonitor"])
    assert [one["type"] for one in found["portmonitor"]["targets"]] == ["url", "ping"]


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("to_declaration", ({}, "alerta"), "there is no service alerta; there are alertra, pinghome, pingplotter, "),
        ("to_declaration", ([], "alertra"), "the account must be a dictionary of kinds"),
        ("survey_list", ("[" * 2000,), "the list is nested too deeply"),
        ("agent_sessions", ([], "[" * 2000), "shifts: the text is nested too deeply"),
    ],
)
def test_what_a_filter_cannot_take_is_an_error_of_the_filter(name: str, args: tuple[Any, ...], message: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        filter_of(name)(*args)
    assert str(caught.value).startswith(message)


def test_a_value_in_one_line_is_no_template() -> None:
    assert filter_of("one_line")("{{ 1 }}\n a\x1b") == "{{ 1 }}\\n a\\x1b"
    survey = filter_of("survey_answers")(
        {"name": "{{ 1 }}", "count": "x"}, {"name": {"type": "text"}, "count": {"type": "int"}}
    )
    assert survey["answers"]["name"] == "{{ 1 }}"
    assert survey["problems"] == ["count must be a whole number, not x."]
