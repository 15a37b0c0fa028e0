"""Which facts about a fax are bound, and how each is read from the fax's rows.

To bind a fact means to record a keyed hash of its value (`digest_of`), in an event or in a seal.
The value itself is not recorded there, so the event log tells no more about a fax than without the
hashes. A fact has the name that it has in the JSON of the evidence sheet. Some facts are not on the
sheet, but the sheet depends on them. They have names of their own.

Each fact says which events may change it (`changed_by`). If a fact differs and there is no such
event, somebody has changed the database without the portal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from faxportal.accounts.models import User
from faxportal.audit.record_keys import RecordKey
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import (
    Attempt,
    Carrier,
    CoverPage,
    Document,
    Fax,
    Handover,
    LegalHold,
    MergedPdf,
    Recipient,
    Upload,
)

#: How many hex digits of a fact's hash are kept: 96 bits, which nobody can guess without the key.
_DIGITS = 24

NO_EVENT: frozenset[Event] = frozenset()
_HOLDS = frozenset({Event.HOLD_PLACED, Event.HOLD_LIFTED})
_BATCHES = frozenset({Event.HALVED, Event.SET_APART})
#: Events of delivery, decisions and cancellation: all events but the submit, legal holds, and the
#: removal of documents.
DELIVERY = frozenset(Event) - _HOLDS - {Event.SUBMITTED, Event.DOCUMENTS_REMOVED}


@dataclass(frozen=True, kw_only=True)
class FaxRows:
    """All rows behind an evidence sheet, as they were read at one moment."""

    fax: Fax
    sender: User
    recipients: list[Recipient]
    documents: list[Document]
    cover: CoverPage | None
    merged: MergedPdf | None
    hold: LegalHold | None
    handovers: list[Handover]
    uploads: list[Upload]
    attempts: list[Attempt]
    #: The ids of all people whom the sheet names beside the sender, with their user names.
    people: dict[int, str]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One fact about a fax: a value, or the values of one column in all rows of a list."""

    name: str
    read: Callable[[FaxRows], object]
    changed_by: frozenset[Event] = NO_EVENT

    @property
    def is_of_delivery(self) -> bool:
        """Whether delivery changes the fact. If so, only seals of a settled fax bind it."""
        return self.changed_by == DELIVERY


def read_rows(fax: Fax) -> FaxRows:
    """Read all rows behind a fax's evidence sheet, in a fixed number of queries."""
    fax_id = fax.pk
    handovers = list(Handover.objects.filter(fax=fax_id).order_by("batch", "id"))
    named = {one.decided_by_id for one in handovers}
    named |= set(fax.events.order_by().values_list("by_id", flat=True).distinct())
    return FaxRows(
        fax=fax,
        sender=User.objects.get(pk=fax.sender_id),
        recipients=list(Recipient.objects.filter(fax=fax_id).order_by("position")),
        documents=list(Document.objects.filter(fax=fax_id).order_by("position")),
        cover=CoverPage.objects.filter(fax=fax_id).first(),
        merged=MergedPdf.objects.filter(fax=fax_id).first(),
        hold=LegalHold.objects.filter(fax=fax_id).first(),
        handovers=handovers,
        uploads=list(
            Upload.objects.filter(handover__fax=fax_id)
            .select_related("document")
            .order_by("handover_id", "document__position")
        ),
        attempts=list(Attempt.objects.filter(handover__fax=fax_id).order_by("id")),
        people=dict(
            User.objects.filter(pk__in=[one for one in named if one]).values_list("pk", "username")
        ),
    )


def digest_of(fact: Fact, rows: FaxRows, key: RecordKey) -> str:
    """The keyed hash of one fact's value. Equal values of two faxes have different hashes."""
    text = json.dumps(
        [str(rows.fax.uuid), fact.name, fact.read(rows)],
        sort_keys=True,
        separators=(",", ":"),
        default=_as_text,
    )
    return key.digest("fact", text)[:_DIGITS]


def submitted_digests(rows: FaxRows, key: RecordKey) -> dict[str, str]:
    """The hashes for the event SUBMITTED.

    Facts that delivery changes are left out, and facts that any event may change.
    """
    return {
        name: digest_of(fact, rows, key)
        for name, fact in FACTS.items()
        if not fact.is_of_delivery and fact.changed_by != ANY
    }


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value)


def _of_fax(name: str, column: str, changed_by: frozenset[Event] = NO_EVENT) -> Fact:
    return Fact(
        name=f"fax.{name}", read=lambda rows: getattr(rows.fax, column), changed_by=changed_by
    )


def _of_each(
    rows_name: str, name: str, column: str, changed_by: frozenset[Event] = NO_EVENT
) -> Fact:
    """A fact whose value is one column of a list of rows, in the order of the list."""

    def read(rows: FaxRows) -> object:
        return [getattr(one, column) for one in getattr(rows, rows_name)]

    return Fact(name=f"{rows_name}.{name}", read=read, changed_by=changed_by)


def _of_one(row_name: str, name: str, column: str, changed_by: frozenset[Event] = NO_EVENT) -> Fact:
    """A fact whose value is one column of a row that a fax may have."""

    def read(rows: FaxRows) -> object:
        row = getattr(rows, row_name)
        return getattr(row, column) if row else None

    return Fact(name=name, read=read, changed_by=changed_by)


def _documents_removed_at(rows: FaxRows) -> object:
    return shown_removal(rows.fax, rows.documents)


