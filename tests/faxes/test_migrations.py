"""Migrations that fill rows that are there already."""

from __future__ import annotations

from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps

from faxportal.accounts.models import User
from faxportal.faxes.models import Fax, Recipient

filling = import_module("faxportal.faxes.migrations.0013_recipient_by_phone")


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
