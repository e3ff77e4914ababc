# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Threads that work on steps, each as soon as the steps that it depends on are done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import Any

from .errors import MonitoringError, without_trace
from .outcome import StepResult
from .progress import progress


class Phase:
    """One kind of work on some of the steps of a plan.

    :param name: what has been done to an object afterwards, such as ``written``; shown as progress
    :param depends_on: for each step that takes part, the steps that must be done before
    :param work: called with the index of a step; its error becomes the error of that step
    :param results: the results of all steps; a step that has an error already is not worked on
    """

    def __init__(
        self,
        name: str,
        depends_on: Mapping[int, Collection[int]],
        work: Callable[[int], Any],
        results: Sequence[StepResult],
    ) -> None:
        self._name, self._work, self._results = name, work, results
        self._total, self._done = len(depends_on), 0
        self._sorter = TopologicalSorter({index: depends_on.keys() & needed for index, needed in depends_on.items()})
        self._sorter.prepare()
        # Guards the sorter and the count.
        self._lock = threading.Lock()
        self._ready: SimpleQueue[int | None] = SimpleQueue()

    def run(self, concurrency: int) -> None:
        """Do all the work, with at most this number of threads. An error does not stop the other steps."""
        threads = max(1, min(concurrency, self._total))
        self._queue_ready(threads)
        with ThreadPoolExecutor(threads) as pool:
            pool.map(lambda _thread: self._work_off(threads), range(1, threads))
            try:
                # This thread takes part, so that a single object, or concurrency 1, needs no other thread.
                self._work_off(threads)
            except BaseException:
                # Such as Ctrl-C: requests in flight end, and no other work begins.
                self._cancel()
                raise

    def _work_off(self, threads: int) -> None:
        while (index := self._ready.get()) is not None:
            try:
                self._try(index)
            finally:
                self._finish(index, threads)

    def _try(self, index: int) -> None:
        result = self._results[index]
        if result.error is not None:
            return
        try:
            self._work(index)
        except MonitoringError as exc:
            result.error = without_trace(exc)
        except Exception as exc:  # an unexpected error in one object must not lose the results of the others
            result.error = MonitoringError(f"an unexpected {type(exc).__name__}: {exc}")

    def _finish(self, index: int, threads: int) -> None:
        with self._lock:
            self._sorter.done(index)
            self._queue_ready(threads)
            self._done += 1
            progress(self._name, self._done, self._total, self._results)

    def _queue_ready(self, threads: int) -> None:
        """Queue the steps that can start now; when all are done, a None for each thread."""
        if self._sorter.is_active():
            for index in self._sorter.get_ready():
                self._ready.put(index)
        else:
            for _thread in range(threads):
                self._ready.put(None)

    def _cancel(self) -> None:
        for result in self._results:
            result.error = result.error or MonitoringError("interrupted")
