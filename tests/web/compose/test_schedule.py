"""Choosing when a fax goes out, in the office's local time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.actions.pause import pause_sending
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from tests.web.conftest import form, pdf


@pytest.fixture(autouse=True)
def berlin(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"


def tomorrow_at_eight() -> datetime:
    eight = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0, tzinfo=None)
    return eight + timedelta(days=1)


def send(browser: Client, due_at: str, key: UUID | None = None) -> str:
    """Post a whole form, and return the page that follows."""
    posted = form(key, due_at=due_at, documents=[pdf()])
    return browser.post("/", posted, follow=True).content.decode()


def as_said(local: datetime) -> str:
    return f"{local.day} {local:%b %Y}, {local:%H:%M}"


def test_the_form_names_the_time_zone_beside_the_field(browser: Client) -> None:
    page = browser.get("/").content.decode()
    assert "Send at" in page
    assert "Europe/Berlin" in page
    assert '<details class="later" >' in page


@pytest.mark.parametrize("between", ["T", " "])
def test_a_time_is_the_offices_and_the_fax_says_when_it_goes(between: str, browser: Client) -> None:
    local = tomorrow_at_eight()
    page = send(browser, f"{local:%Y-%m-%d}{between}08:00")
    fax = Fax.objects.get()
    assert fax.state == FaxState.SCHEDULED
    assert fax.due_at is not None
    assert timezone.localtime(fax.due_at).replace(tzinfo=None) == local
    assert f"Will be sent on {as_said(local)} (Europe/Berlin)." in page
    assert "Scheduled for" in page


def test_an_empty_field_sends_at_once(browser: Client) -> None:
    page = send(browser, "")
    assert Fax.objects.get().state == FaxState.WAITING
    assert "Scheduled for" not in page


def test_lists_say_when_a_scheduled_fax_goes(browser: Client) -> None:
    local = tomorrow_at_eight()
    send(browser, f"{local:%Y-%m-%dT%H:%M}")
    page = browser.get("/faxes/").content.decode()
    assert "Scheduled" in page
    assert f">{as_said(local)}</time>" in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2030-03-31T02:30", "This time doesn&#x27;t exist"),  # the clocks go from 2:00 to 3:00
        ("2030-10-27T02:30", "This time occurs twice"),  # and from 3:00 back to 2:00
        ("tomorrow", "Enter a date and time like"),
        ("2030-02-30T08:00", "Enter a date and time like"),
        ("0001-01-01T00:00", "Enter a date and time like"),
        ("2020-01-01T08:00", "This time has passed."),
        ("2999-01-01T08:00", "Choose an earlier time."),
    ],
)
def test_an_invalid_time_is_refused_and_nothing_is_lost(
    typed: str, sentence: str, browser: Client
) -> None:
    filled = form(due_at=typed, subject="Contract", documents=[pdf()])
    response = browser.post("/", filled)
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) == 2  # above the form, and at the field
    for kept in ("Contract", "contract.pdf", f'value="{typed}"', '<details class="later" open>'):
        assert kept in page
    assert not Fax.objects.submitted().exists()


def test_an_unreadable_time_is_reported_with_all_other_problems(browser: Client) -> None:
    page = browser.post("/", form(due_at="tomorrow", recipients="letters")).content.decode()
    for problem in (
        "Enter a date and time like",
        "contains letters",
        "Attach at least one document.",
    ):
        assert problem in page


@pytest.mark.parametrize("typed", ["2030-03-31T01:59", "2030-03-31T03:00", "2030-10-27T03:00"])
def test_the_minutes_beside_a_change_of_the_clocks_are_valid_times(
    typed: str, browser: Client
) -> None:
    page = browser.post("/", form(due_at=typed, documents=[pdf()])).content.decode()
    assert "Choose an earlier time." in page  # the time is too far ahead, but it exists


def test_a_draft_keeps_its_time(browser: Client) -> None:
    key = uuid4()
    local = tomorrow_at_eight()
    browser.post("/", form(key, due_at=f"{local:%Y-%m-%dT%H:%M}", recipients=""))
    assert f'value="{local:%Y-%m-%dT%H:%M}"' in browser.get(f"/?draft={key}").content.decode()


def test_removing_a_document_keeps_a_time_that_cant_be_read(browser: Client) -> None:
    page = browser.post("/", form(due_at="tomorrow", remove="1")).content.decode()
    assert 'value="tomorrow"' in page
    assert page.count("Enter a date and time like") == 2


def test_the_same_form_with_another_time_needs_a_decision(browser: Client) -> None:
    key = uuid4()
    send(browser, "", key)
    for other in (f"{tomorrow_at_eight():%Y-%m-%dT%H:%M}", "tomorrow"):
        response = browser.post("/", form(key, due_at=other, documents=[pdf()]))
        assert response.status_code == 409
        assert f'value="{other}"' in response.content.decode()
    assert Fax.objects.submitted().count() == 1


def test_while_sending_is_paused_no_time_is_promised(browser: Client, admin: User) -> None:
    local = tomorrow_at_eight()
    send(browser, f"{local:%Y-%m-%dT%H:%M}")
    pause_sending(by=admin)
    said = progress_of(Fax.objects.get()).sentence
    assert said.endswith("(Europe/Berlin), unless sending is still paused then.")


def test_a_scheduled_fax_whose_time_has_come_waits_in_the_queue(browser: Client) -> None:
    send(browser, f"{tomorrow_at_eight():%Y-%m-%dT%H:%M}")
    Fax.objects.update(due_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert progress_of(Fax.objects.get()).sentence == "In the queue."
