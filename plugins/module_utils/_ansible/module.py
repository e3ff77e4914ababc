# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules: AnsibleModule with the options of a service, and what each type of module does.

This is the only file that knows AnsibleModule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from types import MappingProxyType
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._core import lifeline
from .._core.display import visible, visible_data, visible_diff
from .._core.errors import ApiError, InputError, MissingLibraryError, MonitoringError
from .._core.kind import Field, Kind
from .._core.objects import Desired
from .._core.overlay import Overlay
from .._core.predicted import PredictedAccount, predict
from .._core.reconcile import reconcile
from .._core.service import Service
from .._core.values import Values, is_distinctive
from .account import Approval
from .aliases import accept_message_alias
from .connection import CONNECTION, connect, environment_variable
from .created import FileCreatedObjects
from .describe import describe_objects
from .export import export
from .parse import parse_config, parse_single
from .passed_back import accept_passed_back
from .predictions import FilePredictions, account_file, predictions_of, refuse_placeholders, take_run
from .prune_only import ownership_of
from .report import Report, describe_problems
from .secrets import mask_secret_dicts, short_words, shown_params, url_password
from .specs import Spec, config_spec, connection_spec, control_options, filter_spec, object_spec, plain_spec
from .undo import undo
from .unknown import check_names
from .validate import validate_params

# What modules import from here although it is defined elsewhere.
__all__ = ["Desired", "Field", "InputError", "Service", "Values", "environment_variable", "plain_spec"]

Parse = Callable[[Mapping[str, Any], Mapping[str, Any]], list[Desired]]
"""Makes desired objects from the options with their defaults and the options as written; raises InputError."""

_STANDARD_OUTPUT = 1
"""The file descriptor from which Ansible reads the result, also where tests replace C(sys.stdout)."""


# -- modules -----------------------------------------------------------------------------------------------------------


def run_object_module(service: type[Service], kind_name: str) -> None:
    """A module that manages one object."""
    kind = service.kinds[kind_name]
    module = Module(service, object_spec(kind), partial(parse_single, service, kind), kinds={"": kind})

    def work(client: Service) -> None:
        report = module.reconcile(client, module.desired)
        module.finish(report, diff=report.diff(0), **{kind.name: report.result(0)})

    module.run(work)


def run_config_module(service: type[Service]) -> None:
    """A module that manages a whole account."""
    kinds = {service.kinds[name].config_key: service.kinds[name] for name in service.config}
    module = Module(service, config_spec(service), partial(parse_config, service), control_options(service), kinds)

    def work(client: Service) -> None:
        approval = Approval(client, module.params)
        report = module.reconcile(
            client,
            module.desired,
            prune=[kinds[option].name for option in module.params["prune"]],
            prune_limit=module.params["prune_limit"],
            concurrency=module.params["concurrency"],
            ownership=ownership_of(service, module.params),
            approve=approval.check,
        )
        taken_back = undo(list(kinds.values()), report.outcome, client.redact)
        module.finish(
            report,
            plan_id=approval.plan_id,
            changes=report.changes(),
            undeclared=report.undeclared(),
            summary={**report.summary(), "undeclared": len(report.undeclared())},
            failures=report.failures(),
            diff=report.diffs(),
            undo=taken_back.declaration,
            undo_notes=list(taken_back.notes),
        )

    module.run(work)


def run_info_module(
    service: type[Service], filters: Sequence[Field], work: Callable[[Any, Values], Values], parse: Parse | None = None
) -> None:
    """A module that reads.

    :param work: returns the result, from a client and the options
    """
    module = Module(service, filter_spec(filters), parse, filters)
    module.run(lambda client: module.finish_info(client, work(client, module.params)))


