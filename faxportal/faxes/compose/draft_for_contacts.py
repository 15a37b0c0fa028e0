"""A new fax to contacts: a draft that is addressed to them, for a person to go on with."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import uuid4

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.models import Fax
from faxportal.text.recipient_grammar import format_recipient


def draft_to_contacts(contacts: Iterable[Contact], *, by: User) -> Fax:
    """A draft to each number once, with nothing else in it. Nothing is sent."""
    once = {
        contact.canonical: format_recipient(contact.name, contact.number) for contact in contacts
    }
    typed = DraftContent(recipients="\n".join(once.values()))
    return drafts.save_draft(by, key=uuid4(), typed=typed, files=[]).draft
