# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages in the guide "Troubleshooting" are those that users see: modules cause them, or a named test does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import ROOT, Account, run_module, run_playbook
from sandbox.client import Sandbox

GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_troubleshooting.rst"
DEVICE = {"ShortName": "WWW", "Method": "PING", "URL": "192.0.2.1", "Frequency": 1}
WWW: Mapping[str, Any] = {"short_name": "WWW", "method": "PING", "url": "192.0.2.1", "frequency": 1}

# Messages that no module shows here, because they need a broken server, another process or much time: the file of
# a test, and the text in it, if that is not the message.
ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "process 4711 on this machine": ("tests/unit/core/test_turns.py", "process {other.pid} on this machine"),
    "This run could not check whether other runs": ("tests/unit/core/test_turns.py", ""),
    "the response is larger than 64 MB": ("tests/integration/test_hostile.py", ""),
    "the list of": ("tests/integration/test_hostile.py", ""),
    "has more than 50,000 objects": ("tests/integration/test_hostile.py", ""),
    "JSON with more than": ("tests/integration/test_hostile.py", ""),
    "the response cannot be read": ("tests/unit/http/test_failures.py", ""),
    "no secure connection to": ("tests/integration/test_tls.py", ""),
    "the server limits the rate": ("tests/integration/test_pingplotter_errors.py", ""),
    "run again": ("tests/faults/proof.py", ""),
    "no complete answer within 30 s": ("tests/integration/test_hostile.py", "no complete answer within"),
}

Case = tuple[str, Mapping[str, Any]]


def quotes() -> Iterator[str]:
    """The fixed parts of the messages in the first column of the table."""
    text = GUIDE.read_text(encoding="utf-8")
    table = text[text.index("Error messages") : text.index("Names and other strings\n-")]
    for row in table.split("\n   * - ")[2:]:
        message = re.sub(r"\s+", " ", row.split("\n     - ")[0])
        for quote in re.findall(r"``(.*?)``", message):
            parts = (part.strip(" ,'") for part in quote.split("..."))
            yield from (part for part in parts if len(part) > 3)


def without_ids(text: str) -> str:
    """A message whose ids in parentheses are all the same."""
    return re.sub(r"\([0-9a-f]{2,}\)", "(ID)", text)


def _alertra(sandbox: Sandbox) -> Iterator[Case]:
    """Tasks at Alertra, each after the account was put into the state that leads to its message."""
    sandbox.set_state("alertra", {"devices": [DEVICE], "tags": []})
    yield "alertra_device", {"short_name": "WEB", "metod": "PING"}
    yield "alertra_device", {**WWW, "frequency": 7}
    yield "alertra_device", {**WWW, "method": "HTTP", "url": "https://www.example.com/"}
    yield "alertra_device", {**WWW, "tags": ["web"]}
    yield "alertra_config", {"prune": ["devices"]}
    yield "alertra_config", {"devices": [], "prune": ["devices"], "prune_only": {"devices": {"timeout": "30"}}}
    yield "alertra_config", {"devices": [WWW], "expect_plan": "a" * 64}
    yield "alertra_config", {"devices": [WWW, {**WWW, "short_name": "WEB", "renamed_from": ["WWW"]}]}
    yield "alertra_tag", {"name": False}
    yield "alertra_tag", {"name": "web "}
    sandbox.set_state("alertra", {"devices": [DEVICE, DEVICE]})
    yield "alertra_device", WWW
    sandbox.set_state("alertra", {"devices": [{**DEVICE, "ShortName": f"W{number}"} for number in range(12)]})
    yield "alertra_config", {"devices": [], "prune": ["devices"], "prune_limit": 10}


