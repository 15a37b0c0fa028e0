"""Drafts: what a person has entered and attached for a fax that is not submitted yet.

Each form has a submission key. The first request with the key makes a draft, and submitting turns
the draft into the fax. So one key makes one fax, however often the form is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.core.files.base import File
from django.db import transaction

from faxportal.accounts.models import User
from faxportal.faxes.compose.attachments import (
    NO_CHANGES,
    DocumentChanges,
    NamedFile,
    attach_files,
    forget_bytes,
    forget_files,
    store_files,
)
from faxportal.faxes.compose.covers.draft_cover import cover_content_of, save_cover_content
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.draft_versions import DraftVersion, count_change, is_current
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState


@dataclass(frozen=True, kw_only=True)
class DraftEdit:
    """What one request changes in a draft."""

    #: None leaves the texts as they are.
    content: DraftContent | None = None
    #: Stored files to attach.
    files: Sequence[NamedFile] = ()
    changes: DocumentChanges = NO_CHANGES
    #: The version that the form of this request has; None if no browser edits the draft.
    version: DraftVersion | None = None


@dataclass(frozen=True, kw_only=True)
class SavedDraft:
    """A draft after a request has edited it."""

    draft: Fax
    #: The document of each file of the request, including files that the draft had already.
    documents: list[Document]
    #: A sentence for each file that is not attached.
    problems: list[str]
    #: A sentence for each file that the draft had under another name, or that is sent only in part.
    notices: list[str]
    #: None if this form knew all changes of the draft. If it didn't, the form's texts were not
    #: saved, and this is when the draft was last changed.
    changed_elsewhere_at: datetime | None = None


class NotADraft(Exception):
    """The fax of this submission key is submitted already, so it can't be edited."""

    def __init__(self, fax: Fax) -> None:
        super().__init__(f"{fax} was submitted already")
        self.fax = fax


class NotAttached(Exception):
    """A file was not attached. The text is a sentence that says why, and what to do."""


def draft_of(by: User, key: UUID) -> Fax | None:
    """A person's draft with this submission key. None if it doesn't exist or was submitted."""
    return Fax.objects.drafts_of(by).filter(submission_key=key).first()


def draft_content_of(draft: Fax) -> DraftContent:
    """The content of a draft."""
    return DraftContent(
        extension=draft.extension,
        recipients=draft.recipients_typed,
        subject=draft.subject,
        note=draft.note,
        due_at=draft.due_at,
        cover=cover_content_of(draft),
    )


def latest_draft(by: User) -> Fax | None:
    """The draft with content that a person changed last; None if all drafts are empty."""
    return Fax.objects.drafts_with_content_by(by).first()


def save_texts(
    by: User, *, key: UUID, content: DraftContent, version: DraftVersion | None
) -> SavedDraft | None:
    """Save the texts of a form, and return the draft. Raises `NotADraft`.

    If the texts are empty and there is no draft yet, nothing is saved, and the result is None.
    """
    if not Fax.objects.filter(sender=by, submission_key=key).exists() and content.is_empty:
        return None
    return save_draft(by, key=key, edit=DraftEdit(content=content, version=version))


def save_form(
    by: User,
    *,
    key: UUID,
    content: DraftContent,
    files: Sequence[File[bytes]],
    changes: DocumentChanges = NO_CHANGES,
    version: DraftVersion | None = None,
) -> SavedDraft:
    """Save what a form posts: its texts, its files, and its changes of the draft's documents.

    Raises `NotADraft`.
    """
    stored, problems = store_files(files)
    edit = DraftEdit(content=content, files=stored, changes=changes, version=version)
    saved = _save_or_forget(by, key, edit)
    return replace(saved, problems=problems + saved.problems)


def attach_file(
    by: User,
    *,
    key: UUID,
    file: File[bytes],
    changes: DocumentChanges,
    version: DraftVersion | None,
) -> SavedDraft:
    """Attach one file to the key's draft, and make the draft if it doesn't exist. Save no texts.

    Raises `NotAttached`. Raises `NotADraft` if the fax was submitted before the file arrived.
    """
    stored, problems = store_files([file])
    if problems:
        raise NotAttached(problems[0])
    edit = DraftEdit(files=stored, changes=changes, version=version)
    saved = _save_or_forget(by, key, edit)
    if saved.problems:
        raise NotAttached(saved.problems[0])
    return saved


