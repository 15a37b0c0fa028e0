"""Drafts: what a person has typed and attached before it is a fax.

A form brings a submission key. The first thing it posts makes a draft under that key, and the
draft becomes the fax: one key, one fax, however often the form is sent.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.accounts.models import User
from faxportal.documents import store
from faxportal.documents.child.answers import Refused
from faxportal.documents.names import clean_name
from faxportal.documents.store import StoredFile
from faxportal.faxes import record
from faxportal.faxes.covers import typed as covers
from faxportal.faxes.covers.typed import CoverTyped
from faxportal.faxes.form_copies import FormCopy, is_current, note_change
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.not_taken import not_taken_sentence
from faxportal.faxes.states import FaxState


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a person entered into the form, as they did."""

    extension: str = ""
    recipients: str = field(default="", repr=False)
    subject: str = ""
    note: str = ""
    #: Aware; None sends at once.
    due_at: datetime | None = None
    cover: CoverTyped = field(default_factory=CoverTyped)

    @property
    def is_empty(self) -> bool:
        """Nothing was typed; an extension is chosen in every form."""
        texts = self.recipients or self.subject or self.note
        return not (texts or self.due_at or self.cover)


@dataclass(frozen=True, kw_only=True)
class NamedFile:
    """A stored file with the name that it will be sent under."""

    name: str
    stored: StoredFile


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A draft with what could be kept."""

    draft: Fax
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


def draft_of(by: User, key: UUID) -> Fax | None:
    """The draft that a form's key stands for, if there is one yet."""
    return Fax.objects.drafts_of(by).filter(submission_key=key).first()


def typed_in(draft: Fax) -> Typed:
    """What a draft has kept of what was typed."""
    return Typed(
        extension=draft.extension,
        recipients=draft.recipients_typed,
        subject=draft.subject,
        note=draft.note,
        due_at=draft.due_at,
        cover=covers.typed_of(draft),
    )


def latest_draft(by: User) -> Fax | None:
    """The draft that the person worked on last, to be offered again."""
    return Fax.objects.unsent_by(by).first()


def save_texts(by: User, *, key: UUID, typed: Typed, copy: FormCopy | None) -> Kept | None:
    """Keep what is typed so far; nothing, where that is nothing and there is no draft yet.

    Raises `AlreadySubmitted`.
    """
    if not Fax.objects.filter(sender=by, submission_key=key).exists() and typed.is_empty:
        return None
    return put_down(by, key=key, typed=typed, files=[], copy=copy)


def keep_draft(
    by: User,
    *,
    key: UUID,
    typed: Typed,
    files: Sequence[File[bytes]],
    remove: Collection[int] = (),
    copy: FormCopy | None = None,
) -> Kept:
    """Keep what a form brought: its texts, its files, less the documents (ids) to remove.

    Raises `AlreadySubmitted` when the key's fax was sent meanwhile.
    """
    stored, problems = take_in(files)
    try:
        kept = put_down(by, key=key, typed=typed, files=stored, remove=remove, copy=copy)
    except AlreadySubmitted:
        forget_files(stored)
        raise
    return replace(kept, problems=problems + kept.problems)


def take_in(files: Sequence[File[bytes]]) -> tuple[list[NamedFile], list[str]]:
    """Store files durably; a sentence for each that isn't taken, so that none goes unnoticed."""
    stored: list[NamedFile] = []
    problems: list[str] = []
    for file in files:
        shown = clean_name(file.name or "")
        try:
            kept = store.keep(file, at_most=settings.MAX_FILE_BYTES)
        except (store.NotKept, Refused) as error:
            problems.append(not_taken_sentence(error, shown))
        except OSError:
            problems.append(not_stored_sentence(shown))
        else:
            stored.append(NamedFile(name=clean_name(file.name or "", kept.kind), stored=kept))
    return stored, problems


