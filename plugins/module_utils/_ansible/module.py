# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only room that knows AnsibleModule: options in, results out, and every error as one sentence."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._core.errors import ApiError, InputError, MissingLibraryError, MonitoringError
from .._core.kind import Field, Kind
from .._core.objects import Desired
from .._core.reconcile import reconcile
from .._core.service import Service
from .._core.values import Values
from . import options
from .export import describe_objects, export
from .options import Spec, plain_spec
from .report import Report

# What modules take from here and is not from here.
__all__ = ["Desired", "Field", "Service", "Values", "plain_spec"]

Reader = Callable[[Mapping[str, Any], Mapping[str, Any]], list[Desired]]


# -- modules -----------------------------------------------------------------------------------------------------------


def run_object_module(service: type[Service], kind_name: str) -> None:
    """A module that manages one object."""
    kind = service.kinds[kind_name]
    module = Module(service, options.object_spec(kind), partial(options.parse_single, service, kind), kinds={"": kind})

    def work(client: Service) -> None:
        report = module.reconcile(client, module.desired)
        module.finish(report, diff=report.diff(0), **{kind.name: report.result(0)})

    module.run(work)


def run_config_module(service: type[Service]) -> None:
    """A module that manages a whole account."""
    kinds = {service.kinds[name].config_key: service.kinds[name] for name in service.config}
    read = partial(options.parse_config, service)
    module = Module(service, options.config_spec(service), read, options.control_options(service), kinds)

    def work(client: Service) -> None:
        report = module.reconcile(
            client,
            module.desired,
            prune=[kinds[plural].name for plural in module.params["prune"]],
            prune_limit=module.params["prune_limit"],
            concurrency=module.params["concurrency"],
        )
        done = {"changes": report.changes(), "summary": report.summary(), "failures": report.failures()}
        # Without the declaration, which would be the longest part of it, and take the most time.
        asked = {name: value for name, value in module.params.items() if name not in kinds}
        module.finish(report, diff=report.diffs(), invocation={"module_args": asked}, **done)

    module.run(work)


def run_info_module(
    service: type[Service], filters: Sequence[Field], work: Callable[[Any, Values], Values], read: Reader | None = None
) -> None:
    """A module that reads, and returns what ``work`` makes of a client and the options."""
    module = Module(service, options.filter_spec(filters), read, filters)
    module.run(lambda client: module.exit_json(changed=False, **client.redact(work(client, module.params))))


def run_list_module(
    service: type[Service], kind_name: str, filters: Sequence[Field] = (), include: Mapping[str, str] | None = None
) -> None:
    """A module that lists the objects of a kind.

    :param include: what can be added to each object, and which option that needs, if any
    """
    kind = service.kinds[kind_name]
    extra = (Field("include", type="list", choices=tuple(include), default=[]),) if include else ()

    def read(params: Mapping[str, Any], given: Mapping[str, Any]) -> list[Desired]:
        for name in params.get("include") or ():
            needed = (include or {}).get(name)
            if needed and not params.get(needed):
                raise InputError(f"include {name} needs {needed}")
        return []

    def work(client: Service, params: Values) -> Values:
        return {kind.plural: describe_objects(client, kind, params, params.get("include", ()), include or ())}

    run_info_module(service, (*filters, *extra), work, read)


def run_export_module(service: type[Service]) -> None:
    """A module that returns a whole account as a declaration."""
    run_info_module(service, (), lambda client, params: {"config": export(client)})


