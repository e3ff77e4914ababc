# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stateful stand-in for the monitoring services, for tests, the demo and rehearsals.

Nothing is imported here, so that `sandbox.client` works in an interpreter without the server's framework.
"""

from __future__ import annotations
