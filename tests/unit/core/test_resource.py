# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user may write, what counts as the same, and what is sent."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.parse import parse_object
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.validate import parse_options
from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import InputError
from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Field, Kind
from ansible_collections.declarative.monitoring.plugins.module_utils._core.objects import Record, by_key
from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import MASK
from ansible_collections.declarative.monitoring.plugins.module_utils._services.common import snake_case, snake_keys
from ansible_collections.declarative.monitoring.plugins.module_utils._services.pinghome.conditions import Conditions
from ansible_collections.declarative.monitoring.plugins.module_utils._services.simplehelp.nested import Nested
from unit.core.fake import GROUP, ITEM, TAG, Fake


def kind(*fields: Field, **options: Any) -> Kind:
    """A kind of these fields."""
    return Kind(
        **{
            "name": "x",
            "plural": "xs",
            "id_option": "x_id",
            "key": ("name",),
            "id_keys": ("id",),
            "fields": fields,
            **options,
        }
    )


# -- what a user may write ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "value", "message"),
    [
        (Field("f", type="int", choices=(1, 5)), 2, "must be one of 1, 5, not 2"),
        (Field("f", choices=("a", "b")), "c", "must be one of a, b, not 'c'"),
        (Field("f", type="int", minimum=1, maximum=120), 0, "must be from 1 to 120, not 0"),
        (Field("f", type="int", minimum=1, maximum=120), 121, "must be from 1 to 120, not 121"),
        (Field("f", type="int", minimum=0), -1, "must be at least 0, not -1"),
        (Field("f", type="float", minimum=0.5), 0.4, "must be at least 0.5, not 0.4"),
        (Field("f", type="int"), "many", "must be a whole number, not 'many'"),
        (Field("f", type="int"), 1.5, "must be a whole number, not 1.5"),
        (Field("f", type="int"), True, "must be a whole number, not True"),
        (Field("f", type="float"), "x", "must be a number, not 'x'"),
        (Field("f", type="bool"), "maybe", "must be true or false, not 'maybe'"),
        (Field("f", type="dict"), "x", "must be a dictionary, not a text$"),
        (Field("f", type="dict"), "[1]", "must be a dictionary, not a text$"),
        (Field("f", type="dict"), ["s3cret"], "must be a dictionary, not a list$"),
        (
            Field("f", type="list", elements="dict"),
            [[{"password": "s3cret"}]],
            r"\[0\] must be a dictionary, not a list$",
        ),
        (Field("f", type="list", elements="dict"), ["password: s3cret"], r"\[0\] must be a dictionary, not a text$"),
        (Field("f", type="int"), {"password": "s3cret"}, "must be a whole number, not a dictionary$"),
        (Field("f"), ["x"], "must be a string, not a list$"),
        (Field("f", type="list", elements="int"), ["x"], r"\[0\] must be a whole number, not 'x'"),
        (
            Field("f", pattern="[a-z]{1,3}", pattern_description="1 to 3 letters"),
            "abcd",
            "must be 1 to 3 letters, not 'abcd'",
        ),
        (Field("f", pattern="[a-z]+", pattern_description="letters"), "a\n", "must be letters"),
        (Field("f"), " ", "must not be empty, not ' '"),
        (Field("f"), None, "cannot be null: the service does not allow it to be empty"),
        (Field("f", secret=True, pattern="[a-z]+", pattern_description="letters"), "s3cret", "must be letters$"),
    ],
)
def test_what_is_refused_is_named_with_what_is_allowed(item: Field, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=f"^xs\\[2\\]: f ?{message}") as error:
        parse_options({"f": item}, {"f": value}, "xs[2]: ")
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    "values",
    [
        {"name": MASK},
        {"name": f"{MASK}ed web"},
        {"name": "a", "tags": [f"{MASK}ed"]},
        {"name": "a", "notes": f"The key is {MASK}."},
        {"name": "a", "properties": {"keys": [{"one": MASK}]}},
        {"name": "a", "properties": {MASK: 1}},
    ],
)
def test_a_text_with_a_mask_in_it_is_not_the_text_of_the_service(values: dict[str, Any]) -> None:
    """The plan would create an object of another name, or overwrite the text."""
    x = kind(
        Field("name"), Field("tags", type="list", reference="tag"), Field("notes"), Field("properties", type="dict")
    )
    option = list(values)[-1]
    with pytest.raises(
        InputError, match=rf"^{option} must not contain \*{{8}}, which results show instead of a secret"
    ):
        parse_object(Fake, x, values, values)


