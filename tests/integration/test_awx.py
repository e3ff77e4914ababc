# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The AWX kit: applied with the modules of awx.awx, and held against the playbooks and the collection it is for."""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from jinja2 import Environment, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from packaging.requirements import Requirement

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import connection_spec
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from integration import awx_server
from integration.awx_approval import check_approval, check_approval_of_customers
from integration.conftest import CREDENTIALS
from integration.harness import COLLECTION, ROOT, Account, Run, run_module, run_playbook, writes
from integration.variables import described, of_offboarding
from sandbox.client import Sandbox

KIT = ROOT / "extensions" / "awx"
PROJECT = KIT / "project"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_awx.rst"
# The community package is the one place besides Galaxy to get awx.awx from; this is the last one that has it.
BUNDLE = "ansible==12.3.0"
INSTALL_SECONDS = 240
_INCLUDES = ("vars_files", "ansible.builtin.include_tasks", "ansible.builtin.import_tasks")
_ROLES = ("ansible.builtin.include_role", "ansible.builtin.import_role")
_CONDITIONS = ("when", "that", "until", "failed_when", "changed_when")


# -- what the kit is held against --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def awx_collections() -> Path:
    """A folder with the collection awx.awx, fetched once and kept. Its modules run in forks, see awx_action.py."""
    folder = ROOT / "build" / "awx"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / BUNDLE.replace("==", "-")
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not wanted.exists():
            unpacked = folder / "unpacked"
            uv = Path(sys.executable).with_name("uv")
            command = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--no-deps", "--target", unpacked]
            subprocess.run([*map(str, command), BUNDLE], check=True, timeout=INSTALL_SECONDS)
            part = folder / "part" / "ansible_collections"
            shutil.rmtree(part.parent, ignore_errors=True)
            shutil.copytree(unpacked / "ansible_collections" / "awx", part / "awx")
            shutil.rmtree(unpacked)
            part.parent.rename(wanted)
        plugins = wanted / "ansible_collections" / "awx" / "awx" / "plugins"
        (plugins / "action").mkdir(exist_ok=True)
        for module in (plugins / "modules").glob("*.py"):
            action = plugins / "action" / module.name
            # Others may use it at this moment.
            if not action.exists():
                action.unlink(missing_ok=True)
                action.symlink_to(ROOT / "tests" / "integration" / "awx_action.py")
    return wanted


class _Loader(yaml.SafeLoader):
    """Loads YAML with the tag !unsafe, which marks a value that must not be templated."""


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))  # type: ignore[arg-type]


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), _Loader)


def _vars(name: str) -> Any:
    return _yaml(KIT / "vars" / f"{name}.yml")


