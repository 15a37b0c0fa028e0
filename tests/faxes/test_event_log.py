"""The event log: its hashes have a key, and a log that was written without a key still verifies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from pytest_django.fixtures import Settings

from faxportal.audit import record_keys
from faxportal.audit.record_keys import KeyUnknown
from faxportal.faxes import event_log
from faxportal.faxes.models import Fax, FaxEvent
from tests.faxes.conftest import Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def plain_hash(event: FaxEvent, after: str) -> str:
    """The hash as version 0.1.0 made it, which needs no key."""
    at = event.at.isoformat(timespec="microseconds")
    content = [after, str(event.fax.uuid), event.position, event.kind, at, event.by_id, event.data]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_anew(fax: Fax, *, key_id: str) -> None:
    """Compute all hashes of a log with plain SHA-256, as somebody without the key can."""
    after = ""
    for event in fax.events.all():
        after = plain_hash(event, after)
        FaxEvent.objects.filter(pk=event.pk).update(hash=after, key_id=key_id)


def test_each_event_names_the_key_of_its_hash(submit: Submit, deliver: Deliver) -> None:
    fax = deliver(submit())
    key = record_keys.demand_newest()
    assert set(fax.events.values_list("key_id", flat=True)) == {key.id}
    assert event_log.first_broken(fax) is None


def test_hashes_that_were_computed_without_the_key_are_found(
    submit: Submit, deliver: Deliver
) -> None:
    fax = deliver(submit())
    FaxEvent.objects.filter(fax=fax, position=2).update(data={"forged": True})
    hash_anew(fax, key_id=record_keys.demand_newest().id)
    assert event_log.first_broken(fax) == 1


def test_an_old_key_still_verifies(submit: Submit, deliver: Deliver, settings: Settings) -> None:
    fax = submit()
    settings.RECORD_KEYS = [Fernet.generate_key().decode(), *settings.RECORD_KEYS]
    deliver(fax)
    assert fax.events.values("key_id").order_by().distinct().count() == 2
    assert event_log.first_broken(fax) is None
    settings.RECORD_KEYS = settings.RECORD_KEYS[:1]
    with pytest.raises(KeyUnknown):
        event_log.first_broken(fax)


def test_a_portal_without_a_key_delivers_and_records_without_one(
    submit: Submit, deliver: Deliver, settings: Settings
) -> None:
    settings.RECORD_KEYS = []
    fax = deliver(submit())
    assert fax.state == "handed_over"
    assert set(fax.events.values_list("key_id", flat=True)) == {""}
    assert event_log.first_broken(fax) is None
