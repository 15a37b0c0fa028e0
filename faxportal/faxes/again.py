"""Sending again: a new draft from a fax, for its sender to look over and send.

Nothing goes out here. What a person sends from the draft is a fax of its own, with its own key.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from faxportal.accounts.models import User
from faxportal.faxes import drafts, permissions
from faxportal.faxes.models import Fax, Recipient
from faxportal.faxes.states import HandoverState


def draft_again(fax: Fax, *, by: User, only_rest: bool = False) -> Fax:
    """A draft with the content of a fax; `only_rest` takes the recipients it surely didn't reach.

    Raises `NotAllowedTo` with a sentence.
    """
    permissions.check_can_send_again(by, fax)
    recipients = rest_of(fax) if only_rest else list(fax.recipients.all())
    typed = drafts.Typed(
        extension=fax.extension,
        recipients="\n".join(recipient.typed for recipient in recipients),
        subject=fax.subject,
        note=fax.note,
    )
    with transaction.atomic():
        draft = drafts.put_down(by, key=uuid4(), typed=typed, files=[]).draft
        drafts.share_documents(fax, draft)
    return draft


def rest_of(fax: Fax) -> list[Recipient]:
    """The recipients whose slice was refused: the fax surely didn't go to them."""
    refused = fax.handovers.filter(state=HandoverState.REFUSED).values("slice")
    return list(fax.recipients.filter(slice__in=refused))
