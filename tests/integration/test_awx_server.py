# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in for AWX behaves as AWX 24.6.1 does in the points that broke the kit on a real one."""

from __future__ import annotations

from typing import Any

import pytest

from integration.awx_server import Awx, ForbiddenError, Object, RefusedError, import_hosts, show_survey_tab
from integration.awx_workflow import RunJob, WorkflowJob, extra_vars_file

QUESTION = {
    "type": "text",
    "variable": "folder",
    "question_name": "Folder",
    "required": True,
    "default": "declarations",
}
RULE = "DTSTART;TZID=Etc/UTC:20260101T020000 RRULE:FREQ=DAILY;INTERVAL=1"


@pytest.fixture
def awx() -> Awx:
    """An AWX with a job template that has a required question and runs on an inventory without hosts."""
    awx = Awx(["plan.yml"])
    organization = post(awx, "organizations", name="Monitoring")
    project = post(awx, "projects", name="Monitoring", organization=organization)
    inventory = post(awx, "inventories", name="Customers", organization=organization)
    template = post(awx, "job_templates", name="Plan", playbook="plan.yml", project=project, inventory=inventory)
    survey = {"name": "", "description": "", "spec": [QUESTION]}
    assert awx.answer("POST", f"/api/v2/job_templates/{template}/survey_spec/", {}, survey)[0] == 200
    return awx


def post(awx: Awx, kind: str, **body: Any) -> int:
    """Create an object; its id."""
    status, answer = awx.answer("POST", f"/api/v2/{kind}/", {}, body)
    assert status == 201, answer
    ident: int = answer["id"]
    return ident


def template(awx: Awx) -> int:
    """The id of the job template."""
    ident: int = awx.all("job_templates")["Plan"]["id"]
    return ident


def launch(awx: Awx, **body: Any) -> tuple[int, Any]:
    """Launch the job template."""
    return awx.answer("POST", f"/api/v2/job_templates/{template(awx)}/launch/", {}, body)


def test_a_schedule_answers_every_required_question_although_it_has_a_default(awx: Awx) -> None:
    body = {"name": "Nightly", "rrule": RULE, "unified_job_template": template(awx)}
    status, answer = awx.answer("POST", "/api/v2/schedules/", {}, body)
    assert (status, answer["error"]) == (400, "variables_needed_to_start: folder")
    post(awx, "schedules", **body, extra_data={"folder": "x"})


def test_a_launch_answers_every_required_question_although_it_has_a_default(awx: Awx) -> None:
    assert launch(awx)[0] == 400
    assert launch(awx, extra_vars={"folder": "x"})[0] == 201


def test_a_node_of_a_workflow_takes_the_defaults(awx: Awx) -> None:
    post(awx, "workflow_job_template_nodes", identifier="plan", unified_job_template=template(awx))


def test_a_prompt_that_a_template_does_not_have_is_ignored(awx: Awx) -> None:
    answers = {"folder": "x"}
    assert launch(awx, extra_vars=answers, scm_branch="other")[1]["ignored_fields"] == {"scm_branch": "other"}
    awx.all("job_templates")["Plan"]["ask_scm_branch_on_launch"] = True
    assert launch(awx, extra_vars=answers, scm_branch="other")[1]["job"]["scm_branch"] == "other"


