# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what follows from the services and from the files in plugins/modules.

- Into the documentation of C(<service>_config): the options of each kind, as documented in its own module. Ansible
  reads the documentation of a module as text, so these options must be written in both modules. Also the kinds that can
  be pruned, and the links to their modules.
- Into the documentation of C(<service>_config_info): the kinds that it returns.
- Into the return values of the module of a kind and of its C(_info) module: the options that they return. Values that
  are documented there by hand are left out.
- Into the return values of C(<service>_probe): what all probes return, with a question of the service as the sample.
- Into the argument specs of the roles: the services, the kinds that can be pruned, and the kinds that a site can have.
  A kind that is documented there by hand is left out.
- Into the event sources: the connection options. They cannot use a documentation fragment.
- Into README.md: the table of the modules, and the tables of the questions about live accounts.
- Into meta/runtime.yml: the action groups and the routing of all modules.
- roles/monitoring_export/files/declarations.schema.json, as a whole: the JSON Schema of declaration files.

Each other section is between two comments, C(BEGIN) and C(END), with the topic of the section. With ``--check`` nothing
is written; the script fails if a file is out of date.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
# Twice in the path, a package without a file of its own would be two folders.
sys.path[:0] = [path for path in (str(ROOT / "build" / "collections"), str(ROOT / "tests")) if path not in sys.path]

# After the path is set.
from ansible_collections.declarative.monitoring.plugins.doc_fragments.connection import ModuleDocFragment  # noqa: E402
from ansible_collections.declarative.monitoring.plugins.module_utils._ansible.specs import config_spec  # noqa: E402
from ansible_collections.declarative.monitoring.plugins.plugin_utils import _declarations  # noqa: E402
from ansible_collections.declarative.monitoring.plugins.plugin_utils._offboarding import DISABLED  # noqa: E402
from ansible_collections.declarative.monitoring.plugins.plugin_utils._role_plan import SITE_SERVICES, site_kinds  # noqa: E402
from ansible_collections.declarative.monitoring.plugins.plugin_utils._uptime_monitors import READERS  # noqa: E402
from tools import checkout  # noqa: E402
from tools.declaration_schema import declaration_schema  # noqa: E402
from tools.profiles import document_files, table_of_important, table_of_verified  # noqa: E402

if TYPE_CHECKING:
    from ansible_collections.declarative.monitoring.plugins.module_utils._core.kind import Kind

SERVICES = _declarations.SERVICES
MODULES = ROOT / "plugins" / "modules"
EVENT_SOURCES = ROOT / "extensions" / "eda" / "plugins" / "event_source"
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
README = ROOT / "README.md"
RUNTIME = ROOT / "meta" / "runtime.yml"
PROBES = "ansible_collections.declarative.monitoring.plugins.module_utils._probe"
PROBE_RESULTS = Path(__file__).with_name("probe_results.yml")
SCHEMA = ROOT / "roles" / "monitoring_export" / "files" / "declarations.schema.json"
ACTION = "declarative.monitoring.direct_execution"

WIDTH = 120

# What the objects of a kind are called, if it is not the noun of the kind.
NOUNS = {
    ("pingplotter", "agent"): "agents and templates",
    ("simplehelp", "group"): "technician groups",
    ("simplehelp", "server"): "settings of the server",
}


