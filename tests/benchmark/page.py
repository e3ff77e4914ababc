# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page docs/benchmark.md."""

from __future__ import annotations

from collections.abc import Sequence

from .figures import NOISE, Figures, Target, limit, number, over, title
from .plan import CONCURRENCIES, DEFAULT, LATENCIES, MANY, ONE, SIZES, WORKS
from .rivals import APPLY, BARE, CONFIG, DATA, MODULE, ONE_MODULE, ONE_URI, ORDINARY, START, URI
from .work import CREATE, NOTHING, Work

_MIB = 2**20
_CODE = {ONE_URI: "one `uri` task", URI: "`uri` loop", CONFIG: "`_config`", APPLY: "`apply`"}
_VERDICTS = {True: "met", False: "**missed**", None: "not known"}

_RIVALS = {
    URI: "The playbook of a careful user. `ansible.builtin.uri` lists the devices page by page, knowing their number. "
    "It reads single devices only if the listing does not show all declared options. Then it creates missing "
    "devices and updates those that differ. Each step is a loop.",
    MODULE: "`alertra_device` in a loop. Each item lists the account, so the cost per item grows with the number of "
    "devices.",
    ORDINARY: "The same with `declarative_monitoring_direct_execution: false`. Each item starts a new Python process.",
    CONFIG: f"One task with `alertra_config`, by default with `concurrency: {DEFAULT}`.",
    APPLY: "The playbook `declarative.monitoring.apply`, which reads the declaration from a file.",
    BARE: "A Python program that only sends the same requests, with one `requests.Session` and the same number of "
    "threads. The time is from the start of Python to its end.",
    START: "`ansible-playbook` with one `ansible.builtin.debug` task. All variants except bare requests include this "
    "time.",
    DATA: "The same, including the time in which ansible-core reads the declaration.",
}

_PAGE = """<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Benchmark

This page compares the speed of the collection with other ways to do the same work. `make bench` writes it. Figures are
seconds, unless a unit is given. They are medians of several runs in which the variants took turns. Do not compare them
with figures of another machine. This machine has {machine}.

## Targets

{verdict} ≈ marks values that would take hours to measure. They are computed from shorter loops. The time and the memory
per object are those of the account minus those of the startup, divided by the number of objects. Ratios up
to {noise:g} count as equal.

{targets}

The following table evaluates the same measurements by other rules. It shows how much the results depend on the rules.

{comparisons}

## What is compared

The devices at Alertra are declared in `group_vars`. There are three initial states: all devices exist (nothing to do),
no device exists (create all), or one in a hundred devices has another URL (1 % changed). The listing shows all declared
options, in pages of 100 devices. In the cases with "each device read", a timeout is declared, too. Alertra only shows
the timeout when a single device is read.

{rivals}

The benchmark fails if a variant does not reach the declared state, or sends other write requests than necessary. It
also fails if `_config` and the bare requests send different read requests.

The sandbox would be slower than the variants. Therefore a simpler server in its own process emulates Alertra. It
responds to at least {ceiling} requests a second. The fastest variant sent {fastest} requests a second. Latency is
added without CPU load.

{sizes}

## Latency and concurrency

All rows have {many:,} devices. The limit is the number of requests times the latency, divided by the concurrency. The
request phase is the time from the first request to the last response, measured at the server.

Create all:

{creations}

Nothing to do, each device read:

{reads}

## All figures

The CPU seconds are those of all processes together. The memory is that of the largest process. The server counted the
requests and connections.

{everything}
"""


def page(figures: Figures, machine: Sequence[str], ceiling: float) -> str:
    """The page. All of its figures and verdicts are computed."""
    targets = figures.targets()
    return _PAGE.format(
        machine=", ".join(machine),
        verdict=_verdict(targets),
        noise=NOISE,
        targets=_targets(targets),
        comparisons=_targets(figures.comparisons()),
        rivals=table(("variant", "description"), [[_code(rival), what] for rival, what in _RIVALS.items()]),
        ceiling=number(ceiling),
        fastest=number(figures.fastest()),
        sizes="\n\n".join(f"## {title(*work).capitalize()}\n\n{_sizes(figures, *work)}" for work in WORKS),
        many=MANY,
        creations=_waiting(figures, Work(CREATE, MANY)),
        reads=_waiting(figures, Work(NOTHING, MANY, details=True)),
        everything=_everything(figures),
    )