@pytest.mark.parametrize("branch", [{"scm_branch": "other"}, {"ask_scm_branch_on_launch": True}])
def test_a_project_forbids_other_branches_only_while_no_template_uses_them(awx: Awx, branch: Object) -> None:
    project, plan = awx.all("projects")["Monitoring"]["url"], awx.all("job_templates")["Plan"]["url"]
    assert awx.answer("PATCH", plan, {}, branch)[0] == 400
    assert awx.answer("PATCH", project, {}, {"allow_override": True})[0] == 200
    assert awx.answer("PATCH", plan, {}, branch)[0] == 200
    assert awx.answer("PATCH", project, {}, {"allow_override": False})[0] == 400
    assert awx.answer("PATCH", plan, {}, {"scm_branch": "", "ask_scm_branch_on_launch": False})[0] == 200
    assert awx.answer("PATCH", project, {}, {"allow_override": False})[0] == 200


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("text", "", [None, 5, True, []]),
        ("multiplechoice", "a", [None, "", True]),
        ("multiselect", [], [None, "", "a"]),
        ("integer", 5, [None, "", "5", 5.0, True]),
    ],
)
def test_an_answer_has_the_type_of_its_question(awx: Awx, kind: str, right: Any, wrong: list[Any]) -> None:
    choices = {"choices": ["a"]} if kind.startswith("multi") else {}
    question = {"type": kind, "variable": "x", "question_name": "X", "required": False, **choices}
    plan = f"/api/v2/job_templates/{template(awx)}/survey_spec/"
    assert awx.answer("POST", plan, {}, {"name": "", "description": "", "spec": [question]})[0] == 200
    assert launch(awx, extra_vars={"x": right})[1]["job"]["extra_vars"]["x"] == right
    assert [launch(awx, extra_vars={"x": value})[0] for value in wrong] == [400] * len(wrong)


def test_a_variable_that_no_question_asks_for_is_ignored_at_launch_and_refused_in_a_schedule(awx: Awx) -> None:
    answers = {"folder": "x", "other": 1}
    launched = launch(awx, extra_vars=answers)[1]
    assert launched["ignored_fields"] == {"extra_vars": {"other": 1}}
    assert launched["job"]["extra_vars"] == {"folder": "x"}
    body = {"name": "Nightly", "rrule": RULE, "unified_job_template": template(awx), "extra_data": answers}
    assert awx.answer("POST", "/api/v2/schedules/", {}, body)[0] == 400


def test_a_schedule_takes_the_job_type_of_its_template_or_another_if_the_template_asks_for_it(awx: Awx) -> None:
    awx.all("job_templates")["Plan"]["job_type"] = "run"
    body = {"rrule": RULE, "unified_job_template": template(awx), "extra_data": {"folder": "x"}}
    post(awx, "schedules", name="Run", **body, job_type="run")
    check = {**body, "name": "Check", "job_type": "check"}
    assert awx.answer("POST", "/api/v2/schedules/", {}, check)[0] == 400
    awx.all("job_templates")["Plan"]["ask_job_type_on_launch"] = True
    post(awx, "schedules", **check)


def test_a_job_on_an_inventory_whose_source_is_not_updated_on_launch_has_no_hosts(awx: Awx) -> None:
    source = {"name": "Customers", "inventory": awx.all("inventories")["Customers"]["id"]}
    ident = post(awx, "inventory_sources", **source)
    assert launch(awx, extra_vars={"folder": "x"})[1]["job"]["hosts"] == []
    awx.answer("PATCH", f"/api/v2/inventory_sources/{ident}/", {}, {"update_on_launch": True})
    assert launch(awx, extra_vars={"folder": "x"})[1]["job"]["hosts"] == ["host of Customers"]


def test_a_job_fails_if_the_update_of_any_source_of_its_inventory_fails(awx: Awx) -> None:
    inventory = awx.all("inventories")["Customers"]["id"]
    for name in ("A", "B"):
        post(awx, "inventory_sources", name=name, inventory=inventory, update_on_launch=True)
    assert launch(awx, extra_vars={"folder": "x"})[1]["job"]["status"] == "pending"
    awx.failing = {"B"}
    assert launch(awx, extra_vars={"folder": "x"})[1]["job"]["status"] == "failed"


