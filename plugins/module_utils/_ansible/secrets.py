# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which values of options are secrets, beyond those that Ansible knows, and the masking of secret dictionaries."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .._core.values import MASK, Values
from .specs import Spec, nested_options

_NOT_SHOWN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""What Ansible shows instead of a secret option."""

_SHORTEST = 8
"""The length from which a value in a secret dictionary, such as headers, is treated as a secret and not as a word."""


def url_password(url: Any) -> set[str]:
    """The password in a URL, if there is one; a text that is no URL has none."""
    try:
        password = urlsplit(url or "").password
    except ValueError:
        return set()
    return {password} if password else set()


def short_words(params: Values, spec: Spec) -> set[str]:
    """The values in secret dictionaries that are too short to be secrets.

    Ansible masks every value of a secret dictionary in all texts. A word such as C(https) must not be masked there.
    """
    found: set[str] = set()
    for name in _secret_dicts(params, spec):
        found |= {str(value) for value in params[name].values() if len(str(value)) < _SHORTEST}
    for item, options in nested_options(params, spec):
        found |= short_words(item, options)
    return found


def mask_secret_dicts(params: Values, spec: Spec) -> None:
    """Replace secret dictionaries, such as headers, by a mask."""
    for name in _secret_dicts(params, spec):
        params[name] = MASK
    for item, options in nested_options(params, spec):
        mask_secret_dicts(item, options)


def shown_params(params: Values, spec: Spec) -> Values:
    """The options as the result of a module repeats them, without secrets.

    Declared objects are left out: they are most of the options, and a malformed one may have a secret anywhere. So may
    an option with a misspelt name.
    """
    return {
        name: _NOT_SHOWN if value and spec[name].get("no_log") and value != MASK else value
        for name, value in params.items()
        if name in spec and "options" not in spec[name]
    }


def _secret_dicts(params: Values, spec: Spec) -> list[str]:
    return [name for name, option in spec.items() if option.get("no_log") and isinstance(params.get(name), dict)]
