# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the part of AWX's API that the modules of awx.awx use.

It keeps objects of any kind, and refuses what AWX 24.6.1 refuses in those that the kit creates: an injector of an
unknown input, an unknown type of question, a schedule that does not answer every required question. It also launches
jobs, pulls images and imports inventories, without running anything: it returns what AWX would start or store.
Workflows run in awx_workflow.py.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

Object = dict[str, Any]

TOKEN = "sandbox-awx-token"
ENCRYPTED = "$encrypted$"
# What a job template, a schedule and a node of a workflow can be about.
_STARTED = {
    "projects": "project",
    "job_templates": "job_template",
    "workflow_job_templates": "workflow_job_template",
    "inventory_sources": "inventory_source",
}
_PARENTS = ("organization", "inventory", "workflow_job_template", "unified_job_template")
_ANSWERS: dict[str, type] = {
    "text": str,
    "textarea": str,
    "password": str,
    "multiplechoice": str,
    "multiselect": str,
    "integer": int,
}
# The types of answers; all others are texts.
_GIVEN: dict[str, type] = {"integer": int, "multiselect": list}
# The kinds behind the names of associations.
_ASSOCIATED = {
    "galaxy_credentials": "credentials",
    "notification_templates_approvals": "notification_templates",
    "notification_templates_error": "notification_templates",
    "notification_templates_started": "notification_templates",
    "notification_templates_success": "notification_templates",
}
_ROLES = {
    "job_templates": ("read_role", "execute_role"),
    "workflow_job_templates": ("read_role", "execute_role", "approval_role"),
}
# The configuration of a notification: the type of each field, and its default if it has one.
_NOTIFICATIONS: dict[str, dict[str, tuple[type, Any]]] = {
    "email": {
        "host": (str, None),
        "port": (int, None),
        "username": (str, None),
        "password": (str, None),
        "use_tls": (bool, None),
        "use_ssl": (bool, None),
        "sender": (str, None),
        "recipients": (list, None),
        "timeout": (int, 30),
    },
    "webhook": {
        "url": (str, None),
        "http_method": (str, "POST"),
        "disable_ssl_verification": (bool, False),
        "username": (str, ""),
        "password": (str, ""),
        "headers": (dict, None),
    },
}
_EVENTS = ("started", "success", "error", "workflow_approval")
_CONTROL_PLANE = "Control Plane Execution Environment"
# The first ansible-core with which the playbook of project updates fails if there are collections to install.
_TOO_NEW = (2, 21)
_APPROVAL = ("name", "description", "timeout")
_FIELD = {"id", "label", "type", "secret", "help_text", "choices", "default", "multiline", "format", "ask_at_runtime"}
_RULE = re.compile(r"DTSTART(;TZID=(?P<zone>[^:]+))?:\d{8}T\d{6}Z? RRULE:FREQ=[A-Z]+;INTERVAL=\d+(;[A-Z]+=[\w,]+)*")


_PROMPTS = {
    "job_type": "ask_job_type_on_launch",
    "limit": "ask_limit_on_launch",
    "scm_branch": "ask_scm_branch_on_launch",
    "inventory": "ask_inventory_on_launch",
    "job_slice_count": "ask_job_slice_count_on_launch",
    "credentials": "ask_credential_on_launch",
}
"""The prompts of a job template, with the field that allows each."""


class RefusedError(Exception):
    """AWX would answer this with 400."""


class ForbiddenError(Exception):
    """AWX would answer this with 403."""


