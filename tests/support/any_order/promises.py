"""Checks of the portal against what VoipNow and storage know, after any events."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import OuterRef, Subquery

from faxportal.faxes.delivery.merge_documents import MergeCall
from faxportal.faxes.delivery.network_calls import Call, PutCall, SignInCall
from faxportal.faxes.models import (
    Attempt,
    Fax,
    Handover,
    MergedPdf,
    Recipient,
    SendingPause,
    Upload,
)
from faxportal.faxes.reasons import REFUSALS, OwnReason
from faxportal.faxes.record.verifying import verify_fax
from faxportal.faxes.states import (
    FAX_TRANSITIONS,
    HANDOVER_TRANSITIONS,
    OPEN_HANDOVERS,
    UPLOAD_TRANSITIONS,
    FaxState,
    HandoverState,
    UploadState,
)
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.errors import Outcome
from tests.support.any_order.outside import Outside, Resource

if TYPE_CHECKING:
    from tests.support.any_order.portal import Portal

#: States in which the portal says that no fax of the handover has gone out or will go out.
_SAYS_NOT_SENT = (HandoverState.PLANNED, HandoverState.REFUSED, HandoverState.ABANDONED)


#: Create requests of one batch: some after unknown outcomes or for renewals, one after each kill.
_MOST_CREATES_AN_HOUR = 60


def check_may_go_out(call: Call, now: datetime) -> None:
    """Check that a call has a lease, a fax that may be sent and, for a PUT, a valid target."""
    assert not isinstance(call, SignInCall), "people here have tokens of their own"
    if isinstance(call, MergeCall):
        return  # it sends nothing
    handover = Handover.objects.select_related("fax__sender").get(pk=call.lease.handover_id)
    assert handover.state in OPEN_HANDOVERS
    assert handover.lease == call.lease.token
    assert handover.lease_until is not None
    assert handover.lease_until > now
    assert handover.fax.cancel_asked_at is None
    assert handover.fax.sender.is_active
    assert handover.fax.suspended_at is None
    assert not SendingPause.is_on()
    assert Attempt.objects.filter(pk=call.attempt_id, closed_at=None).exists()
    if isinstance(call, PutCall):
        _check_may_be_put(handover, call.upload_id, now)


def _check_may_be_put(handover: Handover, upload_id: int, now: datetime) -> None:
    """Check that the smallest document goes last, when all other documents are stored."""
    uploads = list(handover.uploads.select_related("document"))
    upload = next(upload for upload in uploads if upload.pk == upload_id)
    assert upload.target_expires_at is not None
    assert upload.target_expires_at > now
    last = min(uploads, key=lambda other: (other.document.size, -other.document.position))
    if upload is last:
        assert all(other.state == UploadState.STORED for other in uploads if other is not last)


class Promises:
    """Checks the portal after each step, and remembers the states that it saw."""

    def __init__(self, portal: Portal, log: pytest.LogCaptureFixture) -> None:
        self._portal = portal
        #: The log. A worker that meets a fault of the portal logs the fault and continues.
        self._log = log
        log.clear()
        #: id of a table of transitions → primary key of a row → the state that the row had last.
        self._seen: dict[int, dict[int, str]] = defaultdict(dict)

    def check(self) -> None:
        """Check what must be true at every moment."""
        faults = [line.getMessage() for line in self._log.records if line.levelno >= logging.ERROR]
        assert not faults, faults
        handovers = {handover.pk: handover for handover in Handover.objects.all()}
        attempts = {one.pk: one for one in Attempt.objects.all()}
        complete = _complete_ones(self._portal.outside, attempts)
        self._check_nobody_got_it_twice()
        self._check_creates_are_few()
        _check_attempts(self._portal.outside, attempts)
        for handover in handovers.values():
            _check_handover(handover, complete[handover.pk])
            if (
                handover.state == HandoverState.UNCERTAIN
                and not self._portal.time.went_back
                and self._seen[id(HANDOVER_TRANSITIONS)].get(handover.pk) != handover.state
            ):
                _check_is_in_doubt(handover)
        self._check_who_was_reached()
        self._check_who_was_not_reached()
        closed = Upload.objects.exclude(handover__state__in=OPEN_HANDOVERS)
        assert not closed.exclude(sealed_target="").exists(), "a target outlived its handover"
        self._check_transitions()

    def check_settled(self) -> None:
        """Check what must be true when nothing more happens by itself."""
        self.check()
        for fax in Fax.objects.all():
            assert fax.is_settled
            assert not verify_fax(fax).differences

    def _check_creates_are_few(self) -> None:
        """Check that no batch asks VoipNow for fax resources without end, whatever happens."""
        creates = Attempt.objects.filter(upload=None)
        most = Counter(creates.values_list("handover__fax", "handover__batch")).most_common(1)
        hours = 1 + self._portal.time.elapsed / 3600
        for (fax, batch), count in most:
            assert count <= _MOST_CREATES_AN_HOUR * hours, f"fax {fax}, batch {batch}: {count}"

    def _check_nobody_got_it_twice(self) -> None:
        """Check that no number gets a fax twice, unless a person decided to send again."""
        reached = _reached(self._portal.outside)
        for number, times in reached.items():
            assert times <= 1 + self._portal.sent_again[number], f"{number}: sent {times} times"

    def _check_who_was_reached(self) -> None:
        reached = _reached(self._portal.outside)
        handed_over = Recipient.objects.filter(fax__state=FaxState.HANDED_OVER)
        for number in handed_over.values_list("dialled", flat=True):
            assert reached[number], f"{number}: shown as handed over, and was not"

    def _check_who_was_not_reached(self) -> None:
        """Check that nobody got the fax whose batch is shown as failed or cancelled.

        This also holds for a batch that was sent again: if an earlier fax of the batch may have
        gone out, the batch is shown as uncertain.
        """
        reached = _reached(self._portal.outside)
        newest = Handover.objects.filter(fax=OuterRef("fax"), batch=OuterRef("batch"))
        recipients = Recipient.objects.annotate(
            batch_state=Subquery(newest.order_by("-id").values("state")[:1])
        )
        not_sent = recipients.filter(
            batch_state__in=[HandoverState.REFUSED, HandoverState.ABANDONED]
        )
        for number in not_sent.values_list("dialled", flat=True):
            assert not reached[number], f"{number}: shown as not sent, and was"

    def _check_transitions(self) -> None:
        """Check that states changed as the tables allow, by any number of transitions."""
        for rows, transitions in (
            (Fax.objects.values_list("pk", "state"), FAX_TRANSITIONS),
            (Handover.objects.values_list("pk", "state"), HANDOVER_TRANSITIONS),
            (Upload.objects.values_list("pk", "state"), UPLOAD_TRANSITIONS),
        ):
            seen = self._seen[id(transitions)]
            for pk, state in rows:
                before = seen.get(pk, state)
                assert _leads_to(before, state, transitions), f"{before} became {state}"
                seen[pk] = state


def _complete_ones(outside: Outside, attempts: Mapping[int, Attempt]) -> dict[int, list[Resource]]:
    """handover → the complete resources that were made for it."""
    found: dict[int, list[Resource]] = defaultdict(list)
    for resource in outside.resources.values():
        if resource.is_complete:
            found[attempts[resource.attempt_id].handover_id].append(resource)
    return found


def _reached(outside: Outside) -> Counter[str]:
    """number → how many faxes went out to it."""
    return Counter(
        number
        for resource in outside.resources.values()
        if resource.is_complete
        for number in resource.recipients
    )


def _check_attempts(outside: Outside, attempts: Mapping[int, Attempt]) -> None:
    """Check that the outcome of each attempt is true: done, surely not done, or unknown."""
    to_come = {attempt_id for attempt_id, _work in outside.late}
    for one in attempts.values():
        assert one.reason != OwnReason.PORTAL_FAULT, "a call ended in a fault of the portal"
        if one.outcome == Outcome.DONE:
            assert one.pk in outside.effective
        elif one.outcome == Outcome.NOT_DONE:
            assert one.pk not in outside.effective | to_come, f"not done, it says: {one.reason}"
        elif one.outcome == Outcome.UNKNOWN and one.upload_id is not None and not one.browser_until:
            assert one.pk in outside.heard, f"its last byte never left: {one.reason}"


def _check_handover(handover: Handover, complete: Sequence[Resource]) -> None:
    """Check that a handover says the truth about the resources made for it."""
    if handover.state == HandoverState.REFUSED:
        assert handover.reason in REFUSALS, "a reason by which lists don't find it"
    if handover.state == HandoverState.COMPLETE:
        [sent] = complete
        assert str(sent.id) == handover.voipnow_id
        _check_content(handover, sent)
    elif handover.state in _SAYS_NOT_SENT and handover.reason != OwnReason.SENT_AGAIN:
        assert not complete, f"{handover.state} ({handover.reason}), and yet it was sent"


def _check_content(handover: Handover, sent: Resource) -> None:
    mine = handover.fax.recipients.filter(batch=handover.batch).order_by("position")
    assert sent.recipients == tuple(mine.values_list("dialled", flat=True))
    files = list(handover.fax.documents.order_by("position").values_list("sha256", flat=True))
    if handover.wire_form == WireForm.ONE_REQUEST and len(files) > 1:
        files = [MergedPdf.objects.get(fax=handover.fax).sha256]
    assert [set(hashes) for _place, hashes in sorted(sent.arrived.items())] == [
        {sha256} for sha256 in files
    ]


def _check_is_in_doubt(handover: Handover) -> None:
    """Check that each document of an uncertain handover had an attempt that may have stored it.

    Nothing is checked if an earlier handover of the batch is in doubt. An outcome that was
    recorded after the handover was closed does not count: a worker that lost its lease may record
    an outcome that late.
    """
    doubtful = handover.attempts.exclude(
        outcome=Outcome.NOT_DONE, closed_at__lte=handover.closed_at
    )
    if handover.earlier_in_doubt:
        return
    if handover.wire_form == WireForm.ONE_REQUEST:
        assert doubtful.exists()
        return
    uploads = set(handover.uploads.values_list("pk", flat=True))
    assert uploads
    assert uploads == set(doubtful.exclude(upload=None).values_list("upload_id", flat=True))


def _leads_to(before: str, after: str, transitions: Mapping[Any, Collection[Any]]) -> bool:
    known, new = {before}, {before}
    while new:
        new = {str(state) for one in new for state in transitions[one]} - known
        known |= new
    return after in known