def _texts(value: Any) -> Iterator[tuple[str, str]]:
    """The texts in a playbook or a list of tasks, with the key that each stands under."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            for under, text in _texts(item):
                yield under or str(key), text
    elif isinstance(value, str):
        yield "", value


def _reads(path: Path) -> set[str]:
    """The variables that a playbook reads, as do the roles and the files that it includes."""
    content = _yaml(path)
    found: set[str] = set()
    for key, text in _texts(content):
        if key in _INCLUDES and (path.parent / text).is_file():
            found |= _reads(path.parent / text)
        # A condition is a template without its braces.
        template = f"{{{{ {text} }}}}" if key in _CONDITIONS else text
        names = Environment().parse(template).find_all(nodes.Name)
        found |= {name.name for name in names if name.ctx == "load"}
    for role in _roles(content):
        spec = _yaml(ROOT / "roles" / role / "meta" / "argument_specs.yml")
        found |= spec["argument_specs"]["main"]["options"].keys()
    return found


def _roles(content: Any) -> set[str]:
    """The roles of the collection that a playbook or a list of tasks includes."""
    if isinstance(content, list):
        return {role for item in content for role in _roles(item)}
    if not isinstance(content, dict):
        return set()
    included = [content[key] for key in _ROLES if key in content]
    names = {one["name"].removeprefix(f"{COLLECTION}.") for one in included}
    return names.union(*(_roles(value) for value in content.values()))


def _imported(name: str) -> Path:
    """The playbook of the collection that a playbook of the project stands for."""
    play = _yaml(PROJECT / f"{name}.yml")[-1]
    return ROOT / "playbooks" / f"{play['ansible.builtin.import_playbook'].removeprefix(f'{COLLECTION}.')}.yml"


def _role_option(role: str, option: str) -> Any:
    specs = _yaml(ROOT / "roles" / role / "meta" / "argument_specs.yml")
    return specs["argument_specs"]["main"]["options"][option]


def _questions() -> Iterator[tuple[str, dict[str, Any]]]:
    for survey, questions in _vars("surveys")["awx_surveys"].items():
        for question in questions:
            yield survey, question


# -- applied -----------------------------------------------------------------------------------------------------------


APPROVED = "Apply the declarations with approval"
APPROVED_CUSTOMERS = "Apply the declarations of all customers with approval"
MAIL: dict[str, Any] = {
    "name": "Mail",
    "type": "email",
    "configuration": {
        "host": "mail.example.com",
        "port": 587,
        "use_tls": True,
        "username": "awx",
        "password": "canary-mail",
        "sender": "awx@example.com",
        "recipients": ["operations@example.com"],
    },
}
OTHER: dict[str, Any] = {"name": "Other", "type": "Other", "inputs": {"password": "canary-other"}}
SETTINGS = {
    "awx_slices": 3,
    "awx_time_zone": "Europe/Vienna",
    "awx_labels": ["monitoring"],
    "awx_execution_environment": {**_vars("settings")["awx_execution_environment"], "credential": "Other"},
    "awx_approval_timeout": 7200,
    "awx_further_credentials": [OTHER],
    "awx_template_credentials": {"Plan the declarations": ["Other"]},
    "awx_teams": [
        {"name": "Help desk", "execute": ["Onboard a technician", "Onboard a site, then plan"]},
        {"name": "Operations", "execute": [APPROVED, APPROVED_CUSTOMERS]},
        {"name": "Approvers", "approve": [APPROVED, APPROVED_CUSTOMERS]},
    ],
    "awx_notification_templates": [
        {"name": "Drift", "type": "webhook", "configuration": {"url": "https://chat.example.com/hook"}},
        MAIL,
    ],
    "awx_notifications": {"Plan the declarations": {"error": ["Drift"]}, APPROVED: {"approvals": ["Drift"]}},
}


def _configure(awx: awx_server.Awx, collections: Path, folder: Path, **settings: Any) -> Run:
    """Run configure.yml with settings."""
    (folder / "my-awx.yml").write_text(yaml.safe_dump({**SETTINGS, **settings}), encoding="utf-8")
    return _run_configure(awx, collections, folder, KIT / "configure.yml")


def _run_configure(awx: awx_server.Awx, collections: Path, folder: Path, playbook: Path) -> Run:
    """Run configure.yml with the file my-awx.yml in a folder."""
    return run_playbook(
        [],
        playbook,
        *("-e", f"@{folder / 'my-awx.yml'}", "-vvv"),
        ANSIBLE_COLLECTIONS_PATH=f"{ROOT / 'build' / 'collections'}:{collections}",
        CONTROLLER_HOST=awx.url,
        CONTROLLER_OAUTH_TOKEN=awx_server.TOKEN,
        HOME=str(folder),
        # The modules of awx.awx would read all certificates of the system for each request, also without TLS.
        SSL_CERT_FILE=os.devnull,
    )


@pytest.mark.timeout(600)
def test_the_kit_configures_an_awx_once(awx_collections: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    """The real modules create every object in a server that refuses what AWX refuses; a second run changes nothing.

    Then its workflows do what the approved plan says.
    """
    inputs = {
        service: {name: f"canary-{service}-{name}" for name in _required(service)}
        for service in ("alertra", "simplehelp")
    }
    playbooks = [path.name for path in PROJECT.glob("*.yml")]
    with awx_server.running(playbooks) as awx:
        _create_credential_type(awx, "Other")
        runs = []
        for superuser in (True, False):
            # With the credential types, an administrator of the organization can apply the rest.
            awx.superuser = superuser
            awx.writes.clear()
            # A newer version of the project may have more playbooks.
            awx.playbooks = [*awx.playbooks, "added.yml"]
            run = _configure(
                awx, awx_collections, tmp_path, awx_credential_inputs=inputs, awx_manage_credential_types=superuser
            )
            assert run.code == 0, run.output[-3000:]
            assert "canary" not in run.output
            assert awx.fetched == tuple(awx.playbooks)
            runs.append((run, list(awx.writes)))
        assert runs[0][1]
        assert runs[1][1] == []
        assert not any(line["result"].get("changed") for line in runs[1][0].results)
        assert not any(line["result"].get("warnings") for run, _files in runs for line in run.results)

        assert awx.all("credentials").keys() == {"Alertra", "SimpleHelp", "Ansible Galaxy", "Other"}
        assert awx.input("SimpleHelp", "api_token") == "canary-simplehelp-api_token"
        assert awx.input("Other", "password") == "canary-other"
        assert awx.password("Mail") == "canary-mail"
        assert awx.associated("job_templates", "Onboard a technician", "credentials") == ["SimpleHelp"]
        assert awx.associated("job_templates", "Maintenance", "credentials") == ["Alertra"]
        sources = awx.all("inventory_sources")
        assert sources["SimpleHelp machines"]["credential"] == awx.all("credentials")["SimpleHelp"]["id"]
        assert "credential" not in sources["Pinghome monitors"]
        customers = awx.all("job_templates")["Apply the declarations of all customers"]
        assert customers["job_slice_count"] == 3
        assert customers["inventory"] == awx.all("inventories")["Customers"]["id"]
        assert awx.all("schedules")["Nightly plan"]["rrule"].startswith("DTSTART;TZID=Europe/Vienna:")
        workflow = "Onboard a site, then plan"
        assert awx.survey("workflow_job_templates", workflow) == awx.survey("job_templates", "Onboard a site")
        assert awx.associated("workflow_job_template_nodes", "onboard", "success_nodes") == ["plan"]
        host = json.loads(awx.all("hosts")["localhost"]["variables"])
        assert host == {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        _check_operations(awx)
        _check_inventories(awx)
        _check_launches(awx)
        check_approval(awx, sandbox, tmp_path)
        check_approval_of_customers(awx, sandbox, tmp_path)


BLOCK = re.compile(r"^( *)\.\. code-block:: (console|yaml)\n\n((?:\1    .*\n|\n)+)", re.MULTILINE)
# They need a network, a container or a terminal. configure.yml is run with the modules of awx.awx that are there.
NOT_RUN = ("ansible-galaxy ", "podman ", "export CONTROLLER_HOST=", "ansible-playbook awx/configure.yml ")
URL = "https://git.example.com/monitoring.git"


@pytest.mark.timeout(600)
def test_the_guide_leads_from_the_kit_to_the_nightly_plan(
    awx_collections: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Its commands create a project, its settings are those of configure.yml, and the first plan finds no changes."""
    sandbox.set_state("alertra", {"tags": [{"Name": "Berlin"}]})
    alertra = Account("alertra", _injected("alertra", _inputs_of(sandbox, "alertra")))
    commands, settings = _setup()
    installed = tmp_path / ".ansible" / "collections" / "ansible_collections" / "declarative"
    installed.mkdir(parents=True)
    (installed / "monitoring").symlink_to(ROOT)
    remote = tmp_path / "remote.git"
    git = {f"url.{remote}.insteadOf": URL, "user.name": "Berlin", "user.email": "awx@example.com"}
    environment = {"HOME": str(tmp_path), "GIT_CONFIG_COUNT": str(len(git)), **alertra.environment}
    for number, (key, value) in enumerate(git.items()):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment["ANSIBLE_COLLECTIONS_PATH"] = str(ROOT / "build" / "collections")
    _run("git", "init", "--quiet", "--bare", "--initial-branch", "main", remote, cwd=tmp_path)
    script = "\n".join(["set -e", *commands])
    subprocess.run(["bash", "-c", script], cwd=tmp_path, env={**os.environ, **environment}, check=True, timeout=240)
    (tmp_path / "my-awx.yml").write_text(settings, encoding="utf-8")
    clone = tmp_path / "clone"
    _run("git", "clone", "--quiet", remote, clone, cwd=tmp_path)
    with awx_server.running([path.name for path in clone.glob("*.yml")]) as awx:
        run = _run_configure(awx, awx_collections, tmp_path, tmp_path / "awx" / "configure.yml")
        assert run.code == 0, run.output[-3000:]
        assert awx.all("projects")["Monitoring"]["scm_url"] == URL
        assert awx.installs_collections("Monitoring")
        assert awx.all("schedules")["Nightly plan"]["rrule"].startswith("DTSTART;TZID=Europe/Vienna:")
        assert awx.associated("job_templates", "Plan the declarations", "credentials") == ["Alertra", "Port Monitor"]
        assert awx.launch("Validate the declarations")["job"]["hosts"]
    assert "Berlin" in (clone / "declarations" / "alertra.yml").read_text(encoding="utf-8")
    for name in ("validate", "plan"):
        run = run_playbook(
            [alertra], clone / f"{name}.yml", *_answers(name, config_directory=str(clone / "declarations"))
        )
        assert run.code == 0, run.output
    assert "Plan: 0 to create, 0 to update, 0 to delete" in run.output


