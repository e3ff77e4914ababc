# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page docs/benchmark_fleets.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .fleet_work import ALL, APPLY, BARE, DEBUG, ITEMS, LOOP, LOOP_BARE, ONE, START, URI, VALIDATE, Cell, Run
from .page import table
from .runner import ROOT

PAGE = ROOT / "docs" / "benchmark_fleets.md"
_MIB = 2**20
_MS = 1000
_PAGE = """<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Benchmark of many customers

Each customer is a host of the inventory, with accounts of its own at one service (Alertra) or at all five. Nothing has
to be changed, unless a row says "1 % changed": then one customer in a hundred has a device that is not as declared.
`make bench-fleets` writes this page. Figures are medians of up to five runs. Do not compare them with figures of
another machine. This machine has {machine}.

{variants}

A server on loopback answers all customers with what the sandbox answered to the first one. Each service has an address
of its own, which is the same for all customers. With latency, the server speaks TLS, and clients trust 150 authorities,
about as many as a system does. The bare requests read these certificates once for all sessions. The benchmark fails if
a variant sends other requests than necessary.

## Targets

{targets}

"Per customer" is the time of the run minus that of the startup, divided by the number of customers.

## Where the time goes

CPU time of all processes per customer with {profiled} customers and five services, in milliseconds. Each row is the
difference of two measured runs.

{profile}

ansible-core starts a worker process for each task of each host. A new process has to copy the memory that it writes to.
The modules of all customers share as many processes as there are forks.

## Larger fleets

{scale}

Several machines can divide the customers: in AWX by job slicing, elsewhere by `--limit`. No machine waits for another
one, so that N machines need the startup, and the time per customer times the largest number of customers on a machine.
The row with two slices has two processes on the cores of this machine.

## All figures

Memory is that of the largest process.

{everything}
"""


_VARIANTS = [
    ["apply", "The playbook `declarative.monitoring.apply`. Each customer takes one task, unless it fails."],
    [
        "role",
        "The role `monitoring_config` in a play of its own. ansible-core checks its variables, and it sets a fact, so "
        "that there are four tasks.",
    ],
    ["validate", "The playbook `declarative.monitoring.validate`: one task without requests."],
    ["`uri` tasks", "A task of `ansible.builtin.uri` for each request. It compares nothing."],
    [
        "bare requests",
        "A Python program that sends the same requests, with one `requests.Session` for each customer and service, and "
        "as many threads as there are forks.",
    ],
    ["debug task", "A play with one `ansible.builtin.debug` task."],
    ["startup", "The same with one host."],
    ["loop", f"`alertra_tag` in a loop over {ITEMS} items on one host. Each item lists the tags of the account."],
]


def page(found: Mapping[Cell, Run], machine: Sequence[str]) -> str:
    """The page. All of its figures and verdicts are computed."""
    profiled = max(cell.customers for cell in found if cell.rival == VALIDATE and cell.customers <= _PROFILED)
    return _PAGE.format(
        machine=", ".join(machine),
        variants=table(("variant", "description"), _VARIANTS),
        targets=table(("measured", "figure", "target", ""), list(_targets(found))),
        profiled=profiled,
        profile=table(("phase", "ms"), list(_profile(found, profiled))),
        scale=table(("customers", "services", "seconds", "ms per customer", "MiB"), list(_scale(found))),
        everything=table(_COLUMNS, [_row(cell, run) for cell, run in found.items()]),
    )


_PROFILED = 100
_GROWTH = "per customer, 1,000 customers ÷ 100 customers"
_COLUMNS = (
    "variant", "customers", "services", "state", "forks", "latency", "slices", "wall s", "CPU s", "MiB", "connections",
)  # fmt: skip


def _per_customer(found: Mapping[Cell, Run], cell: Cell) -> float | None:
    """The milliseconds per customer; None if that was not measured."""
    start = found.get(Cell(START, 1))
    run = found.get(cell)
    return None if start is None or run is None else (run.wall - start.wall) / cell.customers * _MS


