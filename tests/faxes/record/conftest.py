"""Faxes with every kind of row behind an evidence sheet, sealed as the watch seals them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faxportal.accounts.models import User
from faxportal.faxes.actions import legal_hold
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.models import CoverTemplate, CoverUse, Fax, MergedPdf
from faxportal.faxes.record.sealing import seal_record
from tests.faxes.compose.covers.conftest import send_with_cover
from tests.faxes.conftest import PDF, HandClock, Submit

Deliver = Callable[[Fax], Fax]


@pytest.fixture
def seal(clock: HandClock) -> Callable[[], None]:
    """Seals all that is new, as the watch does every minute."""

    def until_done() -> None:
        clock.move(minutes=2)
        while not seal_record(clock):
            pass

    return until_done


@pytest.fixture
def fax(submit: Submit, deliver: Deliver) -> Fax:
    return deliver(submit({"offer.pdf": PDF, "note.txt": b"a note"}, to="+1 650 253 0000, 7778888"))


@pytest.fixture
def full_fax(sender: User, deliver: Deliver, admin: User) -> Fax:
    """A delivered fax with a row in each table behind its sheet. It is not sealed yet."""
    template = CoverTemplate.objects.create(name="Letterhead", use=CoverUse.OFFERED)
    cover = CoverContent(template=template.pk, attention="Dr Meyer", message="as agreed")
    recipients = "Dr Meyer <+1 650 253 0000>, 7778888"
    content = DraftContent(
        extension="0003*210", recipients=recipients, subject="Offer", note="urgent", cover=cover
    )
    fax = deliver(send_with_cover(sender, content))
    MergedPdf.objects.create(fax=fax, size=7, sha256="0" * 64, pages=2)
    legal_hold.put_on_hold(fax, reason="a lawsuit", by=admin)
    return fax
