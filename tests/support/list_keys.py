"""Faxes of other days than the one that a test runs on."""

from __future__ import annotations

from datetime import datetime

from faxportal.faxes.models import Fax, FaxSearch
from faxportal.faxes.models.fax import place_at


def free_place(at: datetime) -> int:
    """The place of a fax that is submitted then, or the next one that is free."""
    place = place_at(at)
    while Fax.objects.filter(place=place).exists():
        place += 1
    return place


def move_to(at: datetime, fax: Fax) -> None:
    """Have a fax been submitted at a moment."""
    fax.refresh_from_db()
    place = free_place(at)
    FaxSearch.objects.filter(fax=fax).update(fax=place)
    Fax.objects.filter(pk=fax.pk).update(submitted_at=at, place=place)
    fax.refresh_from_db()
