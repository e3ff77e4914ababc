# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of playbooks and roles in the types that they must have, from all types that JSON, YAML and AWX send.

YAML reads texts such as 0123, true and 10:00 without quotes as other types. Since ansible-core 2.19 this also happens
to the answers to surveys of AWX, with or without quotes.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml
from ansible.utils.unsafe_proxy import wrap_var

from ._bounded_yaml import TooLargeError, load
from ._survey import survey_list

_TRUTHS = {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}
_HOUR = 60
_ADVICE = (
    "Ansible has read something else than a text: put the text in quotes. ansible-core 2.19 and newer do this to "
    "survey answers of AWX, in quotes or not: choose an answer that does not look like a number, a date, true or "
    "false, or run the job in an execution environment with ansible-core 2.18."
)


class _AnswerError(Exception):
    """A value that is not allowed. The text is the end of a sentence that begins with the name of the variable."""


class _LostTextError(_AnswerError):
    """A value that was a text until YAML read it. The text is lost: 83 may have been 83, 0123, 0x53 or 1:23."""


def survey_answers(values: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The result of C(read_answers) for templates."""
    answers, problems = read_answers(values, variables)
    # Marked as no templates: ansible-core before 2.19 would evaluate an answer that looks like one.
    return {"answers": wrap_var(answers), "problems": problems}


def read_answers(
    values: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], list[str]]:
    """Variables in the types that they must have.

    :param values: the variables by name; None and a blank text mean that a variable is not set
    :param variables: the description of each variable by name: its C(type), its C(choices) and its C(default); without
        a type, it is one of the choices
    :returns: the values by name, and a sentence for each value that is not allowed
    """
    answers: dict[str, Any] = {}
    problems: list[str] = []
    advice: list[str] = []
    for name, variable in variables.items():
        try:
            answers[name] = _answer(values.get(name), variable)
        except _AnswerError as exc:
            answers[name] = _default(variable)
            problems.append(f"{name} {exc}.")
            advice = [_ADVICE] if isinstance(exc, _LostTextError) else advice
    return answers, problems + advice


def is_unset(value: Any) -> bool:
    """Whether a variable counts as not set: surveys and forms send a blank text for a question without an answer."""
    return value is None or (isinstance(value, str) and not value.strip())


def _answer(value: Any, variable: Mapping[str, Any]) -> Any:
    if is_unset(value):
        return _default(variable)
    if "type" not in variable:
        return _choice(value, variable["choices"])
    found = _CONVERTERS[variable["type"]](value)
    if "choices" in variable:
        _check_items(found, variable["choices"])
    return found


def _default(variable: Mapping[str, Any]) -> Any:
    """The value of a variable that is not set."""
    empty: dict[str, Any] = {"dict": {}, "list": [], "reference": "", "secret": "", "shifts": [], "text": ""}
    found = variable.get("default", empty.get(variable.get("type", "")))
    # A list of ansible-core 2.19 cannot be marked as no template.
    return list(found) if isinstance(found, list) else found


def _bool(value: Any) -> bool:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    truth = _TRUTHS.get(str(value).strip().lower())
    if truth is None:
        raise _AnswerError(f"must be true or false, not {_describe(value)}")
    return truth


def _int(value: Any) -> int:
    is_whole = not isinstance(value, (bool, float)) or (isinstance(value, float) and value.is_integer())
    try:
        if is_whole:
            return int(value)
    except (TypeError, ValueError):
        pass
    raise _AnswerError(f"must be a whole number, not {_describe(value)}")


def _number(value: Any) -> float:
    """A number, also one in quotes. What JSON does not have, such as infinity, is none."""
    try:
        if not isinstance(value, bool) and math.isfinite(float(value)):
            return float(value)
    except (TypeError, ValueError, OverflowError):
        pass
    raise _AnswerError(f"must be a number, not {_describe(value)}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _not_text(value, "a text", _describe(value))
    return value.strip()


def _secret(value: Any) -> str:
    """A password. It is not stripped, and an error does not show it."""
    if not isinstance(value, str):
        raise _not_text(value, "a text", _type(value))
    return value


def _reference(value: Any) -> str:
    """The number or name of a ticket. A number is taken: a ticket without its leading zeros is still found."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)


def _list(value: Any) -> list[str]:
    """A list of texts, from a list, or from a text with commas or line breaks."""
    if not isinstance(value, (str, list, tuple)):
        raise _not_text(value, "a list of texts", _describe(value))
    try:
        items = survey_list(value)
    except TooLargeError as exc:
        raise _AnswerError(str(exc)) from None
    for item in items:
        if not isinstance(item, str):
            raise _not_text(item, "a list of texts", f"a list with {_describe(item)}")
    return [item.strip() for item in items if item.strip()]


def _not_text(value: Any, allowed: str, shown: str) -> _AnswerError:
    error = _AnswerError if value is None or isinstance(value, (Mapping, list, tuple)) else _LostTextError
    return error(f"must be {allowed}, not {shown}")


def _duration(value: Any) -> str:
    """Hours and minutes. YAML reads 10:00 as the number 600, and 1:30 as 90."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= _HOUR:
        return f"{value // _HOUR:02}:{value % _HOUR:02}"
    if not isinstance(value, str):
        raise _AnswerError(f"must be hours and minutes as HH:MM, not {_describe(value)}")
    return value.strip()


def _time(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return _text(value)


def _dict(value: Any) -> dict[str, Any]:
    """A dictionary, or one as text in YAML. A text of comments alone is an empty one."""
    try:
        found = (load(value) or {}) if isinstance(value, str) else value
    except yaml.YAMLError:
        found = value
    except TooLargeError as exc:
        raise _AnswerError(str(exc)) from None
    if not isinstance(found, Mapping):
        raise _AnswerError(f"must be a dictionary in YAML, not {_type(found)}")
    try:
        return dict(_plain(found))
    except ValueError:
        raise _AnswerError("must be a dictionary in YAML, not one that contains itself") from None


def _shifts(value: Any) -> Any:
    """A list of shifts, or their text in YAML, which the filter C(agent_sessions) reads."""
    if not isinstance(value, (str, list, tuple)):
        raise _AnswerError(f"must be a list of shifts, not {_describe(value)}")
    return _plain(value)


def _plain(value: Any) -> Any:
    """A value of plain Python types, dates as text: Ansible has types of its own that cannot be copied."""
    return json.loads(json.dumps(value, default=str))


def _choice(value: Any, choices: Sequence[str]) -> str:
    if not isinstance(value, str) or value.strip() not in choices:
        raise _AnswerError(f"must be {' or '.join(choices)}, not {_describe(value)}")
    return value.strip()


def _check_items(items: Sequence[str], choices: Sequence[str]) -> None:
    unknown = [item for item in items if item not in choices]
    if unknown:
        *first, last = choices
        raise _AnswerError(f"must be some of {', '.join(first)} and {last}, not {', '.join(unknown)}")


def _describe(value: Any) -> str:
    """A value in a message. What is inside of lists and dictionaries may be secret."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, datetime.date)):
        return f"{_type(value)} ({value})"
    return _type(value)


def _type(value: Any) -> str:
    """The type of a value in words."""
    for types, words in _WORDS:
        if isinstance(value, types):
            return words
    return "null" if value is None else f"a {type(value).__name__}"


_CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "dict": _dict,
    "duration": _duration,
    "int": _int,
    "list": _list,
    "number": _number,
    "reference": _reference,
    "secret": _secret,
    "shifts": _shifts,
    "text": _text,
    "time": _time,
}
# A boolean is also an int, so that it comes first.
_WORDS: tuple[tuple[Any, str], ...] = (
    (bool, "a boolean"),
    ((int, float), "a number"),
    (datetime.date, "a date"),
    (str, "a text"),
    (Mapping, "a dictionary"),
    ((list, tuple), "a list"),
)
