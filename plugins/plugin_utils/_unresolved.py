# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Templates and encrypted texts: how they are told from other values, and resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.utils.unsafe_proxy import AnsibleUnsafe

try:
    from ansible.template import is_trusted_as_template
except ImportError:  # up to ansible-core 2.18, where a text is a template unless it is marked as none

    def is_trusted_as_template(value: Any) -> bool:
        """Whether a text is a template if it looks like one."""
        return not isinstance(value, AnsibleUnsafe)


_ENCRYPTED = ("AnsibleVaultEncryptedUnicode", "EncryptedString")
_MARKS = ("{{", "{%", "{#")


def is_open(value: Any) -> bool:
    """Whether a value, or a part of it, is a template or is encrypted."""
    if type(value).__name__ in _ENCRYPTED:
        return True
    if isinstance(value, str):
        return any(mark in value for mark in _MARKS) and bool(is_trusted_as_template(value))
    if isinstance(value, Mapping):
        return any(map(is_open, value.values()))
    return isinstance(value, list) and any(map(is_open, value))


def resolver(templar: Any) -> Callable[[Any], Any]:
    """A function that evaluates the templates in a value, and decrypts the encrypted texts in it.

    It raises an AnsibleError if it cannot.
    """
    return lambda value: decrypt(templar.template(value))


def decrypt(value: Any) -> Any:
    """The value with all encrypted texts in it as texts. Up to ansible-core 2.18, they reach plugins as they are.

    :raises AnsibleError: if a text cannot be decrypted
    """
    if type(value).__name__ in _ENCRYPTED:
        return str(value)
    if isinstance(value, Mapping):
        return {key: decrypt(inner) for key, inner in value.items()}
    return [decrypt(inner) for inner in value] if isinstance(value, list) else value
