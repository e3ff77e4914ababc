# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that declare accounts: reading, errors, writing, and reports."""

from __future__ import annotations

import errno
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import object_spec
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _declarations, _folder
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import (
    SERVICES,
    DeclarationError,
    Document,
    config_kinds,
    dump,
    key_lines,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._folder import declaration_files
from ansible_collections.declarative.monitoring.plugins.plugin_utils._outcome import TITLES, Places, outcome, report


def read(**files: str) -> tuple[dict[str, Any], Places]:
    """The declaration that these files make, by their names without the ending."""
    documents = [Document(f"{name}.yml", yaml.safe_load(text), key_lines(text)) for name, text in files.items()]
    return _declarations.merge(documents, lambda value: value)


def refusal(**files: str) -> str:
    """Why these files are refused."""
    with pytest.raises(DeclarationError) as caught:
        read(**files)
    return str(caught.value)


# -- reading -----------------------------------------------------------------------------------------------------------


def test_lists_of_several_files_are_joined_and_nulls_are_kept() -> None:
    declared, places = read(
        a="alertra:\n  devices:\n    - short_name: A\n      full_name: null\n",
        b="alertra:\n  devices:\n    - short_name: B\n  tags: [{name: web}]\nportmonitor: {profile: {country: null}}",
        c="# nothing yet\n",
        d="alertra:\npinghome:\n  heartbeats:\n",
    )
    assert declared == {
        "alertra": {
            "devices": [{"short_name": "A", "full_name": None}, {"short_name": "B"}],
            "tags": [{"name": "web"}],
        },
        "portmonitor": {"profile": {"country": None}},
        "pinghome": {},
    }
    assert [(one["place"], one["where"]) for one in places["alertra"]] == [
        ("devices[0]", "a.yml:3 alertra.devices[0]"),
        ("devices[1]", "b.yml:3 alertra.devices[0]"),
        ("tags[0]", "b.yml:4 alertra.tags[0]"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- alertra", "a.yml: must be a dictionary of services, not a list"),
        ("alerta: {}", f"a.yml:1 alerta: there is no such service; there are {', '.join(sorted(SERVICES))}"),
        ("alertra: [1]", "a.yml:1 alertra: must be a dictionary of kinds, not a list"),
        (
            "alertra:\n  device: []",
            f"a.yml:2 alertra.device: there is no such kind; there are {', '.join(config_kinds('alertra'))}",
        ),
        ("alertra:\n  devices: {a: 1}", "a.yml:2 alertra.devices: must be a list of devices, not a dictionary"),
        ("alertra:\n  devices:\n    -", "a.yml:3 alertra.devices[0]: must be a dictionary of options, not null"),
        ("alertra:\n  devices: [A]", "a.yml:2 alertra.devices[0]: must be a dictionary of options, not a text"),
        (
            "alertra:\n  devices:\n  - short_name: A\n    freqency: 5",
            "a.yml:3 alertra.devices[0] (A): there is no option freqency; did you mean frequency?",
        ),
        (
            "alertra:\n  devices:\n  - short_name: A\n    FREQUENCY: 5",
            "a.yml:3 alertra.devices[0] (A): there is no option FREQUENCY; did you mean frequency?",
        ),
        (
            "alertra:\n  tags:\n  - {name: A, zz: 5}",
            "a.yml:3 alertra.tags[0] (A): there is no option zz; there are devices, name, purge_devices, renamed_from, "
            "state, ",
        ),
        ("portmonitor:\n  profile: [1]", "a.yml:2 portmonitor.profile: must be a dictionary of options, not a list"),
    ],
)
def test_what_cannot_be_is_refused_with_file_line_and_key(text: str, sentence: str) -> None:
    assert refusal(a=text).startswith(sentence)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    one = "{short_name: A, nope: 2, frequency: 7, method: HTPP}"
    said = refusal(a=f"alertra:\n  devices: [1, {one}]\n  x: 1", b="y: 1").split("; ")
    said = [re.sub("(?<=one of ).*", "", sentence) for sentence in said if ".yml" in sentence]
    assert said == [
        "a.yml:2 alertra.devices[0]: must be a dictionary of options, not 1",
        "a.yml:2 alertra.devices[1] (A): there is no option nope",
        "a.yml:2 alertra.devices[1] (A): method must be one of ",
        "a.yml:2 alertra.devices[1] (A): frequency must be one of ",
        "a.yml:3 alertra.x: there is no such kind",
        "b.yml:1 y: there is no such service",
    ]


def test_an_object_that_cannot_be_told_from_others_is_refused() -> None:
    assert refusal(a="alertra: {devices: [{frequency: 1}, {frequency: 5}]}") == (
        "a.yml:1 alertra.devices[0]: needs short_name, or device_id; "
        "a.yml:1 alertra.devices[1]: needs short_name, or device_id"
    )


@pytest.mark.parametrize(
    ("first", "second", "name"),
    [
        ("alertra: {devices: [{short_name: A}]}", "alertra: {devices: [{short_name: B}, {short_name: A}]}", "device A"),
        ("alertra: {devices: [{device_id: 7}]}", 'alertra: {devices: [{short_name: B}, {device_id: "7"}]}', "device 7"),
        (
            "pingplotter: {users: [{email_address: a@example.com}]}",
            "pingplotter: {users: [{email_address: b@example.com}, {email_address: A@example.com}]}",
            "user A@example.com",
        ),
        (
            "portmonitor: {targets: [{group: G, name: N}]}",
            "portmonitor: {targets: [{group: H, name: N}, {group: G, name: N}]}",
            "target N",
        ),
        ("portmonitor: {profile: {language: en}}", "portmonitor: {profile: {country: ES}}", "profile profile"),
    ],
)
def test_what_is_declared_in_two_files_is_refused_with_both_places(first: str, second: str, name: str) -> None:
    said = refusal(a=first, b=second)
    assert said.startswith(f"{name} is declared twice: a.yml:1 ")
    assert " and b.yml:1 " in said


def test_a_service_id_of_a_wrong_type_is_refused() -> None:
    assert "service_id must be a string" in refusal(a="pinghome: {heartbeats: [{name: A, service_id: [b]}]}")


def test_what_only_looks_alike_is_no_double() -> None:
    declared, _places = read(
        a="pinghome: {heartbeats: [{name: N, service_id: s1}]}\nalertra: {devices: [{short_name: A, device_id: 1}]}",
        b="pinghome: {heartbeats: [{name: N, service_id: s2}]}\nalertra: {devices: [{short_name: A, device_id: 2}]}",
    )
    assert [len(declared["pinghome"]["heartbeats"]), len(declared["alertra"]["devices"])] == [2, 2]
    groups = "{groups: [{name: Web}]}"
    declared, _places = read(a=f"portmonitor: {groups}\nsimplehelp: {groups}")
    assert declared["portmonitor"] == declared["simplehelp"] == {"groups": [{"name": "Web"}]}
    declared, _places = read(a="portmonitor: {groups: [{group_id: 7}]}\nsimplehelp: {groups: [{unique_id: 7}]}")
    assert declared.keys() == {"portmonitor", "simplehelp"}


def test_a_template_that_fails_is_reported_with_its_place() -> None:
    def template(value: Any) -> Any:
        if value == {"short_name": "{{ x }}"}:
            raise LookupError("'x' is undefined")
        return value

    document = Document("a.yml", {"alertra": {"devices": [{"short_name": "A"}, {"short_name": "{{ x }}"}]}})
    with pytest.raises(DeclarationError, match=r"^a.yml alertra.devices\[1\]: 'x' is undefined$"):
        _declarations.merge([document], template)


@pytest.mark.parametrize(
    "tag", ["{{ x }}", "{% if x %}y{% endif %}", "{# x #}", "#jinja2: variable_start_string:'['\n[x]"]
)
def test_what_may_be_a_template_is_resolved_and_the_rest_is_taken_as_it_is(tag: str) -> None:
    devices = [{"short_name": "A", "full_name": "a {b}", "timeout": 9}, {"short_name": "B", "tags": [tag]}]
    document = Document("a.yml", {"alertra": {"devices": devices}})
    template = mock.Mock(return_value={"short_name": "C"})
    _declarations.merge([document], template)
    template.assert_called_once_with(devices[1])


def test_what_is_encrypted_is_decrypted_and_null_needs_no_template() -> None:
    class Encrypted:
        """A text of Ansible Vault, which is no text for Python with some versions of ansible-core."""

    plain = {"username": "a", "display_name": None, "enabled": True}
    secret = {"username": "b", "password": Encrypted()}
    template = mock.Mock(return_value={"username": "b", "password": "decrypted"})
    document = Document("a.yml", {"simplehelp": {"technicians": [plain, secret]}})
    declared, _places = _declarations.merge([document], template)
    template.assert_called_once_with(secret)
    assert declared["simplehelp"]["technicians"] == [plain, template.return_value]


def test_a_template_may_be_in_the_name_of_a_property() -> None:
    machine = {"machine_id": "SG_1", "properties": {"{{ x }}": "1"}}
    document = Document("a.yml", {"simplehelp": {"machines": [machine]}})
    template = mock.Mock(return_value={"machine_id": "SG_1", "properties": {"rack": "1"}})
    declared, _places = _declarations.merge([document], template)
    assert declared["simplehelp"]["machines"] == [template.return_value]


def test_a_template_may_stand_for_a_whole_list_and_for_an_object() -> None:
    known = {"{{ devices }}": [{"short_name": "A"}, {"short_name": "B"}], "{{ profile }}": {"country": "ES"}}
    data = {"alertra": {"devices": "{{ devices }}"}, "portmonitor": {"profile": "{{ profile }}"}}
    declared, places = _declarations.merge([Document("a.yml", data)], known.__getitem__)
    assert declared == {
        "alertra": {"devices": known["{{ devices }}"]},
        "portmonitor": {"profile": known["{{ profile }}"]},
    }
    assert places["alertra"][1]["where"] == "a.yml alertra.devices[1]"


def test_the_templates_of_a_host_have_the_variables_of_that_host() -> None:
    data = {"alertra": {"tags": "{{ tags }}"}}
    documents = [
        Document("all.yml", {"alertra": {"tags": [{"name": "{{ x }}"}]}}),
        Document("host a", data, template=lambda value: [{"name": "of a"}]),
        Document("host b", data, template=lambda value: [{"name": "of b"}]),
    ]
    declared, _places = _declarations.merge(documents, lambda value: {"name": "of all"})
    assert declared["alertra"]["tags"] == [{"name": "of all"}, {"name": "of a"}, {"name": "of b"}]


def test_the_text_of_a_message_may_be_called_as_in_a_task() -> None:
    text = "pinghome: {integrations: [{resource: Shop, integration: Chat, %s: Call first}]}"
    for name in ("message", "message_text"):
        declared, _places = read(a=text % name)
        assert declared["pinghome"]["integrations"][0][name] == "Call first"
    assert "there is no option message" in refusal(a="alertra: {devices: [{short_name: A, message: Call first}]}")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("alertra:\n  - a\n b: c", ":3 is not YAML: "),
        ("alertra:\n  tags: [{name: a\x07}]\n# \x07", ":2 has the character U+0007, which YAML does not allow"),
        ("a: 'x\n", ":2 is not YAML: "),
        (
            "alertra:\n  devices: []\n  tags: []\n  devices: []",
            ":4 has the key devices a second time; the first is on line 2",
        ),
        ("a: 1\n---\nb: 2", ":2 is not YAML: "),
    ],
)
def test_what_is_not_yaml_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        key_lines(text)
    said = str(caught.value)
    assert said.startswith(sentence)
    # The reason is that of the parser.
    assert (said == sentence) == (not sentence.endswith(": "))