def run_list_module(
    service: type[Service], kind_name: str, filters: Sequence[Field] = (), include: Mapping[str, str] | None = None
) -> None:
    """A module that lists the objects of a kind.

    :param include: what can be added to each object, and the option that this needs; empty if it needs none
    """
    kind = service.kinds[kind_name]
    includes = include or {}
    options = list(filters)
    if includes:
        options.append(Field("include", type="list", choices=tuple(includes), default=[]))

    def validate(params: Mapping[str, Any], given: Mapping[str, Any]) -> list[Desired]:
        for name in params.get("include") or ():
            needed = includes.get(name)
            if needed and not params.get(needed):
                raise InputError(f"include {name} needs {needed}")
        return []

    def work(client: Service, params: Values) -> Values:
        return {kind.plural: describe_objects(client, kind, params, params.get("include", ()), includes)}

    run_info_module(service, options, work, validate)


def run_export_module(service: type[Service]) -> None:
    """A module that returns a whole account as a declaration."""
    run_info_module(service, (), lambda client, params: {"config": export(client)})


# -- AnsibleModule -----------------------------------------------------------------------------------------------------


class Module(AnsibleModule):  # type: ignore[misc]
    """AnsibleModule for one service. It knows the options as the user wrote them, and returns no secrets.

    :param spec: the options besides those of the connection
    :param parse: makes desired objects of the options
    :param fields: options to validate besides those of the connection and of the objects
    :param kinds: the kind of the objects in each option; the key C("") stands for the options themselves
    :ivar given: the options as the user wrote them, without defaults
    :ivar desired: the objects that the options declare
    """

    desired: Sequence[Desired] = ()
    _client: Service | None = None
    _run: Mapping[str, Any] | None = None
    _predictions: FilePredictions | None = None
    _created: FileCreatedObjects | None = None
    _accepted_by_ansible = False
    given: Mapping[str, Any] = MappingProxyType({})

    def __init__(
        self,
        service: type[Service],
        spec: Spec,
        parse: Parse | None = None,
        fields: Sequence[Field] = (),
        kinds: Mapping[str, Kind] | None = None,
        **rules: Any,
    ) -> None:
        self._service = service
        self._parse = parse or (lambda params, given: [])
        self._kinds = kinds or {}
        self._fields = (*CONNECTION, *service.credentials, *fields)
        try:
            spec = {**spec, **connection_spec(service)}
            super().__init__(argument_spec=spec, supports_check_mode=True, **rules)
        except TypeError as exc:
            # Ansible fails on a list in the place of a dictionary before it knows which options are secret.
            self.fail_json(msg=str(exc), invocation={"module_args": {}})
        self._accepted_by_ansible = True

    def _load_params(self) -> None:
        super()._load_params()
        self._run = take_run(self.params)
        accept_message_alias(self.params, self.argument_spec)
        accept_passed_back(self.params, self._kinds)
        # With the defaults that AnsibleModule adds later, an option that is null looks like one that is not set.
        # AnsibleModule replaces values that it converts, so that a shallow copy keeps what the user wrote.
        self.given = dict(self.params)

    def _log_invocation(self) -> None:
        """Log that the module ran, but not its options: Ansible may log a secret in another spelling, as C(repr)."""
        self.log("Invoked")

    # -- running ---------------------------------------------------------------------------------------------------

    def run(self, work: Callable[[Any], None]) -> None:
        """Validate the options, connect, and do the work of the module. Every error becomes one sentence."""
        lifeline.watch(_STANDARD_OUTPUT)
        try:
            self._prepare()
            work(self._client)
        except MonitoringError as exc:
            self._fail(exc)
        finally:
            if self._client is not None:
                self._client.close()

    def _prepare(self) -> None:
        """Validate the options and make the client.

        :raises InputError: for invalid options
        """
        self.no_log_values.update(url_password(self.params["api_url"]))
        validate_params(self._fields, self.params, self.given)
        self.desired = self._parse(self.params, self.given)
        self.no_log_values -= short_words(self.params, self.argument_spec)
        mask_secret_dicts(self.params, self.argument_spec)
        if self._folder is None:
            refuse_placeholders(self.given)
        secrets = tuple(map(str, self.no_log_values))
        self._client = connect(self._service, self.params, self.given, secrets)
        self._tell_what_was_created(self._client)
        self._client = self._as_predicted(self._client)
        # From here on this class masks all secrets in messages. In the objects of a service Ansible would mask words.
        self.no_log_values -= {one for one in self.no_log_values if not is_distinctive(str(one))}

    @property
    def _folder(self) -> str | None:
        """The folder with the predictions of this run; None outside of a run in check mode."""
        folder: str | None = (self._run_in_check_mode or {}).get("folder")
        return folder

    @property
    def _run_in_check_mode(self) -> Mapping[str, Any] | None:
        """What is known of the run if it is in check mode, and the task, too."""
        return self._run if self._run is not None and self._run["is_check"] else None

    def _tell_what_was_created(self, client: Service) -> None:
        """Tell a service what earlier tasks of the run have created, if it needs that."""
        folder = (self._run or {}).get("folder")
        if folder is not None and client.needs_created:
            path = account_file(self._service, self.params, folder, "created-")
            self._created = FileCreatedObjects(path)
            client.created = self._created.read()

    def _as_predicted(self, client: Service) -> Service:
        """The account as it would be after the earlier tasks of a run in check mode; else as it is."""
        if self._run_in_check_mode is None:
            return client
        if self._folder is None:
            return PredictedAccount(client, Overlay(), assume_references=True)
        self._predictions = predictions_of(self._service, self.params, self._folder)
        return PredictedAccount(client, self._predictions.read())

    def reconcile(self, client: Service, desired: Sequence[Desired], **options: Any) -> Report:
        """Bring objects to their desired state, or in check mode find out which changes that takes."""
        if self._predictions is not None and isinstance(client, PredictedAccount):
            is_kept = bool((self._run_in_check_mode or {}).get("is_kept"))
            return Report(predict(client, desired, self._predictions, is_kept=is_kept, **options))
        outcome = reconcile(client, desired, check=self.check_mode, **options)
        if self._created is not None and not self.check_mode:
            self._created.add(outcome)
        return Report(outcome)

    def finish_info(self, client: Service, result: Values) -> None:
        """Return what was read."""
        for warning in client.warnings:
            self.warn(warning)
        self.exit_json(changed=False, **client.redact(result))

    def finish(self, report: Report, **result: Any) -> None:
        """Return the result of a run; if objects failed, as a failure that has the result, too."""
        client_warnings = self._client.warnings if self._client is not None else []
        for warning in (*report.warnings(), *client_warnings):
            self.warn(warning)
        result = {"changed": report.changed, **result}
        if self._client is not None:
            result = self._client.redact(result)
        failures = report.failures()
        if failures:
            self._fail_with(failures, result)
        else:
            self.exit_json(**result)

    # -- failure ---------------------------------------------------------------------------------------------------

    def _fail_with(self, failures: Sequence[Values], result: Values) -> None:
        """Fail because of these objects. The message is that of the first one that failed by itself."""
        # An object that was skipped has no failed request. Its reason is in the failure of another object.
        first = next((failure for failure in failures if failure["failure"]), failures[0])
        others = f" ({len(failures)} objects failed or were skipped; see failures)" if len(failures) > 1 else ""
        self.fail_json(msg=f"{self._service.title}: {first['msg']}{others}", failure=first["failure"], **result)

    def _fail(self, error: MonitoringError) -> None:
        """Fail with the sentence of an error, and with what the error says in fields."""
        if isinstance(error, MissingLibraryError):
            self.fail_json(msg=missing_required_lib(error.library), exception=error.trace)
        elif isinstance(error, ApiError):
            self.fail_json(msg=self._describe_request(error), failure=asdict(error.failure))
        elif isinstance(error, InputError) and self._has_locations():
            self.fail_json(msg=self._with_title(error), problems=describe_problems(error))
        else:
            self.fail_json(msg=self._with_title(error))

    def _describe_request(self, error: ApiError) -> str:
        doubt = "; the request may still have been executed" if error.ambiguous else ""
        hint = self._describe_remedy(error)
        return f"{self._service.title}: {error.failure.method} {error.failure.path}: {error}{doubt}{hint}"

    def _describe_remedy(self, error: ApiError) -> str:
        """Which connection option may be the cause of a failed request, as the end of a sentence; empty if none."""
        failure = error.failure
        if failure.code in self._service.denied_codes or failure.status == 401:
            names = [item.name for item in self._service.credentials if item.secret and self.params.get(item.name)]
            return f"; check {' and '.join(names)}" if names else ""
        is_unknown = failure.code in self._service.unknown_path_codes or failure.status == 404
        return "; check api_url" if is_unknown and failure.method == "GET" else ""

    def _with_title(self, error: MonitoringError) -> str:
        """The sentence of an error; with the name of the service if the module has connected to it."""
        return str(error) if self._client is None else f"{self._service.title}: {error}"

    def _has_locations(self) -> bool:
        """Whether the options declare several objects, so that a problem is at one of several locations."""
        return any(self._kinds)

    def fail_json(self, msg: str, **result: Any) -> None:
        """Fail. If Ansible refuses the options, the message is ours if there is one."""
        if not self._accepted_by_ansible:
            error = self._own_error()
            if error is not None:
                msg = str(error)
                if self._has_locations():
                    result.setdefault("problems", describe_problems(error))
        for entry in (*result.get("failures", ()), *result.get("problems", ())):
            entry["msg"] = self._message(entry["msg"])
            entry.update({name: visible(value) for name, value in entry.items() if isinstance(value, str)})
        # Ansible shows the whole result of a task that fails. Only "undo" stays as it is: it is applied, not read.
        shown = {name: value if name == "undo" else visible_data(value) for name, value in result.items()}
        super().fail_json(msg=self._message(msg), **self._shown(shown))

    def exit_json(self, **result: Any) -> None:
        """Return a result."""
        super().exit_json(**self._shown(result))

    def warn(self, warning: str, *args: Any, **kwargs: Any) -> None:
        """Warn the user."""
        super().warn(self._message(warning), *args, **kwargs)

    def _message(self, text: str) -> str:
        """A text that is displayed: on one line, with all secrets masked once they are known to the client."""
        return visible(text if self._client is None else self._client.redact_text(text))

    def _shown(self, result: Values) -> Values:
        """A result with the options as they may be repeated, and a diff that can be displayed."""
        if "diff" in result:
            result["diff"] = visible_diff(result["diff"])
        return {"invocation": {"module_args": shown_params(self._repeatable(), self.argument_spec)}, **result}

    def _repeatable(self) -> Values:
        """The options that a result may repeat. A refused dictionary may have become a text, with secrets in it."""
        params: Values = self.params
        if self._client is not None:
            return params
        return {name: value for name, value in params.items() if not isinstance(self.given.get(name), (dict, list))}

    def _own_error(self) -> InputError | None:
        """Our error for options that Ansible refuses, or None if Ansible's own message is better.

        Our message names the location of the option and does not show secrets. Ansible's is better if we accept the
        options, and if the value is a template: ansible-lint checks the options of tasks before templates are
        evaluated, and ignores messages about templates only in Ansible's words.
        """
        try:
            check_names(self.given, self.argument_spec, self._kinds)
            validate_params(self._fields, self.given, self.given)
            self._parse(self.given, self.given)
        except InputError as exc:
            return None if any(_has_template(problem.value) for problem in exc.problems) else exc
        except Exception:  # Ansible has not checked the types of these options, so that any code here may fail on them
            return None
        return None


def _has_template(value: Any) -> bool:
    return "{{" in str(value)
