# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The profile of the property tests."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A busy machine is no failure, and what these tests find they find soon.
settings.register_profile("core", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("core")
