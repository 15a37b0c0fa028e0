"""What all pages have in common, and the pages for what goes wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.management.commands.collectstatic import Command
from django.core.management import call_command
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.web.site import error_views
from tests.web.conftest import browser_of

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_an_inline_script_or_style(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def test_the_navigation_shows_what_a_role_may_use(
    sender: User, reviewer: User, admin: User
) -> None:
    def offered(user: User) -> set[str]:
        page = browser_of(user).get("/faxes/").content.decode()
        nav = page[page.index('<nav class="main-nav"') : page.index("</nav>")]
        return set(re.findall(r'href="([^"]+)"', nav))

    assert offered(sender) == {"/", "/faxes/", "/contacts/", "/connection/"}
    assert offered(reviewer) == {"/faxes/", "/review/", "/overview/", "/audit/"}
    office = {"/review/", "/overview/", "/sending/", "/audit/"}
    assert offered(admin) == {"/", "/faxes/", "/contacts/", "/connection/"} | office


def test_signing_in_has_our_words_and_no_sign_up(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    for word in ("Username", "Password", "Sign in"):
        assert word in page
    assert "/signup" not in page


@pytest.mark.django_db
def test_a_wrong_password_is_reported_in_an_alert(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "nobody", "password": "x"}).content.decode()
    assert 'role="alert"' in page
    assert "That username and password don&#x27;t match." in page


def test_signing_out_takes_a_press_of_a_button(browser: Client) -> None:
    browser.get("/accounts/logout/")
    assert browser.get("/faxes/").status_code == 200
    browser.post("/accounts/logout/")
    assert browser.get("/faxes/").status_code == 302


def test_an_address_that_leads_nowhere_says_so(browser: Client) -> None:
    response = browser.get("/nowhere/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()


def test_the_page_for_a_server_error_needs_no_database() -> None:
    response = error_views.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Faxes you submitted are safe" in response.content.decode()


def test_a_forbidden_page_says_whom_to_ask(browser: Client) -> None:
    response = browser.get("/review/")
    assert response.status_code == 403
    assert "ask your administrator" in response.content.decode()


def test_our_modules_import_each_other_by_their_hashed_names(
    settings: Settings, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path / "built"
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "faxportal.web.site.static_files.HashedStaticFiles"
    }
    call_command(Command(), interactive=False, verbosity=0)

    modules = [
        path
        for folder in ("js", "vendor")
        for path in (tmp_path / "built" / folder).rglob("*.js")
        if re.search(r"\.[0-9a-f]{12}\.js$", path.name)
    ]

    assert {path.name.split(".")[0] for path in modules} >= {"main", "fax_upload", "sha256", "sha2"}
    for module in modules:
        for imported in re.findall(
            r'^import [^"]* from "(.+)";$', module.read_text(), re.MULTILINE
        ):
            assert (module.parent / imported).resolve() in modules, (module.name, imported)