def put_down(
    by: User,
    *,
    key: UUID,
    typed: Typed,
    files: Sequence[NamedFile],
    remove: Collection[int] = (),
    copy: FormCopy | None = None,
    again_of: Fax | None = None,
) -> Kept:
    """Write texts and stored files into the key's draft, making it where it isn't there yet.

    Texts of a form's `copy` that doesn't know all changes of the draft would undo them unseen, so
    they are not taken; files and removals do what they say in any case. A draft that is made keeps
    which fax it is to send once more. Raises `AlreadySubmitted`; the stored files are then the
    caller's to use or to forget.
    """
    with transaction.atomic():
        made, is_new = Fax.objects.get_or_create(
            sender=by, submission_key=key, defaults={"again_of": again_of}
        )
        draft = record.lock(made.pk)
        if draft.state != FaxState.DRAFT:
            raise AlreadySubmitted(draft)
        changed_elsewhere_at = None
        if is_new or is_current(copy, draft):
            _write(typed, draft)
            note_change(draft, copy)
            draft.save()
        else:
            changed_elsewhere_at = draft.changed_at
            if files or remove:
                note_change(draft, None)
                draft.save()
        # A cover page was drawn of what the draft held before.
        removed = list(draft.documents.filter(Q(pk__in=remove) | Q(is_cover=True)))
        draft.documents.filter(pk__in=[document.pk for document in removed]).delete()
        problems, notices = _attach(draft, files)
    forget_bytes(removed)
    return Kept(
        draft=draft,
        problems=problems,
        notices=notices,
        changed_elsewhere_at=changed_elsewhere_at,
    )


def _write(typed: Typed, draft: Fax) -> None:
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
        locked = record.lock(draft.pk)
        if locked.state != FaxState.DRAFT:
            return
        if untouched_since and locked.changed_at > untouched_since:
            return
        documents = list(locked.documents.all())
        locked.delete()
    forget_bytes(documents)


def share_documents(source: Fax, draft: Fax) -> None:
    """Give a draft the documents of another fax; the bytes are shared, not copied.

    Not its cover page: that is drawn anew, with another day.

    The fax is locked first: retention, which removes bytes that nobody shares, comes before or
    after this.
    """
    record.lock(source.pk)
    kept = source.documents.exclude(stored_as="").exclude(is_cover=True)
    for position, document in enumerate(kept, start=1):
        document.pk = None
        document.fax = draft
        document.position = position
        document.save(force_insert=True)


def forget_bytes(documents: Collection[Document]) -> None:
    """Delete the bytes of documents whose rows are gone, unless another fax shares them."""
    for document in documents:
        if not Document.objects.filter(stored_as=document.stored_as).exists():
            store.forget(document.stored_as)


def forget_files(files: Collection[NamedFile]) -> None:
    """Delete stored files that no document was made of."""
    for file in files:
        store.forget(file.stored.stored_as)


def _attach(draft: Fax, files: Sequence[NamedFile]) -> tuple[list[str], list[str]]:
    """Make documents of stored files, and say which were not made and why.

    The same content is one document: a form that is sent twice must not send its pages twice.
    """
    problems: list[str] = []
    notices: list[str] = []
    there = {document.sha256: document for document in draft.documents.all()}
    position = max((document.position for document in there.values()), default=0)
    for file in files:
        twin = there.get(file.stored.sha256)
        if twin is None and len(there) < settings.MAX_FILES:
            position += 1
            there[file.stored.sha256] = attach(draft, file, position)
            if file.stored.is_first_of_several:
                notices.append(_first_picture_sentence(file.name))
            continue
        store.forget(file.stored.stored_as)
        if twin is None:
            problems.append(too_many_sentence(file.name))
        elif twin.name != file.name:
            notices.append(
                _("“%(name)s” holds the same as “%(twin)s”: it is sent once.")
                % {"name": file.name, "twin": twin.name}
            )
    return problems, notices


def attach(draft: Fax, file: NamedFile, position: int) -> Document:
    """Make a stored file the draft's document at a position."""
    return draft.documents.create(
        position=position,
        name=file.name,
        size=file.stored.size,
        content_type=file.stored.kind.content_type,
        sha256=file.stored.sha256,
        stored_as=file.stored.stored_as,
        pages=file.stored.pages,
        converted_from=made_of.content_type if (made_of := file.stored.converted_from) else "",
    )


def _first_picture_sentence(name: str) -> str:
    return _("“%(name)s” moves on a screen: its first picture is sent.") % {"name": name}


def not_stored_sentence(name: str) -> str:
    """What a disk that doesn't take a file means."""
    return _(
        "“%(name)s” could not be stored: the portal's disk does not take it. "
        "Nothing was sent. Try again later, or tell your admin."
    ) % {"name": name}


def too_many_sentence(name: str) -> str:
    """Why one more file is not attached."""
    return ngettext(
        "“%(name)s” was not attached: a fax takes %(limit)d document at most.",
        "“%(name)s” was not attached: a fax takes %(limit)d documents at most.",
        settings.MAX_FILES,
    ) % {"name": name, "limit": settings.MAX_FILES}
