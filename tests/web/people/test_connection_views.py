"""My connection and my extensions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from faxportal.accounts.models import Connection, Extension, HandOverBy, SignInWith, User
from faxportal.accounts.voipnow_network import shared_network
from faxportal.simulator import config
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from faxportal.voipnow.api_types import WireForm
from tests.web.conftest import browser_of

SECRET = "a token that nobody may see"


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    with running_simulator() as running:
        settings.VOIPNOW_SERVERS = [running.url]
        settings.STORAGE_ORIGINS = [running.storage_url]
        shared_network.cache_clear()
        yield running
        shared_network().close()
        shared_network.cache_clear()


def entered(server: str = "http://127.0.0.1:9", **fields: str) -> dict[str, str]:
    """What the form posts, with an app key."""
    filled = {
        "server": server,
        "sign_in_with": "app_key",
        "app_key": config.APP_KEY,
        "app_secret": config.APP_SECRET,
        "voipnow_user": "@me",
    }
    return filled | fields


def test_a_connection_is_saved_and_its_secrets_are_never_shown_again(admin: User) -> None:
    browser = browser_of(admin)
    response = browser.post("/connection/", entered() | {"save": ""}, follow=True)
    page = response.content.decode()
    assert "Saved the connection." in page
    assert "Saved. Leave empty to keep it." in page
    assert config.APP_SECRET not in page
    assert config.APP_SECRET not in Connection.objects.get(user=admin).encrypted_secrets


def test_secrets_are_not_shown_after_a_mistake_either(browser: Client) -> None:
    response = browser.post("/connection/", entered(app_key="", app_secret="typed-secret"))
    assert response.status_code == 422
    assert "typed-secret" not in response.content.decode()


def test_one_secret_without_the_other_is_reported_at_its_field(browser: Client) -> None:
    page = browser.post("/connection/", entered(app_secret="")).content.decode()
    assert "Enter the app secret." in page


@pytest.mark.parametrize(
    "odd", ["abc\ndef", "abc\r\nX: y", "tok\N{LATIN SMALL LETTER E WITH ACUTE}n"]
)
@pytest.mark.parametrize("name", ["access_token", "cookies", "xsrf_token"])
def test_a_secret_that_fits_no_header_is_refused_at_its_field(
    browser: Client, sender: User, name: str, odd: str
) -> None:
    before = Connection.objects.get(user=sender).encrypted_secrets
    way = "access_token" if name == "access_token" else "session_cookie"
    secrets = {"access_token": "abc", "cookies": "a=b", "xsrf_token": "c"} | {name: odd}
    response = browser.post("/connection/", entered(sign_in_with=way, **secrets))
    assert response.status_code == 422
    assert "Copy this again" in response.content.decode()
    assert Connection.objects.get(user=sender).encrypted_secrets == before


def test_empty_secrets_keep_the_stored_ones(browser: Client, sender: User) -> None:
    before = Connection.objects.get(user=sender).encrypted_secrets
    kept = entered(sign_in_with="access_token", app_key="", app_secret="", voipnow_user="17")
    browser.post("/connection/", kept)
    connection = Connection.objects.get(user=sender)
    assert (connection.encrypted_secrets, connection.voipnow_user) == (before, "17")


def test_another_way_of_signing_in_needs_its_secrets(browser: Client, sender: User) -> None:
    response = browser.post("/connection/", entered(app_key="", app_secret=""))
    assert response.status_code == 422
    assert "Enter the app key." in response.content.decode()
    assert Connection.objects.get(user=sender).sign_in_with == SignInWith.ACCESS_TOKEN


def test_a_server_that_is_not_offered_is_refused(browser: Client, sender: User) -> None:
    response = browser.post("/connection/", entered("https://elsewhere.example.com"))
    assert response.status_code == 422
    assert Connection.objects.get(user=sender).server == "http://127.0.0.1:9"


def test_a_test_says_what_worked_and_adds_the_extensions_it_found(
    admin: User, simulator: Simulator
) -> None:
    posted = entered(simulator.url) | {"test": ""}
    response = browser_of(admin).post("/connection/", posted, follow=True)
    found = Extension.objects.filter(connection__user=admin).count()
    assert found > 0
    assert f"Connected. {found} extension" in response.content.decode()


def test_a_test_with_a_wrong_secret_says_so_and_keeps_what_was_entered(
    admin: User, simulator: Simulator
) -> None:
    posted = entered(simulator.url, app_secret="wrong", voipnow_user="17") | {"test": ""}
    page = browser_of(admin).post("/connection/", posted, follow=True).content.decode()
    assert "VoipNow refused the app key or secret." in page
    assert Connection.objects.get(user=admin).voipnow_user == "17"


def test_a_test_of_a_server_that_is_down_says_so(admin: User) -> None:
    posted = entered() | {"test": ""}
    page = browser_of(admin).post("/connection/", posted, follow=True).content.decode()
    assert "be reached" in page
    assert "Test it again in a moment" in page
    assert "It will be tried again" not in page


def test_a_lost_key_is_reported(sender: User, browser: Client, settings: Settings) -> None:
    settings.CREDENTIAL_KEYS = ["YW5vdGhlciBrZXk6IHRoaXJ0eS10d28gYnl0ZXMgbG8="]
    kept = entered(sign_in_with="access_token", app_key="", app_secret="") | {"test": ""}
    page = browser.post("/connection/", kept, follow=True).content.decode()
    assert "no longer read the saved VoipNow sign-in" in page


def test_a_sign_in_that_no_key_opens_is_not_called_saved(
    sender: User, browser: Client, settings: Settings
) -> None:
    settings.CREDENTIAL_KEYS = ["YW5vdGhlciBrZXk6IHRoaXJ0eS10d28gYnl0ZXMgbG8="]
    page = browser.get("/connection/").content.decode()
    assert "Your VoipNow sign-in can&#x27;t be read any more" in page.replace("can't", "can&#x27;t")
    assert "Leave empty to keep it." not in page


def test_without_a_server_the_page_says_whom_to_ask(browser: Client, settings: Settings) -> None:
    settings.VOIPNOW_SERVERS = []
    assert "Ask your administrator" in browser.get("/connection/").content.decode()


def test_an_extension_is_added_by_hand(browser: Client, sender: User) -> None:
    browser.post("/connection/extensions/", {"number": "0003*211", "label": "Back office"})
    assert "0003*211 · Back office" in browser.get("/").content.decode()


@pytest.mark.parametrize("number", ["", "front desk", "0003*210"])
def test_an_extension_that_cannot_be_added_is_reported_at_its_field(
    number: str, browser: Client, sender: User
) -> None:
    response = browser.post("/connection/extensions/", {"number": number, "label": ""})
    assert response.status_code == 422
    assert 'id="id_number_error"' in response.content.decode()
    assert Extension.objects.filter(connection__user=sender).count() == 1


def test_extensions_are_renamed_made_default_and_removed(browser: Client, sender: User) -> None:
    first = Extension.objects.get(connection__user=sender)
    browser.post("/connection/extensions/", {"number": "0003*211"})
    second = Extension.objects.get(number="0003*211", connection__user=sender)
    address = f"/connection/extensions/{second.pk}/"
    browser.post(address, {"rename": "", "label": "Lab"})
    browser.post(address, {"make_default": ""})
    second.refresh_from_db()
    assert (second.label, second.is_default) == ("Lab", True)
    browser.post(address, {"remove": ""})
    assert Extension.objects.get(connection__user=sender) == first


def test_somebody_elses_extension_is_out_of_reach(browser: Client, colleague: User) -> None:
    theirs = Extension.objects.get(connection__user=colleague)
    response = browser.post(f"/connection/extensions/{theirs.pk}/", {"remove": ""})
    assert response.status_code == 404
    assert Extension.objects.filter(pk=theirs.pk).exists()


def test_the_wire_form_is_chosen_and_what_was_found_is_shown(browser: Client, sender: User) -> None:
    kept = entered(sign_in_with="access_token", app_key="", app_secret="")
    browser.post("/connection/", kept | {"hand_over_by": "one_request"})
    connection = Connection.objects.get(user=sender)
    assert connection.hand_over_by == HandOverBy.ONE_REQUEST
    Connection.objects.update(proven_form=WireForm.PRESIGNED)
    page = browser.get("/connection/").content.decode()
    assert "Your VoipNow accepts: Pre-signed uploads." in page
