# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The benchmark of many customers: `python -m benchmark.fleets`. Writes docs/benchmark_fleets.md; --quick shows it.

Each customer is a host of the inventory, with accounts of its own.
"""

from __future__ import annotations

import argparse
import json
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import trustme
import yaml

from sandbox.client import Sandbox

from .fleet_page import PAGE, page
from .fleet_work import (
    ADDRESSES,
    ALL,
    APPLY,
    BARE,
    DEBUG,
    HEADERS,
    ITEMS,
    LOOP,
    LOOP_BARE,
    ROLE,
    START,
    URI,
    VALIDATE,
    Cell,
    Run,
    at_services,
    cells,
    connections,
    declaration,
    quick,
)
from .http_server import CONTROL
from .runner import BenchmarkError, machine, measure, user_environment

Paths = Mapping[str, Sequence[str]]
"""What a run with nothing to do reads, by service."""
_CUSTOMER = "/{{ inventory_hostname }}"
_AUTHORITIES = 150
"""How many certificates clients trust: about as many as a Linux distribution does."""


# -- the accounts ------------------------------------------------------------------------------------------------------


def prepare(sandbox: Sandbox) -> None:
    """Create the objects of a customer."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        _write(
            folder / "inventory.yml",
            {"all": {"hosts": {"localhost": _host(connections(dict.fromkeys(ALL, sandbox.url)))}}},
        )
        _write(folder / "same" / "customer.yml", declaration())
        measure(_playbook("apply", folder, "localhost", 1), folder, user_environment(folder))


