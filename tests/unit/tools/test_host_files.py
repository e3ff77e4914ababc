# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files for the Git host: they run targets of the Makefile and nothing else, and name what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import matrix
from tools.checkout import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
# Parts of `make test` that CI runs for each version instead of for two of them.
ELSEWHERE = {"matrix-quick", "sanity-quick"}
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", ".github/pull_request_template.md")


def load(path: Path) -> dict[str, Any]:
    """A YAML file; its keys are texts, also `on`."""
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def jobs(path: Path) -> dict[str, Any]:
    """The jobs of a workflow."""
    found: dict[str, Any] = load(path)["jobs"]
    return found


def cells(job: dict[str, Any]) -> list[dict[str, str]]:
    """The values of the matrix of a job, one of its keys at a time."""
    values = dict(job.get("strategy", {}).get("matrix", {}))
    included = values.pop("include", [])
    found: list[dict[str, str]] = [{name: value} for name, several in values.items() for value in several]
    return [*found, *included]


def commands(path: Path) -> Iterator[str]:
    """What a workflow runs; a target that comes from the matrix, once for each of its values."""
    for job in jobs(path).values():
        yield from commands_of(job)


def commands_of(job: dict[str, Any]) -> Iterator[str]:
    """What a job runs."""
    targets = [cell["target"] for cell in cells(job) if "target" in cell] or [""]
    for step in job["steps"]:
        for target in targets if "run" in step else []:
            yield step["run"].replace("${{ matrix.target }}", target)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_targets_of_the_makefile_alone(path: Path) -> None:
    found = list(commands(path))
    assert found
    for command in found:
        make, target, *variables = command.split()
        assert (make, target in TARGETS) == ("make", True), command
        assert all(re.match(r"[A-Z]+=", variable) or variable in ("}}", "matrix.core") for variable in variables)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_job_ends_and_may_write_nothing_by_default(path: Path) -> None:
    assert load(path)["permissions"] == {"contents": "read"}
    assert [name for name, job in jobs(path).items() if "timeout-minutes" not in job] == []


def test_ci_runs_every_part_of_make_test() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    parts = " ".join(re.findall(r"^(?:PAIRS|PARTS) \?= (.*)$", makefile, re.MULTILINE)).split()
    run = {command.split()[1] for command in commands(GITHUB / "workflows" / "ci.yml")}
    assert set(parts) - ELSEWHERE <= run
    assert {"sanity-core", "matrix-core"} <= run


def test_a_release_is_published_only_after_its_checks() -> None:
    targets = [command.split()[1] for command in commands(GITHUB / "workflows" / "release.yml")]
    assert targets == ["release-check", "sanity", "build", "publish-galaxy", "publish-github"]


def test_jobs_that_run_ansible_rulebook_install_java() -> None:
    targets = {"make integration", "make newest", "make races"}
    found = [job for path in WORKFLOWS for job in jobs(path).values() if targets & set(commands_of(job))]
    assert len(found) == len(targets)
    for job in found:
        assert [step for step in job["steps"] if "setup-java" in step.get("uses", "")], job["steps"]


@pytest.mark.parametrize("job", ["sanity", "core"])
def test_ci_runs_every_supported_version_of_ansible_core(job: str) -> None:
    found = jobs(GITHUB / "workflows" / "ci.yml")[job]
    assert [cell["core"] for cell in cells(found)] == list(matrix.CORES)
    (setup,) = (step for step in found["steps"] if "setup-python" in step.get("uses", ""))
    installed = set(setup["with"]["python-version"].split())
    missing = [core for core, pythons in matrix.CORES.items() if not installed & set(pythons)]
    assert missing == []


def test_pre_commit_runs_targets_of_the_makefile() -> None:
    for repository in load(ROOT / ".pre-commit-config.yaml")["repos"]:
        for hook in repository["hooks"]:
            make, target = hook["entry"].split()
            assert make == "make"
            assert target in TARGETS


def test_the_targets_that_documents_name_exist() -> None:
    for name in PAGES:
        named = set(re.findall(r"`make ([a-z][a-z-]*)", (ROOT / name).read_text(encoding="utf-8")))
        assert named <= TARGETS, name


def test_all_addresses_of_the_repository_are_below_that_of_galaxy_yml() -> None:
    repository = load(ROOT / "galaxy.yml")["repository"]
    for path in [*sorted(GITHUB.rglob("*.*")), *(ROOT / name for name in PAGES), ROOT / "docs/docsite/links.yml"]:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        for address in re.findall(r"https://github\.com/declarative[^\s)\"'>]*", text):
            assert address.startswith(repository), path


def test_the_form_for_bugs_asks_for_what_is_needed_to_reproduce_one() -> None:
    form = load(GITHUB / "ISSUE_TEMPLATE" / "bug_report.yml")
    required = {field.get("id") for field in form["body"] if field.get("validations", {}).get("required")}
    assert {"component", "collection", "core", "task", "actual"} <= required
    text = yaml.safe_dump(form)
    assert "-vvv" in text
    assert "secrets" in text
