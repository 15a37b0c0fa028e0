"""The pages that import contacts from a file and export contacts to a file."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from faxportal.accounts.models import User
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.contacts.models import Contact, ContactImport
from faxportal.text import csv_tables
from tests.contacts.conftest import own_contact, shared_contact
from tests.web.conftest import HTMX, browser_of
from tests.web.contacts.test_contact_views import words_of

SHEET = "Firma;Name;Telefax\nKlinik;Dr. Müller;+49 30 1234567\n;Anna;call me\n"


def upload(browser: Client, content: bytes) -> str:
    file = SimpleUploadedFile("contacts.csv", content)
    return browser.post("/contacts/import/", {"file": file}, follow=True).content.decode()


def test_a_file_is_previewed_and_then_imported(browser: Client, sender: User) -> None:
    page = words_of(upload(browser, SHEET.encode("cp1252")))
    assert "1 contact can be imported" in page
    assert "Dr. Müller Klinik +49 30 1234567" in page
    assert "1 row will be skipped" in page
    assert "Line 3: Anna “call me” contains letters." in page
    assert not Contact.objects.exists()
    chosen = {"number": "2", "name": "1", "organisation": "0", "known": "fill", "import": ""}
    done = browser.post("/contacts/import/check/", chosen, follow=True).content.decode()
    assert "Added 1 contact. Skipped 1 row without a readable number." in done
    contact = Contact.objects.get()
    assert (contact.name, contact.organisation, contact.owner) == ("Dr. Müller", "Klinik", sender)
    again = browser.post("/contacts/import/check/", chosen)
    assert again["Location"] == "/contacts/import/"
    assert Contact.objects.count() == 1


def test_other_columns_are_tried_before_anything_is_imported(browser: Client) -> None:
    upload(browser, b"Anna,210,211\nBen,212,213\n")
    chosen = {"number": "2", "name": "0", "known": "skip"}
    page = browser.post("/contacts/import/check/", chosen, headers=HTMX).content.decode()
    assert "<html" not in page
    assert "Anna 211" in words_of(page)
    assert not Contact.objects.exists()


@pytest.mark.parametrize("wrong", [{"number": ""}, {"number": "7"}, {"known": "x"}])
def test_an_invalid_choice_is_reported_and_the_file_is_kept(
    wrong: dict[str, str], browser: Client
) -> None:
    upload(browser, SHEET.encode())
    chosen = {"number": "2", "known": "fill", "import": ""} | wrong
    response = browser.post("/contacts/import/check/", chosen)
    assert response.status_code == 422
    assert "Nothing was imported" in response.content.decode()
    assert ContactImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"PK\3\4\0\0", "This is not a CSV file."),
        (b"x" * (csv_tables.MAX_BYTES + 1), "larger than 2 MB"),
        (b'Name,Fax\n"Anna,210\n', "quotation marks in line 2"),
        (b"a,210\n" * (csv_tables.MAX_ROWS + 2), "more than 5000 rows"),
    ],
)
def test_a_file_that_cant_be_read_says_why(content: bytes, sentence: str, browser: Client) -> None:
    page = upload(browser, content)
    assert sentence in page
    assert "Nothing was imported" in page
    assert not ContactImport.objects.exists()


def test_a_file_is_discarded_and_nobody_elses_is_seen(
    browser: Client, sender: User, colleague: User
) -> None:
    upload(browser_of(colleague), SHEET.encode())
    assert browser.get("/contacts/import/check/")["Location"] == "/contacts/import/"
    upload(browser, SHEET.encode())
    assert "is waiting to be imported" in browser.get("/contacts/import/").content.decode()
    browser.post("/contacts/import/check/", {"discard": ""})
    assert ContactImport.objects.get().owner == colleague


def test_only_an_admin_imports_for_everyone(browser: Client, admin: User) -> None:
    chosen = {"number": "2", "name": "1", "known": "fill", "import": "", "is_shared": "on"}
    for person in (browser, browser_of(admin)):
        upload(person, SHEET.encode())
        person.post("/contacts/import/check/", chosen)
    assert [one.is_shared for one in Contact.objects.order_by("pk")] == [False, True]
    entry = AuditEntry.objects.get(action=Action.SHARED_CONTACTS_CHANGED)
    assert entry.data == {"change": "imported", "contacts": 1, "changed": 0}


def test_the_export_holds_what_the_list_shows_and_is_audited(
    browser: Client, sender: User, colleague: User, admin: User
) -> None:
    own = own_contact(sender, "Own", "+1 650 253 0000", organisation="=Sum & Sons")
    shared_contact(admin, "Common", "210"), own_contact(colleague, "Theirs")
    for owner, name in ((sender, "Mine"), (colleague, "Secret")):
        owner.contact_groups.create(name=name, folded=name.casefold()).members.add(own)
    response = browser.get("/contacts/export.csv", {"show": "own"})
    assert response["Content-Disposition"] == 'attachment; filename="contacts.csv"'
    assert b"".join(response).decode() == (
        "\ufeffName,Organisation,Fax number,Note,Groups\r\n"
        "Own,'=Sum & Sons,'+1 650 253 0000,,Mine\r\n"
    )
    assert AuditEntry.objects.get(action=Action.EXPORTED).data == {"list": "contacts"}


def test_what_was_exported_is_recognised_when_it_comes_back(browser: Client, sender: User) -> None:
    own_contact(sender, "Own", "+1 650 253 0000", organisation="Sons")
    exported = b"".join(browser.get("/contacts/export.csv"))
    page = words_of(upload(browser, exported))
    assert "1 contact can be imported" in page
    assert "already saved as Own" in page
