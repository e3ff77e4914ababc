# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Declarations in Git, applied by the playbooks: renames, an account that teams share, and files without secrets."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from integration import test_alertra_config, test_portmonitor_config
from integration.canaries import canary, found
from integration.harness import Account, Run, requests_of, writes
from integration.test_playbooks_ops import play
from integration.test_roles_config import failure
from sandbox.client import Sandbox


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder."""
    person = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    command = ["git", "-C", str(folder), *person, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path, files: Mapping[str, Any]) -> str:
    """Commit files of declarations, and return the commit."""
    folder.mkdir(exist_ok=True)
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A change")
    return git(folder, "rev-parse", "HEAD")


def last_line(run: Run) -> str:
    """The last line of the plan of a run."""
    assert run.code == 0, run.output
    (lines,) = [result["report"] for result in run.of("monitoring_config")]
    assert "\n".join(lines) in run.output
    return str(lines[-1])


# -- renames -----------------------------------------------------------------------------------------------------------


def alertra_file(*names: str, renamed: bool = False) -> dict[str, Any]:
    """Devices with these names, in the order of those of the account."""
    former = {"renamed_from": ["D{}"]} if renamed else {}
    return {
        "alertra": {
            "prune": ["devices"],
            "devices": [
                {
                    **test_alertra_config.device(number),
                    "short_name": name,
                    **{option: [text.format(number) for text in texts] for option, texts in former.items()},
                }
                for number, name in enumerate(names)
            ],
        }
    }


def people(*names: str) -> list[dict[str, Any]]:
    """Technicians."""
    return [{"username": name} for name in names]


def test_a_rename_in_git_alone_is_six_updates_and_a_second_run_changes_nothing(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    sandbox.set_state("alertra", test_alertra_config.seed(3))
    sandbox.set_state("portmonitor", test_portmonitor_config.seed(2, 2))
    sandbox.set_state("simplehelp", {"technicians": people("anna", "ben")})
    folder, options = tmp_path / "monitoring", {"config_directory": str(tmp_path / "monitoring")}
    targets = test_portmonitor_config.declared(2, 2)["targets"]
    groups = [{"name": "G0"}, {"name": "G1"}]
    first = {
        "alertra.yml": alertra_file("D0", "D1", "D2"),
        "portmonitor.yml": {"portmonitor": {"prune": ["groups", "targets"], "groups": groups, "targets": targets}},
        "simplehelp.yml": {"simplehelp": {"prune": ["technicians"], "technicians": people("anna", "ben")}},
    }
    commit(folder, first)
    assert last_line(play(accounts, "plan", **options)) == "Plan: 0 to create, 0 to update, 0 to delete, 0 undeclared."
    before = idents(sandbox)
    renamed = {
        "alertra.yml": alertra_file("NEW0", "NEW1", "NEW2", renamed=True),
        "portmonitor.yml": {
            "portmonitor": {
                "prune": ["groups", "targets"],
                "groups": [{"name": f"New {number}", "renamed_from": [f"G{number}"]} for number in range(2)],
                "targets": [{**one, "group": one["group"].replace("G", "New ")} for one in targets],
            }
        },
        "simplehelp.yml": {
            "simplehelp": {
                "prune": ["technicians"],
                "technicians": [{"username": "anna.berg", "renamed_from": ["anna"]}, *people("ben")],
            }
        },
    }
    revision, plan = commit(folder, renamed), tmp_path / "plan.json"
    planned = play(accounts, "plan", **options, plan_file=str(plan), plan_fail_on_drift=False)
    assert last_line(planned) == "Plan: 0 to create, 6 to update, 0 to delete, 0 undeclared."
    assert re.search(r'^  ~ technician \S+: username: "anna" -> "anna.berg"$', planned.output, re.MULTILINE)
    document = json.loads(plan.read_text(encoding="utf-8"))
    assert document["revision"] == revision
    applied = play(accounts, "apply", **options, approved_plan=str(plan))
    assert last_line(applied) == "Applied: 0 created, 6 updated, 0 deleted, 0 undeclared."
    assert idents(sandbox) == before
    sandbox.clear_requests()
    again = play(accounts, "apply", **options)
    assert last_line(again) == "Applied: 0 created, 0 updated, 0 deleted, 0 undeclared."
    assert not writes(sandbox.requests())
    assert "WARNING" not in again.output
    reused_later(sandbox, accounts, folder, options)


def idents(sandbox: Sandbox) -> dict[str, list[Any]]:
    """The ids of all objects."""
    places = {
        "alertra": ("devices", "device_id"),
        "portmonitor": ("groups", "id"),
        "simplehelp": ("technicians", "uniqueID"),
    }
    return {service: [one[key] for one in sandbox.state(service)[place]] for service, (place, key) in places.items()}


def reused_later(sandbox: Sandbox, accounts: Sequence[Account], folder: Path, options: Mapping[str, Any]) -> None:
    """Somebody makes a device of the old name by hand; later it is declared as a new one."""
    state = sandbox.state("alertra")
    state["devices"].append({**test_alertra_config.seed(1)["devices"][0], "ShortName": "D0"})
    sandbox.set_state("alertra", state)
    by_hand = play(accounts, "apply", **options)
    assert last_line(by_hand) == "Applied: 0 created, 0 updated, 0 deleted, 1 undeclared."
    assert "it is neither renamed nor pruned in this run" in " ".join(by_hand.output.split())
    names = [one["ShortName"] for one in sandbox.state("alertra")["devices"]]
    assert names == ["NEW0", "NEW1", "NEW2", "D0"]


# -- a shared account --------------------------------------------------------------------------------------------------


def test_two_teams_prune_a_shared_account_and_neither_sees_what_is_the_others(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    """An MSP's account: 60 devices of Munich, and 5 of Berlin, of which 2 are no longer declared."""
    state = test_alertra_config.seed(65)
    state["tags"] = [{"Name": "berlin"}, {"Name": "munich"}]
    for number, one in enumerate(state["devices"]):
        one["Tags"] = ["berlin" if number < 5 else "munich"]
    sandbox.set_state("alertra", state)
    teams = {"berlin": range(3), "munich": range(5, 64)}
    for team, numbers in teams.items():
        devices = [test_alertra_config.device(number, tags=[team]) for number in numbers]
        pruned = {"prune": ["devices"], "prune_only": {"devices": {"tags": team}}}
        commit(tmp_path / team, {"alertra.yml": {"alertra": {**pruned, "devices": devices}}})
    planned = play([alertra], "plan", config_directory=str(tmp_path / "berlin"), plan_fail_on_drift=False)
    assert last_line(planned) == "Plan: 0 to create, 0 to update, 2 to delete, 2 undeclared."
    # Nothing of the other team, not even a number.
    assert len(planned.output.splitlines()) <= 16, planned.output
    assert not re.search(r"\bD([5-9]|\d\d)\b|munich|60|62", planned.output)
    for team, gone, left in (("berlin", "2 deleted, 2 undeclared", 63), ("munich", "1 deleted, 1 undeclared", 62)):
        applied = play([alertra], "apply", config_directory=str(tmp_path / team))
        assert last_line(applied) == f"Applied: 0 created, 0 updated, {gone}."
        assert len(sandbox.state("alertra")["devices"]) == left
    for team in teams:
        again = play([alertra], "plan", config_directory=str(tmp_path / team), plan_fail_on_undeclared=True)
        assert last_line(again) == "Plan: 0 to create, 0 to update, 0 to delete, 0 undeclared."


