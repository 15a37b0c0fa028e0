"""Only one submit of the same documents at a time, so that *Already sent?* can't miss a fax."""

from __future__ import annotations

from django.db import connection


def lock_content(content: str) -> None:
    """Wait until no other transaction locks this content, then lock it for this transaction.

    `content` is a `Fax.content_hash`. Without the lock, two submits on PostgreSQL can run at the
    same time, and neither finds the fax of the other. On SQLite, only one transaction writes at a
    time anyway.
    """
    if connection.vendor == "postgresql":
        key = int.from_bytes(bytes.fromhex(content)[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
