# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to Port Monitor, which carry the key of the application and the token of a login."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..._core.errors import ApiError
from ..._http.client import Client, Credentials

_TOKEN_WORDS = re.compile(r"token|session|expired|unauth|(log|sign)(ged)? ?in", re.IGNORECASE)
_Parameters = Mapping[str, str]


class Session(Client):
    """Requests that carry the key and the token as parameters: in the form if there is one, else in the query.

    The token is fetched when the first request needs it, and once more when the server no longer accepts it.

    :param parameters: the parameters of every request
    :param fetch_token: returns the parameters that carry a new token; raises ApiError if the login is refused
    """

    def __init__(
        self,
        service: str,
        options: Mapping[str, Any],
        secrets: Sequence[str],
        concurrency: int,
        parameters: _Parameters,
        fetch_token: Callable[[], _Parameters],
    ) -> None:
        super().__init__(service, options, Credentials(secrets=tuple(secrets)), concurrency)
        self._parameters, self._fetch_token = parameters, fetch_token
        self._token_lock = threading.Lock()
        self._token: _Parameters | None = None
        self._login_error: ApiError | None = None

    def request(
        self,
        method: str,
        path: Sequence[str],
        *,
        params: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        anonymous: bool = False,
        **options: Any,
    ) -> Any:
        """The answer to a request.

        :param anonymous: send the request without a token
        :raises ApiError: after the last attempt, and if the login is refused
        """

        def send(token: _Parameters) -> Any:
            own = {**self._parameters, **token}
            if form is None:
                return super(Session, self).request(method, path, params={**(params or {}), **own}, **options)
            return super(Session, self).request(method, path, params=params, form={**form, **own}, **options)

        if anonymous:
            return send({})
        token = self._current_token()
        try:
            return send(token)
        except ApiError as exc:
            if not _refuses_token(exc):
                raise
            renewed = self._renewed_token(token)
            if renewed == token:
                raise
        return send(renewed)

    def _current_token(self) -> _Parameters:
        """The token, fetched by the first request that needs it.

        :raises ApiError: if the login is refused
        """
        with self._token_lock:
            if self._token is None:
                self._token = self._log_in()
            return self._token

    def _renewed_token(self, refused: _Parameters) -> _Parameters:
        """A token other than the refused one, unless the login returns the same again.

        :raises ApiError: if the login is refused
        """
        with self._token_lock:
            # Another thread may have renewed it.
            if self._token is None or self._token is refused:
                self._token = None
                self._token = self._log_in()
            return self._token

    def _log_in(self) -> _Parameters:
        """Fetch a token, with the lock held; a login that was refused is not tried again.

        :raises ApiError: if the login is refused
        """
        if self._login_error is not None:
            # The service may lock the account after several logins that it refuses.
            raise self._login_error
        try:
            token = self._fetch_token()
        except ApiError as exc:
            self._login_error = exc
            raise
        for secret in token.values():
            self.redact.add(secret)
        return token


def _refuses_token(exc: ApiError) -> bool:
    """Whether the server does not accept the token. Some servers say so in words, with a status of success."""
    if exc.failure.status == 401:
        return True
    return exc.failure.status == 200 and _TOKEN_WORDS.search(exc.failure.message) is not None
