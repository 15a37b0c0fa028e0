"""A fax to the names of contacts and groups."""

from __future__ import annotations

import pytest

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.contacts.models import ContactGroup
from faxportal.contacts.name_lookup import NameLookup
from faxportal.faxes.compose.recipient_messages import invalid_recipient_sentence
from faxportal.faxes.compose.recipients import (
    InvalidRecipient,
    ParsedRecipients,
    RecipientProblem,
    most_parsed,
    parse_lines,
    parse_recipients,
)
from faxportal.text.phone_numbers import DialAs, Number
from tests.contacts.conftest import own_contact


@pytest.fixture
def anna(db: None) -> User:
    user = User.objects.create_user("anna")
    give_role(user, Role.SENDER)
    own_contact(user, "Meyer, Hans", "+49 30 1234567")
    return user


def read(text: str, by: User) -> ParsedRecipients:
    return parse_recipients(text, region="US", dial_as=DialAs.TYPED, book=NameLookup(by))


def read_parts(text: str, by: User) -> list[tuple[Number | InvalidRecipient, ...]]:
    lines = parse_lines(text.splitlines(), region="US", dial_as=DialAs.TYPED, book=NameLookup(by))
    return [part.found for line in lines for part in line]


def group(owner: User, name: str) -> ContactGroup:
    made = ContactGroup.objects.create(owner=owner, name=name, folded=name.lower())
    made.members.set(owner.contacts.all())
    return made


@pytest.mark.parametrize(
    ("text", "dialled"), [('"meyer, hans"', "+49301234567"), ("01149301234567", "01149301234567")]
)
def test_a_contact_is_found_by_its_name_and_by_its_number(
    text: str, dialled: str, anna: User
) -> None:
    [number] = read(text, anna).numbers
    assert (number.name, number.dialled) == ("Meyer, Hans", dialled)


@pytest.mark.parametrize("text", ["Board", "@board", " board ,"])
def test_a_group_is_its_members_except_those_already_in_the_text(text: str, anna: User) -> None:
    own_contact(anna, "Lee", "650-253-0000")
    group(anna, "Board")
    parsed = read(f"+1 650 253 0000, {text}", anna)
    assert [number.dialled for number in parsed.numbers] == ["+16502530000", "+49301234567"]
    assert [number.name for number in parsed.repeated] == ["Lee"]


def test_a_group_named_many_times_is_read_once_and_counted_up_to_the_limit(anna: User) -> None:
    for number in range(210, 309):
        own_contact(anna, f"Nr. {number}", str(number))
    group(anna, "Board")
    first, *others = read_parts("@board, Board\n" * 100, anna)
    assert all(one is other for part in others[:9] for one, other in zip(first, part, strict=True))
    parsed = read("@board, Board\n" * 100, anna)
    assert len(parsed.numbers) == 100
    assert len(parsed.repeated) == most_parsed() - 100
    assert [part.problem for part in parsed.invalid] == [RecipientProblem.TOO_MANY]


def test_a_group_without_members_is_invalid(anna: User) -> None:
    anna.contacts.all().delete()
    group(anna, "Board")
    assert [part.problem for part in read("Board", anna).invalid] == [RecipientProblem.EMPTY_GROUP]


def test_a_name_of_several_is_invalid_and_offers_each(anna: User) -> None:
    own_contact(anna, "Meyer, Hans", "210")
    group(anna, "Meyer, Hans")
    [invalid] = read('"Meyer, Hans"', anna).invalid
    sentence = invalid_recipient_sentence(invalid)
    assert '"Meyer, Hans" <+49 30 1234567>; "Meyer, Hans" <210>; "@Meyer, Hans".' in sentence
    parsed = read("\n".join(invalid.choices), anna)
    assert not parsed.invalid
    assert [number.dialled for number in parsed.numbers] == ["+49301234567", "210"]
