# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The version of the collection, which runs where its galaxy.yml is not. A test compares the two."""

from __future__ import annotations

VERSION = "0.9.0"