@pytest.mark.parametrize("value", ["0123", "0443", "0x1F", "0b11", "1:30", "1_000", "-012", "+1:30:00"])
def test_a_number_that_yaml_reads_as_another_one_is_refused_with_its_place(value: str) -> None:
    text = f"simplehelp:\n  machines:\n    - machine_id: SG_1\n      properties:\n        rack: {value}\n"
    with pytest.raises(DeclarationError) as caught:
        key_lines(text)
    assert str(caught.value).startswith(
        ":5 (rack) is read by YAML as another number than it looks like: put it in quot"
    )
    assert value not in str(caught.value)
    with pytest.raises(DeclarationError, match=r"^:1 \(1\) is read by YAML"):
        key_lines(f"[a, {value}]")
    key_lines(text.replace(value, f"'{value}'"))
    with pytest.raises(DeclarationError, match=r"^:1 is read by YAML"):
        key_lines(f"!!int '{value}'")


def test_a_plain_number_is_one() -> None:
    key_lines("[0, 7, -1, +1, 1234567890, 1.5, 08, 0a, '0123', 01-02]")


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
)
MERGES = "\n".join(
    ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12))]
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (BOMB, " has aliases that repeat more than 200000 values"),
        (MERGES, " has aliases that repeat more than 200000 values"),
        ("a: &a [*a]", " is nested too deeply"),
        ("a: &a {b: *a}", " is nested too deeply"),
        ("a: " + "[" * 900 + "]" * 900, " is nested too deeply"),
    ],
)
def test_a_file_that_expands_without_end_is_refused_at_once(text: str, sentence: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        key_lines(text)
    assert str(caught.value) == sentence


def test_aliases_may_repeat_what_many_objects_have_in_common() -> None:
    devices = "".join(f"    - {{<<: *usual, short_name: D{number}}}\n" for number in range(2000))
    text = (
        f"alertra:\n  devices:\n    - &usual {{short_name: A, method: PING, url: a, timeout: 5, retries: 3}}\n{devices}"
    )
    assert key_lines(text)["alertra", "devices", 2000] == 2003


# -- a folder ----------------------------------------------------------------------------------------------------------


def test_files_and_folders_behind_links_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("main/b.yml", "main/.hidden/a.yml", "main/notes.txt", "common/a.yaml", "common/deep/c.yml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "main" / "common").symlink_to("../common")
    (tmp_path / "main" / "z.yml").symlink_to("../common/a.yaml")
    (tmp_path / "link").symlink_to("main")
    names = ["b.yml", "common/a.yaml", "common/deep/c.yml", "z.yml"]
    for folder in ("main", "link"):
        assert declaration_files(tmp_path / folder) == ([Path(name) for name in names], [])


def test_what_cannot_be_read_is_named_instead_of_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.yml").touch()
    (tmp_path / "gone").symlink_to("../nowhere")
    (tmp_path / "gone.yml").symlink_to("nowhere.yml")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "zero.yml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.yml")
    os.mkfifo(tmp_path / "pipe")
    for name, other in (("one", "two"), ("two", "one")):
        (tmp_path / name).mkdir()
        (tmp_path / name / other).symlink_to(tmp_path / other)
    assert declaration_files(tmp_path) == (
        [Path("a.yml")],
        [
            "gone is a link to ../nowhere, which does not exist",
            "gone.yml is a link to nowhere.yml, which does not exist",
            "loop is a link to a folder that contains it",
            "one/two/one is a link to a folder that contains it",
            "pipe.yml is not a regular file",
            "two/one/two is a link to a folder that contains it",
            "zero.yml is not a regular file",
        ],
    )


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()
    listed = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        if path.name == "closed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert declaration_files(tmp_path) == ([], ["closed cannot be read: Permission denied"])


def test_a_folder_has_a_bounded_number_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_folder, "_MOST_FILES", 2)
    for number in range(3):
        (tmp_path / f"{number}.yml").touch()
    assert declaration_files(tmp_path) == ([], ["there are more than 2 files"])


