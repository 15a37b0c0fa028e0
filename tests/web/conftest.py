"""People of each role with browsers of their own, and the form and the faxes that they send."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from faxportal.accounts.connections import save_connection
from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import Connection, SignInWith, User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.models import Fax
from tests.support import documents
from tests.support.submitting import send_confirmed

PDF = documents.pdf()
#: The header that htmx sends with each request.
HTMX = {"HX-Request": "true"}

Send = Callable[..., Fax]


@pytest.fixture(autouse=True)
def _no_template_asks_the_database() -> Iterator[None]:
    """Fails a test in which rendering a node of a template makes a query.

    Only views and row builders make queries. Templates only format.
    """
    asked: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        frame = sys._getframe()
        while frame.f_back:
            frame = frame.f_back
            if frame.f_code.co_name == "render_annotated":
                asked.append(f"{frame.f_locals['self']} asks: {sql}")
                break
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield
    assert not asked


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    """Forgets the attempts of the tests before: people's ids repeat, and so do their counters."""
    cache.clear()


def pdf(name: str = "contract.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def person(name: str, role: Role) -> User:
    user = User.objects.create_user(name)
    give_role(user, role)
    return user


def connect(user: User) -> Connection:
    """Give somebody a connection to a server that does not answer, with one extension."""
    connection = save_connection(
        user,
        server="http://127.0.0.1:9",
        sign_in_with=SignInWith.ACCESS_TOKEN,
        secrets={"token": "a token that nobody may see"},
        voipnow_user="@me",
    )
    add_extension(connection, number="0003*210", label="Front desk")
    return connection


@pytest.fixture
def sender(db: None) -> User:
    """A sender who is connected to VoipNow and has one extension."""
    user = person("sender", Role.SENDER)
    connect(user)
    return user


@pytest.fixture
def colleague(db: None) -> User:
    """Another sender, connected as well."""
    user = person("colleague", Role.SENDER)
    connect(user)
    return user


@pytest.fixture
def reviewer(db: None) -> User:
    return person("reviewer", Role.REVIEWER)


@pytest.fixture
def admin(db: None) -> User:
    return person("admin", Role.ADMIN)


def browser_of(user: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def browser(sender: User) -> Client:
    """The sender's browser."""
    return browser_of(sender)


def form(key: UUID | None = None, **fields: object) -> dict[str, object]:
    """What the compose form posts."""
    filled: dict[str, object] = {
        "key": key or uuid4(),
        "extension": "0003*210",
        "recipients": "+1 650 253 0000",
        "subject": "",
        "note": "",
        "send": "",
    }
    return filled | fields


def send_fax(
    by: User,
    *,
    name: str = "contract.pdf",
    recipients: str = "+1 650 253 0000",
    subject: str = "",
    note: str = "",
) -> Fax:
    """Send a fax for somebody, without a form, and confirm whatever is to be confirmed."""
    content = DraftContent(extension="0003*210", recipients=recipients, subject=subject, note=note)
    request = SubmitRequest(by=by, key=uuid4(), content=content, files=[pdf(name)])
    return send_confirmed(request).fax


@pytest.fixture
def sent() -> Send:
    return send_fax
