"""Every address for every role: a new one without a row here fails.

Objects in an address are a colleague's here; `test_whose_is_what` asks for one's own, and for those
that are nowhere.
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
from tests.web.conftest import Send, browser_of, connect, person, send_fax

ROLES = ("anonymous", "sender", "reviewer", "admin")

SIGN_IN = 302
#: name → what each role is answered; objects in an address belong to a colleague.
GET: dict[str, tuple[int, int, int, int]] = {
    "compose": (SIGN_IN, 200, 200, 200),
    "drafts": (SIGN_IN, 200, 403, 200),
    "save_draft": (SIGN_IN, 405, 405, 405),
    "read_recipients": (SIGN_IN, 405, 405, 405),
    "suggestions": (SIGN_IN, 405, 405, 405),
    "attach": (SIGN_IN, 405, 405, 405),
    "arrange": (SIGN_IN, 405, 405, 405),
    "line_time": (SIGN_IN, 405, 405, 405),
    "recipients_file": (SIGN_IN, 200, 403, 200),
    "faxes": (SIGN_IN, 200, 200, 200),
    "fax": (SIGN_IN, 404, 200, 200),
    "document": (SIGN_IN, 404, 200, 200),
    "preview": (SIGN_IN, 404, 200, 200),
    "page_image": (SIGN_IN, 404, 200, 200),
    "cancel": (SIGN_IN, 405, 405, 405),
    "again": (SIGN_IN, 405, 405, 405),
    "forward": (SIGN_IN, 405, 405, 405),
    "decide": (SIGN_IN, 405, 405, 405),
    "evidence_pdf": (SIGN_IN, 404, 200, 200),
    "evidence_json": (SIGN_IN, 404, 200, 200),
    "save_number": (SIGN_IN, 405, 405, 405),
    "hold": (SIGN_IN, 405, 405, 405),
    "lift_hold": (SIGN_IN, 405, 405, 405),
    "direct_targets": (SIGN_IN, 405, 405, 405),
    "direct_files": (SIGN_IN, 405, 405, 405),
    "direct_try": (SIGN_IN, 405, 405, 405),
    "direct_file": (SIGN_IN, 405, 405, 405),
    "direct_alive": (SIGN_IN, 405, 405, 405),
    "direct_report": (SIGN_IN, 405, 405, 405),
    "contacts": (SIGN_IN, 200, 403, 200),
    "add_contact": (SIGN_IN, 200, 403, 200),
    "contact": (SIGN_IN, 404, 403, 404),  # a contact of one's own is nobody else's
    "remove_contact": (SIGN_IN, 404, 403, 404),
    "fax_to": (SIGN_IN, 405, 405, 405),
    "contacts_export": (SIGN_IN, 200, 403, 200),
    "import_contacts": (SIGN_IN, 200, 403, 200),
    "check_import": (SIGN_IN, 302, 403, 302),  # there is no file yet
    "contact_duplicates": (SIGN_IN, 200, 403, 200),
    "contact_groups": (SIGN_IN, 200, 403, 200),
    "contact_group": (SIGN_IN, 404, 403, 404),
    "group_members": (SIGN_IN, 405, 405, 405),
    "remove_group": (SIGN_IN, 404, 403, 404),
    "review": (SIGN_IN, 403, 200, 200),
    "faxes_export": (SIGN_IN, 200, 200, 200),
    "review_export": (SIGN_IN, 403, 200, 200),
    "overview": (SIGN_IN, 403, 200, 200),
    "sending": (SIGN_IN, 403, 403, 200),
    "pause": (SIGN_IN, 405, 405, 405),
    "resume": (SIGN_IN, 405, 405, 405),
    "block_list": (SIGN_IN, 403, 403, 200),
    "unblock_number": (SIGN_IN, 405, 405, 405),
    "audit": (SIGN_IN, 403, 200, 200),
    "audit_export": (SIGN_IN, 403, 200, 200),
    "fax_templates": (SIGN_IN, 200, 403, 200),
    "fax_template": (SIGN_IN, 405, 405, 405),
    "use_fax_template": (SIGN_IN, 405, 405, 405),
    "covers": (SIGN_IN, 403, 403, 200),
    "new_cover": (SIGN_IN, 403, 403, 200),
    "cover": (SIGN_IN, 403, 403, 200),
    "remove_cover": (SIGN_IN, 405, 405, 405),
    "cover_sample": (SIGN_IN, 403, 403, 200),
    "connection": (SIGN_IN, 200, 403, 200),
    "extensions": (SIGN_IN, 405, 405, 405),
    "extension": (SIGN_IN, 405, 405, 405),
    "time_zone": (SIGN_IN, 200, 200, 200),
    "alive": (200, 200, 200, 200),
    "ready": (503, 503, 503, 503),  # no worker is running
    "account_login": (200, 302, 302, 302),
    "account_logout": (302, 200, 200, 200),
    "account_inactive": (200, 200, 200, 200),
    "account_signup": (200, 302, 302, 302),  # which says that it is closed
    "account_reauthenticate": (SIGN_IN, 403, 403, 403),  # people without a password
    "account_email": (SIGN_IN, 200, 200, 200),
    "account_email_verification_sent": (200, 200, 200, 200),
    "account_confirm_email": (200, 200, 200, 200),
    "account_change_password": (SIGN_IN, 302, 302, 302),
    "account_set_password": (SIGN_IN, 200, 200, 200),
    "account_reset_password": (200, 200, 200, 200),
    "account_reset_password_done": (200, 200, 200, 200),
    "account_reset_password_from_key": (200, 200, 200, 200),
    "account_reset_password_from_key_done": (200, 200, 200, 200),
    "account_confirm_login_code": (302, 302, 302, 302),
}
POST: dict[str, tuple[int, int, int, int]] = {
    "compose": (SIGN_IN, 400, 403, 400),  # an empty form has no key
    "drafts": (SIGN_IN, 405, 405, 405),
    # A key is its sender's own: a colleague's draft of that key is not touched.
    "save_draft": (SIGN_IN, 204, 403, 204),
    "attach": (SIGN_IN, 400, 403, 400),  # without a file
    "arrange": (SIGN_IN, 200, 403, 200),
    "line_time": (SIGN_IN, 200, 403, 200),
    "read_recipients": (SIGN_IN, 200, 403, 200),
    "suggestions": (SIGN_IN, 200, 403, 200),
    "recipients_file": (SIGN_IN, 422, 403, 422),
    "faxes": (SIGN_IN, 405, 405, 405),
    "fax": (SIGN_IN, 405, 405, 405),
    "document": (SIGN_IN, 405, 405, 405),
    "preview": (SIGN_IN, 405, 405, 405),
    "page_image": (SIGN_IN, 405, 405, 405),
    "cancel": (SIGN_IN, 404, 302, 302),  # who may see it is told on its page what they may not do
    "again": (SIGN_IN, 404, 302, 302),
    "forward": (SIGN_IN, 404, 302, 302),
    "decide": (SIGN_IN, 404, 400, 400),  # an empty form decides nothing
    "evidence_pdf": (SIGN_IN, 405, 405, 405),
    "evidence_json": (SIGN_IN, 405, 405, 405),
    "save_number": (SIGN_IN, 404, 403, 404),  # for its sender alone
    "hold": (SIGN_IN, 403, 403, 302),
    "lift_hold": (SIGN_IN, 403, 403, 302),
    # A fax's files are its sender's alone: for an admin, too, nothing is there.
    "direct_targets": (SIGN_IN, 404, 404, 404),
    "direct_files": (SIGN_IN, 404, 404, 404),
    "direct_try": (SIGN_IN, 404, 404, 404),
    "direct_file": (SIGN_IN, 404, 404, 404),
    "direct_alive": (SIGN_IN, 404, 404, 404),
    "direct_report": (SIGN_IN, 404, 404, 404),
    "contacts": (SIGN_IN, 405, 405, 405),
    "add_contact": (SIGN_IN, 422, 403, 422),
    "contact": (SIGN_IN, 404, 403, 404),
    "remove_contact": (SIGN_IN, 404, 403, 404),
    "fax_to": (SIGN_IN, 302, 403, 302),  # an empty form chooses nobody
    "contacts_export": (SIGN_IN, 405, 405, 405),
    "import_contacts": (SIGN_IN, 422, 403, 422),
    "check_import": (SIGN_IN, 302, 403, 302),
    "contact_duplicates": (SIGN_IN, 302, 403, 302),
    "contact_groups": (SIGN_IN, 422, 403, 422),
    "contact_group": (SIGN_IN, 404, 403, 404),
    "group_members": (SIGN_IN, 404, 403, 404),
    "remove_group": (SIGN_IN, 404, 403, 404),
    "review": (SIGN_IN, 405, 405, 405),
    "faxes_export": (SIGN_IN, 405, 405, 405),
    "review_export": (SIGN_IN, 405, 405, 405),
    "overview": (SIGN_IN, 405, 405, 405),
    "sending": (SIGN_IN, 405, 405, 405),
    "pause": (SIGN_IN, 403, 403, 302),
    "resume": (SIGN_IN, 403, 403, 302),
    "block_list": (SIGN_IN, 403, 403, 422),
    "unblock_number": (SIGN_IN, 403, 403, 302),
    "audit": (SIGN_IN, 405, 405, 405),
    "audit_export": (SIGN_IN, 405, 405, 405),
    "fax_templates": (SIGN_IN, 405, 405, 405),
    "fax_template": (SIGN_IN, 404, 403, 404),  # not shared
    "use_fax_template": (SIGN_IN, 404, 403, 404),
    "covers": (SIGN_IN, 405, 405, 405),
    "new_cover": (SIGN_IN, 403, 403, 422),  # an empty form has no name
    "cover": (SIGN_IN, 403, 403, 422),
    "remove_cover": (SIGN_IN, 403, 403, 302),
    "cover_sample": (SIGN_IN, 405, 405, 405),
    "connection": (SIGN_IN, 422, 403, 422),
    "extensions": (SIGN_IN, 422, 403, 404),  # the admin here has no connection
    "extension": (SIGN_IN, 404, 403, 404),
    "time_zone": (SIGN_IN, 302, 302, 302),  # an empty form is the office's
    "alive": (405, 405, 405, 405),
    "ready": (405, 405, 405, 405),
}


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
    """What is there before each test."""

    documents: Path
    #: By role.
    people: dict[str, User]
    #: name → an address whose objects belong to a colleague.
    addresses: dict[str, str]


@pytest.fixture(scope="module")
def world(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """Made once for all rows: what a test does to it is rolled back, to where it was made."""
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
    """name → an address whose objects belong to somebody."""
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
        "line_time": {"key": fax.submission_key},
        "fax": {"uuid": fax.uuid},
        "document": {"uuid": fax.uuid, "pk": document.pk},
        "preview": {"uuid": fax.uuid, "pk": document.pk},
        "page_image": {"uuid": fax.uuid, "pk": document.pk, "number": 1},
        "cancel": {"uuid": fax.uuid},
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
        "direct_try": {"uuid": fax.uuid, "pk": document.pk},
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
        "account_confirm_email": {"key": "no-such-key"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "no-such-key"},
    }
    return {name: reverse(name, kwargs=arguments.get(name)) for name in GET}


@pytest.fixture
def browser(role: str, world: World, db: None) -> Client:
    """Of somebody in a role."""
    return Client() if role == "anonymous" else browser_of(world.people[role])


def test_every_address_has_a_row() -> None:
    assert sorted(names()) == sorted(GET)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", GET)
def test_reading_is_answered_by_role(
    name: str, role: str, addresses: dict[str, str], browser: Client
) -> None:
    response = browser.get(addresses[name])
    response.getvalue()  # all of a document, which closes its file
    assert response.status_code == GET[name][ROLES.index(role)]


#: What a reviewer may, and a record reviewer may not.
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
