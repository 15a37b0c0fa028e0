"""Recipients from a CSV file: chosen, previewed and used; other files are refused."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from faxportal.accounts.models import User
from faxportal.faxes.models import Fax
from tests.web.conftest import browser_of

pytestmark = pytest.mark.django_db
ADDRESS = "/recipients/file/"
TABLE = "Name;Telephone;Fax\nZoë;210;+1 650 253 0000\nLee;211;\n"


@pytest.fixture
def browser(sender: User) -> Client:
    return browser_of(sender)


def chosen(browser: Client, content: bytes) -> str:
    response = browser.post(ADDRESS, {"file": SimpleUploadedFile("list.csv", content)})
    return unescape(response.content.decode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_previewed_with_its_likely_columns(browser: Client, encoding: str) -> None:
    page = chosen(browser, TABLE.encode(encoding))
    assert "1 row with a number" in page
    assert '<li class="number">Zoë <+1 650 253 0000></li>' in page
    assert "1 row without a number will be skipped: line 3" in page
    assert re.search(r'<option value="2" selected>Fax: ', page)


def test_other_columns_can_be_chosen(browser: Client) -> None:
    response = browser.post(ADDRESS, {"text": TABLE, "number": "1", "name": ""})
    assert '<li class="number">210</li>' in response.content.decode()


def test_a_fax_begins_with_the_recipients_of_the_file(browser: Client) -> None:
    response = browser.post(ADDRESS, {"text": TABLE, "number": "2", "name": "0", "use": ""})
    draft = Fax.objects.get()
    assert draft.recipients_typed == "Zoë <+1 650 253 0000>"
    assert response["Location"] == f"/?draft={draft.submission_key}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\0\1\2PK", "not a CSV file"),
        (b'a,b\n"c', "quotation marks"),
        ((b"210," + b"x" * 1000 + b"\n") * 1000, "too large"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(
    browser: Client, content: bytes, sentence: str
) -> None:
    assert sentence in chosen(browser, content)


@pytest.mark.parametrize("posted", [{"text": "", "number": "0"}, {"text": TABLE, "number": "9"}])
def test_a_malformed_choice_is_refused(browser: Client, posted: dict[str, str]) -> None:
    assert browser.post(ADDRESS, posted).status_code == 400
