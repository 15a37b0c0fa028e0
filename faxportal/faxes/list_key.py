"""Giving a submitted fax its list key, which orders the lists."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import list_key_at


def save_with_list_key(fax: Fax) -> None:
    """Save a fax with the list key of its `submitted_at`, or with the next free list key.

    Call it in the transaction that submits the fax. Of two transactions that want the same key, the
    second waits until the first has ended.
    """
    fax.list_key = list_key_at(fax.times.submitted_at)
    while not _is_saved(fax):
        fax.list_key += 1


def _is_saved(fax: Fax) -> bool:
    """Try to save. Returns False if another fax has the list key."""
    try:
        with transaction.atomic():
            fax.save()
    except IntegrityError:
        if Fax.objects.filter(list_key=fax.list_key).exists():
            return False
        raise
    return True
