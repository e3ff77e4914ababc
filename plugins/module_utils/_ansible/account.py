# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What identifies an account without being secret, and the plan that somebody has approved for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from .._core.plan import Plan
from .._core.plan_id import plan_id, require_plan
from .._core.service import Service


def account_identity(service: Service, params: Mapping[str, Any]) -> dict[str, str]:
    """The URL of an account, and the connection options that tell accounts apart and are no secrets.

    An option that is not set is left out.
    """
    texts = [item.name for item in service.credentials if item.type == "str" and not item.secret]
    chosen = {name: str(params[name]) for name in texts if params.get(name)}
    return {"api_url": _without_password(str(params["api_url"])), **chosen}


def _without_password(url: str) -> str:
    """A URL without what comes before the host, and without a slash at the end."""
    parts = urlsplit(url)
    _login, _at, host = parts.netloc.rpartition("@")
    return parts._replace(netloc=host.lower()).geturl().rstrip("/")


class Approval:
    """The plan of a run, and the approved plan that it must equal.

    :ivar plan_id: the id of the latest plan
    """

    def __init__(self, service: Service, params: Mapping[str, Any]) -> None:
        self.plan_id = ""
        self._service, self._params = service, params

    def check(self, plan: Plan) -> None:
        """Note the id of a plan.

        :raises InputError: if C(expect_plan) is the id of another one
        """
        identity = account_identity(self._service, self._params)
        self.plan_id = plan_id(self._service.name, identity, plan, self._service.redact)
        require_plan(self._params["expect_plan"], self.plan_id)
