# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only room that knows AnsibleModule: options in, results out, and every error as one sentence."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from ._errors import ApiError, InputError, MissingLibraryError, MonitoringError
from ._reconcile import reconcile
from ._reconcile.apply import Outcome
from ._reconcile.export import export, inform
from ._resource import Desired, Field, Kind, Service, Values

__all__ = [
    "Desired",
    "Module",
    "Service",
    "Values",
    "ask",
    "check_options",
    "configure",
    "look_up",
    "look_up_config",
    "manage",
]

Spec = dict[str, Any]

_CONCURRENCY = 4
_CONNECTION = (
    Field("api_url"),
    Field("api_timeout", type="float", minimum=0.001),
    Field("api_retries", type="int", minimum=0),
    Field("api_max_wait", type="float", minimum=0),
    Field("validate_certs", type="bool"),
    Field("ca_path", type="path"),
    Field("api_allow_http", type="bool"),
)
_BOUNDS = (Field("concurrency", type="int", minimum=1, maximum=32), Field("prune_limit", type="int", minimum=0))
_DEFAULTS = {
    "api_timeout": 30.0,
    "api_retries": 5,
    "api_max_wait": 120.0,
    "validate_certs": True,
    "api_allow_http": False,
}
# Lowering the bar for secrets is a decision of a playbook, not of the environment that it happens to run in.
_WITHOUT_ENVIRONMENT = frozenset({"api_allow_http"})


# -- argument specs ----------------------------------------------------------------------------------------------------


def connection_spec(service: type[Service]) -> Spec:
    """The connection options of a service, each with its environment variable."""
    spec = {}
    for item in (*_CONNECTION, *service.credentials):
        option = _option(item)
        default = service.url if item.name == "api_url" else _DEFAULTS.get(item.name)
        if default is not None:
            option["default"] = default
        if item.name not in _WITHOUT_ENVIRONMENT:
            option["fallback"] = (env_fallback, [f"{service.name}_{item.name}".upper()])
        spec[item.name] = option
    return spec


def object_spec(kind: Kind) -> Spec:
    """The options of one object of a kind."""
    spec: Spec = {kind.id_option: {"type": "str"}} if kind.id_option else {}
    for item in kind.options:
        spec[item.name] = _option(item)
        if item.purge is not None:
            spec[f"purge_{item.name}"] = {"type": "bool", "default": item.purge}
    if kind.creatable:
        spec["state"] = {"type": "str", "choices": ["present", "absent"], "default": "present"}
        if any(item.immutable for item in kind.options):
            spec["recreate"] = {"type": "bool", "default": False}
    spec.update({item.name: {**_option(item), "default": False} for item in kind.flags})
    return spec


def config_spec(service: type[Service]) -> Spec:
    """The options of a whole account."""
    kinds = [service.kinds[name] for name in service.config]
    lists = {}
    for kind in kinds:
        several = {} if kind.singleton else {"elements": "dict"}
        lists[config_option(kind)] = {
            "type": "dict" if kind.singleton else "list",
            **several,
            "options": object_spec(kind),
        }
    return {
        **lists,
        "prune": {
            "type": "list",
            "elements": "str",
            "choices": [k.plural for k in kinds if k.creatable],
            "default": [],
        },
        "prune_limit": {"type": "int", "default": 10},
        "concurrency": {"type": "int", "default": _CONCURRENCY},
    }


def config_option(kind: Kind) -> str:
    """The option of a whole account's declaration that holds the objects of a kind."""
    return kind.name if kind.singleton else kind.plural


def _option(item: Field) -> Spec:
    option: Spec = {"type": item.type, "no_log": item.secret}
    if item.type == "list":
        option["elements"] = item.elements
    if item.choices:
        option["choices"] = list(item.choices)
    return option


# -- from options to desired objects -----------------------------------------------------------------------------------


