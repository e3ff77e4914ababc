# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that a server has cut or whose case it has changed: what a run says of them.

Length and case have a meaning, so such a text is a change in every run. Without a sentence nobody would know why.
The name of a new object is not in question here: C(similar.py) refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .kind import Field
from .objects import Record, Step
from .texts import loss
from .values import Values

_LONGEST = 60
"""How many characters of a text are shown."""

Finding = tuple[tuple[str, ...], str]
"""What findings have in common, and a sentence about one object."""


def is_free_text(item: Field) -> bool:
    """Whether a field holds a text that a person has chosen, and that may be shown."""
    has_meaning = item.choices or item.pattern or item.reference or item.compare != "value"
    return item.type == "str" and not (has_meaning or item.secret or item.write_only or item.read_only)


def resent_texts(steps: Sequence[Step], records: Mapping[str, Sequence[Record]]) -> list[str]:
    """A warning for each option with a text that is sent, but that the server may have altered after an earlier run.

    :param records: the listings, by the name of the kind: another text may show that the server does not alter them
    """
    return _first_of_each(finding for step in steps if step.action == "update" for finding in _resent(step, records))


def _resent(step: Step, records: Mapping[str, Sequence[Record]]) -> Iterator[Finding]:
    kind = step.desired.kind
    for name in step.fields:
        stored, text = step.before.get(name), step.after.get(name)
        if not is_free_text(kind.by_name[name]) or not isinstance(stored, str) or not isinstance(text, str):
            continue
        others = [one.values.get(name) for one in records.get(kind.name, ()) if one is not step.record]
        how = loss(text, stored, [other for other in others if isinstance(other, str)])
        if how:
            yield (
                (kind.plural, name, how),
                f"{name} of {step.title} is stored as {_short(stored)}, which is the declared text {how}. If each run "
                "reports this change, the service stores texts in this form: declare the text as it is stored",
            )


def altered_texts(created: Iterable[tuple[Step, Values, Values]]) -> list[str]:
    """A warning for each option of new objects with a text that the server has stored in another form.

    :param created: each step with the options that were sent, and those that the server has shown
    """
    return _first_of_each(finding for step, sent, shown in created for finding in _altered(step, sent, shown))


def _altered(step: Step, sent: Values, shown: Values) -> Iterator[Finding]:
    kind = step.desired.kind
    for name, text in sent.items():
        item, stored = kind.by_name[name], shown.get(name)
        is_compared = is_free_text(item) and name != kind.name_option
        if is_compared and isinstance(text, str) and isinstance(stored, str) and not item.same(stored, text):
            yield (
                (kind.plural, name),
                f"The service stores {name} of {step.title} as {_short(stored)}, not as {_short(text)}. Each run will "
                "send the text again: declare it as it is stored",
            )


def _first_of_each(findings: Iterable[Finding]) -> list[str]:
    """The first sentence of those that have the same in common, with the number of the others."""
    sentences: dict[tuple[str, ...], list[str]] = {}
    for common, sentence in findings:
        sentences.setdefault(common, []).append(sentence)
    return [
        f"{first} (as for {len(others)} more of the {common[0]})." if others else f"{first}."
        for common, (first, *others) in sentences.items()
    ]


def _short(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}...")
