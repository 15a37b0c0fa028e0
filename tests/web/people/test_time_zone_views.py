"""Each person reads and enters times in their own time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.models import Fax
from tests.support.list_keys import set_submitted_at
from tests.web.conftest import Send, browser_of, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_tokyo(sender: User) -> User:
    browser_of(sender).post(reverse("time_zone"), {"time_zone": "Asia/Tokyo"})
    sender.refresh_from_db()
    return sender


def test_a_person_chooses_their_time_zone(in_tokyo: User) -> None:
    assert in_tokyo.time_zone == "Asia/Tokyo"
    page = browser_of(in_tokyo).get(reverse("time_zone")).content.decode()
    assert 'value="Asia/Tokyo" selected' in page


def test_an_unknown_time_zone_is_refused(sender: User) -> None:
    response = browser_of(sender).post(reverse("time_zone"), {"time_zone": "Mars/Olympus"})
    assert response.status_code == 422


def test_times_are_shown_in_the_persons_time_zone(in_tokyo: User, sent: Send) -> None:
    fax = sent(in_tokyo)
    set_submitted_at(datetime(2026, 3, 1, 20, 30, tzinfo=UTC), fax)
    page = browser_of(in_tokyo).get(reverse("fax", kwargs={"uuid": fax.uuid})).content.decode()
    assert "2 Mar 2026, 05:30" in page


def test_a_fax_is_scheduled_in_the_persons_time_zone(in_tokyo: User) -> None:
    page = browser_of(in_tokyo).get("/").content.decode()
    assert "Asia/Tokyo" in page
    key = page.split('name="key" value="')[1].split('"')[0]
    form = {
        "key": key,
        "extension": "0003*210",
        "recipients": "7778888",
        "due_at": f"{datetime.now(UTC).year + 1}-01-02T08:00",
        "documents": [pdf()],
    }
    browser_of(in_tokyo).post("/", form)
    fax = Fax.objects.get()
    assert fax.due_at is not None
    assert (fax.due_at.hour, fax.due_at.day) == (23, 1)


def test_a_zone_that_this_machine_does_not_know_is_the_offices(settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    assert User(time_zone="Mars/Olympus").zone.key == "Europe/Berlin"
    assert User().zone.key == "Europe/Berlin"
