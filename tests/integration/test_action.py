# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module that a fork of a worker runs and one that a new Python runs cannot be told apart by their results."""

from __future__ import annotations

import json
import re
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from integration.harness import COLLECTION, Account, Run, run_playbook
from sandbox.client import Sandbox

SWITCH = "DECLARATIVE_MONITORING_DIRECT_EXECUTION"
TARGETS = Path(__file__).parent / "four_runs"
FORKED = "A fork of a worker runs"
STARTED = "A new Python runs"
SECRET = "sandbox-no-such-key"
# Since ansible-core 2.21, results have the options of the module only if asked to.
OPTIONS_SHOWN = {"ANSIBLE_INJECT_INVOCATION": "true"}
# How a module is sent, which -vvv tells, is what differs.
SENDING = re.compile(rf"^({FORKED}|{STARTED}|Pipelining is enabled|<\S+> (EXEC|PUT|ESTABLISH|FETCH)).*\n", re.MULTILINE)

Play = dict[str, Any]


class Ways(NamedTuple):
    """The same playbook, run in both ways from the same state of the sandbox."""

    forked: Run
    started: Run


def _without_chance(text: str) -> str:
    """Leave out what differs between two runs of any kind: where a module was unpacked, ids, and times."""
    # In a traceback, the path is in quotes, and may have spaces.
    text = re.sub(r'(?<=File )(\\*")[^"\\]*/(?=ansible_collections/)', r"\1", text)
    text = re.sub(r"[^\s\"']*/(?=ansible_collections/)|(?<=/playbook-)\w+", "", text)
    text = re.sub(r'(waited_s\\*": )[0-9.]+', r"\1N", text)
    text = re.sub(r"\b(\d{4}-\d\d-\d\d[T ][0-9:.]+\S*|j?\d{9,12}\.\d+|0x[0-9a-f]+)", "CHANCE", text)
    # Whether a traceback has the lines of a module goes by the Python: one is in an archive, the other in a folder.
    text = re.sub(r"(/plugins/modules/\w+\.py\W+line \d+, in [\w<>]+(\\n|\n))(?: {4}.*?\2)+", r"\1", text)
    order: dict[str, int] = {}
    return re.sub(r"\b[0-9a-f]{32,48}\b", lambda found: f"ID{order.setdefault(found.group(), len(order))}", text)


def _results(run: Run) -> list[str]:
    lines = sorted((line["host"], index, line) for index, line in enumerate(run.results))
    return _without_chance(json.dumps([line for host, index, line in lines], indent=1, sort_keys=True)).splitlines()


def _assert_same(ways: Ways) -> None:
    assert ways.forked.code == ways.started.code, ways.forked.output
    assert _results(ways.forked) == _results(ways.started)
    assert FORKED not in ways.started.output


@pytest.fixture
def play(tmp_path: Path, sandbox: Sandbox, accounts: Sequence[Account]) -> Callable[..., Ways]:
    """Runs a play in both ways."""

    def both(
        tasks: Sequence[Play], *arguments: str, prepare: Callable[[], Any] = lambda: None, env: Any = None, **play: Any
    ) -> Ways:
        path = tmp_path / "play.yml"
        content = [{"hosts": "localhost", "gather_facts": False, "tasks": list(tasks), **play}]
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        runs = []
        for direct in ("true", "false"):
            sandbox.reset()
            prepare()
            runs.append(run_playbook(accounts, path, "-vvv", *arguments, **{SWITCH: direct, **(env or {})}))
        return Ways(*runs)

    return both


def _task(module: str, options: Mapping[str, Any], **keywords: Any) -> Play:
    return {f"{COLLECTION}.{module}": dict(options), **keywords}


