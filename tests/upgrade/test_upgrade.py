"""Upgrades: an office of each release, migrated to the current version, loses nothing."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.environment import VARIABLES
from tests.support.process_tree import bare_environment, own_database, run

OFFICES = sorted(path.parent.name for path in Path(__file__).parent.glob("*/sqlite.sql"))

#: Prints what people find in the office: a line for each subject, state and kind of row.
LOOKED_AT = """
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.faxes.history import pagination
from faxportal.faxes.history.filters import FaxFilter, find_matches
from faxportal.faxes.models import BlockedNumber, Fax, FaxSearch, FaxTemplate, SendingPause

everyones = Fax.objects.submitted()
for fax in everyones.newest_first():
    print(fax.state, fax.subject, fax.recipients.count(), fax.documents.count())
for word in ("meyer", "batches", "650 253 0006", "offer.pdf"):
    page = pagination.page_from(find_matches(everyones, FaxFilter(search=word)), None)
    print(word, len(page.faxes))
print(Fax.objects.filter(state="draft").get().subject, FaxSearch.objects.count())
for rows in (Contact, ContactGroup, BlockedNumber, FaxTemplate, SendingPause):
    print(rows.__name__, rows.objects.count())
"""


@pytest.fixture(params=OFFICES)
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a release's office, whose database is not upgraded yet."""
    folder = Path(__file__).parent / request.param
    with own_database() as database:
        if url := database.get("FAXPORTAL_DATABASE_URL"):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(gzip.decompress((folder / "office.sql.gz").read_bytes()))
        else:
            office = gzip.decompress((folder / "office.sqlite3.gz").read_bytes())
            (tmp_path / "faxportal.sqlite3").write_bytes(office)
        yield bare_environment(**VARIABLES, FAXPORTAL_DATA_DIR=str(tmp_path), **database)


def test_there_is_an_office_to_upgrade() -> None:
    assert "0.1.0" in OFFICES


def test_an_office_of_each_release_keeps_what_it_has(environment: dict[str, str]) -> None:
    run("migrate", environment=environment)
    assert "No planned migration" in run("migrate", "--plan", environment=environment)
    assert run("shell", "--no-imports", "-c", LOOKED_AT, environment=environment).splitlines() == [
        "waiting Waiting while sending is paused 1 2",
        "scheduled Scheduled 1 2",
        "cancelled Cancelled 1 2",
        "uncertain Uncertain 1 2",
        "failed Failed 1 2",
        "handed_over Handed over, in two batches 7 2",
        "meyer 0",
        "batches 1",
        "650 253 0006 1",
        "offer.pdf 6",
        "Draft 6",
        "Contact 2",
        "ContactGroup 1",
        "BlockedNumber 1",
        "FaxTemplate 1",
        "SendingPause 2",
    ]


def test_the_histories_of_each_release_are_whole_after_the_upgrade(
    environment: dict[str, str],
) -> None:
    run("migrate", environment=environment)
    said = run("verifyrecords", environment=environment)
    assert "6" in said, said
    assert "broken" not in said.lower(), said


#: Writes that the sender of the failed fax was mailed, as the release did it.
MAIL_OF_FAILURE = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("UPDATE faxes_fax SET notified_at = settled_at WHERE state = 'failed'")
"""

#: Prints the states of the batches that senders are to be mailed about.
NEWS = """
from faxportal.faxes.models import Handover
print(*Handover.objects.in_new_trouble().values_list("state", flat=True), sep=",")
"""


def test_nobody_is_mailed_again_after_the_upgrade(environment: dict[str, str]) -> None:
    run("shell", "--no-imports", "-c", MAIL_OF_FAILURE, environment=environment)
    run("migrate", environment=environment)
    news = run("shell", "--no-imports", "-c", NEWS, environment=environment)
    assert news.split() == ["uncertain"], "the failure is known, and the doubt is not"
