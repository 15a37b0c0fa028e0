"""The place that a fax takes in the lists when it is submitted."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import place_at


def save_in_place(fax: Fax) -> None:
    """Save a fax that is submitted now, at the place of its moment or the next that is free.

    For the transaction that submits. Whoever else submits in the same millisecond has to end
    first where both want one place.
    """
    assert fax.submitted_at is not None
    fax.place = place_at(fax.submitted_at)
    while not _is_saved(fax):
        fax.place += 1


def _is_saved(fax: Fax) -> bool:
    try:
        with transaction.atomic():
            fax.save()
    except IntegrityError:
        if Fax.objects.filter(place=fax.place).exists():
            return False
        raise
    return True
