"""Saving a connection while other processes use it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from faxportal.accounts.connections import save_connection
from faxportal.accounts.models import Connection, HandOverBy, SignInWith, User
from faxportal.voipnow.api_types import WireForm

pytestmark = pytest.mark.django_db(transaction=True)


def save(user: User, secrets: dict[str, str] | None) -> Connection:
    return save_connection(
        user,
        server="https://voip.example.com",
        sign_in_with=SignInWith.APP_KEY,
        secrets=secrets,
        voipnow_user="@me",
        hand_over_by=HandOverBy.AUTOMATIC,
    )


def test_what_other_processes_write_meanwhile_stays() -> None:
    """A lease that has ended would come back, and hold up everybody for its whole length."""
    user = User.objects.create_user("maria")
    saved = save(user, {"key": "k", "secret": "s"})
    until = timezone.now()
    Connection.objects.update(token_lease=uuid.uuid4(), token_lease_until=until)
    has_written: list[bool] = []

    def write_beside(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT") and "accounts_connection" in sql and not has_written:
            has_written.append(True)
            row = Connection.objects.filter(pk=saved.pk)
            row.update(token_lease=None, token_lease_until=None, proven_form=WireForm.ONE_REQUEST)
        return result

    with connection.execute_wrapper(write_beside):
        save(user, None)
    assert has_written
    saved.refresh_from_db()
    assert (saved.token_lease, saved.token_lease_until) == (None, None)
    assert saved.proven_form == WireForm.ONE_REQUEST
