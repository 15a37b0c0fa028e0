"""Writing what a submitted fax is found by."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from faxportal.faxes import search_terms
from faxportal.faxes.models import Document, Fax, FaxSearch
from faxportal.text.phone_numbers import Number


def index_fax(fax: Fax, numbers: Sequence[Number], documents: Sequence[Document]) -> None:
    """Write what a fax is found by, in the transaction that submits it."""
    texts = search_terms.searchable_texts(
        recipients=[(number.typed, number.dialled) for number in numbers],
        subject=fax.subject,
        note=fax.note,
        files=[document.name for document in documents],
        sender=[fax.sender.get_username(), fax.sender.get_full_name()],
        extension=[fax.extension, fax.extension_label],
        region=settings.REGION,
        names=[number.name for number in numbers],
    )
    FaxSearch.objects.create(fax=fax, **texts)
