"""What an evidence sheet says, as plain values: the JSON sheet holds them, the PDF shows them.

Times are UTC in ISO 8601. Other programs read the JSON, so its keys keep their names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch

from faxportal.accounts.models import User
from faxportal.faxes import reason_messages
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.history.evidence.messages import not_known_sentences
from faxportal.faxes.history.progress import state_label
from faxportal.faxes.history.upload_progress import upload_label
from faxportal.faxes.models import (
    Document,
    Fax,
    FaxEvent,
    Handover,
    LegalHold,
    MergedPdf,
    Upload,
)
from faxportal.faxes.record.facts import FACTS, shown_removal
from faxportal.faxes.record.messages import difference_sentence
from faxportal.faxes.record.verification import Verdict, Verification
from faxportal.faxes.record.verifying import verify_locked
from faxportal.faxes.states import FINAL_FAXES, HandoverState

#: What `json.dumps` takes: text, numbers, true, false, None, and lists and dicts of these values.
EvidenceData = dict[str, Any]


def evidence_data(fax: Fax, *, by: User, at: datetime) -> EvidenceData:
    """What the portal knows of a submitted fax, in a fixed number of queries.

    `by` is the person who asks for the sheet, and `at` is the time of asking. The rows are read
    again, even if `fax` has them already.
    """
    with transaction.atomic():
        # While the fax is locked nobody changes its rows: so what was compared is what is printed.
        Fax.objects.locked(fax.pk)
        return _evidence_data(Fax.objects.with_parts().get(pk=fax.pk), by=by, at=at)


def _evidence_data(fax: Fax, *, by: User, at: datetime) -> EvidenceData:
    events = list(fax.events.select_related("by"))
    handovers = _handovers(fax)
    newest = {handover.batch: handover for handover in handovers}
    hold = LegalHold.objects.filter(fax=fax).first()
    return {
        "made_at": _utc(at),
        "made_for": by.get_username(),
        "is_final": fax.state in FINAL_FAXES,
        "fax": {
            "id": str(fax.uuid),
            "state": fax.state,
            "state_label": state_label(fax, newest.values()),
            "state_since": _utc(fax.settled_at),
            "sender": fax.sender.get_username(),
            "sender_name": fax.sender.get_full_name(),
            "submitted_at": _utc(fax.submitted_at),
            "scheduled_for": _utc(fax.due_at) if fax.was_scheduled else None,
            "extension": fax.extension,
            "extension_label": fax.extension_label,
            "subject": fax.subject,
            "note": fax.note,
            "documents_removed_at": _utc(shown_removal(fax, list(fax.documents.all()))),
            "legal_hold": hold.reason if hold else None,
        },
        "recipients": [
            {"name": one.name, "typed": one.typed, "dialled": one.dialled, "group": one.batch}
            for one in fax.recipients.all()
        ],
        "documents": [_document(document) for document in fax.documents.all()],
        "merged_pdf": _merged(fax),
        "handovers": [_handover(handover) for handover in handovers],
        "record": _record(verify_locked(fax, events), events, at=at),
        "not_known": not_known_sentences(),
    }


def _handovers(fax: Fax) -> list[Handover]:
    uploads = Upload.objects.select_related("document").with_attempts()
    handovers = fax.handovers.order_by("batch", "id").select_related("decided_by")
    return list(
        handovers.prefetch_related(Prefetch("uploads", uploads.order_by("document__position")))
    )


def _document(document: Document) -> EvidenceData:
    return {
        "number": document.position,
        "name": document.name,
        "type": document.content_type,
        "made_from": document.converted_from,
        "pages": document.pages,
        "bytes": document.size,
        "sha256": document.sha256,
        "carried": str(document.get_carrier_display()),
    }


def _merged(fax: Fax) -> EvidenceData | None:
    """The PDF that all documents were merged into; None if they were not merged."""
    merged = MergedPdf.objects.filter(fax=fax).first()
    if merged is None:
        return None
    return {
        "documents": [document.position for document in fax.documents.all()],
        "pages": merged.pages,
        "bytes": merged.size,
        "sha256": merged.sha256,
    }


def _handover(handover: Handover) -> EvidenceData:
    reason = handover.reason
    return {
        "group": handover.batch,
        "state": handover.state,
        "state_label": str(HandoverState(handover.state).label),
        "voipnow_id": handover.voipnow_id,
        "voipnow_uid": handover.voipnow_uid,
        "ended_at": _utc(handover.closed_at),
        "decided_by": handover.decided_by.get_username() if handover.decided_by else None,
        "reason": reason_messages.what_happened(reason, handover.server_message) if reason else "",
        "files": [
            {
                "number": upload.document.position,
                "state": upload.state,
                "state_label": upload_label(upload),
                "is_reported": getattr(upload, "is_reported", False),
                "stored_at": _utc(upload.stored_at),
                "attempts": getattr(upload, "attempts_made", 0),
            }
            for upload in handover.uploads.all()
        ],
    }


def _record(found: Verification, events: Sequence[FaxEvent], *, at: datetime) -> EvidenceData:
    return {
        "head": events[-1].hash if events else "",
        "is_whole": found.verdict == Verdict.WHOLE,
        "verdict": found.verdict,
        "broken_at": found.broken_at,
        "compared": {
            "at": _utc(at),
            "events": found.events,
            "events_without_key": found.events_without_key,
            "facts": list(found.facts),
            "facts_not_bound": [
                name
                for name in FACTS
                if name not in found.facts and name not in found.facts_without_key
            ],
            "facts_without_key": list(found.facts_without_key),
            "sealed_events": found.sealed_events,
            "sealed_at": _utc(found.sealed_at),
            "seal": found.seal,
        },
        "differences": [
            {
                "problem": one.problem,
                "event": one.event,
                "seal": one.seal,
                "fact": one.fact,
                "recorded": one.recorded,
                "found": one.found,
                "says": difference_sentence(one),
            }
            for one in found.differences
        ],
        "events": [
            {
                "number": event.position,
                "at": _utc(event.at),
                "by": event.by.get_username() if event.by else None,
                "kind": event.kind,
                "says": event_sentence(event),
                "data": event.data,
                "hash": event.hash,
            }
            for event in events
        ],
    }


def _utc(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else None