def test_the_guide_names_the_libraries_that_the_export_needs() -> None:
    """The first steps run on a computer that may have nothing but Git and Ansible."""
    needed = GUIDE.read_text(encoding="utf-8").partition("\nYou need ")[2].partition("\n\n")[0]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    libraries = [Requirement(line).name for line in lines if not line.startswith("#")]
    assert libraries
    assert [name for name in libraries if f"``{name}``" not in needed] == []


def _setup() -> tuple[list[str], str]:
    """The commands of the guide from nothing to AWX, and the settings of configure.yml."""
    text = GUIDE.read_text(encoding="utf-8").partition("\nThe image\n---")[0]
    blocks = [(kind, dedent(content)) for _indent, kind, content in BLOCK.findall(text)]
    lines = [line.removeprefix("$ ") for kind, content in blocks if kind == "console" for line in content.splitlines()]
    (settings,) = [content for kind, content in blocks if kind == "yaml"]
    return [line for line in lines if not line.startswith(NOT_RUN)], settings


def _create_credential_type(awx: awx_server.Awx, name: str) -> None:
    """Create a credential type that is none of the kit. AWX has types for registries, vaults and Git servers."""
    fields = [{"id": "password", "label": "Password", "type": "string", "secret": True}]
    kind = {"name": name, "inputs": {"fields": fields}, "injectors": {"env": {}}}
    assert awx.answer("POST", "/api/v2/credential_types/", {}, kind)[0] == 201


