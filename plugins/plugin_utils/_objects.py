# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Single objects of a service by kind and name, for the lookup plugin C(object)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleError

from ..module_utils._ansible.connection import CONNECTION, complete_connection, connect_on_controller
from ..module_utils._ansible.describe import Listing, list_records
from ..module_utils._ansible.validate import validate_params
from ..module_utils._core.display import visible
from ..module_utils._core.errors import ApiError, InputError, MonitoringError
from ..module_utils._core.kind import Kind
from ..module_utils._core.nearest import did_you_mean
from ..module_utils._core.objects import Desired, Record
from ..module_utils._core.observe import read_records
from ..module_utils._core.service import CONCURRENCY, Service
from ..module_utils._core.values import Values, join_names
from ._declarations import SERVICES
from ._unresolved import decrypt

_OWN = ("service", "kind", "field", "within")
# Secrets that the services show. Everyone who has the download URL of an agent can use it.
_SHOWN_SECRETS = frozenset({"download_url"})


@dataclass(frozen=True)
class Query:
    """What is looked up.

    :ivar field: the field to return; empty for the whole object
    :ivar within: the name or id of the object that contains it, such as the group of a target; empty for any
    :ivar connection: the connection options, complete and in their types
    :ivar given: the options as the user wrote them
    """

    service: type[Service]
    kind: Kind
    field: str
    within: str
    connection: Values
    given: Mapping[str, Any]


def look_up(given: Mapping[str, Any], names: Sequence[str]) -> list[Any]:
    """The object with each of these names or ids, or a field of it.

    :param given: the options of the lookup as the user wrote them
    :raises AnsibleError: with one sentence
    """
    try:
        return find_objects(read_query(decrypt(given)), names)
    except MonitoringError as exc:
        raise AnsibleError(str(exc)) from None


def read_query(given: Mapping[str, Any]) -> Query:
    """The query that the options of the lookup describe.

    :raises InputError: naming the option that is wrong
    """
    service = SERVICES[_chosen("service", given.get("service"), SERVICES)]
    kind = service.kinds[_chosen("kind", given.get("kind"), service.config)]
    fields = {item.name: item for item in (*CONNECTION, *service.credentials)}
    for name in given:
        if name not in (*_OWN, *fields):
            raise InputError(f"there is no option {name}{did_you_mean(name, (*_OWN, *fields))}")
    validate_params(tuple(fields.values()), given, given)
    within = _text(given, "within")
    if within and not _parent(kind):
        raise InputError(f"within cannot be set for kind {kind.name}, which is not inside of another object")
    field = _text(given, "field")
    if field:
        _check_field(kind, field)
    return Query(service, kind, field, within, complete_connection(service, given), given)


def find_objects(query: Query, names: Sequence[str]) -> list[Any]:
    """The object with each of these names or ids, or the field of it; of a kind with one object, that object.

    :raises MonitoringError: with one sentence for the user
    """
    title = query.service.title
    client = connect_on_controller(query.service, query.connection, query.given)
    try:
        found: list[Any] = client.redact(_find(client, query, names))
    except ApiError as exc:
        raise MonitoringError(visible(f"{title}: {exc.failure.method} {exc.failure.path}: {exc}")) from None
    except MonitoringError as exc:
        raise MonitoringError(visible(f"{title}: {exc}")) from None
    finally:
        client.close()
    return found


# -- options -----------------------------------------------------------------------------------------------------------


def _chosen(option: str, value: Any, choices: Collection[str]) -> str:
    """The value of a required option with choices.

    :raises InputError: for another value
    """
    allowed = ", ".join(choices)
    if value is None:
        raise InputError(f"{option} is missing: set it to one of {allowed}")
    if value not in choices:
        raise InputError(f"{option} must be one of {allowed}, not {value!r}{did_you_mean(str(value), choices)}")
    return str(value)


def _text(given: Mapping[str, Any], option: str) -> str:
    """The value of an option with a text; empty if it is not set.

    :raises InputError: for a list or a dictionary
    """
    value = given.get(option)
    if isinstance(value, (list, dict)):
        raise InputError(f"{option} must be a string")
    return "" if value is None else str(value)


