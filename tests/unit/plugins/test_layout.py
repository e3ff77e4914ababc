# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layout of the plugins: which folder may import what."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from integration.harness import ROOT

PACKAGE = "ansible_collections.declarative.monitoring"
UTILS = "plugins.module_utils"


@dataclass(frozen=True)
class Rule:
    """What the files of a folder may import of this collection and of Ansible; other packages are not restricted.

    :param may: packages and modules of this collection; ``{service}`` stands for the service that the file is named for
    :param except_for: what of these it may not import
    :param ansible: whether it may import ansible-core
    :param namespace: whether it may import the package of all collections, to say where this one is
    """

    may: tuple[str, ...] = ()
    except_for: tuple[str, ...] = ()
    ansible: bool = False
    namespace: bool = False


OWN_SERVICE = f"{UTILS}._services.{{service}}"
OWN_PROBE = f"{UTILS}._probe.{{service}}"
# The rule of a file is the one with the longest path that contains the file.
RULES = {
    f"{UTILS}._core": Rule(may=(f"{UTILS}._core",)),
    f"{UTILS}._http": Rule(may=(f"{UTILS}._http", f"{UTILS}._core")),
    f"{UTILS}._services": Rule(may=(f"{UTILS}._services", f"{UTILS}._http", f"{UTILS}._core")),
    f"{UTILS}._ansible": Rule(may=(f"{UTILS}._ansible", f"{UTILS}._core"), ansible=True),
    f"{UTILS}._probe": Rule(may=(f"{UTILS}._probe", f"{UTILS}._services", f"{UTILS}._http", f"{UTILS}._core")),
    "plugins.modules": Rule(may=(f"{UTILS}._ansible", f"{UTILS}._probe.run", OWN_SERVICE, OWN_PROBE)),
    "plugins.action": Rule(may=(f"{UTILS}._core.dates", "plugins.plugin_utils._module_process"), ansible=True),
    "plugins.action.monitoring_config": Rule(may=("plugins.plugin_utils",), ansible=True),
    "plugins.action.monitoring_config_end": Rule(may=("plugins.plugin_utils",), ansible=True),
    # Ansible imports this file before it forks a worker for each task. What it imports is imported once for all
    # workers: everything that the modules need, but not _ansible.module (see test_imports.py).
    "plugins.action.__init__": Rule(
        may=(
            f"{UTILS}._ansible",
            f"{UTILS}._core.reconcile",
            f"{UTILS}._http.client",
            "plugins.action.direct_execution",
            "plugins.plugin_utils._compiled",
            "plugins.plugin_utils._garbage",
        ),
        except_for=(f"{UTILS}._ansible.module",),
    ),
    # An inventory plugin names its service and the filters of its kinds, as an info module does, and has methods with
    # the types of the engine in their signatures.
    "plugins.inventory": Rule(may=("plugins.plugin_utils", OWN_SERVICE, f"{UTILS}._core")),
    "plugins.filter": Rule(may=("plugins.plugin_utils",), ansible=True),
    "plugins.lookup": Rule(may=("plugins.plugin_utils",), ansible=True),
    "plugins.plugin_utils": Rule(
        may=("plugins.plugin_utils", f"{UTILS}._ansible", f"{UTILS}._services", f"{UTILS}._core"),
        except_for=(f"{UTILS}._ansible.module",),
        ansible=True,
    ),
    "plugins.plugin_utils._module_process": Rule(
        may=(f"{UTILS}._core.lifeline", f"{UTILS}._core.progress", f"{UTILS}._http.transport"), ansible=True
    ),
    "plugins.plugin_utils._certificates": Rule(may=(f"{UTILS}._core.errors", f"{UTILS}._http.tls")),
    "plugins.doc_fragments": Rule(),
    # An event source names its service and says how its objects are read. The polls are in plugin_utils, because they
    # need the connection options and a client. ansible-rulebook executes the file by its path, so that it has to say
    # where the other files of the collection are.
    "extensions.eda.plugins.event_source": Rule(
        may=("plugins.plugin_utils", f"{UTILS}._services", f"{UTILS}._core"), namespace=True
    ),
}


