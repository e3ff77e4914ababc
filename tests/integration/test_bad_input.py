# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every bad value of every option is refused in one sentence before any request, or taken as it is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible.release import __version__ as core_version

from integration import bad_input
from integration.bad_input import GOOD, MODULES, PAGE, TOGETHER, TRACEBACK, Bad, Listener, Told, told
from integration.conftest import CREDENTIALS
from integration.harness import Account

# How a sentence says what is allowed.
ALLOWED = re.compile(r"\bmust (not )?be\b|cannot be null|\bneeds\b|has no |only one of|missing")
LONGEST = 250
Sentences = tuple[Told, ...]


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """A server that nothing refused may reach."""
    with bad_input.listening() as listener:
        yield listener


@pytest.fixture(scope="module")
def users(listener: Listener) -> Mapping[str, Account]:
    """An account at each service, whose server hangs up; no failure is waited for."""
    limits = {"api_url": listener.url, "api_retries": "0", "api_max_wait": "0", "api_timeout": "5"}
    return {
        service: Account(service, {f"{service}_{name}".upper(): text for name, text in {**limits, **login}.items()})
        for service, login in CREDENTIALS.items()
    }


def _ask(listener: Listener, users: Mapping[str, Account], bad: Bad, check: bool = False) -> str | None:
    user = users[bad.module.partition("_")[0]]
    return told(listener, user, bad.module, {**GOOD.get(bad.module, {}), bad.option: bad.value}, check)


@pytest.fixture(scope="module")
def sentences(listener: Listener, users: Mapping[str, Account]) -> Sentences:
    """What is said to each bad value that is refused."""
    asked = ((bad, _ask(listener, users, bad)) for module in MODULES for bad in bad_input.bad_options(module))
    return tuple(Told(bad, sentence) for bad, sentence in asked if sentence is not None)


@pytest.mark.parametrize("module", MODULES)
def test_good_options_are_taken(listener: Listener, users: Mapping[str, Account], module: str) -> None:
    """Or nothing would be shown by what is refused."""
    before = listener.connections
    assert told(listener, users[module.partition("_")[0]], module, GOOD.get(module, {})) is None
    assert listener.connections > before


OURS = pytest.mark.skipif(
    tuple(map(int, core_version.split(".")[:2])) < (2, 19),
    reason="of a null where a text is needed, ansible-core before 2.19 says in its own words that it is none",
)


@OURS
def test_the_page_of_bad_input_is_what_modules_say(
    listener: Listener, users: Mapping[str, Account], sentences: Sentences
) -> None:
    together = []
    for module, options in TOGETHER:
        sentence = told(listener, users[module.partition("_")[0]], module, options)
        assert sentence is not None, (module, options)
        together.append((module, options, sentence))
    page = bad_input.page(sentences, together)
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(page, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page


@OURS
def test_each_sentence_names_the_option_and_what_is_allowed(sentences: Sentences) -> None:
    bad = [row for row in sentences if not _good(row)]
    assert not bad, "\n".join(f"{row.bad.module} {row.bad.option}={row.bad.value!r}: {row.sentence}" for row in bad)


def _good(row: Told) -> bool:
    text = row.sentence
    named = re.search(rf"(?<!\w){row.bad.option}(?!\w)", text) is not None
    jargon = re.search(r"<class|\b(None|NoneType)\b|\bdict\b|Traceback|traceback", text) is not None
    return named and bool(ALLOWED.search(text)) and not jargon and "\n" not in text and len(text) <= LONGEST


def test_a_bad_value_is_refused_in_check_mode_too(
    listener: Listener, users: Mapping[str, Account], sentences: Sentences
) -> None:
    refused = [row for row in sentences if not row.sentence.startswith(TRACEBACK)]
    assert not [row.bad for row in refused if _ask(listener, users, row.bad, check=True) is None]


def test_no_secret_is_repeated(sentences: Sentences) -> None:
    rows = [row for row in sentences if row.bad.secret and row.bad.value]
    assert rows
    assert not [row for row in rows if re.search(r"\btext\b|no such/thing|\b1\b|\b83\b|True|\bx{3,}", row.sentence)]


@pytest.mark.parametrize("value", [{"a": 1}, True])
def test_a_text_is_not_made_of_anything_else(sentences: Sentences, value: Any) -> None:
    """Or there would be an object that is called {'a': 1}, or False where NO was meant."""
    refused = {(row.bad.module, row.bad.option) for row in sentences if row.bad.value == value}
    texts = {
        (module, option)
        for module in MODULES
        for option, spec in bad_input.specification(module).items()
        if spec["type"] == "str"
    }
    assert texts <= refused, sorted(texts - refused)


def test_what_a_sentence_allows_is_taken(
    listener: Listener, users: Mapping[str, Account], sentences: Sentences
) -> None:
    """The limits themselves, and each of the choices; what is refused for another reason is not refused for this."""
    tried = set()
    for row in sentences:
        for value, fits in _limits(row):
            key = (row.bad.module, row.bad.option, str(value))
            if key not in tried:
                tried.add(key)
                sentence = _ask(listener, users, replace(row.bad, value=value))
                assert (_about(row, sentence)) is not fits, (key, sentence)
    assert len(tried) > 300


def _about(row: Told, sentence: str | None) -> bool:
    """Whether a sentence says that the option is wrong in itself."""
    return re.match(rf"{row.bad.option}(\[0\])? (must|cannot)", sentence or "") is not None


def _limits(row: Told) -> Iterator[tuple[Any, bool]]:
    """Values that a sentence allows, and those next to them that it does not."""
    inside = isinstance(row.bad.value, list)
    found: list[tuple[Any, bool]] = []
    if limits := re.search(r"must be from (-?\d+) to (-?\d+)", row.sentence):
        low, high = map(int, limits.groups())
        found += [(low, True), (high, True), (low - 1, False), (high + 1, False)]
    elif limits := re.search(r"must be at least (-?[\d.]+\d|-?\d+)", row.sentence):
        number = float(limits[1]) if "." in limits[1] else int(limits[1])
        found += [(number, True), (number - 1, False)]
    elif choices := re.search(r"must be one of (.+?), not ", row.sentence):
        found += [(choice, True) for choice in choices[1].split(", ")]
    yield from (([value] if inside else value, fits) for value, fits in found)


@pytest.mark.parametrize("service", bad_input.TITLES)
def test_in_a_config_task_the_sentence_is_the_same_after_the_place(
    listener: Listener, users: Mapping[str, Account], sentences: Sentences, service: str
) -> None:
    alone = {(row.bad.module, row.bad.option, bad_input.shown(row.bad.value)): row for row in sentences}
    checked = 0
    for config_key, spec in bad_input.specification(f"{service}_config").items():
        if "options" not in spec:
            continue
        module = next(name for name in MODULES if name in (f"{service}_{config_key}", f"{service}_{config_key[:-1]}"))
        for bad in bad_input.bad_options(module, spec["options"]):
            row = alone.get((module, bad.option, bad_input.shown(bad.value)))
            item = {**GOOD[module], bad.option: bad.value}
            given = item if spec["type"] == "dict" else [item]
            sentence = told(listener, users[service], f"{service}_config", {config_key: given})
            assert (sentence is None) == (row is None), (bad, row, sentence)
            if row is not None and sentence is not None and not row.in_ansibles_words:
                checked += 1
                place = config_key if spec["type"] == "dict" else rf"{config_key}\[0\]"
                pattern = rf"{place}( \(.*\))?: {re.escape(row.sentence)}"
                assert re.fullmatch(pattern, sentence), (bad, row.sentence, sentence)
    assert checked
