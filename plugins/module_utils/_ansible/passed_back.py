# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results that are passed back as options: what they contain, but no option can hold, is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.module_utils.common.warnings import warn

from .._core.errors import InputError
from .._core.kind import Field, Kind
from .._core.values import MASK, Values, join_names

# Without more asterisks around it: people draw lines with those.
_MASKED = re.compile(rf"(?<!\*){re.escape(MASK)}(?!\*)")


def accept_passed_back(params: Values, kinds: Mapping[str, Kind]) -> None:
    """Remove from the options what only a result has, and warn of the values that are ignored.

    :param params: the options as the user wrote them
    :param kinds: the kind of the objects in each option; the key C("") stands for the options themselves
    """
    ignored: set[str] = set()
    for item, kind in _objects(params, kinds):
        drop_masks(item, kind)
        ignored |= drop_read_only(item, kind)
    if ignored:
        warn(f"Only the service sets {', '.join(sorted(ignored))}: ignored.")


def _objects(params: Values, kinds: Mapping[str, Kind]) -> Iterator[tuple[Values, Kind]]:
    for option, kind in kinds.items():
        value = params.get(option) if option else params
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield item, kind


def drop_read_only(item: Values, kind: Kind) -> set[str]:
    """Remove the fields that only the service sets, and return their names."""
    read_only = kind.by_name.keys() - {field.name for field in kind.options}
    # A machine has a read-only field "state". A user who sets it to absent does not mean that field.
    dropped = {name for name in read_only & item.keys() if item[name] not in ("present", "absent")}
    for name in dropped:
        del item[name]
    return dropped


def drop_masks(item: Values, kind: Kind) -> None:
    """Remove the masks of secret dictionaries, which Ansible would refuse because they are no dictionaries."""
    for field in kind.options:
        if field.type == "dict" and is_mask(field, item.get(field.name)):
            del item[field.name]


def contains_mask(value: Any) -> bool:
    """Whether a text in a value was copied from a result in which a secret is masked.

    The service has another text, so that the value would change an object, or be the name of no object.
    """
    if isinstance(value, dict):
        return any(map(contains_mask, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(contains_mask, value))
    return isinstance(value, str) and _MASKED.search(value) is not None


def refuse_masks(values: Mapping[str, Any]) -> None:
    """Check that no value of an option has a mask in it, which results show instead of a secret.

    :param values: by the name of the option in messages
    :raises InputError: naming the options
    """
    masked = [name for name, value in values.items() if contains_mask(value)]
    if masked:
        raise InputError(
            f"{join_names(masked)} must not contain {MASK}, which results show instead of a secret: write the text "
            "that the service has, or leave the option out"
        )


def is_mask(item: Field, value: Any) -> bool:
    """Whether a value is the mask that results have instead of a secret."""
    return item.secret and bool(value == MASK)