def _verdict(targets: Sequence[Target]) -> str:
    counts = [(sum(target.met is met for target in targets), words) for met, words in _VERDICTS.items()]
    parts = [f"{count} {'is' if count == 1 else 'are'} {words}" for count, words in counts if count]
    return f"Of {len(targets)} targets, {', '.join(parts)}."


def _targets(targets: Sequence[Target]) -> str:
    rows = [
        [
            target.what,
            target.against,
            target.formula,
            number(target.ratio),
            f"{'≥' if target.least else '≤'} {target.limit:g}",
            _VERDICTS[target.met],
        ]
        for target in targets
    ]
    return table(("measured", "compared with", "figures", "ratio", "target", ""), rows)


def _sizes(figures: Figures, state: str, details: bool) -> str:
    """The seconds of each rival, by size."""
    rivals = (URI, ORDINARY, MODULE, CONFIG, BARE)
    rows = []
    for size in SIZES:
        work = Work(state, size, details)
        found = [figures.loop(rival, work) for rival in rivals]
        last = over(figures.loop(URI, work)[0], figures.wall(CONFIG, work))
        rows.append([f"{size:,}", *(number(*one) for one in found), number(last)])
    return table(("objects", *map(_code, rivals), f"{_code(URI)} ÷ {_code(CONFIG)}"), rows)


def _waiting(figures: Figures, work: Work) -> str:
    """The seconds at each latency and concurrency."""
    rows = []
    for latency in LATENCIES:
        for concurrency in CONCURRENCIES:
            took, bare = (figures.wall(rival, work, latency, concurrency) for rival in (CONFIG, BARE))
            if took is not None:
                spent, least = figures.spent(work, latency, concurrency), limit(work, latency, concurrency)
                exchange = figures.exchange(work, latency, concurrency)
                ratios = (over(exchange, least), over(spent, least), over(bare, least))
                shown = (took, spent, exchange, bare, least or None, *ratios)
                rows.append([f"{latency * 1000:g} ms", str(concurrency), *map(number, shown)])
    of_limit = ("request phase ÷ limit", "without startup ÷ limit", "bare requests ÷ limit")
    figures_shown = ("`_config`", "without startup", "request phase", "bare requests", "limit")
    heads = ("latency", "concurrency", *figures_shown, *of_limit)
    return table(heads, rows)


def _everything(figures: Figures) -> str:
    """All figures of all cells."""
    rows = []
    for cell, runs in figures.runs.items():
        walls = sorted(run.wall for run in runs)
        wall, cpu, memory = (figures.median(cell, figure) for figure in ("wall", "cpu", "memory"))
        row = [_code(cell.rival), f"{cell.work.size:,}", title(cell.work.state, cell.work.details)]
        if cell.work == ONE and cell.rival in (START, ONE_URI, ONE_MODULE):
            row[1:] = ["-", "-"]
        row += [
            f"{cell.latency * 1000:g}",
            str(cell.concurrency) if cell.rival in (CONFIG, BARE) else "-",
            str(len(runs)),
        ]
        row += [number(wall), f"{number(walls[0])} to {number(walls[-1])}", number(cpu), number((memory or 0.0) / _MIB)]
        rows.append([*row, f"{sum(runs[-1].requests.values()):,}", f"{runs[-1].connections:,}"])
    heads = (
        "variant",
        "objects",
        "work",
        "latency (ms)",
        "concurrency",
        "runs",
        "time",
        "from, to",
        "CPU",
        "memory (MiB)",
    )
    return table((*heads, "requests", "connections"), rows)


def _code(rival: str) -> str:
    return _CODE.get(rival, rival)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))
