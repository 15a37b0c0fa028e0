"""Sending again and forwarding: the portal makes a draft from a fax, and a person sends it.

Nothing is sent here. The draft has its own submission key and becomes a fax of its own.
"""

from __future__ import annotations

from django.db import transaction

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes import permissions
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.covers.draft_cover import cover_content_of
from faxportal.faxes.compose.draft_content import CoverContent, DraftContent
from faxportal.faxes.models import Fax, Recipient
from faxportal.faxes.states import HandoverState
from faxportal.text.recipient_grammar import format_recipient


def draft_again(fax: Fax, *, by: User, only_rest: bool = False) -> Fax:
    """Make a draft with the content of a fax.

    With `only_rest`, the draft has only the recipients that `rest_of` returns. Raises
    `NotAllowedTo`.
    """
    permissions.check_can_send_again(by, fax)
    recipients = rest_of(fax) if only_rest else list(fax.recipients.all())
    content = DraftContent(
        extension=fax.extension,
        recipients="\n".join(format_recipient(one.name, one.typed) for one in recipients),
        subject=fax.subject,
        note=fax.note,
        cover=cover_content_of(fax),
    )
    with transaction.atomic():
        return _draft_from(fax, content, by=by, resend_of=fax)


def draft_to_forward(fax: Fax, *, by: User) -> Fax:
    """Make a draft with a fax's documents, subject and cover template, but without recipients.

    Another person may have sent the fax. The audit log records who forwarded it. The draft gets
    neither the fax's note, nor the texts of its cover page, nor another person's extension. Raises
    `NotAllowedTo`.
    """
    permissions.check_can_forward(by, fax)
    extension = fax.extension if fax.sender_id == by.pk else ""
    cover = CoverContent(template=cover_content_of(fax).template)
    with transaction.atomic():
        content = DraftContent(extension=extension, subject=fax.subject, cover=cover)
        draft = _draft_from(fax, content, by=by)
        documents = draft.documents.count()
        audit_log.write(Action.FAX_FORWARDED, by=by, fax=fax.uuid, documents=documents)
    return draft


def rest_of(fax: Fax) -> list[Recipient]:
    """The recipients whose batch was refused: VoipNow surely did not send them the fax."""
    refused = fax.handovers.filter(state=HandoverState.REFUSED, earlier_in_doubt=False)
    return list(fax.recipients.filter(batch__in=refused.values("batch")))


def _draft_from(fax: Fax, content: DraftContent, *, by: User, resend_of: Fax | None = None) -> Fax:
    draft = drafts.new_draft(by, content, resend_of=resend_of)
    drafts.share_documents(fax, draft)
    return draft