class _Dumper(yaml.SafeDumper):
    """Indents lists like the rest of the documentation."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


def documentation(module: str) -> dict[str, Any]:
    """The DOCUMENTATION of a module."""
    return _documentation_in((MODULES / f"{module}.py").read_text(encoding="utf-8"), module)


def _documentation_in(text: str, module: str) -> dict[str, Any]:
    """The DOCUMENTATION in the text of a module."""
    found = re.search(r'^DOCUMENTATION = r"""\n(.*?)^"""', text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise SystemExit(f"{module} has no DOCUMENTATION")
    parsed: dict[str, Any] = yaml.safe_load(found[1])
    return parsed


def options_of_lists(service: str) -> dict[str, Any]:
    """The options of a config module that hold objects."""
    return {name: _option_of(service, name, kind) for name, kind in _declarations.config_kinds(service).items()}


def _option_of(service: str, name: str, kind: Kind) -> dict[str, Any]:
    """The documentation of the option of a config module that holds the objects of a kind."""
    module = f"{service}_{kind.name}"
    suboptions = documentation(module)["options"]
    called = _called(service, kind)
    if kind.singleton:
        return {
            "description": [f"The {called}. The options are those of M(declarative.monitoring.{module})."],
            "type": "dict",
            "suboptions": _inside(suboptions, name),
        }
    return {
        "description": [f"The {called}. Each item has the options of M(declarative.monitoring.{module})."],
        "type": "list",
        "elements": "dict",
        "suboptions": _inside(suboptions, f"{name}[]"),
    }


def _called(service: str, kind: Kind) -> str:
    """What the objects of a kind are called; in the plural if there can be several."""
    return NOUNS.get((service, kind.name), kind.noun if kind.singleton else f"{kind.noun}s")


def _type(kind: Kind) -> dict[str, str]:
    """The type of an option or a result with the objects of a kind."""
    return {"type": "dict"} if kind.singleton else {"type": "list", "elements": "dict"}


def prune_choices(service: str) -> dict[str, list[str]]:
    """The choices of the option C(prune)."""
    return {"choices": list(config_spec(SERVICES[service])["prune"]["choices"])}


def see_also(service: str) -> list[dict[str, str]]:
    """The modules to which a config module refers: those of its kinds, and its info module."""
    names = [*(kind.name for kind in _declarations.config_kinds(service).values()), "config_info"]
    return [{"module": f"declarative.monitoring.{service}_{name}"} for name in names]


def returned_kinds(service: str) -> dict[str, Any]:
    """The results of a C(_config_info) module that hold objects."""
    return {
        option: {
            "description": _returned_description(service, kind),
            **_type(kind),
            "contains": {**_returned_id(kind), **_options_of(kind, f"{service}_{kind.name}", f"{service}_config_info")},
        }
        for option, kind in _declarations.config_kinds(service).items()
    }


def _returned_description(service: str, kind: Kind) -> str:
    """The description of the objects of a kind in a result, with the options that cannot have a page of their own."""
    module = f"M(declarative.monitoring.{service}_{kind.name})"
    text = f"The {_called(service, kind)}, with the options of {module} that are set."
    methods = [f"C({field.name})" for field in kind.fields if hasattr(dict, field.name)]
    return f"{text} They include {' and '.join(methods)}." if methods else text


def _returned_id(kind: Kind) -> dict[str, Any]:
    """The id of the objects in a declaration."""
    if not kind.id_option:
        return {}
    description = f"The id of the {kind.noun}. Only returned if no name identifies it."
    return {kind.id_option: {"description": description, "type": "str"}}


# -- return values -----------------------------------------------------------------------------------------------------


def returned_options(module: str, kind: Kind, manager: str) -> dict[str, Any]:
    """The options of the objects of a kind as return values of a module, without those that are documented by hand.

    :param manager: the module that has the options
    """
    path = MODULES / f"{module}.py"
    by_hand = return_values(_with_section(path.read_text(encoding="utf-8"), path, "returned options", ""), module)
    name = kind.name if kind.name in by_hand else kind.plural
    contains = by_hand[name].get("contains") or {}
    return {name: value for name, value in _options_of(kind, manager, module).items() if name not in contains}


def _options_of(kind: Kind, manager: str, module: str) -> dict[str, Any]:
    """The options of a kind as return values of a module."""
    options = documentation(manager)["options"]
    fields = {field.name for field in kind.fields}
    values = _as_returned({name: spec for name, spec in options.items() if name in fields}, manager, module)
    for name, value in return_values(_text_of(manager), manager).get(kind.name, {}).get("contains", {}).items():
        if name in values and "sample" in value:
            values[name]["sample"] = value["sample"]
    return values


def return_values(text: str, module: str) -> dict[str, Any]:
    """The RETURN in the text of a module."""
    found = re.search(r'^RETURN = r"""\n(.*?)^"""', text, re.DOTALL | re.MULTILINE)
    if found is None:
        raise SystemExit(f"{module} has no RETURN")
    parsed: dict[str, Any] = yaml.safe_load(found[1])
    return parsed


def _as_returned(options: Mapping[str, Any], manager: str, module: str) -> dict[str, Any]:
    """The documentation of options as that of return values: the first sentence, the type, and what is inside.

    ansible-test refuses return values that are named like a method of a dictionary, which Jinja finds first.
    """
    values = {}
    for option, spec in options.items():
        if hasattr(dict, option):
            continue
        value = {"description": _first_sentence(spec["description"], manager, module), "type": spec["type"]}
        if "elements" in spec:
            value["elements"] = spec["elements"]
        inside = {name: one for name, one in spec.get("suboptions", {}).items() if not name.startswith("purge_")}
        if inside:
            value["contains"] = _as_returned(inside, manager, module)
        values[option] = value
    return values


def _first_sentence(description: str | list[str], manager: str, module: str) -> str:
    """The first sentence of a description; in another module, the options in it are named with their module."""
    first = description if isinstance(description, str) else description[0]
    sentence = re.split(r"(?<=\.) (?=[A-Z])", first)[0]
    if manager == module:
        return sentence
    return re.sub(r"O\(([^)#]+)\)", rf"O(declarative.monitoring.{manager}#module:\1)", sentence)


def probe_results(service: str) -> dict[str, Any]:
    """The return values of a probe, with the expected answer to its question about listings as the sample."""
    results: dict[str, Any] = yaml.safe_load(PROBE_RESULTS.read_text(encoding="utf-8"))
    probe = importlib.import_module(
        f"{_declarations.__package__.rpartition('.')[0]}.module_utils._probe.{service}"
    ).PROBE
    question = next(one for one in probe.questions if one.switch == "list_envelope")
    sample = {
        "question": question.text,
        "document": question.document,
        "answer": "confirmed",
        "seen": question.positions[question.expected],
        "switch": question.switch,
    }
    results["findings"]["sample"] = [sample]
    results["profile"]["sample"] = {question.switch: question.expected}
    return results


def connection_options(service: str) -> dict[str, Any]:
    """The connection options of an event source. What a task does elsewhere, a poll does here."""
    text = getattr(ModuleDocFragment, service.upper())
    options: dict[str, Any] = json.loads(re.sub(r"\b([Aa]|per|the) task\b", r"\1 poll", text))["options"]
    return options


# -- roles -------------------------------------------------------------------------------------------------------------


def specs_of(role: str) -> Path:
    """The file with the options of a role."""
    return ROOT / "roles" / role / "meta" / "argument_specs.yml"


def connections(role: str) -> dict[str, Any]:
    """The suboptions of the option of a role with the connection options, by service."""
    services = READERS if role == "uptime_report" else SERVICES
    return {
        service: {
            "description": [f"Connection options as in M(declarative.monitoring.{service}_config)."],
            "type": "dict",
        }
        for service in sorted(services)
    }


def kinds_to_prune() -> dict[str, Any]:
    """The suboptions of C(monitoring_config_prune)."""
    return {
        service: {
            "description": [f"Kinds of objects that are pruned at {SERVICES[service].title}."],
            "type": "list",
            "elements": "str",
            **prune_choices(service),
        }
        for service in sorted(SERVICES)
    }


def kinds_of_site(role: str, service: str) -> dict[str, Any]:
    """The options of a site for the kinds of a service, without those that are documented by hand."""
    path = specs_of(role)
    by_hand = yaml.safe_load(_with_section(path.read_text(encoding="utf-8"), path, f"kinds at {service}", ""))
    sites = by_hand["argument_specs"]["main"]["options"][f"{role}_sites"]["options"]
    kinds = _declarations.config_kinds(service)
    describe = {"onboarding": _set_up, "offboarding": _removed}[role]
    return {
        option: {"description": [describe(service, kinds[option])], "type": "list", "elements": "dict"}
        for option in site_kinds(service)
        if option not in sites[service]["options"]
    }


def _set_up(service: str, kind: Kind) -> str:
    """How the role onboarding documents the objects of a site."""
    return f"The {_called(service, kind)}, each with the options of M(declarative.monitoring.{service}_{kind.name})."


def _removed(service: str, kind: Kind) -> str:
    """How the role offboarding documents the objects of a site."""
    key = " and ".join(f"C({name})" for name in kind.key if name != kind.scope)
    idents = [f"C({kind.id_option})"] if kind.id_option else []
    identifying = " or ".join([*idents, key] if key else idents)
    kept = " Mode V(disable) does not change them." if DISABLED.get((service, kind.name)) is None else ""
    return f"The {_called(service, kind)}, each with its {identifying}.{kept}"


# -- modules -----------------------------------------------------------------------------------------------------------


def module_names() -> list[str]:
    """The names of all modules."""
    return checkout.modules()


def table_of_modules() -> str:
    """The modules of each service, as a table in Markdown; those of the kinds first."""
    rows = [("service", "one object", "whole account", "read only"), ("---",) * 4]
    for service in sorted(SERVICES):
        config = [f"{service}_config", f"{service}_config_info"]
        kinds = dict.fromkeys((*SERVICES[service].config, *SERVICES[service].kinds))
        ranks = {f"{service}_{kind}": rank for rank, kind in enumerate(kinds)}
        own = [name for name in module_names() if name.split("_")[0] == service and name not in config]
        own.sort(key=lambda name: ranks.get(name.removesuffix("_info"), len(ranks)))
        reading = [name for name in own if name.endswith(("_info", "_probe"))]
        writing = [name for name in own if name not in reading]
        cells = [", ".join(f"`{name}`" for name in names) for names in (writing, config, reading)]
        rows.append((SERVICES[service].title, cells[0], cells[1], cells[2]))
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def runtime() -> str:
    """The action groups and the routing of all modules, as YAML."""
    modules = module_names()
    groups: dict[str, Any] = {
        service: [module for module in modules if module.split("_")[0] == service] for service in SERVICES
    }
    groups["all"] = [{"metadata": {"extend_group": list(SERVICES)}}]
    routing = {module: {"action_plugin": ACTION} for module in modules}
    content = {"action_groups": groups, "plugin_routing": {"modules": routing}}
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=10000)
    return text


def _wrap(line: str) -> list[str]:
    """A line of YAML, continued on indented lines where it is too long. PyYAML itself wraps after the given width."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _inside(options: dict[str, Any], place: str) -> dict[str, Any]:
    """The options with references in the form of suboptions: O(frequency) becomes O(devices[].frequency)."""
    text = yaml.safe_dump(options, sort_keys=False, width=10000, allow_unicode=True)
    for option in options:
        text = re.sub(rf"O\({option}(=[^)]*)?\)", rf"O({place}.{option}\1)", text)
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def sections() -> Iterator[tuple[Path, str, str]]:
    """Each section that is written: the file, the topic, and the text."""
    for service in SERVICES:
        config, info = MODULES / f"{service}_config.py", MODULES / f"{service}_config_info.py"
        yield config, "options of the objects", _yaml(options_of_lists(service), 2)
        yield config, "choices of prune", _yaml(prune_choices(service), 4)
        yield config, "seealso", _yaml(see_also(service), 2)
        yield info, "kinds", _yaml(returned_kinds(service), 4)
        # The probe of a new service is written after its other modules.
        probe = MODULES / f"{service}_probe.py"
        if probe.exists():
            yield probe, "results", _yaml(probe_results(service), 0)
        source = EVENT_SOURCES / f"{service}.py"
        if source.exists():
            yield source, "connection options", _yaml(connection_options(service), 2)
        for kind in SERVICES[service].kinds.values():
            manager = f"{service}_{kind.name}"
            for module in (name for name in (manager, f"{manager}_info") if "BEGIN returned options" in _text_of(name)):
                options = returned_options(module, kind, manager)
                yield MODULES / f"{module}.py", "returned options", _yaml(options, 4)
    for role in ROLES:
        yield specs_of(role), "connections", _yaml(connections(role), 10)
    yield specs_of("monitoring_config"), "kinds to prune", _yaml(kinds_to_prune(), 10)
    for role in ("onboarding", "offboarding"):
        for service in SITE_SERVICES:
            yield specs_of(role), f"kinds at {service}", _yaml(kinds_of_site(role, service), 14)
    yield README, "modules", table_of_modules()
    yield README, "verified", table_of_verified({name: service.title for name, service in SERVICES.items()})
    yield README, "important", table_of_important({name: service.title for name, service in SERVICES.items()})
    yield RUNTIME, "modules", runtime()


