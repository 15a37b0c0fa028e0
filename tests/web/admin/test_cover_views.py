"""The pages on which an admin makes cover pages."""

from __future__ import annotations

import io
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.audit.models import AuditEntry
from faxportal.documents import typesetting
from faxportal.faxes.models import CoverField, CoverTemplate, CoverUse, Paper
from tests.support import documents
from tests.web.conftest import browser_of


@pytest.fixture
def browser(admin: User) -> Client:
    return browser_of(admin)


def filled(**fields: object) -> dict[str, object]:
    whole = {"name": "Letterhead", "use": "offered", "language": "de", "paper": "a4"}
    return whole | {"office": "Meyer", "legal": "Vertraulich", "shown": ["to", "date"]} | fields


def picture(**how: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("logo.png", documents.picture("PNG", size=(300, 100)), **how)


@pytest.fixture
def template(db: None) -> CoverTemplate:
    return CoverTemplate.objects.create(name="Old", office="Meyer", use=CoverUse.PRESCRIBED)


def test_a_cover_page_is_made_and_shown_as_a_fax_carries_it(browser: Client) -> None:
    response = browser.post("/covers/new/", filled(logo_file=picture()))
    template = CoverTemplate.objects.get()
    assert response["Location"] == f"/covers/{template.pk}/"
    assert (template.name, template.use, template.language) == ("Letterhead", "offered", "de")
    assert (template.office, template.legal, template.shown) == (
        "Meyer",
        "Vertraulich",
        ["to", "date"],
    )
    assert bytes(template.logo).startswith(b"\x89PNG")
    page = browser.get(response["Location"]).content.decode()
    assert "Saved the cover page." in page
    assert f"/covers/{template.pk}/sample.png?v=" in page
    sample = browser.get(f"/covers/{template.pk}/sample.png")
    with Image.open(io.BytesIO(sample.content)) as seen:
        assert (seen.width, seen.mode) == (1728, "1")
    assert sample["Cache-Control"].startswith("private")


def test_a_new_cover_page_is_not_in_use_unless_an_admin_says_so(browser: Client) -> None:
    page = browser.get("/covers/new/").content.decode()
    assert '<option value="off" selected>Not in use</option>' in page
    assert page.count("checked") == len(CoverField)


@pytest.mark.parametrize(
    ("region", "paper"), [("US", Paper.LETTER), ("CA", Paper.LETTER), ("DE", Paper.A4)]
)
def test_a_new_cover_page_is_on_the_regions_paper(
    browser: Client, settings: Settings, region: str, paper: Paper
) -> None:
    settings.REGION = region
    page = browser.get("/covers/new/").content.decode()
    assert f'<option value="{paper}" selected>{paper.label}</option>' in page


def test_prescribing_another_cover_page_leaves_the_first_one_as_a_choice(
    browser: Client, template: CoverTemplate
) -> None:
    response = browser.post("/covers/new/", filled(use="prescribed"))
    assert response.status_code == HTTPStatus.FOUND
    template.refresh_from_db()
    assert template.use == CoverUse.OFFERED
    page = browser.get("/covers/").content.decode()
    assert "Required on every fax" in page
    assert "Available to senders" in page


def test_a_logo_stays_until_it_is_replaced_or_removed(
    browser: Client, template: CoverTemplate
) -> None:
    address = f"/covers/{template.pk}/"

    def logo() -> bytes:
        template.refresh_from_db()
        return bytes(template.logo)

    browser.post(address, filled(logo_file=picture()))
    first = logo()
    assert first
    browser.post(address, filled())
    assert logo() == first
    browser.post(address, filled(no_logo="on"))
    assert logo() == b""


def test_a_file_that_is_no_logo_is_reported_and_the_rest_is_kept(browser: Client) -> None:
    text = SimpleUploadedFile("logo.png", b"no picture")
    response = browser.post("/covers/new/", filled(logo_file=text))
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = response.content.decode()
    assert "“logo.png” can&#x27;t be used as a logo" in page
    assert "Vertraulich" in page
    assert not CoverTemplate.objects.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Old"}, "Another cover page has this name."),
        ({"office": "𒀀"}, "these characters: 𒀀."),
        ({"legal": "x𒀁"}, "these characters: 𒀁."),
        ({"legal": "word " * 300 + "\n" * 60 + "end"}, "leaves no room for a message"),
        ({"language": "tlh"}, "Select a valid choice."),
        ({"use": "everybody"}, "Select a valid choice."),
        ({"shown": ["to", "weather"]}, "Select a valid choice."),
    ],
)
def test_an_invalid_cover_page_is_reported(
    browser: Client, template: CoverTemplate, fields: dict[str, object], sentence: str
) -> None:
    response = browser.post("/covers/new/", filled(**fields))
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = response.content.decode()
    assert sentence in page
    assert "Not saved" in page
    assert list(CoverTemplate.objects.all()) == [template]


def test_a_change_that_is_refused_changes_nothing(browser: Client, template: CoverTemplate) -> None:
    response = browser.post(f"/covers/{template.pk}/", filled(office="𒀀", name="New"))
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "<h1>Old</h1>" in response.content.decode()
    template.refresh_from_db()
    assert (template.name, template.office) == ("Old", "Meyer")


def test_a_cover_page_that_cannot_be_drawn_now_is_reported_and_not_saved(
    browser: Client, template: CoverTemplate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "TIMEOUT", 0.0)
    response = browser.post("/covers/new/", filled())
    assert "could not be drawn" in response.content.decode()
    assert browser.get(f"/covers/{template.pk}/sample.png").status_code == 503


def test_removing_a_cover_page_is_reported_and_in_the_audit(
    browser: Client, template: CoverTemplate
) -> None:
    page = browser.post(f"/covers/{template.pk}/remove/", follow=True).content.decode()
    assert "Faxes already sent with it keep it." in page
    assert "No cover pages yet" in page
    audit = browser.get("/audit/?action=cover_removed").content.decode()
    assert "Removed a cover page" in audit
    assert AuditEntry.objects.filter(action="cover_removed").count() == 1


def test_the_menu_leads_admins_there(browser: Client, sender: User) -> None:
    assert 'href="/covers/"' in browser.get("/").content.decode()
    assert 'href="/covers/"' not in browser_of(sender).get("/").content.decode()
