"""Finding and merging duplicate contacts. No group loses a recipient in a merge."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faxportal.accounts.models import User
from faxportal.contacts.audit import SharedChange
from faxportal.contacts.groups import add_group, add_members
from faxportal.contacts.merging import NothingToMerge, find_alike, merge_contacts
from faxportal.contacts.models import Contact
from faxportal.contacts.name_lookup import NameLookup
from faxportal.contacts.permissions import NotAllowedTo
from tests.contacts.conftest import Audited, own_contact, shared_contact

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def names(user: User, *, is_shared: bool = False) -> list[tuple[list[str], bool]]:
    found = find_alike(user, is_shared=is_shared, at_most=10)
    return [([one.name for one in alike.contacts], alike.same_number) for alike in found]


def test_contacts_with_the_same_number_or_the_same_name_are_found(anna: User) -> None:
    own_contact(anna, "Meyer", "+1 650 253 0000")
    own_contact(anna, "Dr. Meyer", "(650) 253-0000", organisation="Clinic")
    own_contact(anna, "Müller", "210")
    own_contact(anna, "MULLER", "211")
    own_contact(anna, "Alone", "212")
    assert names(anna) == [(["Dr. Meyer", "Meyer"], True), (["Müller", "MULLER"], False)]


def test_own_and_shared_contacts_are_compared_separately(
    anna: User, ben: User, admin: User
) -> None:
    for by in (anna, ben):
        own_contact(by, "Meyer", "210")
    shared_contact(admin, "Meyer", "210")
    assert names(anna) == names(admin, is_shared=True) == []
    shared_contact(admin, "Clinic", "210")
    assert names(admin, is_shared=True) == [(["Meyer", "Clinic"], True)]


def test_the_queries_do_not_grow_with_what_is_found(anna: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            names(anna)
        return len(asked)

    own_contact(anna, "A", "210"), own_contact(anna, "B", "210")
    before = queries()
    for number in range(220, 225):
        own_contact(anna, f"C{number}", str(number)), own_contact(anna, f"D{number}", str(number))
    assert queries() == before


def test_the_kept_contact_gets_the_details_that_it_lacks(anna: User, audited: Audited) -> None:
    one = own_contact(anna, "Meyer", "+1 650 253 0000", note="Ask first")
    other = own_contact(anna, "Dr. Meyer", "(650) 253-0000", organisation="Clinic", note="Later")
    group = add_group("Board", by=anna)
    add_members(group, [other.pk], by=anna)
    Contact.objects.filter(pk=other.pk).update(last_used_at=NOON)
    merge_contacts(one.pk, [one.pk, other.pk], by=anna)
    merged = Contact.objects.get()
    assert (merged.name, merged.number, merged.note) == ("Meyer", "+1 650 253 0000", "Ask first")
    assert (merged.organisation, merged.last_used_at) == ("Clinic", NOON)
    assert list(group.members.all()) == [merged]
    assert list(Contact.objects.matching("clinic")) == [merged]
    assert audited.all == []


def test_other_peoples_groups_keep_a_shared_recipient(
    anna: User, admin: User, audited: Audited
) -> None:
    one, other = shared_contact(admin, "One", "210"), shared_contact(admin, "Other", "210")
    private = add_group("Private", by=anna)
    add_members(private, [other.pk], by=anna)
    both = add_group("Both", by=anna)
    add_members(both, [one.pk, other.pk], by=anna)
    merge_contacts(one.pk, [other.pk], by=admin)
    assert list(private.members.all()) == list(both.members.all()) == [one]
    assert audited.all == [
        (SharedChange.ADDED, {"contact": one.pk}),
        (SharedChange.ADDED, {"contact": other.pk}),
        (SharedChange.MERGED, {"contact": one.pk, "contacts": 1}),
    ]


def test_a_person_merges_only_their_own_contacts_and_an_admin_shared_ones(
    anna: User, ben: User, admin: User
) -> None:
    mine, theirs = own_contact(anna, "Mine", "210"), own_contact(ben, "Theirs", "210")
    one, other = shared_contact(admin, "One", "210"), shared_contact(admin, "Other", "210")
    for keep, others in ((mine.pk, [theirs.pk]), (mine.pk, [one.pk]), (theirs.pk, [mine.pk])):
        with pytest.raises(NothingToMerge):
            merge_contacts(keep, others, by=anna)
    with pytest.raises(NotAllowedTo):
        merge_contacts(one.pk, [other.pk], by=anna)
    assert Contact.objects.count() == 4


def test_merging_twice_is_refused(anna: User) -> None:
    one, other = own_contact(anna, "One", "210"), own_contact(anna, "Other", "210")
    merge_contacts(one.pk, [other.pk], by=anna)
    with pytest.raises(NothingToMerge):
        merge_contacts(one.pk, [other.pk], by=anna)
    assert NameLookup(anna).names_of(["210"]) == {"210": "One"}