@pytest.mark.parametrize(("overwrite", "remaining"), [(True, {"b": 1}), (False, {"a": 1, "b": 1})])
def test_a_source_that_overwrites_variables_removes_those_from_another_source(
    awx: Awx, overwrite: bool, remaining: Object
) -> None:
    inventory = awx.all("inventories")["Customers"]["id"]
    for name in ("A", "B"):
        post(awx, "inventory_sources", name=name, inventory=inventory, overwrite_vars=overwrite)
        awx.imported_variables[name] = {"www": {name.lower(): 1}}
        awx.update_source(name)
    assert awx.variables_of("Customers", "www") == remaining


def test_a_project_update_installs_collections_only_if_the_organization_has_a_galaxy_credential(awx: Awx) -> None:
    assert not awx.installs_collections("Monitoring")
    organization = awx.all("organizations")["Monitoring"]["id"]
    galaxy = awx.all("credentials")["Ansible Galaxy"]["id"]
    awx.answer("POST", f"/api/v2/organizations/{organization}/galaxy_credentials/", {}, {"id": galaxy})
    assert awx.installs_collections("Monitoring")


def test_an_administrator_of_an_organization_cannot_create_a_credential_type(awx: Awx) -> None:
    awx.superuser = False
    body = {"name": "Alertra", "inputs": {"fields": []}, "injectors": {"env": {}}}
    assert awx.answer("POST", "/api/v2/credential_types/", {}, body)[0] == 403


def test_a_launch_is_refused_without_a_credential_of_the_template_or_with_null_for_a_text(awx: Awx) -> None:
    credential = awx.all("credentials")["Ansible Galaxy"]["id"]
    awx.answer("POST", f"/api/v2/job_templates/{template(awx)}/credentials/", {}, {"id": credential})
    for body in ({"extra_vars": {"folder": "x"}, "credentials": [7]}, {"extra_vars": {"folder": None}}):
        assert launch(awx, **body)[0] == 400
    assert launch(awx, extra_vars={"folder": ""})[0] == 201


def test_an_administrator_of_an_organization_does_not_see_the_galaxy_credential_of_awx(awx: Awx) -> None:
    query = {"name": "Ansible Galaxy"}
    assert awx.answer("GET", "/api/v2/credentials/", query, None)[1]["count"] == 1
    awx.superuser = False
    assert awx.answer("GET", "/api/v2/credentials/", query, None)[1]["count"] == 0


def test_an_administrator_of_an_organization_sees_its_credentials_and_no_others(awx: Awx) -> None:
    other = post(awx, "organizations", name="Default")
    kind = post(awx, "credential_types", name="Vault", inputs={"fields": []}, injectors={"env": {}})
    for name, organization in (("Own", awx.all("organizations")["Monitoring"]["id"]), ("Other", other)):
        post(awx, "credentials", name=name, organization=organization, credential_type=kind, inputs={})
    awx.superuser = False
    seen = awx.answer("GET", "/api/v2/credentials/", {}, None)[1]["results"]
    assert [one["name"] for one in seen] == ["Own"]


def test_the_survey_tab_fails_for_a_multiselect_question_without_a_stored_default() -> None:
    question = {"type": "multiselect", "variable": "services", "choices": ["a"], "required": False}
    with pytest.raises(TypeError):
        show_survey_tab([question])
    assert show_survey_tab([{**question, "default": ""}])[0]["default"] == []


def test_an_inventory_import_cuts_a_name_at_a_single_colon_and_hosts_swallow_each_other() -> None:
    assert import_hosts(["https://a", "https://b", "mail.example.com:25", "fe80::1", "www"]) == {
        "https": "https://b",
        "mail.example.com": "mail.example.com:25",
        "fe80::1": "fe80::1",
        "www": "www",
    }


def test_an_image_is_pulled_again_only_under_another_name_or_if_that_is_set(awx: Awx) -> None:
    ident = post(awx, "execution_environments", name="Jobs", image="image:1", pull="missing")
    awx.registry["image:1"] = "old"
    assert awx.pulled("Jobs") == "old"
    awx.registry |= {"image:1": "new", "image:2": "newest"}
    assert awx.pulled("Jobs") == "old"
    path = f"/api/v2/execution_environments/{ident}/"
    awx.answer("PATCH", path, {}, {"image": "image:2"})
    assert awx.pulled("Jobs") == "newest"
    awx.answer("PATCH", path, {}, {"image": "image:1", "pull": "always"})
    assert awx.pulled("Jobs") == "new"


