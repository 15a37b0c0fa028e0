"""Attaching: files become a draft's documents, each in its place.

The draft's row is locked by whoever calls: of two files that arrive at once one comes after the
other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.files.base import File
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.documents import file_store
from faxportal.documents.file_store import StoredFile
from faxportal.documents.names import clean_name
from faxportal.documents.parser.answers import Refused
from faxportal.faxes.compose.attachment_messages import not_taken_sentence
from faxportal.faxes.models import Document, Fax


@dataclass(frozen=True, kw_only=True)
class NamedFile:
    """A stored file with the name that it will be sent under."""

    name: str
    stored: StoredFile


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What is to become of documents that a draft has, by their ids; of others nothing."""

    remove: Collection[int] = ()
    #: In its place comes the file that is attached, if that is taken.
    replace: int | None = None
    #: The order to bring them into; what it doesn't name stays behind its neighbour.
    order: Sequence[int] = ()
    #: One to move, and by how many places: up is negative.
    move: tuple[int, int] | None = None

    def __bool__(self) -> bool:
        return bool(self.remove or self.replace or self.order or self.move)


NO_CHANGES = Changes()


@dataclass(kw_only=True)
class Attached:
    """What became of files and changes."""

    #: The documents of the files, those among them that were there already.
    documents: list[Document] = field(default_factory=list)
    #: A sentence for each file that was not attached.
    problems: list[str] = field(default_factory=list)
    #: A sentence for each file that was there already, or of which only a part is sent.
    notices: list[str] = field(default_factory=list)
    #: Documents whose rows are gone; their bytes go once that is committed.
    removed: list[Document] = field(default_factory=list)


def store_files(files: Sequence[File[bytes]]) -> tuple[list[NamedFile], list[str]]:
    """Store files durably; a sentence for each that isn't taken, so that none goes unnoticed."""
    stored: list[NamedFile] = []
    problems: list[str] = []
    for file in files:
        shown = clean_name(file.name or "")
        try:
            kept = file_store.keep(file, at_most=settings.MAX_FILE_BYTES)
        except (file_store.NotKept, Refused) as error:
            problems.append(not_taken_sentence(error, shown))
        except OSError:
            problems.append(not_stored_sentence(shown))
        else:
            stored.append(NamedFile(name=clean_name(file.name or "", kept.kind), stored=kept))
    return stored, problems


def attach_files(draft: Fax, files: Sequence[NamedFile], changes: Changes) -> Attached:
    """Change a locked draft's documents, and make documents of stored files.

    The same content is one document: a form that is sent twice must not send its pages twice.
    """
    done = Attached()
    # A cover page was drawn of what the draft held before.
    done.removed = _remove(draft, Q(pk__in=changes.remove) | Q(is_cover=True))
    if changes.order or changes.move:
        renumber(_arranged(list(draft.documents.all()), changes))
    for file in files:
        _attach(draft, file, changes.replace, done)
    return done


def _attach(draft: Fax, file: NamedFile, replace: int | None, done: Attached) -> None:
    there = list(draft.documents.all())
    twin = next((one for one in there if one.sha256 == file.stored.sha256), None)
    replaced = next((one for one in there if one.pk == replace), None)
    if twin:
        file_store.forget(file.stored.stored_as)
        done.documents.append(twin)
        if twin.name != file.name:
            done.notices.append(_twin_sentence(file.name, twin.name))
    elif replaced:
        done.removed += _remove(draft, Q(pk=replaced.pk))
        done.documents.append(_make(draft, file, replaced.position))
    elif len(there) < settings.MAX_FILES:
        last = max((document.position for document in there), default=0)
        done.documents.append(_make(draft, file, last + 1))
    else:
        file_store.forget(file.stored.stored_as)
        done.problems.append(too_many_sentence(file.name))
        return
    if not twin and file.stored.is_first_of_several:
        done.notices.append(_first_picture_sentence(file.name))


def _remove(draft: Fax, which: Q) -> list[Document]:
    removed = list(draft.documents.filter(which))
    draft.documents.filter(pk__in=[document.pk for document in removed]).delete()
    return removed


def _arranged(documents: list[Document], changes: Changes) -> list[Document]:
    """Documents in the order that is asked for; one that it doesn't name stays where it is."""
    wanted = [pk for pk in dict.fromkeys(changes.order) if pk in {one.pk for one in documents}]
    by_id = {document.pk: document for document in documents}
    turns = iter(wanted)
    arranged = [by_id[next(turns)] if one.pk in wanted else one for one in documents]
    if changes.move and changes.move[0] in by_id:
        pk, by = changes.move
        at = arranged.index(by_id[pk])
        arranged.insert(max(0, at + by), arranged.pop(at))
    return arranged


def renumber(documents: Sequence[Document], *, first: int = 1) -> None:
    """Give documents of one draft, all that it has, the positions of their order; save new ones.

    `first` is the first position.
    """
    kept = [document.pk for document in documents if document.pk]
    # Out of each other's way first: a position is there once.
    highest = max((document.position or 0 for document in documents), default=0)
    beyond = highest + len(documents) + first
    Document.objects.filter(pk__in=kept).update(position=F("position") + beyond)
    for position, document in enumerate(documents, start=first):
        document.position = position
        document.save()


def _make(draft: Fax, file: NamedFile, position: int) -> Document:
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


def forget_bytes(documents: Collection[Document]) -> None:
    """Delete the bytes of documents whose rows are gone, unless another fax shares them."""
    for document in documents:
        if not Document.objects.filter(stored_as=document.stored_as).exists():
            file_store.forget(document.stored_as)


def forget_files(files: Collection[NamedFile]) -> None:
    """Delete stored files that no document was made of."""
    for file in files:
        file_store.forget(file.stored.stored_as)


def _twin_sentence(name: str, twin: str) -> str:
    return _("“%(name)s” is the same as “%(twin)s”, so it is sent once.") % {
        "name": name,
        "twin": twin,
    }


def _first_picture_sentence(name: str) -> str:
    return _("“%(name)s” is animated. Only its first picture is sent.") % {"name": name}


def not_stored_sentence(name: str) -> str:
    """What a disk that doesn't take a file means."""
    return _(
        "“%(name)s” could not be saved on the portal's disk. Nothing was sent. Try again "
        "later, or tell your administrator."
    ) % {"name": name}


def too_many_sentence(name: str) -> str:
    """Why one more file is not attached."""
    return ngettext(
        "“%(name)s” was not attached because a fax can have at most %(limit)d document.",
        "“%(name)s” was not attached because a fax can have at most %(limit)d documents.",
        settings.MAX_FILES,
    ) % {"name": name, "limit": settings.MAX_FILES}
