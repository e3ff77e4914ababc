# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode over several tasks: an account as it would be after the earlier tasks of the run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, Protocol

from .errors import MonitoringError
from .kind import Kind
from .objects import Desired, Record, Step
from .outcome import Outcome
from .overlay import Overlay, empty_values, is_placeholder
from .raw import RawAnswer, RawRequest
from .reconcile import reconcile
from .service import Service
from .values import Values, is_empty, join_names

_NOT_KNOWN = "(known after creation)"
"""Stands for the value of an option that the service will choose for a new object."""


class Draft(Protocol):
    """An overlay that nobody else can change meanwhile.

    :ivar overlay: the latest overlay
    """

    overlay: Overlay

    def save(self) -> None:
        """Let later tasks know the overlay."""


class Predictions(Protocol):
    """Where the tasks of a run in check mode leave what they would change."""

    def read(self) -> Overlay:
        """What earlier tasks would change."""

    def lock(self) -> AbstractContextManager[Draft]:
        """Exclude the tasks of other hosts for a moment.

        :raises MonitoringError: if they do not let go
        """


class PredictedAccount(Service):
    """An account with an overlay on top. It only reads.

    :param inner: the account as it is
    :param assume_references: where no overlay is available: an object that a declaration refers to, and that does not
        exist, is taken for one that an earlier task creates
    :ivar inner: the account as it is
    """

    def __init__(self, inner: Service, overlay: Overlay, *, assume_references: bool = False) -> None:
        self.inner = inner
        self.kinds = inner.kinds  # type: ignore[misc]
        self._assume_references = assume_references
        self.use(overlay)

    def __getattr__(self, name: str) -> Any:
        # What else a service has, such as its title, or the methods that only its info modules call.
        return getattr(self.inner, name)

    def use(self, overlay: Overlay) -> None:
        """Put another overlay on top."""
        self.overlay = self.inner.overlay = overlay
        self.inner.warnings.clear()
        self._current: dict[tuple[str, str], Record] = {}
        self._predicted: dict[str, list[Record]] = {}
        self._hidden: dict[str, Collection[str]] = {}

    def is_secret(self, value: Any) -> bool:
        """Whether a value contains a secret of this run."""
        return bool(self.inner.redact(value) != value)

    # -- reading -----------------------------------------------------------------------------------------------------

    def _list_kind(self, kind: Kind, desired: Sequence[Desired], whole: bool) -> list[Record]:
        self.overlay.declare(kind, [one.values for one in desired if one.kind is kind])
        listed = self.inner.list_objects(kind, self._as_declared_now(desired), whole)
        self._current.update({(kind.name, record.id): record for record in listed})
        records = self.overlay.records(kind, listed)
        if any(is_placeholder(record.id) for record in records):
            self._hidden[kind.name] = self.inner.hidden_options(kind, listed)
        outside = self._containers_out_of_scope(kind)
        for record in records:
            self._complete(record)
            record.out_of_scope |= any(record.values.get(name) in ids for name, ids in outside.items())
        self._predicted[kind.name] = records
        if not whole:
            self._leave_out_other_parts(kind, desired)
        if not desired:
            # The service lists what is outside of its scope only if a declaration asks for it.
            records = [record for record in records if not record.out_of_scope]
        if kind.singleton and kind.key:
            # There is one of them for each key.
            keys = {kind.key_of(one.values) for one in desired}
            records = [one for one in records if not is_placeholder(one.id) or kind.key_of(one.values) in keys]
        return records + self._assumed(kind, desired, records)

    def _leave_out_other_parts(self, kind: Kind, desired: Sequence[Desired]) -> None:
        """Let predicted objects not count as undeclared if the service would not list them for this declaration."""
        parts = self.inner.listed_parts(kind, self._predicted, desired)
        if parts is None:
            return
        parents = [name for name in kind.key if kind.by_name[name].reference]
        for record in self._predicted[kind.name]:
            record.out_of_scope |= not any(record.values.get(name) in parts for name in parents)

    def _complete(self, record: Record) -> None:
        """Complete an object that the listing of the service lacks, and say whether it would be in its scope."""
        kind = record.kind
        current = self._current.get((kind.name, record.id))
        if is_placeholder(record.id):
            values = {**self.inner.values_of_new(kind), **record.values}
            record.values = {name: value for name, value in values.items() if name not in self._hidden[kind.name]}
        elif current is None:
            self._current[kind.name, record.id] = record
        if current is None or (kind.scope and current.values.get(kind.scope) != record.values.get(kind.scope)):
            record.out_of_scope = not self.inner.is_managed(record)

    def _containers_out_of_scope(self, kind: Kind) -> dict[str, set[str]]:
        """The ids of the objects that would be out of scope, by the options that name what contains an object."""
        references = {name: kind.by_name[name].reference for name in kind.key}
        return {
            name: {record.id for record in self._predicted.get(other, ()) if record.out_of_scope}
            for name, other in references.items()
            if other
        }

    def _as_declared_now(self, desired: Sequence[Desired]) -> list[Desired]:
        """The declaration in terms of the account as it is.

        New objects are left out, and new names are replaced by ids: a service lists only the parts of the account that
        the declaration names.
        """
        return [self._by_current_names(one) for one in desired if not self._is_about_new(one)]

    @staticmethod
    def _is_about_new(desired: Desired) -> bool:
        """Whether a declaration names a new object by its placeholder, or without an id what contains the object."""
        if desired.id is not None:
            return is_placeholder(desired.id)
        parents = [name for name in desired.kind.key if desired.kind.by_name[name].reference]
        return any(is_placeholder(desired.values.get(name)) for name in parents)

    def _by_current_names(self, desired: Desired) -> Desired:
        values = dict(desired.values)
        for name, value in desired.values.items():
            kind = self.kinds.get(desired.kind.by_name[name].reference)
            if kind is not None and isinstance(value, str):
                values[name] = self.overlay.renamed_id(kind, value) or value
        ident = desired.id
        if ident is None and not desired.kind.scope:
            ident = self.overlay.renamed_id(desired.kind, desired.values.get(desired.kind.name_option))
        return replace(desired, values=values, id=ident)

    def values_of_new(self, kind: Kind) -> Values:
        """The known defaults of a new object: an export in check mode leaves them out, too."""
        return self.inner.values_of_new(kind)

    def prefetch(self, reads: Sequence[tuple[Record, Collection[str], Desired]]) -> None:
        """Read several objects at once, and complete new objects."""
        current = [(self._as_it_is(record), missing, desired) for record, missing, desired in reads]
        self.inner.prefetch(current)
        for (record, missing, desired), (origin, _missing, _desired) in zip(reads, current):
            found = {name: origin.values[name] for name in missing if name in origin.values}
            # The service looks at both ends of a link, so it has seen the overlay.
            links = {name: value for name, value in found.items() if record.kind.by_name[name].inverse}
            record.values.update({**self.overlay.values(record.kind, record.id, found), **links})
            if is_placeholder(record.id):
                record.values.update(self._empty_values(record, self._to_settle(record, missing)))
                self._settle_unknown(record, self._to_settle(record, missing), desired)

    def _to_settle(self, record: Record, missing: Collection[str]) -> set[str]:
        """The options of a new object that reads would show, and whose values must be found without one."""
        return set(missing).difference(record.values, self._hidden[record.kind.name])

    def _empty_values(self, record: Record, missing: Collection[str]) -> Values:
        """What is known of a new object without being set."""
        empty = {name: value for name, value in empty_values(record.kind).items() if name in missing}
        return self.overlay.values(record.kind, record.id, empty)

    def _settle_unknown(self, record: Record, missing: Collection[str], desired: Desired) -> None:
        """Enter a current value for declared options of a new object whose values the service will choose."""
        unknown = []
        for item in record.kind.options:
            if item.name not in missing or item.name not in desired.values:
                continue
            if item.immutable or is_empty(desired.values[item.name]):
                # The service may refuse this difference, or there may be none.
                record.values[item.name] = desired.values[item.name]
            else:
                record.values[item.name] = None if item.type in ("list", "dict") else _NOT_KNOWN
                unknown.append(item.name)
        if unknown:
            self.inner.warnings.append(
                f"{record.kind.noun} {record.label} does not exist yet, so that check mode cannot compare its "
                f"{join_names(unknown)} and reports a change."
            )

    def read(self, record: Record, missing: Collection[str]) -> Values:
        """What the service shows of an object; of a new one what is known without being set."""
        if is_placeholder(record.id):
            return self._empty_values(record, self._to_settle(record, missing))
        current = self._as_it_is(record)
        values = self.inner.read(current, missing)
        current.values.update(values)
        return self.overlay.values(record.kind, record.id, values)

    def _as_it_is(self, record: Record) -> Record:
        return self._current.get((record.kind.name, record.id), record)

    def _assumed(self, kind: Kind, desired: Sequence[Desired], records: Sequence[Record]) -> list[Record]:
        """Objects that declarations refer to and that do not exist, if an earlier task may create them."""
        if not self._assume_references or not kind.creatable:
            return []
        known = {kind.normalize_name(name) for record in records for name in (record.id, record.label)}
        known |= {kind.normalize_name(one.label) for one in desired if one.kind is kind and one.present}
        assumed = {}
        for value, referrer in _referred(kind, desired):
            if kind.normalize_name(value) not in known:
                scope = {kind.scope: referrer.values.get(kind.scope)} if kind.scope else {}
                assumed[value] = Record(kind, value, {**scope, kind.name_option: value}, out_of_scope=True)
        if assumed:
            self.inner.warnings.append(
                f"There is no {kind.noun} {join_names(assumed)}. Check mode assumes that an earlier task creates it, "
                "because it does not know the changes of earlier tasks on this connection. A run fails without it."
            )
        return list(assumed.values())

    # -- the rest of a service ---------------------------------------------------------------------------------------

    def listing_doubts(self) -> Mapping[str, str]:
        """Why listings of the account as it is may lack objects."""
        return self.inner.listing_doubts()

    def finds_more(self, kinds: Collection[str]) -> bool:
        """Whether listings of the account as it is have more objects."""
        return self.inner.finds_more(kinds)

    def validate_names(self, kind: Kind, records: Sequence[Record], desired: Sequence[Desired]) -> None:
        """Check the declared names in the way of the service."""
        self.inner.validate_names(kind, records, desired)

    def validate_plan(self, steps: Sequence[Step], records: Mapping[str, list[Record]]) -> Sequence[Any]:
        """The reasons of the service to refuse a plan."""
        return self.inner.validate_plan(steps, records)

    def filter_objects(self, kind: Kind, records: list[Record], filters: Values) -> list[Record]:
        """The listed objects that match the filters of an info module."""
        return self.inner.filter_objects(kind, records, filters)

    def listing_scope(self, kind: Kind, filters: Values) -> Sequence[Desired]:
        """The part that an info module lists."""
        return self.inner.listing_scope(kind, filters)

    def fetch_include(self, record: Record, name: str, filters: Values) -> Any:
        """What an info module adds to an object; None for a new object."""
        return None if is_placeholder(record.id) else self.inner.fetch_include(self._as_it_is(record), name, filters)

    def send_raw(self, request: RawRequest) -> RawAnswer:
        """Send a request that a user has written, if it reads. The answer is that of the account as it is."""
        if request.changes:
            raise _written()
        return self.inner.send_raw(request)

    def close(self) -> None:
        """Close the account."""
        self.inner.close()

    def create(self, kind: Kind, values: Values) -> Record | str | None:
        """Refuse to write."""
        raise _written()

    def update(self, record: Record, values: Values, subresource: str) -> None:
        """Refuse to write."""
        raise _written()

    def delete(self, record: Record, controls: Values) -> None:
        """Refuse to write."""
        raise _written()