@pytest.mark.parametrize("text", ["*" * 9, f"{'*' * 20} READ THIS {'*' * 20}", "*" * 7])
def test_a_line_of_asterisks_is_no_mask(text: str) -> None:
    x = kind(Field("name"), Field("notes"), Field("password", secret=True))
    values = {"name": "a", "notes": text, "password": MASK}
    assert parse_object(Fake, x, values, values).values == {"name": "a", "notes": text}


@pytest.mark.parametrize(
    ("item", "value", "expected"),
    [
        (Field("f", type="int", minimum=1, maximum=120), "120", 120),
        (Field("f", type="int"), 5.0, 5),
        (Field("f", type="int", choices=(1, 5)), "5", 5),
        (Field("f", type="float"), "1.5", 1.5),
        (Field("f", type="bool"), "yes", True),
        (Field("f", type="bool"), 0, False),
        (Field("f", type="list"), "a, b", ["a", "b"]),
        (Field("f", type="list", elements="int"), ["1", 2], [1, 2]),
        (Field("f", type="list"), [], []),
        (Field("f", type="dict"), '{"a": 1}', {"a": 1}),
        (Field("f_id"), 5, "5"),
        (Field("f", clear_value=""), "", ""),
        (Field("f", clear_value=""), None, None),
        (Field("f", type="int", clear_value=0), None, None),
    ],
)
def test_what_is_allowed_becomes_what_it_was_meant_to_be(item: Field, value: Any, expected: Any) -> None:
    found = parse_options({"f": item}, {"f": value})["f"]
    assert (found, type(found)) == (expected, type(expected))


def test_our_own_mask_is_not_taken_for_a_secret() -> None:
    given = {"group": "1", "name": "A", "token": MASK}
    assert parse_object(Fake, ITEM, given, given).values == {"group": "1", "name": "A"}


# -- what is the same --------------------------------------------------------------------------------------------------

OBJECT = Field("f", type="dict")
SET = Field("f", type="list", compare="set")
MERGE = Nested("f", type="dict", compare="merge")
ROWS = Conditions("f", type="list", elements="dict")
JSON = Field("f", type="dict")


