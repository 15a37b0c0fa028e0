"""The states of a fax, of a handover and of an upload, and the transitions between them, as data.

Nothing here reads the database. `fax_state` is the only place that derives a fax's state from its
handovers and from what people decided. `manage.py statediagrams` prints the diagram of this module
for `docs/states.md`, and a test compares the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FaxState(TextChoices):
    """The states of a fax; the label is what a person reads."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    WAITING = "waiting", _("Waiting")
    HANDING_OVER = "handing_over", _("Handing over")
    HANDED_OVER = "handed_over", _("Handed to VoipNow")
    PARTLY_HANDED_OVER = "partly_handed_over", _("Partly handed over")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Needs your decision")
    CONFIRMED = "confirmed", _("Confirmed")
    LEFT_OPEN = "left_open", _("Left open")
    CANCELLING = "cancelling", _("Cancelling")
    CANCELLED = "cancelled", _("Cancelled")


class HandoverState(TextChoices):
    """The states of a handover, which is for one fax resource at VoipNow."""

    PLANNED = "planned", _("Waiting")
    CREATING = "creating", _("Handing over")
    UPLOADING = "uploading", _("Uploading")
    COMPLETE = "complete", _("Handed to VoipNow")
    REFUSED = "refused", _("Failed")
    ABANDONED = "abandoned", _("Stopped")
    UNCERTAIN = "uncertain", _("Needs your decision")
    CONFIRMED = "confirmed", _("Confirmed")
    LEFT_OPEN = "left_open", _("Left open")


class UploadState(TextChoices):
    """The states of an upload, which brings one document to its upload target."""

    WAITING = "waiting", _("Waiting")
    PUTTING = "putting", _("Uploading")
    STORED = "stored", _("Uploaded")
    REFUSED = "refused", _("Refused")
    UNKNOWN = "unknown", _("Unknown")


_F, _H, _U = FaxState, HandoverState, UploadState

FAX_TRANSITIONS: Mapping[FaxState, frozenset[FaxState]] = {
    _F.DRAFT: frozenset({_F.SCHEDULED, _F.WAITING}),
    # FAILED: the deadline has passed before any worker looked at the fax.
    _F.SCHEDULED: frozenset({_F.WAITING, _F.FAILED, _F.CANCELLING, _F.CANCELLED, _F.UNCERTAIN}),
    _F.WAITING: frozenset(
        {
            _F.HANDING_OVER,
            _F.PARTLY_HANDED_OVER,
            _F.FAILED,
            _F.UNCERTAIN,
            _F.LEFT_OPEN,
            _F.CANCELLING,
            _F.CANCELLED,
        }
    ),
    _F.HANDING_OVER: frozenset(
        {
            _F.HANDED_OVER,
            _F.PARTLY_HANDED_OVER,
            _F.FAILED,
            _F.UNCERTAIN,
            _F.CONFIRMED,
            _F.LEFT_OPEN,
            _F.CANCELLING,
            _F.CANCELLED,
        }
    ),
    _F.CANCELLING: frozenset(
        {
            _F.CANCELLED,
            _F.HANDED_OVER,
            _F.PARTLY_HANDED_OVER,
            _F.UNCERTAIN,
            _F.CONFIRMED,
            _F.LEFT_OPEN,
        }
    ),
    # WAITING, HANDING_OVER, CANCELLING: somebody has decided about the uncertain batch, and another
    # batch is open.
    _F.UNCERTAIN: frozenset(
        {
            _F.CONFIRMED,
            _F.LEFT_OPEN,
            _F.WAITING,
            _F.HANDING_OVER,
            _F.PARTLY_HANDED_OVER,
            _F.CANCELLING,
        }
    ),
    _F.LEFT_OPEN: frozenset({_F.CONFIRMED, _F.WAITING, _F.HANDING_OVER, _F.PARTLY_HANDED_OVER}),
    _F.HANDED_OVER: frozenset(),
    _F.PARTLY_HANDED_OVER: frozenset(),
    _F.FAILED: frozenset(),
    _F.CONFIRMED: frozenset(),
    _F.CANCELLED: frozenset(),
}

