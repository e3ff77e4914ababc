# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets of all options of all modules are masked in every notation, and when a server repeats them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock
from urllib.parse import quote

import pytest
from ansible.module_utils import basic

from integration.bad_input import GOOD, MODULES, TITLES, UUID, specification
from integration.canaries import canary, found, secrets_in, spellings
from integration.conftest import CREDENTIALS
from integration.harness import Account, account, run_module, run_playbook, task
from sandbox.client import Sandbox
from unit.http.scripted import Answer, Request, Server

Options = dict[str, Any]
Place = Callable[[str], Answer]


def _secret(spec: Mapping[str, Any], letters: str) -> Any:
    return {"X-Secret": canary(letters)} if spec["type"] == "dict" else canary(letters)


def secret_options(module: str) -> Options:
    """Options with a canary in each that is secret; in a config task one object of each kind that has secrets."""
    options = dict(GOOD.get(module, {}))
    for name, spec in specification(module).items():
        # A header takes ASCII only, and most credentials go into one.
        if spec.get("no_log"):
            options[name] = _secret(spec, "" if "fallback" in spec else "ö")
        inside = spec.get("options", {})
        secret = {key: _secret(one, "ö") for key, one in inside.items() if one.get("no_log")}
        if secret:
            kind = module.replace("config", name.removesuffix("s"))
            options[name] = [{**GOOD[kind], **secret}]
    return options


# -- responses of the server -------------------------------------------------------------------------------------------

# The words of most servers are cut after 200 letters; there the first secret begins shortly before.
PADDING = "." * 185

PLACES: Mapping[str, Place] = {
    "message": lambda words: Answer(400, {"message": words}),
    "long message": lambda words: Answer(400, {"message": f"{PADDING} {words}"}),
    "error with a code": lambda words: Answer(422, {"error": {"code": words, "message": "none"}}),
    "errors by field": lambda words: Answer(422, {"errors": {words: [words]}}),
    "list of errors": lambda words: Answer(409, {"errors": [{"detail": words}, words]}),
    "text": lambda words: Answer(401, words.encode()),
    "page": lambda words: Answer(403, f"<html><body>{words}</body></html>".encode()),
    "text with success": lambda words: Answer(200, words.encode()),
    "refusal with success": lambda words: Answer(200, {"success": False, "reason": words}),
    "unknown object": lambda words: Answer(200, {"unknown": words}),
    "unknown list": lambda words: Answer(200, [words]),
    "truncated": lambda words: Answer(200, json.dumps({"message": words.split()[1]}).encode()[:-1]),
    "failure": lambda words: Answer(500, {"title": words}),
    "redirect": lambda words: Answer(
        302, b"", {"Location": f"https://{quote(words, safe='')}@example.com/{quote(words)}"}
    ),
    "limit": lambda words: Answer(429, {"detail": words}, {"Retry-After": "1000"}),
}


@pytest.mark.parametrize("module", MODULES)
def test_no_answer_makes_a_module_tell_its_secrets(module: str) -> None:
    """Those of the connection come as options and from the environment by turns."""
    options = secret_options(module)
    secrets = list(secrets_in(options))
    assert secrets
    said = "Of " + " ".join(text for secret in secrets for text in spellings(secret)) + " none is liked."
    leaks = {}
    for index, (place, answer) in enumerate(PLACES.items()):
        given, environment = _split(module, options) if index % 2 else (options, {})
        with _logging() as logged, _serving(answer(said)) as server:
            result = run_module(_account(module, environment), module, {"api_url": server.url, **given})
        assert server.requests, (module, result)
        if leaked := found(result, logged):
            leaks[place] = leaked[:3]
    assert not leaks


def _split(module: str, options: Options) -> tuple[Options, dict[str, str]]:
    """The options without those that may come from the environment, and those."""
    spec = specification(module)
    connection = {name: value for name, value in options.items() if "fallback" in spec.get(name, {})}
    return {name: value for name, value in options.items() if name not in connection}, connection


