"""The page of duplicate contacts."""

from __future__ import annotations

from django.test import Client

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact
from tests.contacts.conftest import own_contact, shared_contact
from tests.web.conftest import browser_of

PAGE = "/contacts/duplicates/"


def test_duplicate_contacts_are_shown_and_merged(browser: Client, sender: User) -> None:
    one = own_contact(sender, "Meyer", "210", organisation="Clinic")
    other = own_contact(sender, "Dr. Meyer", "210")
    page = browser.get(PAGE).content.decode()
    assert "Same number: 210" in page
    posted = {"keep": [one.pk], "contact": [one.pk, other.pk]}
    done = browser.post(PAGE, posted, follow=True).content.decode()
    assert "Merged into Meyer." in done
    assert "No duplicates" in done
    again = browser.post(PAGE, posted, follow=True).content.decode()
    assert "Nothing was merged" in again
    assert Contact.objects.get() == one


def test_contacts_with_one_name_and_several_numbers_are_not_selected_for_merging(
    browser: Client, sender: User
) -> None:
    own_contact(sender, "Meyer", "210"), own_contact(sender, "Meyer", "211")
    page = browser.get(PAGE).content.decode()
    assert "Only the number of the contact you keep will remain" in page
    assert page.count(" checked") == 1  # the contact to keep


def test_only_an_admin_merges_shared_contacts(browser: Client, admin: User) -> None:
    one, other = shared_contact(admin, "One", "210"), shared_contact(admin, "Other", "210")
    posted: dict[str, object] = {"keep": [one.pk], "contact": [other.pk], "shared": ""}
    assert "Same number" not in browser.get(f"{PAGE}?shared").content.decode()
    refused = browser.post(PAGE, posted, follow=True).content.decode()
    assert "Only an administrator can change shared contacts and groups." in refused
    office = browser_of(admin)
    assert "Same number: 210" in office.get(f"{PAGE}?shared").content.decode()
    assert office.post(PAGE, posted)["Location"] == f"{PAGE}?shared"
    assert Contact.objects.get() == one
