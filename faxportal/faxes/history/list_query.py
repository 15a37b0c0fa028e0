"""The rows of a list of faxes, read in one query for the whole page.

The query returns plain values. Making model objects for the faxes, senders, recipients and
documents of one page took longer than all of the page's queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery

from faxportal.faxes.models import Document, Recipient
from faxportal.faxes.models.fax import FaxQuerySet


class FaxRow(NamedTuple):
    """One submitted fax in a list."""

    uuid: UUID
    state: str
    submitted_at: datetime
    due_at: datetime
    subject: str
    extension: str
    extension_label: str
    sender_name: str
    #: The first recipient's name ("" if it is not known), and the number as typed.
    recipient_name: str
    recipient_typed: str
    recipient_count: int
    #: Name of the first document.
    document_name: str
    document_count: int


def read_rows(faxes: FaxQuerySet) -> Sequence[FaxRow]:
    """The row of each of these faxes, the newest first."""
    recipients = Recipient.objects.filter(fax=OuterRef("pk")).order_by().values("fax")
    documents = Document.objects.filter(fax=OuterRef("pk")).order_by()
    annotated = faxes.newest_first().annotate(
        first_recipient=FilteredRelation("recipients", condition=Q(recipients__position=1)),
        recipient_name=F("first_recipient__name"),
        recipient_typed=F("first_recipient__typed"),
        sender_name=F("sender__username"),
        recipient_count=Subquery(recipients.values(n=Count("pk"))),
        document_name=Subquery(documents.order_by("position").values("name")[:1]),
        document_count=Subquery(documents.values("fax").values(n=Count("pk"))),
    )
    return [FaxRow._make(row) for row in annotated.values_list(*FaxRow._fields)]