def _check_operations(awx: awx_server.Awx) -> None:
    """What an operations team expects beside the templates."""
    workflow = "Onboard a site, then plan"
    assert awx.granted("job_templates", "Onboard a technician", "execute_role") == ["Help desk"]
    assert awx.granted("workflow_job_templates", workflow, "execute_role") == ["Help desk"]
    assert awx.granted("workflow_job_templates", APPROVED, "approval_role") == ["Approvers"]
    assert awx.associated("workflow_job_templates", APPROVED, "notification_templates_approvals") == ["Drift"]
    for team in ("Operations", "Approvers"):
        for template in ("Plan the declarations", "Apply an approved plan", "Plan the declarations of all customers"):
            assert awx.sees_jobs(team, template), (team, template)
            assert not awx.granted("job_templates", template, "execute_role")
    assert not awx.sees_jobs("Help desk", "Apply an approved plan")
    assert awx.associated("job_templates", "Plan the declarations", "notification_templates_error") == ["Drift"]
    assert awx.associated("job_templates", "Maintenance", "labels") == ["monitoring"]
    assert awx.installs_collections("Monitoring")
    other = awx.all("credentials")["Other"]["id"]
    assert awx.all("execution_environments")["Monitoring"]["credential"] == other
    attached = awx.associated("job_templates", "Plan the declarations", "credentials")
    assert attached == ["Alertra", "Other", "SimpleHelp"]
    # The name of the image has a version, so that AWX pulls the next one. It is not the image of the control plane.
    environments = awx.all("execution_environments")
    assert environments["Monitoring"]["pull"] == "missing"
    assert environments["Monitoring"]["image"].rpartition(":")[2] == _yaml(ROOT / "galaxy.yml")["version"]
    assert [name for name, one in environments.items() if not one.get("managed")] == ["Monitoring"]
    assert environments["Monitoring"]["organization"] is not None
    for name in (APPROVED, APPROVED_CUSTOMERS):
        assert awx.template_of(awx.nodes(name)["approval"])["timeout"] == 7200
    assert all(one["timeout"] == 0 and one["verbosity"] == 0 for one in awx.all("job_templates").values())


def _check_inventories(awx: awx_server.Awx) -> None:
    """Objects of several services stay apart, and jobs need no credentials of services that are not in use."""
    sources = {name: one for name, one in awx.all("inventory_sources").items() if name != "Customers"}
    awx.failing = {name for name, one in sources.items() if "credential" not in one}
    assert awx.failing
    assert sources.keys() > awx.failing
    inventories = {one["id"]: name for name, one in awx.all("inventories").items()}
    template = awx.all("job_templates")["Validate the declarations"]
    for name in sources.keys() - awx.failing:
        awx.imported_variables[name] = {"WWW": {name: "up"}}
        assert awx.job({**template, "inventory": sources[name]["inventory"]}, {})["status"] == "pending", name
    for name in sources.keys() - awx.failing:
        assert awx.variables_of(inventories[sources[name]["inventory"]], "WWW") == {name: "up"}
    awx.failing.clear()


def _check_launches(awx: awx_server.Awx) -> None:
    """What each template does when a user with the permission to execute it launches it."""
    templates = {one["name"]: one for one in _vars("templates")["awx_job_templates"]}
    for name, template in templates.items():
        questions = awx.survey("job_templates", name)
        awx_server.show_survey_tab(questions)
        answers = {one["variable"]: one.get("choices", ["x"])[0] for one in questions if one["required"]}
        prompts = {"scm_branch": "evil", "limit": "all", "job_type": "check", "inventory": 1, "job_slice_count": 1}
        launched = awx.launch(name, extra_vars=answers, **prompts)
        asked = {"job_type"} & set(prompts) if template.get("ask_check") else set()
        asked |= {"limit", "job_slice_count"} if template.get("ask_limit") else set()
        assert set(launched["ignored_fields"]) == set(prompts) - asked, name
        assert launched["job"]["hosts"], name
        assert launched["job"].get("scm_branch") != "evil"
    for name in awx.all("workflow_job_templates"):
        awx_server.show_survey_tab(awx.survey("workflow_job_templates", name))


PROMPT = re.compile(r"\bask_\w+_on_launch\b")
# What somebody may set by hand in the form of a template, beside prompts.
BY_HAND: dict[str, dict[str, Any]] = {
    "job_templates": {
        "job_type": "check",
        "limit": "none",
        "job_tags": "none",
        "skip_tags": "always",
        "forks": 1,
        "job_slice_count": 7,
        "timeout": 1,
        "verbosity": 5,
        "diff_mode": False,
        "allow_simultaneous": True,
        "start_at_task": "none",
        "scm_branch": "other",
        "become_enabled": True,
        "force_handlers": True,
        "use_fact_cache": True,
        "host_config_key": "canary-key",
        "webhook_service": "github",
    },
    "workflow_job_templates": {
        "limit": "none",
        "scm_branch": "other",
        "job_tags": "none",
        "skip_tags": "always",
        "allow_simultaneous": True,
        "extra_vars": '{"config_prune": "alertra.devices"}',
    },
    "projects": {"allow_override": True},
    "schedules": {"job_type": "check", "extra_data": {"config_directory": "other"}},
    "inventory_sources": {
        "scm_branch": "other",
        "limit": "none",
        "host_filter": "none",
        "enabled_var": "none",
        "enabled_value": "none",
        "timeout": 1,
        "verbosity": 2,
        "update_on_launch": False,
    },
}
DAILY = "FREQ=DAILY;INTERVAL=1"


