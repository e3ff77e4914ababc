# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which modules are run without a new Python."""

from __future__ import annotations

import importlib
import pickle
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from ansible_collections.declarative.monitoring.plugins.action import direct_execution as direct
from tools import checkout

ROOT = Path(__file__).resolve().parents[4]
MODULES = checkout.modules()


def test_every_module_is_routed_to_the_action() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    action = {"action_plugin": "declarative.monitoring.direct_execution"}
    assert runtime["plugin_routing"]["modules"] == dict.fromkeys(MODULES, action)


@pytest.mark.parametrize("service", sorted({module.split("_")[0] for module in MODULES}))
def test_the_connection_options_of_every_service_may_be_in_the_environment(service: str) -> None:
    environment = {f"{service.upper()}_API_URL": "x", "https_proxy": "y", "NO_PROXY": "z"}
    path = ROOT / "plugins" / "modules" / f"{service}_config.py"
    assert direct._reason_not_direct_module(path, f"#!{sys.executable}", {}, environment) is None


@pytest.mark.parametrize("name", ["PYTHONPATH", "TZ", "LD_PRELOAD", "SSL_CERT_FILE", "XALERTRA_API_URL", "ALERTRA_"])
def test_other_variables_may_not(name: str) -> None:
    path = ROOT / "plugins" / "modules" / "alertra_tag.py"
    found = direct._reason_not_direct_module(
        path, f"#!{sys.executable}", {}, {"ALERTRA_API_KEY": "secret", name: "secret"}
    )
    assert found == f"its environment has {name}"


def test_a_link_in_another_folder_is_another_interpreter(tmp_path: Path) -> None:
    beside = Path(sys.executable).with_name("python3")
    link = tmp_path / "python"
    link.symlink_to(sys.executable)
    assert direct._same_python(sys.executable)
    assert direct._same_python(str(beside)) is (beside.resolve() == Path(sys.executable).resolve())
    assert not direct._same_python(str(link))
    assert not direct._same_python("/usr/bin/env python")
    assert not direct._same_python(f"{sys.executable} -I")


def test_a_module_of_somebody_else_is_not_taken_for_ours(tmp_path: Path) -> None:
    path = tmp_path / "alertra_tag.py"
    assert direct._reason_not_direct_module(path, f"#!{sys.executable}", {}, {}) == f"{path} is not in this collection"


def test_tracebacks_that_are_to_be_shown_are_those_of_an_ordinary_module() -> None:
    path = ROOT / "plugins" / "modules" / "alertra_tag.py"
    arguments = {"_ansible_tracebacks_for": ["error"]}
    assert direct._reason_not_direct_module(path, f"#!{sys.executable}", arguments, {}) == "tracebacks are requested"


def _action(**changes: Any) -> Any:
    parts: dict[str, Any] = {
        "_task": SimpleNamespace(async_val=0),
        "_connection": SimpleNamespace(transport="local", become=None),
        "_play_context": SimpleNamespace(executable="/bin/sh"),
    }
    return SimpleNamespace(**{**parts, **changes})


@pytest.mark.parametrize(
    ("core", "platform", "transport", "reason"),
    [
        ("2.16.0", "linux", "local", None),
        ("2.21.5", "linux", "local", None),
        ("2.15.13", "linux", "local", "not verified with ansible-core 2.15.13"),
        ("2.22.0b1", "linux", "local", "not verified with ansible-core 2.22.0b1"),
        ("2.21.0", "darwin", "local", "the system's network libraries do not work in a fork"),
        ("2.21.0", "linux", "ssh", "the connection is ssh"),
    ],
)
def test_only_what_was_verified_is_trusted(
    monkeypatch: pytest.MonkeyPatch, core: str, platform: str, transport: str, reason: str | None
) -> None:
    monkeypatch.setattr(direct, "core_version", core)
    monkeypatch.setattr(sys, "platform", platform)
    # Test runners have threads of their own.
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    action = _action(_connection=SimpleNamespace(transport=transport, become=None))
    assert direct._reason_not_direct_task(action, {}) == reason


@pytest.mark.skipif(direct._TAGS is None, reason="this ansible-core notes nothing of values; 2.19 and newer do")
def test_arguments_go_without_what_is_noted_of_them_and_are_the_same() -> None:
    origin = importlib.import_module("ansible._internal._datatag._tags").Origin(path="/play.yml", line_num=7)
    plain = {"devices": [{"short_name": "A", "frequency": 5, "tags": ["T", None]}], "prune": [], 3: (True, 1.5)}

    def note(value: Any) -> Any:
        if isinstance(value, dict):
            value = {note(key): note(one) for key, one in value.items()}
        elif isinstance(value, list):
            value = [note(one) for one in value]
        return origin.try_tag(value)

    noted = note(plain)
    untagged = direct._untagged(noted)
    assert untagged == plain
    assert repr(untagged) == repr(plain)
    assert pickle.dumps(untagged) == pickle.dumps(plain)
    assert pickle.dumps(noted) != pickle.dumps(plain)


def test_a_worker_with_threads_is_not_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert direct._reason_not_direct_task(_action(), {}) == "the worker has threads"


@pytest.mark.parametrize("name", ["_ANSIBLE_COVERAGE_CONFIG", "_ANSIBLE_ANSIBALLZ_DEBUGPY_CONFIG"])
def test_a_module_that_is_measured_or_debugged_is_an_ordinary_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setenv(name, "x")
    assert direct._reason_not_direct_task(_action(), {}) == "its coverage is measured, or it is debugged"