def _written() -> MonitoringError:
    return MonitoringError("check mode tried to write; this is a bug, report it")


def _referred(kind: Kind, desired: Sequence[Desired]) -> list[tuple[str, Desired]]:
    """What present objects refer to as objects of a kind, and who refers."""
    return [
        (str(one), referrer)
        for referrer in desired
        if referrer.present
        for name, value in referrer.values.items()
        if referrer.kind.by_name[name].reference == kind.name
        for one in (value if isinstance(value, list) else [value])
        if not is_empty(one)
    ]


def predict(
    account: PredictedAccount, desired: Sequence[Desired], predictions: Predictions, *, is_kept: bool, **options: Any
) -> Outcome:
    """What a task would do, after what the earlier tasks would have done.

    :param predictions: where later tasks find what this one would change
    :param is_kept: whether the task would change anything in a run without check mode
    :param options: parameters of C(reconcile)
    :raises MonitoringError: as C(reconcile)
    """
    account.use(predictions.read())
    outcome = reconcile(account, desired, check=True, **options)
    if not any(result.action for result in outcome.results):
        return outcome
    if not is_kept:
        return outcome
    with predictions.lock() as draft:
        if draft.overlay.generation != account.overlay.generation:
            # A task of another host was faster.
            account.use(draft.overlay)
            outcome = reconcile(account, desired, check=True, **options)
        draft.overlay.add(account.kinds, outcome, account.is_secret)
        draft.save()
    return outcome