def _text_of(module: str) -> str:
    """The text of a module; empty if there is no such module."""
    path = MODULES / f"{module}.py"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _yaml(content: Any, indent: int) -> str:
    """Content as YAML, in long lines that are continued; nothing for empty content."""
    if not content:
        return ""
    text: str = yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=10000, allow_unicode=True)
    return "".join(f"{line}\n" for long in text.splitlines() for line in _wrap(f"{' ' * indent}{long}"))


def _with_section(text: str, path: Path, topic: str, section: str) -> str:
    """The text of a file with another text in a section."""
    comment = r"^ *(?:#|<!--)"
    before_and_after = rf"({comment} BEGIN {topic}: .*\n)(?:.*\n)*?({comment} END {topic}\b)"
    found = re.search(before_and_after, text, re.MULTILINE)
    if found is None:
        raise SystemExit(f"{path.relative_to(ROOT)} has no section: # BEGIN {topic}: ... # END {topic}")
    return f"{text[: found.end(1)]}{section}{text[found.start(2) :]}"


def generated() -> dict[Path, str]:
    """Each file that is written in part or as a whole, and what its whole text must be."""
    texts: dict[Path, str] = {}
    for path, topic, section in sections():
        text = texts.get(path) or path.read_text(encoding="utf-8")
        texts[path] = _with_section(text, path, topic, section)
    texts.update(document_files(SERVICES))

    def written(module: str) -> dict[str, Any]:
        """The DOCUMENTATION of a module as it will be: a new kind is not yet in the file of the C(_config) module."""
        return _documentation_in(texts[MODULES / f"{module}.py"], module)

    texts[SCHEMA] = f"{json.dumps(declaration_schema(written), indent=1, ensure_ascii=False)}\n"
    return texts


def stale_files() -> Mapping[Path, str]:
    """The files that are out of date, and what their whole texts must be."""
    return {path: text for path, text in generated().items() if not path.exists() or path.read_text("utf-8") != text}


def main() -> int:
    """Write or check all generated parts of files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if anything would change")
    check = parser.parse_args().check
    stale = stale_files()
    names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
    if stale and check:
        print(f"Out of date: {names}. Run tests/tools/sync_docs.py", file=sys.stderr)
        return 1
    print(f"Written: {names}" if stale else "All generated parts are up to date.")
    # Some parts follow from others that were out of date, such as the schema from the documentation.
    while stale:
        for path, text in stale.items():
            path.write_text(text, encoding="utf-8")
        stale = {path: text for path, text in stale_files().items() if stale.get(path) != text}
    return 0


if __name__ == "__main__":
    sys.exit(main())
