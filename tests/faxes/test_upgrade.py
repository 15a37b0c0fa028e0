"""Upgrades that move what an office has: from the portal of before, by its own `migrate`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.web.tree import bare_environment, own_database, run

BEFORE_PLACES = "0024_handover_by_reason"

#: Five faxes whose ids are not in the order of their moments, two of one moment, and a draft.
AN_OFFICE = f"""
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

before = MigrationExecutor(connection).loader.project_state([("faxes", "{BEFORE_PLACES}")]).apps
noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
maria = before.get_model("accounts", "User").objects.create(username="maria")
faxes = before.get_model("faxes", "Fax").objects
faxes.create(sender=maria, submission_key=uuid4(), subject="Draft")
for subject, minutes in (("third", 3), ("first", 0), ("second", 0), ("fifth", 5), ("fourth", 4)):
    at = noon + timedelta(minutes=minutes)
    moments = {{"submitted_at": at, "due_at": at, "deadline_at": at}}
    fax = faxes.create(
        sender=maria, submission_key=uuid4(), subject=subject, state="failed", fingerprint="f" * 64,
        **moments,
    )
    before.get_model("faxes", "FaxSearch").objects.create(
        fax=fax, recipients="", subject=subject, note="", files="", sender="maria", extension=""
    )
"""

#: What people find of it afterwards.
LOOKED_AT = """
from faxportal.faxes import paging
from faxportal.faxes.finding import Wanted, find
from faxportal.faxes.models import Fax, FaxSearch

everyones = Fax.objects.submitted()
print(*[fax.subject for fax in paging.page_from(find(everyones, Wanted()), None).faxes])
paging.WINDOW = 1
for word in ("first", "maria", "draft"):
    page = paging.page_from(find(everyones, Wanted(search=word)), None)
    print(word, *[fax.subject for fax in page.faxes])
print(Fax.objects.filter(place=None).get().subject, FaxSearch.objects.count())
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with own_database() as database:
        yield bare_environment(
            FAXPORTAL_DATA_DIR=str(tmp_path / "data"),
            FAXPORTAL_SECRET_KEY=Fernet.generate_key().decode(),
            FAXPORTAL_CREDENTIAL_KEYS=Fernet.generate_key().decode(),
            **database,
        )


def test_faxes_of_before_have_their_order_and_are_found(environment: dict[str, str]) -> None:
    assert "OK" in run("migrate", "faxes", BEFORE_PLACES, environment=environment)
    assert run("shell", "--no-imports", "-c", AN_OFFICE, environment=environment) == ""
    assert "OK" in run("migrate", environment=environment)
    assert run("shell", "--no-imports", "-c", LOOKED_AT, environment=environment).splitlines() == [
        "fifth fourth third second first",
        "first first",
        "maria fifth fourth third second first",
        "draft",
        "Draft 5",
    ]