def _growth(found: Mapping[Cell, Run], rival: str) -> float | None:
    """How many times as much a customer takes if there are many; None if that was not measured."""
    hundred, thousand = (_per_customer(found, Cell(rival, size)) for size in (100, 1000))
    return thousand / hundred if hundred and thousand else None


def _targets(found: Mapping[Cell, Run]) -> Iterator[list[str]]:
    for services, most in ((ALL, 50), (ONE, 25)):
        name = f"apply, 100 customers, {_services(services)}: ms per customer"
        yield _target(name, _per_customer(found, Cell(APPLY, 100, services)), most)
    yield _target(f"{APPLY}, {_GROWTH}", _growth(found, APPLY), 1.1)
    yield [f"{DEBUG}, {_GROWTH}", _figure(_growth(found, DEBUG)), "-", "ansible-core alone"]
    largest = found.get(Cell(APPLY, 1000))
    yield _target("apply, 1,000 customers: MiB of the largest process", largest.memory / _MIB if largest else None, 200)
    for forks in (5, 20):
        ours, bare = (found.get(Cell(rival, 100, forks=forks, latency=0.1)) for rival in (APPLY, BARE))
        ratio = ours.wall / bare.wall if ours and bare else None
        yield _target(f"apply ÷ bare requests, TLS, 100 ms, {forks} at a time", ratio, 1.5)
    yield from _loop_targets(found)


def _loop_targets(found: Mapping[Cell, Run]) -> Iterator[list[str]]:
    ours, bare = (found.get(Cell(rival, 1, ONE, latency=0.02)) for rival in (LOOP, LOOP_BARE))
    name = f"loop of {ITEMS} items, TLS, 20 ms"
    yield _target(f"{name}: connections", float(ours.connections) if ours else None, 1)
    limit = 2 * bare.wall + 0.02 * ITEMS if bare else 0.0
    yield _target(f"{name}: seconds", ours.wall if ours else None, limit)


def _target(name: str, figure: float | None, most: float) -> list[str]:
    met = "not measured" if figure is None else "met" if figure <= most else "**missed**"
    return [name, _figure(figure), f"≤ {most:.3g}", met]


def _figure(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.3g}"


def _profile(found: Mapping[Cell, Run], customers: int) -> Iterator[list[str]]:
    """The CPU time of the phases of apply, each as the difference of two runs."""
    start = found[Cell(START, 1)].cpu
    debug, validate, one, every = (
        (found[cell].cpu - start) / customers * _MS
        for cell in (
            Cell(DEBUG, customers),
            Cell(VALIDATE, customers),
            Cell(APPLY, customers, ONE),
            Cell(APPLY, customers),
        )
    )
    service = (every - one) / (len(ALL) - 1)
    yield ["a task that does nothing: worker process, templates, result", f"{debug:.1f}"]
    yield ["reading and checking the declarations, once", f"{validate - debug:.1f}"]
    yield ["running the modules from the worker, the plan, the results", f"{one - validate - service:.1f}"]
    yield ["the modules of five services, with their requests", f"{service * len(ALL):.1f}"]
    yield ["apply, five services", f"{every:.1f}"]


def _scale(found: Mapping[Cell, Run]) -> Iterator[list[str]]:
    for cell, run in found.items():
        if cell == Cell(APPLY, cell.customers, cell.services):
            each = _per_customer(found, cell) or 0.0
            services = str(len(cell.services))
            yield [f"{cell.customers:,}", services, f"{run.wall:.1f}", f"{each:.0f}", f"{run.memory / _MIB:.0f}"]


def _row(cell: Cell, run: Run) -> list[str]:
    return [
        "`uri` tasks" if cell.rival == URI else cell.rival,
        f"{cell.customers:,}",
        str(len(cell.services)),
        "1 % changed" if cell.changed else "nothing to do",
        str(cell.forks),
        f"{cell.latency * _MS:.0f} ms, TLS" if cell.latency else "none",
        str(cell.slices),
        f"{run.wall:.2f}",
        f"{run.cpu:.2f}",
        f"{run.memory / _MIB:.0f}",
        str(run.connections),
    ]


def _services(services: Sequence[str]) -> str:
    return "one service" if len(services) == 1 else "five services"
