"""How long documents, faxes and drafts are kept, and what a legal hold keeps."""

from __future__ import annotations

import io
import runpy
import uuid
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.management import call_command
from pytest_django.fixtures import Settings

import faxportal.settings
from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry, RecordSeal
from faxportal.faxes import event_log
from faxportal.faxes.actions.legal_hold import lift_hold, put_on_hold
from faxportal.faxes.alert_messages import alert_sentence
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.resend import draft_again
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.maintenance.alerts import update_alerts
from faxportal.faxes.maintenance.housekeeping import Housekeeping
from faxportal.faxes.maintenance.retention import remove_due
from faxportal.faxes.models import Alert, Carrier, Fax, FaxEvent
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.states import FINAL_FAXES, FaxState
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(db: None) -> User:
    user = User.objects.create_user("ada")
    give_role(user, Role.ADMIN)
    return user


def settle(fax: Fax, clock: HandClock, state: FaxState = FaxState.HANDED_OVER) -> Fax:
    """Change a fax as if it had reached `state` now."""
    now = clock.now()
    Fax.objects.filter(pk=fax.pk).update(state=state, settled_at=now)
    event_log.add(fax, event_log.Event.STATE, at=now, state=state)
    fax.refresh_from_db()
    return fax


def stored(fax: Fax) -> list[str]:
    """The names of a fax's stored files."""
    return [name for name in fax.documents.values_list("stored_as", flat=True) if name]


def keep_house(clock: HandClock, **later: float) -> None:
    """Run housekeeping after some time, e.g. `days=30`."""
    clock.move(**later)
    Housekeeping(clock).run_once()


def test_documents_are_removed_after_their_days_and_the_event_log_stays(
    submit: Submit, clock: HandClock
) -> None:
    fax = settle(submit({"offer.pdf": PDF, "note.txt": b"a note"}), clock)
    names = stored(fax)
    for _time in range(2):
        keep_house(clock, days=30, seconds=1)
    assert not stored(fax)
    assert not any(default_storage.exists(name) for name in names)
    [event] = fax.events.filter(kind="documents_removed")
    assert event_sentence(event) == "The documents were removed after 30 days."
    assert [document.name for document in fax.documents.all()] == ["offer.pdf", "note.txt"]
    assert event_log.first_broken(fax) is None


def test_documents_stay_until_their_last_day_is_over(submit: Submit, clock: HandClock) -> None:
    fax = settle(submit(), clock)
    keep_house(clock, days=29, hours=23)
    assert stored(fax)


@pytest.mark.parametrize("state", [s for s in FaxState if s not in FINAL_FAXES | {FaxState.DRAFT}])
def test_a_fax_that_is_not_final_keeps_its_documents(
    state: FaxState, submit: Submit, clock: HandClock
) -> None:
    fax = settle(submit(), clock, state)
    keep_house(clock, days=1000)
    assert stored(fax)


def test_with_zero_days_documents_are_removed_when_the_fax_is_handed_over(
    submit: Submit, clock: HandClock, settings: Settings
) -> None:
    settings.RETENTION_DAYS = 0
    fax = settle(submit(), clock)
    keep_house(clock)
    assert not stored(fax)
    assert "because the fax is finished" in event_sentence(FaxEvent.objects.latest("id"))


@pytest.mark.parametrize(
    "state", [FaxState.FAILED, FaxState.PARTLY_HANDED_OVER, FaxState.CANCELLED]
)
def test_with_zero_days_a_fax_that_did_not_go_out_can_be_sent_again_for_a_day(
    state: FaxState, submit: Submit, clock: HandClock, settings: Settings
) -> None:
    settings.RETENTION_DAYS = 0
    fax = settle(submit(), clock, state)
    keep_house(clock, hours=23)
    assert stored(fax)
    keep_house(clock, hours=1, seconds=1)
    assert not stored(fax)


def test_bytes_that_two_faxes_share_are_removed_with_the_second_fax(
    submit: Submit, sender: User, clock: HandClock
) -> None:
    fax = settle(submit(), clock)
    [name] = stored(fax)
    draft = draft_again(fax, by=sender)
    clock.move(days=31)
    Fax.objects.filter(pk=draft.pk).update(changed_at=clock.now())
    keep_house(clock)
    assert not stored(fax)
    assert default_storage.exists(name)
    keep_house(clock, days=31)
    assert not default_storage.exists(name)


def test_a_draft_that_nobody_changes_is_removed_after_the_same_days(
    sender: User, clock: HandClock
) -> None:
    content = DraftContent(subject="Offer")
    drafts.save_form(sender, key=uuid.uuid4(), content=content, files=[])
    keep_house(clock, days=29)
    assert Fax.objects.drafts_of(sender).exists()
    keep_house(clock, days=2)
    assert not Fax.objects.exists()


def test_a_legal_hold_keeps_everything_until_it_is_lifted(
    submit: Submit, admin: User, clock: HandClock, settings: Settings
) -> None:
    settings.RECORD_DAYS = 60
    fax = settle(submit(), clock)
    for _time in range(2):
        put_on_hold(fax, reason="Letter of 3 May", by=admin, clock=clock)
    keep_house(clock, days=100)
    assert stored(fax)
    for _time in range(2):
        lift_hold(fax, by=admin, clock=clock)
    assert [event_sentence(event) for event in fax.events.all()][-2:] == [
        "Put on legal hold: Letter of 3 May",
        "Legal hold lifted.",
    ]
    assert event_log.first_broken(fax) is None
    keep_house(clock)
    assert not Fax.objects.exists()