def test_the_options_of_an_object_are_those_that_its_module_takes() -> None:
    for service in SERVICES:
        for kind in _declarations.config_kinds(service).values():
            for option in object_spec(kind):
                said = refusal(a=yaml.safe_dump({service: {kind.config_key: [{option: {}}]}}))
                assert "there is no option" not in said


# -- writing -----------------------------------------------------------------------------------------------------------

ACCOUNT: dict[str, Any] = {
    "groups": [{"permissions": {"b": True, "a": False}, "name": "First line"}, {"name": "On call", "fps_delay": 40}],
    "technicians": [{"groups": ["On call", "First line"], "enabled": True, "username": "robin"}],
    "machines": [],
    "server": {"technician_restrictions": ["b", "a"], "hostname": "help.example.com"},
}


def test_an_account_is_written_as_people_write_it() -> None:
    assert (
        dump("simplehelp", ACCOUNT)
        == """\
# yaml-language-server: $schema=declarations.schema.json
---
# The account at SimpleHelp as it was exported.
simplehelp:
  # Secret, and left alone unless filled in: password
  technicians:
    - username: robin
      enabled: true
      groups:
        - First line
        - On call
  # Secret, and left alone unless filled in: video_password, password
  groups:
    - name: First line
      permissions:
        a: false
        b: true
    - name: On call
      fps_delay: 40
  server:
    hostname: help.example.com
    technician_restrictions:
      - a
      - b
"""
    )


