"""Every role requests every address. An address without a row in `answers_by_role` fails a test.

Objects in an address belong to a colleague here. `test_visibility` requests a person's own objects,
and objects that don't exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from faxportal.accounts.models import Extension, User
from faxportal.accounts.roles import Role
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.fax_templates import save_template
from faxportal.faxes.models import BlockedNumber, Carrier, CoverTemplate, Fax
from tests.conftest import storages
from tests.web.answers_by_role import GET, POST, ROLES
from tests.web.conftest import Send, browser_of, connect, person, send_fax


def names() -> Iterator[str]:
    """The names of all addresses, from the URL configuration itself."""

    def walk(resolver: URLResolver) -> Iterator[str]:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLPattern):
                assert pattern.name
                yield pattern.name
            else:
                yield from walk(pattern)

    return walk(get_resolver())


@dataclass(frozen=True, kw_only=True)
class World:
    """What exists before each test."""

    documents: Path
    #: role → a person.
    people: dict[str, User]
    #: name → an address whose objects belong to a colleague.
    addresses: dict[str, str]


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """The world, made once for all tests. After each test, its changes are rolled back."""
    documents = tmp_path_factory.mktemp("documents")
    with (
        django_db_blocker.unblock(),
        override_settings(STORAGES=storages(documents)),
        transaction.atomic(),
    ):
        colleague = person("colleague", Role.SENDER)
        people = {role: person(role, Role(role)) for role in ROLES[1:]}
        for sender in (colleague, people["sender"]):
            connect(sender)
        addresses = addresses_of(colleague, send_fax)
        yield World(documents=documents, people=people, addresses=addresses)
        transaction.set_rollback(True)


@pytest.fixture
def addresses(world: World, settings: Settings, db: None) -> dict[str, str]:
    settings.STORAGES = storages(world.documents)
    return world.addresses


def addresses_of(owner: User, sent: Send) -> dict[str, str]:
    """name → an address whose objects belong to `owner`."""
    fax = sent(owner)
    Fax.objects.filter(pk=fax.pk).update(carrier=Carrier.BROWSER)
    extension = Extension.objects.get(connection__user=owner)
    document = fax.documents.get()
    cover = CoverTemplate.objects.create(name=f"Letterhead of {owner.username}")
    template = save_template(owner, name="Weekly", content=DraftContent(), is_shared=False)
    contact = Contact.objects.create(
        owner=owner, name="Clinic", number="210", canonical="210", folded="clinic\n\n210"
    )
    group = ContactGroup.objects.create(owner=owner, name="Clinics", folded="clinics")
    blocked, _is_new = BlockedNumber.objects.get_or_create(
        phone="+1900",
        is_prefix=True,
        defaults={"reason": "Dear", "blocked_by": owner, "blocked_at": timezone.now()},
    )
    arguments: dict[str, dict[str, object]] = {
        "save_draft": {"key": fax.submission_key},
        "attach": {"key": fax.submission_key},
        "arrange": {"key": fax.submission_key},
        "time_on_the_line": {"key": fax.submission_key},
        "fax": {"uuid": fax.uuid},
        "document": {"uuid": fax.uuid, "pk": document.pk},
        "preview": {"uuid": fax.uuid, "pk": document.pk},
        "page_image": {"uuid": fax.uuid, "pk": document.pk, "number": 1},
        "cancel": {"uuid": fax.uuid},
        "confirm_scheduled": {"uuid": fax.uuid},
        "again": {"uuid": fax.uuid},
        "forward": {"uuid": fax.uuid},
        "decide": {"uuid": fax.uuid, "number": 1},
        "evidence_pdf": {"uuid": fax.uuid},
        "evidence_json": {"uuid": fax.uuid},
        "save_number": {"uuid": fax.uuid},
        "cover": {"pk": cover.pk},
        "remove_cover": {"pk": cover.pk},
        "cover_sample": {"pk": cover.pk},
        "hold": {"uuid": fax.uuid},
        "lift_hold": {"uuid": fax.uuid},
        "direct_targets": {"uuid": fax.uuid},
        "direct_files": {"uuid": fax.uuid},
        "direct_attempt": {"uuid": fax.uuid, "pk": document.pk},
        "direct_file": {"uuid": fax.uuid, "pk": document.pk},
        "direct_alive": {"uuid": fax.uuid, "pk": 1},
        "direct_report": {"uuid": fax.uuid, "pk": 1},
        "contact": {"pk": contact.pk},
        "remove_contact": {"pk": contact.pk},
        "contact_group": {"pk": group.pk},
        "group_members": {"pk": group.pk},
        "remove_group": {"pk": group.pk},
        "extension": {"pk": extension.pk},
        "unblock_number": {"pk": blocked.pk},
        "fax_template": {"pk": template.pk},
        "use_fax_template": {"pk": template.pk},
        "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
    }
    return {name: reverse(name, kwargs=arguments.get(name)) for name in GET}


@pytest.fixture
def browser(role: str, world: World, db: None) -> Client:
    """The browser of somebody in a role."""
    return Client() if role == "anonymous" else browser_of(world.people[role])


def test_every_address_has_a_row() -> None:
    assert sorted(names()) == sorted(GET)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", GET)
def test_reading_is_answered_by_role(
    name: str, role: str, addresses: dict[str, str], browser: Client
) -> None:
    response = browser.get(addresses[name])
    response.getvalue()  # reads the whole document, which closes its file
    assert response.status_code == GET[name][ROLES.index(role)]


#: Addresses that a reviewer may open and a record reviewer may not.
OPENS_DOCUMENTS = {"document", "preview", "page_image"}


@pytest.mark.parametrize("name", GET)
def test_a_record_reviewer_reads_what_a_reviewer_does_but_no_document_of_others(
    name: str, addresses: dict[str, str]
) -> None:
    response = browser_of(person("clerk", Role.RECORD_REVIEWER)).get(addresses[name])
    response.getvalue()
    expected = 403 if name in OPENS_DOCUMENTS else GET[name][ROLES.index("reviewer")]
    assert response.status_code == expected


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", POST)
def test_writing_is_answered_by_role(
    name: str, role: str, addresses: dict[str, str], browser: Client
) -> None:
    response = browser.post(addresses[name])
    assert response.status_code == POST[name][ROLES.index(role)]


def test_who_is_not_signed_in_comes_back_to_the_page_after_signing_in(
    addresses: dict[str, str],
) -> None:
    response = Client().get(addresses["faxes"])
    assert response["Location"] == "/accounts/login/?next=/faxes/"
