"""A fax's own cover page: drawn and stored before the transaction that sends the fax, put first
within it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.accounts.models import User
from faxportal.documents import file_store
from faxportal.documents.file_store import StoredFile
from faxportal.documents.parser.answers import Refused
from faxportal.documents.typesetting import NotSet
from faxportal.faxes.compose.attachments import NamedFile, renumber
from faxportal.faxes.compose.covers.cover_content import MAX_NAME
from faxportal.faxes.compose.covers.cover_data import Content
from faxportal.faxes.compose.covers.drawing import LettersMissing, draw
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.models import CoverField, CoverTemplate, Document, Fax
from faxportal.faxes.states import FaxState
from faxportal.text.phone_numbers import Number

#: Pages that a cover may take: the second is for the rest of a long message.
MAX_PAGES = 2
#: Characters that are drawn at all; two pages hold fewer.
MAX_MESSAGE = 10_000

#: Sentences by the form's field, as `submit` has them.
Problems = dict[str, list[str]]
#: Pages of documents by SHA-256.
Pages = dict[str, int | None]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What became of a form's cover page: a stored one, none, or why not."""

    is_wanted: bool = False
    file: StoredFile | None = None
    #: Of the documents that it was drawn for.
    pages: Pages = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)

    def problems_with(self, draft: Fax) -> Problems:
        """What keeps it from being put before a draft's documents, in the form's transaction."""
        if not self.is_wanted:
            return {}
        found = {name: list(sentences) for name, sentences in self.problems.items()}
        behind = pages_of(draft)
        if len(behind) >= settings.MAX_FILES:
            found.setdefault("cover", []).append(_too_many_sentence())
        elif self.file and self.file.sha256 in behind:
            found.setdefault("documents", []).append(
                _(
                    "The cover page is also attached as a document. Remove that document, or "
                    "choose no cover page."
                )
            )
        elif self.file and behind != self.pages:
            found.setdefault("documents", []).append(
                _(
                    "The documents changed while the cover page was being made. Check them and "
                    "send again."
                )
            )
        return found

    def put_first(self, draft: Fax) -> None:
        """Make it the draft's first document, in the transaction that sends it."""
        if self.file is None:
            return
        renumber(list(draft.documents.filter(is_cover=False)), first=2)
        attach(draft, self.file, position=1)

    def forget(self) -> None:
        """Nothing was sent with it."""
        if self.file:
            file_store.forget(self.file.stored_as)


def draw_cover(
    by: User,
    *,
    key: UUID,
    typed: DraftContent,
    numbers: Sequence[Number],
    files: Sequence[NamedFile],
    now: datetime,
) -> Drawn:
    """Draw and store the page that a form wants, or that every fax begins with.

    `files` come to what the key's draft has. For a key that was sent already none is drawn.
    """
    draft = Fax.objects.filter(sender=by, submission_key=key).first()
    if draft and draft.state != FaxState.DRAFT:
        return Drawn()
    template = CoverTemplate.objects.prescribed()
    if template is None and typed.cover.template:
        template = CoverTemplate.objects.to_choose().filter(pk=typed.cover.template).first()
        if template is None:
            gone = _("This cover page is no longer available. Choose another one or none.")
            return _not_drawn({"cover": [gone]})
    if template is None:
        return Drawn()
    pages = pages_of(draft, (file.stored for file in files))
    return _draw(template, content_of(by, typed, numbers=numbers, pages=pages, now=now), pages)


def _draw(template: CoverTemplate, content: Content, pages: Pages) -> Drawn:
    if len(content.message) > MAX_MESSAGE:
        return _not_drawn({"cover_message": [_too_long_sentence()]})
    try:
        stored = file_store.keep(
            ContentFile(draw(template, content)), at_most=settings.MAX_FILE_BYTES
        )
    except LettersMissing as missing:
        return _not_drawn(_missing(missing, template, content))
    except (NotSet, Refused, file_store.NotKept, OSError):
        not_now = _("The cover page could not be made. Nothing was sent. Try again in a minute.")
        return _not_drawn({"cover": [not_now]})
    if (stored.pages or 0) > MAX_PAGES:
        file_store.forget(stored.stored_as)
        return _not_drawn({"cover_message": [_too_long_sentence()]})
    return Drawn(is_wanted=True, file=stored, pages=pages)


def _not_drawn(problems: Problems) -> Drawn:
    return Drawn(is_wanted=True, problems=problems)


def content_of(
    by: User, typed: DraftContent, *, numbers: Sequence[Number], pages: Pages, now: datetime
) -> Content:
    """What the page says. Of several recipients none reads the others' numbers."""
    attention = typed.cover.attention[:MAX_NAME].strip()
    alone = numbers[0] if len(numbers) == 1 else None
    to = (attention or alone.name, alone.typed) if alone else (attention,)
    known = [count for count in pages.values() if count is not None]
    return Content(
        to=tuple(filter(None, to)),
        sender=typed.cover.sender_name[:MAX_NAME].strip() or by.get_full_name(),
        day=timezone.localdate(typed.due_at or now),
        subject=typed.subject[:200],
        message=typed.cover.message,
        pages=sum(known) if len(known) == len(pages) else None,
    )


def pages_of(draft: Fax | None, files: Iterable[StoredFile] = ()) -> Pages:
    """The pages of a draft's documents and of files that come to it, less its cover page's."""
    there = draft.documents.filter(is_cover=False) if draft else Document.objects.none()
    pages: Pages = dict(there.values_list("sha256", "pages"))
    return pages | {file.sha256: file.pages for file in files}


def attach(draft: Fax, file: StoredFile, *, position: int) -> Document:
    """Make a stored cover page the draft's document at a position."""
    return draft.documents.create(
        is_cover=True,
        position=position,
        name=_("Cover page") + ".pdf",
        size=file.size,
        content_type=file.kind.content_type,
        sha256=file.sha256,
        stored_as=file.stored_as,
        pages=file.pages,
    )


def _missing(missing: LettersMissing, template: CoverTemplate, content: Content) -> Problems:
    """The sentence about letters, at each field that has any of them."""
    texts = {"cover_attention": "".join(content.to), "cover_sender": content.sender}
    if template.shows(CoverField.SUBJECT):
        texts["subject"] = content.subject
    if template.shows(CoverField.MESSAGE):
        texts["cover_message"] = content.message
    fields = [name for name, text in texts.items() if missing.are_in(text)]
    return {name: [missing.sentence] for name in fields or ["cover"]}


def _too_long_sentence() -> str:
    return ngettext(
        "The message is too long: the cover page would take more than %(limit)d page. Shorten it, "
        "or attach it as a document.",
        "The message is too long: the cover page would take more than %(limit)d pages. Shorten it, "
        "or attach it as a document.",
        MAX_PAGES,
    ) % {"limit": MAX_PAGES}


def _too_many_sentence() -> str:
    return ngettext(
        "A fax can have at most %(limit)d document, and the cover page counts as one.",
        "A fax can have at most %(limit)d documents, and the cover page counts as one. Remove one.",
        settings.MAX_FILES,
    ) % {"limit": settings.MAX_FILES}
