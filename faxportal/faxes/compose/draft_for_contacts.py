"""A draft to contacts, for a person to complete and send."""

from __future__ import annotations

from collections.abc import Iterable

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.models import Fax
from faxportal.text.recipient_grammar import format_recipient


def draft_to_contacts(contacts: Iterable[Contact], *, by: User) -> Fax:
    """Make a draft to the numbers of these contacts. Each number is in the draft once."""
    once = {
        contact.canonical: format_recipient(contact.name, contact.number) for contact in contacts
    }
    return drafts.new_draft(by, DraftContent(recipients="\n".join(once.values())))
