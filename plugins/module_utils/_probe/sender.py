# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends the requests of a probe, up to a limit, and registers the answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._core.clock import Clock
from .._core.errors import ApiError
from .._http.attempt import Answer, Request
from .evidence import Evidence, NotSeenError, Sent, UnknownFormError, make_reply
from .question import Service, Step


class Sender:
    """Sends the requests of a probe.

    :param service: the account
    :param limit: how many requests may be sent
    :ivar evidence: the answers
    """

    def __init__(self, service: Service, evidence: Evidence, limit: int, clock: Clock | None = None) -> None:
        self._service, self.evidence = service, evidence
        self._limit = self._left = limit
        self._clock = clock or Clock()
        self._sent_s = 0.0

    def allow(self, count: int) -> None:
        """Let this number of requests be sent from now on."""
        self._limit = self._left = count

    def watch(self, client: Any) -> None:
        """Register the answers to the requests of a client, and count them."""
        client.observe(self._may_send, self._take)

    def send_all(self, steps: Sequence[Step]) -> None:
        """Send the requests that read.

        :raises ApiError: the first error, if no request succeeds
        """
        errors = [error for error in map(self.send, steps) if error is not None]
        if errors and not any(self._succeeded(step) for step in steps):
            raise errors[0]

    def send(self, step: Step) -> ApiError | None:
        """Send one request.

        :returns: the error, if it fails
        """
        before = len(self.evidence.log)
        error = None
        try:
            call = step.make(self.evidence)
            client = self._client(step)
            self.watch(client)
            call.send(client)
        except (NotSeenError, UnknownFormError) as exc:
            self.evidence.skip(step.name, str(exc))
            return None
        except ApiError as exc:
            error = exc
        self._register(step, is_answered=len(self.evidence.log) > before)
        return error

    def _client(self, step: Step) -> Any:
        if step.connect is None:
            return self._service.client
        client = step.connect(self._service, self.evidence)
        client.share_budget(self._service.client)
        return client

    def _register(self, step: Step, *, is_answered: bool) -> None:
        if is_answered:
            self.evidence.add(step.name, self.evidence.log[-1].reply)
        elif self._left < 0:
            self.evidence.skip(step.name, f"the limit of {self._limit} requests was reached")
        else:
            self.evidence.skip(step.name, "the service did not answer the request")

    def _may_send(self) -> bool:
        self._left -= 1
        self._sent_s = self._clock.now()
        return self._left >= 0

    def _take(self, request: Request, answer: Answer) -> None:
        reply = make_reply(answer.status, answer.body, answer.headers, self._service.denied_codes)
        self.evidence.log.append(Sent(request, reply, self._sent_s))

    def _succeeded(self, step: Step) -> bool:
        try:
            return self.evidence.reply(step.name).is_success
        except NotSeenError:
            return False