def _account(module: str, options: Mapping[str, str]) -> Account:
    service = module.partition("_")[0]
    limits = {"service_id": UUID, "api_retries": "0", "api_max_wait": "0", "api_timeout": "5"}
    return Account(service, {f"{service}_{name}".upper(): text for name, text in {**limits, **options}.items()})


@contextmanager
def _serving(answer: Answer) -> Iterator[Server]:
    server = Server(by=lambda request: answer)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def _logging() -> Iterator[list[str]]:
    """What modules write to the system's log meanwhile."""
    lines: list[str] = []
    with (
        mock.patch.object(basic, "has_journal", False),
        mock.patch.object(basic.AnsibleModule, "_log_to_syslog", lambda self, line: lines.append(str(line))),
    ):
        yield lines


# -- in what a server shows of its objects -----------------------------------------------------------------------------


def test_a_credential_in_the_text_of_an_object_is_masked(sandbox: Sandbox) -> None:
    """People paste keys into notes; whoever may run a playbook need not see them."""
    key, token = canary(""), canary("")
    sandbox.add_account("alertra", key=key, level="UW")
    device = {"ShortName": "WEB-1", "Method": "HTTP", "URL": f"https://www.example.com/{quote(key)}", "FullName": key}
    sandbox.set_state("alertra", {"devices": [device], "tags": [{"Name": key}]}, key)
    sandbox.add_account("simplehelp", token=token)
    machine = {"machineID": "SG_1", "name": "db", "notes": f"The token is {token}", "properties": {"token": token}}
    sandbox.set_state("simplehelp", {"machines": [machine], "history": [{"technicianUsername": token}]}, token)
    alertra = account(sandbox, "alertra", api_key=key)
    simplehelp = account(sandbox, "simplehelp", api_token=token)
    everything = list(specification("simplehelp_machine_info")["include"]["choices"])
    runs: list[tuple[Account, str, Options]] = [
        (alertra, "alertra_device_info", {}),
        (alertra, "alertra_tag_info", {}),
        (alertra, "alertra_config_info", {}),
        (alertra, "alertra_device", {"short_name": "WEB-1", "full_name": "Web", "url": "https://www.example.com"}),
        (simplehelp, "simplehelp_machine_info", {"include": everything}),
        (simplehelp, "simplehelp_session_info", {}),
        (simplehelp, "simplehelp_config_info", {}),
        (simplehelp, "simplehelp_machine", {"machine_id": "SG_1", "notes": "Some notes"}),
    ]
    for user, module, options in runs:
        result = run_module(user, module, options)
        assert not result.get("failed"), result
        assert "********" in json.dumps(result), (module, result)
        assert not found(result), (module, found(result))


def test_secrets_of_objects_are_masked_in_results_and_diffs(sandbox: Sandbox) -> None:
    """Those that were there before, and are shown by the service, as well as the new ones."""
    pinghome = account(sandbox, "pinghome", **CREDENTIALS["pinghome"])
    simplehelp = account(sandbox, "simplehelp", **CREDENTIALS["simplehelp"])
    sandbox.set_state("simplehelp", {"groups": [{"name": "Desk", "videoPassword": canary()}]})
    web = GOOD["pinghome_resource"]
    assert run_module(pinghome, "pinghome_resource", {**web, "headers": {"X-Old": canary()}})["changed"]
    runs: list[tuple[Account, str, Options]] = [
        (pinghome, "pinghome_resource_info", {}),
        (pinghome, "pinghome_config_info", {}),
        (pinghome, "pinghome_resource", {**web, "headers": {"X-New": canary()}}),
        (pinghome, "pinghome_resource", {**web, "grace_period": 5}),
        (pinghome, "pinghome_config", {"resources": [{**web, "headers": {"X-Newer": canary()}}]}),
        (pinghome, "pinghome_resource", {**web, "state": "absent"}),
        (simplehelp, "simplehelp_group_info", {}),
        (simplehelp, "simplehelp_config_info", {}),
        (simplehelp, "simplehelp_group", {"name": "Desk", "video_password": canary()}),
        (simplehelp, "simplehelp_config", {"groups": [{"name": "Desk", "video_password": canary()}]}),
        (simplehelp, "simplehelp_group", {"name": "Desk", "state": "absent"}),
    ]
    for user, module, options in runs:
        result = run_module(user, module, options)
        assert not result.get("failed"), result
        assert result["changed"] is not module.endswith("_info"), (module, result)
        assert not found(result), (module, found(result))