class Module(AnsibleModule):  # type: ignore[misc]
    """AnsibleModule for one service: knows what the user wrote, and ends in results without secrets.

    :param spec: the options besides those of the connection
    :param read: makes desired objects of the options; its errors are the ones that a user sees
    :param fields: further options to check
    :param kinds: what is declared by the options, or if it is named, in one of them
    """

    desired: Sequence[Desired] = ()
    _client: Service | None = None
    _valid = False

    def __init__(
        self,
        service: type[Service],
        spec: Spec,
        read: Reader | None = None,
        fields: Sequence[Field] = (),
        kinds: Mapping[str, Kind] | None = None,
        **rules: Any,
    ) -> None:
        self._service, self._read, self._kinds = service, read or (lambda params, given: []), kinds or {}
        self._fields = (*options.CONNECTION, *service.credentials, *fields)
        try:
            spec = {**spec, **options.connection_spec(service)}
            super().__init__(argument_spec=spec, supports_check_mode=True, **rules)
        except TypeError as exc:
            # Ansible stumbles over a list where a dictionary should be, before it has found out what is secret.
            self.fail_json(msg=str(exc), invocation={"module_args": {}})
        self._valid = True

    def _load_params(self) -> None:
        super()._load_params()
        options.accept_message_alias(self.params, self.argument_spec)
        options.drop_read_only(self.params, self._kinds)
        # Once AnsibleModule has filled in defaults, an explicit null can no longer be told from an option left out.
        # What it has checked are copies of these values.
        self.given = dict(self.params)

    def _log_invocation(self) -> None:
        """Tell the system's log that the module ran; not with which options, as some spell a secret by C(repr)."""
        self.log("Invoked")

    def fail_json(self, msg: str, **result: Any) -> None:
        """End with a failure; where Ansible refuses an option, in our words if we refuse it too, for they say where."""
        if not self._valid:
            with contextlib.suppress(Exception):  # the raw options may be anything; then Ansible's own words stand
                try:
                    options.validate_params(self._fields, self.given, self.given)
                    self._read(self.given, self.given)
                except InputError as exc:
                    # A linter sees templates where a module sees values, and knows Ansible's words for that.
                    msg = msg if "{{" in str(exc) else str(exc)
        super().fail_json(msg=msg, **result)

    def run(self, work: Callable[[Any], None]) -> None:
        """Do the work of a module, and end it; every error becomes one sentence."""
        try:
            with contextlib.suppress(ValueError):  # a URL that is none is refused later
                self.no_log_values.update(filter(None, [urlsplit(self.params["api_url"] or "").password]))
            options.validate_params(self._fields, self.params, self.given)
            self.desired = self._read(self.params, self.given)
            self.no_log_values -= options.mask_secret_dicts(self.params, self.argument_spec)
            connection = {**self.params, "secrets": tuple(map(str, self.no_log_values))}
            self._client = client = options.connect(self._service, connection, self.given)
            work(client)
        except MissingLibraryError as exc:
            self.fail_json(msg=missing_required_lib(exc.library), exception=exc.trace)
        except ApiError as exc:
            doubt = "; it may have been done all the same" if exc.ambiguous else ""
            words = f"{self._service.title}: {exc.failure.method} {exc.failure.path}: {exc}{doubt}"
            self.fail_json(msg=words, failure=asdict(exc.failure))
        except MonitoringError as exc:
            self.fail_json(msg=f"{self._service.title}: {exc}" if self._client is not None else str(exc))
        finally:
            if self._client is not None:
                self._client.close()

    def reconcile(self, client: Service, wanted: Sequence[Desired], **options: Any) -> Report:
        """Bring objects to their desired state, or find out what that would take."""
        return Report(reconcile(client, wanted, check=self.check_mode, **options))

    def finish(self, report: Report, **result: Any) -> None:
        """End with what was done, failures included."""
        notes, redact = (self._client.warnings, self._client.redact) if self._client is not None else ([], dict)
        for warning in (*report.warnings(), *notes):
            self.warn(warning)
        result = redact({"changed": report.changed, **result})
        failures = report.failures()
        if not failures:
            self.exit_json(**result)
        # One that was skipped has its reason in another.
        first = next((one for one in failures if one["failure"]), failures[0])
        others = f" ({len(failures)} objects failed or were skipped; see failures)" if len(failures) > 1 else ""
        self.fail_json(msg=f"{self._service.title}: {first['msg']}{others}", failure=first["failure"], **result)