def test_an_object_more_another_account_and_other_files_make_an_approved_plan_stale(
    sandbox: Sandbox, alertra: Account, tmp_path: Path
) -> None:
    sandbox.set_state("alertra", test_alertra_config.seed(2))
    folder, plan = tmp_path / "files", tmp_path / "plan.json"
    commit(folder, {"alertra.yml": alertra_file("D0")})
    options = {"config_directory": str(folder), "approved_plan": str(plan)}
    play([alertra], "plan", config_directory=str(folder), plan_file=str(plan))
    more = test_alertra_config.seed(3)
    more["devices"][:2] = sandbox.state("alertra")["devices"]
    two = sandbox.set_state("alertra", more)
    with requests_of(sandbox, "alertra") as requests:
        assert "delete device D2: in the plan now, but not approved" in failure(play([alertra], "apply", **options))
    assert not writes(requests)
    two["devices"].pop()
    sandbox.set_state("alertra", two)
    commit(folder, {"alertra.yml": alertra_file("D0", "D1")})
    assert "delete device D1: approved, but not in the plan now" in failure(play([alertra], "apply", **options))
    commit(folder, {"alertra.yml": alertra_file("D0")})
    url = alertra.environment["ALERTRA_API_URL"].replace("127.0.0.1", "localhost")
    other = Account("alertra", {**alertra.environment, "ALERTRA_API_URL": url})
    assert "the account is another one" in failure(play([other], "apply", **options))
    assert [one["ShortName"] for one in sandbox.state("alertra")["devices"]] == ["D0", "D1"]
    done = play([alertra], "apply", **options)
    assert last_line(done) == "Applied: 0 created, 0 updated, 1 deleted, 1 undeclared."


# -- secrets -----------------------------------------------------------------------------------------------------------


