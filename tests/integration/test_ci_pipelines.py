# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pipelines of the guide about CI: their formats are right, and their commands take a change to the account.

The commands of each job run in a shell, as the CI system runs them. Programs that need the system itself (pip,
ansible-galaxy, gh, curl) only note how they were called.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.harness import PLAYBOOK_SECONDS, Account
from integration.roles import writes_in
from integration.test_guides import File, environment, steps
from sandbox.client import Sandbox

GITHUB, GITLAB = ".github/workflows/monitoring.yml", ".gitlab-ci.yml"
SCHEMAS = {GITHUB: "vendor.github-workflows", GITLAB: "vendor.gitlab-ci"}
NOTED = ("pip", "ansible-galaxy", "gh", "curl")
DECLARED = "alertra: {devices: [{short_name: WWW, method: HTTP, url: https://www.example.com/, frequency: 5}]}\n"
PROPOSED = DECLARED.replace("frequency: 5", "frequency: 1")


def pipelines() -> dict[str, str]:
    """The files of the guide, by name."""
    return {step.name: step.text for step in steps("guide_ci") if isinstance(step, File)}


@dataclass(frozen=True)
class Job:
    """A job: the commands that it runs, and the environment with its credentials; None if it has none."""

    commands: str
    place: str | None


def github_jobs(pipeline: Mapping[str, Any]) -> dict[str, Job]:
    """The jobs of a workflow. The shell of GitHub Actions stops at the first error."""
    return {
        name: Job("\n".join(step["run"] for step in job["steps"] if "run" in step), job.get("environment"))
        for name, job in pipeline["jobs"].items()
    }


def gitlab_jobs(pipeline: Mapping[str, Any]) -> dict[str, Job]:
    """The jobs of a pipeline, which have a script."""
    before = pipeline["default"]["before_script"]
    return {
        name: Job("\n".join([*before, *job["script"]]), job.get("environment", {}).get("name"))
        for name, job in pipeline.items()
        if "script" in job
    }


READERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Job]]] = {GITHUB: github_jobs, GITLAB: gitlab_jobs}


class Runner:
    """Runs the jobs of a pipeline in a working copy.

    :param folder: the working copy, and beside it the programs that only note how they were called
    """

    def __init__(self, sandbox: Sandbox, folder: Path, jobs: Mapping[str, Job]) -> None:
        self._jobs, self.copy, self.calls = jobs, folder / "copy", folder / "calls"
        (folder / "home").mkdir()
        (self.copy / "declarations").mkdir(parents=True)
        programs = folder / "programs"
        programs.mkdir()
        for name in NOTED:
            (programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls}\necho 7\n', encoding="utf-8")
            (programs / name).chmod(0o755)
        variables = environment(sandbox, folder / "home")
        self._environment = {
            **variables,
            "PATH": f"{programs}:{Path(sys.executable).parent}:{variables['PATH']}",
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "GITHUB_REPOSITORY": "example/monitoring",
            "GITHUB_SHA": "0123abc",
            "CI_API_V4_URL": "https://git.example.com/api/v4",
            "CI_PROJECT_ID": "1",
            "CI_COMMIT_SHA": "0123abc",
            "COMMENT_TOKEN": "token",
        }

    def run(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run a job, with credentials only if it has an environment."""
        job = self._jobs[name]
        hidden = () if job.place else ("ALERTRA_API_KEY", "ALERTRA_API_URL")
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", job.commands],
            cwd=self.copy,
            env={key: value for key, value in self._environment.items() if key not in hidden},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PLAYBOOK_SECONDS,
            check=False,
        )


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_pipeline_has_the_format_of_its_system(tmp_path: Path, name: str) -> None:
    path = tmp_path / Path(name).name
    path.write_text(pipelines()[name], encoding="utf-8")
    program = str(Path(sys.executable).with_name("check-jsonschema"))
    done = subprocess.run(
        [program, "--builtin-schema", SCHEMAS[name], str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", READERS)
def test_a_pipeline_takes_a_change_to_the_account(
    sandbox: Sandbox, alertra: Account, tmp_path: Path, name: str
) -> None:
    sandbox.set_state(
        "alertra",
        {"devices": [{"ShortName": "WWW", "Method": "HTTP", "URL": "https://www.example.com/", "Frequency": 5}]},
    )
    jobs = READERS[name](yaml.safe_load(pipelines()[name]))
    assert list(jobs) == ["validate", "plan", "apply", "drift"]
    assert [job.place for job in jobs.values()] == [None, "monitoring-plan", "monitoring", "monitoring-plan"]
    runner = Runner(sandbox, tmp_path, jobs)
    declarations = runner.copy / "declarations" / "alertra.yml"

    # A proposal with a mistake, which needs no credentials to be found.
    declarations.write_text(PROPOSED.replace("frequency", "frequenzy"), encoding="utf-8")
    refused = runner.run("validate")
    assert refused.returncode, refused.stdout
    assert "did you mean frequency?" in refused.stdout
    declarations.write_text(PROPOSED, encoding="utf-8")
    assert runner.run("validate").returncode == 0
    assert not sandbox.requests()

    planned = runner.run("plan")
    assert planned.returncode == 0, planned.stdout
    assert json.loads((runner.copy / "plan.json").read_text(encoding="utf-8"))["drift"] is True
    assert "device WWW: frequency: 5 -> 1" in (runner.copy / "plan.md").read_text(encoding="utf-8")
    calls = runner.calls.read_text(encoding="utf-8")
    assert ("gh pr comment 7 --body-file plan.md" in calls) if name == GITHUB else ("note@plan.md" in calls)
    assert not writes_in(sandbox.requests())
    if name == GITHUB:
        assert (tmp_path / "output").read_text(encoding="utf-8") == "drift=true\n"

    # Somebody changes the account before the plan is approved.
    state = sandbox.state("alertra")
    sandbox.set_state("alertra", {"devices": [{**state["devices"][0], "Frequency": 30}]})
    stale = runner.run("apply")
    assert stale.returncode
    assert "approved, but the plan is now update device WWW: frequency: 30 -> 1" in stale.stdout
    assert not writes_in(sandbox.requests())

    sandbox.set_state("alertra", state)
    applied = runner.run("apply")
    assert applied.returncode == 0, applied.stdout
    assert [one["Frequency"] for one in sandbox.state("alertra")["devices"]] == [1]
    assert len(list((runner.copy / "undo").iterdir())) == 1

    assert runner.run("drift").returncode == 0
    sandbox.set_state("alertra", state)
    drift = runner.run("drift")
    assert drift.returncode
    assert "1 of 1 accounts is not as declared: alertra" in drift.stdout
