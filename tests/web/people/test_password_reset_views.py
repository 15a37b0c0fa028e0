"""A forgotten password: who gets a link, where it leads, and how often it works."""

from __future__ import annotations

import re

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User

ADDRESS = "/accounts/password/reset/"
NEW = {"password1": "a password of her own", "password2": "a password of her own"}


@pytest.fixture(autouse=True)
def _mail(settings: Settings) -> None:
    settings.RESETS_PASSWORDS = True
    settings.PORTAL_URL = "https://fax.example.com"
    settings.ALLOWED_HOSTS = ["*"]


@pytest.fixture
def maria(db: None) -> User:
    return User.objects.create_user("maria", "maria@example.com", "forgotten long ago")


def link(mailbox: list[EmailMessage]) -> str:
    [mail] = mailbox
    assert mail.to == ["maria@example.com"]
    [found] = re.findall(r"https?://\S+", str(mail.body))
    return str(found)


def test_the_link_leads_to_the_portal_whatever_the_request_claims(
    maria: User, mailoutbox: list[EmailMessage]
) -> None:
    Client().post(ADDRESS, {"email": "maria@example.com"}, headers={"Host": "evil.example.net"})
    assert link(mailoutbox).startswith("https://fax.example.com/accounts/password/reset/key/")
    assert "evil" not in str(mailoutbox[0].body)
    assert mailoutbox[0].subject == "faxportal: a new password"


def test_the_link_works_once(maria: User, mailoutbox: list[EmailMessage]) -> None:
    Client().post(ADDRESS, {"email": "maria@example.com"})
    path = link(mailoutbox).removeprefix("https://fax.example.com")
    browser = Client()
    form = browser.get(path, follow=True).redirect_chain[-1][0]
    browser.post(form, NEW)
    maria.refresh_from_db()
    assert maria.check_password(NEW["password1"])
    again = Client()
    page = again.get(path, follow=True)
    assert page.redirect_chain == []
    assert "password1" not in page.content.decode()


def test_the_link_works_for_an_hour(
    maria: User, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    assert settings.PASSWORD_RESET_TIMEOUT == 60 * 60
    Client().post(ADDRESS, {"email": "maria@example.com"})
    path = link(mailoutbox).removeprefix("https://fax.example.com")
    settings.PASSWORD_RESET_TIMEOUT = -1  # as if the hour had passed
    assert Client().get(path, follow=True).redirect_chain == []


def test_a_stranger_gets_no_mail(maria: User, mailoutbox: list[EmailMessage]) -> None:
    known = Client().post(ADDRESS, {"email": "maria@example.com"})
    unknown = Client().post(ADDRESS, {"email": "stranger@example.com"})
    assert [mail.to for mail in mailoutbox] == [["maria@example.com"]]
    assert unknown.status_code == known.status_code
    assert unknown.headers["Location"] == known.headers["Location"]


def test_without_a_mail_server_there_is_no_such_page(
    maria: User, mailoutbox: list[EmailMessage], settings: Settings
) -> None:
    assert ADDRESS in Client().get("/accounts/login/").content.decode()
    settings.RESETS_PASSWORDS = False
    assert Client().post(ADDRESS, {"email": "maria@example.com"}).status_code == 404
    assert ADDRESS not in Client().get("/accounts/login/").content.decode()
    assert mailoutbox == []


@pytest.mark.parametrize("path", ["email/", "signup/", "password/set/", "confirm-email/abc/"])
def test_the_other_pages_of_the_library_are_not_there(maria: User, path: str) -> None:
    """With its page of addresses, a borrowed session became a stolen account."""
    browser = Client()
    browser.force_login(maria)
    for ask in (browser.get, browser.post):
        assert ask(f"/accounts/{path}").status_code == 404