def test_a_project_update_fails_if_the_image_of_the_control_plane_has_a_new_ansible_core(awx: Awx) -> None:
    project = awx.all("projects")["Monitoring"]
    update = f"{project['url']}update/"
    awx.control_plane_core = (2, 21)
    assert not awx.answer("POST", update, {}, None)[1]["failed"]
    galaxy = awx.all("credentials")["Ansible Galaxy"]["id"]
    organization = f"/api/v2/organizations/{project['organization']}/galaxy_credentials/"
    awx.answer("POST", organization, {}, {"id": galaxy})
    assert awx.answer("POST", update, {}, None)[1]["failed"]
    awx.control_plane_core = (2, 15)
    assert not awx.answer("POST", update, {}, None)[1]["failed"]


MAIL = {"host": "mail.example.com", "port": 587, "username": "awx", "use_tls": True, "use_ssl": False}
MAIL |= {"sender": "awx@example.com", "recipients": ["operations@example.com"]}


def test_a_notification_template_has_the_defaults_of_awx_and_hides_its_password(awx: Awx) -> None:
    hook = {"url": "https://chat.example.com", "headers": {}}
    post(awx, "notification_templates", name="Hook", notification_type="webhook", notification_configuration=hook)
    added = {"http_method": "POST", "disable_ssl_verification": False, "username": "", "password": ""}
    assert awx.all("notification_templates")["Hook"]["notification_configuration"] == {**hook, **added}
    given = {**MAIL, "password": "secret"}
    post(awx, "notification_templates", name="Mail", notification_type="email", notification_configuration=given)
    stored = awx.all("notification_templates")["Mail"]["notification_configuration"]
    assert stored == {**given, "password": "$encrypted$", "timeout": 30}
    assert awx.password("Mail") == "secret"


def test_messages_of_a_notification_template_stay_until_there_are_others(awx: Awx) -> None:
    body = {"name": "Mail", "notification_type": "email", "notification_configuration": {**MAIL, "password": ""}}
    post(awx, "notification_templates", **body, messages={"error": {"message": "x"}})
    url = awx.all("notification_templates")["Mail"]["url"]
    added = dict.fromkeys(("started", "success", "workflow_approval"))
    found = awx.answer("PATCH", url, {}, {**body, "messages": {"error": None}})[1]
    assert found["messages"] == {"error": {"message": "x"}, **added}
    found = awx.answer("PATCH", url, {}, {**body, "messages": {"error": {"message": "y"}}})[1]
    assert found["messages"] == {"error": {"message": "y"}, **added}


@pytest.mark.parametrize(
    ("configuration", "problem"),
    [
        (MAIL, "Missing required fields for Notification Configuration: ['password']."),
        ({**MAIL, "password": "", "port": "587"}, "Configuration field 'port' incorrect type, expected int."),
    ],
)
def test_a_notification_template_needs_every_field_in_its_type(awx: Awx, configuration: Object, problem: str) -> None:
    body = {"name": "Mail", "notification_type": "email", "notification_configuration": configuration}
    assert awx.answer("POST", "/api/v2/notification_templates/", {}, body)[1]["error"] == problem


def test_a_job_template_is_refused_until_its_playbook_has_been_fetched() -> None:
    awx = Awx(["plan.yml"])
    project = post(awx, "projects", name="Monitoring")
    awx.playbooks = ["plan.yml", "new.yml"]
    body = {"name": "New", "playbook": "new.yml", "project": project, "inventory": 1}
    assert awx.answer("POST", "/api/v2/job_templates/", {}, body)[0] == 400
    assert awx.answer("POST", f"/api/v2/projects/{project}/update/", {}, None)[0] == 202
    post(awx, "job_templates", **body)


