"""The lists as CSV: all rows of the list, in constant memory."""

from __future__ import annotations

import csv
import gc
import io
import tracemalloc
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.audit.models import AuditEntry
from faxportal.faxes.history import export
from faxportal.faxes.models import Document, Fax, Recipient
from faxportal.faxes.states import FaxState
from tests.support.list_keys import free_list_key, set_submitted_at
from tests.web.conftest import Send, browser_of, form, pdf


def rows(
    client: Client, address: str = "/faxes/export.csv", **query: object
) -> list[dict[str, str]]:
    response = client.get(address, query)  # type: ignore[arg-type]
    assert response.status_code == 200
    content = b"".join(response).decode().removeprefix("\N{BYTE ORDER MARK}")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_it_has_what_a_person_sees_of_their_own_faxes(
    browser: Client, sender: User, colleague: User, sent: Send
) -> None:
    fax = sent(sender, subject="Offer")
    sent(colleague, subject="Not mine")
    browser.post("/", form(recipients="", subject="Draft", documents=[pdf()]))
    User.objects.update(time_zone="Europe/Berlin")
    set_submitted_at(datetime(2026, 7, 1, 12, tzinfo=UTC), fax)
    [row] = rows(browser)
    assert row == {
        "Submitted": "2026-07-01 14:00:00 +02:00",
        "Sender": "sender",
        "Extension": "0003*210",
        "Recipients": "'+1 650 253 0000",
        "Subject": "Offer",
        "Documents": "contract.pdf",
        "Status": "Waiting",
        "Status since": "",
    }


def test_review_has_everyones_and_the_filters_count(
    admin: User, sender: User, colleague: User, sent: Send
) -> None:
    sent(sender, subject="One")
    sent(colleague, subject="Two")
    client = browser_of(admin)
    assert [row["Subject"] for row in rows(client, "/review/export.csv")] == ["Two", "One"]
    [row] = rows(client, "/review/export.csv", sender="colleague", search="two")
    assert row["Subject"] == "Two"


def test_all_faxes_that_failed_for_a_reason_are_exported(
    browser: Client, sender: User, sent: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "WINDOW", 2)
    faxes = [sent(sender, subject=str(number)) for number in range(6)]
    for fax in faxes[::2]:
        Fax.objects.filter(pk=fax.pk).update(state=FaxState.PARTLY_HANDED_OVER)
        fax.handovers.update(state="refused", reason="deadline")
    assert [row["Subject"] for row in rows(browser, reason="deadline")] == ["4", "2", "0"]
    assert AuditEntry.objects.newest_first()[0].data["filters"] == ["reason"]
    page = browser.get("/faxes/", {"reason": "deadline"}).content.decode()
    assert '<input type="hidden" name="reason" value="deadline">' in page


def test_the_columns_are_chosen_and_keep_their_order(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender, note="=cmd()\r\nsecond line")
    [row] = rows(browser, columns=["uuid", "note", "dialled", "unknown"])
    assert list(row.items()) == [
        ("Dialled as", "'+16502530000"),
        ("Note", "'=cmd()\nsecond line"),
        ("Fax id", str(fax.uuid)),
    ]


def test_every_column_has_something_to_say(browser: Client, sender: User, sent: Send) -> None:
    fax = sent(sender, subject="Offer", note="soon")
    fax.handovers.update(voipnow_id="262")
    Fax.objects.update(settled_at=fax.submitted_at)
    fax.documents.update(pages=3)
    [row] = rows(browser, columns=list(export.COLUMNS))
    assert len(row) == len(export.COLUMNS)
    assert all(row.values())


def test_what_a_person_confirmed_is_never_without_their_name(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    fax.handovers.update(state="confirmed", decided_by=sender)
    Fax.objects.update(state=FaxState.CONFIRMED)
    assert rows(browser)[0]["Status"] == "Confirmed by sender"


@pytest.mark.parametrize("query", [{}, {"search": "fax number"}])
def test_windows_neither_lose_nor_repeat_a_row(
    query: dict[str, str],
    browser: Client,
    sender: User,
    sent: Send,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(export, "WINDOW", 3)
    for number in range(10):
        sent(sender, subject=f"fax number {number}")
    sent(sender, subject="another")
    subjects = [row["Subject"] for row in rows(browser, **query)]
    assert [one for one in subjects if one != "another"] == [
        f"fax number {number}" for number in reversed(range(10))
    ]


def test_the_audit_has_what_was_exported_without_what_was_looked_for(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    rows(browser, recipient="6502530000", columns=["submitted"])
    entry = AuditEntry.objects.newest_first()[0]
    assert entry.data == {"list": "faxes", "filters": ["recipient"], "columns": ["submitted"]}


def test_the_list_offers_the_export_with_its_filters_and_columns(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender, subject="Offer")
    page = browser.get("/faxes/", {"subject": "Offer", "columns": ["uuid"]}).content.decode()
    [_begin, after] = page.split('<form class="export"')
    offered = after.partition("</form>")[0]
    assert '<input type="hidden" name="subject" value="Offer">' in offered
    assert offered.count("selected") == 1


def test_an_empty_list_is_a_row_of_heads(reviewer: User) -> None:
    assert rows(browser_of(reviewer), "/review/export.csv") == []


def seed(sender: User, faxes: int) -> None:
    """Make faxes in bulk, each with a recipient and a document."""
    at = timezone.now()
    first = free_list_key(at)
    made = Fax.objects.bulk_create(
        Fax(
            sender=sender,
            state=FaxState.HANDED_OVER,
            submission_key=uuid4(),
            fingerprint="f",
            submitted_at=at,
            list_key=first + number,
            due_at=at,
            deadline_at=at,
            subject="s" * 200,
        )
        for number in range(faxes)
    )
    Recipient.objects.bulk_create(
        Recipient(fax=fax, position=1, typed="1", dialled="1", canonical="1", batch=1)
        for fax in made
    )
    Document.objects.bulk_create(
        Document(fax=fax, position=1, name="a.pdf", size=1, sha256=str(fax.pk)) for fax in made
    )


def test_memory_does_not_grow_with_rows(
    browser: Client, sender: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "WINDOW", 50)

    def peak() -> tuple[int, int]:
        response = browser.get("/faxes/export.csv")
        tracemalloc.start()
        ends = 0
        for piece in response:
            ends += piece.count(b"\r\n")
            gc.collect()  # rows and their parts refer to each other in cycles
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return ends - 1, most

    seed(sender, 400)
    peak()
    few = peak()
    seed(sender, 1600)
    many = peak()
    assert (few[0], many[0]) == (400, 2000)
    assert many[1] < 1.5 * few[1]
