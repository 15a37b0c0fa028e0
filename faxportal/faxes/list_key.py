"""The key that orders a fax in the lists, given when the fax is submitted."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import list_key_at


def save_with_list_key(fax: Fax) -> None:
    """Save a fax that is submitted now, at the list key of its moment or the next that is free.

    For the transaction that submits. Whoever else submits in the same millisecond has to end
    first where both want one list_key.
    """
    assert fax.submitted_at is not None
    fax.list_key = list_key_at(fax.submitted_at)
    while not _is_saved(fax):
        fax.list_key += 1


def _is_saved(fax: Fax) -> bool:
    try:
        with transaction.atomic():
            fax.save()
    except IntegrityError:
        if Fax.objects.filter(list_key=fax.list_key).exists():
            return False
        raise
    return True
