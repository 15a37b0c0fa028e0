"""Preparing the cover page of a fax.

The page is drawn and stored before the transaction that sends the fax. Within the transaction it
becomes the first document.
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
from faxportal.documents.parser.rejections import Rejected
from faxportal.documents.typesetting import TypesettingFailed
from faxportal.faxes.compose.attachments import NamedFile, renumber
from faxportal.faxes.compose.covers.cover_rows import CoverData
from faxportal.faxes.compose.covers.draft_cover import MAX_NAME
from faxportal.faxes.compose.covers.drawing import LettersMissing, draw
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.problems_by_field import Problems
from faxportal.faxes.models import CoverField, CoverTemplate, Document, Fax
from faxportal.faxes.states import FaxState
from faxportal.text.phone_numbers import Number

#: The most pages of a cover page; the second page has the rest of a long message.
MAX_PAGES = 2
#: The most characters of a message. A longer message is refused without drawing it, because it
#: doesn't fit on two pages.
MAX_MESSAGE = 10_000

#: SHA-256 of a document → how many pages it has; None if that is not known.
PageCounts = dict[str, int | None]


@dataclass(frozen=True, kw_only=True)
class PreparedCover:
    """The result of preparing a form's cover page: a stored file, problems, or neither."""

    #: Whether the fax is to have a cover page.
    is_wanted: bool = False
    file: StoredFile | None = None
    #: Page counts of the documents that follow, as they were when the cover page was drawn.
    page_counts: PageCounts = field(default_factory=dict)
    problems: Problems = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages the cover page has; 0 if no cover page was drawn."""
        return self.file.pages or 0 if self.file else 0

    def problems_with(self, draft: Fax) -> Problems:
        """Why the page can't be put before the documents of a locked draft; empty if it can."""
        if not self.is_wanted:
            return {}
        found = {name: list(sentences) for name, sentences in self.problems.items()}
        following = page_counts_of(draft)
        if len(following) >= settings.MAX_FILES:
            found.setdefault("cover", []).append(_too_many_sentence())
        elif self.file and self.file.sha256 in following:
            found.setdefault("documents", []).append(
                _(
                    "The cover page is also attached as a document. Remove that document, or "
                    "choose no cover page."
                )
            )
        elif self.file and following != self.page_counts:
            found.setdefault("documents", []).append(
                _(
                    "The documents changed while the cover page was being made. Check them and "
                    "send again."
                )
            )
        return found

    def put_first(self, draft: Fax) -> None:
        """Make the page the draft's first document, within the transaction that sends the fax."""
        if self.file is None:
            return
        renumber(list(draft.documents.filter(is_cover=False)), first=2)
        attach(draft, self.file, position=1)

    def forget(self) -> None:
        """Delete the stored page. Call this if no fax was sent with the page."""
        if self.file:
            file_store.delete(self.file.stored_as)


def prepare_cover(
    by: User,
    *,
    key: UUID,
    content: DraftContent,
    numbers: Sequence[Number],
    files: Sequence[NamedFile],
    now: datetime,
) -> PreparedCover:
    """Draw and store a form's cover page: the prescribed one or, if there is none, the chosen one.

    `key` is the form's submission key. The cover page says how many pages the fax has. So the pages
    of `files` and of the documents of the key's draft are counted. If the key's fax is submitted
    already, no page is drawn.
    """
    draft = Fax.objects.filter(sender=by, submission_key=key).first()
    if draft and draft.state != FaxState.DRAFT:
        return PreparedCover()
    template = CoverTemplate.objects.prescribed()
    if template is None and content.cover.template:
        template = CoverTemplate.objects.to_choose().filter(pk=content.cover.template).first()
        if template is None:
            gone = _("This cover page is no longer available. Choose another one or none.")
            return _not_drawn({"cover": [gone]})
    if template is None:
        return PreparedCover()
    counts = page_counts_of(draft, (file.stored for file in files))
    data = cover_data_of(by, content, numbers=numbers, page_counts=counts, now=now)
    return _draw(template, data, counts)


def _draw(template: CoverTemplate, data: CoverData, page_counts: PageCounts) -> PreparedCover:
    if len(data.message) > MAX_MESSAGE:
        return _not_drawn({"cover_message": [_too_long_sentence()]})
    try:
        stored = file_store.store(
            ContentFile(draw(template, data)), at_most=settings.MAX_FILE_BYTES
        )
    except LettersMissing as missing:
        return _not_drawn(_letter_problems(missing, template, data))
    except (TypesettingFailed, Rejected, file_store.NotStored, OSError):
        not_now = _("The cover page could not be made. Nothing was sent. Try again in a minute.")
        return _not_drawn({"cover": [not_now]})
    if (stored.pages or 0) > MAX_PAGES:
        file_store.delete(stored.stored_as)
        return _not_drawn({"cover_message": [_too_long_sentence()]})
    return PreparedCover(is_wanted=True, file=stored, page_counts=page_counts)


def _not_drawn(problems: Problems) -> PreparedCover:
    return PreparedCover(is_wanted=True, problems=problems)


def cover_data_of(
    by: User,
    content: DraftContent,
    *,
    numbers: Sequence[Number],
    page_counts: PageCounts,
    now: datetime,
) -> CoverData:
    """The texts of a fax's cover page.

    For several recipients the page has no number, so that no recipient reads another's number.
    """
    attention = content.cover.attention[:MAX_NAME].strip()
    alone = numbers[0] if len(numbers) == 1 else None
    to = (attention or alone.name, alone.typed) if alone else (attention,)
    known = [count for count in page_counts.values() if count is not None]
    return CoverData(
        to=tuple(filter(None, to)),
        sender=content.cover.sender_name[:MAX_NAME].strip() or by.get_full_name(),
        day=timezone.localdate(content.due_at or now),
        subject=content.subject[:200],
        message=content.cover.message,
        pages=sum(known) if len(known) == len(page_counts) else None,
    )


def page_counts_of(draft: Fax | None, files: Iterable[StoredFile] = ()) -> PageCounts:
    """The page counts of a draft's documents and of files to attach, without the cover page."""
    documents = draft.documents.filter(is_cover=False) if draft else Document.objects.none()
    counts: PageCounts = dict(documents.values_list("sha256", "pages"))
    return counts | {file.sha256: file.pages for file in files}


def attach(draft: Fax, file: StoredFile, *, position: int) -> Document:
    """Make a document of a stored cover page, at a position of the draft."""
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


def _letter_problems(missing: LettersMissing, template: CoverTemplate, data: CoverData) -> Problems:
    """Field → the sentence about letters that no font has, for each field with such a letter."""
    texts = {"cover_attention": "".join(data.to), "cover_sender": data.sender}
    if template.shows(CoverField.SUBJECT):
        texts["subject"] = data.subject
    if template.shows(CoverField.MESSAGE):
        texts["cover_message"] = data.message
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