def test_only_an_admin_places_and_lifts_a_legal_hold(submit: Submit, sender: User) -> None:
    fax = submit()
    with pytest.raises(NotAllowedTo):
        put_on_hold(fax, reason="mine", by=sender)
    with pytest.raises(NotAllowedTo):
        lift_hold(fax, by=sender)


def test_a_removed_fax_leaves_the_hash_of_its_last_event_in_the_audit(
    submit: Submit, clock: HandClock, settings: Settings
) -> None:
    settings.RECORD_DAYS = 365
    fax = settle(submit(), clock)
    keep_house(clock, days=31)
    head, events = event_log.head(fax), fax.events.count()
    keep_house(clock, days=365)
    assert not Fax.objects.exists()
    assert not FaxEvent.objects.exists()
    [entry] = AuditEntry.objects.filter(action=Action.RECORD_REMOVED)
    assert entry.fax == fax.uuid
    assert entry.data == {"events": events, "head": head, "whole": True}


@pytest.mark.parametrize("is_back", [True, False], ids=["set back", "set forward"])
def test_a_fax_that_somebody_changed_so_that_it_is_removed_stays(
    is_back: bool,
    submit: Submit,
    clock: HandClock,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.RECORD_DAYS = 365
    fax = submit()
    if is_back:
        settle(fax, clock)
    year_ago = clock.now() - timedelta(days=366)
    Fax.objects.filter(pk=fax.pk).update(state=FaxState.HANDED_OVER, settled_at=year_ago)
    honest = settle(submit(to="1234567890"), clock)
    for _time in range(3):
        keep_house(clock, hours=1)
    assert Fax.objects.filter(pk=fax.pk).exists()
    assert not RecordSeal.objects.filter(kind=RecordSeal.Kind.FAX_REMOVED).exists()
    kept = f"retention: fax {fax.pk} is kept, because its record is not whole"
    assert caplog.messages.count(kept) == 1
    update_alerts(clock, watching_for=0)
    alert = Alert.objects.active().get(kind=Alert.Kind.RECORD_NOT_WHOLE)
    assert alert.faxes == 1
    assert alert_sentence(alert).endswith("The fax is kept.")
    keep_house(clock, days=366)
    assert not Fax.objects.filter(pk=honest.pk).exists(), "it holds up no other fax"
    assert Fax.objects.filter(pk=fax.pk).exists()


def test_a_fax_whose_key_was_missing_is_removed_when_the_key_is_back(
    submit: Submit, clock: HandClock, settings: Settings
) -> None:
    settings.RECORD_DAYS = 365
    settle(submit(), clock)
    keys, settings.RECORD_KEYS = settings.RECORD_KEYS, []
    clock.move(days=366)
    remove_due(clock, at_most=10)
    assert Fax.objects.exists()
    settings.RECORD_KEYS = keys
    clock.move(days=1, seconds=1)
    remove_due(clock, at_most=10)
    assert not Fax.objects.exists()
    update_alerts(clock, watching_for=0)
    assert not Alert.objects.active().filter(kind=Alert.Kind.RECORD_NOT_WHOLE).exists()


def test_faxes_are_kept_for_good_unless_a_number_of_days_is_set(
    submit: Submit, clock: HandClock
) -> None:
    settle(submit(), clock)
    keep_house(clock, days=10_000)
    assert Fax.objects.exists()


def test_each_run_removes_a_limited_number_of_faxes(submit: Submit, clock: HandClock) -> None:
    for _fax in range(3):
        settle(submit(), clock)
    clock.move(days=31)
    assert [remove_due(clock, at_most=2).faxes_cleared for _time in range(3)] == [2, 1, 0]


def test_a_fax_without_stored_documents_is_marked_and_not_looked_at_again(
    submit: Submit, clock: HandClock
) -> None:
    fax = settle(submit(), clock)
    fax.documents.update(stored_as="", carrier=Carrier.BROWSER)
    keep_house(clock, days=31)
    fax.refresh_from_db()
    assert fax.documents_removed_at
    assert not fax.events.filter(kind="documents_removed").exists()


def test_a_dry_run_says_how_much_is_due_and_removes_nothing(
    submit: Submit, clock: HandClock
) -> None:
    fax = settle(submit({"a secret name.pdf": PDF, "note.txt": b"a note"}), clock)
    Fax.objects.update(settled_at=clock.now() - timedelta(days=31))
    printed = retention("--dry-run")
    assert "Faxes whose documents would be removed: 1" in printed
    assert f"Files of these that would be removed: 2, {len(PDF) + 6} bytes" in printed
    assert "secret" not in printed
    assert len(stored(fax)) == 2
    assert "Files of these that were removed: 2" in retention()
    assert not stored(fax)
    assert "Files of these that would be removed: 0" in retention("--dry-run")


def retention(*arguments: str) -> str:
    """Run the command `retention`, and return what it prints."""
    output = io.StringIO()
    call_command("retention", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(("record_days", "refused"), [("29", True), ("30", False), ("0", False)])
def test_faxes_must_be_kept_at_least_as_long_as_their_documents(
    record_days: str, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAXPORTAL_RECORD_DAYS", record_days)
    outcome = pytest.raises(ImproperlyConfigured, match="RECORD_DAYS") if refused else nullcontext()
    with outcome:
        runpy.run_path(faxportal.settings.__file__)