def test_the_order_in_which_a_service_lists_things_does_not_show() -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = random.sample(list(value), len(value))
            return {key: shuffled(value[key]) for key in keys}
        unordered = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return random.sample(value, len(value)) if unordered else value

    for _attempt in range(10):
        turned = {
            kind: [shuffled(one) for one in found] if isinstance(found, list) else shuffled(found)
            for kind, found in ACCOUNT.items()
        }
        assert dump("simplehelp", turned) == dump("simplehelp", ACCOUNT)


def test_odd_texts_are_read_back_as_they_were() -> None:
    texts = [
        "0042",
        "yes",
        "null",
        "1:30",
        "# no comment",
        "a: b",
        "- x",
        " lead",
        "two\nlines\n",
        "ä" * 300,
        "'",
        '"',
        "",
        "2026-01-01",
    ]
    account = {"devices": [{"short_name": f"D{number}", "full_name": text} for number, text in enumerate(texts)]}
    assert yaml.safe_load(dump("alertra", account)) == {"alertra": account}


@given(text=st.text(st.characters(exclude_categories=["Cs"])), key=st.text(st.characters(exclude_categories=["Cs"])))
@example(text="Call first\n\n", key="")
@example(text="\n \n", key="<<")
@example(text="one\n\u00a0\ntwo", key="=")
@example(text="one\u2028two\u2029three\u0085four\x0bfive\x1csix\r\nseven", key="a\nb")
@example(text="\ufeff\u202e\U0001f600\U000e0041\x00\x1b[2K", key="? -")
@example(text="  indented\nfirst", key="&a")
@example(text="{{ 1 }}\n\n", key="{% x %}")
@example(text="#jinja2:variable_start_string:'[%'\n[% 1 ]", key="!x")
def test_any_text_is_read_back_as_it_was(text: str, key: str) -> None:
    machine = {"machine_id": "1", "notes": text, "warnings": f"{text}\n", "properties": {key: text, "last": "x"}}
    account = {"machines": [machine], "server": {"hostname": text}}
    written = dump("simplehelp", account)
    assert DataLoader().load(written) == {"simplehelp": account}
    assert key_lines(written)
    # What a screen or an editor does not show is spelled out.
    assert written.replace("\n", "").isprintable()
    for line in written.splitlines():
        assert line.startswith(("---", "#", "simplehelp:", "  ")) or not line