HANDOVER_TRANSITIONS: Mapping[HandoverState, frozenset[HandoverState]] = {
    # UNCERTAIN: after a backup is restored, a planned handover may have been sent already.
    _H.PLANNED: frozenset({_H.CREATING, _H.REFUSED, _H.ABANDONED, _H.UNCERTAIN}),
    _H.CREATING: frozenset(
        {_H.PLANNED, _H.UPLOADING, _H.COMPLETE, _H.REFUSED, _H.ABANDONED, _H.UNCERTAIN}
    ),
    _H.UPLOADING: frozenset({_H.COMPLETE, _H.REFUSED, _H.ABANDONED, _H.UNCERTAIN}),
    _H.UNCERTAIN: frozenset({_H.CONFIRMED, _H.LEFT_OPEN, _H.ABANDONED}),
    _H.LEFT_OPEN: frozenset({_H.CONFIRMED, _H.ABANDONED}),
    _H.COMPLETE: frozenset(),
    _H.REFUSED: frozenset(),
    _H.ABANDONED: frozenset(),
    _H.CONFIRMED: frozenset(),
}

UPLOAD_TRANSITIONS: Mapping[UploadState, frozenset[UploadState]] = {
    # STORED can follow every other state, because the outcome of a call is recorded even when the
    # call's worker has lost the lease and the row's state has changed since then.
    _U.WAITING: frozenset({_U.PUTTING, _U.STORED}),
    _U.PUTTING: frozenset({_U.WAITING, _U.STORED, _U.REFUSED, _U.UNKNOWN}),
    _U.UNKNOWN: frozenset({_U.STORED}),
    _U.REFUSED: frozenset({_U.STORED}),
    _U.STORED: frozenset(),
}

#: The portal still has something to do for a handover in one of these states.
OPEN_HANDOVERS = frozenset({_H.PLANNED, _H.CREATING, _H.UPLOADING})

#: A fax in one of these states never changes its state again.
FINAL_FAXES = frozenset(state for state, after in FAX_TRANSITIONS.items() if not after)

#: The sender is mailed about a batch whose handover is in one of these states.
TROUBLES = frozenset({_H.REFUSED, _H.UNCERTAIN})

#: A fax in one of these states failed for at least one recipient.
FAILURES = (_F.FAILED, _F.PARTLY_HANDED_OVER)

#: A person may decide about a batch whose newest handover is in one of these states.
UNDECIDED_HANDOVERS = frozenset({_H.UNCERTAIN, _H.LEFT_OPEN})


def fax_state(
    batches: Collection[HandoverState],
    *,
    started: bool,
    scheduled: bool = False,
    cancelling: bool = False,
) -> FaxState:
    """The state of a submitted fax, from the state of each of its batches.

    `batches` has, for each batch, the state of its newest handover. `started` says whether an
    attempt was started for at least one handover. `scheduled` says whether the fax is not due yet.
    `cancelling` says whether somebody asked to cancel the fax.

    An uncertain batch needs a decision at once. So its fax is uncertain too, whatever the states of
    the other batches are. The fax is settled when no batch is open.
    """
    count: Counter[HandoverState] = Counter(batches)
    if count[HandoverState.UNCERTAIN]:
        return FaxState.UNCERTAIN
    if any(state in OPEN_HANDOVERS for state in batches):
        if cancelling:
            return FaxState.CANCELLING
        if started:
            return FaxState.HANDING_OVER
        return FaxState.SCHEDULED if scheduled else FaxState.WAITING
    if count[HandoverState.LEFT_OPEN]:
        return FaxState.LEFT_OPEN
    if count[HandoverState.COMPLETE] == len(batches):
        return FaxState.HANDED_OVER
    if count[HandoverState.COMPLETE] + count[HandoverState.CONFIRMED] == len(batches):
        return FaxState.CONFIRMED
    if count[HandoverState.COMPLETE] or count[HandoverState.CONFIRMED]:
        return FaxState.PARTLY_HANDED_OVER
    return FaxState.CANCELLED if cancelling else FaxState.FAILED


def _edges(transitions: Mapping[TextChoices, Iterable[TextChoices]]) -> list[str]:
    return [
        f"    {before.value} --> {after.value}"
        for before, afters in transitions.items()
        for after in sorted(afters, key=lambda state: state.value)
    ]


def diagram() -> str:
    """The three tables of transitions as Mermaid state diagrams in Markdown."""
    parts = []
    for title, transitions in (
        ("Fax", FAX_TRANSITIONS),
        ("Handover", HANDOVER_TRANSITIONS),
        ("Upload", UPLOAD_TRANSITIONS),
    ):
        lines = "\n".join(_edges(transitions))  # type: ignore[arg-type]  # Mapping is invariant
        parts.append(f"## {title}\n\n```mermaid\nstateDiagram-v2\n{lines}\n```\n")
    return "\n".join(parts)