# -- the kit of 0.2.0, which a real AWX refused, or which did something else there ------------------------------------

SURVEY_0_2_0 = [
    {
        "type": "text",
        "variable": "config_directory",
        "question_name": "Folder of the declarations",
        "default": "/runner/project/declarations",
        "required": True,
    },
    {
        "type": "multiplechoice",
        "variable": "plan_fail_on_drift",
        "question_name": "Fail if something would change",
        "choices": ["true", "false"],
        "default": "true",
        "required": True,
    },
]
PROMPTS_0_2_0 = dict.fromkeys(("ask_job_type_on_launch", "ask_limit_on_launch", "ask_scm_branch_on_launch"), True)
MULTISELECT_0_2_0 = {
    "type": "multiselect",
    "variable": "export_services",
    "question_name": "Services",
    "choices": ["alertra", "pinghome"],
    "required": False,
}


@pytest.fixture
def awx_0_2_0(awx: Awx) -> Awx:
    """An AWX with a job template and an inventory source as the kit of 0.2.0 made them."""
    plan = f"/api/v2/job_templates/{template(awx)}/"
    awx.answer("PATCH", awx.all("projects")["Monitoring"]["url"], {}, {"allow_override": True})
    survey = {"name": "", "description": "", "spec": SURVEY_0_2_0}
    assert awx.answer("POST", f"{plan}survey_spec/", {}, survey)[0] == 200
    assert awx.answer("PATCH", plan, {}, PROMPTS_0_2_0)[0] == 200
    source = {"name": "Customers", "source": "scm", "source_path": "inventory/customers.yml", "overwrite": True}
    post(awx, "inventory_sources", inventory=awx.all("inventories")["Customers"]["id"], **source)
    return awx


def test_the_nightly_schedule_of_0_2_0_is_refused(awx_0_2_0: Awx) -> None:
    schedule = {"name": "Nightly plan", "rrule": RULE, "unified_job_template": template(awx_0_2_0), "extra_data": {}}
    status, answer = awx_0_2_0.answer("POST", "/api/v2/schedules/", {}, schedule)
    assert (status, answer["error"]) == (400, "variables_needed_to_start: config_directory, plan_fail_on_drift")


def test_jobs_of_0_2_0_run_on_no_customer(awx_0_2_0: Awx) -> None:
    answers = {"config_directory": "x", "plan_fail_on_drift": "true"}
    assert launch(awx_0_2_0, extra_vars=answers)[1]["job"]["hosts"] == []


def test_templates_of_0_2_0_run_any_branch_for_users_who_may_only_execute_them(awx_0_2_0: Awx) -> None:
    answers = {"config_directory": "x", "plan_fail_on_drift": "true"}
    assert launch(awx_0_2_0, extra_vars=answers, scm_branch="other")[1]["job"]["scm_branch"] == "other"


def test_the_survey_tab_fails_for_the_questions_of_0_2_0() -> None:
    with pytest.raises(TypeError):
        show_survey_tab([*SURVEY_0_2_0, MULTISELECT_0_2_0])


def test_the_inventories_of_0_2_0_lose_hosts() -> None:
    targets = ["https://www.example.com/", "https://shop.example.com/", "mail.example.com:25"]
    assert import_hosts(targets).keys() == {"https", "mail.example.com"}


def test_collections_of_0_2_0_are_not_installed_by_a_project_update(awx_0_2_0: Awx) -> None:
    assert not awx_0_2_0.installs_collections("Monitoring")


