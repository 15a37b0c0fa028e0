"""Contacts that are alike become one, and nobody's group loses a recipient by it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faxportal.accounts.models import User
from faxportal.contacts import address_book
from faxportal.contacts.groups import add_group, add_members
from faxportal.contacts.merging import NothingToMerge, find_alike, merge_contacts
from faxportal.contacts.models import Contact
from faxportal.contacts.permissions import NotAllowedTo
from faxportal.contacts.shared_changes import Change
from tests.contacts.conftest import Audited, kept, shared

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def names(user: User, *, is_shared: bool = False) -> list[tuple[list[str], bool]]:
    found = find_alike(user, is_shared=is_shared, at_most=10)
    return [([one.name for one in alike.contacts], alike.same_number) for alike in found]


def test_contacts_of_one_number_and_of_one_name_are_found(anna: User) -> None:
    kept(anna, "Meyer", "+1 650 253 0000")
    kept(anna, "Dr. Meyer", "(650) 253-0000", organisation="Clinic")
    kept(anna, "Müller", "210")
    kept(anna, "MULLER", "211")
    kept(anna, "Alone", "212")
    assert names(anna) == [(["Dr. Meyer", "Meyer"], True), (["Müller", "MULLER"], False)]


def test_own_and_shared_contacts_are_looked_through_apart(
    anna: User, ben: User, admin: User
) -> None:
    for by in (anna, ben):
        kept(by, "Meyer", "210")
    shared(admin, "Meyer", "210")
    assert names(anna) == names(admin, is_shared=True) == []
    shared(admin, "Clinic", "210")
    assert names(admin, is_shared=True) == [(["Meyer", "Clinic"], True)]


def test_the_queries_do_not_grow_with_what_is_found(anna: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            names(anna)
        return len(asked)

    kept(anna, "A", "210"), kept(anna, "B", "210")
    before = queries()
    for number in range(220, 225):
        kept(anna, f"C{number}", str(number)), kept(anna, f"D{number}", str(number))
    assert queries() == before


def test_the_one_that_is_kept_takes_over_what_it_lacks(anna: User, audited: Audited) -> None:
    one = kept(anna, "Meyer", "+1 650 253 0000", note="Ask first")
    other = kept(anna, "Dr. Meyer", "(650) 253-0000", organisation="Clinic", note="Later")
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
    one, other = shared(admin, "One", "210"), shared(admin, "Other", "210")
    private = add_group("Private", by=anna)
    add_members(private, [other.pk], by=anna)
    both = add_group("Both", by=anna)
    add_members(both, [one.pk, other.pk], by=anna)
    merge_contacts(one.pk, [other.pk], by=admin)
    assert list(private.members.all()) == list(both.members.all()) == [one]
    assert audited.all == [
        (Change.ADDED, {"contact": one.pk}),
        (Change.ADDED, {"contact": other.pk}),
        (Change.MERGED, {"contact": one.pk, "contacts": 1}),
    ]


def test_only_ones_own_or_for_an_admin_shared_ones_are_merged(
    anna: User, ben: User, admin: User
) -> None:
    mine, theirs = kept(anna, "Mine", "210"), kept(ben, "Theirs", "210")
    one, other = shared(admin, "One", "210"), shared(admin, "Other", "210")
    for keep, others in ((mine.pk, [theirs.pk]), (mine.pk, [one.pk]), (theirs.pk, [mine.pk])):
        with pytest.raises(NothingToMerge):
            merge_contacts(keep, others, by=anna)
    with pytest.raises(NotAllowedTo):
        merge_contacts(one.pk, [other.pk], by=anna)
    assert Contact.objects.count() == 4


def test_merging_twice_finds_nothing_left_to_merge(anna: User) -> None:
    one, other = kept(anna, "One", "210"), kept(anna, "Other", "210")
    merge_contacts(one.pk, [other.pk], by=anna)
    with pytest.raises(NothingToMerge):
        merge_contacts(one.pk, [other.pk], by=anna)
    assert address_book.names_of(anna, ["210"]) == {"210": "One"}
