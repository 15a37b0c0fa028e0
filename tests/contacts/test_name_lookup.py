"""Looking up contacts and groups by their whole names."""

from __future__ import annotations

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.contacts.name_lookup import NameLookup
from faxportal.text.folding import fold
from tests.contacts.conftest import own_contact, shared_contact


def group(name: str, owner: User | None, *members: Contact) -> ContactGroup:
    made = ContactGroup.objects.create(owner=owner, name=name, folded=fold(name))
    made.members.set(members)
    return made


def matching_numbers(user: User, name: str) -> list[set[str]]:
    """The numbers of each contact or group that has this name."""
    found = NameLookup(user).matches([name])
    return [set(one.numbers) for one in found.get(fold(name), [])]


def test_a_contact_is_found_by_its_whole_name_without_capitals_and_accents(anna: User) -> None:
    own_contact(anna, "Dr José Meyer")
    assert matching_numbers(anna, "dr jose  MEYER") == [{"+16502530000"}]
    assert matching_numbers(anna, "Meyer") == []


def test_another_persons_contact_is_not_found(anna: User, ben: User) -> None:
    own_contact(ben, "Dr Meyer")
    assert matching_numbers(anna, "Dr Meyer") == []


def test_one_number_in_two_contacts_is_one_match_and_two_numbers_are_two(
    anna: User, admin: User
) -> None:
    own_contact(anna, "Dr Meyer", "650-253-0000")
    shared_contact(admin, "Dr Meyer", "+1 650 253 0000")
    assert matching_numbers(anna, "Dr Meyer") == [{"+16502530000"}]
    shared_contact(admin, "Dr Meyer", "+1 650 253 0001")
    assert matching_numbers(anna, "Dr Meyer") == [{"+16502530000"}, {"+16502530001"}]


def test_a_group_means_its_members_and_an_own_group_hides_a_shared_one(
    anna: User, ben: User, admin: User
) -> None:
    one, other = shared_contact(admin, "One"), shared_contact(admin, "Other", "+1 650 253 0001")
    group("Board", None, one, other)
    group("Board", anna, one)
    assert matching_numbers(anna, "Board") == [{"+16502530000"}]
    assert matching_numbers(ben, "Board") == [{"+16502530000", "+16502530001"}]


def test_more_names_than_one_query_takes_are_looked_up(anna: User) -> None:
    own_contact(anna, "Dr Meyer")
    names = [f"Nobody {number}" for number in range(2500)]
    assert list(NameLookup(anna).matches([*names, "Dr Meyer"])) == ["dr meyer"]