WEB = {"short_name": "WEB", "method": "HTTP", "url": "http://www.example.com", "frequency": 1}
CONFIG = {
    "devices": [
        {"short_name": "A", "method": "HTTP", "url": "http://a.example.com", "tags": ["T"]},
        {"short_name": "B", "method": "HTTP", "url": "http://b.example.com"},
    ],
    "tags": [{"name": "T"}],
    "prune": ["devices"],
    "concurrency": 1,
}
TASKS = [
    _task("alertra_device", {**WEB, "short_name": "{{ item }}"}, loop=["W1", "W2"], check_mode=True),
    _task("alertra_device", {**WEB, "short_name": "{{ item }}"}, loop=["W1", "W2"]),
    _task("alertra_device", {"short_name": "W1", "frequency": 5, "full_name": None, "tags": []}),
    _task("alertra_tag", {"devices": ["W1"]}),
    _task("alertra_device", {"short_name": "W1", "api_key": "{{ secret }}"}),
    _task(
        "alertra_device", {"short_name": "W1", "api_url": "http://127.0.0.1:9/{{ secret }}", "api_key": "{{ secret }}"}
    ),
    _task("alertra_device", {"short_name": "W1", "unknown": 1}),
    _task("alertra_device", {"short_name": "W1", "frequency": "often"}),
    _task("alertra_device", {"short_name": "W1", "frequency": 7}),
    _task("alertra_device_info", {"include": ["checks"]}, no_log=True),
    _task("alertra_device_info", {}, environment={"ALERTRA_API_KEY": "sandbox-readonly", "no_proxy": "*"}),
    _task("alertra_key_info", {}, environment={"ALERTRA_API_KEY": "{{ secret }}"}),
    _task("alertra_device_info", {"ca_path": "no/such.pem"}),
    _task("alertra_device_info", {"short_name": "X"}, register="r", until="r.devices | length > 0", retries=2, delay=0),
    _task("alertra_config", {**CONFIG, "prune_limit": 1}),
    _task("alertra_config", CONFIG, register="done"),
    {"ansible.builtin.debug": {"msg": "{{ done.summary }} {{ done.changes | length }}"}},
    _task("alertra_config_info", {}),
    _task(
        "simplehelp_technician", {"username": "anna", "password": "{{ secret }}", "display_name": "Anna {{ secret }}"}
    ),
    _task("portmonitor_account", {"new_password": "{{ secret }}"}),
    _task("pinghome_heartbeat", {"name": "{{ item }}", "interval": 7}, loop=["one", "two"]),
]
DEFAULTS = {
    f"group/{COLLECTION}.alertra": {"api_max_wait": 19},
    f"group/{COLLECTION}.all": {"api_timeout": 9, "api_retries": 0},
    f"{COLLECTION}.alertra_tag": {"name": "from-module-defaults"},
}


def test_results_are_the_same_to_the_letter(sandbox: Sandbox, play: Callable[..., Ways]) -> None:
    def prepare() -> None:
        # The warnings of one item may not come with the next.
        sandbox.set_state("pinghome", {"heartbeats": [{"name": "one"}, {"name": "two"}]})
        sandbox.fault(service="pinghome", method="GET", skip=2, times=6, kind="status", status=500)

    ways = play(
        [{"ignore_errors": True, **task} for task in TASKS],
        "--diff",
        prepare=prepare,
        module_defaults=DEFAULTS,
        vars={"secret": SECRET},
        env=OPTIONS_SHOWN,
    )
    _assert_same(ways)
    forked, started = (SENDING.sub("", _without_chance(run.output)).splitlines() for run in ways)
    assert forked == started
    assert STARTED not in ways.forked.output
    ours = [task for task in TASKS if any(keyword.startswith(COLLECTION) for keyword in task)]
    runs = [len(task.get("loop", ["once"])) * (1 + task.get("retries", 0)) for task in ours]
    assert ways.forked.output.count(FORKED) == sum(runs)
    assert SECRET not in ways.forked.output
    assert SECRET not in str(ways.forked.results)
    (tag,) = ways.forked.of("alertra_tag")
    assert tag["tag"]["name"] == "from-module-defaults"
    assert tag["invocation"]["module_args"]["api_max_wait"] == 19
    assert tag["invocation"]["module_args"]["api_timeout"] == 9
    assert any("What was written could not be read back" in str(result) for result in ways.forked.ours)


