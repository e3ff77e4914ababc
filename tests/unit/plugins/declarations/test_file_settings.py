# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What files say of a service besides its objects: defaults by kind, and what is pruned; and where files are read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader

from ansible_collections.declarative.monitoring.plugins.plugin_utils import _folder
from ansible_collections.declarative.monitoring.plugins.plugin_utils._declarations import (
    DeclarationError,
    Document,
    key_lines,
)
from ansible_collections.declarative.monitoring.plugins.plugin_utils._documents import read_documents
from ansible_collections.declarative.monitoring.plugins.plugin_utils._file_settings import Declared, read_declared
from ansible_collections.declarative.monitoring.plugins.plugin_utils._folder import declaration_files


def read(*services: str, **files: str) -> Declared:
    """What these files declare, by their names without the ending."""
    documents = [Document(f"{name}.yml", yaml.safe_load(text), key_lines(text)) for name, text in files.items()]
    return read_declared(documents, lambda value: value, services=services)


def devices(declared: Declared) -> dict[str, dict[str, Any]]:
    """The devices by name."""
    return {one["short_name"]: one for one in declared.objects["alertra"]["devices"]}


def test_defaults_apply_to_the_items_of_all_files_and_those_of_a_file_come_first() -> None:
    declared = read(
        a="alertra:\n  defaults: {devices: {frequency: 5, retries: 3}}\n  devices: [{short_name: A, frequency: 1}]\n",
        b="alertra:\n  defaults: {devices: {retries: 4}}\n"
        "  devices: [{short_name: B}, {short_name: GONE, state: absent}]\n",
    )
    assert devices(declared) == {
        "A": {"short_name": "A", "frequency": 1, "retries": 3},
        "B": {"short_name": "B", "frequency": 5, "retries": 4},
        "GONE": {"short_name": "GONE", "state": "absent"},
    }


def test_kinds_to_prune_are_collected_from_all_files() -> None:
    declared = read(
        a="alertra: {prune: [devices], prune_only: {devices: {tags: berlin}}, devices: []}",
        b="alertra: {prune: [devices, tags], tags: []}\nportmonitor: {groups: []}",
    )
    assert declared.prune == {"alertra": ["devices", "tags"]}
    assert declared.prune_only == {"alertra": {"devices": {"tags": "berlin"}}}


def test_patterns_that_are_not_known_yet_are_not_refused() -> None:
    for patterns in ("{{ later }}", {"tags": "{{ later }}"}):
        document = Document("a.yml", {"alertra": {"prune_only": {"devices": patterns}}})
        read_declared([document], lambda value: value, is_open=lambda value: "{{" in str(value))


