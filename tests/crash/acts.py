"""Acts of people and of the portal. A test kills the process that runs one of these functions.

There is one person, and one submitted fax.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import F

from faxportal.accounts.models import User
from faxportal.accounts.voipnow_network import shared_network
from faxportal.faxes.actions import confirm_scheduled as confirming
from faxportal.faxes.actions import legal_hold, pause
from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.resolve_uncertain import Decision
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose import drafts, resend
from faxportal.faxes.compose.covers import preview, templates
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.delivery import after_restore, portal_faults
from faxportal.faxes.delivery.browser.relay_fallback import RelayReason, accept_file
from faxportal.faxes.delivery.closed_accounts import suspend_and_resume
from faxportal.faxes.delivery.lease import Lease, acquire
from faxportal.faxes.delivery.suspension import suspend
from faxportal.faxes.installation import pair
from faxportal.faxes.maintenance.orphaned_files import remove_orphans
from faxportal.faxes.maintenance.retention import remove_due
from faxportal.faxes.models import (
    Attempt,
    Circuit,
    CoverTemplate,
    Fax,
    Handover,
    Installation,
    Upload,
)
from faxportal.faxes.queue import give_turns
from faxportal.faxes.reasons import OwnReason
from tests.support import documents
from tests.support.deciding import decide_now
from tests.support.sender_browser import SenderBrowser
from tests.support.submitting import submit_form

#: The submission keys of the fax, and of a draft beside the fax.
KEY = UUID("5f0c7a52-0d6e-4f0e-9c0a-8a2d3c1b4e5f")
DRAFT_KEY = UUID("9d3e1b60-7f7a-4c39-8a55-0b6f2a9c7d11")
EXTENSION = "0003*210"
FILES = {
    "offer.pdf": documents.pdf(at_least=100_000),
    "note.txt": b"a note",
}


class Later(Clock):
    """A clock so far ahead that documents and orphaned files are due for removal."""

    def now(self) -> datetime:
        return super().now() + timedelta(days=40)


def _person() -> User:
    return User.objects.get(username="maria")


def _fax() -> Fax:
    return Fax.objects.submitted().get()


def cancel() -> None:
    cancel_fax(_fax(), by=_person())


def send_again() -> None:
    decide_now(_fax(), 1, Decision.SEND_AGAIN, by=_person())


def it_went_out() -> None:
    decide_now(_fax(), 1, Decision.WENT_OUT, by=_person())


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
    """Save a draft with one file."""
    page = File(io.BytesIO(b"a page"), name="page.txt")
    drafts.save_form(_person(), key=DRAFT_KEY, content=DraftContent(), files=[page])


def prescribe_cover(is_wanted: bool) -> None:
    """Let every fax begin with a cover page, if `is_wanted`."""
    if is_wanted:
        CoverTemplate.objects.create(name="Letterhead", use="prescribed")


def save_cover() -> None:
    templates.save_template(CoverTemplate(name="Letterhead", use="prescribed"), by=_person())


def remove_cover() -> None:
    template = CoverTemplate.objects.create(name="Letterhead", use="offered")
    templates.remove_template(template, by=_person())


def show_cover() -> None:
    """Preview the cover page of a draft."""
    template = CoverTemplate.objects.create(name="Letterhead", use="offered")
    content = DraftContent(cover=CoverContent(template=template.pk))
    saved = drafts.save_form(_person(), key=DRAFT_KEY, content=content, files=[])
    preview.preview_cover(saved.draft, content)


def discard_draft() -> None:
    drafts.discard_draft(Fax.objects.drafts_of(_person()).get())


def submit_otherwise() -> None:
    """Go back to the fax's form, enter another number, and submit the form again."""
    content = DraftContent(extension=EXTENSION, recipients="1234567890")
    submit_form(_person(), key=KEY, content=content, files=[])


def _browser() -> SenderBrowser:
    """A browser in which the sender opens the fax's page and chooses its files."""
    return SenderBrowser(
        fax=_fax(), by=_person(), network=shared_network(), clock=Clock(), files=FILES
    )


def upload() -> None:
    """Let the sender's browser upload every file for which it gets a target."""
    _browser().upload_all()


def hand_over() -> None:
    """Let the sender's browser hand the first file to the portal, which relays the file."""
    browser = _browser()
    browser.request_targets()
    document = browser.fax.documents.get(name="offer.pdf")
    file = File(io.BytesIO(FILES["offer.pdf"]), name="offer.pdf")
    accept_file(document, file, reason=RelayReason.ASKED, by=browser.by, portal="")


def restore() -> None:
    """What `manage.py afterrestore` does first."""
    after_restore.secure_after_restore(Clock())


def ask_whether_wanted() -> None:
    """Suspend the fax as a restore suspends a scheduled fax."""
    with transaction.atomic():
        suspend(Fax.objects.locked(_fax().pk), because=OwnReason.RESTORED, at=Clock().now())


def confirm_scheduled() -> None:
    confirming.confirm_scheduled(_fax(), by=_person())


def become_a_copy() -> None:
    """Recognise that the database is in another place than it was."""
    pair.write_new_pair()
    Installation.objects.update(place="elsewhere")
    after_restore.secure_copy(Clock())


def put_on_hold() -> None:
    legal_hold.put_on_hold(_fax(), reason="Letter of 3 May", by=_person())


def lift_hold() -> None:
    legal_hold.lift_hold(_fax(), by=_person())


def remove_expired() -> None:
    """Remove documents and orphaned files, as if 40 days had passed."""
    remove_due(Later(), at_most=10)
    remove_orphans(Later())


def remove_records() -> None:
    """Remove faxes that are kept for 30 days, as if 40 days had passed."""
    settings.RECORD_DAYS = 30
    remove_due(Later(), at_most=10)


def take_turn() -> None:
    """Give the fax its position in the queue, as if the fax had just become due."""
    Handover.objects.update(queue_position=None)
    give_turns(Clock())


def meet_fault() -> None:
    """Record a fault of the portal, as a worker does after a step that ended in a fault."""
    portal_faults.note_fault_of_step(_lease(), Clock())


def end_at_fault() -> None:
    """End the fax at its deadline although each of its steps ends in a fault."""
    Fax.objects.update(deadline_at=Clock().now())
    portal_faults._end(_lease(), Clock())


def _lease() -> Lease:
    lease = acquire(Handover.objects.get().pk, _fax().pk, Clock())
    assert lease is not None
    return lease


def jump_ahead() -> None:
    """Change rows as if every clock of the portal had jumped 20 minutes ahead."""
    jump = timedelta(minutes=20)
    Handover.objects.update(due_at=F("due_at") - jump, lease_until=F("lease_until") - jump)
    Upload.objects.update(target_expires_at=F("target_expires_at") - jump)
    Attempt.objects.update(opened_at=F("opened_at") - jump)
    Circuit.objects.update(rests_until=F("rests_until") - jump, failed_at=F("failed_at") - jump)
