"""What a person asks for between submitting and the end, for processes that die at it.

There is one person, and one fax that was submitted.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import File

from faxportal.accounts.models import User
from faxportal.accounts.voipnow_network import shared_network
from faxportal.faxes.actions import legal_hold, pause
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.resolve import Decision, decide
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose import drafts, resend
from faxportal.faxes.compose.covers import preview, templates
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.compose.submit import SubmittedDifferently, submit_fax
from faxportal.faxes.delivery.browser.relay_fallback import Why, take_file
from faxportal.faxes.delivery.suspension import suspend_and_resume
from faxportal.faxes.maintenance.orphans import sweep
from faxportal.faxes.maintenance.restore import take_up_a_backup
from faxportal.faxes.maintenance.retention import remove_due
from faxportal.faxes.models import CoverTemplate, Fax
from tests.support import documents
from tests.support.browser_page import BrowserPage

#: The submission keys of the fax and of a draft beside it.
KEY = UUID("5f0c7a52-0d6e-4f0e-9c0a-8a2d3c1b4e5f")
DRAFT_KEY = UUID("9d3e1b60-7f7a-4c39-8a55-0b6f2a9c7d11")
EXTENSION = "0003*210"
FILES = {
    "offer.pdf": documents.pdf(at_least=100_000),
    "note.txt": b"a note",
}


class Later(Clock):
    """So late that documents have had their time, and what is left over its day."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=40)


def _person() -> User:
    return User.objects.get(username="maria")


def _fax() -> Fax:
    return Fax.objects.submitted().get()


def cancel() -> None:
    cancel_fax(_fax(), by=_person())


def send_again() -> None:
    decide(_fax(), 1, Decision.SEND_AGAIN, by=_person())


def it_went_out() -> None:
    decide(_fax(), 1, Decision.WENT_OUT, by=_person())


def pause_sending() -> None:
    pause.pause_sending(by=_person())


def resume_sending() -> None:
    pause.resume_sending(by=_person())


def close_account() -> None:
    User.objects.update(is_active=False)
    suspend_and_resume(Clock())


def open_account() -> None:
    User.objects.update(is_active=True)
    suspend_and_resume(Clock())


def draft_again() -> None:
    resend.draft_again(_fax(), by=_person())


def draft_to_forward() -> None:
    resend.draft_to_forward(_fax(), by=_person())


def keep_draft() -> None:
    page = File(io.BytesIO(b"a page"), name="page.txt")
    drafts.keep_draft(_person(), key=DRAFT_KEY, typed=DraftContent(), files=[page])


def prescribe_cover(is_wanted: bool) -> None:
    """Let every fax begin with a cover page."""
    if is_wanted:
        CoverTemplate.objects.create(name="Letterhead", use="prescribed")


def save_cover() -> None:
    templates.save_template(CoverTemplate(name="Letterhead", use="prescribed"), by=_person())


def remove_cover() -> None:
    template = CoverTemplate.objects.create(name="Letterhead", use="offered")
    templates.remove_template(template, by=_person())


def show_cover() -> None:
    template = CoverTemplate.objects.create(name="Letterhead", use="offered")
    typed = DraftContent(cover=CoverContent(template=template.pk))
    kept = drafts.keep_draft(_person(), key=DRAFT_KEY, typed=typed, files=[])
    preview.show_cover(kept.draft, typed)


def discard_draft() -> None:
    drafts.discard_draft(Fax.objects.drafts_of(_person()).get())


def submit_otherwise() -> None:
    """The fax's form once more, by *Back*, with another number in it."""
    typed = DraftContent(extension=EXTENSION, recipients="1234567890")
    try:
        submit_fax(_person(), key=KEY, typed=typed, files=[])
    except SubmittedDifferently:
        return


def _page() -> BrowserPage:
    """The page of the fax, with its files, opened anew."""
    return BrowserPage(
        fax=_fax(), by=_person(), network=shared_network(), clock=Clock(), files=FILES
    )


def carry() -> None:
    """Of a direct fax: whatever there is to do for its page, which carries all of its files."""
    _page().carry_all()


def hand_over() -> None:
    """Of a direct fax: its first file to the portal, which relays it."""
    page = _page()
    page.ask()
    document = page.fax.documents.get(name="offer.pdf")
    file = File(io.BytesIO(FILES["offer.pdf"]), name="offer.pdf")
    take_file(page.fax, document, file, why=Why.ASKED, by=page.by, portal="")


def take_up() -> None:
    take_up_a_backup(Clock())


def put_on_hold() -> None:
    legal_hold.put_on_hold(_fax(), reason="Letter of 3 May", by=_person())


def lift_hold() -> None:
    legal_hold.lift_hold(_fax(), by=_person())


def keep_house() -> None:
    remove_due(Later(), at_most=10)
    sweep(Later())


def remove_records() -> None:
    settings.RECORD_DAYS = 30
    remove_due(Later(), at_most=10)