@dataclass
class Awx:
    """What an AWX holds.

    :ivar playbooks: the files in the repository of every project
    :ivar fetched: those that AWX knows, since the last project update
    :ivar superuser: whether requests come from a system administrator, or from an administrator of the organization
    :ivar organization: the organization of that administrator
    :ivar control_plane_core: the version of ansible-core in the image that updates projects
    :ivar registry: what a registry has under the names of images; AWX knows an image under a name until it pulls again
    :ivar imported: the hosts of inventory sources, by the name of the source
    :ivar imported_variables: the variables of these hosts, by the names of the source and of the host
    :ivar failing: the inventory sources whose update fails, for example because they have no credential
    :ivar writes: the requests that changed something, as words for a message
    """

    playbooks: Sequence[str]
    url: str = ""
    fetched: Sequence[str] = ()
    superuser: bool = True
    organization: str = "Monitoring"
    control_plane_core: tuple[int, int] = (2, 15)
    registry: dict[str, str] = field(default_factory=dict)
    imported: dict[str, list[str]] = field(default_factory=dict)
    imported_variables: dict[str, dict[str, Object]] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    writes: list[str] = field(default_factory=list)
    _objects: dict[tuple[str, int], Object] = field(default_factory=dict)
    _associations: dict[tuple[str, int, str], list[int]] = field(default_factory=dict)
    _surveys: dict[tuple[str, int], Object] = field(default_factory=dict)
    _secrets: dict[tuple[int, str], str] = field(default_factory=dict)
    _images: dict[str, str] = field(default_factory=dict)
    _known: dict[str, list[str]] = field(default_factory=dict)
    _variables: dict[tuple[int, str], Object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Create the objects that every AWX has."""
        galaxy = {"kind": "galaxy", "namespace": "galaxy_api_token", "inputs": {"fields": []}}
        self._objects["credential_types", -1] = {"id": -1, "name": "Ansible Galaxy/Automation Hub API Token", **galaxy}
        stock = {"id": -2, "name": "Ansible Galaxy", "credential_type": -1, "inputs": {}, "organization": None}
        self._objects["credentials", -2] = {**stock, "url": "/api/v2/credentials/-2/", "type": "credential"}
        environment = {"id": -3, "name": _CONTROL_PLANE, "organization": None, "image": "awx-ee:24.6.1"}
        self._objects["execution_environments", -3] = {**environment, "managed": True}

    # -- for tests ---------------------------------------------------------------------------------------------------

    def all(self, kind: str) -> dict[str, Object]:
        """The objects of a kind, by their names."""
        return {one.get("name") or one["identifier"]: one for key, one in self._objects.items() if key[0] == kind}

    def associated(self, kind: str, name: str, association: str) -> list[str]:
        """The names of what an object is associated with."""
        target = _target(kind, association)
        found = self._associations.get((kind, self.all(kind)[name]["id"], association), [])
        return sorted(self._name(self._objects[target, ident]) for ident in found)

    def granted(self, kind: str, name: str, role: str) -> list[str]:
        """The teams that have a role on an object."""
        ident = self.all(kind)[name]["summary_fields"]["object_roles"][role]["id"]
        return sorted(
            self._name(self._objects["teams", team]) for team in self._associations.get(("roles", ident, "teams"), [])
        )

    def launch(self, template: str, **body: Any) -> Object:
        """Launch a job template by its name.

        :raises RefusedError: if AWX refuses the launch
        """
        return self._launch(self.all("job_templates")[template], body)[1]

    def nodes(self, workflow: str) -> dict[str, Object]:
        """The nodes of a workflow by their identifiers."""
        ident = self.all("workflow_job_templates")[workflow]["id"]
        found = [one for (kind, _ident), one in self._objects.items() if kind == "workflow_job_template_nodes"]
        return {one["identifier"]: one for one in found if one["workflow_job_template"] == ident}

    def next_nodes(self, node: Object, status: str) -> list[Object]:
        """The nodes that follow one that has ended as C(successful) or C(failed)."""
        kind = "workflow_job_template_nodes"
        ways = ("success_nodes" if status == "successful" else "failure_nodes", "always_nodes")
        found = [ident for way in ways for ident in self._associations.get((kind, node["id"], way), [])]
        return [self._objects[kind, ident] for ident in found]

    def template_of(self, node: Object) -> Object:
        """What a node starts."""
        ident = node["unified_job_template"]
        kinds = (*_STARTED, "workflow_approval_templates")
        return next(one for (kind, number), one in self._objects.items() if number == ident and kind in kinds)

    def pulled(self, environment: str) -> str:
        """What a job runs in: the image under this name that AWX has, or that of the registry."""
        one = self.all("execution_environments")[environment]
        image = one["image"]
        if one.get("pull") == "always" or image not in self._images:
            self._images[image] = self.registry[image]
        return self._images[image]

    def update_source(self, name: str) -> None:
        """Update an inventory source, so that AWX knows its hosts before the next launch."""
        self._known[name] = self.imported.get(name, [f"host of {name}"])
        source = self.all("inventory_sources")[name]
        for host, given in self.imported_variables.get(name, {}).items():
            key = source["inventory"], host
            # Several sources of an inventory may have a host with the same name. AWX overwrites the variables of all.
            before = {} if source.get("overwrite_vars") else self._variables.get(key, {})
            self._variables[key] = {**before, **given}

    def variables_of(self, inventory: str, host: str) -> Object:
        """The variables of a host of an inventory, since the last updates of its sources."""
        return self._variables[self.all("inventories")[inventory]["id"], host]

    def sees_jobs(self, team: str, template: str) -> bool:
        """Whether a team sees the jobs of a job template. The jobs of a workflow are no exception."""
        return any(team in self.granted("job_templates", template, role) for role in _ROLES["job_templates"])

    def survey(self, kind: str, name: str) -> list[Object]:
        """The questions of a template."""
        questions: list[Object] = self._surveys.get((kind, self.all(kind)[name]["id"]), {}).get("spec", [])
        return questions

    def input(self, credential: str, name: str) -> Any:
        """An input of a credential, decrypted."""
        one = self.all("credentials")[credential]
        return self._secrets.get((one["id"], name), one["inputs"][name])

    def password(self, notification: str) -> str:
        """The password of a notification template, decrypted."""
        return self._secrets.get((self.all("notification_templates")[notification]["id"], "password"), "")

    @staticmethod
    def _name(one: Object) -> str:
        return str(one.get("name") or one["identifier"])

    # -- the API -----------------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """The status and the body of an answer."""
        parts = path.removeprefix("/api/v2/").strip("/").split("/")
        try:
            match parts:
                case [kind]:
                    return self._listing(kind, query) if method == "GET" else self._create(kind, body)
                case [kind, ident]:
                    one = self._objects[kind, int(ident)]
                    return 200, one if method == "GET" else self._update(kind, one, body)
                case [kind, ident, "survey_spec"]:
                    return self._survey(method, (kind, int(ident)), body)
                case ["workflow_job_template_nodes" as kind, ident, "create_approval_template"]:
                    return self._create_approval(self._objects[kind, int(ident)], body)
                case ["projects", ident, "update"] if method == "POST":
                    return 202, self._update_project(self._objects["projects", int(ident)])
                case ["job_templates" as kind, ident, "launch"]:
                    return self._launch(self._objects[kind, int(ident)], body or {})
                case [kind, ident, association]:
                    return self._associate(method, (kind, int(ident), association), body)
        except ForbiddenError as exc:
            return 403, {"detail": str(exc)}
        except RefusedError as exc:
            return 400, {"error": str(exc), "__all__": [str(exc)]}
        except KeyError:
            pass
        return 404, {"detail": "Not found."}

    def _listing(self, kind: str, query: Mapping[str, str]) -> tuple[int, Object]:
        kinds = _STARTED if kind == "unified_job_templates" else (kind,)
        found = [one for (of, _ident), one in self._objects.items() if of in kinds and self._is_visible(of, one)]
        found = [one for one in found if all(str(one.get(name)) == value for name, value in query.items())]
        return 200, {"count": len(found), "next": None, "results": found}

    def _is_visible(self, kind: str, one: Object) -> bool:
        """Whether requests see an object. An administrator of an organization only sees its credentials."""
        if self.superuser or kind != "credentials":
            return True
        own = self.all("organizations").get(self.organization)
        return own is not None and one.get("organization") == own["id"]

    def _create(self, kind: str, body: Object) -> tuple[int, Object]:
        ident = len(self._objects) + 1
        self._check(kind, body)
        if kind == "credential_types" and not self.superuser:
            raise ForbiddenError("You do not have permission to perform this action.")
        self._check_unique(kind, body)
        url = f"/api/v2/{kind}/{ident}/"
        one = {"id": ident, "url": url, "type": _STARTED.get(kind, kind.removesuffix("s")), "scm_revision": ""}
        one |= {"related": {"survey_spec": f"{url}survey_spec/", "update": f"{url}update/"}, "summary_fields": {}}
        self._objects[kind, ident] = one
        one["summary_fields"] = {"object_roles": {role: self._role(role) for role in _ROLES.get(kind, ())}}
        self.writes.append(f"POST {kind} {self._name(body)}")
        self._store(kind, one, body)
        if kind == "projects":
            self._update_project(one)
        return 201, one

    def _update_project(self, project: Object) -> Object:
        """Fetch the playbooks, which AWX does when it is asked to, and after a project was created.

        The image of the control plane does it, whatever image the jobs of the project run in.
        """
        failed = self.control_plane_core >= _TOO_NEW and self._installs_collections(project)
        if not failed:
            self.fetched = tuple(self.playbooks)
        ident = len(self._objects) + 1
        update = {"id": ident, "url": f"/api/v2/project_updates/{ident}/", "name": "update", "scm_revision": ""}
        self._objects["project_updates", ident] = update
        update |= {"execution_environment": -3, "finished": "2026-01-01T00:00:00Z", "failed": failed}
        update |= {"status": "failed" if failed else "successful"}
        return update

    def _check_unique(self, kind: str, body: Object) -> None:
        for (of, _ident), other in self._objects.items():
            # Approvals of several workflows may have the same name.
            same = of == kind != "workflow_approval_templates" and self._name(other) == self._name(body)
            if same and all(other.get(parent) == body.get(parent) for parent in _PARENTS):
                raise RefusedError(f"{kind} {self._name(body)} is there already")

    def _create_approval(self, node: Object, body: Object) -> tuple[int, Object]:
        status, one = self._create("workflow_approval_templates", _of_approval({"timeout": 0, **body}))
        node["unified_job_template"] = one["id"]
        node["related"]["unified_job_template"] = one["url"]
        return status, one

    def _role(self, name: str) -> Object:
        ident = len(self._objects) + 1
        self._objects["roles", ident] = role = {"id": ident, "name": name}
        return role

    def _update(self, kind: str, one: Object, body: Object) -> Object:
        if kind == "workflow_approval_templates":
            body = _of_approval(body)
            if all(one.get(name) == value for name, value in body.items()):
                return one
        self._check(kind, {**one, **body})
        self.writes.append(f"PATCH {kind} {self._name(one)}")
        return self._store(kind, one, body)

    def _store(self, kind: str, one: Object, body: Object) -> Object:
        if kind == "credentials":
            fields = self._objects["credential_types", body["credential_type"]]["inputs"]["fields"]
            inputs = dict(body.get("inputs", {}))
            for name in [item["id"] for item in fields if item.get("secret") and inputs.get(item["id"], ENCRYPTED)]:
                if inputs.get(name, ENCRYPTED) != ENCRYPTED:
                    self._secrets[one["id"], name] = inputs[name]
                    inputs[name] = ENCRYPTED
            body = {**body, "inputs": inputs}
        elif kind == "notification_templates" and "notification_configuration" in body:
            fields = _NOTIFICATIONS[{**one, **body}["notification_type"]]
            defaults = {name: default for name, (_type, default) in fields.items() if default is not None}
            # What a request leaves out stays, and null does not remove a message.
            given = {event: text for event, text in (body.get("messages") or {}).items() if text}
            body = {**body, "messages": {**dict.fromkeys(_EVENTS), **(one.get("messages") or {}), **given}}
            stored = {**defaults, **body["notification_configuration"]}
            if stored["password"] not in ("", ENCRYPTED):
                self._secrets[one["id"], "password"] = stored["password"]
                stored["password"] = ENCRYPTED
            body = {**body, "notification_configuration": stored}
        one.update(body)
        return one

    def _survey(self, method: str, key: tuple[str, int], body: Object) -> tuple[int, Object]:
        self._objects[key]  # or it is not found
        if method == "GET":
            return 200, self._surveys.get(key, {})
        if method == "POST":
            _check_survey(body)
            self._surveys[key] = body
        else:
            self._surveys.pop(key, None)
        self.writes.append(f"{method} survey of {self._name(self._objects[key])}")
        return 200, {}

    def _associate(self, method: str, key: tuple[str, int, str], body: Object) -> tuple[int, Any]:
        self._objects[key[:2]]  # or it is not found
        target = _target(key[0], key[2])
        associated = self._associations.setdefault(key, [])
        if method == "GET":
            return 200, {"count": len(associated), "next": None, "results": [{"id": ident} for ident in associated]}
        one = self._objects[target, body["id"]]
        self.writes.append(f"POST {key[2]} of {self._name(self._objects[key[:2]])}: {self._name(one)}")
        if body.get("disassociate"):
            associated.remove(body["id"])
            return 204, None
        if target == "credentials" and one["credential_type"] in {
            self._objects[target, ident]["credential_type"] for ident in associated
        }:
            raise RefusedError(f"there is a credential of the type of {one['name']} already")
        associated.append(body["id"])
        return 204, None

    # -- jobs --------------------------------------------------------------------------------------------------------

    def _launch(self, template: Object, body: Object) -> tuple[int, Object]:
        """Start a job. AWX ignores the answers to prompts that the template does not have."""
        asked = {one["variable"] for one in self._spec(template["id"])}
        unknown = {name: value for name, value in body.get("extra_vars", {}).items() if name not in asked}
        answers = {name: value for name, value in body.get("extra_vars", {}).items() if name in asked}
        self._check_answers(template["id"], answers, whole=True)
        own = self._associations.get(("job_templates", template["id"], "credentials"), [])
        if set(own) - set(body.get("credentials", own)):
            raise RefusedError("Removing a credential at launch time without replacement is not supported.")
        ignored = {name: value for name, value in body.items() if name in _PROMPTS and not template.get(_PROMPTS[name])}
        ignored |= {"extra_vars": unknown} if unknown else {}
        return 201, {"job": self.job(template, {**body, "extra_vars": answers}), "ignored_fields": ignored}

    def job(self, template: Object, body: Object) -> Object:
        """The job that AWX starts: C(template_vars) has the variables of the template, C(extra_vars) all of them.

        :param body: C(extra_vars), and prompts, of which a job takes those that its template has
        """
        taken = {
            name: body[name] if template.get(asked) and name in body else template.get(name)
            for name, asked in _PROMPTS.items()
        }
        own = json.loads(template.get("extra_vars") or "{}")
        extra_vars = {**own, **self._defaults(template["id"]), **body.get("extra_vars", {})}
        # AWX divides by the number of hosts that it knows, and only then updates the sources.
        known = len(self._hosts(template["inventory"]))
        taken["job_slice_count"] = max(1, min(int(taken["job_slice_count"] or 1), known))
        updated = {one["name"] for one in self._sources(template["inventory"]) if one.get("update_on_launch")}
        for name in updated - self.failing:
            self.update_source(name)
        hosts = self._hosts(template["inventory"])
        job = {**template, **taken, "template_vars": own, "extra_vars": extra_vars, "hosts": hosts}
        # AWX updates all sources of an inventory first. If one of these updates fails, the job fails, too.
        return {**job, "status": "failed" if updated & self.failing else "pending"}

    def _defaults(self, template: int) -> Object:
        """The answers that AWX adds: defaults of the right type."""
        types = {**_ANSWERS, **_GIVEN}
        return {
            one["variable"]: one["default"]
            for one in self._spec(template)
            if "default" in one and isinstance(one["default"], types[one["type"]])
        }

    def _spec(self, template: int) -> list[Object]:
        """The questions of a job template."""
        questions: list[Object] = self._surveys.get(("job_templates", template), {}).get("spec", [])
        return questions

    def _sources(self, inventory: int) -> list[Object]:
        return [one for one in self.all("inventory_sources").values() if one["inventory"] == inventory]

    def _hosts(self, inventory: int) -> list[str]:
        """The hosts that AWX knows: those of sources since their last update."""
        names = [one["name"] for one in self.all("hosts").values() if one["inventory"] == inventory]
        return names + [host for one in self._sources(inventory) for host in self._known.get(one["name"], [])]

    def installs_collections(self, project: str) -> bool:
        """Whether a project update installs collections/requirements.yml. If not, the update succeeds, too."""
        return self._installs_collections(self.all("projects")[project])

    def _installs_collections(self, project: Object) -> bool:
        return bool(self._associations.get(("organizations", project.get("organization", 0), "galaxy_credentials")))

    # -- what AWX refuses --------------------------------------------------------------------------------------------

    def _check(self, kind: str, body: Object) -> None:
        if kind == "credential_types":
            _check_credential_type(body)
        elif kind == "credentials":
            _check_inputs(self._objects["credential_types", body["credential_type"]]["inputs"], body["inputs"])
        elif kind == "notification_templates":
            _check_notification(_NOTIFICATIONS[body["notification_type"]], body["notification_configuration"])
        elif kind == "job_templates":
            if not self._objects["projects", body["project"]].get("allow_override"):
                if body["playbook"] not in self.fetched:
                    raise RefusedError(f"Playbook {body['playbook']} not found for project.")
                if _has_branch(body):
                    raise RefusedError("Project does not allow overriding branch.")
        elif kind == "projects" and not body.get("allow_override"):
            templates = self.all("job_templates").values()
            if any(one["project"] == body.get("id") and _has_branch(one) for one in templates):
                raise RefusedError("One or more job templates depend on branch override behavior for this project.")
        elif kind == "schedules":
            rule = _RULE.fullmatch(body["rrule"])
            if not rule:
                raise RefusedError(f"{body['rrule']} is no rule that AWX knows")
            ZoneInfo(rule["zone"] or "UTC")
            self._check_answers(body["unified_job_template"], body.get("extra_data") or {}, whole=True)
            self._check_prompts(body)
        elif kind == "workflow_job_template_nodes" and "unified_job_template" in body:
            self._check_answers(body["unified_job_template"], body.get("extra_data") or {}, whole=False)

    def _check_answers(self, template: int, answers: Object, whole: bool) -> None:
        """Check answers to a survey.

        :param whole: whether every required question must be answered. The default of a question does not count. Nodes
            of a workflow are exempt, because they take the defaults when they run.
        """
        questions = {one["variable"]: one for one in self._spec(template)}
        for name, value in answers.items():
            if name not in questions:
                raise RefusedError(f"{name} is not asked for on launch")
            # AWX does not turn one type into another, takes no null, and true and false are no numbers.
            if isinstance(value, bool) or not isinstance(value, _GIVEN.get(questions[name]["type"], str)):
                raise RefusedError(f"Value {value} for '{name}' has the wrong type.")
            choices = questions[name].get("choices")
            if choices and set(value if isinstance(value, list) else [value]) - set(choices):
                raise RefusedError(f"{value} is no choice for {name}")
        missing = [name for name, question in questions.items() if question["required"] and name not in answers]
        if whole and missing:
            raise RefusedError(f"variables_needed_to_start: {', '.join(missing)}")

    def _check_prompts(self, schedule: Object) -> None:
        """Check the prompts that a schedule answers. AWX also takes an answer that is what the template says."""
        ident = schedule["unified_job_template"]
        template: Object = next((one for (kind, number), one in self._objects.items() if number == ident), {})
        for name, asked in _PROMPTS.items():
            if schedule.get(name) not in (None, template.get(name)) and not template.get(asked):
                raise RefusedError(f"{name}: Field is not configured to prompt on launch.")


def _has_branch(template: Object) -> bool:
    """Whether a job template runs another branch than its project, or may be asked to."""
    return bool(template.get("scm_branch") or template.get("ask_scm_branch_on_launch"))


def _of_approval(body: Object) -> Object:
    """The fields of an approval. The module also sends those of the node, which AWX ignores."""
    found = {name: body[name] for name in _APPROVAL if name in body}
    return {**found, "timeout": int(found["timeout"])} if "timeout" in found else found


def _target(kind: str, association: str) -> str:
    """The kind of the objects that an association leads to."""
    return kind if association.endswith("_nodes") else _ASSOCIATED.get(association, association)


def _check_credential_type(body: Object) -> None:
    fields = body["inputs"]["fields"]
    names = [item["id"] for item in fields]
    if len(set(names)) < len(names) or set(body["inputs"].get("required", [])) - set(names):
        raise RefusedError(f"the fields of {body['name']} are not unique, or a required one is missing")
    for item in fields:
        if item.keys() - _FIELD or item["type"] not in ("string", "boolean") or not item["label"]:
            raise RefusedError(f"{item} is no field of a credential type")
    if body["injectors"].keys() - {"env", "extra_vars", "file"}:
        raise RefusedError(f"{body['name']} has an injector of an unknown kind")
    for variable, template in body["injectors"]["env"].items():
        if not re.fullmatch("[A-Z][A-Z0-9_]*", variable) or variable.startswith("ANSIBLE_"):
            raise RefusedError(f"{variable} must not be injected")
        try:
            ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(template).render(
                dict.fromkeys(names, "x")
            )
        except UndefinedError as exc:
            raise RefusedError(f"{variable}: {exc}") from exc


def _check_inputs(inputs: Object, given: Object) -> None:
    fields = {item["id"]: item for item in inputs["fields"]}
    if given.keys() - fields.keys() or set(inputs.get("required", [])) - given.keys():
        raise RefusedError(f"a credential has {sorted(fields)}, and {inputs.get('required')} are required")
    for name, value in given.items():
        if not isinstance(value, str) or value not in fields[name].get("choices", [value]):
            raise RefusedError(f"{value} is no value for {name}")


def _check_notification(fields: Mapping[str, tuple[type, Any]], given: Object) -> None:
    missing = [name for name, (_type, default) in fields.items() if default is None and name not in given]
    if missing:
        raise RefusedError(f"Missing required fields for Notification Configuration: {missing}.")
    for name, value in given.items():
        expected = fields[name][0] if name in fields else object
        # For Python, a boolean is a whole number.
        if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
            raise RefusedError(f"Configuration field '{name}' incorrect type, expected {expected.__name__}.")


def _check_survey(survey: Object) -> None:
    if not survey["spec"] or survey.keys() != {"name", "description", "spec"}:
        raise RefusedError("a survey has a name, a description and questions")
    names = [question.get("variable") for question in survey["spec"]]
    if len(set(names)) < len(names):
        raise RefusedError(f"a variable of {names} is asked for twice")
    for question in survey["spec"]:
        kind, choices = question["type"], question.get("choices", [])
        if not isinstance(question["required"], bool) or not question["question_name"] or kind not in _ANSWERS:
            raise RefusedError(f"{question} is no question")
        if kind.startswith("multi") is not bool(choices):
            raise RefusedError(f"{question['variable']} must have choices if they are asked for, and only then")
        default = question.get("default")
        if default is not None and not isinstance(default, _ANSWERS[kind]):
            raise RefusedError(f"{default} is no default for {question['variable']}")
        if choices and default is not None and set(str(default).splitlines()) - set(choices):
            raise RefusedError(f"the default of {question['variable']} is no choice")
        if any(not isinstance(question.get(name, 0), int) for name in ("min", "max")):
            raise RefusedError(f"the limits of {question['variable']} have to be numbers")


def show_survey_tab(questions: Sequence[Object]) -> list[Object]:
    """The questions with their defaults, as the survey tab of the web form shows them.

    :raises TypeError: for a multiselect question without a stored default, for which AWX shows an empty page
    """
    shown = []
    for question in questions:
        default = question.get("default")
        if question["type"] == "multiselect":
            default = str(default).splitlines() if len(default) else []  # type: ignore[arg-type]
        shown.append({**question, "default": default})
    return shown


def import_hosts(names: Sequence[str]) -> dict[str, str]:
    """The hosts of an inventory after its import, with the name that each had.

    A name with a single colon is cut, because AWX takes the rest for a port. Of hosts with the same name, one remains.
    """
    return {name.partition(":")[0] if name.count(":") == 1 else name: name for name in names}


@contextlib.contextmanager
def running(playbooks: Sequence[str]) -> Iterator[Awx]:
    """Serve an empty AWX on the loopback address."""
    awx, lock = Awx(playbooks), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        # An answer in one packet: in two, each would wait for the client's delayed acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            url = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status: int = 401
            answer: Any = {"detail": "Authentication credentials were not provided."}
            if self.headers.get("Authorization") == f"Bearer {TOKEN}":
                with lock:
                    status, answer = awx.answer(self.command, url.path, dict(parse_qsl(url.query)), body)
            packed = b"" if answer is None else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        do_GET = do_POST = do_PATCH = do_DELETE = _serve  # noqa: N815 (the names that the server looks for)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        awx.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield awx
        finally:
            server.shutdown()
            thread.join()