@pytest.mark.timeout(600)
def test_changes_by_hand_are_reverted_and_secrets_updated_on_request(awx_collections: Path, tmp_path: Path) -> None:
    """With one object of each kind, for speed."""
    templates = _vars("templates")["awx_job_templates"]
    node = {"unified_job_template": {"name": "Validate", "type": "job_template"}, "identifier": "one"}
    workflow = {"name": "Workflow", "description": "", "nodes": [node], "links": []}
    (template,) = [one for one in templates if one["playbook"] == "validate"]
    inventories = _vars("inventories")["awx_inventories"]
    settings: dict[str, Any] = {
        "awx_execution_environment": {"name": "Monitoring", "image": "image:1"},
        "awx_template_credentials": {},
        "awx_manage_credential_types": False,
        "awx_job_templates": [{**template, "name": "Validate"}],
        "awx_workflow_job_templates": [workflow],
        "awx_schedules": [{"name": "Schedule", "template": "Validate", "start": "20260101T020000", "repeat": DAILY}],
        "awx_teams": [],
        "awx_inventories": {name: inventories[name] for name in ("controller", "customers")},
        "awx_notification_templates": [MAIL],
        "awx_notifications": {},
    }
    with awx_server.running([path.name for path in PROJECT.glob("*.yml")]) as awx:
        _create_credential_type(awx, "Other")
        run = _configure(awx, awx_collections, tmp_path, **settings)
        assert run.code == 0, run.output[-3000:]
        found = {kind: next(iter(awx.all(kind).values())) for kind in BY_HAND}
        before = json.dumps(found, sort_keys=True)
        for kind, one in found.items():
            one.update(BY_HAND[kind])
            one.update(dict.fromkeys(_prompts(awx_collections, kind), True))
            for mail in awx.all("notification_templates").values() if kind.endswith("job_templates") else ():
                awx.answer("POST", f"{one['url']}notification_templates_started/", {}, {"id": mail["id"]})
        mail = {**MAIL, "configuration": {**MAIL["configuration"], "password": "canary-new"}}
        other = {**OTHER, "inputs": {"password": "canary-new"}}
        settings |= {"awx_notification_templates": [mail], "awx_further_credentials": [other]}
        settings |= {"awx_update_secrets": True}
        run = _configure(awx, awx_collections, tmp_path, **settings)
        assert run.code == 0, run.output[-3000:]
        assert json.loads(json.dumps(found)) == json.loads(before)
        for kind in ("job_templates", "workflow_job_templates"):
            assert awx.associated(kind, found[kind]["name"], "notification_templates_started") == []
        assert awx.password("Mail") == "canary-new"
        assert awx.input("Other", "password") == "canary-new"
        assert "canary" not in run.output


def _prompts(collections: Path, kind: str) -> list[str]:
    """The prompts that the module of templates of a kind can set."""
    if not kind.endswith("job_templates"):
        return []
    path = collections / "ansible_collections" / "awx" / "awx" / "plugins" / "modules" / f"{kind.removesuffix('s')}.py"
    found = sorted(set(PROMPT.findall(path.read_text(encoding="utf-8"))))
    assert len(found) > 5
    return found


def test_the_guide_says_which_templates_apply_declarations_without_check_mode() -> None:
    templates = _vars("templates")["awx_job_templates"]
    changing = [one for one in templates if one["playbook"] in ("apply", "undo")]
    without = [one["name"] for one in changing if not one.get("ask_check")]
    assert without == ["Apply an approved plan", "Apply approved plans of all customers"]
    guide = " ".join(GUIDE.read_text(encoding="utf-8").split())
    assert f"all that change something, except *Agent from a ticket*, *{without[0]}* and *{without[1]}*" in guide


@pytest.mark.parametrize("playbook", ["apply", "plan", "undo", "export"])
def test_a_template_for_all_accounts_has_the_credentials_of_every_service(playbook: str) -> None:
    """Those for customers have none: each customer is a host with its own credentials."""
    templates = [one for one in _vars("templates")["awx_job_templates"] if one["playbook"] == playbook]
    found = [sorted(one["services"]) for one in templates if one["services"]]
    assert found
    assert found == [sorted(_vars("credential_types")["awx_credential_types"])] * len(found)


def test_the_guide_to_upgrades_names_every_file_of_the_project() -> None:
    """A project of an older version lacks some of them, and AWX refuses templates whose playbooks it does not find."""
    guide = (ROOT / "docs" / "docsite" / "rst" / "guide_upgrade.rst").read_text(encoding="utf-8")
    part = guide.partition("\nThe AWX kit\n---")[2].partition("\nStability\n---")[0]
    files = [path.relative_to(PROJECT).as_posix() for path in PROJECT.rglob("*") if path.is_file()]
    assert [name for name in files if f"``{name}``" not in part] == []