def desired(kind: Kind, params: Mapping[str, Any], given: Mapping[str, Any], place: str = "") -> Desired:
    """One object as a user declared it.

    :param params: the options with their defaults; ``given`` those that the user wrote, null ones included
    :param place: where they stand in a larger declaration
    :raises InputError: naming the option, the value and what is allowed
    """
    name = given.get(kind.name_option)
    place = f"{place} ({name})" if place and name else place
    where = f"{place}: " if place else ""
    values = kind.check({item.name: params.get(item.name) for item in kind.options if item.name in given}, where)
    ident = params.get(kind.id_option)
    if ident is None and not kind.singleton and kind.key_of(values) is None:
        ways = [" and ".join(kind.key), kind.id_option]
        raise InputError(f"{where}needs {', or '.join(filter(None, ways))}")
    if ident is not None and not str(ident).strip():
        raise InputError(f"{where}{kind.id_option} must not be empty")
    lists = [item for item in kind.options if item.purge is not None]
    return Desired(
        kind=kind,
        values=values,
        id=None if ident is None else str(ident),
        present=params.get("state") != "absent",
        place=place,
        recreate=bool(params.get("recreate")),
        add_only=frozenset(item.name for item in lists if params.get(f"purge_{item.name}") is False),
        flags={item.name: params.get(item.name) for item in kind.flags},
    )


def _declaration(service: type[Service], params: Mapping[str, Any], given: Mapping[str, Any]) -> list[Desired]:
    """All objects of a whole account's declaration.

    :raises InputError: for the first that cannot be
    """
    found = []
    for kind in (service.kinds[name] for name in service.config):
        name = config_option(kind)
        items, raw_items = params.get(name) or [], given.get(name) or []
        if kind.singleton:
            items, raw_items = [items] if items else [], [raw_items]
        for index, item in enumerate(items):
            raw = raw_items[index] if isinstance(raw_items, list) and index < len(raw_items) else None
            # An item that was not written as a dictionary cannot hold a null, so what is not None was given.
            written = raw if isinstance(raw, dict) else {key: item[key] for key in item if item[key] is not None}
            found.append(desired(kind, item, written, name if kind.singleton else f"{name}[{index}]"))
    return found


# -- modules -----------------------------------------------------------------------------------------------------------


def manage(service: type[Service], kind_name: str) -> None:
    """A module that manages one object."""
    kind = service.kinds[kind_name]
    module = Module(service, object_spec(kind), lambda params, given: [desired(kind, params, given)])

    def work(client: Service) -> None:
        outcome = module.reconcile(client, module.desired)
        module.finish(outcome, diff=outcome.diff(0), **{kind.name: outcome.result(0)})

    module.run(work)


def configure(service: type[Service]) -> None:
    """A module that manages a whole account."""
    module = Module(service, config_spec(service), lambda params, given: _declaration(service, params, given))
    prune = {service.kinds[name].plural: name for name in service.config}

    def work(client: Service) -> None:
        outcome = module.reconcile(
            client,
            module.desired,
            prune=[prune[plural] for plural in module.params["prune"]],
            prune_limit=module.params["prune_limit"],
            concurrency=module.params["concurrency"],
        )
        module.finish(
            outcome,
            diff=outcome.diffs(),
            changes=outcome.changes(),
            summary=outcome.summary(),
            failures=outcome.failures(),
        )

    module.run(work)


def look_up(service: type[Service], kind_name: str, filters: Sequence[Field] = (), include: Sequence[str] = ()) -> None:
    """A module that lists the objects of a kind."""
    kind = service.kinds[kind_name]
    spec = {item.name: _option(item) for item in filters}
    if include:
        spec["include"] = {"type": "list", "elements": "str", "choices": list(include), "default": []}
    module = Module(service, spec, lambda params, given: check_options(filters, params))

    def work(client: Service) -> None:
        found = inform(client, kind, module.params, module.params.get("include", ()), _CONCURRENCY)
        module.leave(client, **{kind.plural: found})

    module.run(work)


def look_up_config(service: type[Service]) -> None:
    """A module that returns a whole account as a declaration."""
    module = Module(service, {})
    module.run(lambda client: module.leave(client, config=export(client, _CONCURRENCY)))


