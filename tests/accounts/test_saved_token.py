"""The lock for token requests, which all threads and processes share."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from faxportal.accounts.connections import save_connection
from faxportal.accounts.models import Connection, SignInWith, User
from faxportal.accounts.saved_token import DatabaseTokenStore

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_the_threads_that_wait_for_a_token_one_asks_the_database() -> None:
    """Another process holds the lock, so the threads wait.

    If sixteen waiting threads asked the database, they would keep a processor core busy.
    """
    row = save_connection(
        User.objects.create_user("maria"),
        server="https://voip.example.com",
        sign_in_with=SignInWith.APP_KEY,
        secrets={"key": "k", "secret": "s"},
        voipnow_user="@me",
    )
    until = timezone.now() + timedelta(hours=1)
    Connection.objects.update(token_lease=uuid.uuid4(), token_lease_until=until)
    looks: list[int] = []
    looked_twice = threading.Event()
    had_it: list[int] = []

    def count(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if sql.startswith("UPDATE") and not had_it:
            looks.append(threading.get_ident())
            if len(looks) == 2:
                looked_twice.set()
        return execute(sql, params, many, context)

    def wait_for_lock() -> None:
        with connection.execute_wrapper(count), DatabaseTokenStore(row).lock():
            had_it.append(threading.get_ident())
        connection.close()

    threads = [threading.Thread(target=wait_for_lock) for _number in range(8)]
    for thread in threads:
        thread.start()
    looked_twice.wait()
    assert len(set(looks)) == 1
    Connection.objects.update(token_lease=None, token_lease_until=None)
    for thread in threads:
        thread.join()
    assert len(had_it) == len(threads)
