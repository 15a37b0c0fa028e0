"""The address book's pages: finding contacts, keeping them, and faxing to them."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from faxportal.accounts.models import User
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.contacts.models import Contact
from faxportal.faxes.models import Fax
from tests.contacts.conftest import own_contact, shared_contact
from tests.web.conftest import HTMX, browser_of

ENTERED = {"name": "Dr. Meyer", "number": "+49 30 1234567", "organisation": "Clinic", "note": ""}


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def names_in(page: str) -> list[str]:
    return re.findall(r'id="contact-\d+"[^>]*>([^<]+)<', page)


def test_the_list_has_my_own_contacts_and_the_shared_ones(
    browser: Client, sender: User, colleague: User, admin: User
) -> None:
    own_contact(sender, "Own"), shared_contact(admin, "Common"), own_contact(colleague, "Theirs")
    assert names_in(browser.get("/contacts/").content.decode()) == ["Common", "Own"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"search": "clin"}, ["Dr. Meyer"]),
        ({"search": "030 1234"}, ["Dr. Meyer"]),
        ({"search": "+49 (30) 123"}, ["Dr. Meyer"]),
        ({"show": "own"}, ["Anna", "Dr. Meyer"]),
        ({"show": "shared"}, ["Board"]),
        ({"search": "nobody like it"}, []),
        ({"show": "nonsense", "order": "nonsense", "page": "nonsense"}, None),
    ],
)
def test_the_list_is_narrowed(
    asked: dict[str, str], found: list[str] | None, browser: Client, sender: User, admin: User
) -> None:
    own_contact(sender, "Dr. Meyer", "+49 30 1234567", organisation="Clinic")
    own_contact(sender, "Anna", "210")
    shared_contact(admin, "Board", "211")
    page = browser.get("/contacts/", asked).content.decode()
    assert names_in(page) == (["Anna", "Board", "Dr. Meyer"] if found is None else found)
    if found == []:
        assert "No contacts match" in page


def test_htmx_gets_the_list_alone_and_what_is_chosen_stays_chosen(
    browser: Client, sender: User, colleague: User
) -> None:
    one, other, theirs = (
        own_contact(sender, "Anna"),
        own_contact(sender, "Ben"),
        own_contact(colleague, "Theirs"),
    )
    chosen = [one.pk, other.pk, theirs.pk]
    asked: dict[str, list[str | int]] = {"search": ["ben"], "contact": [*chosen]}
    page = browser.get("/contacts/", asked, headers=HTMX).content.decode()
    assert "<html" not in page
    assert names_in(page) == ["Ben"]
    checked = re.findall(r'value="(\d+)"[^>]* checked', page)
    assert sorted(map(int, checked)) == sorted([one.pk, other.pk])
    assert "Theirs" not in page


def test_the_queries_of_the_list_do_not_grow_with_its_rows(
    browser: Client, sender: User, admin: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get("/contacts/")
        return len(asked)

    own_contact(sender, "First", "1000"), shared_contact(admin, "Shared", "1001")
    before = queries()
    for number in range(20):
        own_contact(sender, f"Contact {number}", f"20{number}")
    assert queries() == before


def test_a_long_list_has_pages(browser: Client, sender: User) -> None:
    for number in range(51):
        own_contact(sender, f"Contact {number:02}", f"20{number:02}")
    assert len(names_in(browser.get("/contacts/").content.decode())) == 50
    second = browser.get("/contacts/", {"page": "2", "order": "name"}).content.decode()
    assert names_in(second) == ["Contact 50"]
    assert "Page 2 of 2" in second


def test_a_contact_is_added_changed_and_removed(browser: Client, sender: User) -> None:
    page = browser.post("/contacts/new/", ENTERED, follow=True).content.decode()
    assert "Added Dr. Meyer" in page
    contact = Contact.objects.get()
    assert (contact.owner, contact.canonical) == (sender, "+49301234567")
    address = f"/contacts/{contact.pk}/"
    assert "+49 30 1234567" in browser.get(address).content.decode()
    browser.post(address, ENTERED | {"name": "Dr. Meier"})
    asked = words_of(browser.get(f"{address}remove/").content.decode())
    assert "Dr. Meier ( +49 30 1234567 ) will be removed" in asked
    assert Contact.objects.exists()
    browser.post(f"{address}remove/")
    assert not Contact.objects.exists()
    assert browser.post(f"{address}remove/").status_code == 404
    assert not AuditEntry.objects.filter(action=Action.SHARED_CONTACTS_CHANGED).exists()


@pytest.mark.parametrize("wrong", [{"number": "call me"}, {"name": ""}, {"number": ""}])
def test_a_mistake_is_reported_at_its_field_and_nothing_typed_is_lost(
    wrong: dict[str, str], browser: Client, sender: User
) -> None:
    contact = own_contact(sender, "Own", "210")
    for address in ("/contacts/new/", f"/contacts/{contact.pk}/"):
        response = browser.post(address, ENTERED | wrong)
        page = response.content.decode()
        assert response.status_code == 422
        assert 'role="alert"' in page
        for typed in (ENTERED | wrong).values():
            assert typed in page
    assert Contact.objects.get().name == "Own"


def test_a_sender_cannot_share_contacts_or_change_shared_ones(
    browser: Client, sender: User, admin: User
) -> None:
    browser.post("/contacts/new/", ENTERED | {"is_shared": "on"})
    assert Contact.objects.get().owner == sender
    common = shared_contact(admin, "Common")
    page = browser.get(f"/contacts/{common.pk}/").content.decode()
    assert "Only an administrator can change it" in page
    assert 'name="number"' not in page
    changed = browser.post(f"/contacts/{common.pk}/", ENTERED, follow=True).content.decode()
    assert "Only an administrator can change shared contacts and groups." in changed
    browser.post(f"/contacts/{common.pk}/remove/")
    assert Contact.objects.get(pk=common.pk).name == "Common"


def test_an_admin_shares_and_the_audit_has_it_without_name_or_number(admin: User) -> None:
    browser = browser_of(admin)
    own = own_contact(admin, "Own")
    browser.post(f"/contacts/{own.pk}/", ENTERED | {"is_shared": "on"})
    assert Contact.objects.get().is_shared
    entry = AuditEntry.objects.get(action=Action.SHARED_CONTACTS_CHANGED)
    assert (entry.actor, entry.data) == (admin, {"change": "shared", "contact": own.pk})
    browser.get("/contacts/")  # shows the message with the name, so that later pages don't show it
    page = browser.get("/audit/").content.decode()
    assert "Changed shared contacts" in page
    assert "Meyer" not in page


def test_removing_a_shared_contact_says_what_others_lose(
    admin: User, sender: User, colleague: User
) -> None:
    common = shared_contact(admin, "Common")
    for owner, name in ((admin, "Mine"), (sender, "Secret one"), (colleague, "Secret two")):
        owner.contact_groups.create(name=name, folded=name.casefold()).members.add(common)
    page = browser_of(admin).get(f"/contacts/{common.pk}/remove/").content.decode()
    words = words_of(page)
    assert "It is shared, so it will be removed for everyone." in words
    assert (
        "Also removed from these groups: Mine . Also removed from 2 groups of other people."
        in words
    )
    assert "Secret" not in page


def test_a_fax_to_chosen_contacts_and_groups_begins_with_their_numbers(
    browser: Client, sender: User, admin: User
) -> None:
    anna, ben = own_contact(sender, "Anna", "210"), own_contact(sender, "Ben", "+1 650 253 0000")
    twin = shared_contact(admin, "Ben, too", "(650) 253-0000")
    group = sender.contact_groups.create(name="Both", folded="both")
    group.members.add(ben, twin)
    response = browser.post("/contacts/fax/", {"contact": [anna.pk], "group": [group.pk]})
    draft = Fax.objects.get()
    assert draft.recipients_typed.splitlines() == [
        "Anna <210>",
        '"Ben, too" <(650) 253-0000>',
    ]
    assert response["Location"] == f"/?draft={draft.submission_key}"
    assert "210" in browser.get(response["Location"]).content.decode()


def test_nobody_faxes_to_another_persons_contacts(browser: Client, colleague: User) -> None:
    theirs = own_contact(colleague, "Theirs")
    group = colleague.contact_groups.create(name="Theirs", folded="theirs")
    group.members.add(theirs)
    asked = {"contact": [theirs.pk, "x", "9" * 30], "group": [group.pk]}
    page = browser.post("/contacts/fax/", asked, follow=True).content.decode()
    assert "Select at least one contact" in page
    assert not Fax.objects.exists()
