# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only room that knows AnsibleModule: options in, results out, and every error as one sentence."""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from ._errors import ApiError, InputError, MissingLibraryError, MonitoringError
from ._export import export, inform
from ._reconcile import reconcile
from ._reconcile.outcome import Outcome
from ._resource import Desired, Field, Kind, Service, Values

__all__ = [
    "Desired",
    "Field",
    "Module",
    "Service",
    "Values",
    "ask",
    "configure",
    "look_up",
    "look_up_config",
    "manage",
    "plain_spec",
]

Spec = dict[str, Any]
Reader = Callable[[Mapping[str, Any], Mapping[str, Any]], list[Desired]]

_CONCURRENCY = 4
_CONNECTION = (
    Field("api_url"),
    Field("api_timeout", type="float", default=30.0, minimum=0.001),
    Field("api_retries", type="int", default=5, minimum=0),
    Field("api_max_wait", type="float", default=120.0, minimum=0),
    Field("validate_certs", type="bool", default=True),
    Field("ca_path", type="path"),
    Field("api_allow_http", type="bool", default=False),
)
# Lowering the bar for secrets is a decision of a playbook, not of the environment that it happens to run in.
_WITHOUT_ENVIRONMENT = frozenset({"api_allow_http"})
_LIMITS = (
    Field("prune_limit", type="int", default=10, minimum=0),
    Field("concurrency", type="int", default=_CONCURRENCY, minimum=1, maximum=32),
)


# -- argument specs ----------------------------------------------------------------------------------------------------


def plain_spec(fields: Sequence[Field]) -> Spec:
    """The argument spec of these fields, none of which is marked as required.

    What creating an object takes need not be repeated to change it, and tools that read a spec do not see connection
    options that come from the environment or from module_defaults.
    """
    spec = {}
    for item in fields:
        spec[item.name] = {
            "type": item.type,
            "no_log": item.secret,
            **({"elements": item.elements} if item.type == "list" else {}),
            **({"choices": list(item.choices)} if item.choices else {}),
            **({"default": item.default} if item.default is not None else {}),
        }
    return spec


def connection_spec(service: type[Service]) -> Spec:
    """The connection options of a service, each with its environment variable."""
    spec = plain_spec((*_CONNECTION, *service.credentials))
    if service.url is not None:
        spec["api_url"]["default"] = service.url
    for name in spec.keys() - _WITHOUT_ENVIRONMENT:
        spec[name]["fallback"] = (env_fallback, [f"{service.name}_{name}".upper()])
    return spec


def object_spec(kind: Kind) -> Spec:
    """The options of one object of a kind."""
    ident = (Field(kind.id_option),) if kind.id_option else ()
    purge = tuple(
        Field(f"purge_{item.name}", type="bool", default=item.purge) for item in kind.options if item.purge is not None
    )
    state: tuple[Field, ...] = ()
    if kind.creatable:
        state = (Field("state", choices=("present", "absent"), default="present"),)
        if kind.recreatable and any(item.immutable for item in kind.options):
            state = (*state, Field("recreate", type="bool", default=False))
    return plain_spec((*ident, *kind.options, *purge, *state, *kind.flags))


def config_spec(service: type[Service]) -> Spec:
    """The options of a whole account."""
    kinds = [service.kinds[name] for name in service.config]
    spec = plain_spec([Field(k.collective, type="dict" if k.singleton else "list", elements="dict") for k in kinds])
    for kind in kinds:
        spec[kind.collective]["options"] = object_spec(kind)
    prune = Field("prune", type="list", choices=tuple(k.plural for k in kinds if k.creatable), default=[])
    return {**spec, **plain_spec((prune, *_LIMITS))}


# -- from options to desired objects -----------------------------------------------------------------------------------


