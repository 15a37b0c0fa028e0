"""What a row of a list shows of its fax, in one query, however many recipients and documents.

No models are made for it: those of faxes, senders, recipients and documents for one page took
longer than all of the page's queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery

from faxportal.faxes.models import Document, Recipient
from faxportal.faxes.models.fax import FaxQuerySet


class RowParts(NamedTuple):
    """Of one submitted fax."""

    uuid: UUID
    state: str
    submitted_at: datetime
    due_at: datetime
    subject: str
    extension: str
    extension_label: str
    sender_name: str
    #: The first recipient.
    name: str
    typed: str
    recipients_count: int
    #: Name of the first document.
    document: str
    documents_count: int


def read_row_parts(faxes: FaxQuerySet) -> Sequence[RowParts]:
    """Of each fax, newest first."""
    recipients = Recipient.objects.filter(fax=OuterRef("pk")).order_by().values("fax")
    documents = Document.objects.filter(fax=OuterRef("pk")).order_by()
    found = faxes.newest_first().annotate(
        first=FilteredRelation("recipients", condition=Q(recipients__position=1)),
        name=F("first__name"),
        typed=F("first__typed"),
        sender_name=F("sender__username"),
        recipients_count=Subquery(recipients.values(n=Count("pk"))),
        document=Subquery(documents.order_by("position").values("name")[:1]),
        documents_count=Subquery(documents.values("fax").values(n=Count("pk"))),
    )
    return [RowParts._make(row) for row in found.values_list(*RowParts._fields)]
