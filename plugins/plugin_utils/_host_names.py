# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of hosts from names at a service, which anybody may have chosen."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence

from ..module_utils._core.display import visible

_UNSAFE = "\0"
"""Stands for characters that are replaced."""


def safe_name(name: str) -> str:
    """A name of letters, digits, dots, hyphens and underscores that begins with neither a dot nor a hyphen.

    Other characters have a meaning in patterns (C(*), C(:), C(,), C(!), a space), in the paths of C(host_vars), in
    templates, for AWX (C(:)) or on a screen. A hyphen in front begins an option of C(ssh).

    :returns: the name, each series of other characters replaced by an underscore; empty if nothing is left
    """
    marked = "".join(char if _is_safe(char) else _UNSAFE for char in name)
    return re.sub(f"{_UNSAFE}+", "_", marked.lstrip(f"{_UNSAFE}.-").rstrip(_UNSAFE))


def plain_name(name: str) -> str:
    """A name with only those characters replaced that are never a part of one: invisible characters and braces.

    Before ansible-core 2.19, the name of a host is evaluated as a template.
    """
    return "".join("_" if char in "{}" or visible(char) != char else char for char in name).strip().lstrip("-")


def _is_safe(char: str) -> bool:
    # A letter may be followed by marks that are a part of it.
    return char.isalnum() or char in "._-" or unicodedata.category(char) in ("Mn", "Mc")


def safe_id(ident: str) -> str:
    """An id as a part of a name. Different ids stay different."""
    safe = safe_name(ident)
    if safe == ident:
        return safe
    return f"{safe}-{hashlib.sha256(ident.encode()).hexdigest()[:8]}".lstrip("-")


def service_host_names(service: str, wanted: Sequence[tuple[str, str]], taken: Collection[str]) -> list[str]:
    """Unique names of the hosts of a service. A name that is taken has the service in front.

    :param wanted: for each host the desired name, or an empty one, and an id that no other host has
    :param taken: the names that none of the hosts may have
    """
    apart = [(f"{service}-{name or ident}" if not name or name in taken else name, ident) for name, ident in wanted]
    return host_names(apart, taken)


def host_names(wanted: Sequence[tuple[str, str]], taken: Collection[str] = ()) -> list[str]:
    """Unique names of hosts: the desired names, with the ids appended to those that are not unique, or are taken.

    :param wanted: for each host the desired name, and an id that no other host has
    :param taken: the names that none of the hosts may have
    """
    names = [name for name, _ident in wanted]
    counts = Counter(names)
    # A name with an id may be the name of another host, so that the ids may have to be appended more than once.
    while len(counts) < len(names) or not counts.keys().isdisjoint(taken):
        names = [
            f"{name}-{ident}" if counts[name] > 1 or name in taken else name
            for name, (_name, ident) in zip(names, wanted)
        ]
        counts = Counter(names)
    return names
