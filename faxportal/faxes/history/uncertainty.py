"""What is known by now of a batch that is uncertain.

A call whose worker had lost its lease may end later and settle the doubt, one way or the other. The
batch still waits for a person, because nothing happens by itself any more; its page says what is
known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from enum import Enum, auto

from faxportal.faxes.models import Attempt, Handover
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import UploadState
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Outcome


class Known(Enum):
    """What the rows say by now."""

    NOTHING = auto()
    #: VoipNow surely lacks a file, so that it can't have sent it (A1).
    NOT_SENT = auto()
    #: VoipNow has every file.
    ARRIVED = auto()


def known_by_now(handovers: Collection[Handover]) -> dict[int, Known]:
    """What is known of each of these handovers, by id; their uploads are fetched already."""
    doubtful: dict[int, dict[int | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    if handovers:
        attempts = Attempt.objects.filter(handover__in=handovers).exclude(outcome=Outcome.NOT_DONE)
        for handover, upload, outcome in attempts.values_list("handover", "upload", "outcome"):
            doubtful[handover][upload].add(outcome)
    return {one.pk: _known(one, doubtful[one.pk]) for one in handovers}


def _known(handover: Handover, doubtful: dict[int | None, set[str]]) -> Known:
    """`doubtful` are the outcomes other than *not done*, by upload; the create's is under None."""
    uploads = list(handover.uploads.all())
    if handover.wire_form == WireForm.ONE_REQUEST:
        arrived, absent = Outcome.DONE in doubtful.get(None, ()), None not in doubtful
    else:
        arrived = bool(uploads) and all(one.state == UploadState.STORED for one in uploads)
        absent = any(one.pk not in doubtful for one in uploads)
    if arrived:
        return Known.ARRIVED
    # A restored backup's rows don't know what was tried after them.
    return Known.NOT_SENT if absent and handover.reason != OwnReason.RESTORED else Known.NOTHING
