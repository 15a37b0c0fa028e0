"""Writing the search row of a submitted fax (`models.FaxSearch`)."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from faxportal.faxes.models import Document, Fax, FaxSearch
from faxportal.faxes.search_terms import FaxTexts, search_row
from faxportal.text.phone_numbers import Number


def index_fax(fax: Fax, numbers: Sequence[Number], documents: Sequence[Document]) -> None:
    """Write the search row of a fax, in the transaction that submits it."""
    texts = FaxTexts(
        numbers=[(number.typed, number.dialled) for number in numbers],
        names=[number.name for number in numbers],
        subject=fax.subject,
        note=fax.note,
        files=[document.name for document in documents],
        sender=[fax.sender.get_username(), fax.sender.get_full_name()],
        extension=[fax.extension, fax.extension_label],
    )
    FaxSearch.objects.create(fax=fax, **search_row(texts, region=settings.REGION))
