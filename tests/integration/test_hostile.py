# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that no server should give: what was done is found, and what is read can be passed on, in little memory."""

from __future__ import annotations

import json
import os
import socket
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from integration.harness import Account, Result, account, requests_of, run_module, run_playbook, task, writes
from integration.relays import Relay, address_of, running
from sandbox.client import Sandbox
from unit.http.raw import read_request

TAG = {"name": "prod"}
KEY = "sandbox-key"
_SECONDS = 20


@pytest.fixture
def alertra(sandbox: Sandbox) -> Account:
    """An account at Alertra that does not wait long."""
    sandbox.reset()
    return account(sandbox, "alertra", api_key=KEY, api_timeout="5")


def names(sandbox: Sandbox) -> list[str]:
    """The tags that exist."""
    return [tag["Name"] for tag in sandbox.state("alertra")["tags"]]


# -- creations that happened -------------------------------------------------------------------------------------------

IDNA = {"status": 200, "answer": "Done.", "headers": {"Content-Type": "text/plain; charset=idna"}}
NOWHERE = {"status": 303, "headers": {"Location": "http://[::1"}}
ODD: list[tuple[str, Mapping[str, Any]]] = [
    ("status_after", IDNA),
    ("status_after", NOWHERE),
    ("nested_json", {}),
    ("two_lengths", {}),
    ("odd_gzip", {}),
    ("gzip_bomb", {}),
    ("drip", {"seconds": 0.5}),
]


@pytest.mark.parametrize(("kind", "fields"), ODD, ids=["idna", "redirect", *(kind for kind, _fields in ODD[2:])])
def test_a_creation_with_an_odd_answer_is_found(
    sandbox: Sandbox, alertra: Account, kind: str, fields: Mapping[str, Any]
) -> None:
    sandbox.fault(service="alertra", method="POST", kind=kind, **fields)
    started = time.monotonic()
    result = run_module(alertra, "alertra_tag", TAG)
    assert time.monotonic() - started < 15
    assert not result.get("failed"), result
    assert result["changed"]
    assert result["tag"]["tag_id"] == str(sandbox.state("alertra")["tags"][0]["tag_id"])
    assert names(sandbox) == ["prod"]


@pytest.mark.parametrize("kind", ["nested_json", "two_lengths"])
def test_a_creation_that_cannot_be_found_is_said_to_be_in_doubt(sandbox: Sandbox, alertra: Account, kind: str) -> None:
    sandbox.switches("alertra", lag=60)
    sandbox.fault(service="alertra", method="POST", kind=kind)
    result = run_module(alertra, "alertra_tag", TAG)
    assert result["failed"]
    assert "may still appear; run again" in result["msg"]
    assert "\n" not in result["msg"]


class BrokenTls(Relay):
    """Ends TLS before a server, and answers a POST, after the server has, with bytes that are no TLS."""

    def __init__(self, target: tuple[str, int], context: ssl.SSLContext, garbage: bytes) -> None:
        self._target, self._context, self._garbage = target, context, garbage
        super().__init__()

    def handle(self, client: socket.socket) -> None:
        """Pass on each request and its answer, until there is a POST."""
        with (
            self._context.wrap_socket(client, server_side=True) as inner,
            socket.create_connection(self._target, _SECONDS) as server,
        ):
            while request := read_request(inner):
                server.sendall(request)
                answer = server.recv(65536)
                if request.startswith(b"POST"):
                    with socket.socket(fileno=os.dup(inner.fileno())) as plain:
                        plain.sendall(self._garbage)
                        return
                inner.sendall(answer)


