# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the trusted certificates of the system when this is imported.

Reading them takes 25 to 40 ms of processor time. Workers inherit what the main process of Ansible has read. A
connection with other certificates reads those, and so does one after the files of the system have changed.
"""

from __future__ import annotations

import contextlib

from ..module_utils._core.errors import InputError
from ..module_utils._http.tls import tls_context

# The first connection says what is wrong with them.
with contextlib.suppress(InputError, OSError):
    tls_context("", validate=True, ca_path=None)
