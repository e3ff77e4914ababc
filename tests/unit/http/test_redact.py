# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets do not leave the collection in any spelling."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._core.values import MASK
from ansible_collections.declarative.monitoring.plugins.module_utils._http.redact import Redactor

SECRETS = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=20).filter(
    # What is part of the mask or of the sentence around it cannot be told from it.
    lambda text: text.strip() and not set("*<>") & set(text) and text.casefold() not in "before after"
)


@pytest.mark.parametrize(
    "spell",
    [
        str,
        lambda secret: quote(secret, safe=""),
        quote,
        quote_plus,
        lambda secret: json.dumps(secret)[1:-1],
        lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
        lambda secret: b64encode(secret.encode()).decode().rstrip("="),
        lambda secret: urlsafe_b64encode(secret.encode()).decode().rstrip("="),
        lambda secret: repr(secret.encode())[2:-1],
    ],
    ids=["plain", "segment", "path", "query", "json", "json-utf8", "base64", "base64url", "bytes"],
)
@given(secret=SECRETS)
@example(secret='a/b "c" \\ ü X')
@example(secret="???~~~???")
def test_a_secret_is_masked_in_every_spelling(spell: Callable[[str], str], secret: str) -> None:
    assert Redactor([secret]).text(f"<{spell(secret)}>") == f"<{MASK}>"


def test_the_padding_of_base64_does_not_keep_a_secret_readable() -> None:
    assert Redactor(["s3cret-key"]).text(b64encode(b"s3cret-key").decode()) == f"{MASK}=="


def test_a_secret_is_masked_whatever_the_case_of_its_percent_signs() -> None:
    assert Redactor(["a/b c"]).text("at a%2fb%20c") == f"at {MASK}"


@pytest.mark.parametrize("secret", ["ΣΑΣ", "İstanbul", "Straße-ß"])
def test_a_secret_is_masked_in_any_case_wherever_it_stands(secret: str) -> None:
    for text in (secret, f"x{secret}x", f"a {secret}.b", f"{secret}s"):
        assert MASK in Redactor([secret]).text(text)


def test_a_secret_that_begins_another_does_not_leave_the_rest_readable() -> None:
    assert Redactor(["key", "key-and-more"]).text("key-and-more key") == f"{MASK} {MASK}"


def test_keys_and_values_at_any_depth_are_masked_and_other_values_stay() -> None:
    data = {"s3cret": ["a s3cret", {"x": ("s3cret", 5, None, True)}], "n": 1.5}
    assert Redactor(["s3cret"]).data(data) == {MASK: [f"a {MASK}", {"x": [MASK, 5, None, True]}], "n": 1.5}


def test_a_number_that_is_a_secret_is_masked_and_others_stay() -> None:
    assert Redactor(["12345678"]).data([12345678, 123456789, 1.5]) == [MASK, 123456789, 1.5]


def test_an_empty_secret_masks_nothing() -> None:
    redactor = Redactor(["", "s3cret"])
    redactor.add("")
    assert redactor.text("words") == "words"


def test_a_secret_learnt_later_is_masked_like_the_first() -> None:
    redactor = Redactor()
    assert redactor.text("token-1") == "token-1"
    redactor.add("token-1")
    redactor.add("token-2")
    assert redactor.text("token-1, token-2") == f"{MASK}, {MASK}"


@pytest.mark.parametrize("secret", ["monitor", "Production", "berlin", "1234567", "a b"])
def test_a_secret_that_may_be_a_part_of_any_name_is_masked_in_messages_alone(secret: str) -> None:
    """The user's password must not make another name of "Monitored web"."""
    redactor = Redactor([secret])
    name = f"{secret}ed web"
    assert redactor.objects({"name": name, "size": 1234567, name: [name]}) == {
        "name": name,
        "size": 1234567,
        name: [name],
    }
    assert redactor.text(f"refused: {secret}") == f"refused: {MASK}"


@pytest.mark.parametrize("secret", ["s3cret-4", "sandbox-key", "12345678", "abcdefghijklmnopqrst", "two words"])
def test_a_distinctive_secret_is_masked_in_objects_too(secret: str) -> None:
    assert Redactor([secret]).objects([f"Key {secret}"]) == [f"Key {MASK}"]
