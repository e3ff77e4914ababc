# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What earlier tasks of a run in check mode would have changed in an account. Pure data.

The current state of an account with an overlay on top is the state that the account would have after these tasks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .kind import Field, Kind
from .objects import PendingId, Record, Step
from .outcome import Outcome
from .values import MASK, Values, entries, is_empty

_PLACEHOLDER = re.compile(r"predicted:[a-z_]+:[0-9]+")
_DIGEST = "digest"
_CREATED, _CHANGED, _DELETED = "created", "changed", "deleted"

IsSecret = Callable[[Any], bool]
"""Whether a value contains a secret of this run."""


def is_placeholder(value: Any) -> bool:
    """Whether a value is the id of an object that check mode has predicted, such as C(predicted:device:1)."""
    return isinstance(value, str) and _PLACEHOLDER.fullmatch(value) is not None


@dataclass
class Prediction:
    """What is predicted of one object.

    :param status: C(created), C(changed) or C(deleted)
    :param values: the options that are set; of a merged dictionary only the keys that are set
    :param base: what was known of the object before it was changed
    :param links: the links that are added (true) and removed (false), by option and id of the other end
    """

    status: str = _CHANGED
    values: Values = field(default_factory=dict)
    base: Values = field(default_factory=dict)
    links: dict[str, dict[str, bool]] = field(default_factory=dict)


