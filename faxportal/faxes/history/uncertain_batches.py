"""What the portal has learned about a batch since the batch became uncertain.

A call whose worker lost its lease can end after the batch became uncertain. The outcome of this
call can show that VoipNow has all files, or that VoipNow lacks a file. The batch still waits for a
person's decision. The fax's page tells the person what is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from faxportal.faxes.models import Attempt, Handover
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import UNDECIDED_HANDOVERS, UploadState
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Outcome


class Arrival(Enum):
    """Whether the files of a batch arrived at VoipNow, as far as the attempts tell."""

    NOT_KNOWN = auto()
    #: VoipNow surely lacks a file, so it did not send the fax (assumption A1, `docs/delivery.md`).
    INCOMPLETE = auto()
    #: VoipNow has every file.
    COMPLETE = auto()


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """What is known about a batch that a person may decide about."""

    #: The newest handover of the batch.
    handover: Handover
    arrival: Arrival
    #: The earlier handovers that may have gone out before somebody chose *Send again*. If the batch
    #: was divided after that, these handovers are missing here, but `handover.earlier_in_doubt` is
    #: set.
    earlier: Sequence[Handover]


def doubts_of(handovers: Iterable[Handover]) -> Mapping[int, Doubt]:
    """Number of a batch → what is known about it, for each batch that a person may decide about.

    `handovers` are all handovers of a fax, the newest last. Takes one query if the uploads are
    prefetched.
    """
    by_batch: dict[int, list[Handover]] = defaultdict(list)
    for handover in handovers:
        by_batch[handover.batch].append(handover)
    undecided = {
        number: many for number, many in by_batch.items() if many[-1].state in UNDECIDED_HANDOVERS
    }
    sent_again = {
        number: [one for one in many if one.reason == OwnReason.SENT_AGAIN]
        for number, many in undecided.items()
    }
    newest = [many[-1] for many in undecided.values()]
    arrivals = arrivals_of([*newest, *(one for many in sent_again.values() for one in many)])
    return {
        handover.batch: Doubt(
            handover=handover,
            arrival=arrivals[handover.pk],
            earlier=[
                one for one in sent_again[handover.batch] if arrivals[one.pk] != Arrival.INCOMPLETE
            ],
        )
        for handover in newest
    }


def arrivals_of(handovers: Collection[Handover]) -> dict[int, Arrival]:
    """Handover id → whether its files arrived. Takes one query if the uploads are prefetched."""
    outcomes: dict[int, dict[int | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    if handovers:
        attempts = Attempt.objects.filter(handover__in=handovers).exclude(outcome=Outcome.NOT_DONE)
        for handover, upload, outcome in attempts.values_list("handover", "upload", "outcome"):
            outcomes[handover][upload].add(outcome)
    return {handover.pk: _arrival(handover, outcomes[handover.pk]) for handover in handovers}


def _arrival(handover: Handover, outcomes: dict[int | None, set[str]]) -> Arrival:
    """Whether the files of one handover arrived.

    `outcomes` maps an upload's id to the outcomes of its attempts, and None to the outcomes of
    create requests. The outcome *not done* is left out. So an upload that is not in `outcomes` was
    never attempted, or each attempt ended as *not done*.
    """
    uploads = list(handover.uploads.all())
    if handover.wire_form == WireForm.ONE_REQUEST:
        has_all, lacks_one = Outcome.DONE in outcomes.get(None, ()), None not in outcomes
    else:
        has_all = bool(uploads) and all(one.state == UploadState.STORED for one in uploads)
        lacks_one = not uploads or any(upload.pk not in outcomes for upload in uploads)
    if has_all:
        return Arrival.COMPLETE
    # The rows of a restored backup lack the attempts that were made after the backup.
    if lacks_one and handover.reason != OwnReason.RESTORED:
        return Arrival.INCOMPLETE
    return Arrival.NOT_KNOWN
