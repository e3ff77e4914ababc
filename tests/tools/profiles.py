# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The profiles in tests/profiles, and what those of accounts confirm."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PROFILES = Path(__file__).resolve().parents[1] / "profiles"
DOCUMENTS, ACCOUNTS = PROFILES / "documents", PROFILES / "accounts"
_PROBES = "ansible_collections.declarative.monitoring.plugins.module_utils._probe"

Profile = Mapping[str, Any]

# The questions that matter most to whoever uses the modules.
IMPORTANT: Mapping[str, tuple[str, ...]] = {
    "alertra": ("create_answer", "tag_devices", "config_place", "frequency_unit"),
    "pinghome": ("list_envelope", "id_key", "reminder_urls", "interval_unit"),
    "pingplotter": ("prefix", "agent_update", "session_status"),
    "portmonitor": ("login_answer", "list_envelope", "detail_envelope", "create_answer", "error_style"),
    "simplehelp": ("group_update_query", "machinegroup_set_query", "hostname_set_query", "permission_names"),
}


def questions(service: str) -> tuple[Any, ...]:
    """The questions of the probe of a service."""
    found: tuple[Any, ...] = importlib.import_module(f"{_PROBES}.{service}").PROBE.questions
    return found


def reading_of_documents(service: str) -> Profile:
    """What the documents say, or what the collection expects where they say nothing."""
    return {question.switch: question.expected for question in questions(service) if question.is_switch}


def document_files(services: Mapping[str, Any]) -> dict[Path, str]:
    """The files with the reading of the documents, and their texts."""
    return {
        DOCUMENTS / f"{service}.json": f"{json.dumps({service: reading_of_documents(service)}, indent=2)}\n"
        for service in sorted(services)
    }


def profiles_of_accounts(service: str) -> list[Profile]:
    """The profiles of the accounts at a service."""
    return [profile for file, name, profile in all_profiles() if name == service and file.startswith("accounts/")]


def all_profiles() -> Iterator[tuple[str, str, Profile]]:
    """Each profile: the name of its file, the service, and the positions of the switches."""
    for path in sorted(PROFILES.glob("*/*.json")):
        for service, switches in json.loads(path.read_text(encoding="utf-8")).items():
            yield path.relative_to(PROFILES).with_suffix("").as_posix(), service, switches


def table_of_verified(services: Mapping[str, str]) -> str:
    """What the profiles of accounts confirm, as a table in Markdown.

    :param services: the title of each service by its name
    """
    head = ("service", "accounts", "open questions", "as expected", "otherwise", "not answered")
    rows: list[tuple[str, ...]] = [head, ("---",) * len(head)]
    for service, title in sorted(services.items()):
        profiles, expected = profiles_of_accounts(service), reading_of_documents(service)
        seen = {switch: [one[switch] for one in profiles if switch in one] for switch in expected}
        confirmed = sum(bool(found) and all(one == expected[name] for one in found) for name, found in seen.items())
        unanswered = sum(not found for found in seen.values())
        counts = (len(profiles), len(expected), confirmed, len(expected) - confirmed - unanswered, unanswered)
        rows.append((title, *map(str, counts)))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def table_of_important(services: Mapping[str, str]) -> str:
    """The most important questions that no profile of an account answers, as a table in Markdown.

    :param services: the title of each service by its name
    """
    rows: list[tuple[str, ...]] = [("service", "to be confirmed"), ("---", "---")]
    for service, title in sorted(services.items()):
        texts = {question.switch: question.text for question in questions(service)}
        answered = {switch for profile in profiles_of_accounts(service) for switch in profile}
        open_texts = [texts[name] for name in IMPORTANT.get(service, ()) if name not in answered]
        if open_texts:
            rows.append((title, "; ".join(open_texts)))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
