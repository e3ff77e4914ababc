# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several services share: ids of new objects, and polling."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._services.common import created_id


@pytest.mark.parametrize(
    ("answer", "ident"),
    [
        ({"tag_id": 7}, "7"),
        ({"id": "7", "name": "a"}, "7"),
        ({"tag": {"id": 7}}, "7"),
        ([{"id": 7}], "7"),
        ({"tag": {"name": "a"}}, None),
        ({"message": "created"}, None),
        ([{"id": 7}, {"id": 8}], None),
        ([], None),
        ("created", None),
        (None, None),
    ],
)
def test_the_id_in_the_answer_to_a_creation(answer: Any, ident: str | None) -> None:
    assert created_id(answer, ("tag", "tags"), ("tag_id", "id")) == ident