def asked(url: str, authority: Path, latency: float) -> Paths:
    """What the playbook apply reads of a customer, below the path of the customer."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        words = command(Cell(APPLY, 1, latency=latency), url, {}, authority, folder)
        measure(words, folder, _environment(folder, authority, latency))
    found: dict[str, list[str]] = {}
    for path in _report(url, authority)["paths"]:
        found.setdefault(path.partition("/")[0], []).append(path)
    return found


@contextmanager
def server(sandbox: Sandbox, latency: float, certificate: str) -> Iterator[str]:
    """Run the server; yields its URL."""
    arguments = [sandbox.url, str(latency), certificate]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmark.fleet_server", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=user_environment(),
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            scheme = "https" if certificate else "http"
            yield f"{scheme}://{ADDRESSES[ALL[0]]}:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()


# -- the rivals --------------------------------------------------------------------------------------------------------


def command(cell: Cell, url: str, paths: Paths, authority: Path, folder: Path) -> list[str]:
    """The command of a rival; its files are written to ``folder``."""
    if cell.rival in (BARE, LOOP_BARE):
        work = {"urls": _urls(cell, url, paths), "threads": cell.forks, "ca": str(authority), "headers": HEADERS}
        _write(folder / "work.yml", work)
        return [sys.executable, "-m", "benchmark.fleet_bare", str(folder / "work.yml")]
    names = [f"customer{number:04d}" for number in range(cell.customers)]
    hosts = {
        name: {} if number % 100 or not cell.changed else {"state": "changed"} for number, name in enumerate(names)
    }
    variables = _host(connections(at_services(url), _CUSTOMER), cell.services)
    _write(folder / "inventory.yml", {"all": {"hosts": hosts, "vars": variables}})
    for state in ("same", "changed"):
        _write(folder / state / "customer.yml", declaration(state == "changed"))
    _write(folder / "play.yml", [_play(cell, url, paths)])
    share = -(-len(names) // cell.slices)
    parts = [names[start : start + share] for start in range(0, len(names), share)]
    commands = [_playbook(cell.rival, folder, ",".join(part), cell.forks) for part in parts]
    if len(commands) == 1:
        return commands[0]
    started = " & ".join(" ".join(f"'{word}'" for word in words) for words in commands)
    return ["sh", "-c", f"{started}; wait"]


def _host(every: Mapping[str, Any], services: Sequence[str] = ALL) -> dict[str, Any]:
    """The variables of a customer, as the guide about many customers has them.

    :param every: the connection options of each service
    """
    return {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "state": "same",
        "config_directory": "{{ inventory_dir }}/{{ state }}",
        "config_services": list(services),
        "monitoring_config_connections": {service: every[service] for service in services},
    }


def _playbook(rival: str, folder: Path, limit: str, forks: int) -> list[str]:
    play = f"declarative.monitoring.{rival}" if rival in (APPLY, VALIDATE) else "play.yml"
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    options = ["--inventory", str(folder / "inventory.yml"), "--forks", str(forks), "--limit", limit]
    return [program, *options, "--extra-vars", "monitoring_hosts=all", play]


def _play(cell: Cell, url: str, paths: Paths) -> dict[str, Any]:
    """The play of a rival without a playbook in the collection."""
    urls = at_services(url)
    uri: list[dict[str, Any]] = [
        {"ansible.builtin.uri": {"url": f"{urls[service]}{_CUSTOMER}/{path}", "headers": HEADERS}}
        for service in cell.services
        for path in paths.get(service, ())
    ]
    tag = {**connections(urls, _CUSTOMER)["alertra"], "name": "critical"}
    role = {"ansible.builtin.import_role": {"name": "declarative.monitoring.monitoring_config"}}
    files = {"monitoring_config_directory": "{{ config_directory }}", "monitoring_config_services": list(cell.services)}
    tasks: dict[str, list[dict[str, Any]]] = {
        URI: uri,
        ROLE: [{**role, "vars": files}],
        LOOP: [{"declarative.monitoring.alertra_tag": tag, "loop": list(range(ITEMS))}],
    }
    started = [{"ansible.builtin.debug": {"msg": "Started"}}]
    return {"hosts": "all", "gather_facts": False, "tasks": tasks.get(cell.rival, started)}


def _urls(cell: Cell, url: str, paths: Paths) -> list[list[str]]:
    """The requests of each session: one session for each customer and service."""
    if cell.rival == LOOP_BARE:
        return [[f"{url}/customer0000/{paths['alertra'][0]}"] * ITEMS]
    urls = at_services(url)
    return [
        [f"{urls[service]}/customer{number:04d}/{path}" for path in paths[service]]
        for number in range(cell.customers)
        for service in cell.services
    ]


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(content), encoding="utf-8")


# -- the runs ----------------------------------------------------------------------------------------------------------


def run(cell: Cell, url: str, paths: Paths, authority: Path) -> Run:
    """Run a rival.

    :raises BenchmarkError: if it sends other requests than necessary
    """
    _report(url, authority)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        environment = _environment(folder, authority, cell.latency)
        wall, cpu, memory = measure(command(cell, url, paths, authority, folder), folder, environment)
    report = _report(url, authority)
    check(cell, paths, report["requests"])
    return Run(wall, cpu, memory, report["requests"], report["connections"])


def _environment(folder: Path, authority: Path, latency: float) -> dict[str, str]:
    """The environment of a user; with TLS, of a system that trusts the authorities in that file."""
    return {**user_environment(folder), **({"SSL_CERT_FILE": str(authority)} if latency else {})}


def check(cell: Cell, paths: Paths, requests: Mapping[str, int]) -> None:
    """Check that a rival has sent the necessary requests.

    :raises BenchmarkError: if it has not
    """
    listings = sum(len(paths[service]) for service in cell.services)
    reads = {LOOP: ITEMS, LOOP_BARE: ITEMS, START: 0, DEBUG: 0, VALIDATE: 0}.get(cell.rival, listings * cell.customers)
    writes = -(-cell.customers // 100) if cell.changed else 0
    found = requests.get("GET", 0), sum(requests.values()) - requests.get("GET", 0)
    if found[1] != writes or found[0] < reads or (found[0] != reads and not cell.changed):
        raise BenchmarkError(f"{cell} sent {dict(requests)}, not {reads} reads and {writes} writes")


def _report(url: str, authority: Path) -> Any:
    context = ssl.create_default_context(cafile=str(authority)) if url.startswith("https") else None
    with urllib.request.urlopen(url + CONTROL, timeout=60, context=context) as answer:
        return json.load(answer)


def measure_all(wanted: Mapping[Cell, int]) -> dict[Cell, list[Run]]:
    """Run the cells in turns, so that a slow moment of the machine affects all of them."""
    found: dict[Cell, list[Run]] = {cell: [] for cell in wanted}
    turns = [cell for turn in range(max(wanted.values())) for cell, runs in wanted.items() if turn < runs]
    start = time.monotonic()
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        authority, certificate = _certificates(Path(name))
        sandbox = stack.enter_context(Sandbox.start())
        prepare(sandbox)
        urls = {
            latency: stack.enter_context(server(sandbox, latency, str(certificate) if latency else ""))
            for latency in sorted({cell.latency for cell in wanted})
        }
        # Before a run changes an object at the sandbox.
        paths, *_others = [asked(url, authority, latency) for latency, url in urls.items()]
        for done, cell in enumerate(turns, 1):
            result = run(cell, urls[cell.latency], paths, authority)
            found[cell].append(result)
            print(f"{time.monotonic() - start:6.0f} s  {done}/{len(turns)}  {result.wall:8.2f} s  {cell}", flush=True)
    return found


def _certificates(folder: Path) -> tuple[Path, Path]:
    """A file with as many authorities as a system trusts, and that of a certificate for this machine with its key."""
    authority = trustme.CA()
    others = [trustme.CA(organization_name=f"authority {number}") for number in range(_AUTHORITIES - 1)]
    (folder / "ca.pem").write_bytes(b"".join(one.cert_pem.bytes() for one in (*others, authority)))
    authority.issue_cert(*ADDRESSES.values()).private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    return folder / "ca.pem", folder / "server.pem"


def medians(runs: Mapping[Cell, Sequence[Run]]) -> dict[Cell, Run]:
    """The medians of the runs of each cell. All of them sent the same requests."""
    return {
        cell: replace(
            found[0],
            wall=statistics.median(one.wall for one in found),
            cpu=statistics.median(one.cpu for one in found),
            memory=max(one.memory for one in found),
        )
        for cell, found in runs.items()
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmark.fleets", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few cases and one run of each, for development")
    options = parser.parse_args(arguments)
    try:
        found = medians(measure_all(quick() if options.quick else cells()))
    except (BenchmarkError, subprocess.TimeoutExpired) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    text = page(found, machine())
    if options.quick:
        print(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