def shown_removal(fax: Fax, documents: list[Document]) -> datetime | None:
    """When the documents were removed; None if the portal never had any of them.

    If it never had any, retention sets `documents_removed_at` nevertheless, so that it does not
    look at the fax again.
    """
    had_any = any(one.carrier == Carrier.PORTAL for one in documents)
    return fax.documents_removed_at if had_any else None


def _uploads_of(rows: FaxRows) -> object:
    """Which document and which handover each upload belongs to."""
    batches = {one.pk: (one.batch, number) for number, one in enumerate(rows.handovers)}
    return [(batches[one.handover_id], one.document.position) for one in rows.uploads]


def _attempts(column: str) -> Fact:
    return _of_each("attempts", column, column, DELIVERY)


def _attempts_of(rows: FaxRows) -> object:
    """Which handover and which upload each attempt belongs to, and whether it is the browser's."""
    handovers = {one.pk: number for number, one in enumerate(rows.handovers)}
    uploads = {one.pk: number for number, one in enumerate(rows.uploads)}
    return [
        (
            handovers[one.handover_id],
            uploads.get(one.upload_id) if one.upload_id else None,
            one.browser_until is not None,
        )
        for one in rows.attempts
    ]


#: For a fact that any event may change, because any event may name another person.
ANY = frozenset(Event)

_FACTS = (
    _of_fax("id", "uuid"),
    Fact(name="fax.sender", read=lambda rows: [rows.fax.sender_id, rows.sender.username]),
    Fact(name="fax.sender_name", read=lambda rows: [rows.sender.first_name, rows.sender.last_name]),
    _of_fax("submitted_at", "submitted_at"),
    _of_fax("scheduled_for", "due_at"),
    _of_fax("extension", "extension"),
    _of_fax("extension_label", "extension_label"),
    _of_fax("subject", "subject"),
    _of_fax("note", "note"),
    _of_fax("carrier", "carrier"),
    _of_fax("fingerprint", "fingerprint"),
    _of_fax("content_hash", "content_hash"),
    _of_each("recipients", "position", "position"),
    _of_each("recipients", "name", "name"),
    _of_each("recipients", "typed", "typed"),
    _of_each("recipients", "dialled", "dialled"),
    _of_each("recipients", "canonical", "canonical"),
    _of_each("recipients", "group", "batch", _BATCHES),
    _of_each("documents", "number", "position"),
    _of_each("documents", "name", "name"),
    _of_each("documents", "type", "content_type"),
    _of_each("documents", "made_from", "converted_from"),
    _of_each("documents", "pages", "pages"),
    _of_each("documents", "bytes", "size"),
    _of_each("documents", "sha256", "sha256"),
    _of_each("documents", "is_cover", "is_cover"),
    _of_each("documents", "carried", "carrier", frozenset({Event.FILE_GIVEN_TO_PORTAL})),
    _of_one("cover", "cover.attention", "attention"),
    _of_one("cover", "cover.sender_name", "sender_name"),
    _of_one("cover", "cover.message", "message"),
    Fact(
        name="fax.documents_removed_at",
        read=_documents_removed_at,
        changed_by=frozenset({Event.DOCUMENTS_REMOVED}),
    ),
    _of_one("hold", "fax.legal_hold", "reason", _HOLDS),
    _of_one("hold", "fax.legal_hold_at", "placed_at", _HOLDS),
    _of_one("hold", "fax.legal_hold_by", "placed_by_id", _HOLDS),
    # What delivery changes.
    _of_fax("state", "state", DELIVERY),
    _of_fax("state_since", "settled_at", DELIVERY),
    _of_fax("cancel_asked_at", "cancel_asked_at", DELIVERY),
    _of_one("merged", "merged_pdf.pages", "pages", DELIVERY),
    _of_one("merged", "merged_pdf.bytes", "size", DELIVERY),
    _of_one("merged", "merged_pdf.sha256", "sha256", DELIVERY),
    _of_each("handovers", "group", "batch", DELIVERY),
    _of_each("handovers", "state", "state", DELIVERY),
    _of_each("handovers", "wire_form", "wire_form", DELIVERY),
    _of_each("handovers", "voipnow_id", "voipnow_id", DELIVERY),
    _of_each("handovers", "voipnow_uid", "voipnow_uid", DELIVERY),
    _of_each("handovers", "storage_origin", "storage_origin", DELIVERY),
    _of_each("handovers", "ended_at", "closed_at", DELIVERY),
    _of_each("handovers", "decided_by", "decided_by_id", DELIVERY),
    _of_each("handovers", "reason", "reason", DELIVERY),
    _of_each("handovers", "server_message", "server_message", DELIVERY),
    Fact(name="uploads.of", read=_uploads_of, changed_by=DELIVERY),
    _of_each("uploads", "state", "state", DELIVERY),
    _of_each("uploads", "reason", "reason", DELIVERY),
    _of_each("uploads", "stored_at", "stored_at", DELIVERY),
    Fact(name="attempts.of", read=_attempts_of, changed_by=DELIVERY),
    _attempts("opened_at"),
    _attempts("closed_at"),
    _attempts("outcome"),
    _attempts("reason"),
    _attempts("status"),
    _attempts("server_message"),
    Fact(
        name="people",
        read=lambda rows: sorted(rows.people.items()),
        changed_by=ANY,
    ),
)

#: Every fact, by its name.
FACTS: Mapping[str, Fact] = {fact.name: fact for fact in _FACTS}


def bound_in(data: object) -> dict[str, str]:
    """The facts that an event or a seal binds: the hash of each, by the fact's name.

    Somebody may have changed `data` to anything that JSON can say.
    """
    facts = data.get("facts") if isinstance(data, dict) else None
    return dict(facts) if isinstance(facts, dict) else {}