@pytest.fixture
def messages(sandbox: Sandbox, alertra: Account, pinghome: Account, pingplotter: Account) -> str:
    """The messages and warnings of tasks that go wrong in all of these ways."""
    found: list[str] = []

    def run(user: Account, module: str, options: Mapping[str, Any]) -> None:
        result = run_module(user, module, options)
        found.extend([result.get("msg", ""), *map(str, result.get("warnings", ()))])
        found.extend(failure["msg"] for failure in result.get("failures", ()))

    def other(**environment: str) -> Account:
        return Account("alertra", {**alertra.environment, **environment})

    for module, options in _alertra(sandbox):
        run(alertra, module, options)
    run(other(ALERTRA_API_KEY=""), "alertra_tag", {"name": "web"})
    run(other(ALERTRA_API_KEY="sandbox-key\n"), "alertra_tag", {"name": "web"})
    for status in (401, 403):
        sandbox.fault(service="pingplotter", kind="status", status=status, answer={"error": "No."})
        run(pingplotter, "pingplotter_agent", {"name": "laptop"})
    sandbox.fault(service="alertra", kind="html")
    run(other(ALERTRA_API_RETRIES="0"), "alertra_tag", {"name": "web"})
    sandbox.fault(service="alertra", method="POST", path="^/tags$", kind="status", status=400)
    run(
        alertra, "alertra_config", {"tags": [{"name": "new"}], "devices": [{**WWW, "short_name": "W", "tags": ["new"]}]}
    )
    run(other(ALERTRA_API_URL="http://127.0.0.1:9", ALERTRA_API_RETRIES="0"), "alertra_tag", {"name": "web"})
    run(other(ALERTRA_API_URL=f"{sandbox.url}/nowhere", ALERTRA_API_RETRIES="0"), "alertra_tag", {"name": "web"})
    _special_servers(sandbox, alertra, run)
    _pinghome(sandbox, pinghome, run)
    return "\n".join(found)


def _special_servers(
    sandbox: Sandbox, alertra: Account, run: Callable[[Account, str, Mapping[str, Any]], None]
) -> None:
    """Servers that store other texts, that repeat a page, and that answer with a page for people."""
    sandbox.set_state("alertra", {"devices": [], "tags": [{"Name": "ops"}]})
    run(alertra, "alertra_tag", {"name": "Ops"})
    sandbox.switches("alertra", text_storage="entities")
    run(alertra, "alertra_tag", {"name": "R&D"})
    sandbox.switches("alertra", text_storage="lower")
    for _time in range(2):
        run(alertra, "alertra_device", {**WWW, "short_name": "web", "full_name": "The web"})
    sandbox.switches("alertra", text_storage="as_given", page_cap=2)
    sandbox.set_state("alertra", {"devices": [{**DEVICE, "ShortName": f"W{number}"} for number in range(4)]})
    sandbox.fault(service="alertra", method="GET", path="^/devices$", kind="repeat_page", times=-1)
    run(alertra, "alertra_device", WWW)


def _pinghome(sandbox: Sandbox, pinghome: Account, run: Callable[[Account, str, Mapping[str, Any]], None]) -> None:
    """A service that hides settings, and an object without its service."""
    without = Account("pinghome", {**pinghome.environment, "PINGHOME_SERVICE_ID": ""})
    run(without, "pinghome_resource", {"name": "web"})
    resource = {"name": "web", "type": "http", "url": "https://www.example.com/", "headers": {"X-Team": "web"}}
    run(pinghome, "pinghome_resource", resource)
    sandbox.switches("pinghome", headers_shown="hidden")
    run(pinghome, "pinghome_resource", {"name": "web", "grace_period": 120})


@pytest.fixture
def output(alertra: Account, no_forks: None, tmp_path: Path) -> str:
    """The output of a playbook whose inventory, library and module cannot be found."""
    (tmp_path / "requests.py").write_text("raise ImportError('No module named requests')\n", encoding="utf-8")
    (tmp_path / "customer.yml").write_text("plugin: declarative.monitoring.alertra\n", encoding="utf-8")
    tasks = tmp_path / "tasks.yml"
    tasks.write_text(yaml.safe_dump([{"declarative.monitoring.alertra_tags": {"name": "web"}}]), encoding="utf-8")
    play: list[dict[str, Any]] = [
        {"declarative.monitoring.alertra_tag": {"name": "web"}, "ignore_errors": True},
        {"ansible.builtin.include_tasks": str(tasks)},
    ]
    arguments = ("-i", str(tmp_path / "customer.yml"), "-vvv")
    return run_playbook([alertra], play, *arguments, PYTHONPATH=str(tmp_path)).output


def test_every_message_that_the_guide_quotes_is_shown(messages: str, output: str) -> None:
    messages += re.sub(r"\s+", " ", output)
    shown = without_ids(messages)
    assert [quote for quote in quotes() if quote not in ELSEWHERE and without_ids(quote) not in shown] == [], messages


@pytest.mark.parametrize("quote", sorted(ELSEWHERE))
def test_every_other_message_has_its_own_test(quote: str) -> None:
    path, text = ELSEWHERE[quote]
    source = re.sub(r'"\s*\n\s*r?f?"', "", (ROOT / path).read_text(encoding="utf-8"))
    assert (text or quote) in source
    assert quote in set(quotes()), f"the guide no longer quotes {quote!r}"
