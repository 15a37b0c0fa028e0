"""Attaching: files become documents of a draft, each at its position.

Callers lock the draft's row. So if two files arrive at once, the second file waits until the first
file is attached.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.files.base import File
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.documents import file_store
from faxportal.documents.file_names import clean_name
from faxportal.documents.file_store import StoredFile
from faxportal.documents.parser.rejections import Rejected
from faxportal.faxes.compose.attachment_messages import not_taken_sentence
from faxportal.faxes.installation.pair import recognise_pair
from faxportal.faxes.installation.recognition import Recognised
from faxportal.faxes.models import Document, Fax, MergedPdf


@dataclass(frozen=True, kw_only=True)
class NamedFile:
    """A stored file with the name that it will be sent under."""

    name: str
    stored: StoredFile


@dataclass(frozen=True, kw_only=True)
class DocumentChanges:
    """Changes to a draft's documents, given by id. An id that the draft lacks changes nothing."""

    remove: Collection[int] = ()
    #: The document that the attached file replaces.
    replace: int | None = None
    #: Ids in the new order. A document that is not in the list keeps its position.
    order: Sequence[int] = ()
    #: A document to move, and by how many positions. A negative number moves the document up.
    move: tuple[int, int] | None = None

    def __bool__(self) -> bool:
        return bool(self.remove or self.replace or self.order or self.move)


NO_CHANGES = DocumentChanges()


@dataclass(kw_only=True)
class AttachResult:
    """The result of attaching files and changing documents."""

    #: The document of each attached file, including files that the draft had already.
    documents: list[Document] = field(default_factory=list)
    #: A sentence for each file that was not attached.
    problems: list[str] = field(default_factory=list)
    #: A sentence for each file that the draft had under another name, or that is sent only in part.
    notices: list[str] = field(default_factory=list)
    #: Removed documents: the caller deletes their bytes once the transaction is committed.
    removed: list[Document] = field(default_factory=list)


def store_files(files: Sequence[File[bytes]]) -> tuple[list[NamedFile], list[str]]:
    """Store files durably.

    Returns the stored files, and a sentence for each file that was not stored.
    """
    stored: list[NamedFile] = []
    problems: list[str] = []
    for file in files:
        name = clean_name(file.name or "")
        try:
            kept = file_store.store(file, at_most=settings.MAX_FILE_BYTES)
        except (file_store.NotStored, Rejected) as error:
            problems.append(not_taken_sentence(error, name))
        except OSError:
            problems.append(not_stored_sentence(name))
        else:
            stored.append(NamedFile(name=clean_name(file.name or "", kept.kind), stored=kept))
    return stored, problems


def attach_files(draft: Fax, files: Sequence[NamedFile], changes: DocumentChanges) -> AttachResult:
    """Apply `changes` to the documents of a draft, and attach the stored files as documents.

    The caller has locked the draft's row. If a document of the draft has the same content as a
    file, the file makes no second document. So a form that is posted twice adds its files once. A
    file that makes no document is deleted.
    """
    result = AttachResult()
    # The preview of a cover page is removed, because it shows the draft before this change.
    result.removed = _remove(draft, Q(pk__in=changes.remove) | Q(is_cover=True))
    if changes.order or changes.move:
        renumber(_arranged(list(draft.documents.all()), changes))
    for file in files:
        _attach(draft, file, changes.replace, result)
    return result


def _attach(draft: Fax, file: NamedFile, replace: int | None, result: AttachResult) -> None:
    documents = list(draft.documents.all())
    twin = next((one for one in documents if one.sha256 == file.stored.sha256), None)
    replaced = next((one for one in documents if one.pk == replace), None)
    if twin:
        file_store.delete(file.stored.stored_as)
        result.documents.append(twin)
        if twin.name != file.name:
            result.notices.append(_twin_sentence(file.name, twin.name))
    elif replaced:
        result.removed += _remove(draft, Q(pk=replaced.pk))
        result.documents.append(_make(draft, file, replaced.position))
    elif len(documents) < settings.MAX_FILES:
        last = max((document.position for document in documents), default=0)
        result.documents.append(_make(draft, file, last + 1))
    else:
        file_store.delete(file.stored.stored_as)
        result.problems.append(too_many_sentence(file.name))
        return
    if not twin and file.stored.is_first_of_several:
        result.notices.append(_first_picture_sentence(file.name))


def _remove(draft: Fax, which: Q) -> list[Document]:
    removed = list(draft.documents.filter(which))
    draft.documents.filter(pk__in=[document.pk for document in removed]).delete()
    return removed


def _arranged(documents: list[Document], changes: DocumentChanges) -> list[Document]:
    """Documents in their new order. A document that `changes.order` lacks keeps its position."""
    ordered = [pk for pk in dict.fromkeys(changes.order) if pk in {one.pk for one in documents}]
    by_id = {document.pk: document for document in documents}
    next_of = iter(ordered)
    arranged = [by_id[next(next_of)] if one.pk in ordered else one for one in documents]
    if changes.move and changes.move[0] in by_id:
        pk, by = changes.move
        at = arranged.index(by_id[pk])
        arranged.insert(max(0, at + by), arranged.pop(at))
    return arranged


def renumber(documents: Sequence[Document], *, first: int = 1) -> None:
    """Save all documents of a draft, at positions that count up from `first` in the given order.

    Documents that are not saved yet are created.
    """
    kept = [document.pk for document in documents if document.pk]
    # Positions are unique in a draft. So all saved documents first move to positions after all old
    # and new positions.
    highest = max((document.position or 0 for document in documents), default=0)
    beyond = highest + len(documents) + first
    Document.objects.filter(pk__in=kept).update(position=F("position") + beyond)
    for position, document in enumerate(documents, start=first):
        document.position = position
        document.save()


def _make(draft: Fax, file: NamedFile, position: int) -> Document:
    """Make a document of a stored file, at a position of the draft."""
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


def _is_original() -> bool:
    return recognise_pair(timezone.now()) in (Recognised.ORIGINAL, Recognised.NEW)


def forget_bytes(documents: Collection[Document | MergedPdf]) -> None:
    """Delete the bytes of removed documents, unless another document shares them.

    Only the original deletes files: another portal may use the files of a copy. They become
    orphans.
    """
    if not _is_original():
        return
    for document in documents:
        if not Document.objects.filter(stored_as=document.stored_as).exists():
            file_store.delete(document.stored_as)


def forget_files(files: Collection[NamedFile]) -> None:
    """Delete stored files that did not become documents. Only the original deletes files."""
    if not _is_original():
        return
    for file in files:
        file_store.delete(file.stored.stored_as)


def _twin_sentence(name: str, twin: str) -> str:
    return _("“%(name)s” is the same as “%(twin)s”, so it is sent once.") % {
        "name": name,
        "twin": twin,
    }


def _first_picture_sentence(name: str) -> str:
    return _("“%(name)s” is animated. Only its first picture is sent.") % {"name": name}


def not_stored_sentence(name: str) -> str:
    """Says that the portal's disk failed to store a file, and what to do."""
    return _(
        "“%(name)s” could not be saved on the portal's disk. Nothing was sent. Try again "
        "later, or tell your administrator."
    ) % {"name": name}


def too_many_sentence(name: str) -> str:
    """Says that a file was not attached, and how many documents a fax can have at most."""
    return ngettext(
        "“%(name)s” was not attached because a fax can have at most %(limit)d document.",
        "“%(name)s” was not attached because a fax can have at most %(limit)d documents.",
        settings.MAX_FILES,
    ) % {"name": name, "limit": settings.MAX_FILES}