def test_a_download_url_stands_in_the_result_and_nowhere_else(sandbox: Sandbox) -> None:
    """The task that makes an agent is there to hand it out; a diff is printed even where a result is not."""
    user = account(sandbox, "pingplotter", **CREDENTIALS["pingplotter"])
    result = run_module(user, "pingplotter_agent", {"name": "laptop"})
    url = result["agent"].pop("download_url")
    assert url
    assert url not in json.dumps(result)
    result = run_module(user, "pingplotter_config", {"agents": [{"name": "laptop"}, {"name": "desktop"}]})
    assert [change["name"] for change in result["changes"]] == ["desktop"]
    assert "download_url" not in json.dumps(result)


# -- in options of a wrong shape ---------------------------------------------------------------------------------------

SECRET = "{{ lookup('env', 'CANARY') }}"
TECHNICIAN: Options = {"username": "anna", "password": SECRET}
RESOURCE: Options = {"name": "r", "type": "http", "url": "https://www.example.com/"}
SHAPES: list[tuple[str, Options]] = [
    ("simplehelp_config", {"technicians": [[TECHNICIAN]]}),
    ("simplehelp_config", {"technicians": {"anna": TECHNICIAN}}),
    ("simplehelp_config", {"technicians": [f"anna: {SECRET}"]}),
    ("simplehelp_config", {"technicians": f"anna, {SECRET}"}),
    ("simplehelp_config", {"technicians": [{**TECHNICIAN, "password": [SECRET]}]}),
    ("simplehelp_config", {"technicians": [{**TECHNICIAN, "password": {"is": SECRET}}]}),
    ("simplehelp_config", {"technicians": [{"username": [TECHNICIAN]}]}),
    ("simplehelp_config", {"technicians": [{"unique_id": [TECHNICIAN]}]}),
    ("simplehelp_config", {"machine_groups": [{"groups": [TECHNICIAN]}]}),
    ("simplehelp_config", {"technicians": [{"username": "anna", "pasword": SECRET}]}),
    ("simplehelp_config", {"server": [TECHNICIAN]}),
    ("simplehelp_config", {"groups": [{"name": "Desk", "ldap_settings": [{"password": SECRET}]}]}),
    ("simplehelp_config", {"groups": [{"name": "Desk", "ldap_settings": f"password: {SECRET}"}]}),
    ("simplehelp_technician", {"username": "anna", "pasword": SECRET}),
    ("simplehelp_technician", {"username": {"password": SECRET}}),
    ("simplehelp_technician", {"username": "anna", "password": [SECRET]}),
    ("pinghome_config", {"resources": [{**RESOURCE, "headers": [[{"A": SECRET}]]}]}),
    ("pinghome_config", {"resources": [{**RESOURCE, "headers": [SECRET]}]}),
    ("pinghome_config", {"resources": [{**RESOURCE, "headers": f"A: {SECRET}"}]}),
    ("pinghome_config", {"resources": [{**RESOURCE, "header": {"A": SECRET}}]}),
    ("pinghome_resource", {**RESOURCE, "headers": [[{"A": SECRET}]]}),
    ("pinghome_resource", {**RESOURCE, "headers": f"A: {SECRET}"}),
    ("pinghome_resource", {**RESOURCE, "header": {"A": SECRET}}),
]


def test_a_value_of_a_wrong_shape_is_not_shown_where_a_secret_may_be_in_it(accounts: list[Account]) -> None:
    play = [task(module, options, register=f"r{n}", ignore_errors=True) for n, (module, options) in enumerate(SHAPES)]
    play.append({"ansible.builtin.debug": {"var": f"[{', '.join(f'r{n}' for n in range(len(SHAPES)))}]"}})
    run = run_playbook(accounts, play, "-vvv", "--diff", CANARY=canary())
    assert run.code == 0, run.output[-2000:]
    assert all("msg" in result for result in run.ours)
    for (module, options), result in zip(SHAPES, run.ours, strict=True):
        assert not found(json.dumps(result)), (module, options, result)
    assert not found(run.output)


