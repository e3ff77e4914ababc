# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Excludes what there is when this is imported from garbage collection.

What ansible-core has imported and read stays until the end of the run. Each full collection would go through all of it,
in the main process and in each worker, where that copies its memory.
"""

from __future__ import annotations

import gc

gc.freeze()
