"""The page *Sending*: what admins see there, and the button that pauses all sending."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.faxes.actions.pause import pause_sending
from faxportal.faxes.clock import Clock
from faxportal.faxes.installation import pair
from faxportal.faxes.models import (
    Alert,
    BlockedOrigin,
    Circuit,
    Fax,
    Handover,
    Installation,
    SendingPause,
    WorkerHeartbeat,
)
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState, HandoverState
from faxportal.faxes.stats.sending_status import MAX_LISTED, sending_status
from faxportal.voipnow.errors import Reason
from tests.web.conftest import HTMX, Send, browser_of


@pytest.fixture
def browser(admin: User) -> Client:
    """The admin's browser."""
    return browser_of(admin)


def text(client: Client, address: str = "/sending/") -> str:
    return client.get(address).content.decode()


def meet_trouble(fax: Fax, *, times: int = 3, again_in: timedelta = timedelta(minutes=5)) -> None:
    """Change a fax as if VoipNow had been out of reach `times` times in a row."""
    fax.handovers.update(
        failures_in_a_row=times, reason=Reason.NO_CONNECTION, due_at=timezone.now() + again_in
    )


def make_uncertain(fax: Fax) -> None:
    fax.handovers.update(
        state=HandoverState.UNCERTAIN, reason=OwnReason.RESTORED, closed_at=timezone.now()
    )


def a_worker_is_there() -> None:
    WorkerHeartbeat.objects.create(name="worker-1", seen_at=timezone.now())


def test_where_nothing_waits_the_page_says_so(browser: Client) -> None:
    a_worker_is_there()
    page = text(browser)
    for words in ("Sending is on", "1 worker running", "Nothing is waiting"):
        assert words in page


def test_pausing_says_since_when_and_by_whom(browser: Client) -> None:
    response = browser.post("/sending/pause/", follow=True)
    page = response.content.decode()
    assert "Sending is paused" in page
    assert "by admin." in page
    assert "Pause all sending" not in page


def test_resuming_ends_the_pause(browser: Client) -> None:
    browser.post("/sending/pause/")
    page = resume(browser)
    assert not SendingPause.is_on()
    assert "Pause all sending" in page


def resume(browser: Client, shown: str | None = None) -> str:
    """Press *Resume sending* on the page as it is now, or on a page that showed `shown`."""
    if shown is None:
        shown = what_the_page_shows(browser)
    page = browser.post("/sending/resume/", {"shown": shown}, follow=True)
    return page.content.decode()


def what_the_page_shows(browser: Client) -> str:
    found = re.search(r'name="shown" value="(\w*)"', browser.get("/sending/").content.decode())
    return found[1] if found else ""


def test_an_old_page_does_not_resume_what_it_never_showed(browser: Client) -> None:
    """A copy was secured after the admin had opened the page."""
    browser.post("/sending/pause/")
    pair.write_new_pair()
    old = what_the_page_shows(browser)
    Installation.objects.update(secured_for="a place")
    assert "something has changed since this page was opened" in resume(browser, old)
    assert SendingPause.is_on()


def test_pausing_and_resuming_twice_change_nothing_more(browser: Client) -> None:
    for way in ("pause", "pause", "resume", "resume"):
        assert browser.post(f"/sending/{way}/").status_code == 302
    assert SendingPause.objects.count() == 1


def test_a_pause_after_a_restored_backup_names_nobody(browser: Client) -> None:
    SendingPause.objects.create(paused_at=timezone.now())
    assert "after a backup was restored." in text(browser)


def test_the_page_says_that_no_worker_runs_and_when_the_last_was_seen(browser: Client) -> None:
    assert "No worker is running" in text(browser)
    WorkerHeartbeat.objects.create(name="lost", seen_at=timezone.now() - timedelta(minutes=5))
    assert "The last one was seen" in text(browser)


def test_alerts_that_are_on_are_shown(browser: Client) -> None:
    alert = Alert.objects.create(kind=Alert.Kind.NOTHING_MOVES, raised_at=timezone.now())
    assert alert.get_kind_display() in text(browser)
    Alert.objects.update(ended_at=timezone.now())
    assert alert.get_kind_display() not in text(browser)


def test_what_waits_is_listed_with_the_longest_first(
    browser: Client, sender: User, sent: Send
) -> None:
    later, first = sent(sender), sent(sender, recipients="0003*211")
    first.handovers.update(due_at=timezone.now() - timedelta(hours=2))
    page = text(browser)
    assert "In the queue (2)" in page
    assert page.index(f"/faxes/{first.uuid}/") < page.index(f"/faxes/{later.uuid}/")


def schedule(fax: Fax, due_at: datetime) -> None:
    """Change a fax as if its sender had chosen when it goes out."""
    Fax.objects.filter(pk=fax.pk).update(
        state=FaxState.SCHEDULED, due_at=due_at, deadline_at=due_at + timedelta(days=1)
    )
    fax.handovers.update(due_at=due_at)


def test_what_is_scheduled_does_not_wait_yet_and_is_counted(
    browser: Client, sender: User, sent: Send
) -> None:
    schedule(sent(sender), timezone.now() + timedelta(days=1))
    page = text(browser)
    assert "Nothing is waiting" in page
    assert "1 fax is scheduled, for" in page


def server_fails(origin: str = "http://127.0.0.1:9") -> Circuit:
    """Write the row of a server that has not answered for ten minutes.

    By default, this is the server that the senders are connected to.
    """
    now = timezone.now()
    return Circuit.objects.create(
        origin=origin,
        failures=5,
        failing_since=now - timedelta(minutes=10),
        failed_at=now,
        rests_until=now + timedelta(minutes=3),
        reason=Reason.NO_CONNECTION,
    )


