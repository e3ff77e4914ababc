# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Listings that may lack objects: what a run must not conclude from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from .errors import InputError, Problem
from .objects import Observed


def refuse_conclusions(objects: Sequence[Observed], doubts: Mapping[str, str], prune: Collection[str]) -> None:
    """Refuse to create an object that a listing may hide, to treat it as absent, and to prune by such a listing.

    :param objects: the declared objects
    :param doubts: why a listing may lack objects, by the name of the kind
    :param prune: the names of the kinds whose undeclared objects are deleted
    :raises InputError: naming the objects, and why it is not known whether they exist
    """
    problems = [
        one.desired.with_location(_may_exist(one, doubts[one.desired.kind.name]))
        for one in objects
        if one.record is None and one.desired.kind.name in doubts
    ]
    problems += [
        Problem(f"prune needs the whole list of {name}s, but {doubts[name]}") for name in doubts if name in prune
    ]
    if problems:
        raise InputError(*problems)


def _may_exist(observed: Observed, doubt: str) -> str:
    kind = observed.desired.kind
    hint = f"; if it exists, set {kind.id_option}" if kind.id_option and observed.desired.id is None else ""
    return f"{observed.title} is not in the list, but may exist: {doubt}. Nothing was changed{hint}"
