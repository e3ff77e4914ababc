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


def test_a_report_can_be_pasted_as_it_is() -> None:
    confirmed = {**FINDING, "answer": "confirmed", "switch": ""}
    text = probe_report({"alertra": {"findings": [confirmed], "profile": {"ä": 1, "a": 2}, "unknown_fields": []}})
    head, body = text.split("\n\n## Alertra\n\n")
    assert head.startswith("# How the accounts behave\n\nThis report shows ")
    explained, rest = body.split("The collection expects what is documented, ")
    assert explained == (
        "1 questions: 1 confirmed, 0 differ, 0 unknown, 0 not seen.\n\n### Confirmed\n\n"
        "The account behaves as the collection expects. "
    )
    assert rest.split("\n", 2)[2] == (
        "| question | document | seen | switch |\n| --- | --- | --- | --- |\n| a&#124;b | silent | c |  |\n"
        '\n### Profile\n\n```json\n{\n  "a": 2,\n  "ä": 1\n}\n```\n'
    )
    unknown = probe_report({"alertra": RESULT}).partition("### Unknown fields\n\n")[2]
    assert unknown.startswith(
        "The documentation does not mention these fields.\n\n| kind | field | form |\n| --- | --- | --- |\n"
    )


def test_the_message_of_a_failed_probe_is_not_in_the_report() -> None:
    results = {"alertra": {"failed": True, "msg": "no answer from secret.example.com"}}
    assert "secret.example.com" not in probe_report(results)
    assert "The probe failed." in probe_report(results)
    assert probe_profile(results) == {}


def test_a_profile_has_the_switches_by_service() -> None:
    assert probe_profile({"alertra": RESULT, "pinghome": {"skipped": True}}) == {"alertra": {"s": "t"}}
