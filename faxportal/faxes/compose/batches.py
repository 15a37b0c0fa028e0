"""How the recipients of a fax are divided into batches: VoipNow gets a fax resource for each batch.

The operator sets how many recipients one batch has (`FAXPORTAL_RECIPIENTS_PER_FAX`).
"""

from __future__ import annotations

from django.conf import settings


def batch_of(position: int) -> int:
    """The number of the batch, from 1, that carries the recipient at a position, from 1."""
    return (position - 1) // settings.RECIPIENTS_PER_FAX + 1


def count_batches(recipients: int) -> int:
    """How many batches carry this many recipients."""
    return batch_of(recipients) if recipients else 0
