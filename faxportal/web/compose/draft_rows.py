"""What pages show of drafts and their documents, made ready for the templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.faxes.compose.recipients import count_recipients
from faxportal.faxes.compose.time_on_the_line import TimeOnTheLine, time_on_the_line_of
from faxportal.faxes.models import Document, Fax


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """One draft in a list of drafts."""

    uuid: UUID
    submission_key: UUID
    subject: str
    created_at: datetime
    changed_at: datetime
    #: How many documents the draft has.
    documents: int
    #: How many recipients and documents the draft has, in words. Neither is checked yet.
    summary: str


@dataclass(frozen=True, kw_only=True)
class AttachedDocuments:
    """The documents that a draft holds, without its cover page."""

    #: The draft's version; 0 if there is no draft yet.
    version: int
    documents: Sequence[Document]
    #: A sentence that says how many pages the draft has, including its cover page. Empty if the
    #: draft has fewer than two documents, or if no number of pages is known.
    total: str
    #: How long the documents take on the phone line. None if no document has been measured and
    #: none can be measured.
    time_on_the_line: TimeOnTheLine | None


def draft_rows(drafts: Iterable[Fax]) -> Sequence[DraftRow]:
    """One row for each draft, in the same order; one query for all documents."""
    listed = list(drafts)
    prefetch_related_objects(listed, "documents")
    return [draft_row(draft) for draft in listed]


def attached_documents(draft: Fax | None) -> AttachedDocuments:
    """The documents of a draft; one query, however many there are."""
    if draft is None:
        return AttachedDocuments(version=0, documents=[], total="", time_on_the_line=None)
    prefetch_related_objects([draft], "documents")
    return AttachedDocuments(
        version=draft.version,
        documents=draft.attached,
        total=_pages_together(draft.documents.all()),
        time_on_the_line=time_on_the_line_of(draft),
    )


def draft_row(draft: Fax) -> DraftRow:
    """The row of one draft."""
    documents = len(draft.documents.all())
    recipients = count_recipients(draft.recipients_typed)
    return DraftRow(
        uuid=draft.uuid,
        submission_key=draft.submission_key,
        subject=draft.subject,
        created_at=draft.created_at,
        changed_at=draft.changed_at,
        documents=documents,
        summary=", ".join(
            (
                _("too many recipients")
                if recipients is None
                else ngettext("%(count)d recipient", "%(count)d recipients", recipients)
                % {"count": recipients},
                ngettext("%(count)d document", "%(count)d documents", documents)
                % {"count": documents},
            )
        ),
    )


def _pages_together(documents: Iterable[Document]) -> str:
    counts = [document.pages or 0 for document in documents]
    known = sum(counts)
    if len(counts) < 2 or not known:
        return ""
    if all(counts):
        sentence = ngettext("%(count)d page in total.", "%(count)d pages in total.", known)
    else:
        sentence = ngettext(
            "%(count)d page, plus documents whose page count isn't known.",
            "%(count)d pages, plus documents whose page count isn't known.",
            known,
        )
    return sentence % {"count": known}
