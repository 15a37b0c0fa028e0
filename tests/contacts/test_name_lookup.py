"""Whom a whole name means, for one person."""

from __future__ import annotations

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.contacts.name_lookup import AddressBook
from faxportal.text.folding import fold
from tests.contacts.conftest import kept, shared


def group(name: str, owner: User | None, *members: Contact) -> ContactGroup:
    made = ContactGroup.objects.create(owner=owner, name=name, folded=fold(name))
    made.members.set(members)
    return made


def phones(user: User, name: str) -> list[set[str]]:
    """The numbers of each that the name may mean."""
    found = AddressBook(user).named([name])
    return [set(one.phones) for one in found.get(fold(name), [])]


def test_a_contact_is_found_by_its_whole_name_without_capitals_and_accents(anna: User) -> None:
    kept(anna, "Dr José Meyer")
    assert phones(anna, "dr jose  MEYER") == [{"+16502530000"}]
    assert phones(anna, "Meyer") == []


def test_another_persons_contact_means_nobody(anna: User, ben: User) -> None:
    kept(ben, "Dr Meyer")
    assert phones(anna, "Dr Meyer") == []


def test_one_phone_kept_twice_is_no_question_and_two_phones_are(anna: User, admin: User) -> None:
    kept(anna, "Dr Meyer", "650-253-0000")
    shared(admin, "Dr Meyer", "+1 650 253 0000")
    assert phones(anna, "Dr Meyer") == [{"+16502530000"}]
    shared(admin, "Dr Meyer", "+1 650 253 0001")
    assert phones(anna, "Dr Meyer") == [{"+16502530000"}, {"+16502530001"}]


def test_a_group_brings_its_members_and_ones_own_comes_before_a_shared_one(
    anna: User, ben: User, admin: User
) -> None:
    one, other = shared(admin, "One"), shared(admin, "Other", "+1 650 253 0001")
    group("Board", None, one, other)
    group("Board", anna, one)
    assert phones(anna, "Board") == [{"+16502530000"}]
    assert phones(ben, "Board") == [{"+16502530000", "+16502530001"}]


def test_more_names_than_one_query_takes_are_looked_up(anna: User) -> None:
    kept(anna, "Dr Meyer")
    names = [f"Nobody {number}" for number in range(2500)]
    assert list(AddressBook(anna).named([*names, "Dr Meyer"])) == ["dr meyer"]