def test_a_text_with_a_header_for_templates_is_marked_as_none() -> None:
    text = dump(
        "alertra", {"devices": [{"short_name": "A", "full_name": "#jinja2:variable_start_string:'[%'\n[% 1 %]"}]}
    )
    assert "full_name: !unsafe " in text


def test_what_ansible_attaches_to_texts_does_not_show() -> None:
    class Tagged(str):
        """A text as results of tasks have them."""

        def __str__(self) -> str:
            return str.__str__(self)

    account: dict[str, Any] = {
        Tagged("devices"): [{Tagged("short_name"): Tagged("A"), Tagged("full_name"): Tagged("B")}]
    }
    assert dump("alertra", account) == dump("alertra", {"devices": [{"short_name": "A", "full_name": "B"}]})


def test_numbers_in_lists_without_an_order_are_sorted_as_numbers() -> None:
    text = dump("pinghome", {"resources": [{"name": "A", "ssl_reminder_days": [30, 7]}]})
    assert yaml.safe_load(text)["pinghome"]["resources"][0]["ssl_reminder_days"] == [7, 30]


def test_lists_whose_order_has_a_meaning_keep_it() -> None:
    values = {"checks": [{"steps": ["b", "a"]}, {"steps": []}], "weights": [3, 0.5, 20]}
    text = dump("simplehelp", {"machines": [{"machine_id": "1", "properties": values}]})
    assert yaml.safe_load(text)["simplehelp"]["machines"][0]["properties"] == values