def desired(
    kind: Kind,
    params: Mapping[str, Any],
    given: Mapping[str, Any],
    place: str = "",
    common: Mapping[str, Any] = MappingProxyType({}),
) -> Desired:
    """One object as a user declared it.

    :param params: the options with their defaults; ``given`` those that the user wrote, null ones included
    :param place: where they stand in a larger declaration
    :param common: options that hold for each object without an id, unless it has its own
    :raises InputError: naming the option, the value and what is allowed
    """
    name = given.get(kind.name_option)
    place = f"{place} ({name})" if place and name else place
    where = f"{place}: " if place else ""
    values = kind.check({item.name: params.get(item.name) for item in kind.options if item.name in given}, where)
    ident = params.get(kind.id_option)
    if ident is None:
        values = {**{name: value for name, value in common.items() if name in kind.by_name and value}, **values}
    if ident is None and not kind.singleton and kind.key_of(values) is None:
        ways = [" and ".join(kind.key), kind.id_option]
        raise InputError(f"{where}needs {', or '.join(filter(None, ways))}")
    if ident is not None and not str(ident).strip():
        raise InputError(f"{where}{kind.id_option} must not be empty")
    kind.fits(values, values, where)
    if ident is None and params.get("state") != "absent" and not params.get("recreate"):
        # With what decides about them, they are declared too: only then is it known before any request.
        lacking = [item for item in kind.options if not item.required and item.needed(values)]
        lacking = [item for item in lacking if item.name not in values]
        if lacking:
            decides = lacking[0].only[0]
            raise InputError(f"{where}{decides} {values[decides]} needs {' and '.join(i.name for i in lacking)}")
    always = params.get("update_password") == "always"
    return Desired(
        kind=kind,
        values={name: value for name, value in values.items() if value or not kind.by_name[name].action},
        id=None if ident is None else str(ident),
        present=params.get("state") != "absent",
        place=place,
        recreate=bool(params.get("recreate")),
        add_only=frozenset(item.name for item in kind.options if params.get(f"purge_{item.name}") is False),
        always=frozenset(i.name for i in kind.options if i.action or (always and i.secret)),
        flags={item.name: params.get(item.name) for item in kind.flags},
    )


def _common(service: type[Service], params: Mapping[str, Any]) -> Values:
    """The options that say for a whole account what an object may say for itself."""
    shared = [item.name for item in service.credentials if not item.secret]
    # The options as they were written, which are read for a better message, lack what the environment says.
    return {name: params.get(name) or os.environ.get(f"{service.name}_{name}".upper()) for name in shared}


def _declaration(service: type[Service], params: Mapping[str, Any], given: Mapping[str, Any]) -> list[Desired]:
    """All objects of a whole account's declaration.

    :raises InputError: for the first that cannot be
    """
    found = []
    common = _common(service, params)
    for kind in (service.kinds[name] for name in service.config):
        name = kind.collective
        items, raw_items = params.get(name) or [], given.get(name) or []
        if kind.singleton:
            items, raw_items = [items] if items else [], [raw_items]
        for index, item in enumerate(items):
            raw = raw_items[index] if isinstance(raw_items, list) and index < len(raw_items) else None
            # An item that was not written as a dictionary cannot hold a null, so what is not None was given.
            written = raw if isinstance(raw, dict) else {key: item[key] for key in item if item[key] is not None}
            found.append(desired(kind, item, written, name if kind.singleton else f"{name}[{index}]", common))
    return found


def _check(fields: Sequence[Field], params: Mapping[str, Any]) -> None:
    """Check plain options, such as filters and those of the connection.

    :raises InputError: naming the option, the value and what is allowed
    """
    for item in fields:
        value = params.get(item.name)
        try:
            if value is not None:
                item.check(value)
        except ValueError as exc:
            raise InputError(f"{item.name} {exc}{'' if item.secret else f', not {value!r}'}") from None


# -- modules -----------------------------------------------------------------------------------------------------------


def manage(service: type[Service], kind_name: str) -> None:
    """A module that manages one object."""
    kind = service.kinds[kind_name]

    def read(params: Mapping[str, Any], given: Mapping[str, Any]) -> list[Desired]:
        return [desired(kind, params, given, common=_common(service, params))]

    module = Module(service, object_spec(kind), read)

    def work(client: Service) -> None:
        outcome = module.reconcile(client, module.desired)
        module.finish(outcome, diff=outcome.diff(0), **{kind.name: outcome.result(0)})

    module.run(work)


def configure(service: type[Service]) -> None:
    """A module that manages a whole account."""
    module = Module(service, config_spec(service), lambda params, given: _declaration(service, params, given), _LIMITS)
    prune = {service.kinds[name].plural: name for name in service.config}

    def work(client: Service) -> None:
        outcome = module.reconcile(
            client,
            module.desired,
            prune=[prune[plural] for plural in module.params["prune"]],
            prune_limit=module.params["prune_limit"],
            concurrency=module.params["concurrency"],
        )
        report = {"changes": outcome.changes(), "summary": outcome.summary(), "failures": outcome.failures()}
        module.finish(outcome, diff=outcome.diffs(), **report)

    module.run(work)


def ask(
    service: type[Service], filters: Sequence[Field], work: Callable[[Any, Values], Values], read: Reader | None = None
) -> None:
    """A module that reads, and returns what ``work`` makes of a client and the options."""
    spec = plain_spec(filters)
    for item in filters:
        spec[item.name].update({"required": True} if item.required else {})
    module = Module(service, spec, read, filters)
    module.run(lambda client: module.exit_json(changed=False, **client.redact(work(client, module.params))))