# Objects that are created at the same time are listed in any order.
ONE_AT_A_TIME = {
    f"{COLLECTION}.{service}_config": {"concurrency": 1}
    for service in ("alertra", "pinghome", "pingplotter", "portmonitor", "simplehelp")
}


NAMES = sorted(path.parent.name for path in TARGETS.glob("*/seed.yml"))
# What tasks in check mode tell each other goes the same way with each module: a single one and all services are enough.
IN_CHECK_MODE = ("alertra_device", "customer")


@pytest.mark.parametrize(
    ("target", "mode"), [*((name, "run") for name in NAMES), *((name, "check") for name in IN_CHECK_MODE)]
)
def test_targets_have_the_same_results(sandbox: Sandbox, play: Callable[..., Ways], target: str, mode: str) -> None:
    seed: dict[str, Any] = yaml.safe_load((TARGETS / target / "seed.yml").read_text(encoding="utf-8"))
    tasks = yaml.safe_load((TARGETS / target / "tasks" / "main.yml").read_text(encoding="utf-8"))

    def prepare() -> None:
        for service, state in seed.items():
            sandbox.set_state(service, state)

    arguments = ["--check"] if mode == "check" else []
    ways = play(tasks, "--diff", *arguments, prepare=prepare, module_defaults=ONE_AT_A_TIME)
    assert ways.forked.code == 0, ways.forked.output
    assert STARTED not in ways.forked.output
    _assert_same(ways)


def test_hosts_share_one_controller(play: Callable[..., Ways], tmp_path: Path) -> None:
    (tmp_path / "hosts.ini").write_text("a1 n=1\na2 n=2\na3 n=3\n", encoding="utf-8")
    tasks = [
        _task("alertra_device", {**WEB, "short_name": "D{{ n }}"}, delegate_to="localhost", throttle=1),
        _task("alertra_device_info", {}, delegate_to="localhost", run_once=True, register="all"),
        {"ansible.builtin.debug": {"msg": "{{ all.devices | map(attribute='short_name') | sort }}"}},
    ]
    ways = play(tasks, "-i", str(tmp_path / "hosts.ini"), "-f", "3", hosts="all")
    assert ways.forked.code == 0, ways.forked.output
    assert STARTED not in ways.forked.output
    assert [len(result["devices"]) for result in ways.forked.of("alertra_device_info")] == [3]
    assert sorted(_results(ways.forked)) == sorted(_results(ways.started))


def test_what_a_service_returns_is_never_a_template(sandbox: Sandbox, play: Callable[..., Ways]) -> None:
    state = {"devices": [{"ShortName": "WEB", "URL": "x", "Method": "HTTP", "FullName": "{{ 6 * 7 }}"}]}
    tasks = [
        _task("alertra_device_info", {}, register="found"),
        {"ansible.builtin.debug": {"msg": "{{ found.devices[0].full_name }}"}},
        {"ansible.builtin.set_fact": {"again": "{{ found.devices }}"}},
        {"ansible.builtin.debug": {"msg": "{{ again[0].full_name }}"}},
    ]
    ways = play(tasks, prepare=lambda: sandbox.set_state("alertra", state))
    _assert_same(ways)
    texts = [line["result"].get("msg") for line in ways.forked.results if line["action"] == "ansible.builtin.debug"]
    assert texts == ["{{ 6 * 7 }}"] * 2


DEVICES = """
devices:
  - {short_name: A, method: HTTP, url: http://a.example.com, full_name: !unsafe "{{ 6 * 7 }}"}
  - short_name: B
    method: HTTP
    url: http://b.example.com
    full_name: !vault |
"""