def test_a_long_text_stays_on_one_line_and_several_lines_are_a_block() -> None:
    machine = {"machine_id": "1", "notes": "Call first. " * 30 + "Grüße.", "warnings": "one\n\ntwo\n"}
    text = dump("simplehelp", {"machines": [machine]})
    assert f"      notes: {machine['notes']}\n" in text
    assert "      warnings: |\n        one\n\n        two\n" in text
    assert yaml.safe_load(text)["simplehelp"]["machines"] == [machine]


def test_what_a_screen_does_not_show_is_written_as_its_code() -> None:
    text = dump("simplehelp", {"machines": [{"machine_id": "1", "notes": 'a\u200b\u202e\U000e0041"\\'}]})
    assert r'''      notes: "a\u200b\u202e\U000e0041\"\\"''' in text.splitlines()


def test_a_comment_names_what_the_service_does_not_show() -> None:
    text = dump("pingplotter", {"users": [{"email_address": "a@example.com"}]})
    assert "  # Not shown by the service, and left alone unless filled in: name\n  users:\n" in text
    assert "# Secret" not in text


def test_what_the_collection_does_not_know_comes_last() -> None:
    device = {"zz": 1, "aa": 2, "url": "a", "short_name": "A", "device_id": "7"}
    text = dump("alertra", {"devices": [device]})
    assert list(yaml.safe_load(text)["alertra"]["devices"][0]) == ["device_id", "short_name", "url", "aa", "zz"]


def test_text_that_looks_like_a_template_is_marked_as_none() -> None:
    text = dump(
        "alertra", {"devices": [{"short_name": "A", "full_name": "{{ lookup('pipe', 'id') }}", "url": "a {% b"}]}
    )
    assert "full_name: !unsafe " in text
    assert "url: !unsafe " in text
    assert "short_name: A" in text


# -- outcome and report ------------------------------------------------------------------------------------------------

PLACES: Places = {
    "alertra": [
        {"place": "devices[0]", "where": "a.yml:3 alertra.devices[0]", "kind": "device", "name": "A"},
        {"place": "devices[10]", "where": "b.yml:5 alertra.devices[1]", "kind": "device", "name": "B"},
    ],
    "simplehelp": [{"place": "server", "where": "c.yml:2 simplehelp.server", "kind": "server", "name": "server"}],
}
NONE = {"create": 0, "update": 0, "delete": 0, "recreate": 0, "unchanged": 0, "failed": 0, "skipped": 0}


def problem(msg: str, *locations: str) -> dict[str, Any]:
    """A problem as modules return it, at the last of these locations."""
    *others, location = locations
    return {"location": location, "other_locations": others, "msg": msg}


@pytest.mark.parametrize(
    ("service", "title", "problems", "located"),
    [
        (
            "alertra",
            "Alertra: ",
            [problem("devices[10] (B): frequency must be 1", "devices[10]")],
            "Alertra: b.yml:5 alertra.devices[1] (B): frequency must be 1",
        ),
        (
            "alertra",
            "",
            [problem("device A is declared twice: devices[0] (A) and devices[10] (A)", "devices[0]", "devices[10]")],
            "device A is declared twice: a.yml:3 alertra.devices[0] (A) and b.yml:5 alertra.devices[1] (A)",
        ),
        (
            "alertra",
            "",
            [problem("devices[10] refers to A, but devices[1] does not list it", "devices[1]", "devices[10]")],
            "b.yml:5 alertra.devices[1] refers to A, but devices[1] does not list it",
        ),
        (
            "alertra",
            "",
            [problem("devices[10]: 1 is odd", "devices[10]"), problem("devices[0]: 2 is odd", "devices[0]")],
            "b.yml:5 alertra.devices[1]: 1 is odd; a.yml:3 alertra.devices[0]: 2 is odd",
        ),
        ("alertra", "Alertra: GET /x: devices[0] is odd", [], "Alertra: GET /x: devices[0] is odd"),
        (
            "simplehelp",
            "SimpleHelp: ",
            [problem("server: hostname must be the name of a server", "server")],
            "SimpleHelp: c.yml:2 simplehelp.server: hostname must be the name of a server",
        ),
        ("simplehelp", "SimpleHelp: the server refused it", [], "SimpleHelp: the server refused it"),
        (
            "alertra",
            "Alertra: ",
            [problem("devices[10] and devices[0] are odd", "devices[0]", "devices[10]")],
            "Alertra: b.yml:5 alertra.devices[1] and a.yml:3 alertra.devices[0] are odd",
        ),
        (
            "alertra",
            "Alertra: ",
            [problem("the tag web is odd", "devices[10]", "devices[0]"), problem("nothing is prunable", "")],
            "Alertra: the tag web is odd; nothing is prunable",
        ),
    ],
)
def test_places_in_a_declaration_are_named_as_places_in_files(
    service: str, title: str, problems: list[dict[str, Any]], located: str
) -> None:
    result = {"failed": True, "msg": title + "; ".join(one["msg"] for one in problems), "problems": problems}
    assert outcome({service: result}, PLACES)[service]["msg"] == located