def test_the_image_of_0_2_0_is_never_pulled_again(awx_0_2_0: Awx) -> None:
    image = "registry.example.com/declarative-monitoring:latest"
    post(awx_0_2_0, "execution_environments", name="Monitoring", image=image, pull="missing")
    awx_0_2_0.registry[image] = "0.2.0"
    assert awx_0_2_0.pulled("Monitoring") == "0.2.0"
    awx_0_2_0.registry[image] = "0.9.0"
    assert awx_0_2_0.pulled("Monitoring") == "0.2.0"


# -- workflows ---------------------------------------------------------------------------------------------------------


def workflow(awx: Awx, *, slices: int = 1) -> None:
    """Create a workflow: a plan, an approval, and an apply that is asked nothing."""
    organization = awx.all("organizations")["Monitoring"]["id"]
    (plan,) = awx.all("job_templates").values()
    awx.answer("PATCH", plan["url"], {}, {"job_slice_count": slices, "extra_vars": '{"own": "{{ 7 }}"}'})
    other = {name: plan[name] for name in ("playbook", "project", "inventory")}
    apply = post(awx, "job_templates", name="Apply", **other)
    ident = post(awx, "workflow_job_templates", name="Approved", organization=organization, limit="")
    kind = "workflow_job_template_nodes"
    nodes = {
        "plan": post(awx, kind, identifier="plan", workflow_job_template=ident, unified_job_template=plan["id"]),
        "approval": post(awx, kind, identifier="approval", workflow_job_template=ident),
        "apply": post(awx, kind, identifier="apply", workflow_job_template=ident, unified_job_template=apply),
    }
    approval = {"name": "Approve", "timeout": 60, "identifier": "approval"}
    assert awx.answer("POST", f"/api/v2/{kind}/{nodes['approval']}/create_approval_template/", {}, approval)[0] == 201
    for before, after in (("plan", "approval"), ("approval", "apply")):
        awx.answer("POST", f"/api/v2/{kind}/{nodes[before]}/success_nodes/", {}, {"id": nodes[after]})


def grant(awx: Awx, kind: str, name: str, role: str) -> None:
    """Grant a role to the team Approvers."""
    teams = awx.all("teams")
    team = teams["Approvers"]["id"] if teams else post(awx, "teams", name="Approvers")
    ident = awx.all(kind)[name]["summary_fields"]["object_roles"][role]["id"]
    awx.answer("POST", f"/api/v2/roles/{ident}/teams/", {}, {"id": team})


def recorder(jobs: list[Object], **artifacts: Any) -> RunJob:
    """Runs jobs that succeed with artifacts, and keeps them."""

    def run(job: Object) -> tuple[bool, Object]:
        jobs.append(job)
        return True, {name: f"{value} {job['slice'][0]}" for name, value in artifacts.items()}

    return run


def test_an_approval_pauses_a_workflow_and_takes_its_permission(awx: Awx) -> None:
    workflow(awx)
    grant(awx, "workflow_job_templates", "Approved", "approval_role")
    jobs: list[Object] = []
    job = WorkflowJob(awx, "Approved", recorder(jobs))
    assert (job.status, len(jobs)) == ("running", 1)
    with pytest.raises(ForbiddenError):
        job.decide("Operations", approve=True)
    job.decide("Approvers", approve=True)
    assert (job.status, len(jobs)) == ("successful", 2)
    denied = WorkflowJob(awx, "Approved", recorder([]))
    denied.decide("Approvers", approve=False)
    assert denied.status == "failed"


def test_an_approval_whose_timeout_is_over_fails(awx: Awx) -> None:
    workflow(awx)
    jobs: list[Object] = []
    job = WorkflowJob(awx, "Approved", recorder(jobs))
    job.expire(59)
    assert job.status == "running"
    job.expire(60)
    assert (job.status, len(jobs)) == ("failed", 1)
    (approval,) = awx.all("workflow_approval_templates").values()
    awx.answer("PATCH", approval["url"], {}, {"timeout": 0})
    endless = WorkflowJob(awx, "Approved", recorder([]))
    endless.expire(10**9)
    assert endless.status == "running"


