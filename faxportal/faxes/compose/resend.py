"""Sending again and forwarding: a new draft from a fax, for a person to look over and send.

Nothing goes out here. What a person sends from the draft is a fax of its own, with its own key.
"""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import permissions
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.covers.cover_content import typed_of
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.models import Fax, Recipient
from faxportal.faxes.states import HandoverState
from faxportal.text.recipient_grammar import format_recipient


def draft_again(fax: Fax, *, by: User, only_rest: bool = False) -> Fax:
    """A draft with the content of a fax; `only_rest` takes the recipients it surely didn't reach.

    Raises `NotAllowedTo` with a sentence.
    """
    permissions.check_can_send_again(by, fax)
    recipients = rest_of(fax) if only_rest else list(fax.recipients.all())
    typed = DraftContent(
        extension=fax.extension,
        recipients="\n".join(format_recipient(one.name, one.typed) for one in recipients),
        subject=fax.subject,
        note=fax.note,
        cover=typed_of(fax),
    )
    with transaction.atomic():
        return _draft_from(fax, typed, by=by, again_of=fax)


def draft_to_forward(fax: Fax, *, by: User) -> Fax:
    """A draft with the documents that are kept of a fax and its subject, to nobody yet.

    Of a fax that another person sent too, for who may open its documents: the audit has it. Its
    note stays with it, the words of its cover page, and an extension that is not the person's.
    Raises `NotAllowedTo`.
    """
    permissions.check_can_forward(by, fax)
    extension = fax.extension if fax.sender_id == by.pk else ""
    cover = CoverContent(template=typed_of(fax).template)
    with transaction.atomic():
        typed = DraftContent(extension=extension, subject=fax.subject, cover=cover)
        draft = _draft_from(fax, typed, by=by)
        documents = draft.documents.count()
        audit_log.write(Action.FAX_FORWARDED, by=by, fax=fax.uuid, documents=documents)
    return draft


def rest_of(fax: Fax) -> list[Recipient]:
    """The recipients whose batch was refused: the fax surely didn't go to them."""
    refused = fax.handovers.filter(state=HandoverState.REFUSED).values("batch")
    return list(fax.recipients.filter(batch__in=refused))


def _draft_from(fax: Fax, typed: DraftContent, *, by: User, again_of: Fax | None = None) -> Fax:
    draft = drafts.save_draft(by, key=uuid4(), typed=typed, files=[], again_of=again_of).draft
    drafts.share_documents(fax, draft)
    return draft
