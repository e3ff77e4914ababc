# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of playbooks and roles in the type that they must have, from all types that JSON, YAML and AWX send.

YAML reads texts such as 0123, true and 10:00 without quotes as other types. Since ansible-core 2.19 this also happens
to the answers to surveys of AWX, with or without quotes.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from ._survey import survey_list

_TRUTHS = {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}
_HOUR = 60
_ADVICE = (
    "put it in quotes; in a survey of AWX, use one that begins with a letter, because ansible-core 2.19 and later "
    "change answers that look like a number, a date or a boolean"
)


class _AnswerError(Exception):
    """A value that is not allowed. The text is the end of a sentence that begins with the name of the variable."""


def survey_answers(
    values: Mapping[str, Any], types: Mapping[str, Any], defaults: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Variables in the types that they must have.

    :param values: the variables by name; None and a blank text mean that a variable is not set
    :param types: the type of each variable by name: C(bool), C(int), C(text), C(secret), C(reference), C(list),
        C(duration), C(time), C(dict), C(shifts), or a list of choices
    :param defaults: the values of variables that are not set; otherwise None, or an empty list or dictionary
    :returns: the C(answers) by name, and the C(problems), a sentence for each value that is not allowed
    """
    answers: dict[str, Any] = {}
    problems = []
    for name, kind in types.items():
        value = values.get(name)
        default = (defaults or {}).get(name, _unset(kind))
        try:
            answers[name] = default if _is_unset(value) else _convert(value, kind)
        except _AnswerError as exc:
            answers[name] = default
            problems.append(f"{name} {exc}.")
    return {"answers": answers, "problems": problems}


def _unset(kind: Any) -> Any:
    """The value of a variable of a type that is not set."""
    return {"list": [], "shifts": [], "dict": {}}.get(kind) if isinstance(kind, str) else None


def _is_unset(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _convert(value: Any, kind: Any) -> Any:
    if isinstance(kind, str):
        return _CONVERTERS[kind](value)
    return _choice(value, kind)


def _bool(value: Any) -> bool:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    truth = _TRUTHS.get(str(value).strip().lower())
    if truth is None:
        raise _AnswerError(f"must be true or false, not {value}")
    return truth


def _int(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise _AnswerError(f"must be a whole number, not {value}")
    try:
        return int(value)
    except (TypeError, ValueError):
        raise _AnswerError(f"must be a whole number, not {value}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _AnswerError(f"must be a text, but is {_describe(value)} ({value}): {_ADVICE}")
    return value.strip()


def _secret(value: Any) -> str:
    """A password. It is not stripped, and an error does not show it."""
    if not isinstance(value, str):
        raise _AnswerError(f"must be a text, but is {_describe(value)}, and nothing was set: {_ADVICE}")
    return value


def _reference(value: Any) -> str:
    """The number or name of a ticket. A number is taken as it is: a ticket without its leading zeros is still found."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _list(value: Any) -> list[str]:
    """A list of texts, from a list, or from a text with commas or line breaks."""
    if not isinstance(value, (str, list, tuple)):
        raise _AnswerError(f"must be a list of texts, but is {_describe(value)} ({value}): {_ADVICE}")
    items = survey_list(value)
    wrong = next((item for item in items if not isinstance(item, str)), None)
    if wrong is not None or None in items:
        raise _AnswerError(f"must be a list of texts, but one is {_describe(wrong)} ({wrong}): {_ADVICE}")
    return [item.strip() for item in items if item.strip()]


def _duration(value: Any) -> str:
    """Hours and minutes. YAML reads 10:00 as the number 600, and 1:30 as 90."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= _HOUR:
        return f"{value // _HOUR:02}:{value % _HOUR:02}"
    if not isinstance(value, str):
        raise _AnswerError(f"must be hours and minutes as HH:MM, not {value}")
    return value.strip()


def _time(value: Any) -> str:
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    return _text(value)


def _dict(value: Any) -> dict[str, Any]:
    """A dictionary, or one as text in YAML. A text of comments alone is an empty one."""
    try:
        found = (yaml.safe_load(value) or {}) if isinstance(value, str) else value
    except yaml.YAMLError:
        found = value
    if not isinstance(found, Mapping):
        raise _AnswerError("must be a dictionary in YAML")
    return dict(found)


def _shifts(value: Any) -> Any:
    """A list of shifts, or their text in YAML, which the filter C(agent_sessions) reads."""
    if not isinstance(value, (str, list, tuple)):
        raise _AnswerError(f"must be a list of shifts, but is {_describe(value)}")
    return value


def _choice(value: Any, choices: Sequence[str]) -> str:
    found = str(value).strip()
    if found not in choices:
        raise _AnswerError(f"must be {' or '.join(choices)}, not {found}")
    return found


def _describe(value: Any) -> str:
    """The type of a value in words."""
    for types, words in _WORDS:
        if isinstance(value, types):
            return words
    return "nothing" if value is None else f"a {type(value).__name__}"


_CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "int": _int,
    "text": _text,
    "secret": _secret,
    "reference": _reference,
    "list": _list,
    "duration": _duration,
    "time": _time,
    "dict": _dict,
    "shifts": _shifts,
}
# A boolean is also an int, so that it comes first.
_WORDS: tuple[tuple[Any, str], ...] = (
    (bool, "a boolean"),
    ((int, float), "a number"),
    ((datetime.date, datetime.datetime), "a date"),
    (str, "a text"),
    (Mapping, "a dictionary"),
    ((list, tuple), "a list"),
)