@pytest.mark.parametrize(
    ("item", "observed", "desired", "same"),
    [
        (Field("f", type="int"), "5", 5, True),
        (Field("f", type="int"), 5.0, 5, True),
        (Field("f", type="int"), 0, 5, False),
        (Field("f", type="int"), None, 0, False),
        (Field("f", type="float"), "1.50", 1.5, True),
        (Field("f", type="bool"), "true", True, True),
        (Field("f", type="bool"), 1, True, True),
        (Field("f", type="bool"), "0", False, True),
        (Field("f", type="bool"), None, False, False),
        (Field("f"), 7, "7", True),
        (Field("f"), "a", "A", False),
        (Field("f", clear_value=""), None, "", True),
        (Field("f", clear_value=""), "", None, True),
        (Field("f", clear_value=""), "x", None, False),
        (Field("f", compare="nocase"), "Anna@Example.com", "anna@example.COM", True),
        (Field("f", compare="nocase"), "STRASSE", "straße", True),
        (Field("f", compare="nocase"), "anna", "anne", False),
        (Field("f", type="dict", compare="headers"), {"Accept": "A", "X": 1}, {"x": "1", "ACCEPT": "A"}, True),
        (Field("f", type="dict", compare="headers"), '{"Accept": "A"}', {"accept": "A"}, True),
        (Field("f", type="dict", compare="headers"), {"Accept": "A"}, {"accept": "a"}, False),
        (Field("f", compare="url"), "http://x/", "http://x", True),
        (Field("f", compare="url"), "http://x/a", "http://x/a/", True),
        (Field("f", compare="url"), "http://x//", "http://x", False),
        (Field("f", compare="url"), "http://x/A", "http://x/a", False),
        (SET, ["b", "a"], ["a", "b"], True),
        (SET, ["a", "a"], ["a"], True),
        (SET, [7, 1], ["1", "7"], True),
        (SET, "a,b", ["b", "a"], True),
        (SET, None, [], True),
        (SET, "", [], True),
        (SET, ["a"], [], False),
        (SET, ["a"], ["a", "b"], False),
        (Field("f", type="list"), ["a", "b"], ["b", "a"], False),
        (Field("f", type="list"), ["a", "b"], ["a", "b"], True),
        (Field("f", type="list"), None, [], True),
        (OBJECT, {"a": 1, "b": None}, {"a": "1"}, True),
        (OBJECT, {"a": 1, "b": 2}, {"a": 1}, False),
        (OBJECT, None, {}, True),
        (OBJECT, {"p": {"a": 1, "b": [2]}}, {"p": {"b": ["2"], "a": "1"}}, True),
        (OBJECT, {"p": {"a": 1}}, {"p": {"a": 2}}, False),
        (OBJECT, {"p": [{"a": 1, "b": 2}]}, {"p": [{"b": 2, "a": 1}]}, True),
        (OBJECT, {"p": [1, 2]}, {"p": [2, 1]}, False),
        (MERGE, {"a": 1, "b": 2}, {"a": 1}, True),
        (MERGE, {"a": 1}, {"a": 2}, False),
        (MERGE, {"b": 1}, {"a": 1}, False),
        (MERGE, None, {"a": 1}, False),
        (JSON, '{"b": 1, "a": [2]}', '{"a":[2],"b":1}', True),
        (JSON, {"b": 1, "a": [2]}, '{"a":[2],"b":1}', True),
        (JSON, '{"a": 1}', '{"a": 2}', False),
        (JSON, "{odd", "{odd", True),
        (JSON, "{odd", {"odd": 1}, False),
        (ROWS, [{"a": 1, "id": 7}, {"b": "2"}], [{"b": 2}, {"a": 1}], True),
        (ROWS, [{"a": 1}], [{"a": 1}, {"a": 1}], False),
        (ROWS, [{"a": 1}, {"a": 1}], [{"a": 1}], False),
        (ROWS, [{"a": 1, "b": 2}, {"a": 1}], [{"a": 1}, {"a": 1, "b": 2}], True),
    ],
)
def test_the_same_said_in_another_way_is_no_change(item: Field, observed: Any, desired: Any, same: bool) -> None:
    assert item.same(observed, desired) is same


@given(words=st.lists(st.text(min_size=1)), seed=st.randoms(use_true_random=False))
def test_the_order_of_a_set_is_no_change(words: list[str], seed: random.Random) -> None:
    shuffled = list(words)
    seed.shuffle(shuffled)
    assert SET.same(shuffled, words)


_DATA = st.recursive(
    st.integers() | st.text() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


@given(value=st.dictionaries(st.text(), _DATA))
def test_a_json_string_is_the_object_in_it(value: Any) -> None:
    assert JSON.same(json.dumps(value, indent=3), json.dumps(value))


@given(
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text()),
    type_=st.sampled_from(["str", "int", "float", "bool", "list", "dict", "path"]),
    compare=st.sampled_from(["value", "set", "nocase", "merge"]),
)
def test_whatever_a_server_shows_can_be_compared_and_is_the_same_as_itself(
    value: Any, type_: str, compare: str
) -> None:
    compare = compare if (type_ == "list") >= (compare == "set") else "value"
    item = Field("f", type=type_, compare=compare)
    hash(item.normalize(value))
    assert item.same(value, value)


# -- what is read and sent ---------------------------------------------------------------------------------------------

HOST = kind(
    Field("name", ("Name", "name")),
    Field("size", "Size", type="int", clear_value=0, absent_is_empty_with=("name",)),
    Field("on", "On", type="bool"),
    Field("tags", type="list", compare="set"),
    Field("note", "Note", clear_value="", absent_is_empty_with=("size",)),
    Field("status", "Status", read_only=True),
    containers=("Config", "Settings"),
)


