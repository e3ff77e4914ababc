# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts from what a service knows: what the inventory plugins have in common."""

from __future__ import annotations

import difflib
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.module_utils.common.text.converters import to_text
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var
from jinja2 import Environment, TemplateSyntaxError

from ..module_utils._ansible.connection import CONNECTION, connect
from ..module_utils._ansible.describe import list_records
from ..module_utils._ansible.validate import parse_options, validate_params
from ..module_utils._core.errors import ApiError, InputError, MissingLibraryError, MonitoringError
from ..module_utils._core.kind import Field, Kind
from ..module_utils._core.objects import Desired, Record
from ..module_utils._core.service import Service
from ..module_utils._core.values import Values

# These hold expressions of their own, which are evaluated for each host.
_EXPRESSIONS = frozenset({"compose", "groups", "hostname", "keyed_groups"})
# Options that say what is asked for, as far as a plugin has them.
_QUESTIONS = ("filters", "include", "kinds", "service_ids")


class ServiceInventory(BaseInventoryPlugin, Constructable, Cacheable):  # type: ignore[misc]
    """An inventory of the objects of one service.

    :cvar kinds: the kinds whose objects are hosts; fewer where an option C(kinds) says so
    :cvar filters: what the option C(filters) may hold, as the service's C(select) takes it
    :cvar needed: fields that are read object by object where the listing lacks them
    :cvar includes: what the option C(include) may hold, and the fields that it adds
    :cvar hidden: fields that are no variables, besides secrets
    """

    service: ClassVar[type[Service]]
    kinds: ClassVar[tuple[str, ...]]
    filters: ClassVar[tuple[Field, ...]]
    needed: ClassVar[tuple[str, ...]] = ()
    includes: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
    hidden: ClassVar[frozenset[str]] = frozenset()

    # -- what a plugin says of its service -----------------------------------------------------------------------

    def groups_of(self, kind: Kind, values: Values) -> list[list[str]]:
        """The groups of an object, each as the path that leads to it from the group of the service."""
        return []

    def is_host(self, record: Record) -> bool:
        """Whether a listed object is a host."""
        return True

    def listing_scope(self, client: Service, kind: Kind, filters: Values) -> Sequence[Desired]:
        """What is to be listed, where that is only a part; nothing for all there is."""
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
            # Before Ansible does, whose words would quote a value that may be a secret.
            validate_params((*CONNECTION, *self.service.credentials), given, given)
        except InputError as exc:
            raise AnsibleParserError(str(exc)) from None
        super().set_options(task_keys=task_keys, var_options=var_options, direct=given)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        """Add the hosts and groups of a source to the inventory."""
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        try:
            for name in config:
                if not self.has_option(name):
                    raise InputError(_unknown(name, self._options, f"option of {self.NAME}"))
            objects = self._objects(path, cache)
        except MonitoringError as exc:
            raise AnsibleParserError(str(exc)) from None
        self._populate(objects)

    # -- from the service ----------------------------------------------------------------------------------------

    def _rendered(self, name: str, value: Any) -> Any:
        """An option of the file with its templates evaluated; extra variables can be used in them."""
        try:
            if isinstance(value, str):
                Environment().parse(value)
            self.templar.available_variables = self._vars
            return self.templar.template(value)
        except TemplateSyntaxError:
            # Its words would quote a part of what may be a secret, and no template at all.
            raise AnsibleParserError(f"{name} is not a valid template") from None
        except AnsibleError as exc:
            raise AnsibleParserError(f"{name} cannot be evaluated: {to_text(exc)}") from None

    def _objects(self, path: str, cache: bool) -> list[Values]:
        """All that the service knows, or has said before: kind, id and values of each object."""
        if not self.get_option("cache"):
            return self._fetch()
        key = f"{self.get_cache_key(path)}_{self._question()}"
        if cache:
            try:
                found: list[Values] = self._cache[key]
            except KeyError:
                pass
            else:
                return found
        self._cache[key] = found = self._fetch()
        return found

    def _question(self) -> str:
        """A digest of the account and of what is asked for, so that no other question gets the cached answer.

        A password is left out: it may be weak enough to be found by its digest.
        """
        names = ("api_url", *(item.name for item in self.service.credentials), *_QUESTIONS)
        asked = {
            name: self.get_option(name) for name in names if self.has_option(name) and not name.endswith("password")
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]

    def _fetch(self) -> list[Values]:
        """The objects that match the filters.

        :raises MonitoringError: with one sentence for the user
        """
        service, filters = self.service, self._filters()
        defaults = {
            "api_url": service.url,
            **{item.name: item.default for item in CONNECTION if item.default is not None},
        }
        options = {item.name: self.get_option(item.name) for item in (*CONNECTION, *service.credentials)}
        # AWX and CI systems set a variable that has no value to nothing.
        options = {name: defaults.get(name) if value == "" else value for name, value in options.items()}
        try:
            client = connect(service, options, {})
        except MissingLibraryError as exc:
            raise InputError(
                f"the Python library {exc.library} is missing: install it for {sys.executable}, which runs Ansible"
            ) from None
        try:
            kinds = self.get_option("kinds") if self.has_option("kinds") else self.kinds
            objects = [one for name in kinds for one in self._of_kind(client, service.kinds[name], filters)]
            for note in client.warnings:
                self.display.warning(note)
            redacted: list[Values] = client.redact(objects)
            return redacted
        except ApiError as exc:
            raise MonitoringError(f"{service.title}: {exc.failure.method} {exc.failure.path}: {exc}") from None
        except MonitoringError as exc:
            raise MonitoringError(f"{service.title}: {exc}") from None
        finally:
            client.close()

    def _filters(self) -> Values:
        """The filters, with None for those that are not set.

        :raises InputError: for one that cannot be
        """
        given, known = self.get_option("filters"), {item.name: item for item in self.filters}
        values: Values = dict.fromkeys(known)
        for name, value in given.items():
            if name not in known:
                raise InputError(_unknown(name, known, f"filter of {self.NAME}"))
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
        """Make a host of each object."""
        service, strict = self.service, self.get_option("strict")
        variables, wanted = [], []
        for one in objects:
            kind = service.kinds[one["kind"]]
            values = {kind.id_option: one["id"], **one["values"]}
            variables.append({f"{service.name}_{name}": _literal(value) for name, value in values.items()})
            ident = one["id"] if len(self.kinds) == 1 else f"{kind.name}-{one['id']}"
            name = str(values.get(kind.name_option or "name") or one["id"])
            wanted.append((self._hostname(name, variables[-1]), ident))
        paths: dict[str, list[str]] = {}
        self.inventory.add_group(service.name)
        for one, facts, name in zip(objects, variables, map(_literal, host_names(wanted))):
            groups = self.groups_of(service.kinds[one["kind"]], one["values"]) or [[]]
            for path in groups:
                self.inventory.add_host(name, self._group(path, paths))
            for variable, value in facts.items():
                self.inventory.set_variable(name, variable, value)
            self._set_composite_vars(self.get_option("compose"), facts, name, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), facts, name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), facts, name, strict=strict)

    def _hostname(self, name: str, variables: Values) -> str:
        """The name of a host by the option C(hostname), else by the service."""
        expression = self.get_option("hostname")
        if not expression:
            return name
        try:
            found = self._compose(expression, variables)
        except AnsibleError as exc:
            if self.get_option("strict"):
                raise AnsibleParserError(f"Could not make a hostname for {name}: {to_text(exc)}") from None
            return name
        return to_text(found) if found not in (None, "") else name

    def _group(self, path: Sequence[str], paths: dict[str, list[str]]) -> str:
        """Make the group of a path, with all above it, and return its name.

        :param paths: the groups made so far, by name
        """
        parent: str = self.service.name
        for end in range(1, len(path) + 1):
            inner = list(path[:end])
            name: str = self._sanitize_group_name("_".join((self.service.name, *inner)))
            other = paths.setdefault(name, inner)
            if other != inner:
                both = " and ".join(" / ".join(one) for one in (other, inner))
                self.display.warning(
                    f"{self.service.title}: {both} are both called {name} here, so they become one group"
                )
            self.inventory.add_group(name)
            self.inventory.add_child(parent, name)
            parent = name
        return parent


def host_names(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """Names of hosts that no two share: as they are wanted, with the ids added wherever several are the same.

    :param wanted: for each host its name, and an id that no other has
    """
    found = [name for name, _ident in wanted]
    while len(counts := Counter(found)) < len(found):
        found = [f"{name}-{ident}" if counts[name] > 1 else name for name, (_name, ident) in zip(found, wanted)]
    return found


def _literal(value: Any) -> Any:
    """A value of the service, which is no template: before ansible-core 2.19 one that looks so has to be marked."""
    if isinstance(value, dict):
        return {_literal(key): _literal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_literal(inner) for inner in value]
    return wrap_var(value) if isinstance(value, str) and "{" in value else value


def _unknown(name: Any, known: Any, what: str) -> str:
    """The sentence about a name that does not exist, with the one that may be meant."""
    near = difflib.get_close_matches(str(name), map(str, known), 1)
    return f"{name} is no {what}{f'; is {near[0]} meant?' if near else ''}"