def _check_field(kind: Kind, name: str) -> None:
    """Check that an object of a kind has a field that may be shown.

    :raises InputError: if it has not
    """
    known = _shown_fields(kind)
    if name in known:
        return
    if name in kind.by_name:
        raise InputError(f"field {name} is a secret or is never shown by the service, so it cannot be looked up")
    raise InputError(f"a {kind.noun} has no field {name}{did_you_mean(name, known)}")


def _shown_fields(kind: Kind) -> list[str]:
    """The names of the fields that the lookup returns."""
    shown = (item.name for item in kind.fields if not item.secret and not item.write_only)
    names = [name for name in shown if name not in _SHOWN_SECRETS]
    return [kind.id_option, *names] if kind.id_option else names


def _parent(kind: Kind) -> str:
    """The field that refers to the object that contains objects of a kind; empty if there is none."""
    return next((name for name in kind.key[:-1] if kind.by_name[name].reference), "")


# -- objects -----------------------------------------------------------------------------------------------------------


def _find(client: Service, query: Query, names: Sequence[str]) -> list[Any]:
    kind = query.kind
    if kind.singleton and names:
        raise InputError(f"kind {kind.name} has one object without a name, so leave out {join_names(names)}")
    if not kind.singleton and not names:
        raise InputError(f"the name or the id of the {kind.noun} is missing")
    scope = [Desired(kind, {_parent(kind): query.within})] if query.within else []
    # Every filter of every service is unset.
    listing = list_records(client, kind, defaultdict(lambda: None), (), scope)
    candidates = [record for record in listing.records if _is_within(listing, record, query.within)]
    chosen = list(candidates) if kind.singleton else [_named(candidates, name, query) for name in names]
    read_records(client, chosen, CONCURRENCY, [query.field] if query.field else _shown_fields(kind))
    return [_value(listing, record, query.field) for record in chosen]


def _is_within(listing: Listing, record: Record, within: str) -> bool:
    """Whether an object is inside of the one with this name or id."""
    if not within:
        return True
    parent = record.kind.by_name[_parent(record.kind)]
    ident = str(record.values.get(parent.name))
    return within in (ident, listing.labels.get((parent.reference, ident)))


def _named(records: Sequence[Record], name: str, query: Query) -> Record:
    """The object with an id, or else the one with a name.

    :raises InputError: if there is none, or if several objects have this name
    """
    kind, place = query.kind, f" in {query.within}" if query.within else ""
    found = [record for record in records if record.id == name] or [one for one in records if _has_name(one, name)]
    if not found:
        near = did_you_mean(name, (label for one in records for label in _labels(one)))
        raise InputError(f"there is no {kind.noun} {name}{place}{near}")
    if len(found) > 1:
        ids = join_names(record.id for record in found)
        remedy = ", or set within" if _parent(kind) and not query.within else ""
        raise InputError(
            f"there are {len(found)} {kind.noun}s named {name}{place}: use one of their ids, {ids}{remedy}"
        )
    return found[0]


def _has_name(record: Record, name: str) -> bool:
    item = record.kind.by_name.get(_name_field(record.kind))
    if item is None:
        return False
    if item.type == "list":
        return name in _labels(record)
    return item.same(record.values.get(item.name), name)


def _name_field(kind: Kind) -> str:
    """The field with the name of an object, also if the name does not identify it."""
    return kind.name_option or "name"


def _labels(record: Record) -> Iterable[str]:
    """The names under which an object can be found; of a path in two ways of writing."""
    name = record.values.get(_name_field(record.kind))
    if isinstance(name, list):
        return (separator.join(map(str, name)) for separator in ("/", " / "))
    return () if name is None else (str(name),)


def _value(listing: Listing, record: Record, field: str) -> Any:
    """An object by the names of its fields, without secrets, or one field of it; None if the service hides it."""
    kind = record.kind
    described = {**({kind.id_option: record.id} if kind.id_option else {}), **listing.describe(record)}
    shown = {name: described[name] for name in _shown_fields(kind) if name in described}
    return shown.get(field) if field else shown
