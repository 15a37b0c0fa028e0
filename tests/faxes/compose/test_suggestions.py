"""Suggested recipients: recent numbers come first; other people's contacts are never suggested."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.contacts.models import ContactGroup
from faxportal.faxes.compose.suggestions import suggest
from tests.contacts.conftest import own_contact
from tests.faxes.conftest import Submit

pytestmark = pytest.mark.django_db(transaction=True)


def texts(user: User, typed: str) -> list[str]:
    return [one.text for one in suggest(user, typed)]


def group(owner: User, name: str) -> None:
    made = ContactGroup.objects.create(owner=owner, name=name, folded=name.lower())
    made.members.set(owner.contacts.all())


def test_an_empty_field_suggests_the_numbers_faxed_last_each_once(
    submit: Submit, sender: User
) -> None:
    submit(to="210")
    submit(to="+1 650 253 0000, Dr Meyer <+49 30 1234567>")
    submit(to="650-253-0000")
    assert texts(sender, "") == ["650-253-0000", "Dr Meyer <+49 30 1234567>", "210"]


def test_recent_numbers_come_before_groups_and_those_before_contacts(
    submit: Submit, sender: User
) -> None:
    own_contact(sender, "Lena Meyer", "211")
    own_contact(sender, "Old Meyer", "+49 30 1234567")
    group(sender, "Meyers")
    submit(to="+49 30 1234567")
    assert texts(sender, "meyer") == ["Old Meyer <+49 30 1234567>", "@Meyers", "Lena Meyer <211>"]
    assert texts(sender, "@") == ["@Meyers"]


@pytest.mark.parametrize("typed", ["49301", "+49 30", "301 234"])
def test_a_number_is_found_however_it_is_written(typed: str, submit: Submit, sender: User) -> None:
    submit(to="011 49 (30) 1234567, 7778888")
    assert texts(sender, typed) == ["011 49 (30) 1234567"]


def test_another_persons_recipients_and_contacts_are_not_suggested(
    submit: Submit, sender: User
) -> None:
    other = User.objects.create_user("ben")
    give_role(other, Role.SENDER)
    own_contact(other, "Ben's Meyer")
    submit(to="210")
    assert texts(other, "") == []
    assert texts(sender, "meyer") == []


def test_the_number_of_queries_does_not_grow(submit: Submit, sender: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as ran:
            suggest(sender, "2")
        return len(ran)

    submit(to="210")
    own_contact(sender, "Meyer 2")
    few = queries()
    submit(to=", ".join(str(number) for number in range(200, 300)))
    for number in range(20, 40):
        own_contact(sender, f"Meyer {number}", str(number))
    assert queries() == few
