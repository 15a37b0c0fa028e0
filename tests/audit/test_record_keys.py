"""The keys of the record: which key makes hashes, which keys verify, and which are refused."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from faxportal.audit import record_keys
from faxportal.audit.record_keys import KeyUnknown


def make() -> str:
    return Fernet.generate_key().decode()


def test_the_first_key_hashes_and_an_old_key_still_verifies(settings: Settings) -> None:
    old = make()
    settings.RECORD_KEYS = [old]
    written = record_keys.demand_newest()
    settings.RECORD_KEYS = [make(), old]
    assert record_keys.demand_newest().id != written.id
    again = record_keys.key_with(written.id)
    assert again.digest("event", "text") == written.digest("event", "text")


def test_each_purpose_has_hashes_of_its_own() -> None:
    key = record_keys.demand_newest()
    assert key.digest("event", "text") != key.digest("audit", "text")


def test_a_key_that_is_gone_verifies_nothing(settings: Settings) -> None:
    key_id = record_keys.demand_newest().id
    settings.RECORD_KEYS = [make()]
    with pytest.raises(KeyUnknown):
        record_keys.key_with(key_id)


@pytest.mark.parametrize("wrong", ["", "short", "c2hvcnQ=", "ä" * 43])
def test_what_is_no_key_is_named_without_its_value(wrong: str, settings: Settings) -> None:
    settings.RECORD_KEYS = [wrong]
    with pytest.raises(ImproperlyConfigured, match="FAXPORTAL_RECORD_KEY") as refused:
        record_keys.demand_newest()
    assert not wrong or wrong not in str(refused.value)
    assert refused.value.__cause__ is None
    assert record_keys.newest() is None, "a missing key must not fail a fax"


def test_a_key_is_never_shown() -> None:
    assert "secret" not in repr(record_keys.demand_newest())
