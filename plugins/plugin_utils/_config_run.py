# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the action monitoring_config does: it reads the declarations, runs the modules, and tells about the plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.utils.vars import load_extra_vars

from ..module_utils._core.display import visible
from ._config_modules import ConfigModules
from ._config_options import Options, OptionsError, given_options, parse_options, variable_of
from ._declarations import DeclarationError
from ._documents import Documents, read_documents, reason
from ._failure import failure
from ._file_settings import Declared, read_declared
from ._host_documents import host_documents
from ._host_plans import HostPlan, PlanFiles, keep_result, plans_of, why_unwritable
from ._outcome import TITLES, errors
from ._plan_file import PlanFileError, differences, host_plan, outcomes_of, plan_statistic, published_plan, read_plan
from ._plan_text import plan_lines
from ._publish import begin_files, publish
from ._screen import show
from ._undo_file import undo_text, write_undo
from ._unresolved import is_open, resolver

Results = dict[str, dict[str, Any]]


class ConfigRun:
    """One run of the action on one host.

    :param action: the action plugin
    """

    def __init__(self, action: Any, task_vars: Mapping[str, Any]) -> None:
        self._action, self._task_vars = action, task_vars
        self._options = Options()
        self._extra_vars: Mapping[str, Any] = {}
        self._check = bool(action._task.check_mode)
        self._host = str(task_vars["inventory_hostname"])
        self._task = str(action._task._uuid)
        self._time = datetime.now(timezone.utc)
        self._read = Documents()
        self._is_writable = False
        self._unwritten: list[str] = []

    def run(self) -> dict[str, Any]:
        """Do everything, and return the result of the task.

        A failed task cannot publish statistics. So if the modules fail, the task does not, and C(problem) says why the
        next one must fail; or it fails if it is asked to, and the next one publishes its result.
        """
        try:
            self._extra_vars = load_extra_vars(self._action._loader)
            given = given_options(self._action._task.args, self._task_vars, self._action._templar.template)
            self._options = parse_options(given, self._task_vars, self._extra_vars)
            self._check_files()
            declared = self._declared()
            if self._options.validate_only:
                return self._validated(declared)
            outcomes, warnings, diffs = self._outcomes(declared)
        except (AnsibleError, OptionsError, PlanFileError, OSError) as exc:
            return self._refused(visible(_message(exc)))
        undo_file = self._write_undo(outcomes)
        plan = host_plan(outcomes)
        lines = self._publish(plan, undo_file)
        problem = self._problem(outcomes, plan)
        result = {
            "changed": plan["drift"],
            "services": outcomes,
            "problem": problem,
            "plans": self._task,
            "undo_file": undo_file,
            "report": lines,
            "diff": diffs,
            "ansible_stats": self._stats(outcomes),
        }
        shown = {"warnings": warnings} if warnings else {}
        if not problem or not self._options.fail_on_problem:
            return {**result, **shown}
        keep_result(self._host, result)
        return {**failure(self._action, problem), **shown}

    # -- declarations ----------------------------------------------------------------------------------------------

    def _declared(self) -> Declared:
        """What the files and the hosts declare.

        :raises AnsibleError: with a sentence for each error
        """
        action, options = self._action, self._options
        self._read = read_documents(action._loader, options.sources)
        documents = list(self._read.documents)
        if options.hosts:
            documents += host_documents(options.hosts, self._task_vars, action._loader, action._templar)
        if options.validate_only:
            for document in documents:
                document.template = _as_it_is
        unresolved = {"is_open": is_open} if options.validate_only else {}
        try:
            declared = read_declared(documents, resolver(action._templar), services=options.services, **unresolved)
        except DeclarationError as exc:
            raise self._read.refusal(*exc.problems) from None
        if self._read.problems:
            raise self._read.refusal()
        self._check_pruned(declared)
        return declared

    def _check_pruned(self, declared: Declared) -> None:
        """Refuse to prune services that are not declared."""
        services = self._options.services
        for name, given in (("prune", self._options.prune), ("prune_only", self._options.prune_only)):
            unknown = sorted(
                service
                for service, value in given.items()
                if value and service not in declared.objects and (not services or service in services)
            )
            if unknown:
                raise OptionsError(
                    f"{self._options.prefix}{name} names {', '.join(unknown)}, but no file in {self._read.title} does."
                )

    def _validated(self, declared: Declared) -> dict[str, Any]:
        number = sum(map(len, declared.places.values()))
        titles = ", ".join(TITLES[service] for service in TITLES if service in declared.objects) or "no service"
        several = len(self._task_vars.get("ansible_play_batch") or ()) > 1
        host = f"{self._host}: " if several else ""
        text = f"{host}Valid: {number} {'object' if number == 1 else 'objects'} at {titles}."
        show(self._action._display, lambda paint=None: [text])
        return {"changed": False, "problem": "", "report": [text]}

    # -- modules ---------------------------------------------------------------------------------------------------

    def _outcomes(self, declared: Declared) -> tuple[Results, list[Any], list[Any]]:
        """Run the modules; with an approved plan only if they would do exactly what it says.

        :return: the outcomes, warnings and diffs
        :raises PlanFileError: if the approved plan is another one
        """
        calls = {
            service: module_options(service, declared, self._options)
            for service in TITLES
            if service in declared.objects
        }
        approved = self._approved()
        if approved is None:
            return self._collected(self._run(calls, check=self._check), declared)
        planned = self._run(calls, check=True)
        current = outcomes_of(planned, declared.places)
        found = differences(approved, current)
        if found:
            raise PlanFileError(
                f"is not the plan of this run, so nothing was changed. {'. '.join(found)}. Plan again, and approve the "
                "new plan"
            )
        if self._check:
            return self._collected(planned, declared)
        expected = {name: {**call, "expect_plan": current[name]["plan_id"]} for name, call in calls.items()}
        return self._collected(self._run(expected, check=False), declared)

    def _run(self, calls: Mapping[str, Mapping[str, Any]], *, check: bool) -> Results:
        return ConfigModules(self._action, self._task_vars).run(calls, check=check)

    @staticmethod
    def _collected(results: Results, declared: Declared) -> tuple[Results, list[Any], list[Any]]:
        warnings = [one for result in results.values() for one in result.get("warnings") or ()]
        diffs = [one for result in results.values() for one in result.get("diff") or ()]
        return outcomes_of(results, declared.places), warnings, diffs

    # -- files -----------------------------------------------------------------------------------------------------

    def _approved(self) -> dict[str, dict[str, Any]] | None:
        """The approved plan of this host; None if there is none to follow.

        :raises PlanFileError: if the file or the artifact is no plan
        """
        if self._options.approved_artifact:
            return self._approved_artifact()
        path = self._options.approved_plan
        if path is None:
            return None
        try:
            return read_plan(path.read_text(encoding="utf-8"), self._host)
        except UnicodeDecodeError:
            raise PlanFileError("is not JSON") from None
        except OSError as exc:
            raise PlanFileError(f"{path} cannot be read: {exc.strerror}") from None

    def _approved_artifact(self) -> dict[str, dict[str, Any]]:
        """The plan of this host that an earlier job has published.

        :raises PlanFileError: if there is none, or it is no plan
        """
        # AWX passes on artifacts as extra variables. Variables of the inventory are no approval.
        text = self._extra_vars.get(plan_statistic(self._host))
        if text is None:
            raise PlanFileError(
                f"is missing: no earlier job of this workflow has published a plan of the host {self._host}, so "
                "nothing was changed. Launch a workflow that plans first, with the variable plan_artifact"
            )
        return read_plan(str(text), self._host)

    def _check_files(self) -> None:
        """Find out whether files can be written, before anything is changed.

        :raises OptionsError: if they cannot
        """
        options = self._options
        found = {"plan_file": options.plan_file, "plan_markdown": options.plan_markdown}
        problems = {name: why_unwritable(path) for name, path in found.items() if path is not None}
        if options.undo_directory is not None:
            problems["undo_directory"] = self._why_no_undo(options.undo_directory)
        sentences = [f"{variable_of(name, options.prefix)}: {text}." for name, text in problems.items() if text]
        if sentences:
            raise OptionsError(" ".join(sentences))
        if options.plan_file is not None and options.plan_file == options.approved_plan:
            raise OptionsError("The plan file and the approved plan are the same file.")
        self._is_writable = True

    def _why_no_undo(self, folder: Path) -> str:
        """Why the undo file cannot be written to a folder; empty if it can. Check mode does not create the folder."""
        if not self._options.undo_create_directory and not folder.is_dir():
            variable = variable_of("undo_create_directory", self._options.prefix)
            return (
                f"the folder {folder} does not exist, and {variable} is false. Create the folder. In AWX, expose it to "
                "jobs, because files in other folders are lost when the job ends"
            )
        return "" if self._check else _why_no_folder(folder)

    def _write_undo(self, outcomes: Results) -> str | None:
        """Write the file that takes back what was done, and return its path; None if there is none."""
        folder = self._options.undo_directory
        about = f"Takes back the run of {self._time:%Y-%m-%d %H:%M:%S} UTC on {self._host}."
        text = "" if folder is None or self._check else undo_text(outcomes, about)
        if folder is None or not text:
            return None
        try:
            return str(write_undo(folder, self._host, f"{self._time:%Y%m%dT%H%M%SZ}", text))
        except OSError as exc:
            # What was done has to be told all the same.
            self._unwritten.append(
                f"The undo file could not be written: {exc}. The result of the task has its content."
            )
        return None

    # -- results ---------------------------------------------------------------------------------------------------

    def _publish(self, plan: Mapping[str, Any], undo_file: str | None) -> list[str]:
        """Write and show the plans of all hosts after the last one.

        :return: the lines of the plan of this host
        """
        hosts = self._task_vars.get("ansible_play_batch") or [self._host]
        one = HostPlan(plan, undo_file, self._plan_files())
        with plans_of(self._task) as plans:
            plans.add(self._host, one)
            begin_files(plans, self._host, one, hosts)
            # If a host of the play skips this task, the next task publishes the plans.
            self._unwritten += publish(self._action._display, plans, hosts, check=self._check)
        return plan_lines(plan, check=self._check)

    def _plan_files(self) -> PlanFiles | None:
        """The files that the plan is written to; None if there are none, or they are known to be not writable."""
        options = self._options
        if not self._is_writable or not (options.plan_file or options.plan_markdown):
            return None
        return PlanFiles(
            play=_play_of(self._action._task),
            plan_file=str(options.plan_file) if options.plan_file else None,
            plan_markdown=str(options.plan_markdown) if options.plan_markdown else None,
            mode="plan" if self._check else "apply",
            time=f"{self._time:%Y-%m-%dT%H:%M:%SZ}",
            sources=tuple(map(str, self._read.paths)),
        )

    def _problem(self, outcomes: Results, plan: Mapping[str, Any]) -> str:
        """Why the play must fail, in sentences; empty if it must not."""
        found = errors(outcomes)
        drift = [service for service, one in outcomes.items() if one["changed"]]
        if not found and drift and self._options.fail_on_drift:
            verb = "is" if len(drift) == 1 else "are"
            found.append(f"{len(drift)} of {len(outcomes)} accounts {verb} not as declared: {', '.join(drift)}.")
        if not found and plan["undeclared"] and self._options.fail_on_undeclared:
            number = len(plan["undeclared"])
            found.append(f"{number} {'object is' if number == 1 else 'objects are'} not declared.")
        return "; ".join(found + self._unwritten)

    def _stats(self, outcomes: Results) -> dict[str, Any]:
        """The job statistics. Ansible merges those of all hosts, so that with several each has its own key."""
        several = len(self._task_vars.get("ansible_play_hosts_all") or ()) > 1
        data: dict[str, Any] = {"monitoring_config_result": {self._host: outcomes} if several else outcomes}
        if self._options.artifact:
            data[plan_statistic(self._host)] = published_plan(self._host, f"{self._time:%Y-%m-%dT%H:%M:%SZ}", outcomes)
        return {"data": data, "per_host": False, "aggregate": True}

    def _refused(self, message: str) -> dict[str, Any]:
        """The result of a task that has changed nothing, and for which there is no plan."""
        if not self._options.validate_only:
            self._publish(host_plan({}, message), None)
        return failure(self._action, message)