def test_artifacts_and_answers_of_a_workflow_reach_jobs_that_ask_for_nothing(awx: Awx) -> None:
    workflow(awx)
    grant(awx, "workflow_job_templates", "Approved", "approval_role")
    jobs: list[Object] = []
    WorkflowJob(awx, "Approved", recorder(jobs, plan="p", folder="f"), {"folder": "x"}).decide(
        "Approvers", approve=True
    )
    assert jobs[1]["extra_vars"] == {"plan": "p 1", "folder": "x"}
    # Only what the template itself says may be a template of Ansible.
    assert "own: '{{ 7 }}'" in extra_vars_file(jobs[0])
    assert "!unsafe 'plan': !unsafe 'p 1'" in extra_vars_file(jobs[1])


def test_artifacts_of_slices_replace_each_other_if_they_have_the_same_name(awx: Awx) -> None:
    workflow(awx, slices=3)
    grant(awx, "workflow_job_templates", "Approved", "approval_role")
    source = {"name": "Customers", "inventory": awx.all("inventories")["Customers"]["id"], "update_on_launch": True}
    post(awx, "inventory_sources", **source)
    awx.imported["Customers"] = ["a", "b"]
    awx.update_source("Customers")
    jobs: list[Object] = []
    WorkflowJob(awx, "Approved", recorder(jobs, plan="p")).decide("Approvers", approve=True)
    # Not more slices than hosts.
    assert [job["slice"] for job in jobs[:2]] == [(1, 2), (2, 2)]
    assert jobs[-1]["extra_vars"]["plan"] == "p 2"


def test_a_job_is_divided_by_the_hosts_that_are_known_before_its_sources_are_updated(awx: Awx) -> None:
    awx.answer("PATCH", awx.all("job_templates")["Plan"]["url"], {}, {"job_slice_count": 3})
    source = {"name": "Customers", "inventory": awx.all("inventories")["Customers"]["id"], "update_on_launch": True}
    post(awx, "inventory_sources", **source)
    awx.imported["Customers"] = ["a", "b"]
    for slices in (1, 2):
        job = launch(awx, extra_vars={"folder": "x"})[1]["job"]
        assert (job["job_slice_count"], job["hosts"]) == (slices, ["a", "b"])


def test_a_slice_without_hosts_of_the_limit_fails(awx: Awx) -> None:
    workflow(awx, slices=2)
    for name in ("a", "b"):
        post(awx, "hosts", name=name, inventory=awx.all("inventories")["Customers"]["id"])
    with pytest.raises(RefusedError, match="not configured to prompt"):
        WorkflowJob(awx, "Approved", recorder([]), limit="a")
    awx.answer("PATCH", awx.all("workflow_job_templates")["Approved"]["url"], {}, {"ask_limit_on_launch": True})
    awx.all("job_templates")["Plan"]["ask_limit_on_launch"] = True
    jobs: list[Object] = []
    assert WorkflowJob(awx, "Approved", recorder(jobs), limit="a").status == "failed"
    assert [job["hosts"] for job in jobs] == [["a"]]


def test_who_may_approve_a_workflow_does_not_see_its_jobs(awx: Awx) -> None:
    workflow(awx)
    grant(awx, "workflow_job_templates", "Approved", "approval_role")
    assert not awx.sees_jobs("Approvers", "Plan")
    grant(awx, "job_templates", "Plan", "read_role")
    assert awx.sees_jobs("Approvers", "Plan")


def test_the_answer_about_an_approval_has_no_fields_of_its_node(awx: Awx) -> None:
    """The module workflow_job_template compares them, and reports a change in each run."""
    workflow(awx)
    (approval,) = awx.all("workflow_approval_templates").values()
    awx.writes.clear()
    body = {"name": "Approve", "timeout": 60, "identifier": "approval"}
    assert "identifier" not in awx.answer("PATCH", approval["url"], {}, body)[1]
    assert not awx.writes