def test_inventory_sources_are_files_for_plugins_of_the_collection() -> None:
    sources = [
        one for inventory in _vars("inventories")["awx_inventories"].values() for one in inventory.get("sources", [])
    ]
    assert {one["service"] for one in sources if "service" in one} == SERVICES.keys()
    for source in sources:
        content = _yaml(PROJECT / source["path"])
        if "service" in source:
            assert content == {"plugin": f"{COLLECTION}.{source['service']}"}
            assert (ROOT / "plugins" / "inventory" / f"{source['service']}.py").is_file()


# -- surveys and playbooks ---------------------------------------------------------------------------------------------


# The playbook probe writes its report for the person who runs it; a job's files go with its container. Rulebooks run
# the others, with what they know of an event.
NOT_IN_AWX = {"probe", "agent_offline", "alert_on_host", "device_down"}


def test_every_playbook_has_a_template_and_every_template_a_playbook() -> None:
    templates = {one["playbook"] for one in _vars("templates")["awx_job_templates"]}
    assert templates == {path.stem for path in PROJECT.glob("*.yml")}
    assert templates == {path.stem for path in (ROOT / "playbooks").glob("*.yml")} - NOT_IN_AWX
    assert templates == _vars("surveys")["awx_surveys"].keys()


def test_what_a_survey_asks_is_read_by_its_playbook() -> None:
    for survey, question in _questions():
        assert question["variable"] in _known(survey), (survey, question["variable"])
    for template in _vars("templates")["awx_job_templates"]:
        given = template.get("extra_vars", {}).keys()
        assert given <= _known(template["playbook"]), template["name"]


def _known(name: str) -> set[str]:
    """The variables of a playbook: those that it describes, and those that it reads."""
    path = _imported(name)
    return _reads(path) | described(path.stem).keys()


def test_choices_and_defaults_of_surveys_are_those_of_roles_and_modules() -> None:
    choices = {
        "offboarding_mode": of_offboarding()["offboarding_mode"]["choices"],
        "site_services": sorted(_role_option("onboarding", "onboarding_sites")["options"].keys() - {"name"}),
        "export_services": described("export")["export_services"]["choices"],
        "maintenance_state": _documented("alertra_maintenance", "state"),
        "maintenance_extend": ["false", "true"],
        "agent_sessions": _documented("pingplotter_agent", "sessions"),
        "config_services": sorted(SERVICES),
        "plan_fail_on_drift": ["true", "false"],
        "plan_fail_on_undeclared": ["false", "true"],
        "audit_fail": ["false", "true"],
        "offboarding_missing_ok": ["false", "true"],
    }
    asked = {question["variable"]: question for _template, question in _questions() if "choices" in question}
    assert {name: question["choices"] for name, question in asked.items()} == choices
    assert asked["offboarding_mode"]["default"] == of_offboarding()["offboarding_mode"]["default"]
    limit = next(question for _template, question in _questions() if question["variable"] == "config_prune_limit")
    assert limit["default"] == described("apply")["config_prune_limit"]["default"]


def _documented(module: str, option: str) -> list[str]:
    """The choices of an option of a module."""
    source = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{module}")
    choices: list[str] = yaml.safe_load(source.DOCUMENTATION)["options"][option]["choices"]
    return choices


# -- credentials -------------------------------------------------------------------------------------------------------


def _required(service: str) -> list[str]:
    required: list[str] = _vars("credential_types")["awx_credential_types"][service]["inputs"]["required"]
    return required


def test_credential_types_hold_what_the_collection_reads() -> None:
    types = _vars("credential_types")["awx_credential_types"]
    assert types.keys() == SERVICES.keys()
    for name, service in SERVICES.items():
        spec = connection_spec(service)
        fields = {one["id"]: one for one in types[name]["inputs"]["fields"]}
        injected = types[name]["injectors"]["env"]
        assert injected == {f"{name}_{option}".upper(): f"{{{{ {option} }}}}" for option in fields}
        for option, one in fields.items():
            assert f"{name}_{option}".upper() in spec[option]["fallback"][1]
            assert one.get("secret", False) is spec[option]["no_log"], (name, option)
        lacking = {option for option in spec if spec[option]["no_log"]} - fields.keys()
        assert not lacking, (name, lacking)
        must = {one.name for one in service.credentials if one.required} | (
            {"api_url"} if service.url is None else set()
        )
        # Exports and inventories of Pinghome need the id of the service.
        must |= {"service_id"} if name == "pinghome" else set()
        assert set(types[name]["inputs"]["required"]) == must


def _inputs_of(sandbox: Sandbox, service: str) -> dict[str, str]:
    return {**CREDENTIALS[service], "api_url": sandbox.services[service]}


def _injected(service: str, inputs: Mapping[str, str]) -> dict[str, str]:
    """The environment that AWX gives a job: an input that was left empty makes an empty variable."""
    env = _vars("credential_types")["awx_credential_types"][service]["injectors"]["env"]
    jinja = ImmutableSandboxedEnvironment()
    return {name: jinja.from_string(template).render(inputs) for name, template in env.items()}


@pytest.mark.parametrize("service", SERVICES)
def test_a_credential_that_leaves_optional_inputs_empty_works(sandbox: Sandbox, service: str) -> None:
    environment = _injected(service, _inputs_of(sandbox, service))
    assert "" in environment.values()
    result = run_module(Account(service, environment), f"{service}_config_info", {})
    assert not result.get("failed"), result