class Overlay:
    """The predicted changes of an account.

    :param data: the overlay as ``to_data`` returned it; None for one without changes
    :param salt: makes the digests of secrets differ from run to run
    :ivar generation: how often changes have been added
    """

    def __init__(self, data: Mapping[str, Any] | None = None, salt: str = "") -> None:
        given = data or {}
        self.generation: int = given.get("generation", 0)
        self._salt: str = given.get("salt", salt)
        # What the declarations of this task have for each option that may hold a secret.
        self._candidates: dict[tuple[str, str], list[Any]] = {}
        self._issued: dict[str, int] = dict(given.get("issued", {}))
        self._objects: dict[str, dict[str, Prediction]] = {
            kind: {ident: Prediction(**one) for ident, one in objects.items()}
            for kind, objects in given.get("objects", {}).items()
        }

    def to_data(self) -> dict[str, Any]:
        """The overlay as data for JSON."""
        return {
            "generation": self.generation,
            "salt": self._salt,
            "issued": self._issued,
            "objects": {
                kind: {ident: asdict(one) for ident, one in objects.items()} for kind, objects in self._objects.items()
            },
        }

    # -- the predicted state ---------------------------------------------------------------------------------------

    def records(self, kind: Kind, listed: Sequence[Record]) -> list[Record]:
        """The objects of a kind as they would be.

        :param listed: the current objects; they stay as they are
        """
        predictions = self._predictions(kind)
        if not self._objects:
            return list(listed)
        current = [
            replace(record, values=self.values(kind, record.id, record.values))
            for record in listed
            if not self._is_gone(record, predictions)
        ]
        shown = {record.id for record in listed}
        keys = {kind.key_of(record.values) for record in current} - {None}
        others = (
            Record(kind, ident, self.values(kind, ident, {**self._base(kind, one), **_own(kind, one.values)}))
            for ident, one in predictions.items()
            if ident not in shown and _is_listed_elsewhere(kind, one)
        )
        # A task that really writes may have created an object that was predicted before.
        return current + [record for record in others if kind.key_of(record.values) not in keys]

    def values(self, kind: Kind, ident: str, values: Values) -> Values:
        """Current values of an object as they would be. What is not known of the object stays unknown."""
        if not self._objects:
            return values
        prediction = self._predictions(kind).get(ident, Prediction())
        found = {
            name: self._restored(kind, name, value, prediction.values[name]) if name in prediction.values else value
            for name, value in values.items()
        }
        for name, links in prediction.links.items():
            if name in found:
                found[name] = _linked(found[name], links)
        return {name: self._without_deleted(kind.by_name[name], value) for name, value in found.items()}

    def is_set(self, kind: Kind, ident: str, option: str) -> bool:
        """Whether earlier tasks would have set an option of an object."""
        return not is_empty(self._predictions(kind).get(ident, Prediction()).values.get(option))

    def declare(self, kind: Kind, declared: Sequence[Values]) -> None:
        """Say which values this task declares, among which the secrets of the overlay are looked for."""
        for values in declared:
            for name, value in values.items():
                self._candidates.setdefault((kind.name, name), []).append(value)

    def _base(self, kind: Kind, prediction: Prediction) -> Values:
        """The values of an object before the predicted changes."""
        return {name: self._known(kind, name, value) for name, value in _own(kind, prediction.base).items()}

    def _known(self, kind: Kind, name: str, value: Any) -> Any:
        """A value of the overlay. A secret is the declared value that has its digest, else a mask."""
        if not isinstance(value, dict) or value.keys() != {_DIGEST}:
            return value
        candidates = self._candidates.get((kind.name, name), ())
        return next((one for one in candidates if self.digest(kind.by_name[name], one) == value[_DIGEST]), MASK)

    def _restored(self, kind: Kind, name: str, current: Any, value: Any) -> Any:
        """A value of the overlay on top of the current one."""
        item, value = kind.by_name[name], self._known(kind, name, value)
        if item.compare == "merge" and isinstance(value, dict):
            merged = {**entries(current), **value}
            return {key: inner for key, inner in merged.items() if inner is not None}
        return value

    def renamed_id(self, kind: Kind, name: Any) -> str | None:
        """The id of the current object that would have a name which it does not have yet; None if there is none."""
        for ident, one in self._predictions(kind).items():
            new = one.values.get(kind.name_option)
            if one.status == _CHANGED and new is not None and kind.normalize_name(new) == kind.normalize_name(name):
                return ident
        return None

    def digest(self, item: Field, value: Any) -> str:
        """What an overlay has of a secret: equal for equal values."""
        text = f"{self._salt}:{item.name}:{item.normalize(value)}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def _predictions(self, kind: Kind) -> Mapping[str, Prediction]:
        """The predictions about the objects of a kind. Those of a view are joined with those of the kind itself."""
        own = self._objects.get(kind.name, {})
        if not kind.view_of:
            return own
        joined = dict(self._objects.get(kind.view_of, {}))
        for ident, one in own.items():
            other = joined.get(ident, one)
            joined[ident] = replace(other, values={**other.values, **one.values})
        return joined

    def _is_gone(self, record: Record, predictions: Mapping[str, Prediction]) -> bool:
        """Whether an object would be deleted, by itself or with the object that contains it."""
        prediction = predictions.get(record.id, Prediction())
        if prediction.status == _DELETED:
            return True
        values = {**record.values, **prediction.values}
        return any(self._is_deleted(record.kind.by_name[name].reference, values.get(name)) for name in record.kind.key)

    def _is_deleted(self, kind: str, ident: Any) -> bool:
        prediction = self._objects.get(kind, {}).get(str(ident)) if kind else None
        return prediction is not None and prediction.status == _DELETED

    def _without_deleted(self, item: Field, value: Any) -> Any:
        """The value of a field without references to objects that would be deleted."""
        if not item.reference:
            return value
        if isinstance(value, list):
            return [one for one in value if not self._is_deleted(item.reference, one)]
        return None if self._is_deleted(item.reference, value) else value

    # -- more predictions ------------------------------------------------------------------------------------------

    def add(self, kinds: Mapping[str, Kind], outcome: Outcome, is_secret: IsSecret) -> None:
        """Add what a task would change, and give placeholders as ids to the objects that it would create."""
        steps = outcome.plan.steps
        for step, result in zip(steps, outcome.results):
            if step.action in ("create", "recreate"):
                result.ident = self._issue(step.desired.kind.name)
        register = _Registration(self, kinds, [result.ident for result in outcome.results], is_secret)
        for index in outcome.plan.order:
            register.add(steps[index])
        self.generation += 1

    def _issue(self, kind: str) -> str:
        """The placeholder of a new object."""
        self._issued[kind] = self._issued.get(kind, 0) + 1
        return f"predicted:{kind}:{self._issued[kind]}"

    def at(self, kind: str, ident: str) -> Prediction:
        """The prediction about an object, to be changed."""
        return self._objects.setdefault(kind, {}).setdefault(ident, Prediction())

    def delete(self, kinds: Mapping[str, Kind], kind: Kind, ident: str) -> None:
        """Predict that an object is deleted, and with it the new objects that it contains."""
        self._objects.setdefault(kind.name, {})[ident] = Prediction(_DELETED)
        for inner in kinds.values():
            names = [name for name in inner.key if inner.by_name[name].reference == kind.name]
            for child, one in list(self._objects.get(inner.name, {}).items()):
                if one.status != _DELETED and any(one.values.get(name) == ident for name in names):
                    self.delete(kinds, inner, child)


