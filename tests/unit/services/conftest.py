# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripted servers for the clients of the services."""

from __future__ import annotations

from unit.http.conftest import serve

__all__ = ["serve"]
