"""Each submitted fax has its own list key, and the keys have the order of submitting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from faxportal.accounts.models import User
from faxportal.faxes.list_key import save_with_list_key
from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import list_key_at
from faxportal.faxes.states import FaxState

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def draft(sender: User) -> Fax:
    return Fax.objects.create(sender=sender, submission_key=uuid4())


def submit(fax: Fax, at: datetime) -> Fax:
    """Change the row of a draft as submitting does."""
    fax.state, fax.fingerprint = FaxState.WAITING, "f" * 64
    fax.submitted_at = fax.due_at = fax.deadline_at = at
    save_with_list_key(fax)
    return fax


def test_faxes_are_listed_in_the_order_of_submitting(sender: User) -> None:
    older, newer = draft(sender), draft(sender)
    submit(newer, NOON + timedelta(milliseconds=5, microseconds=999))
    submit(older, NOON)
    assert newer.list_key == list_key_at(NOON) + 5
    assert list(Fax.objects.submitted().newest_first()) == [newer, older]


def test_two_faxes_of_one_millisecond_have_two_list_keys(sender: User) -> None:
    faxes = [submit(draft(sender), NOON) for _time in range(3)]
    begin = list_key_at(NOON)
    assert [fax.list_key for fax in faxes] == [begin, begin + 1, begin + 2]
    assert list(Fax.objects.submitted().oldest_first()) == faxes


def test_faxes_that_are_submitted_at_once_have_different_list_keys(sender: User) -> None:
    drafts = [draft(sender) for _time in range(8)]

    def submit_one(fax: Fax) -> None:
        try:
            submit(fax, NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(submit_one, drafts))
    list_keys = Fax.objects.oldest_first().values_list("list_key", flat=True)
    assert list(list_keys) == [list_key_at(NOON) + more for more in range(8)]


def test_another_constraint_is_not_mistaken_for_a_taken_list_key(sender: User) -> None:
    fax = draft(sender)
    fax.carrier = "by pigeon"
    with pytest.raises(IntegrityError, match="fax_carrier_is_known"):
        submit(fax, NOON)


def test_a_day_begins_at_its_first_millisecond(sender: User) -> None:
    before = submit(draft(sender), NOON - timedelta(microseconds=1))
    first = submit(draft(sender), NOON)
    assert list(Fax.objects.submitted_between(NOON, None)) == [first]
    assert list(Fax.objects.submitted_between(None, NOON)) == [before]
