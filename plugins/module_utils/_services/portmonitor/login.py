# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Logins at Port Monitor: which token a run uses, and the tokens that it has fetched."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from ..._core.errors import ApiError, InputError, ShapeError
from ..._core.values import join_names
from .session import Session

_TOKEN_KEYS = ("auth_token", "authentication_token", "token")
_ENVELOPE_KEYS = ("data", "user", "session")
# The statuses with which a server may refuse an e-mail address or a password; 200 comes with "success": false.
_LOGIN_REFUSED = frozenset({200, 400, 401, 403, 422})


class Login:
    """The token of a run: the option C(auth_token), or after the service has refused it, a login's.

    :ivar client: sends requests with this token
    """

    def __init__(self, title: str, options: Mapping[str, Any], concurrency: int) -> None:
        self._options = options
        self._email, self._password = options["login_email"], options["login_password"]
        self._given_is_used_up = False
        self._fetched: list[str] = []
        secrets = (options["app_key"], options["auth_token"], self._password, options.get("new_password"))
        self.client = Session(
            title,
            options,
            [secret for secret in secrets if secret],
            concurrency,
            {"app_key": options["app_key"]},
            self._token_parameters,
        )

    def log_in(self, email: str, password: str) -> str:
        """A new token.

        :raises ApiError: if the service refuses the e-mail address or the password
        """
        path, form = ("users", "login"), {"user[email]": email, "user[password]": password}
        answer = self.client.request("POST", path, form=form, read=True, repeat=True, anonymous=True)
        token = self.client.parse_answer(path, lambda: _extract_token(answer), "POST")
        self.client.redact.add(token)
        self._fetched.append(token)
        return token

    def try_log_in(self, email: str, password: str) -> str | None:
        """A new token; None if the service refuses the e-mail address or the password.

        :raises ApiError: if the request fails for another reason
        """
        try:
            return self.log_in(email, password)
        except ApiError as exc:
            # An answer that cannot be read is not a refusal.
            if exc.refused and exc.failure.status in _LOGIN_REFUSED:
                return None
            raise

    def verify_current_login(self) -> None:
        """Check that the service accepts the login of this run.

        :raises ApiError: if it does not
        :raises InputError: if there is none
        """
        if self._email and self._password:
            # The login options belong to the account that changes. A token in the environment may be another account's.
            self._given_is_used_up = True
        self.client.read(("profile",))

    def log_out(self) -> None:
        """Log out of each login of this run; raises nothing."""
        for token in self._fetched:
            # The token may have expired, or the account may be deleted. Then there is nothing to do.
            with contextlib.suppress(ApiError):
                self.client.request("DELETE", ("users", "logout"), params={"auth_token": token}, anonymous=True)

    def _token_parameters(self) -> Mapping[str, str]:
        """The parameters that carry a token.

        :raises InputError: if the options hold neither a token nor a login
        :raises ApiError: if the service refuses the login
        """
        given = self._options["auth_token"]
        can_log_in = bool(self._email and self._password)
        if given and not (self._given_is_used_up and can_log_in):
            self._given_is_used_up = True
            return {"auth_token": given}
        if can_log_in:
            return {"auth_token": self.log_in(self._email, self._password)}
        raise self._missing_option()

    def _missing_option(self) -> InputError:
        """The error that names the option to set."""
        alternative = ""
        if self._email:
            option = "login_password"
        elif self._password:
            option = "login_email"
        else:
            option, alternative = "auth_token", ", or log in with login_email and login_password"
        variable = f"portmonitor_{option}".upper()
        return InputError(f"{option} is missing: set the option or the environment variable {variable}{alternative}")


def _extract_token(answer: Any) -> str:
    """The token in the answer to a login: at the top, or in an object inside.

    :raises ShapeError: if there is none
    """
    if not isinstance(answer, dict):
        raise ShapeError("the response to the login should contain a token but has no object")
    for place in (answer, *(answer.get(name) for name in _ENVELOPE_KEYS)):
        token = _token_in(place) if isinstance(place, dict) else None
        if token is not None:
            return token
    raise ShapeError(f"the response to the login should contain a token but has {join_names(answer)}")


def _token_in(place: Mapping[str, Any]) -> str | None:
    for name in _TOKEN_KEYS:
        if place.get(name) and isinstance(place[name], (str, int)):
            return str(place[name])
    return None
