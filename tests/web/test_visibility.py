"""Every address that names an object, for every role.

The tests request the person's own object, and an object that doesn't exist. `answers_by_role` has
the answers for a colleague's object. Two rules derive most other answers from these:

- An object that doesn't exist looks like an object that the person may not see.
- The person's own object is found, if the person's role may open such objects.

`OWN` has the answers that the rules don't give.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from faxportal.accounts.roles import Role
from tests.web.answers_by_role import GET, POST, SIGN_IN
from tests.web.conftest import Send, browser_of, connect, person
from tests.web.test_permissions import addresses_of

#: role → its column in `answers_by_role`; a record reviewer shares the reviewer's column.
COLUMNS: Mapping[Role | None, int] = {
    None: 0,
    Role.SENDER: 1,
    Role.REVIEWER: 2,
    Role.RECORD_REVIEWER: 2,
    Role.ADMIN: 3,
}
PEOPLE = tuple(role for role in COLUMNS if role)
NOT_ALLOWED = 405

#: name → the status of a POST to the person's own object, for each role of `PEOPLE`.
OWN: dict[str, tuple[int, int, int, int]] = {
    "cancel": (302, 302, 302, 302),
    "confirm_scheduled": (302, 302, 302, 302),  # the fax's page says that nothing waits for it
    "again": (302, 302, 302, 302),  # if sending is not allowed, the fax's page says so
    "forward": (302, 302, 302, 302),
    "decide": (400, 400, 400, 400),  # an empty form decides nothing
    "hold": (403, 403, 403, 302),
    "lift_hold": (403, 403, 403, 302),
    "direct_targets": (200, 200, 200, 200),
    "direct_files": (302, 302, 302, 302),
    "save_number": (404, 403, 403, 404),  # an empty form names no number
    "contact": (422, 403, 403, 422),
    "remove_contact": (302, 403, 403, 302),
    "contact_group": (422, 403, 403, 422),
    "group_members": (302, 403, 403, 302),
    "remove_group": (302, 403, 403, 302),
    "extension": (302, 403, 403, 302),
    "unblock_number": (403, 403, 403, 302),
    "fax_template": (302, 403, 403, 302),
    "use_fax_template": (302, 403, 403, 302),
}


def names_an_object(name: str) -> bool:
    """Whether an address contains the id of an object, for example of a fax or a contact.

    Addresses for signing in contain keys instead.
    """
    [(_path, parameters)] = get_resolver().reverse_dict.getlist(name)[0][0]
    return bool({"uuid", "pk"} & {*parameters})


NAMES = [name for name in GET if names_an_object(name)]
#: Objects of the office, which nobody owns: `test_permissions` covers them.
OFFICE = {"cover", "remove_cover", "cover_sample"}

Ask = Callable[[Client, str], int]


def get(browser: Client, address: str) -> int:
    response = browser.get(address)
    response.getvalue()  # reads the whole document, which closes its file
    return response.status_code


def post(browser: Client, address: str) -> int:
    return browser.post(address).status_code


ASKED = [(get, GET), (post, POST)]


def nowhere(address: str) -> str:
    """The same address with ids that no object has."""
    found = resolve(address)
    ids = {"uuid": uuid4(), "pk": 2**31 - 1}
    kwargs = {name: ids.get(name, value) for name, value in found.kwargs.items()}
    return reverse(str(found.url_name), kwargs=kwargs)


@pytest.mark.django_db
@pytest.mark.parametrize("role", COLUMNS)
def test_an_object_that_does_not_exist_looks_like_a_hidden_one(
    role: Role | None, sent: Send
) -> None:
    owner = person("somebody", Role.SENDER)
    connect(owner)
    addresses = addresses_of(owner, sent)
    browser = browser_of(person("they", role)) if role else Client()
    for ask, rows in ASKED:
        for name in NAMES:
            others = rows[name][COLUMNS[role]]
            if others in (SIGN_IN, NOT_ALLOWED) and (role is None or others == NOT_ALLOWED):
                expected = {others}
            elif others == 403:  # refused by role, unless the view looks for the object first
                expected = {403, 404}
            else:
                expected = {404}
            assert ask(browser, nowhere(addresses[name])) in expected, (ask.__name__, name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if name not in OFFICE])
def test_ones_own_object_is_found(name: str, sent: Send) -> None:
    """A person with a new role still finds their objects, if the new role may open them."""
    for place, role in enumerate(PEOPLE):
        owner = person(role.value, role)
        connect(owner)
        browser, address = browser_of(owner), addresses_of(owner, sent)[name]
        others = GET[name][COLUMNS[role]]
        reading = NOT_ALLOWED if NOT_ALLOWED in GET[name] else 403 if others == 403 else 200
        assert get(browser, address) == reading, role
        written = post(browser, address)
        if NOT_ALLOWED in POST[name]:
            assert written == NOT_ALLOWED, role
        elif name in OWN:
            assert written == OWN[name][place], role
        else:
            assert written not in (403, 404), role
