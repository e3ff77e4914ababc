# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of the results of probes, and the profile."""

from __future__ import annotations

from typing import Any

from ansible_collections.declarative.monitoring.plugins.plugin_utils._probe_report import probe_profile, probe_report

FINDING = {"question": "a|b", "document": "silent", "answer": "differs", "seen": "c", "switch": "s"}
RESULT = {
    "findings": [FINDING, {**FINDING, "answer": "not_seen", "seen": "no device"}],
    "profile": {"s": "t"},
    "unknown_fields": [{"kind": "device", "field": "x", "form": "a text"}],
}


def test_a_report_can_be_pasted_as_it_is() -> None:
    answers = {"not_seen": "no device", "confirmed": "c", "unknown_shape": "d", "differs": "e"}
    findings = [{**FINDING, "answer": answer, "seen": seen} for answer, seen in answers.items()]
    probed = {
        "findings": [*findings, {**FINDING, "answer": "confirmed", "switch": ""}],
        "profile": {"ä": 1, "a": 2},
        "unknown_fields": [{"kind": "device", "field": "x", "form": "a | text"}],
    }
    nothing: dict[str, Any] = {"findings": [], "profile": {}, "unknown_fields": []}
    results: dict[str, dict[str, Any]] = {
        "simplehelp": {"failed": True},
        "pinghome": {"skipped": True},
        "alertra": probed,
        "portmonitor": nothing,
    }
    assert (
        probe_report(results)
        == """\
# How the accounts behave

This report shows how the accounts behave where the documentation of the vendors is unclear. It contains field
names, types and formats, but no values from an account.

## Alertra

5 questions: 2 confirmed, 1 differ, 1 unknown, 1 not seen.

### Differs

The account behaves in another way than the collection expects. The modules support this.

| question | document | seen | switch |
| --- | --- | --- | --- |
| a&#124;b | silent | e | `s` |

### Unknown

The collection does not know this behaviour. Modules may fail. Please report it.

| question | document | seen | switch |
| --- | --- | --- | --- |
| a&#124;b | silent | d | `s` |

### Confirmed

The account behaves as the collection expects. The collection expects what is documented, unless the \
documentation contradicts itself, or shows what is probably a mistake.

| question | document | seen | switch |
| --- | --- | --- | --- |
| a&#124;b | silent | c | `s` |
| a&#124;b | silent | c |  |

### Not seen

The probe could not find out.

| question | document | reason | switch |
| --- | --- | --- | --- |
| a&#124;b | silent | no device | `s` |

### Unknown fields

The documentation does not mention these fields.

| kind | field | form |
| --- | --- | --- |
| device | x | a &#124; text |

### Profile

```json
{
  "a": 2,
  "ä": 1
}
```

## Port Monitor

0 questions: 0 confirmed, 0 differ, 0 unknown, 0 not seen.

### Profile

```json
{}
```

## SimpleHelp

The probe failed. Its message is not in this report, because it may contain values from the account.
"""
    )


def test_the_message_of_a_failed_probe_is_not_in_the_report() -> None:
    results = {"alertra": {"failed": True, "msg": "no answer from secret.example.com"}}
    assert "secret.example.com" not in probe_report(results)
    assert "The probe failed." in probe_report(results)
    assert probe_profile(results) == {}


def test_a_profile_has_the_switches_by_service() -> None:
    assert probe_profile({"alertra": RESULT, "pinghome": {"skipped": True}}) == {"alertra": {"s": "t"}}
