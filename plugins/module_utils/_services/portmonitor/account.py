# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account at Port Monitor. The API does not show accounts: an account exists if its login works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._core.errors import InputError
from ..._core.objects import Desired, Record
from ..._core.values import Values
from .kinds import ACCOUNT
from .login import Login


def find_account(desired: Desired, options: Mapping[str, Any], login: Login) -> list[Record]:
    """The account with the desired login; if that login is refused and must be set, the account of this run.

    :raises InputError: if the desired login is incomplete, or if a deletion is not forced
    :raises ApiError: if the login of this run is refused
    """
    current = _current_login(options) if desired.controls["change_login"] else {}
    wanted: Values = {**current, **desired.values}
    _validate(desired, wanted)
    token = login.try_log_in(wanted["new_email"], wanted["new_password"])
    if token is not None:
        return [Record(ACCOUNT, wanted["new_email"], wanted, {"auth_token": token})]
    if not (desired.controls["change_login"] and desired.present):
        return []
    # Check this before the plan promises the change.
    login.verify_current_login()
    return [Record(ACCOUNT, wanted["new_email"], current)]


def _current_login(options: Mapping[str, Any]) -> Values:
    """The login of this run, by option name of the account."""
    return {"new_email": options["login_email"], "new_password": options["login_password"]}


def _validate(desired: Desired, wanted: Values) -> None:
    """Check that the login is complete, and that a deletion is forced.

    :raises InputError: if not
    """
    missing = [name for name in ACCOUNT.by_name if not wanted.get(name)]
    if missing:
        raise InputError(f"an account needs {' and '.join(missing)}")
    if not desired.present and not desired.controls["force"]:
        raise InputError(f"deleting account {wanted['new_email']} with all its content requires force: true")
