# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a sandbox that answers as accounts do, filled with their objects, until it is interrupted.

The profile is the file profile.json of the playbook C(probe), the folder that of the playbook C(export). The objects
are created by the playbook C(apply). What no API can create, such as machines and objects with given ids, is put into
the sandbox before.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.client import Sandbox, SandboxError, wait_for

DAY_S = 86400
SERVICES = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
"""The services of Pinghome that the sandbox has at the start."""
CREDENTIALS: Mapping[str, Mapping[str, str]] = {
    "alertra": {"api_key": "sandbox-key"},
    "pinghome": {"api_token": "sandbox-token", "service_id": SERVICES[0]},
    "pingplotter": {"api_key": "sandbox-key"},
    "portmonitor": {"app_key": "sandbox-app", "auth_token": "sandbox-auth-token"},
    "simplehelp": {"api_token": "sandbox-token"},
}

# While the objects are created, what an account may have that others may not.
PERMISSIVE: Mapping[str, Mapping[str, str]] = {
    "pingplotter": {"duplicate_email": "allowed"},
    "simplehelp": {"group_names": "free"},
}

Declarations = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class _ById:
    """Objects that are declared with their ids, because others have the same name.

    :param option: the option with the id
    :param key: the name of the id in the state of the sandbox
    :param fields: the options by their names in the state of the sandbox
    :param convert: makes an id of the sandbox
    """

    option: str
    key: str
    fields: Mapping[str, str]
    convert: Callable[[Any], Any] = str

    def rows(self, kinds: Mapping[str, Any], kind: str) -> Iterator[dict[str, Any]]:
        """The objects of a kind, as the state of the sandbox."""
        for item in kinds.get(kind) or ():
            if self.option in item:
                values = {name: item[option] for name, option in self.fields.items() if item.get(option) is not None}
                yield {self.key: self.convert(item[self.option]), **values}


def _same(*names: str) -> Mapping[str, str]:
    return {name: name for name in names}


_BY_ID: Mapping[str, Mapping[str, _ById]] = {
    "alertra": {
        "devices": _ById("device_id", "device_id", {"ShortName": "short_name", "Method": "method", "URL": "url"}),
        "tags": _ById("tag_id", "tag_id", {"Name": "name"}),
    },
    "pinghome": {
        "resources": _ById("resource_id", "id", _same("name", "service_id", "type", "url", "host", "port")),
        "server_resources": _ById("server_resource_id", "id", _same("name", "service_id")),
        "heartbeats": _ById("heartbeat_id", "id", _same("name", "service_id", "interval")),
    },
    "pingplotter": {
        "agents": _ById("unique_id", "UniqueId", {"Name": "name", "IsTemplate": "template"}),
        "users": _ById("user_id", "Id", {"EmailAddress": "email_address", "Name": "name"}),
    },
    "portmonitor": {
        "groups": _ById("group_id", "id", _same("name"), int),
        "targets": _ById("target_id", "id", _same("name", "group", "url", "host", "port_number"), int),
    },
    "simplehelp": {
        "groups": _ById("unique_id", "uniqueID", _same("name"), int),
        "technicians": _ById("unique_id", "uniqueID", _same("username"), int),
    },
}


class RehearsalError(Exception):
    """The profile or the folder cannot be used. The text is one sentence."""


class _Loader(yaml.SafeLoader):
    """Reads strings that exports mark as unsafe."""


def _text(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else ""


_Loader.add_constructor("!unsafe", _text)


def read_profile(path: Path) -> dict[str, dict[str, Any]]:
    """The positions of the switches by service.

    :raises RehearsalError: if the file is no profile
    """
    try:
        profile = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RehearsalError(f"{path} is not a profile: {error}.") from None
    if not isinstance(profile, dict) or not all(isinstance(switches, dict) for switches in profile.values()):
        raise RehearsalError(f"{path} is not a profile: it must have the switches of each service.")
    unknown = sorted(set(profile) - set(CREDENTIALS))
    if unknown:
        raise RehearsalError(f"{path} has a service {unknown[0]!r}; there are {', '.join(CREDENTIALS)}.")
    return profile


def read_declarations(folder: Path) -> Declarations:
    """The declarations in an export, by service and kind.

    :raises RehearsalError: if there are none
    """
    found: Declarations = {}
    for path in sorted(folder.glob("*.yml")):
        # _Loader is a SafeLoader.
        for service, kinds in (yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) or {}).items():
            found.setdefault(service, {}).update(kinds)
    if not found:
        raise RehearsalError(f"There are no declarations in {folder}.")
    return found


