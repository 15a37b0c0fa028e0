"""The pages of groups: their names and their members."""

from __future__ import annotations

import pytest
from django.test import Client

from faxportal.accounts.models import User
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.contacts.models import Contact, ContactGroup
from tests.contacts.conftest import own_contact, shared_contact
from tests.web.conftest import HTMX, browser_of


@pytest.fixture
def board(sender: User) -> ContactGroup:
    return sender.contact_groups.create(name="Board", folded="board")


def test_a_group_is_made_renamed_and_removed_and_its_members_stay(
    browser: Client, sender: User
) -> None:
    response = browser.post("/contacts/groups/", {"name": " The  Board ", "is_shared": "on"})
    group = ContactGroup.objects.get()
    assert (group.name, group.owner) == ("The Board", sender)
    address = f"/contacts/groups/{group.pk}/"
    assert response["Location"] == address
    group.members.add(own_contact(sender, "Anna"))
    browser.post(address, {"name": "Council"})
    assert "Council" in browser.get("/contacts/groups/").content.decode()
    asked = browser.get(f"{address}remove/").content.decode()
    assert "Remove the group Council?" in asked
    assert ContactGroup.objects.exists()
    browser.post(f"{address}remove/")
    assert not ContactGroup.objects.exists()
    assert Contact.objects.exists()
    assert browser.post(f"{address}remove/").status_code == 404


@pytest.mark.parametrize("name", ["", "  ", "BOARD", "\u200b"])
def test_a_name_that_is_taken_or_empty_is_reported_at_its_field(
    name: str, browser: Client, sender: User, board: ContactGroup
) -> None:
    other = sender.contact_groups.create(name="Other", folded="other")
    for address in ("/contacts/groups/", f"/contacts/groups/{other.pk}/"):
        response = browser.post(address, {"name": name})
        assert response.status_code == 422
        assert 'id="id_name_error"' in response.content.decode()
    assert set(ContactGroup.objects.values_list("name", flat=True)) == {"Board", "Other"}


def test_members_are_found_added_and_taken_out(
    browser: Client, sender: User, board: ContactGroup, admin: User
) -> None:
    anna, ben = own_contact(sender, "Anna"), shared_contact(admin, "Ben")
    address = f"/contacts/groups/{board.pk}/"
    page = browser.get(address, {"search": "ben"}, headers=HTMX).content.decode()
    assert "<html" not in page
    assert ("Add Ben" in page, "Add Anna" in page) == (True, False)
    posted = {"add": [anna.pk, ben.pk], "search": "ben"}
    response = browser.post(f"{address}members/", posted)
    assert response["Location"] == f"{address}?search=ben"
    browser.post(f"{address}members/", posted)
    browser.post(f"{address}members/", {"remove": [anna.pk]})
    assert list(board.members.all()) == [ben]
    assert "Remove Ben" in browser.get(address).content.decode()


def test_nobody_puts_another_persons_contact_into_a_group(
    browser: Client, colleague: User, board: ContactGroup
) -> None:
    theirs = own_contact(colleague, "Theirs")
    browser.post(f"/contacts/groups/{board.pk}/members/", {"add": [theirs.pk]})
    assert not board.members.exists()


def test_only_an_admin_changes_a_shared_group_and_only_shared_contacts_join_it(
    admin: User, browser: Client
) -> None:
    office = browser_of(admin)
    office.post("/contacts/groups/", {"name": "Authorities", "is_shared": "on"})
    group = ContactGroup.objects.get()
    assert group.is_shared
    own, common = own_contact(admin, "Own"), shared_contact(admin, "Common")
    address = f"/contacts/groups/{group.pk}/"
    assert "Add Own" not in office.get(address).content.decode()
    office.post(f"{address}members/", {"add": [own.pk, common.pk]})
    assert list(group.members.all()) == [common]
    changes = AuditEntry.objects.filter(action=Action.SHARED_CONTACTS_CHANGED).order_by("pk")
    assert [entry.data for entry in changes] == [
        {"change": "added", "group": group.pk},
        {"change": "added", "contact": common.pk},
        {"change": "members_changed", "group": group.pk, "contacts": 1},
    ]
    page = browser.get(address).content.decode()
    assert ("Common" in page, "Take Common out" in page) == (True, False)
    for posted, to in (
        ({"name": "Mine"}, address),
        ({"remove": [common.pk]}, f"{address}members/"),
        ({}, f"{address}remove/"),
    ):
        refused = browser.post(to, posted, follow=True).content.decode()
        assert "Only an administrator can change shared contacts and groups." in refused
    group.refresh_from_db()
    assert (group.name, group.members.count()) == ("Authorities", 1)
