# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several services share: ids of new objects, polling, and what tells accounts apart."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.connection import account_name
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Desired, Record
from ansible_collections.declarative.monitoring.plugins.module_utils._services.common import (
    created_id,
    created_object,
    find_named,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import SERVICES
from unit.core.fake import GROUP, ITEM, want


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


@pytest.mark.parametrize(
    ("desired", "found"),
    [
        ([], []),
        ([Desired(GROUP, {"name": "new"}, renamed_from=("old",))], ["1"]),
        ([Desired(GROUP, {"name": "other"}, renamed_from=("old",))], []),
        ([Desired(ITEM, {"group": "g", "name": "new"}, renamed_from=("old",))], []),
        ([want(GROUP, group_id="2", name="new")], ["2"]),
        ([want(GROUP, group_id="2", name="other")], []),
    ],
)
def test_an_object_that_gets_a_name_is_found_by_it(desired: list[Desired], found: list[str]) -> None:
    records = [Record(GROUP, ident, {"name": name}) for ident, name in (("1", "old"), ("2", "second"))]
    assert [record.id for record in find_named(records, desired, ["new"])] == found


def test_of_a_new_object_only_its_texts_are_taken_from_the_answer() -> None:
    """The server may have altered them. What else it shows may lag behind."""
    answer = {"item": {"id": 7, "Name": "a ", "mode": "a", "Size": 3, "Config": {}}}
    created = created_object(ITEM, answer, ("item",))
    assert isinstance(created, Record)
    assert (created.id, created.values) == ("7", {"name": "a "})


@pytest.mark.parametrize(
    ("service", "names"),
    [
        ("alertra", {"api_key"}),
        ("pinghome", {"api_token"}),
        ("pingplotter", {"api_key"}),
        ("portmonitor", {"app_key", "auth_token", "login_email"}),
        # The address is that of the server of one customer.
        ("simplehelp", set()),
    ],
)
def test_accounts_are_told_apart_by_their_address_and_by_what_is_no_password(service: str, names: set[str]) -> None:
    """Predictions of check mode are those of one account, and a file with them must not reveal a password."""
    kind = SERVICES[service]
    options = {"api_url": "https://api.example.com", **{item.name: "x" for item in kind.credentials}}
    known = account_name(kind, options)
    assert {name for name in options if account_name(kind, {**options, name: "y"}) != known} == {"api_url", *names}
    assert account_name(kind, {**options, "api_url": "https://API.example.com/"}) == known