def states(declarations: Declarations) -> Iterator[tuple[str, dict[str, Any]]]:
    """What no request can create, by service, as the state of the sandbox."""
    for service, kinds in declarations.items():
        by_id = {kind: list(one.rows(kinds, kind)) for kind, one in _BY_ID.get(service, {}).items()}
        state: dict[str, Any] = {kind: rows for kind, rows in by_id.items() if rows}
        if service == "simplehelp":
            state["machines"] = [{"machineID": str(machine["machine_id"])} for machine in kinds.get("machines") or ()]
            state["machine_groups"] = [{"groups": group["groups"]} for group in kinds.get("machine_groups") or ()]
        if service == "pinghome":
            services = [item["service_id"] for kind in kinds.values() for item in kind or () if item.get("service_id")]
            state["services"] = list(dict.fromkeys((*SERVICES, *services)))
        if service == "portmonitor" and "targets" in state:
            # A target is in a group, which must be there before it.
            known = {row["name"] for row in state.get("groups", ())}
            names = {row["group"] for row in state["targets"] if isinstance(row["group"], str)}
            state["groups"] = [*state.get("groups", ()), *({"name": name} for name in sorted(names - known))]
        if state:
            yield service, state


def environment(services: Mapping[str, str]) -> dict[str, str]:
    """The environment variables of the connection to the sandbox, from the URLs of the services."""
    options = {service: {"api_url": url, **CREDENTIALS[service]} for service, url in services.items()}
    return {f"{service}_{name}".upper(): value for service, one in options.items() for name, value in one.items()}


def ansible_playbook() -> str:
    """The program next to this Python, or else the one that a shell would find.

    :raises RehearsalError: if there is none
    """
    beside = Path(sys.executable).with_name("ansible-playbook")
    found = str(beside) if beside.exists() else shutil.which("ansible-playbook")
    if not found:
        raise RehearsalError("ansible-playbook is not in the search path. It creates the objects of the export.")
    return found


def collections(here: Path) -> Path:
    """Where Ansible finds the collection that a file is part of: an installed one, or the one of a clone."""
    for folder in here.absolute().parents:
        if folder.name == "ansible_collections":
            return folder.parent
    return here.resolve().parents[2] / "build" / "collections"


def seed(sandbox: Sandbox, folder: Path) -> None:
    """Create the objects of an export in the sandbox.

    :raises RehearsalError: if one cannot be created
    """
    for service, state in states(read_declarations(folder)):
        sandbox.set_state(service, state)
    for service, positions in PERMISSIVE.items():
        sandbox.switches(service, **positions)
    variables = json.dumps({"config_directory": str(folder.resolve())})
    done = subprocess.run(
        [ansible_playbook(), "declarative.monitoring.apply", "-e", variables],
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(collections(Path(__file__))),
            **environment(sandbox.services),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RehearsalError(f"The objects in {folder} could not be created:\n{done.stdout}{done.stderr}")
    for service in PERMISSIVE:
        sandbox.reset_switches(service)
    sandbox.clear_requests()


def prepare(sandbox: Sandbox, profile: Path | None, folder: Path | None) -> None:
    """Fill a sandbox, and set its switches after that.

    :raises RehearsalError: if the profile or the folder cannot be used
    :raises SandboxError: if the sandbox has no such switch
    """
    switches = read_profile(profile) if profile else {}
    if folder:
        seed(sandbox, folder)
    for service, positions in switches.items():
        sandbox.switches(service, **positions)


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line. An empty text counts as not given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="port to bind; 0 takes a free one")
    parser.add_argument("--profile", default="", help="profile.json, written by the playbook probe")
    parser.add_argument("--seed", default="", help="folder, written by the playbook export")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace, ready: Path) -> int:
    """Start the sandbox, prepare it, and wait for its end."""
    command = [sys.executable, "-m", "sandbox", "--port", str(options.port), "--parent", str(os.getpid())]
    # The first line of the sandbox would come before it is filled.
    process = subprocess.Popen(
        [*command, "--lifetime", str(DAY_S), "--ready-file", str(ready)], stdout=subprocess.DEVNULL
    )
    try:
        wait_for(ready, process)
        found = json.loads(ready.read_text(encoding="utf-8"))
        sandbox = Sandbox(found["url"], found["services"])
        paths = [Path(text) if text else None for text in (options.profile, options.seed)]
        prepare(sandbox, *paths)
        print(json.dumps(found), flush=True)
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        process.terminate()
        process.wait()


def main() -> int:
    """Run the sandbox from the command line."""
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        try:
            return run(parse_arguments(), Path(folder, "ready.json"))
        except (RehearsalError, SandboxError) as error:
            print(error, file=sys.stderr)
            return 1


if __name__ == "__main__":
    sys.exit(main())