def look_up(
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
        return {kind.plural: inform(client, kind, params, params.get("include", ()), _CONCURRENCY, include or ())}

    ask(service, (*filters, *extra), work, read)


def look_up_config(service: type[Service]) -> None:
    """A module that returns a whole account as a declaration."""
    ask(service, (), lambda client, params: {"config": export(client, _CONCURRENCY)})


def _take_message(params: Values, spec: Spec) -> None:
    """Take C(message) for C(message_text): Ansible lets no module have an option or an alias of that name."""
    if "message_text" in spec and "message" in params:
        params["message_text"] = params.pop("message")
    for name, option in spec.items():
        items = params.get(name) if "options" in option else None
        for item in items if isinstance(items, list) else [items]:
            if isinstance(item, dict):
                _take_message(item, option["options"])


class Module(AnsibleModule):  # type: ignore[misc]
    """AnsibleModule for one service: knows what the user wrote, and ends in results without secrets.

    :param spec: the options besides those of the connection
    :param read: makes desired objects of the options; its errors are the ones that a user sees
    :param fields: further options to check
    """

    given: Mapping[str, Any]

    def __init__(
        self, service: type[Service], spec: Spec, read: Reader | None = None, fields: Sequence[Field] = (), **rules: Any
    ) -> None:
        self._service, self._read = service, read or (lambda params, given: [])
        self._fields = (*_CONNECTION, *service.credentials, *fields)
        self._client: Service | None = None
        self._valid = False
        self.desired: list[Desired] = []
        super().__init__(argument_spec={**spec, **connection_spec(service)}, supports_check_mode=True, **rules)
        self._valid = True

    def _load_params(self) -> None:
        super()._load_params()
        _take_message(self.params, self.argument_spec)
        # Once AnsibleModule has filled in defaults, an explicit null can no longer be told from an option left out.
        self.given = copy.deepcopy(self.params)

    def fail_json(self, msg: str, **result: Any) -> None:
        """End with a failure; where Ansible refuses an option, in our words if we refuse it too, for they say where."""
        if not self._valid:
            try:
                _check(self._fields, self.given)
                self._read(self.given, self.given)
            except InputError as exc:
                msg = str(exc)
            except Exception:  # the raw options may be anything; then Ansible's own words stand
                pass
        super().fail_json(msg=msg, **result)

    def run(self, work: Callable[[Any], None]) -> None:
        """Do the work of a module, and end it; every error becomes one sentence."""
        title = self._service.title
        try:
            with contextlib.suppress(ValueError):  # a URL that is none is refused later
                self.no_log_values.update(filter(None, [urlsplit(self.params["api_url"] or "").password]))
            _check(self._fields, self.params)
            for name in ("api_url", *(item.name for item in self._service.credentials if item.required)):
                if not self.params[name]:
                    variable = f"{self._service.name}_{name}".upper()
                    raise InputError(f"{name} is missing: set the option or the environment variable {variable}")
            self.desired = self._read(self.params, self.given)
            self._client = self._service(self.params, self.params.get("concurrency", _CONCURRENCY))
            work(self._client)
        except MissingLibraryError as exc:
            self.fail_json(msg=missing_required_lib(exc.library), exception=exc.trace)
        except ApiError as exc:
            failure = exc.failure.as_dict()
            self.fail_json(msg=f"{title}: {failure['method']} {failure['path']}: {exc}", failure=failure)
        except MonitoringError as exc:
            self.fail_json(msg=f"{title}: {exc}" if self._client is not None else str(exc))
        finally:
            if self._client is not None:
                self._client.close()

    def reconcile(self, client: Service, wanted: Sequence[Desired], **options: Any) -> Outcome:
        """Bring objects to their desired state, or find out what that would take."""
        return reconcile(client, wanted, check=self.check_mode, **{"concurrency": _CONCURRENCY, **options})

    def finish(self, outcome: Outcome, **result: Any) -> None:
        """End with what was done, failures included."""
        notes, redact = (self._client.notes, self._client.redact) if self._client is not None else ([], dict)
        for warning in (*outcome.warnings(), *notes):
            self.warn(warning)
        result = redact({"changed": outcome.changed, **result})
        failures = outcome.failures()
        if not failures:
            self.exit_json(**result)
        first = failures[0]
        others = f" ({len(failures)} objects failed or were skipped; see failures)" if len(failures) > 1 else ""
        self.fail_json(msg=f"{self._service.title}: {first['msg']}{others}", failure=first["failure"], **result)
