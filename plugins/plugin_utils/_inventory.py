# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory plugins have in common: their options, reading the objects of a service, and adding hosts."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from ansible.constants import LOCALHOST
from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.common.text.converters import to_text
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable, to_safe_group_name
from ansible.utils.unsafe_proxy import wrap_var
from jinja2 import Environment, TemplateSyntaxError

from ..module_utils._ansible.connection import CONNECTION, connect_on_controller
from ..module_utils._ansible.describe import list_records
from ..module_utils._ansible.validate import parse_options, validate_params
from ..module_utils._core.display import visible
from ..module_utils._core.errors import ApiError, InputError, MonitoringError
from ..module_utils._core.kind import Field, Kind
from ..module_utils._core.nearest import did_you_mean
from ..module_utils._core.objects import Desired, Record
from ..module_utils._core.service import Service
from ..module_utils._core.values import Values
from ._host_names import plain_name, safe_id, safe_name, service_host_names
from ._unresolved import resolver

# The options that contain expressions, which are evaluated for each host.
_EXPRESSIONS = frozenset({"compose", "groups", "hostname", "keyed_groups"})
# How many names a warning lists.
_MOST_NAMED = 10
# The options that determine which objects are read. No plugin has all of them.
_SELECTIONS = ("filters", "include", "kinds", "service_ids")