def module_options(service: str, declared: Declared, options: Options) -> dict[str, Any]:
    """The options of the C(_config) module of a service."""
    prune = options.prune.get(service, declared.prune.get(service, []))
    prune_only = options.prune_only.get(service)
    if prune_only is None:
        # Patterns of the files for kinds that a variable excludes from pruning have no meaning.
        only = declared.prune_only.get(service, {})
        prune_only = {kind: one for kind, one in only.items() if service not in options.prune or kind in prune}
    return {
        **options.connections.get(service, {}),
        **declared.objects[service],
        "prune": prune,
        "prune_limit": options.prune_limit,
        "concurrency": options.concurrency,
        **({"prune_only": prune_only} if prune_only else {}),
    }


def _play_of(task: Any) -> str:
    """Identifies the play of a task. All batches of hosts have the same one, but other tasks of included roles."""
    play = getattr(getattr(task, "_parent", None), "_play", None)
    return str(getattr(play, "_uuid", task._uuid))


def _why_no_folder(path: Path) -> str:
    """Create a folder, and say why it cannot be created or written to; empty if it can."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        return f"the folder {path} cannot be created: {exc.strerror}"
    return why_unwritable(path / "undo.yml")


def _as_it_is(value: Any) -> Any:
    return value


def _message(exc: Exception) -> str:
    if isinstance(exc, PlanFileError):
        return f"The approved plan {exc}."
    if isinstance(exc, AnsibleError):
        return reason(exc)
    return str(exc)