def test_variables_arrive_decrypted_and_otherwise_as_they_are(play: Callable[..., Ways], tmp_path: Path) -> None:
    (tmp_path / "password").write_text("password", encoding="utf-8")
    encrypted = VaultLib([("default", VaultSecret(b"password"))]).encrypt("In the vault").decode()
    variables = tmp_path / "devices.yml"
    variables.write_text(DEVICES + textwrap.indent(encrypted, " " * 6), encoding="utf-8")
    config = {"devices": "{{ devices }}", "concurrency": 1}
    tasks = [_task("alertra_config", config), _task("alertra_device_info", {})]
    ways = play(tasks, "--vault-password-file", str(tmp_path / "password"), vars_files=[str(variables)])
    _assert_same(ways)
    (found,) = ways.forked.of("alertra_device_info")
    assert {device["full_name"] for device in found["devices"]} == {"{{ 6 * 7 }}", "In the vault"}


def test_a_task_whose_time_is_up_sends_nothing_more(sandbox: Sandbox, play: Callable[..., Ways]) -> None:
    def prepare() -> None:
        sandbox.fault(service="alertra", method="GET", kind="delay", seconds=4)

    tasks = [
        _task("alertra_device", WEB, timeout=2, ignore_errors=True),
        {"ansible.builtin.pause": {"seconds": 4}},
        _task("alertra_device_info", {}),
    ]
    ways = play(tasks, prepare=prepare)
    assert ways.forked.of("alertra_device_info")[0]["devices"] == []
    for run in ways:
        (late,) = run.of("alertra_device")
        assert re.search(r"expected time frame \(2\)|after 2 second", late["msg"])
    # Where in the code of ansible-core the time was up is not the same; some versions say it.
    (forked,), (started,) = (run.of("alertra_device") for run in ways)
    for result in (forked, started):
        result.get("timedout", {}).pop("frame", None)
        result.pop("exception", None)
    assert forked == started


def test_an_item_leaves_nothing_behind_for_the_next(play: Callable[..., Ways]) -> None:
    items = [{"key": SECRET, "folder": "/no/such"}, {"key": "sandbox-readonly"}, {"key": "sandbox-key"}]
    tasks = [
        _task(
            "alertra_key_info",
            {"api_timeout": "{{ 9 if ansible_loop.first else omit }}"},
            environment={"ALERTRA_API_KEY": "{{ item.key }}"},
            loop=items,
            loop_control={"extended": True, "label": "{{ ansible_loop.index }}"},
            ignore_errors=True,
        ),
        _task("alertra_device", WEB),
    ]
    ways = play(tasks, env=OPTIONS_SHOWN)
    _assert_same(ways)
    refused, reader, writer = ways.forked.of("alertra_key_info")[0]["results"]
    assert "refused" in refused["msg"]
    assert reader["key"] != writer["key"]
    assert [item["invocation"]["module_args"]["api_timeout"] for item in (refused, reader, writer)] == [9.0, 10.0, 10.0]
    assert ways.forked.of("alertra_device")[0]["changed"]


