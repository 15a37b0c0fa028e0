"""Migrations that fill rows that are there already."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.faxes.asking.content import content_of
from faxportal.faxes.models import Fax, Recipient
from faxportal.faxes.models.fax import place_at
from faxportal.faxes.states import FaxState

filling = import_module("faxportal.faxes.migrations.0013_recipient_by_phone")
by_content = import_module("faxportal.faxes.migrations.0019_fax_by_content")


@pytest.mark.django_db
def test_recipients_of_before_learn_which_phone_they_are() -> None:
    draft = Fax.objects.create(sender=User.objects.create(username="maria"), submission_key=uuid4())
    numbers = ["+16502530000", "(650) 253-0001", "0003*210", "no number at all"]
    numbers += [f"1{650_254_0000 + more}" for more in range(filling.CHUNK)]
    Recipient.objects.bulk_create(
        Recipient(fax=draft, position=position, typed=number, dialled=number, slice=1)
        for position, number in enumerate(numbers)
    )

    filling.fill(apps, None)

    phones = list(Recipient.objects.order_by("position").values_list("canonical", flat=True))
    assert phones[:4] == ["+16502530000", "+16502530001", "0003*210", "no number at all"]
    assert phones[-1] == f"+1{650_254_0000 + filling.CHUNK - 1}"


@pytest.mark.django_db
def test_faxes_of_the_last_days_learn_their_content() -> None:
    now = timezone.now()
    maria = User.objects.create(username="maria")
    recent, old = [
        Fax.objects.create(
            sender=maria,
            submission_key=uuid4(),
            state=FaxState.WAITING,
            fingerprint="f" * 64,
            submitted_at=at,
            place=place_at(at),
            due_at=at,
            deadline_at=at,
        )
        for at in (now - timedelta(days=6), now - timedelta(days=8))
    ]
    for fax in (recent, old):
        fax.documents.create(position=1, name="offer.pdf", size=1, sha256="a" * 64)

    by_content.fill(apps, None)

    recent.refresh_from_db()
    old.refresh_from_db()
    assert (recent.content, old.content) == (content_of(["a" * 64]), "")
