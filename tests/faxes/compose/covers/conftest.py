"""A cover page that senders may choose, and what is read of one that was drawn."""

from __future__ import annotations

import pypdfium2
import pytest

from faxportal.faxes.models import CoverTemplate, CoverUse


@pytest.fixture
def template(db: None) -> CoverTemplate:
    return CoverTemplate.objects.create(
        name="Letterhead",
        use=CoverUse.OFFERED,
        office="Meyer & Partners\nPhone +1 650 253 0000",
        legal="Confidential.",
    )


def text_of(pdf: bytes) -> str:
    """What the page says, with single spaces."""
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return " ".join("".join(pages).split())