def test_a_failure_has_the_location_of_its_object_even_if_another_has_its_name() -> None:
    places = {"alertra": [{**one, "name": "A"} for one in PLACES["alertra"]]}
    failure = {"kind": "device", "name": "A", "location": "devices[10]", "action": "update", "msg": "m"}
    result = {"failed": True, "msg": "m", "failures": [failure, {**failure, "location": None}]}
    failures = outcome({"alertra": result}, places)["alertra"]["failures"]
    assert [one["where"] for one in failures] == ["b.yml:5 alertra.devices[1]", None]


def test_an_object_that_failed_is_named_with_its_place_in_the_files() -> None:
    failures = [
        {
            "kind": "device",
            "name": "B",
            "location": "devices[10]",
            "action": "update",
            "msg": "cannot update device B: refused",
            "failure": None,
        }
    ]
    result = {"failed": True, "msg": "m", "changes": [], "summary": {**NONE, "failed": 1}, "failures": failures}
    assert report(outcome({"alertra": result, "pinghome": {"skipped": True}}, PLACES))[2:] == [
        "Alertra: b.yml:5 alertra.devices[1]: cannot update device B: refused"
    ]


def test_the_report_shows_each_service_and_each_change() -> None:
    changes = [
        {"kind": "device", "name": "A", "id": "1", "action": "update", "fields": ["url", "tags"]},
        {"kind": "device", "name": "B", "id": "2", "action": "delete", "fields": ["url"]},
    ]
    done = {"changed": True, "changes": changes, "summary": {**NONE, "update": 1, "delete": 1}, "failures": []}
    failed = {"failed": True, "msg": "Port Monitor: POST /login: refused"}
    assert report(outcome({"alertra": done, "portmonitor": failed}, {})) == [
        "                create    update    delete  recreate unchanged    failed   skipped",
        "Alertra              0         1         1         0         0         0         0",
        "Port Monitor failed, see below",
        "Alertra: update device A: url, tags",
        "Alertra: delete device B",
        "Port Monitor: POST /login: refused",
    ]


def test_a_service_without_changes_has_an_outcome_and_one_that_was_skipped_has_none() -> None:
    found = outcome({"alertra": {}, "pinghome": {"skipped": True}}, {})
    assert found == {
        "alertra": {"changed": False, "failed": False, "msg": "", "changes": [], "summary": {}, "failures": []}
    }
    assert report({}) == ["nothing is declared"]


def test_a_failure_without_an_object_is_one_line_of_the_report_and_a_singleton_is_named_once() -> None:
    change = {"kind": "server", "name": "server", "action": "update", "fields": ["hostname"]}
    created = {"kind": "technician", "name": "robin\x1b", "action": "create", "fields": []}
    result = {"changed": True, "changes": [change, created], "summary": {**NONE, "create": 1, "update": 1}}
    lines = report(outcome({"simplehelp": result, "alertra": {"failed": True, "msg": "no answer\n  at all\x07"}}, {}))
    assert lines == [
        "              create    update    delete  recreate unchanged    failed   skipped",
        "SimpleHelp         1         1         0         0         0         0         0",
        "Alertra    failed, see below",
        "SimpleHelp: update server: hostname",
        "SimpleHelp: create technician robin\\x1b",
        "no answer at all\\x07",
    ]


def test_services_are_called_as_their_modules_call_them() -> None:
    assert {name: service.title for name, service in SERVICES.items()} == TITLES
