# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that modules accept besides those of their options."""

from __future__ import annotations

from .._core.values import Values
from .specs import Spec, nested_options


def accept_message_alias(params: Values, spec: Spec) -> None:
    """Rename C(message) to C(message_text): Ansible allows no option and no alias of the name C(message)."""
    if "message_text" in spec and "message" in params and "message_text" not in params:
        params["message_text"] = params.pop("message")
    for item, options in nested_options(params, spec):
        accept_message_alias(item, options)
