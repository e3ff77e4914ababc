# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page docs/benchmark.md."""

from __future__ import annotations

from collections.abc import Sequence

from .figures import NOISE, Figures, Target, limit, number, over, title
from .plan import CONCURRENCIES, DEFAULT, LATENCIES, MANY, ONE, SIZES, WORKS
from .rivals import BARE, CONFIG, DATA, MODULE, ONE_MODULE, ONE_URI, ORDINARY, START, URI
from .work import CREATE, NOTHING, Work

_MIB = 2**20
_CODE = {ONE_URI: "one `uri` task", URI: "`uri` loop", CONFIG: "`_config`"}
_VERDICTS = {True: "met", False: "**missed**", None: "not known"}

_RIVALS = {
    URI: "What a careful user would write: `ansible.builtin.uri` lists the devices page by page, knowing how many "
    "there are; reads each device, but only if the listing does not show all that is declared; creates what is "
    "missing, and writes what differs, each in a loop.",
    MODULE: "`alertra_device` in a loop. Each item lists the account, and so costs more the more devices there are.",
    ORDINARY: "The same with `declarative_monitoring_direct_execution: false`: each item starts a new Python.",
    CONFIG: f"One task with `alertra_config`, and `concurrency: {DEFAULT}` where nothing else is said.",
    BARE: "The same requests sent by a Python program that does nothing else, over one `requests.Session` and as many "
    "threads; from the start of Python to its end.",
    START: "`ansible-playbook` with one `ansible.builtin.debug`. All rivals but the bare requests begin with that.",
    DATA: "The same, with the file of the declaration read, which is ansible-core's work.",
}

_PAGE = """<!--
Copyright (c) 2026, declarative.monitoring contributors
GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Benchmark

What the collection costs, measured against what does the same work without it; `make bench` writes this page. Figures
are seconds where nothing else is said, and medians of several runs, in which the rivals took turns. Compare them with
each other rather than with those of another machine. This was one with {machine}.

## Targets

{verdict} ≈ marks what would take hours and is computed from shorter loops. The time and the memory of an object are
what the account takes more than the start, divided by the objects; up to {noise:g} times as much is noise.

{targets}

What the verdicts hang on: the same by other rules.

{comparisons}

## What is compared

Devices at Alertra are declared in `group_vars`. Before, all are there (nothing to do), none is (all to create), or one
of a hundred has another URL (1 % changed). The listing shows all of that, in pages of 100. Where each device is read,
a timeout is declared too, which Alertra shows of one device at a time.

{rivals}

A rival that leaves the account in another state than declared, or sends other writes than it takes, fails the
benchmark; `_config` and the bare requests have to send the same reads, too.

The sandbox would be slower than what is measured. So a leaner server plays Alertra, in a process of its own. It answers
at least {ceiling} requests a second; the fastest rival sent {fastest}. Latency is added without work.

{sizes}

## Latency and concurrency

With {many:,} devices. The limit is the number of requests times the latency, divided by the concurrency. The exchange
is the time from the first request to the last answer, as the server sees it.

All to create:

{creations}

Nothing to do, each device read:

{reads}

## All figures

CPU seconds of all processes together, memory of the largest one; requests and connections as the server counted them.

{everything}
"""


def page(figures: Figures, machine: Sequence[str], ceiling: float) -> str:
    """The page, all of whose figures and verdicts are computed."""
    targets = figures.targets()
    return _PAGE.format(
        machine=", ".join(machine),
        verdict=_verdict(targets),
        noise=NOISE,
        targets=_targets(targets),
        comparisons=_targets(figures.comparisons()),
        rivals=_table(("rival", "what it does"), [[_code(rival), what] for rival, what in _RIVALS.items()]),
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
    return _table(("what", "over", "figures", "ratio", "target", ""), rows)


def _sizes(figures: Figures, state: str, details: bool) -> str:
    """The seconds of each rival, by size."""
    rivals = (URI, ORDINARY, MODULE, CONFIG, BARE)
    rows = []
    for size in SIZES:
        work = Work(state, size, details)
        found = [figures.loop(rival, work) for rival in rivals]
        last = over(figures.loop(URI, work)[0], figures.wall(CONFIG, work))
        rows.append([f"{size:,}", *(number(*one) for one in found), number(last)])
    return _table(("objects", *map(_code, rivals), f"{_code(URI)} ÷ {_code(CONFIG)}"), rows)


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
    of_limit = ("exchange ÷ limit", "less the start ÷ limit", "bare requests ÷ limit")
    heads = ("latency", "concurrency", "`_config`", "less the start", "exchange", "bare requests", "limit", *of_limit)
    return _table(heads, rows)


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
        "rival",
        "objects",
        "work",
        "latency (ms)",
        "concurrency",
        "runs",
        "wall",
        "from, to",
        "CPU",
        "memory (MiB)",
    )
    return _table((*heads, "requests", "connections"), rows)


def _code(rival: str) -> str:
    return _CODE.get(rival, rival)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))