def test_a_server_that_fails_is_named_with_since_when_and_how_many_faxes_wait(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    sent(sender, recipients="0003*211")
    circuit = server_fails()
    page = text(browser)
    assert "VoipNow server 127.0.0.1:9 has not answered since" in page
    assert "2 faxes wait for it." in page
    assert "The portal calls it again at" in page
    assert page.count("has not answered since") == 3, "at each fax in the queue, too"
    circuit.delete()
    assert "has not answered" not in text(browser)


def test_failures_in_a_row_are_shown_with_reason_and_next_attempt(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    meet_trouble(fax)
    page = text(browser)
    for words in ("Having problems", "be reached.", "3 failed attempts", "next attempt"):
        assert words in page
    assert f'href="/faxes/{fax.uuid}/"' in page


def test_while_sending_is_paused_no_next_attempt_is_promised(
    browser: Client, admin: User, sender: User, sent: Send
) -> None:
    meet_trouble(sent(sender))
    pause_sending(by=admin)
    assert "next attempt" not in text(browser)


def test_what_needs_a_decision_is_listed_with_its_reason(
    browser: Client, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    make_uncertain(fax)
    page = text(browser)
    assert "Needs a decision (1)" in page
    assert "restored from a backup" in page
    assert f'href="/faxes/{fax.uuid}/"' in page


def test_a_waiting_fax_of_a_closed_account_says_why_it_waits(
    browser: Client, sender: User, sent: Send
) -> None:
    sent(sender)
    User.objects.filter(pk=sender.pk).update(is_active=False)
    assert "account is closed." in text(browser)


def test_of_many_the_first_are_listed_and_the_others_counted(
    browser: Client, sender: User, sent: Send
) -> None:
    for _ in range(MAX_LISTED + 2):
        sent(sender)
    page = text(browser)
    assert page.count('id="waiting-') == MAX_LISTED
    assert "and 2 more" in page


def test_the_fragment_is_sent_only_when_something_changed(
    browser: Client, sender: User, sent: Send
) -> None:
    shown = {"version": sending_status(Clock()).version}
    unchanged = browser.get("/sending/", shown, headers=HTMX)
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    sent(sender)
    changed = browser.get("/sending/", shown, headers=HTMX)
    assert changed.status_code == 200
    assert changed.content.decode().lstrip().startswith('<div id="sending">')


def test_the_number_of_queries_does_not_grow_with_rows(
    browser: Client, sender: User, sent: Send
) -> None:
    def one_of_each() -> None:
        sent(sender)
        meet_trouble(sent(sender))
        make_uncertain(sent(sender))
        schedule(sent(sender), timezone.now() + timedelta(days=1))
        server_fails(f"http://127.0.0.1:{1000 + Handover.objects.count()}")
        WorkerHeartbeat.objects.create(
            name=f"worker-{Handover.objects.count()}", seen_at=timezone.now()
        )

    server_fails()
    one_of_each()
    with CaptureQueriesContext(connection) as with_one:
        browser.get("/sending/")
    for _ in range(3):
        one_of_each()
    with CaptureQueriesContext(connection) as with_four:
        browser.get("/sending/")
    assert len(with_four) == len(with_one)


def test_the_faxs_page_says_that_sending_is_paused(admin: User, sender: User, sent: Send) -> None:
    fax = sent(sender)
    theirs = browser_of(sender)
    sentence = "Sending was paused by an administrator. The fax will go out when sending resumes."
    assert sentence not in text(theirs, f"/faxes/{fax.uuid}/")
    pause_sending(by=admin)
    page = text(theirs, f"/faxes/{fax.uuid}/")
    assert sentence in page
    assert "Gives up at" not in page  # that time moves while sending is paused


def test_the_form_says_that_sending_is_paused(admin: User, sender: User) -> None:
    theirs = browser_of(sender)
    assert "Sending is paused" not in text(theirs, "/")
    pause_sending(by=admin)
    assert "Sending is paused. You can still send." in text(theirs, "/")


def test_a_fax_that_a_worker_has_is_not_shown_as_waiting(
    admin: User, sender: User, sent: Send
) -> None:
    fax = sent(sender)
    soon = timezone.now() + timedelta(minutes=1)
    fax.handovers.update(lease="0" * 32, lease_until=soon, state=HandoverState.CREATING)
    pause_sending(by=admin)
    assert "Asking VoipNow to create the fax." in text(browser_of(sender), f"/faxes/{fax.uuid}/")


def test_a_storage_that_browsers_cannot_reach_is_named_with_what_it_has_to_allow(
    browser: Client,
) -> None:
    BlockedOrigin.objects.create(
        origin="https://storage.example.com",
        portal_origin="https://fax.example.com",
        failures=3,
        seen_at=timezone.now(),
    )
    page = text(browser)
    assert "Browsers could not upload 3 files to" in page
    assert "<code>https://fax.example.com</code>" in page


def test_what_waits_for_its_senders_page_says_so(browser: Client, sent: Send, sender: User) -> None:
    fax = sent(sender)
    fax.handovers.update(browser_until=timezone.now() + timedelta(hours=1))
    assert "Waiting for files from the sender&#x27;s browser." in text(browser)


def test_resuming_a_copy_that_is_not_secured_yet_says_so(
    browser: Client, admin: User, sender: User, sent: Send
) -> None:
    sent(sender)
    pair.write_new_pair()
    Installation.objects.update(place="elsewhere")
    pause_sending(by=admin)
    assert "The portal is still looking" in resume(browser)
    assert SendingPause.is_on()