def test_a_value_is_read_wherever_the_answer_has_it_and_in_its_own_type() -> None:
    assert HOST.decode({"name": 5, "Config": {"Size": "7"}, "Settings": {"On": "1"}, "Other": 1}) == {
        "name": "5",
        "size": 7,
        "on": True,
    }
    assert HOST.decode({"Name": "a", "name": "b", "Size": 1, "Config": {"Size": 2}}) == {"name": "a", "size": 1}
    assert HOST.decode({"Config": None, "Settings": [1]}) == {}


def test_an_empty_value_reads_as_none_and_an_odd_one_as_it_is() -> None:
    assert HOST.decode({"Name": "", "Size": None, "On": "perhaps"}) == {"name": None, "size": None, "on": "perhaps"}


def test_a_value_that_is_not_shown_is_not_known() -> None:
    assert HOST.decode({"Name": "a"}) == {"name": "a"}


def test_a_value_that_a_detail_leaves_out_beside_others_is_empty() -> None:
    assert HOST.decode({"Name": "a"}, complete=True) == {"name": "a", "size": None}
    assert HOST.decode({"Size": 1}, complete=True) == {"size": 1, "note": None}
    assert HOST.decode({"Status": "ok"}, complete=True) == {"status": "ok"}


def test_a_body_has_the_documented_names_and_clears_what_is_null() -> None:
    assert HOST.encode({"name": "a", "size": None, "note": None, "on": False, "tags": ["t"]}) == {
        "Name": "a",
        "Size": 0,
        "Note": "",
        "On": False,
    }


def test_what_was_read_is_what_would_be_sent() -> None:
    body = {"Name": "a", "Size": 5, "On": True, "Note": "n"}
    assert HOST.encode(HOST.decode(body)) == body


def test_each_endpoint_gets_its_own_values_and_the_objects_own_come_first() -> None:
    parts = ITEM.by_subresource({"regions": ["r"], "name": "a", "size": 1})
    assert list(parts.items()) == [("", {"name": "a", "size": 1}), ("regions", {"regions": ["r"]})]
    assert ITEM.by_subresource({"regions": []}) == {"regions": {"regions": []}}


# -- what an object is called ------------------------------------------------------------------------------------------


def test_a_key_is_known_only_if_all_of_it_is() -> None:
    assert ITEM.key_of({"group": 7, "name": "a", "size": 1}) == ("7", "a")
    assert ITEM.key_of({"name": "a"}) is None
    assert ITEM.key_of({"group": "", "name": "a"}) is None
    assert kind(key=()).key_of({"name": "a"}) is None


def test_a_key_is_compared_as_its_fields_are() -> None:
    user = kind(Field("name", compare="nocase"))
    assert user.key_of({"name": "Anna"}) == user.key_of({"name": "anna"})


def test_a_label_is_the_name_else_the_id_else_the_noun() -> None:
    assert ITEM.label({"name": "a"}, "7") == "a"
    assert ITEM.label({"group": "7"}, "7") == "7"
    assert ITEM.label({}) == "item"
    assert kind(Field("name", type="list")).label({"name": ["a", "b"]}) == "a / b"


def test_objects_of_one_name_are_kept_apart() -> None:
    records = [Record(TAG, ident, {"name": name}) for ident, name in (("1", "a"), ("2", "b"), ("3", "a"))]
    found = by_key([*records, Record(TAG, "4", {})])
    assert {key: [record.id for record in group] for key, group in found.items()} == {("a",): ["1", "3"], ("b",): ["2"]}


def test_a_kind_stands_under_its_plural_in_a_declaration() -> None:
    assert (GROUP.config_key, kind(name="profile", plural="profiles", singleton=True).config_key) == (
        "groups",
        "profile",
    )


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("ShortName", "short_name"),
        ("emailAddress", "email_address"),
        ("uniqueID", "unique_id"),
        ("max_groupShSessions", "max_group_sh_sessions"),
        ("DNSTime", "dns_time"),
        ("UniqueId", "unique_id"),
        ("id", "id"),
    ],
)
def test_a_vendors_name_becomes_an_option(name: str, option: str) -> None:
    assert snake_case(name) == option
    assert snake_keys([{name: {name: 1}}]) == [{option: {option: 1}}]
