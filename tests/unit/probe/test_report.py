# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of the results of probes, and the profile."""

from __future__ import annotations

from ansible_collections.declarative.monitoring.plugins.plugin_utils._probe_report import probe_profile, probe_report

FINDING = {"question": "a|b", "document": "silent", "answer": "differs", "seen": "c", "switch": "s"}
RESULT = {
    "findings": [FINDING, {**FINDING, "answer": "not_seen", "seen": "no device"}],
    "profile": {"s": "t"},
    "unknown_fields": [{"kind": "device", "field": "x", "form": "a text"}],
}


def test_a_report_has_a_table_for_each_kind_of_answer() -> None:
    lines = probe_report({"alertra": RESULT, "pinghome": {"skipped": True}}).splitlines()
    assert [line for line in lines if line.startswith("#")] == [
        *("# How the accounts behave", "## Alertra", "### Differs", "### Not seen", "### Unknown fields", "### Profile")
    ]
    assert "2 questions: 0 confirmed, 1 differ, 0 unknown, 1 not seen." in lines
    assert "| a&#124;b | silent | c | `s` |" in lines
    assert "| question | document | reason | switch |" in lines
    assert "| device | x | a text |" in lines


def test_the_message_of_a_failed_probe_is_not_in_the_report() -> None:
    results = {"alertra": {"failed": True, "msg": "no answer from secret.example.com"}}
    assert "secret.example.com" not in probe_report(results)
    assert "The probe failed." in probe_report(results)
    assert probe_profile(results) == {}


def test_a_profile_has_the_switches_by_service() -> None:
    assert probe_profile({"alertra": RESULT, "pinghome": {"skipped": True}}) == {"alertra": {"s": "t"}}
