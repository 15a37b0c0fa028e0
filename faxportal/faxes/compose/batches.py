"""How the recipients of a fax are divided into batches: VoipNow gets a fax resource for each batch.

The operator sets how many recipients one batch has (`FAXPORTAL_RECIPIENTS_PER_FAX`).
"""

from __future__ import annotations

from django.conf import settings


def batch_of(position: int) -> int:
    """The number of the batch that has the recipient at `position`. Both are counted from 1."""
    return (position - 1) // settings.RECIPIENTS_PER_FAX + 1


def count_batches(recipients: int) -> int:
    """How many batches a fax with `recipients` recipients has."""
    return batch_of(recipients) if recipients else 0