def test_one_service_is_read_alone() -> None:
    declared = read("alertra", a="alertra: {tags: []}\npinghome: {prune: [x], heartbeats: [{nam: x}]}")
    assert declared.objects == {"alertra": {"tags": []}}
    assert declared.prune == {}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a": "alertra: {defaults: {device: {}}}"}, "a.yml:1 alertra.defaults.device: there is no such kind"),
        ({"a": "alertra: {prune_olny: {}}"}, "there are devices, tags; did you mean prune_only?"),
        ({"a": "alertra: {devcies: []}"}, "there are devices, tags; did you mean devices?"),
        ({"alert": "alertr: {}"}, "; did you mean alertra?"),
        (
            {"a": "alertra: {prune_only: {devices: {tag: x}}}"},
            "a.yml:1 alertra.prune_only.devices: names tag, but a device has no such field; did you mean tags?",
        ),
        (
            {"a": "alertra: {prune_only: {device: {tags: x}}}"},
            "alertra.prune_only.device: names device, which is none of devices, tags; did you mean devices?",
        ),
        ({"a": "alertra: {prune_only: {devices: {tags: []}}}"}, "tags must be a pattern or a list of patterns"),
        ({"a": "alertra: {prune_only: {devices: tags}}"}, "devices: must be a dictionary of fields and patterns"),
        ({"a": "alertra: {defaults: {devices: []}}"}, "must be a dictionary of options, not a list"),
        ({"a": "alertra: {defaults: {devices: {retry: 1}}}"}, "there is no option retry; did you mean retries?"),
        ({"a": "alertra: {defaults: {devices: {short_name: A}}}"}, "short_name cannot have a default"),
        ({"a": "alertra: {defaults: {devices: {state: absent}}}"}, "state cannot have a default"),
        ({"a": "alertra: {prune: [device]}"}, "a.yml:1 alertra.prune: cannot prune device; there are devices, tags"),
        ({"a": "portmonitor: {prune: [profile]}"}, "cannot prune profile; there are groups, targets"),
        ({"a": "alertra: {prune: devices}"}, "alertra.prune: must be a list of kinds, of devices, tags"),
        (
            {"a": "alertra: {prune_only: {devices: {tags: a}}}", "b": "alertra: {prune_only: {devices: {tags: b}}}"},
            "prune_only of devices is set twice: a.yml:1 alertra.prune_only.devices and b.yml:1 ",
        ),
        (
            {
                "a": "alertra: {defaults: {devices: {retries: 3}}}",
                "b": "alertra: {defaults: {devices: {retries: 4}}}",
                "c": "alertra: {devices: [{short_name: C}]}",
            },
            "c.yml has no default for retries, and other files have different ones: a.yml:1 ",
        ),
        (
            {"a": "alertra: {defaults: {devices: {frequency: 7}}, devices: [{short_name: A}]}"},
            "a.yml:1 alertra.devices[0] (A): frequency must be one of ",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused_with_their_place(files: dict[str, str], sentence: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        read(**files)
    assert sentence in str(caught.value)


def test_folders_and_files_are_read_in_the_order_in_which_they_are_listed(tmp_path: Path) -> None:
    for name in ("z/2.yml", "z/1.yml", "a/b.yml", "one.yml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("alertra: {}\n", encoding="utf-8")
    loader = DataLoader()
    loader.set_basedir(str(tmp_path))
    found = read_documents(loader, ["z", "one.yml", "a"])
    assert [document.name for document in found.documents] == ["z/1.yml", "z/2.yml", "one.yml", "a/b.yml"]
    assert [document.name for document in read_documents(loader, ["z"]).documents] == ["1.yml", "2.yml"]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("gone", "There is no folder {beside}/gone or {here}/gone."),
        ("gone.yml", "There is no file {beside}/gone.yml or {here}/gone.yml."),
        ("gone.yaml", "There is no file {beside}/gone.yaml or {here}/gone.yaml."),
        ("/gone.d", "There is no folder /gone.d."),
        (" ", "The name of the folder of the declarations is empty."),
        ("empty", "There are no declarations in {beside}/empty: no file there ends in .yml or .yaml."),
    ],
)
def test_a_folder_that_cannot_be_found_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    for name in ("beside/empty", "beside/good", "here"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "beside" / "empty" / "notes.txt").touch()
    (tmp_path / "beside" / "good" / "a.yml").touch()
    monkeypatch.chdir(tmp_path / "here")
    loader = DataLoader()
    loader.set_basedir(str(tmp_path / "beside"))
    with pytest.raises(AnsibleError) as caught:
        read_documents(loader, ["good", source])
    expected = sentence.format(beside=tmp_path / "beside", here=tmp_path / "here")
    assert str(caught.value) == expected


def test_a_folder_beside_the_playbook_comes_before_one_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("beside/both/a.yml", "here/both/b.yml", "here/one/c.yml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path / "here")
    loader = DataLoader()
    loader.set_basedir(str(tmp_path / "beside"))
    assert read_documents(loader, ["both"]).paths == [tmp_path / "beside" / "both"]
    assert read_documents(loader, ["one"]).paths == [tmp_path / "here" / "one"]


def test_declarations_are_not_looked_for_beside_the_playbooks_of_the_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the playbooks has the folder C(tasks) beside it."""
    playbooks = Path(__file__).parents[4] / "playbooks"
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "a.yml").touch()
    monkeypatch.chdir(tmp_path)
    loader = DataLoader()
    loader.set_basedir(str(playbooks))
    assert (playbooks / "tasks").is_dir()
    assert read_documents(loader, ["tasks"]).paths == [tmp_path / "tasks"]
    with pytest.raises(AnsibleError) as caught:
        read_documents(loader, ["gone"])
    assert str(caught.value) == f"There is no folder {tmp_path}/gone."
    assert read_documents(loader, [str(playbooks / "tasks")]).paths == [playbooks / "tasks"]


def test_what_cannot_be_read_in_one_of_several_folders_is_named_with_its_folder(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.yml").write_text("a: 1\n---\nb: 1\n", encoding="utf-8")
        (tmp_path / name / "gone.yml").symlink_to("nowhere")
    loader = DataLoader()
    loader.set_basedir(str(tmp_path))
    found = read_documents(loader, ["a", "b"])
    assert [problem.split(" is ")[0] for problem in found.problems] == [
        "a/gone.yml",
        "a/x.yml:2",
        "b/gone.yml",
        "b/x.yml:2",
    ]
    assert found.title == f"{tmp_path}/a, {tmp_path}/b"
    said = str(found.refusal("c.yml is odd"))
    assert said.startswith(
        f"The declarations in {tmp_path}/a, {tmp_path}/b cannot be used: a/gone.yml is a link to nowhe"
    )
    assert said.endswith("; c.yml is odd")


def test_links_that_multiply_folders_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_folder, "_MOST_FOLDERS", 50)
    for number in range(9):
        folder = tmp_path / str(number)
        folder.mkdir()
        for link in "abc":
            (folder / link).symlink_to(tmp_path / str(number + 1))
    (tmp_path / "9").mkdir()
    _names, problems = declaration_files(tmp_path / "0")
    assert any("is one of more than 50 folders" in problem for problem in problems)


def problems(**files: str) -> list[str]:
    """What is wrong with these files."""
    with pytest.raises(DeclarationError) as error:
        read(**files)
    return list(error.value.problems)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ("defaults: []", "a.yml:1 alertra.defaults: must be a dictionary of kinds, not a list"),
        (
            "defaults: {device: {}}",
            "a.yml:1 alertra.defaults.device: there is no such kind; there are devices, tags; did",
        ),
        ("defaults: {devices: 5}", "a.yml:1 alertra.defaults.devices: must be a dictionary of options, not 5"),
        ("defaults: {devices: {state: absent}}", "a.yml:1 alertra.defaults.devices: state cannot have a default"),
        ("defaults: {devices: {short_name: A}}", "a.yml:1 alertra.defaults.devices: short_name cannot have a default"),
        ("defaults: {devices: {device_id: A}}", "a.yml:1 alertra.defaults.devices: device_id cannot have a default"),
        ("defaults: {devices: {renamed_from: []}}", "a.yml:1 alertra.defaults.devices: renamed_from cannot have a def"),
        ("prune: devices", "a.yml:1 alertra.prune: must be a list of kinds, of devices, tags"),
        ("prune: [device]", "a.yml:1 alertra.prune: cannot prune device; there are devices, tags"),
        ("prune_only: []", "a.yml:1 alertra.prune_only: must be a dictionary of kinds, not a list"),
        ("prune_only: {devices: 5}", "a.yml:1 alertra.prune_only.devices: "),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(settings: str, problem: str) -> None:
    (found, *more) = problems(a=f"alertra: {{{settings}}}\n")
    assert found.startswith(problem)
    assert more == []


def test_different_defaults_or_patterns_of_two_files_are_named_with_both_places() -> None:
    default = "alertra:\n  defaults: {{devices: {{frequency: {}}}}}\n"
    assert problems(a=default.format(5), b=default.format(10), c="alertra: {devices: [{short_name: A}]}") == [
        "c.yml has no default for frequency, and other files have different ones: a.yml:2 "
        "alertra.defaults.devices.frequency and b.yml:2 alertra.defaults.devices.frequency"
    ]
    text = "alertra: {{prune: [device], prune_only: {{tags: {{name: x}}, devices: {{tags: {0}}}}}, defaults: [{0}]}}"
    assert problems(a=text.format("x"), b=text.format("y")) == [
        "a.yml:1 alertra.defaults: must be a dictionary of kinds, not a list",
        "a.yml:1 alertra.prune: cannot prune device; there are devices, tags",
        "b.yml:1 alertra.defaults: must be a dictionary of kinds, not a list",
        "b.yml:1 alertra.prune: cannot prune device; there are devices, tags",
        "prune_only of devices is set twice: a.yml:1 alertra.prune_only.devices and b.yml:1 alertra.prune_only.devices",
    ]
    only = "alertra:\n  prune: [devices]\n  prune_only: {{devices: {{tags: {}}}}}\n"
    assert problems(a=only.format("x"), b=only.format("y")) == [
        "prune_only of devices is set twice: a.yml:3 alertra.prune_only.devices and b.yml:3 alertra.prune_only.devices"
    ]


def test_values_that_are_not_known_yet_are_not_validated() -> None:
    text = "alertra: {defaults: OPEN, prune: OPEN, devices: [{short_name: A, frequency: OPEN}]}"
    documents = [Document("a.yml", yaml.safe_load(text))]
    declared = read_declared(documents, lambda value: value, is_open=lambda value: value == "OPEN")
    assert declared.objects == {"alertra": {"devices": [{"short_name": "A", "frequency": "OPEN"}]}}
    assert (declared.prune, declared.prune_only) == ({}, {})
    with pytest.raises(DeclarationError, match="frequency"):
        read_declared(documents, lambda value: "x" if value == "OPEN" else value)


def test_a_file_alone_is_called_by_its_name_and_several_by_their_paths(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("alertra: {tags: []}", encoding="utf-8")
    loader = DataLoader()
    one, other = str(tmp_path / "a.yml"), str(tmp_path / "b.yml")
    assert [document.name for document in read_documents(loader, [one]).documents] == ["a.yml"]
    assert [document.name for document in read_documents(loader, [one, other]).documents] == [one, other]


def test_files_that_cannot_be_read_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes("alertra: {tags: [{name: M\u00fcnchen}]}".encode("latin-1"))
    (tmp_path / "b.yml").write_text("a: {", encoding="utf-8")
    (tmp_path / "c.yml").write_text("$ANSIBLE_VAULT;1.1;AES256\n6162", encoding="utf-8")
    (tmp_path / "d.yml").write_text("a: !secret b", encoding="utf-8")
    found = read_documents(DataLoader(), [str(tmp_path)])
    assert found.documents == []
    latin, broken, encrypted, tagged = found.problems
    assert latin == "a.yml is not a text in UTF-8"
    assert broken.startswith("b.yml:2 is not YAML: ")
    assert encrypted.startswith("c.yml cannot be read: ")
    assert "decrypt" in encrypted.lower()
    # The reason is in the words of ansible-core.
    assert re.fullmatch(r"d\.yml is not YAML that Ansible can read: .{10,}", tagged)
