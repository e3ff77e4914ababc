# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-test sanity`, without containers and without any server of the Ansible project.

ansible-test wants the collection in a folder `ansible_collections/<namespace>/<name>` that is no symbolic link and
that git does not ignore, so it gets a copy of the project's files. It makes its virtual environments without pip and
downloads a script that installs one; its cache of such scripts, in the home folder, gets a stand-in that uses the pip
of this environment, unless it has the script already. The environments stay in the home folder for the next run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tools import checkout

# The oldest Python that the modules support on a target; tests/config.yml says the same.
OLDEST_TARGET = "3.9"

# The first line tells it from the script of the Ansible project.
_GET_PIP = """\
# Stands in for the get-pip script that ansible-test downloads: another pip installs what ansible-test asks for.
import subprocess
import sys

packages = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
command = [{python!r}, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", sys.executable]
sys.exit(subprocess.call([*command, "install", "--no-compile", *packages]))
"""


def main(arguments: list[str]) -> int:
    """Run all sanity tests on this Python, and those of the target on the oldest one, if the machine has it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="leave out the files that the tarball does not have, and import modules with the oldest Python alone",
    )
    quick = parser.parse_args(arguments).quick
    place_get_pip(Path.home() / ".ansible" / "test" / "cache")
    with checkout.temporary_folder() as folder:
        collection = checkout.collection_dir(folder)
        checkout.copy_to(collection, checkout.published() if quick else checkout.files())
        oldest = find_python(OLDEST_TARGET)
        without = ("--skip-test", "import") if quick and oldest else ()
        try:
            run_tests(collection, "{}.{}".format(*sys.version_info), *without)
            if oldest:
                os.environ["PATH"] = f"{oldest.parent}{os.pathsep}{os.environ['PATH']}"
                run_tests(collection, OLDEST_TARGET, "--test", "compile", "--test", "import")
            else:
                print(f"This machine has no Python {OLDEST_TARGET}: its syntax is checked by ruff alone.")
        except checkout.ToolError as error:
            print(f"sanity: {error}", file=sys.stderr)
            return 1
    return 0


def place_get_pip(cache: Path) -> None:
    """Put the stand-in where ansible-test looks for the script of each pip version it pins; keep existing scripts."""
    stand_in = _GET_PIP.format(python=sys.executable)
    cache.mkdir(parents=True, exist_ok=True)
    for version in pinned_pips():
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        # A stand-in of an earlier run may name a program that is not there any more.
        if not script.exists() or script.read_text(encoding="utf-8").startswith(_GET_PIP.splitlines()[0]):
            script.write_text(stand_in, encoding="utf-8")


def pinned_pips() -> list[str]:
    """Read the pip versions that the installed ansible-test pins."""
    spec = find_spec("ansible_test._internal.python_requirements")
    if spec is None or spec.origin is None:
        raise checkout.ToolError("ansible-test is not installed")
    source = Path(spec.origin).read_text(encoding="utf-8")
    return sorted(set(re.findall(r"pip='([0-9.]+)'", source)))


def find_python(version: str) -> Path | None:
    """Find an interpreter of another version: on the path, or among those that pyenv keeps.

    A wrapper of a version manager may stand on the path and yet not answer.
    """
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which(f"python{version}")
    candidates = [Path(on_path)] if on_path else []
    candidates += sorted(kept.glob(f"{version}.*/bin/python{version}"), reverse=True)
    for candidate in candidates:
        if subprocess.run([candidate, "-c", "import ensurepip"], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def run_tests(collection: Path, python: str, *choice: str) -> None:
    """Run sanity tests in the copy of the collection; raise when one fails, or when none looked at anything."""
    command = ["ansible-test", "sanity", "--color", "no", "--python", python, *choice]
    print("$", *command, flush=True)
    process = subprocess.Popen(
        command, cwd=collection, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    started = skipped = 0
    for line in _lines(process):
        print(line, end="", flush=True)
        started += line.startswith("Running sanity test ")
        skipped += "All targets skipped" in line
    if process.returncode:
        raise checkout.ToolError(f"ansible-test failed with {process.returncode}")
    if not started or skipped:
        raise checkout.ToolError("ansible-test looked at nothing")


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    with process:
        assert process.stdout is not None
        yield from process.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
