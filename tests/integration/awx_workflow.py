# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflow jobs of the stand-in for AWX: which job gets which variables, what pauses, and who may approve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import yaml

from integration.awx_server import Awx, ForbiddenError, Object, RefusedError

RunJob = Callable[[Object], tuple[bool, Object]]
"""Runs a job; returns whether it has succeeded, and its artifacts."""


class WorkflowJob:
    """A workflow job.

    :param limit: hosts, separated by commas
    :raises RefusedError: for a limit that the workflow does not ask for
    :ivar status: C(running) until an approval that pauses it is given, C(successful) or C(failed)
    """

    def __init__(self, awx: Awx, name: str, run: RunJob, extra_vars: Object | None = None, limit: str = "") -> None:
        self._awx, self._name, self._run = awx, name, run
        self._answers = {**_defaults(awx.survey("workflow_job_templates", name)), **(extra_vars or {})}
        if limit and not awx.all("workflow_job_templates")[name].get("ask_limit_on_launch"):
            raise RefusedError("limit: Field is not configured to prompt on launch.")
        self._prompts = {"limit": limit} if limit else {}
        self._waiting: tuple[Object, Object] | None = None
        self.status = "running"
        nodes = awx.nodes(name).values()
        later = {
            one["id"] for node in nodes for status in ("successful", "failed") for one in awx.next_nodes(node, status)
        }
        for node in nodes:
            if node["id"] not in later:
                self._start(node, {})

    def decide(self, team: str, *, approve: bool) -> None:
        """Approve or deny what the workflow waits for.

        :raises ForbiddenError: if the team has no permission to approve this workflow
        """
        if team not in self._awx.granted("workflow_job_templates", self._name, "approval_role"):
            raise ForbiddenError("You do not have permission to perform this action.")
        assert self._waiting is not None
        (node, artifacts), self._waiting = self._waiting, None
        self._end(node, artifacts, successful=approve)

    def expire(self, seconds: int) -> None:
        """Let time pass while the workflow waits. An approval whose timeout is over fails."""
        assert self._waiting is not None
        node, artifacts = self._waiting
        if 0 < self._awx.template_of(node)["timeout"] <= seconds:
            self._waiting = None
            self._end(node, artifacts, successful=False)

    def _start(self, node: Object, artifacts: Object) -> None:
        template = self._awx.template_of(node)
        if template["type"] == "workflow_approval_template":
            self._waiting = (node, artifacts)
            return
        # Answers of the workflow and artifacts reach a job even if its template asks for nothing. Answers win.
        extra_vars = {**(node.get("extra_data") or {}), **artifacts, **self._answers}
        job = self._awx.job(template, {**self._prompts, "extra_vars": extra_vars})
        outcomes = [self._slice(job, number, count) for number, count in _slices(job)]
        # Slices are merged in the order in which they end, and only by the names of their artifacts.
        merged = {name: value for _successful, found in outcomes for name, value in found.items()}
        self._end(node, {**artifacts, **merged}, successful=all(successful for successful, _found in outcomes))

    def _slice(self, job: Object, number: int, count: int) -> tuple[bool, Object]:
        """Run a slice. It fails if the limit leaves it without hosts, because AWX divides the hosts first."""
        hosts = sorted(job["hosts"])[number - 1 :: count]
        limit = set(filter(None, (job.get("limit") or "").split(",")))
        if limit and not limit & set(hosts):
            return False, {}
        return self._run(
            {**job, "slice": (number, count), "hosts": [one for one in hosts if not limit or one in limit]}
        )

    def _end(self, node: Object, artifacts: Object, *, successful: bool) -> None:
        status = "successful" if successful else "failed"
        following = self._awx.next_nodes(node, status)
        if not following:
            self.status = status
        for one in following:
            self._start(one, artifacts)


def _defaults(questions: Sequence[Object]) -> Object:
    return {one["variable"]: one["default"] for one in questions if one.get("default") not in (None, "")}


def _slices(job: Object) -> list[tuple[int, int]]:
    """The number of each slice and their count. There are at most as many slices as hosts."""
    count = max(1, min(int(job.get("job_slice_count") or 1), len(job["hosts"])))
    return [(number + 1, count) for number in range(count)]


class _Unsafe(yaml.SafeDumper):
    """Writes every text as C(!unsafe)."""

    def represent_data(self, data: Any) -> Any:
        """A node of the YAML document."""
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


def extra_vars_file(job: Object) -> str:
    """The variables of a job, as AWX writes them: what does not come from the template itself is C(!unsafe)."""
    own = job["template_vars"]
    return "".join(
        yaml.dump({name: value}, Dumper=yaml.SafeDumper if own.get(name, ...) == value else _Unsafe)
        for name, value in job["extra_vars"].items()
    )