class ServiceInventory(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """An inventory of the objects of one service.

    :cvar kinds: the kinds whose objects become hosts; if there is an option C(kinds), it chooses among them
    :cvar filters: the keys of the option C(filters)
    :cvar needed: the fields that are read object by object if the listing lacks them
    :cvar includes: the choices of the option C(include), and the fields that each adds
    :cvar hidden: the fields that do not become variables; secrets never do
    """

    service: ClassVar[type[Service]]
    kinds: ClassVar[tuple[str, ...]]
    filters: ClassVar[tuple[Field, ...]]
    needed: ClassVar[tuple[str, ...]] = ()
    includes: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    hidden: ClassVar[frozenset[str]] = frozenset()

    # -- what a plugin defines for its service -----------------------------------------------------------------------

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """The groups of an object, each as the path that leads to it from the group of the service."""
        return []

    def is_host(self, record: Record) -> bool:
        """Whether a listed object is a host."""
        return True

    def listing_scope(self, client: Service, kind: Kind, filters: Values) -> Sequence[Desired]:
        """The part of the account that is listed; empty for the whole account."""
        return client.listing_scope(kind, filters)

    # -- what Ansible calls --------------------------------------------------------------------------------------

    def verify_file(self, path: str) -> bool:
        """Whether a file is named after the service: C(alertra.yml), C(customer.alertra.yaml)."""
        name = self.service.name
        named = f".{Path(path).name}".endswith((f".{name}.yml", f".{name}.yaml"))
        return named and bool(super().verify_file(path))

    def set_options(
        self,
        task_keys: Mapping[str, Any] | None = None,
        var_options: Mapping[str, Any] | None = None,
        direct: Mapping[str, Any] | None = None,
    ) -> None:
        """Take the options of a file, with their templates evaluated, and those of the environment."""
        given = {
            name: value if name in _EXPRESSIONS else self._rendered(name, value)
            for name, value in (direct or {}).items()
        }
        try:
            # Before Ansible validates them, because its messages may contain a secret value.
            validate_params((*CONNECTION, *self.service.credentials), given, given)
        except InputError as exc:
            raise AnsibleParserError(str(exc)) from None
        self._of_file = given
        super().set_options(task_keys=task_keys, var_options=var_options, direct=given)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the hosts and groups of a source to the inventory."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        try:
            for name in config:
                if not self.has_option(name):
                    raise InputError(_unknown("option", name, self._options, self.NAME))
            objects = self._objects(path, cache)
        except MonitoringError as exc:
            raise AnsibleParserError(visible(str(exc))) from None
        self._populate(objects)

    # -- from the service ----------------------------------------------------------------------------------------

    def _rendered(self, name: str, value: Any) -> Any:
        """An option of the file with its templates evaluated; extra variables can be used in them."""
        try:
            if isinstance(value, str):
                Environment().parse(value)
            self.templar.available_variables = self._vars
            return resolver(self.templar)(value)
        except TemplateSyntaxError:
            # The message of the exception may contain a part of a secret.
            raise AnsibleParserError(f"{name} is not a valid template") from None
        except AnsibleError as exc:
            raise AnsibleParserError(f"{name} cannot be evaluated: {to_text(exc)}") from None

    def _objects(self, path: str, cache: bool) -> list[Values]:
        """The kind, the id and the values of each object, from the service or from the cache."""
        if not self.get_option("cache"):
            return self._fetch()
        key = f"{self.get_cache_key(path)}_{self._digest_of_selection()}"
        if cache:
            with contextlib.suppress(KeyError):
                cached: list[Values] = self._cache[key]
                return cached
        objects = self._fetch()
        self._cache[key] = objects
        return objects

    def _digest_of_selection(self) -> str:
        """A digest of the account and of the selection. The objects of another selection have another cache key.

        Passwords are left out. A weak one could be found by its digest.
        """
        names = ("api_url", *(item.name for item in self.service.credentials), *_SELECTIONS)
        options = {
            name: self.get_option(name) for name in names if self.has_option(name) and not name.endswith("password")
        }
        return hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()[:12]

    def _fetch(self) -> list[Values]:
        """The objects that match the filters.

        :raises MonitoringError: with one sentence for the user
        """
        service, filters = self.service, self._filters()
        client = self._connect()
        try:
            kinds = self.get_option("kinds") if self.has_option("kinds") else self.kinds
            objects = [one for name in kinds for one in self._of_kind(client, service.kinds[name], filters)]
            for warning in client.warnings:
                self.display.warning(visible(warning))
            redacted: list[Values] = client.redact(objects)
            return redacted
        except ApiError as exc:
            raise MonitoringError(f"{service.title}: {exc.failure.method} {exc.failure.path}: {exc}") from None
        except MonitoringError as exc:
            raise MonitoringError(f"{service.title}: {exc}") from None
        finally:
            client.close()

    def _connect(self) -> Service:
        """A client with the connection options of this plugin.

        :raises InputError: for an invalid option, a missing one, or a missing library
        """
        return connect_on_controller(self.service, self._connection_options(), self._of_file)

    def _connection_options(self) -> Values:
        """The connection options; an empty one has its default, because AWX and CI systems set empty variables."""
        defaults = {item.name: item.default for item in CONNECTION if item.default is not None}
        defaults["api_url"] = self.service.url
        options = {item.name: self.get_option(item.name) for item in (*CONNECTION, *self.service.credentials)}
        return {name: defaults.get(name) if value == "" else value for name, value in options.items()}

    def _filters(self) -> Values:
        """The filters, with None for those that are not set.

        :raises InputError: for an unknown or invalid filter
        """
        given = self.get_option("filters")
        known = {item.name: item for item in self.filters}
        values: Values = dict.fromkeys(known)
        for name, value in given.items():
            if name not in known:
                raise InputError(_unknown("filter", name, known, self.NAME))
            values.update(parse_options(known, {name: value}, "filter "))
        return values

    def _of_kind(self, client: Service, kind: Kind, filters: Values) -> list[Values]:
        """The objects of a kind that become hosts."""
        included = self.get_option("include") if self.includes else ()
        fields = {*self.needed, *(field for name in included for field in self.includes[name])}
        scope = self.listing_scope(client, kind, filters)
        listing = list_records(client, kind, filters, fields, scope, self.is_host)
        hidden = self.hidden | {item.name for item in kind.fields if item.secret}
        return [
            {
                "kind": kind.name,
                "id": record.id,
                "values": {name: value for name, value in listing.describe(record).items() if name not in hidden},
            }
            for record in listing.records
        ]

    # -- to the inventory ----------------------------------------------------------------------------------------

    def _populate(self, objects: Sequence[Values]) -> None:
        """Add a host for each object."""
        self.inventory.add_group(self.service.name)
        variables = [self._variables_of(one) for one in objects]
        paths: dict[str, list[str]] = {}
        groups = [[self._group(path, paths) for path in self._paths(one)] for one in objects]
        # After the groups, because no host may have the name of one.
        names = self._host_names([self._name_and_id(one, own) for one, own in zip(objects, variables)])
        for name, its_groups in zip(names, groups):
            for group in its_groups:
                self.inventory.add_host(name, group)
        # After all hosts, because no composed group may have the name of one.
        for own, name in zip(variables, names):
            self._set_variables(name, own)

    def _paths(self, one: Values) -> list[list[str]]:
        """The paths of the groups of an object; the group of the service if it is in no other."""
        return self.groups_of(self.service.kinds[one["kind"]], one["values"]) or [[]]

    def _host_names(self, wanted: Sequence[tuple[str, str]]) -> list[str]:
        """The names of the hosts: safe ones by default, different from each other, and none that has a meaning already.

        :param wanted: for each host its name at the service or from the option C(hostname), and an id
        """
        taken = {*LOCALHOST, *self.inventory.groups}
        if not self.get_option("merge_hosts"):
            taken.update(self.inventory.hosts)
        make_safe = safe_name if self.get_option("sanitize_hostnames") else plain_name
        named = [(make_safe(name), safe_id(ident)) for name, ident in wanted]
        self._warn_of_taken(sorted({name for name, _ident in named if name in taken}))
        return service_host_names(self.service.name, named, taken)

    def _warn_of_taken(self, names: Collection[str]) -> None:
        if names:
            shown = ", ".join(list(names)[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
            self.display.warning(
                f"{self.service.title}: other hosts or groups are called {shown}, so the hosts of this inventory are "
                f"called {self.service.name}-NAME; see the option merge_hosts"
            )

    def _variables_of(self, one: Values) -> Values:
        """The variables of a host: the id and the values of the object, with the prefix of the service."""
        values = {self.service.kinds[one["kind"]].id_option: one["id"], **one["values"]}
        return {f"{self.service.name}_{name}": _literal(value) for name, value in values.items()}

    def _name_and_id(self, one: Values, variables: Values) -> tuple[str, str]:
        """The name of the host, and an id that no other host of this plugin has."""
        kind = self.service.kinds[one["kind"]]
        values = {kind.id_option: one["id"], **one["values"]}
        name = str(values.get(kind.name_option or "name") or one["id"])
        ident = one["id"] if len(self.kinds) == 1 else f"{kind.name}-{one['id']}"
        return self._hostname(name, variables), ident

    def _set_variables(self, name: str, variables: Values) -> None:
        """Set the variables of a host, and what the user composes of them."""
        strict = self.get_option("strict")
        for variable, value in variables.items():
            self.inventory.set_variable(name, variable, value)
        self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)

    def _hostname(self, name: str, variables: Values) -> str:
        """The name of a host from the option C(hostname) if it is set, or else the given name."""
        expression = self.get_option("hostname")
        if not expression:
            return name
        try:
            found = self._compose(expression, variables)
        except AnsibleError as exc:
            if self.get_option("strict"):
                raise AnsibleParserError(visible(f"Could not make a hostname for {name}: {to_text(exc)}")) from None
            return name
        return to_text(found) if found not in (None, "") else name

    def _sanitize_group_name(self, name: str) -> str:
        """The name of a group, also of one of C(keyed_groups): not that of a host, whose plays it would take over."""
        safe: str = to_safe_group_name(name)
        while safe in LOCALHOST or safe in self.inventory.hosts:
            safe = f"{self.service.name}_{safe}"
        return safe

    def _group(self, path: Sequence[str], paths: dict[str, list[str]]) -> str:
        """Add the group of a path, and the groups above it, and return its name.

        :param paths: the path of each group that was added so far, by name
        """
        parent: str = self.service.name
        for end in range(1, len(path) + 1):
            inner = list(path[:end])
            name: str = self._sanitize_group_name("_".join((self.service.name, *inner)))
            other = paths.setdefault(name, inner)
            if other != inner:
                both = " and ".join(" / ".join(one) for one in (other, inner))
                self.display.warning(
                    visible(f"{self.service.title}: {both} are both called {name} here, so they become one group")
                )
            self.inventory.add_group(name)
            self.inventory.add_child(parent, name)
            parent = name
        return parent


def _literal(value: Any) -> Any:
    """A value of the service, marked as no template: ansible-core before 2.19 evaluates unmarked text.

    Also text without braces, as an expression of the user may decode or join it.
    """
    if isinstance(value, dict):
        return {_literal(key): _literal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_literal(inner) for inner in value]
    return wrap_var(value) if isinstance(value, str) else value


def _unknown(noun: str, name: Any, known: Any, plugin: str) -> str:
    """The message for a name that does not exist, with the most similar name that does."""
    return f"{plugin} has no {noun} {name}{did_you_mean(str(name), map(str, known))}"
