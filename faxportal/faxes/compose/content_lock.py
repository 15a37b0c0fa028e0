"""One submit of the same documents at a time, so that *Already sent?* sees the one before."""

from __future__ import annotations

from django.db import connection


def lock_content(content: str) -> None:
    """Wait until no other transaction has locked this content, and lock it until this one ends.

    `content` is a `Fax.content_hash`. PostgreSQL lets two submits run side by side, and neither
    would see the other. On SQLite, only one transaction writes at a time anyway.
    """
    if connection.vendor == "postgresql":
        key = int.from_bytes(bytes.fromhex(content)[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