def ask(service: type[Service], filters: Sequence[Field], work: Callable[[Any, Values], Values]) -> None:
    """A module that returns what ``work`` makes of a service and the options."""
    spec = {item.name: {**_option(item), **({"required": True} if item.required else {})} for item in filters}
    module = Module(service, spec, lambda params, given: check_options(filters, params))
    module.run(lambda client: module.leave(client, **work(client, module.params)))


def check_options(fields: Sequence[Field], params: Mapping[str, Any]) -> list[Desired]:
    """Check plain options, such as filters and those of the connection.

    :raises InputError: naming the option, the value and what is allowed
    """
    for item in fields:
        value = params.get(item.name)
        if value is not None:
            try:
                item.check(value)
            except ValueError as exc:
                got = "" if item.secret else f", not {value!r}"
                raise InputError(f"{item.name} {exc}{got}") from None
    return []


class Module(AnsibleModule):  # type: ignore[misc]
    """AnsibleModule for one service: knows what the user wrote, and ends in results without secrets.

    :param spec: the options besides those of the connection
    :param read: makes desired objects of the options; its errors are the ones that a user sees
    """

    given: Mapping[str, Any]

    def __init__(
        self,
        service: type[Service],
        spec: Spec,
        read: Callable[[Mapping[str, Any], Mapping[str, Any]], list[Desired]] = lambda params, given: [],
        **rules: Any,
    ) -> None:
        self._service = service
        self._read = read
        self._client: Service | None = None
        self._valid = False
        self.desired: list[Desired] = []
        super().__init__(argument_spec={**connection_spec(service), **spec}, supports_check_mode=True, **rules)
        self._valid = True

    def _load_params(self) -> None:
        super()._load_params()
        # Once AnsibleModule has filled in defaults, an explicit null can no longer be told from an option left out.
        self.given = copy.deepcopy(self.params)

    def fail_json(self, msg: str, **result: Any) -> None:
        """End with a failure; where Ansible refuses an option, in our words if we refuse it too, for they say where."""
        if not self._valid:
            try:
                self._read(self.given, self.given)
            except InputError as exc:
                msg = str(exc)
            except Exception:
                pass
        super().fail_json(msg=msg, **result)

    def run(self, work: Callable[[Any], None]) -> None:
        """Do the work of a module, and end it; every error becomes one sentence."""
        title = self._service.title
        try:
            self._check_connection()
            check_options(_BOUNDS, self.params)
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

    def _check_connection(self) -> None:
        """Check the connection options.

        What is required is not marked so in the argument spec, since tools that read it know neither the environment
        nor module_defaults.

        :raises InputError: for one that is missing or cannot be
        """
        check_options((*_CONNECTION, *self._service.credentials), self.params)
        for name in ("api_url", *(item.name for item in self._service.credentials if item.required)):
            if not self.params[name]:
                variable = f"{self._service.name}_{name}".upper()
                raise InputError(f"{name} is missing: set the option or the environment variable {variable}")

    def reconcile(self, client: Service, wanted: Sequence[Desired], **options: Any) -> Outcome:
        """Bring objects to their desired state, or find out what that would take."""
        return reconcile(client, wanted, check=self.check_mode, **{"concurrency": _CONCURRENCY, **options})

    def leave(self, client: Service, **result: Any) -> None:
        """End with a result that changed nothing."""
        self.exit_json(changed=False, **client.redact(result))

    def finish(self, outcome: Outcome, **result: Any) -> None:
        """End with what was done, failures included."""
        for warning in (*outcome.warnings(), *(self._client.notes if self._client is not None else ())):
            self.warn(warning)
        result["changed"] = outcome.changed
        if self._client is not None:
            result = self._client.redact(result)
        failures = outcome.failures()
        if not failures:
            self.exit_json(**result)
        first = failures[0]
        others = f" ({len(failures)} objects failed or were skipped; see failures)" if len(failures) > 1 else ""
        self.fail_json(msg=f"{self._service.title}: {first['msg']}{others}", failure=first["failure"], **result)