# -- in whole runs -----------------------------------------------------------------------------------------------------


def _login(sandbox: Sandbox, service: str) -> dict[str, str]:
    """Credentials that are canaries, and good ones in the sandbox. The key of an app is the same for all."""
    login = dict(CREDENTIALS[service])
    secret = {"portmonitor": "auth_token", "pinghome": "api_token", "simplehelp": "api_token"}.get(service, "api_key")
    login[secret] = canary("")
    more = {"portmonitor": {"email": "c@example.com", "password": canary()}, "alertra": {"level": "UW"}}.get(
        service, {}
    )
    sandbox.add_account(service, **{secret.removeprefix("api_"): login[secret], **more})
    return login


@pytest.mark.parametrize("service", TITLES)
def test_a_run_leaves_no_secret_in_output_facts_logs_or_files(
    sandbox: Sandbox, service: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As verbose as can be: what has secrets of its own is done, then all fails with a server that repeats secrets."""
    given = {module: secret_options(module) for module in MODULES if module.startswith(f"{service}_")}
    secrets = {secret: f"CANARY_{number}" for number, secret in enumerate(secrets_in(list(given.values())))}
    user = account(sandbox, service, **_login(sandbox, service), api_retries="0")

    def answer(request: Request) -> Answer:
        module = request.target.split("/")[1]
        return Answer(400, {"message": "Of " + " ".join(secrets_in(given[module])) + " none is liked."})

    server = Server(by=answer)
    own = {module: _split(module, options)[0] for module, options in given.items()}
    tasks = [(module, options) for module, options in own.items() if list(secrets_in(options))]
    done = len(tasks)
    tasks += [(module, {"api_url": f"{server.url}/{module}", **options}) for module, options in given.items()]
    names = [f"result_{number}" for number in range(len(tasks))]
    play = [
        task(module, _looked_up(options, secrets), register=name, ignore_errors=True)
        for (module, options), name in zip(tasks, names, strict=True)
    ]
    play.append(
        {"ansible.builtin.set_fact": {**{f"fact_{name}": f"{{{{ {name} }}}}" for name in names}, "cacheable": True}}
    )
    play.append({"ansible.builtin.debug": {"var": f"[{', '.join(names)}]"}})
    # Its name is short, as sockets of ansible-core 2.21 go there, whose paths may not be long.
    left = tmp_path_factory.mktemp("left")
    environment = {
        "ANSIBLE_HOME": str(left / "home"),
        "ANSIBLE_REMOTE_TMP": str(left / "remote"),
        "ANSIBLE_LOCAL_TEMP": str(left / "local"),
        "ANSIBLE_LOG_PATH": str(left / "log"),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(left / "facts"),
        "TMPDIR": str(left),
        **{name: secret for secret, name in secrets.items()},
    }
    try:
        run = run_playbook([user], play, "-vvvv", "--diff", **environment)
    finally:
        server.stop()
    assert run.code == 0, run.output[-2000:]
    failed = ["msg" in result for result in run.ours]
    assert failed == [False] * done + [True] * len(given), run.output[-2000:]
    assert "none is liked" in run.output
    files = {path: path.read_bytes().decode(errors="replace") for path in left.rglob("*") if path.is_file()}
    assert files[left / "log"]
    assert [path for path in files if path.parent == left / "facts"]
    leaks = {str(path): found(text)[:3] for path, text in files.items() if found(text)}
    assert not leaks, (leaks, found(run.output)[:3])
    assert not found(run.output, run.results)


def _looked_up(options: Any, names: Mapping[str, str]) -> Any:
    """Options that take their secrets from the environment, or Ansible would show the lines of the playbook."""
    if isinstance(options, dict):
        return {key: _looked_up(value, names) for key, value in options.items()}
    if isinstance(options, list):
        return [_looked_up(value, names) for value in options]
    return f"{{{{ lookup('env', '{names[options]}') }}}}" if isinstance(options, str) and options in names else options