def test_all_items_of_a_loop_share_a_connection(sandbox: Sandbox, alertra: Account) -> None:
    device = {**WEB, "short_name": "{{ item }}"}
    run = run_playbook([alertra], [_task("alertra_device", device, loop=["A", "B", "C"])])
    assert run.code == 0, run.output
    requests = sandbox.requests("alertra")
    assert len([request for request in requests if request["method"] == "POST"]) == 3
    assert len({request["connection"] for request in requests}) == 1


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Another interpreter, which has all that this one has."""
    path = tmp_path / "python"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def su(tmp_path: Path) -> Path:
    """A program like C(su) that asks for no password and stays this user, who need not be root."""
    path = tmp_path / "su"
    path.write_text('#!/bin/sh\nexec /bin/sh -c "$3"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("keywords", "reason"),
    [
        ({"vars": {"ansible_python_interpreter": "PYTHON"}}, "the interpreter is another one, #!PYTHON"),
        ({"vars": {"declarative_monitoring_direct_execution": "{{ 1 > 2 }}"}}, "direct_execution is off"),
        ({"environment": {"LC_ALL": "C", "ALERTRA_API_TIMEOUT": "9"}}, "its environment has LC_ALL"),
        (
            {"become": True, "become_method": "ansible.builtin.su", "vars": {"ansible_su_exe": "SU"}},
            "the task runs as another user",
        ),
        ({"async": 20, "poll": 1}, "the task is asynchronous"),
        ({"vars": {"ansible_shell_executable": "/bin/bash"}}, "the shell is not /bin/sh"),
        ({"vars": {"ansible_python_module_rlimit_nofile": 512}}, "the number of open files is limited"),
    ],
    ids=["interpreter", "variable", "environment", "become", "async", "shell", "limit"],
)
def test_what_asks_for_a_process_of_its_own_has_one(
    play: Callable[..., Ways], python: Path, su: Path, keywords: Play, reason: str
) -> None:
    if "async" in keywords and " " in sys.executable:
        pytest.skip(
            "ansible-core does not quote the interpreter of an asynchronous task, so its path may have no space"
        )
    keywords = json.loads(json.dumps(keywords).replace("PYTHON", str(python)).replace('"SU"', f'"{su}"'))
    ways = play([_task("alertra_device", WEB, **keywords), _task("alertra_device_info", {})])
    _assert_same(ways)
    assert ways.forked.of("alertra_device")[-1]["changed"]
    (line,) = (line for line in ways.forked.output.splitlines() if line.startswith(STARTED))
    assert line == f"{STARTED} {COLLECTION}.alertra_device: {reason.replace('PYTHON', str(python))}"
    assert ways.forked.output.count(FORKED) == 1


def test_an_interpreter_that_is_to_be_found_is_found_and_remembered(play: Callable[..., Ways], tmp_path: Path) -> None:
    (tmp_path / "hosts.ini").write_text("here ansible_connection=local\n", encoding="utf-8")
    tasks = [
        _task("alertra_key_info", {}, ignore_errors=True, loop=[1, 2]),
        {"ansible.builtin.debug": {"var": "ansible_facts"}},
    ]
    ways = play(tasks, "-i", str(tmp_path / "hosts.ini"), hosts="here")
    _assert_same(ways)
    assert "discovered_interpreter_python" in str(ways.forked.of("alertra_key_info"))


@pytest.mark.parametrize("way", ["environment", "ini", "files"])
def test_ordinary_modules_can_be_asked_for(accounts: Sequence[Account], tmp_path: Path, way: str) -> None:
    settings = tmp_path / "ansible.cfg"
    settings.write_text("[declarative_monitoring]\ndirect_execution = false\n", encoding="utf-8")
    env = {"environment": {SWITCH: "no"}, "ini": {"ANSIBLE_CONFIG": str(settings)}}
    env["files"] = {"ANSIBLE_KEEP_REMOTE_FILES": "true", "ANSIBLE_REMOTE_TEMP": str(tmp_path / "kept")}
    run = run_playbook(accounts, [_task("alertra_key_info", {})], "-vvv", **env[way])
    assert run.code == 0, run.output
    assert FORKED not in run.output
    assert ("remote files are kept" if way == "files" else "direct_execution is off") in run.output
    assert bool(list(tmp_path.glob("kept/*/AnsiballZ_alertra_key_info.py"))) is (way == "files")


CALLBACK = f"""
import sys
from ansible.plugins.callback import CallbackBase

class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "imports"

    def v2_playbook_on_stats(self, stats):
        utils = "ansible_collections.{COLLECTION}.plugins.module_utils."
        names = ("_http.client", "_core.apply", "_ansible.module")
        print({{name: utils + name in sys.modules for name in names}})
"""


def test_what_takes_long_to_import_is_imported_once_for_all_tasks(accounts: Sequence[Account], tmp_path: Path) -> None:
    """Each worker is a fork of the main process, and has what that has imported."""
    (tmp_path / "imports.py").write_text(CALLBACK, encoding="utf-8")
    play = [_task("alertra_key_info", {})]
    run = run_playbook(accounts, play, ANSIBLE_CALLBACK_PLUGINS=str(tmp_path))
    assert "{'_http.client': True, '_core.apply': True, '_ansible.module': False}" in run.output
