# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to Port Monitor: the key and a token go along, and the token is fetched when it is needed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ansible_collections.declarative.monitoring.plugins.module_utils._core.errors import ApiError
from ansible_collections.declarative.monitoring.plugins.module_utils._services.portmonitor.session import Session
from unit.http.clients import OPTIONS
from unit.http.conftest import Serve
from unit.http.scripted import Answer, Request, ok, status


def make_session(url: str, key: str = "k", concurrency: int = 1) -> Session:
    """A session that logs in with an e-mail address."""

    def log_in() -> dict[str, str]:
        return {"token": session.request("POST", ("login",), form={"email": "a"}, anonymous=True)["token"]}

    session = Session("Example", {**OPTIONS, "api_url": url}, (), concurrency, {"app_key": key}, log_in)
    return session


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_parameters_travel_in_the_form_if_there_is_one_and_else_in_the_query(serve: Serve, method: str) -> None:
    server = serve(ok([]))
    client = make_session(server.url, "k&")
    form = {"group[name]": "Büro & Co"} if method in ("PUT", "POST") else None
    client.request(method, ("groups",), params={"page": 2}, form=form, anonymous=True)
    (request,) = server.requests
    if form:
        assert (request.query, request.form) == ({"page": "2"}, {**form, "app_key": "k&"})
        assert request.body.startswith(b"group%5Bname%5D=B%C3%BCro+%26+Co")
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    else:
        assert (request.query, request.body) == ({"page": "2", "app_key": "k&"}, b"")


class _Logins:
    """A server that hands out tokens, each of which lasts for some requests."""

    def __init__(self, lasts: int) -> None:
        self.lasts, self.logins, self.uses, self.lock = lasts, 0, 0, threading.Lock()

    def answer(self, request: Request) -> Answer:
        with self.lock:
            if request.call == "POST /login":
                assert "token" not in request.form
                self.logins, self.uses = self.logins + 1, 0
                return ok({"token": f"token-{self.logins}"})
            self.uses += request.query.get("token") == f"token-{self.logins}"
            good = request.query.get("token") == f"token-{self.logins}" and self.uses <= self.lasts
        return ok({"ok": True}) if good else status(401, {"message": f"expired {request.query.get('token')}"})


def test_the_first_request_logs_in_and_the_others_use_its_token(serve: Serve) -> None:
    logins = _Logins(lasts=1000)
    server = serve(by=logins.answer)
    client = make_session(server.url, concurrency=8)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: client.read((str(number),)), range(40)))
    assert logins.logins == 1
    assert len(server.requests) == 41


def test_an_expired_token_is_renewed_once_for_all_threads(serve: Serve) -> None:
    logins = _Logins(lasts=20)
    server = serve(by=logins.answer)
    client = make_session(server.url, concurrency=8)
    with ThreadPoolExecutor(8) as pool:
        assert all(answer["ok"] for answer in pool.map(lambda number: client.read((str(number),)), range(30)))
    assert logins.logins == 2


def test_a_fresh_token_that_is_refused_is_an_error_that_does_not_show_it(serve: Serve) -> None:
    logins = _Logins(lasts=0)
    server = serve(by=logins.answer)
    with pytest.raises(ApiError, match=r"refused: expired \*+ \(HTTP 401\)"):
        make_session(server.url).read(("x",))
    assert server.calls == ["POST /login", "GET /x", "POST /login", "GET /x"]


def test_a_login_that_is_refused_is_not_tried_again_by_every_request(serve: Serve) -> None:
    server = serve(by=lambda request: status(401, {"message": "Wrong password."}))
    client = make_session(server.url, concurrency=8)

    def refused(number: int) -> str:
        with pytest.raises(ApiError) as caught:
            client.read((str(number),))
        return str(caught.value)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(refused, range(20))) == {"refused: Wrong password. (HTTP 401)"}
    assert server.calls == ["POST /login"]


def test_an_anonymous_request_neither_logs_in_nor_renews(serve: Serve) -> None:
    server = serve(status(401))
    with pytest.raises(ApiError):
        make_session(server.url).request("GET", ("x",), anonymous=True)