@pytest.mark.parametrize(
    "garbage",
    [b"\x17\x03\x03\x00\x20" + b"x" * 32, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
    ids=["bad record", "plain text"],
)
def test_a_creation_after_which_tls_breaks_is_found(
    sandbox: Sandbox, alertra: Account, tmp_path: Path, garbage: bytes
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    path = urlsplit(sandbox.services["alertra"]).path
    with running(BrokenTls(address_of(sandbox.url), context, garbage)) as front:
        url = f"https://localhost:{front.port}{path}"
        result = run_module(alertra, "alertra_tag", {**TAG, "api_url": url, "ca_path": str(tmp_path / "ca.pem")})
    assert not result.get("failed"), result
    assert result["changed"]
    assert names(sandbox) == ["prod"]


# -- bounds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("nested_json", {}, "the server returned JSON with more than 64 levels (HTTP 200)"),
        ("gzip_bomb", {}, "the response is larger than 64 MB"),
        ("drip", {"seconds": 0.2}, "no complete answer within 2 s (tried once in 2.0 s, api_retries is 0)"),
    ],
)
def test_a_listing_that_is_too_much_ends_in_a_sentence(
    sandbox: Sandbox, alertra: Account, kind: str, fields: Mapping[str, Any], words: str
) -> None:
    sandbox.fault(service="alertra", method="GET", kind=kind, times=-1, **fields)
    with requests_of(sandbox, "alertra") as requests:
        result = run_module(alertra, "alertra_tag", {**TAG, "api_timeout": 2, "api_retries": 0})
    assert result["msg"] == f"Alertra: GET /tags: {words}"
    assert not writes(requests)


def test_a_listing_of_300000_rows_in_one_page_ends_in_a_sentence(sandbox: Sandbox, alertra: Account) -> None:
    rows = [{"tag_id": number, "Name": f"tag {number}"} for number in range(300_000)]
    sandbox.fault(service="alertra", method="GET", kind="status", status=200, answer=rows, times=-1)
    for module, options in (("alertra_tag", TAG), ("alertra_config", {"tags": [TAG]}), ("alertra_tag_info", {})):
        result = run_module(alertra, module, options)
        assert result["msg"] == "Alertra: GET /tags: the list of tags has more than 50,000 objects"


@pytest.mark.parametrize("levels", [65, 900, 5000])
def test_many_levels_of_json_are_one_sentence(sandbox: Sandbox, alertra: Account, levels: int) -> None:
    nested = '{"message":' * levels + '"x"' + "}" * levels
    for status in (200, 400):
        sandbox.fault(service="alertra", method="GET", kind="status", status=status, answer=nested)
        result = run_module(alertra, "alertra_tag", {**TAG, "api_retries": 0})
        assert result["failed"]
        assert "exception" not in result
        assert len(result["msg"]) < 200


def test_a_long_message_is_cut_in_all_of_a_result(sandbox: Sandbox, alertra: Account) -> None:
    answer = {"message": ["very long"] * 400_000, "code": "x" * 4_000_000}
    sandbox.fault(service="alertra", method="GET", kind="status", status=400, answer=answer)
    result = run_module(alertra, "alertra_tag", TAG)
    assert result["msg"].startswith("Alertra: GET /tags: refused: very long, very long, ")
    assert len(json.dumps({**result, "invocation": None})) < 1500


# -- half of a character -----------------------------------------------------------------------------------------------


def no_surrogates(result: Result) -> bool:
    """Whether a result can be written as UTF-8."""
    text = json.dumps(result, ensure_ascii=False)
    return bool(text.encode())


def test_half_of_a_character_in_one_text_leaves_all_results_readable(sandbox: Sandbox, alertra: Account) -> None:
    sandbox.set_state("alertra", {"tags": [{"Name": "pc \ud83d"}, {"Name": "old"}]})
    options = {"tags": [{"name": "new"}, {"name": "pc \ufffd"}]}
    tasks = [
        task("alertra_tag_info", {}),
        task("alertra_config_info", {}),
        task("alertra_config", options),
        task("alertra_config", {**options, "prune": ["tags"]}),
    ]
    run = run_playbook([alertra], tasks)
    assert run.code == 0, run.output
    info, export, config, pruned = run.ours
    assert [tag["name"] for tag in info["tags"]] == ["pc \ufffd", "old"]
    assert [tag["name"] for tag in export["config"]["tags"]] == ["old", "pc \ufffd"]
    assert [(change["action"], change["name"]) for change in config["changes"]] == [("create", "new")]
    assert [(change["action"], change["name"]) for change in pruned["changes"]] == [("delete", "old")]
    assert all(map(no_surrogates, run.ours))