# -- a job -------------------------------------------------------------------------------------------------------------


def _answers(survey: str, **given: Any) -> tuple[str, str]:
    """The variables of a job. AWX passes an empty text for each question without an answer."""
    questions = _vars("surveys")["awx_surveys"][survey]
    left: dict[str, Any] = {}
    for one in questions:
        left[one["variable"]] = one.get("default", [] if one["type"] == "multiselect" else "")
    return "-e", json.dumps({**left, **given})


def test_a_site_is_onboarded_and_the_declarations_planned(sandbox: Sandbox, tmp_path: Path) -> None:
    """The jobs of the workflow, with the variables and the environment that AWX gives them."""
    services = ("alertra", "pinghome", "portmonitor")
    users = [Account(service, _injected(service, _inputs_of(sandbox, service))) for service in services]
    (tmp_path / "alertra.yml").write_text("alertra: {tags: [{name: declared}]}", encoding="utf-8")
    survey = _answers("onboard_site", site_name="Lakeside", site_urls="WWW=https://www.example.com/")
    run = run_playbook(users, PROJECT / "onboard_site.yml", *survey)
    assert run.code == 0, run.output
    assert [one["ShortName"] for one in sandbox.state("alertra")["devices"]] == ["WWW"]
    assert [one["url"] for one in sandbox.state("pinghome")["resources"]] == ["https://www.example.com/"]
    (node,) = [
        one for one in _vars("templates")["awx_workflow_job_templates"][0]["nodes"] if one["identifier"] == "plan"
    ]
    for given, code in ((node["extra_data"], 0), ({}, 2)):
        sandbox.clear_requests()
        survey = _answers("plan", config_directory=str(tmp_path), **given)
        run = run_playbook(users, PROJECT / "plan.yml", *survey)
        assert run.code == code, run.output
        assert not writes(sandbox.requests())
        assert "declared" in run.output


@pytest.mark.parametrize("inventory", [{}, {"customers": {"hosts": {}, "vars": {"a": 1}}}], ids=["empty", "no hosts"])
@pytest.mark.parametrize("playbook", ["apply", "plan"])
def test_a_job_on_no_host_fails(tmp_path: Path, playbook: str, inventory: dict[str, Any]) -> None:
    """AWX runs it, and the source of the inventory has succeeded."""
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    arguments = ("-i", str(tmp_path / "hosts.yml"), "-e", "monitoring_hosts=customers")
    run = run_playbook([], PROJECT / f"{playbook}.yml", *arguments, cwd=PROJECT)
    assert run.code == 2
    assert "The inventory has no host customers, so there is nothing to do." in run.output


@pytest.mark.parametrize(
    "limit", ["customer01", "all:!customer02", "customer01,customer03", "all:!customer02:!customer03"]
)
def test_a_slice_runs_with_a_limit_that_names_neither_localhost_nor_only_its_own_hosts(
    alertra: Account, tmp_path: Path, limit: str
) -> None:
    """AWX gives each slice the limit of the whole job, and an inventory with the hosts of the slice only."""
    variables = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    hosts = dict.fromkeys(["customer01", "customer02"], variables)
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"customers": {"hosts": hosts}}), encoding="utf-8")
    (tmp_path / "alertra.yml").write_text("alertra: {}", encoding="utf-8")
    answers = {"monitoring_hosts": "customers", "config_directory": str(tmp_path / "alertra.yml")}
    arguments = ("-i", str(tmp_path / "hosts.yml"), "-e", json.dumps(answers), "--limit", limit)
    run = run_playbook([alertra], PROJECT / "plan.yml", *arguments, cwd=PROJECT)
    assert run.code == 0, run.output
    assert "ok: [customer01]" in run.output
    assert "customer02" not in run.output


def test_customers_are_not_declared_in_the_folder_of_the_own_accounts() -> None:
    """Jobs for the own accounts read all files below their folder."""
    settings = _vars("settings")
    templates = _vars("templates")
    given = [one.get("extra_vars", {}) for one in templates["awx_job_templates"]]
    given += [one.get("extra_data", {}) for one in templates["awx_schedules"]]
    surveys = _vars("surveys")
    questions = [one for _survey, one in _questions()]
    questions += [one for survey in surveys["awx_workflow_surveys"].values() for one in survey]
    own = {one["config_directory"] for one in given if "config_directory" in one}
    own |= {one["default"] for one in questions if one["variable"] == "config_directory" and "default" in one}
    (customers,) = [
        group["vars"]["config_directory"] for group in _yaml(PROJECT / "inventory" / "customers.yml").values()
    ]
    project = Path(settings["awx_project_directory"])
    variables = {**settings, "inventory_hostname": "customer01"}
    theirs = project / Environment().from_string(customers).render(variables)
    assert own
    for text in own:
        mine = project / Environment().from_string(text).render(variables)
        assert not theirs.is_relative_to(mine)
        assert not mine.is_relative_to(theirs)


