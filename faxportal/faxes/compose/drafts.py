"""Drafts: what a person has typed and attached before it is a fax.

A form brings a submission key. The first thing it posts makes a draft under that key, and the
draft becomes the fax: one key, one fax, however often the form is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from faxportal.accounts.models import User
from faxportal.faxes.compose.attachments import (
    NO_CHANGES,
    Changes,
    NamedFile,
    attach_files,
    forget_bytes,
    forget_files,
    store_files,
)
from faxportal.faxes.compose.covers import cover_content as covers
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.draft_versions import FormCopy, is_current, note_change
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A draft with what could be kept."""

    draft: Fax
    #: Of the files, those among them that were there already.
    documents: list[Document]
    #: A sentence for each file that could not be kept.
    problems: list[str]
    #: A sentence for each file that was there already.
    notices: list[str]
    #: When a page that this one knows nothing of changed the draft. The texts were not taken then.
    changed_elsewhere_at: datetime | None = None


class AlreadySubmitted(Exception):
    """The key's fax is no draft any more."""

    def __init__(self, fax: Fax) -> None:
        super().__init__(f"{fax} was submitted already")
        self.fax = fax


class NotAttached(Exception):
    """A file that is not taken; its text is the sentence that says why and what to do."""


def draft_of(by: User, key: UUID) -> Fax | None:
    """The draft that a form's key stands for, if there is one yet."""
    return Fax.objects.drafts_of(by).filter(submission_key=key).first()


def typed_in(draft: Fax) -> DraftContent:
    """What a draft has kept of what was typed."""
    return DraftContent(
        extension=draft.extension,
        recipients=draft.recipients_typed,
        subject=draft.subject,
        note=draft.note,
        due_at=draft.due_at,
        cover=covers.typed_of(draft),
    )


def latest_draft(by: User) -> Fax | None:
    """The draft that the person worked on last, to be offered again."""
    return Fax.objects.drafts_with_content_by(by).first()


def save_texts(by: User, *, key: UUID, typed: DraftContent, copy: FormCopy | None) -> Kept | None:
    """Keep what is typed so far; nothing, where that is nothing and there is no draft yet.

    Raises `AlreadySubmitted`.
    """
    if not Fax.objects.filter(sender=by, submission_key=key).exists() and typed.is_empty:
        return None
    return save_draft(by, key=key, typed=typed, files=[], copy=copy)


def keep_draft(
    by: User,
    *,
    key: UUID,
    typed: DraftContent,
    files: Sequence[File[bytes]],
    changes: Changes = NO_CHANGES,
    copy: FormCopy | None = None,
) -> Kept:
    """Keep what a form brought: its texts, its files, and what it changes of the documents.

    Raises `AlreadySubmitted` when the key's fax was sent meanwhile.
    """
    stored, problems = store_files(files)
    try:
        kept = save_draft(by, key=key, typed=typed, files=stored, changes=changes, copy=copy)
    except AlreadySubmitted:
        forget_files(stored)
        raise
    return replace(kept, problems=problems + kept.problems)


def attach_file(
    by: User, *, key: UUID, file: File[bytes], changes: Changes, copy: FormCopy | None
) -> Kept:
    """Attach one file to the key's draft, beside whatever else its form brings.

    Raises `NotAttached`, and `AlreadySubmitted`: a file that comes too late joins no fax.
    """
    stored, problems = store_files([file])
    if problems:
        raise NotAttached(problems[0])
    try:
        kept = save_draft(by, key=key, typed=None, files=stored, changes=changes, copy=copy)
    except AlreadySubmitted:
        forget_files(stored)
        raise
    if kept.problems:
        raise NotAttached(kept.problems[0])
    return kept


def change_documents(by: User, *, key: UUID, changes: Changes, copy: FormCopy | None) -> Kept:
    """Change what the key's draft has of documents. Raises `AlreadySubmitted`."""
    return save_draft(by, key=key, typed=None, files=[], changes=changes, copy=copy)


def save_draft(
    by: User,
    *,
    key: UUID,
    typed: DraftContent | None,
    files: Sequence[NamedFile],
    changes: Changes = NO_CHANGES,
    copy: FormCopy | None = None,
    resend_of: Fax | None = None,
) -> Kept:
    """Write texts and stored files into the key's draft, making it where it isn't there yet.

    Without texts (None) those that are there stay. Texts of a form's `copy` that doesn't know all
    changes of the draft would undo them unseen, so they are not taken; files and changes of
    documents do what they say in any case. A draft that is made keeps which fax it is to send once
    more. Raises `AlreadySubmitted`; the stored files are then the caller's to use or to forget.
    """
    with transaction.atomic():
        made, is_new = Fax.objects.get_or_create(
            sender=by, submission_key=key, defaults={"resend_of": resend_of}
        )
        draft = Fax.objects.locked(made.pk)
        if draft.state != FaxState.DRAFT:
            raise AlreadySubmitted(draft)
        changed_elsewhere_at = None
        if is_new or is_current(copy, draft):
            if typed:
                _write(typed, draft)
            note_change(draft, copy)
            draft.save()
        else:
            changed_elsewhere_at = draft.changed_at
            if files or changes:
                note_change(draft, None)
                draft.save()
        attached = attach_files(draft, files, changes)
    forget_bytes(attached.removed)
    return Kept(
        draft=draft,
        documents=attached.documents,
        problems=attached.problems,
        notices=attached.notices,
        changed_elsewhere_at=changed_elsewhere_at,
    )


def _write(typed: DraftContent, draft: Fax) -> None:
    draft.extension = typed.extension[:50]
    draft.recipients_typed = typed.recipients
    draft.subject, draft.note = typed.subject[:200], typed.note[:2000]
    draft.due_at = typed.due_at
    covers.keep(draft, typed.cover)


def discard_draft(draft: Fax, *, untouched_since: datetime | None = None) -> None:
    """Remove a draft and its documents; a fax that was submitted stays.

    So does one that was changed after `untouched_since`.
    """
    with transaction.atomic():
        locked = Fax.objects.locked(draft.pk)
        if locked.state != FaxState.DRAFT:
            return
        if untouched_since and locked.changed_at > untouched_since:
            return
        documents = list(locked.documents.all())
        locked.delete()
    forget_bytes(documents)


def share_documents(source: Fax, draft: Fax, *, only: Collection[int] = ()) -> None:
    """Give a draft the documents of another fax, or some (ids); bytes are shared, not copied.

    Not its cover page: that is drawn anew, with another day.

    The fax is locked first: retention, which removes bytes that nobody shares, comes before or
    after this.
    """
    Fax.objects.locked(source.pk)
    shared = source.documents.exclude(stored_as="").exclude(is_cover=True)
    kept = shared.filter(pk__in=only) if only else shared
    for position, document in enumerate(kept, start=1):
        document.pk = None
        document.fax = draft
        document.position = position
        document.save(force_insert=True)