class _Registration:
    """Adds the steps of one task to an overlay.

    :param idents: the ids of new objects, by the index of the step
    """

    def __init__(
        self, overlay: Overlay, kinds: Mapping[str, Kind], idents: Sequence[str | None], is_secret: IsSecret
    ) -> None:
        self._overlay, self._kinds, self._idents, self._is_secret = overlay, kinds, idents, is_secret

    def add(self, step: Step) -> None:
        """Add one step."""
        kind, new = step.desired.kind, self._idents[step.index]
        former: Values = {}
        if step.record is not None and step.action in ("delete", "recreate"):
            former = self._overlay.at(kind.name, step.record.id).values
            self._overlay.delete(self._kinds, kind, step.record.id)
        if new is not None:
            prediction = self._overlay.at(kind.name, new)
            prediction.status = _CREATED
            self._set(kind, new, step.after, step.after)
            # A secret that this task does not declare is only known by its digest.
            prediction.values.update({name: former[name] for name in former if step.after.get(name) == MASK})
            self._link(kind, new, {}, step.after)
        elif step.record is not None and step.action == "update":
            prediction = self._overlay.at(kind.name, step.record.id)
            if prediction.status == _CHANGED:
                prediction.base = prediction.base or self._stored(kind, step.record.values)
            # What could not be compared is sent, too, although no change is reported.
            sent = {name: step.after[name] for name in step.payload}
            self._set(kind, step.record.id, sent, step.desired.values)
            self._link(kind, step.record.id, step.record.values, sent)

    def _set(self, kind: Kind, ident: str, values: Values, declared: Values) -> None:
        """Set options of an object.

        :param declared: the options as they are declared, with only the declared keys of a merged dictionary
        """
        prediction = self._overlay.at(kind.name, ident)
        merged = {
            name: {**(prediction.values.get(name) or {}), **declared[name]}
            for name in values
            if kind.by_name[name].compare == "merge" and isinstance(declared.get(name), dict)
        }
        prediction.values.update(self._stored(kind, {**values, **merged}))

    def _stored(self, kind: Kind, values: Values) -> Values:
        """Values as an overlay has them: without links and write-only options, secrets as digests."""
        stored: Values = {}
        for name, value in values.items():
            item = kind.by_name[name]
            if not item.write_only and not item.inverse:
                stored[name] = self._without_secret(kind, item, self._resolved(value))
        return stored

    def _without_secret(self, kind: Kind, item: Field, value: Any) -> Any:
        # The names of objects are needed. Who uses a secret as a name does not keep it secret.
        is_name = name_in_key(kind, item) or bool(item.reference)
        if is_empty(value) or not (item.secret or (not is_name and self._is_secret(value))):
            return value
        return {_DIGEST: self._overlay.digest(item, value)}

    def _link(self, kind: Kind, ident: str, before: Values, after: Values) -> None:
        """Add and remove links, at both ends."""
        for name in after:
            item = kind.by_name[name]
            if not item.inverse:
                continue
            old, new = set(before.get(name) or ()), set(self._resolved(after[name]) or ())
            for other in old ^ new:
                self._set_link(kind.name, ident, name, other, present=other in new)
                self._set_link(item.reference, other, item.inverse, ident, present=other in new)

    def _set_link(self, kind: str, ident: str, name: str, other: str, *, present: bool) -> None:
        self._overlay.at(kind, ident).links.setdefault(name, {})[other] = present

    def _resolved(self, value: Any) -> Any:
        """A value with placeholders as the ids of new objects."""
        if isinstance(value, list):
            return [self._resolved(one) for one in value]
        return self._idents[value.step] if isinstance(value, PendingId) else value


def name_in_key(kind: Kind, item: Field) -> bool:
    """Whether a field identifies objects of a kind."""
    return item.name in kind.key or item.name == kind.scope


def empty_values(kind: Kind) -> Values:
    """What is known of a new object without being set: it has no links, and nothing in its subresources, and in the
    options that answers may leave out if they are empty.
    """
    empty: dict[str, Any] = {"list": [], "dict": {}}
    return {
        item.name: empty.get(item.type)
        for item in kind.options
        if item.reference or item.absent_is_empty_with or (item.subresource and item.type in empty)
    }


def _own(kind: Kind, values: Values) -> Values:
    """The values that a kind has fields for; a view has only some of the fields."""
    return {name: value for name, value in values.items() if name in kind.by_name}


def _is_listed_elsewhere(kind: Kind, prediction: Prediction) -> bool:
    """Whether a listing may lack an object that would be in it: one that is new, or that moves to another part."""
    if prediction.status == _CREATED:
        return True
    parents: Collection[str] = [name for name in kind.key if kind.by_name[name].reference]
    moves = any(name in prediction.values for name in (*parents, *filter(None, [kind.scope])))
    return prediction.status == _CHANGED and moves and bool(prediction.base)


def _linked(current: Any, links: Mapping[str, bool]) -> list[Any]:
    kept = [other for other in current or () if links.get(str(other), True)]
    return [*kept, *(other for other, present in links.items() if present and other not in kept)]