def secret_files(new: Any, changed: Any) -> dict[str, Any]:
    """Declarations with secrets of new objects, and with one that replaces another."""
    technician = {"update_password": "always", "password": changed}
    return {
        "simplehelp": {
            "technicians": [{"username": "anna", **technician}, {"username": "new", "password": new}],
            "groups": [{"name": "G", "video_password": changed}, {"name": "H", "video_password": new}],
        },
        "pinghome": {
            "resources": [
                {"name": "R", "type": "http", "url": "https://r.example.com", "headers": {"Authorization": changed}},
                {"name": "S", "type": "http", "url": "https://s.example.com", "headers": {"Authorization": new}},
            ]
        },
    }


def written(
    sandbox: Sandbox, accounts: Sequence[Account], folder: Path, stored: Any, new: Any, changed: Any
) -> dict[str, str]:
    """All that a plan, the run and the plan of its undo write to files."""
    folder.mkdir()
    sandbox.reset()
    sandbox.set_state(
        "simplehelp", {"technicians": [{"username": "anna"}], "groups": [{"name": "G", "videoPassword": stored}]}
    )
    resource = {"name": "R", "type": "http", "url": "https://r.example.com", "headers": {"Authorization": stored}}
    sandbox.set_state("pinghome", {"resources": [resource]})
    (folder / "all.yml").write_text(yaml.safe_dump(secret_files(new, changed)), encoding="utf-8")
    # One request at a time, so that new objects get the same ids in each run.
    options = {"config_directory": str(folder / "all.yml"), "monitoring_config_concurrency": 1}
    files = {"plan_file": str(folder / "plan.json"), "plan_markdown": str(folder / "plan.md")}
    planned = play(accounts, "plan", **options, **files, plan_fail_on_drift=False)
    assert planned.code == 0, planned.output
    applied = play(accounts, "apply", **options, approved_plan=files["plan_file"], undo_directory=str(folder / "undo"))
    assert applied.code == 0, applied.output
    (undo,) = (folder / "undo").iterdir()
    files = {name: path.replace("plan.", "back.") for name, path in files.items()}
    back = play(accounts, "undo", "--check", undo_file=str(undo), **files)
    assert back.code == 0, back.output
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "all.yml"]
    texts = {re.sub(r"\d{8}T\d{6}Z", "TIME", path.name): path.read_text(encoding="utf-8") for path in paths}
    assert texts.keys() == {"plan.json", "plan.md", "back.json", "back.md", "undo-TIME-localhost.yml"}
    return texts


def test_no_file_of_a_plan_or_an_undo_holds_a_secret_in_any_encoding(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    texts = written(sandbox, accounts, tmp_path / "files", canary(), canary(), canary())
    assert {name: found(text) for name, text in texts.items()} == {name: [] for name in texts}
    assert "(changed)" in texts["plan.json"]


DIGEST = re.compile(r"\b([0-9a-f]{32,128}|[a-p]{64}|[A-Za-z0-9+/_-]{43}=?)\b")
_TO_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def digests(text: str) -> Iterator[str]:
    """Common digests of a text, in the forms in which they could be in a file."""
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
        value = hashlib.new(name, text.encode()).hexdigest()
        yield value
        yield value.translate(_TO_LETTERS)


def test_a_secret_of_four_digits_cannot_be_guessed_from_the_files(
    sandbox: Sandbox, accounts: Sequence[Account], tmp_path: Path
) -> None:
    """Two runs whose files differ by their secrets alone write the same. And no digest in them is that of any PIN."""
    pairs = [("4711", "0815", "3141"), ("2718", "1618", "5772")]
    seen = [written(sandbox, accounts, tmp_path / str(number), *pins) for number, pins in enumerate(pairs)]
    plain = [{name: _without_time(text) for name, text in texts.items()} for texts in seen]
    assert plain[0] == plain[1]
    for pin in pairs[0]:
        assert not [name for name, text in plain[0].items() if re.search(rf"(?<!\d){pin}(?!\d)", text)]
    there = {digest for text in plain[0].values() for digest in DIGEST.findall(text)}
    assert len(there) >= 4, there
    ids = {
        one["plan_id"] for text in ("plan.json", "back.json") for one in json.loads(seen[0][text])["services"].values()
    }
    assert ids <= there
    for number in range(10_000):
        pin = f"{number:04}"
        for guess in (pin, json.dumps(pin), f"{pin}\n", f"password{pin}", f"anna{pin}", f"Authorization: {pin}"):
            assert not there & set(digests(guess)), pin


def _without_time(text: str) -> str:
    """A file without the time of the run."""
    return re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(Z| UTC)", "TIME", text)
