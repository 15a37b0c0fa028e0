"""Submitting: a draft becomes a fax that the worker hands over.

Documents are on the disk before the one transaction that writes the fax, its recipients, its
batches and its first event. Only when that is committed does the person read that it is on its way.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import File
from django.db import DatabaseError, transaction

from faxportal.accounts.models import Extension, User
from faxportal.contacts.address_book import note_use
from faxportal.contacts.name_lookup import NameLookup
from faxportal.faxes import event_log, search_index
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose import attachments, drafts
from faxportal.faxes.compose.attachment_messages import unattached_sentence
from faxportal.faxes.compose.attachments import NO_CHANGES, NamedFile
from faxportal.faxes.compose.client_files import (
    DeclaredFile,
    add_declared,
    must_be_relayed,
    problems_of,
)
from faxportal.faxes.compose.confirmations.confirmation import NO_ANSWER, Answer, Asked
from faxportal.faxes.compose.confirmations.needed import Outgoing, what_to_ask
from faxportal.faxes.compose.confirmations.notices import points
from faxportal.faxes.compose.content_hash import content_of
from faxportal.faxes.compose.covers.prepare import Drawn, draw_cover
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.draft_versions import FormCopy
from faxportal.faxes.compose.drafts import AlreadySubmitted
from faxportal.faxes.compose.recipients import Reading, read_recipients
from faxportal.faxes.compose.validation import (
    Problems,
    joined,
    listing_problems,
    merged_sentences,
    problems_of_form,
)
from faxportal.faxes.event_log import Event
from faxportal.faxes.list_key import save_with_list_key
from faxportal.faxes.models import Carrier, Document, Fax, Recipient
from faxportal.faxes.queue import LEASE_LENGTH, plan_batches
from faxportal.faxes.states import FaxState
from faxportal.text.phone_numbers import DialAs, Number

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """A fax that is on its way, and what the person should know about it."""

    fax: Fax
    notices: list[str] = field(default_factory=list)


class NotSubmitted(Exception):
    """Something must be mended first. All that was typed and attached is in the draft."""

    def __init__(self, draft: Fax, problems: Problems) -> None:
        super().__init__(f"{draft} has problems")
        self.draft = draft
        self.problems = problems


class FilesWanted(Exception):
    """The portal has to carry this fax, so the declared files themselves must be posted.

    What was posted is in the draft; nothing is sent.
    """


class AsksFirst(Exception):
    """Something is to be asked before it goes out. All that was typed and attached is in the draft.

    Submitting the same once more, with the answer, sends it.
    """

    def __init__(self, draft: Fax, asked: Asked) -> None:
        super().__init__(f"{draft} is asked about")
        self.draft = draft
        self.asked = asked


class SubmittedDifferently(Exception):
    """The key's fax was sent before with other content. A question, never a silent loss.

    `first` is that fax; `draft` holds the new content under a key of its own, but for what the
    `problems` name.
    """

    def __init__(self, first: Fax, draft: Fax, problems: Problems) -> None:
        super().__init__(f"{first} was sent with other content")
        self.first = first
        self.draft = draft
        self.problems = problems


class ChangedElsewhere(Exception):
    """A page that this form's page knows nothing of has changed the draft: a question.

    What was typed here is not in the draft, which is as it was changed `at`; files that were posted
    are, but for those that the `problems` name. Nothing is sent.
    """

    def __init__(self, draft: Fax, at: datetime, problems: Problems) -> None:
        super().__init__(f"{draft} was changed elsewhere")
        self.draft = draft
        self.at = at
        self.problems = problems


def submit_fax(
    by: User,
    *,
    key: UUID,
    typed: DraftContent,
    files: Sequence[File[bytes]],
    declared: Sequence[DeclaredFile] = (),
    misread: Problems | None = None,
    copy: FormCopy | None = None,
    answer: Answer = NO_ANSWER,
    shown: Collection[int] | None = None,
    shown_names: Mapping[str, Collection[str]] | None = None,
    unattached: Sequence[str] = (),
    clock: Clock | None = None,
) -> Submitted:
    """Send what a form holds: its texts, its files and what its draft has kept already.

    `declared` stay in the sender's browser, which carries them. `shown` are the documents (ids)
    that the form of a page's `copy` lists: with others nothing is sent. Nor is it where names of
    the address book mean other numbers than its page showed (`shown_names`: name → canonical
    numbers), with `unattached` names of files that its page could not attach, or with `misread`
    problems of what the form could not read and `typed` therefore lacks. The same key with the same
    content finds the first fax. Raises `NotSubmitted`, `ChangedElsewhere`, `SubmittedDifferently`,
    `FilesWanted` and, where `answer` leaves something to ask, `AsksFirst`.
    """
    now = (clock or Clock()).now()
    asked = None
    stored, refused = attachments.store_files(files)
    refused += [unattached_sentence(name) for name in unattached]
    reading = read_recipients(
        typed.recipients,
        region=settings.REGION,
        dial_as=DialAs(settings.DIAL_AS),
        book=NameLookup(by),
    )
    cover = draw_cover(by, key=key, typed=typed, numbers=reading.numbers, files=stored, now=now)
    try:
        with transaction.atomic():
            kept = drafts.save_draft(by, key=key, typed=typed, files=stored, copy=copy)
            elsewhere_at = kept.changed_elsewhere_at
            refused += problems_of(declared, attached=kept.draft.documents.count())
            refused += listing_problems(kept, shown if copy else None)
            problems = problems_of_form(
                by, typed, reading, kept, refused, now, declared, shown_names or {}
            )
            problems = joined(problems | (misread or {}), cover.problems_with(kept.draft))
            batches = _batches(len(reading.numbers))
            is_wanted = bool(declared) and must_be_relayed(
                by, typed, declared, batches=batches, has_cover=cover.is_wanted
            )
            if not (problems or is_wanted or elsewhere_at):
                outgoing = _outgoing(kept.draft, reading, declared, cover, at=now)
                asked = what_to_ask(outgoing, answer, fingerprint=_mark(outgoing, typed))
                if asked.is_settled_by(answer):
                    add_declared(kept.draft, declared)
                    cover.put_first(kept.draft)
                    _send(kept.draft, typed, reading.numbers, at=now, asked=asked)
    except AlreadySubmitted as already:
        cover.forget()
        return _submitted_before(
            already.fax, by, typed, reading, stored, declared, misread, shown or (), refused
        )
    if kept.draft.state == FaxState.DRAFT:
        cover.forget()
    if elsewhere_at:
        told = {"documents": refused + kept.problems} if refused or kept.problems else {}
        raise ChangedElsewhere(kept.draft, elsewhere_at, told)
    if problems:
        raise NotSubmitted(kept.draft, problems)
    if asked is None:
        raise FilesWanted
    if kept.draft.state == FaxState.DRAFT:
        raise AsksFirst(kept.draft, asked)
    notices = kept.notices + merged_sentences(reading)
    try:
        note_use([number.canonical for number in reading.numbers], by=by, at=now)
        notices += points(reading.numbers)
    except DatabaseError:  # the fax is on its way; without the error, which may hold numbers
        logger.warning("fax %s: not all is done that follows its submitting", kept.draft.uuid)
    return Submitted(fax=kept.draft, notices=notices)


def fingerprint(typed: DraftContent, *, dialled: Sequence[str], hashes: Collection[str]) -> str:
    """SHA-256, in hex, over what makes two submissions the same fax."""
    due_at = typed.due_at and typed.due_at.isoformat()
    content = [typed.extension, list(dialled), sorted(hashes), typed.subject, typed.note, due_at]
    if typed.cover:  # what was entered for it, not how it was drawn
        content += asdict(typed.cover).values()
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _batches(recipients: int) -> int:
    """How many groups so many recipients go out in."""
    return -(-recipients // settings.RECIPIENTS_PER_FAX)


def _outgoing(
    draft: Fax,
    reading: Reading,
    declared: Sequence[DeclaredFile],
    cover: Drawn,
    *,
    at: datetime,
) -> Outgoing:
    """The fax that a draft would become now."""
    return Outgoing(
        draft=draft,
        numbers=reading.numbers,
        documents=list(draft.documents.all()),
        declared=declared,
        at=at,
        cover_pages=cover.file.pages or 0 if cover.file else 0,
    )


def _mark(outgoing: Outgoing, typed: DraftContent) -> str:
    """The fingerprint that it would have."""
    dialled = [number.dialled for number in outgoing.numbers]
    return fingerprint(typed, dialled=dialled, hashes=outgoing.hashes)


def _send(
    draft: Fax, typed: DraftContent, numbers: Sequence[Number], *, at: datetime, asked: Asked
) -> None:
    """Turn a locked draft into a fax that waits, in the transaction that is open."""
    documents = list(draft.documents.all())
    attached = [document for document in documents if not document.is_cover]
    label = Extension.objects.get(connection__user=draft.sender_id, number=draft.extension).label
    draft.extension_label = label
    draft.state = FaxState.SCHEDULED if typed.due_at else FaxState.WAITING
    draft.submitted_at = at
    draft.due_at = typed.due_at or at
    draft.deadline_at = draft.due_at + timedelta(hours=settings.DEADLINE_HOURS)
    draft.fingerprint = asked.fingerprint
    draft.content = content_of(document.sha256 for document in attached)
    save_with_list_key(draft)
    per_batch = settings.RECIPIENTS_PER_FAX
    Recipient.objects.bulk_create(
        Recipient(
            fax=draft,
            position=index + 1,
            typed=number.typed,
            dialled=number.dialled,
            canonical=number.canonical,
            name=number.name,
            batch=index // per_batch + 1,
        )
        for index, number in enumerate(numbers)
    )
    search_index.index_fax(draft, numbers, attached)
    # The submitting page asks for its targets right away: no worker comes in between.
    browser_until = at + LEASE_LENGTH if draft.carrier == Carrier.BROWSER else None
    plan_batches(
        draft, batches=_batches(len(numbers)), due_at=draft.due_at, browser_until=browser_until
    )
    event_log.add(
        draft,
        Event.SUBMITTED,
        at=at,
        by=draft.sender,
        recipients=len(numbers),
        documents=[_in_record(document) for document in documents],
        **asked.in_record(),
    )


def _in_record(document: Document) -> dict[str, object]:
    """A document as the record names it; of one that the browser carries, the browser said so."""
    facts: dict[str, object] = {
        "size": document.size,
        "sha256": document.sha256,
        "pages": document.pages,
    }
    facts |= {"declared": True} if document.carrier == Carrier.BROWSER else {}
    return facts | ({"cover": True} if document.is_cover else {})


def _submitted_before(
    first: Fax,
    by: User,
    typed: DraftContent,
    reading: Reading,
    stored: Sequence[NamedFile],
    declared: Sequence[DeclaredFile],
    misread: Problems | None,
    shown: Collection[int],
    refused: Sequence[str],
) -> Submitted:
    """Decide what a key means whose fax is sent: the same fax, or other content.

    Files posted again are the same content when the fax has them all; a form whose files were
    attached before brings none, and `shown` are those that it lists. Of a file that is `refused`
    nobody knows whether the fax has it.
    """
    attached = first.documents.filter(is_cover=False)
    have = set(attached.values_list("sha256", flat=True))
    posted = {file.stored.sha256 for file in stored} | {file.sha256 for file in declared}
    same = not (misread or refused) and first.fingerprint == fingerprint(
        typed,
        dialled=[number.dialled for number in reading.numbers],
        hashes=have | posted,
    )
    if same:
        attachments.forget_files(stored)
        return Submitted(fax=first)
    with transaction.atomic():
        draft = drafts.save_draft(by, key=uuid4(), typed=typed, files=[], again_of=first).draft
        if shown or not stored:
            drafts.share_documents(first, draft, only=shown)
        told = [*refused, *attachments.attach_files(draft, stored, NO_CHANGES).problems]
    raise SubmittedDifferently(first, draft, {"documents": told} if told else {})
