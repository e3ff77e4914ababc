# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, found by the credential that a call offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from .errors import RefusedError


@dataclass(frozen=True)
class Account:
    """What every service's accounts have; a service adds its own fields in a subclass."""

    name: str
    credential: str = field(repr=False)


AccountT = TypeVar("AccountT", bound=Account)


class Accounts(Generic[AccountT]):
    """The accounts of one service; the first one added is the default of the control endpoint."""

    def __init__(self) -> None:
        """Start without accounts."""
        self._by_credential: dict[str, AccountT] = {}

    def __len__(self) -> int:
        """How many accounts there are."""
        return len(self._by_credential)

    def clear(self) -> None:
        """Forget all accounts."""
        self._by_credential.clear()

    def add(self, account: AccountT) -> None:
        """Add an account with a new credential and a new name."""
        if account.credential in self._by_credential:
            raise RefusedError("There is already an account with this credential.")
        if any(known.name == account.name for known in self._by_credential.values()):
            raise RefusedError(f"There is already an account named {account.name!r}.")
        self._by_credential[account.credential] = account

    def find(self, credential: str) -> AccountT | None:
        """Return the account of a credential, or None."""
        return self._by_credential.get(credential)

    def choose(self, credential: str | None) -> AccountT:
        """Return the account of a credential, or the default one if none is given."""
        if credential is None:
            return next(iter(self._by_credential.values()))
        account = self.find(credential)
        if account is None:
            raise RefusedError("There is no account with this credential.")
        return account