def change_documents(
    by: User, *, key: UUID, changes: DocumentChanges, version: DraftVersion | None
) -> SavedDraft:
    """Change the documents of the key's draft. Raises `NotADraft`."""
    return save_draft(by, key=key, edit=DraftEdit(changes=changes, version=version))


def new_draft(by: User, content: DraftContent, *, resend_of: Fax | None = None) -> Fax:
    """Make a draft with a key of its own. `resend_of` is the fax that the draft sends again."""
    return save_draft(by, key=uuid4(), edit=DraftEdit(content=content), resend_of=resend_of).draft


def save_draft(by: User, *, key: UUID, edit: DraftEdit, resend_of: Fax | None = None) -> SavedDraft:
    """Write an edit into the key's draft, and make the draft if it doesn't exist.

    If the form doesn't know all changes of the draft, the form's texts are not written: they would
    undo the changes that the form doesn't know. Files and changes of documents are always written.
    `resend_of` is used only if the draft is new.

    Raises `NotADraft`. The caller then uses the edit's stored files or deletes them
    (`forget_files`).
    """
    with transaction.atomic():
        made, is_new = Fax.objects.get_or_create(
            sender=by, submission_key=key, defaults={"resend_of": resend_of}
        )
        draft = Fax.objects.locked(made.pk)
        if draft.state != FaxState.DRAFT:
            raise NotADraft(draft)
        changed_elsewhere_at = None
        if is_new or is_current(edit.version, draft):
            if edit.content:
                _write(edit.content, draft)
            count_change(draft, edit.version)
            draft.save()
        else:
            changed_elsewhere_at = draft.changed_at
            if edit.files or edit.changes:
                count_change(draft, None)
                draft.save()
        attached = attach_files(draft, edit.files, edit.changes)
    forget_bytes(attached.removed)
    return SavedDraft(
        draft=draft,
        documents=attached.documents,
        problems=attached.problems,
        notices=attached.notices,
        changed_elsewhere_at=changed_elsewhere_at,
    )


def _save_or_forget(by: User, key: UUID, edit: DraftEdit) -> SavedDraft:
    """Save an edit. If the key's fax is submitted already, delete the edit's files."""
    try:
        return save_draft(by, key=key, edit=edit)
    except NotADraft:
        forget_files(edit.files)
        raise


def _write(content: DraftContent, draft: Fax) -> None:
    draft.extension = content.extension[:50]
    draft.recipients_typed = content.recipients
    draft.subject, draft.note = content.subject[:200], content.note[:2000]
    draft.due_at = content.due_at
    save_cover_content(draft, content.cover)


def discard_draft(draft: Fax, *, untouched_since: datetime | None = None) -> bool:
    """Delete a draft and its documents. Returns whether they were deleted.

    Nothing is deleted if the fax has been submitted, or if the draft was changed after
    `untouched_since`.
    """
    with transaction.atomic():
        locked = Fax.objects.locked(draft.pk)
        if locked.state != FaxState.DRAFT:
            return False
        if untouched_since and locked.changed_at > untouched_since:
            return False
        documents = list(locked.documents.all())
        locked.delete()
    forget_bytes(documents)
    return True


def share_documents(source: Fax, draft: Fax, *, only: Collection[int] = ()) -> None:
    """Give a draft the documents of another fax, or only the documents with the ids in `only`.

    The bytes are shared. Documents whose bytes the portal doesn't have are left out. The cover page
    is left out too, because a new cover page is drawn when the draft is sent.

    Call this in a transaction. It locks the source fax, so that retention can't remove the bytes
    before they are shared.
    """
    Fax.objects.locked(source.pk)
    shared = source.documents.exclude(stored_as="").exclude(is_cover=True)
    kept = shared.filter(pk__in=only) if only else shared
    for position, document in enumerate(kept, start=1):
        document.pk = None
        document.fax = draft
        document.position = position
        document.save(force_insert=True)
