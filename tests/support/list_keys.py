"""Changes faxes as if they had been submitted on other days than today."""

from __future__ import annotations

from datetime import datetime

from faxportal.faxes.models import Fax, FaxSearch
from faxportal.faxes.models.fax import list_key_at


def free_list_key(at: datetime) -> int:
    """The list key of a fax that is submitted at this moment, or the next free one."""
    list_key = list_key_at(at)
    while Fax.objects.filter(list_key=list_key).exists():
        list_key += 1
    return list_key


def set_submitted_at(at: datetime, fax: Fax) -> None:
    """Change a fax as if it had been submitted at this moment."""
    fax.refresh_from_db()
    list_key = free_list_key(at)
    FaxSearch.objects.filter(fax=fax).update(fax=list_key)
    Fax.objects.filter(pk=fax.pk).update(submitted_at=at, list_key=list_key)
    fax.refresh_from_db()