def is_in(name: str, package: str) -> bool:
    """Whether a dotted name is a package, or is inside of it."""
    return name == package or name.startswith(f"{package}.")


def dotted(path: PurePosixPath) -> str:
    """The dotted name of a file, such as C(plugins.action.__init__)."""
    return ".".join(path.with_suffix("").parts)


def rule_of(path: PurePosixPath) -> Rule:
    """The rule of a file; a folder without a rule is an error."""
    found = [package for package in RULES if is_in(dotted(path), package)]
    assert found, f"{path} is in a folder without a rule: add one to RULES"
    return RULES[max(found, key=len)]


def imports(path: PurePosixPath, source: str) -> Iterator[str]:
    """The full names of all that a file imports, anywhere in it; names of this collection without the collection."""
    package = [*PACKAGE.split("."), *path.parent.parts]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (_without_collection(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (_without_collection(f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _function(node) in ("import_module", "__import__"):
            names = [one.value for one in node.args[:1] if isinstance(one, ast.Constant)]
            yield from (_without_collection(str(name)) for name in names)


def _function(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _without_collection(name: str) -> str:
    return name.removeprefix(f"{PACKAGE}.")


def forbidden_imports(path: PurePosixPath, source: str) -> list[str]:
    """What a file imports although the rule of its folder does not allow it."""
    rule = rule_of(path)
    service = path.stem.split("_")[0]
    may = [name.format(service=service) for name in rule.may]
    found = []
    for name in imports(path, source):
        top = name.split(".")[0]
        if name == "ansible_collections":
            allowed = rule.namespace
        elif top in ("plugins", "extensions", "ansible_collections"):
            allowed = any(is_in(name, one) for one in may) and not any(is_in(name, one) for one in rule.except_for)
        else:
            allowed = rule.ansible or top != "ansible"
        if not allowed:
            found.append(name)
    return found


def sources() -> list[PurePosixPath]:
    """All Python files that Ansible, or ansible-rulebook, loads from this collection."""
    found = [*(ROOT / "plugins").rglob("*.py"), *(ROOT / "extensions").rglob("*.py")]
    return sorted(PurePosixPath(path.relative_to(ROOT).as_posix()) for path in found)


def read(path: PurePosixPath) -> str:
    """The source of a file."""
    return Path(ROOT, path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_file_imports_only_what_its_folder_may(path: PurePosixPath) -> None:
    assert forbidden_imports(path, read(path)) == []


@pytest.mark.parametrize("package", ["plugins.action.__init__"])
def test_the_exception_of_a_file_is_in_use(package: str) -> None:
    """Otherwise it must go."""
    path = PurePosixPath(*package.split(".")).with_suffix(".py")
    found = set(imports(path, read(path)))
    ordinary = RULES[package.rpartition(".")[0]].may
    needed = [name for name in RULES[package].may if name not in ordinary]
    assert [name for name in needed if not any(is_in(one, name) for one in found)] == []


def test_roles_and_playbooks_use_no_file_of_another_folder() -> None:
    """Whoever calls them may have deleted everything but four folders, says Ansible's list of requirements."""
    outside = []
    for pattern in ("roles/**/*.yml", "playbooks/**/*.yml"):
        for path in ROOT.glob(pattern):
            text = path.read_text(encoding="utf-8")
            used = re.findall(r"(?:role_path|playbook_dir) *}}/(?:\.\./)+(\w+)", text)
            outside += [f"{path}: {name}" for name in used if name not in ("meta", "plugins", "roles", "playbooks")]
    assert outside == []


def test_the_packages_of_module_utils_are_empty_files() -> None:
    """An import in one of them would be an import by every file below."""
    folders = [path for path in (ROOT / "plugins" / "module_utils").rglob("*") if path.is_dir()]
    packages = [path / "__init__.py" for path in folders if path.name != "__pycache__"]
    assert [path for path in packages if path.read_bytes()] == []


CORE, HTTP, SERVICE = (f"plugins/module_utils/{name}" for name in ("_core/x.py", "_http/x.py", "_services/example.py"))
PART = "plugins/module_utils/_services/example/part.py"
FORBIDDEN = {
    "core imports http": (CORE, "from .._http import client"),
    "core imports http as a module": (CORE, "from .._http.client import Client"),
    "core imports a parent": (CORE, "from .. import _http"),
    "core imports everything of a parent": (CORE, "from .. import *"),
    "core imports ansible": (CORE, "import ansible"),
    "core imports a part of ansible": (CORE, "import json, ansible.module_utils.basic as basic"),
    "core imports by its full name": (CORE, f"from {PACKAGE}.plugins.module_utils._http import client"),
    "core imports a whole package by its full name": (CORE, f"import {PACKAGE}.plugins.module_utils"),
    "core imports inside a function": (CORE, "def f():\n    from .._services import alertra"),
    "core imports for type checking": (CORE, "if TYPE_CHECKING:\n    from .._ansible.options import Spec"),
    "core imports after an error": (CORE, "try:\n    import x\nexcept ImportError:\n    import ansible.errors"),
    "core imports by a function": (CORE, 'importlib.import_module("ansible.errors")'),
    "core imports another collection": (CORE, "from ansible_collections.community.general.plugins import x"),
    "http imports a service": (HTTP, "from .._services.common import poll"),
    "http imports ansible": (HTTP, "from ansible.module_utils.urls import open_url"),
    "a service imports _ansible": (SERVICE, "from .._ansible.options import Spec"),
    "a service imports ansible": (SERVICE, "from ansible.errors import AnsibleError"),
    "a part of a service imports _ansible": (PART, "from ..._ansible import report"),
    "a part of a service imports from plugins": (PART, "from ....plugin_utils import _survey"),
    "_ansible imports http": ("plugins/module_utils/_ansible/x.py", "from .._http.client import Client"),
    "_ansible imports a service": ("plugins/module_utils/_ansible/x.py", "from .._services import alertra"),
    "a module imports ansible": (
        "plugins/modules/alertra_x.py",
        "from ansible.module_utils.basic import AnsibleModule",
    ),
    "a module imports another service": (
        "plugins/modules/alertra_x.py",
        f"from {PACKAGE}.{UTILS}._services.pinghome.service import Pinghome",
    ),
    "a module imports a service of a longer name": (
        "plugins/modules/alertra_x.py",
        f"from {PACKAGE}.{UTILS}._services.alertra2 import Alertra",
    ),
    "a module imports the core": ("plugins/modules/alertra_x.py", f"from {PACKAGE}.{UTILS}._core.plan import plan"),
    "a module imports the client": ("plugins/modules/alertra_x.py", f"import {PACKAGE}.{UTILS}._http.client"),
    "a module imports plugin_utils": ("plugins/modules/alertra_x.py", "from ..plugin_utils import _survey"),
    "a service imports its probe": (SERVICE, "from .._probe.alertra import PROBE"),
    "a probe imports ansible": ("plugins/module_utils/_probe/x.py", "from ansible.errors import AnsibleError"),
    "a probe imports _ansible": ("plugins/module_utils/_probe/x.py", "from .._ansible import report"),
    "a module imports the probe of another service": (
        "plugins/modules/alertra_x.py",
        f"from {PACKAGE}.{UTILS}._probe.pinghome import PROBE",
    ),
    "an action imports a service": ("plugins/action/x.py", f"from {PACKAGE}.{UTILS}._services import alertra"),
    "an action imports the plan": ("plugins/action/x.py", f"from {PACKAGE}.{UTILS}._core import plan"),
    "the actions preload the base of the modules": (
        "plugins/action/__init__.py",
        "from ..module_utils._ansible import module",
    ),
    "the actions preload more than they must": ("plugins/action/__init__.py", "from ..module_utils._core import plan"),
    "an inventory imports another service": ("plugins/inventory/alertra.py", f"import {PACKAGE}.{UTILS}._services.x"),
    "an inventory imports _ansible": ("plugins/inventory/alertra.py", f"import {PACKAGE}.{UTILS}._ansible.options"),
    "a filter imports the core": ("plugins/filter/x.py", f"from {PACKAGE}.{UTILS}._core.values import Values"),
    "a filter imports a service": (
        "plugins/filter/x.py",
        f"def f():\n    from {PACKAGE}.{UTILS}._services import alertra",
    ),
    "a lookup imports _ansible": ("plugins/lookup/x.py", f"from {PACKAGE}.{UTILS}._ansible import options"),
    "plugin_utils imports the base of the modules": (
        "plugins/plugin_utils/_x.py",
        "from ..module_utils._ansible import module",
    ),
    "plugin_utils imports a name of the base of the modules": (
        "plugins/plugin_utils/_x.py",
        f"from {PACKAGE}.{UTILS}._ansible.module import Module",
    ),
    "plugin_utils imports http": ("plugins/plugin_utils/_x.py", "from ..module_utils._http.client import Client"),
    "plugin_utils imports an inventory": ("plugins/plugin_utils/_x.py", "from ..inventory import alertra"),
    "an event source imports http": (
        "extensions/eda/plugins/event_source/x.py",
        f"from {PACKAGE}.{UTILS}._http.client import Client",
    ),
    "an event source imports a report": (
        "extensions/eda/plugins/event_source/x.py",
        f"from {PACKAGE}.{UTILS}._ansible.report import show",
    ),
    "documentation imports something": ("plugins/doc_fragments/x.py", "from ..module_utils._core import values"),
}
ALLOWED = {
    "a probe imports below": ("plugins/module_utils/_probe/x.py", "from .._services.alertra import DEVICE"),
    "a module imports its probe": (
        "plugins/modules/alertra_x.py",
        f"from {PACKAGE}.{UTILS}._probe.alertra import PROBE",
    ),
    "core imports itself": (CORE, "import json\nfrom .kind import Kind\nfrom . import values"),
    "http imports the core": (HTTP, "import requests\nfrom .._core.errors import ApiError"),
    "a part of a service imports below": (PART, "from ..._http.client import Client\nfrom ..common import poll"),
    "a module imports its service": (
        "plugins/modules/alertra_x.py",
        f"from {PACKAGE}.{UTILS}._services.alertra import Alertra",
    ),
    "a module imports a part of its service": (
        "plugins/modules/pinghome_x_info.py",
        f"from {PACKAGE}.{UTILS}._services.pinghome.kinds import FILTERS",
    ),
    "an event source imports the polls": (
        "extensions/eda/plugins/event_source/x.py",
        f"from {PACKAGE}.plugins.plugin_utils._event_source import watch\n"
        f"from {PACKAGE}.{UTILS}._services import alertra",
    ),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_wrong_import_is_found(name: str) -> None:
    path, source = FORBIDDEN[name]
    assert len(forbidden_imports(PurePosixPath(path), source)) == 1


@pytest.mark.parametrize("name", ALLOWED)
def test_a_right_import_is_not(name: str) -> None:
    path, source = ALLOWED[name]
    assert forbidden_imports(PurePosixPath(path), source) == []


def test_a_folder_without_a_rule_is_found() -> None:
    with pytest.raises(AssertionError, match="without a rule"):
        rule_of(PurePosixPath("plugins/connection/x.py"))


# -- the length of functions -------------------------------------------------------------------------------------------

LONGEST = 50


def long_functions(source: str) -> list[str]:
    """The functions of more lines than LONGEST, from C(def) to the last line."""
    return [
        f"{node.name} has {length} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST
    ]


@pytest.mark.parametrize("path", sources(), ids=str)
def test_no_function_is_long(path: PurePosixPath) -> None:
    assert long_functions(read(path)) == []


def test_a_long_function_is_found() -> None:
    def source(lines: int) -> str:
        return "class C:\n    async def f():\n" + "        x = 1\n" * (lines - 1)

    assert long_functions(source(LONGEST)) == []
    assert long_functions(source(LONGEST + 1)) == ["f has 51 lines"]
