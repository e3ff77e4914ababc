# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook that probes accounts. How a probe finds each answer is tested in unit/probe."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration.harness import COLLECTION, PLAYBOOK_SECONDS, ROOT, Account, run_module, run_playbook, writes
from integration.test_killed import left_over
from integration.test_playbooks_ops import play, report
from integration.test_roles_config import failure
from sandbox.client import Sandbox
from unit.probe.accounts import ACCOUNTS

SWITCHES: Mapping[str, Mapping[str, Any]] = {
    "alertra": {"config_place": "HostData", "not_found": 404, "unknown_fields": "some"},
    "pinghome": {"list_envelope": "camel", "reminder_absent": 204},
    "pingplotter": {"prefix": "none", "session_status": "lower"},
    "portmonitor": {"type_word": "urls", "error_style": "success_false_info"},
    "simplehelp": {"failure_style": "html", "restrictions_answer": "object"},
}

WAIT_S = 30


def fill(sandbox: Sandbox) -> None:
    """Put the accounts with a canary in every value into the sandbox."""
    for service, one in ACCOUNTS.items():
        sandbox.set_state(service, one.state)
        sandbox.switches(service, **SWITCHES.get(service, {}))


def test_a_playbook_writes_a_report_and_a_profile_without_any_value(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    fill(sandbox)
    run = play(accounts, "probe", "-vvv", probe_directory=str(tmp_path))
    assert run.code == 0, run.output
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "canary" not in f"{run.output}{text}".casefold()
    profile = json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))
    assert {name: SWITCHES[name].items() <= profile[name].items() for name in SWITCHES} == dict.fromkeys(SWITCHES, True)
    assert "canary" not in json.dumps(profile)
    assert "### Differs" in text
    assert "| device | x_flag | true or false |" in text
    assert not writes(sandbox.requests())


def test_the_services_of_a_probe_can_be_chosen(sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path) -> None:
    fill(sandbox)
    variables = json.dumps({"probe_services": "alertra"})
    run = run_playbook(accounts, Path("declarative.monitoring.probe"), "-e", variables, cwd=tmp_path, PWD="/")
    assert run.code == 0, run.output
    assert list(json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))) == ["alertra"]
    (head, line) = report(run)
    assert head == "## Alertra"
    assert line.startswith("23 questions: ")


def test_a_probe_that_fails_is_named_but_its_message_is_not_in_the_report(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    fill(sandbox)
    sandbox.fault(service="alertra", kind="status", status=500, times=-1, answer={"message": "canary"})
    run = play(accounts, "probe", probe_directory=str(tmp_path), probe_services=["alertra", "portmonitor"])
    assert failure(run) == "The probe failed at alertra."
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "The probe failed." in text
    assert "canary" not in text
    assert list(json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))) == ["portmonitor"]


def test_an_unknown_service_is_refused(sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path) -> None:
    run = play(accounts, "probe", probe_directory=str(tmp_path), probe_services="alerta")
    assert f"probe_services must be some of {', '.join(sorted(SERVICES)[:-1])} and " in failure(run)
    assert failure(run).endswith("not alerta.")
    assert not sandbox.requests()


def test_write_requests_leave_the_accounts_as_before(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    fill(sandbox)
    before = {service: holdings(sandbox, service) for service in sandbox.services}
    run = play(accounts, "probe", probe_directory=str(tmp_path), probe_write=True, probe_prefix="scratch")
    assert run.code == 0, run.output
    assert {service: holdings(sandbox, service) for service in sandbox.services} == before
    assert writes(sandbox.requests())
    text = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "canary" not in text.casefold()
    assert "write: true" not in text
    profile = json.loads((tmp_path / "profile.json").read_text(encoding="utf-8"))
    assert {service: switches["text_storage"] for service, switches in profile.items()} == dict.fromkeys(
        sandbox.services, "as_given"
    )


def test_a_prefix_that_hardly_anybody_would_recognise_is_refused(sandbox: Sandbox, alertra: Account) -> None:
    result = run_module(alertra, "alertra_probe", {"prefix": "zz"})
    assert result["msg"] == "prefix must be 5 to 20 letters and digits, the first a letter, not 'zz'"
    assert not sandbox.requests()


# The requests that are slow, so that the signal comes while one is sent, and there is a scratch object.
SLOW: Mapping[str, Mapping[str, Any]] = {
    "alertra": {"method": "POST", "skip": 1},
    "pinghome": {"method": "POST", "skip": 1},
    "pingplotter": {"method": "PUT"},
    "portmonitor": {"method": "POST", "path": "/groups", "skip": 1},
    "simplehelp": {"path": "/new$", "skip": 1},
}


@pytest.mark.parametrize("service", SLOW)
def test_after_ctrl_c_the_scratch_objects_are_deleted(
    sandbox: Sandbox, accounts: Sequence[Account], service: str, tmp_path: Path
) -> None:
    fill(sandbox)
    before = holdings(sandbox, service)
    sandbox.fault(service=service, kind="delay", seconds=1, times=-1, **SLOW[service])
    (user,) = (one for one in accounts if one.service == service)
    task = {f"{COLLECTION}.{service}_probe": {"write": True}}
    playbook = tmp_path / "play.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        **user.environment,
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "build" / "collections"),
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "STARTED_BY": str(tmp_path),
    }
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        [program, str(playbook)], env=environment, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    wait_until(lambda: holdings(sandbox, service) != before)
    # As a terminal does it.
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(PLAYBOOK_SECONDS) != 0
    # The probe makes sure that nothing appears later. The next test must not see these requests.
    wait_until(lambda: not left_over(tmp_path))
    assert holdings(sandbox, service) == before


def holdings(sandbox: Sandbox, service: str) -> dict[str, Any]:
    """What an account contains, without what logins leave."""
    return {**sandbox.state(service), "login_tokens": None}


def wait_until(check: Callable[[], bool]) -> None:
    """Wait until a check is true."""
    deadline = time.monotonic() + WAIT_S
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_key_with_half_of_the_permissions_still_gets_a_report(sandbox: Sandbox, pingplotter: Account) -> None:
    fill(sandbox)
    sandbox.fault(service="pingplotter", path="^/(api/)?users", kind="status", status=403, times=-1)
    found = run_module(pingplotter, "pingplotter_probe", {})
    answers = {one["switch"]: one for one in found["findings"]}
    assert answers["roles_read"]["answer"] == "not_seen"
    assert answers["roles_read"]["seen"] == "the service refused the request (HTTP 403)"
    assert answers["session_status"]["answer"] == "differs"