# What asks for a folder, by template.
FOLDERS = {
    "Export the accounts": "export_directory",
    "Uptime report": "report_directory",
    "Apply the declarations": "undo_directory",
    "Take back a job": "undo_directory",
}


@pytest.mark.parametrize("name", FOLDERS)
@pytest.mark.parametrize("check", [False, True], ids=["run", "check"])
def test_a_job_whose_folder_is_not_exposed_fails_before_the_first_request(
    sandbox: Sandbox, alertra: Account, tmp_path: Path, name: str, check: bool
) -> None:
    (template,) = [one for one in _vars("templates")["awx_job_templates"] if one["name"] == name]
    (tmp_path / "alertra.yml").write_text("alertra: {tags: [{name: new}]}", encoding="utf-8")
    declared = {"config_directory": str(tmp_path / "alertra.yml"), "undo_file": str(tmp_path / "alertra.yml")}
    asked = {one["variable"] for one in _vars("surveys")["awx_surveys"][template["playbook"]]}
    given = {variable: text for variable, text in declared.items() if variable in asked}
    survey = _answers(
        template["playbook"], **{FOLDERS[name]: str(tmp_path / "none")}, **given, **template["extra_vars"]
    )
    arguments = ("--check",) if check else ()
    run = run_playbook([alertra], PROJECT / f"{template['playbook']}.yml", *survey, *arguments)
    assert run.code == 2
    assert "none does not exist" in run.output
    assert not sandbox.requests()
    assert not (tmp_path / "none").exists()


def test_no_template_that_applies_declarations_creates_the_folder_of_the_undo_file() -> None:
    for template in _vars("templates")["awx_job_templates"]:
        if template["playbook"] in ("apply", "undo"):
            assert template["extra_vars"]["undo_create_directory"] is False, template["name"]


# -- container images --------------------------------------------------------------------------------------------------


def test_the_image_has_an_ansible_core_that_keeps_survey_answers_and_the_guide_names_its_range() -> None:
    wanted = _yaml(KIT / "execution-environment.yml")["dependencies"]["ansible_core"]["package_pip"]
    versions = Requirement(wanted).specifier
    inside = [minor for minor in range(30) if versions.contains(f"2.{minor}.1")]
    assert inside == [16, 17, 18]
    assert not versions.contains("2.19.0")
    oldest = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    assert oldest == f">=2.{inside[0]}.0"
    text = f"ansible-core 2.{inside[0]} to 2.{inside[-1]}"
    for path in (GUIDE, KIT / "README.md"):
        assert text in " ".join(path.read_text(encoding="utf-8").split()), path


def test_the_execution_environment_installs_the_collection_and_its_requirements(tmp_path: Path) -> None:
    """The context that ansible-builder makes, and those steps in it that need no container."""
    _context, installed = _prepare_image(KIT / "execution-environment.yml", tmp_path)
    assert (installed / "ansible_collections" / "declarative" / "monitoring" / "plugins" / "modules").is_dir()
    found = yaml.safe_load(_run("ansible-builder", "introspect", installed, cwd=tmp_path))
    assert any(line.startswith("requests") for line in found["python"]), found


def test_the_decision_environment_has_the_rulebooks_the_rule_engine_and_java(tmp_path: Path) -> None:
    context, installed = _prepare_image(ROOT / "extensions" / "eda" / "decision_environment.yml", tmp_path)
    folder = installed / "ansible_collections" / "declarative" / "monitoring" / "extensions" / "eda"
    for name in ("rulebooks/device_down.yml", "plugins/event_source/alertra.py"):
        assert (folder / name).is_file()
    python, system = ((context / "_build" / name).read_text("utf-8") for name in ("requirements.txt", "bindep.txt"))
    assert python.startswith("ansible-rulebook")
    assert re.search(r"^java-\d+-openjdk", system, re.MULTILINE)
    # Dockerfile or Containerfile.
    (steps,) = context.glob("*file")
    assert "ENV JAVA_HOME=" in steps.read_text(encoding="utf-8")


def _prepare_image(definition: Path, folder: Path) -> tuple[Path, Path]:
    """The context that ansible-builder makes of a definition, and where the collection is installed from there.

    The tarball of the collection is beside the definition, as the definition says.
    """
    here, context, installed = (folder / name for name in ("image", "context", "installed"))
    here.mkdir()
    shutil.copy(definition, here)
    _run("ansible-galaxy", "collection", "build", "--output-path", here, cwd=ROOT)
    _run("ansible-builder", "create", "-f", definition.name, "-c", context, cwd=here)
    install = ("ansible-galaxy", "collection", "install", "--offline", "-r", "requirements.yml", "-p", installed)
    # Elsewhere the collection is installed already, and would not be again.
    _run(*install, cwd=context / "_build", ANSIBLE_COLLECTIONS_PATH=str(installed))
    return context, installed


def _run(program: str, *arguments: str | Path, cwd: Path, **env: str) -> str:
    """Run a program of the environment of Python, or Git."""
    path = program if program == "git" else str(Path(sys.executable).with_name(program))
    command = [path, *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **env}, check=True, capture_output=True, text=True, timeout=120
    ).stdout
