"""What people do with a submitted fax: cancel it, decide about it, send it again, forward it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.confirm_scheduled import confirm_scheduled as confirm
from faxportal.faxes.actions.resolve_uncertain import Decision
from faxportal.faxes.actions.resolve_uncertain import decide as decide_batch
from faxportal.faxes.compose.resend import draft_again, draft_to_forward
from faxportal.faxes.delivery.locked_handover import Superseded
from faxportal.faxes.history.shown_state import ChangedSince
from faxportal.faxes.models import Carrier
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.web.faxes.fax_lookup import submitted_fax
from faxportal.web.site.page_urls import compose_address
from faxportal.web.site.typed_request import Request


@require_POST
def cancel(request: Request, uuid: UUID) -> HttpResponse:
    """Cancel a fax. Its page then says what could be stopped.

    The form names as `shown` how many decisions its page showed. A form without `shown` means 0.
    """
    fax = submitted_fax(request, uuid)
    try:
        cancel_fax(fax, by=request.user, shown=request.POST.get("shown", "0"))
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    except ChangedSince:
        messages.error(
            request,
            _(
                "It was not cancelled, because someone has decided about it since you opened the "
                "page. Read what is known now, then cancel it if you still want to."
            ),
        )
    return redirect("fax", uuid=uuid)


@require_POST
def decide(request: Request, uuid: UUID, number: int) -> HttpResponse:
    """Record what a person decides about one batch of recipients."""
    fax = submitted_fax(request, uuid)
    asked = request.POST.get("decision", "")
    if asked not in set(Decision):
        raise BadRequest("This is not a decision.")
    try:
        shown = request.POST.get("shown", "")
        decide_batch(fax, number, Decision(asked), shown=shown, by=request.user)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    except Superseded:
        messages.error(request, _("There is nothing left to decide for these recipients."))
    except ChangedSince:
        messages.error(
            request,
            _(
                "Nothing was done, because more is known since you opened the page. Read what is "
                "known now, then decide."
            ),
        )
    return redirect("fax", uuid=uuid)


@require_POST
def confirm_scheduled(request: Request, uuid: UUID) -> HttpResponse:
    """Let a fax go out that was scheduled before the portal was restored."""
    fax = submitted_fax(request, uuid)
    try:
        confirm(fax, by=request.user)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    return redirect("fax", uuid=uuid)


@require_POST
def again(request: Request, uuid: UUID) -> HttpResponse:
    """Make a draft with the content of a fax. Nothing is sent.

    With `only_rest`, the draft has only the recipients whose batch was refused.
    """
    fax = submitted_fax(request, uuid)
    try:
        draft = draft_again(fax, by=request.user, only_rest="only_rest" in request.POST)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
        return redirect("fax", uuid=uuid)
    if fax.documents.filter(carrier=Carrier.BROWSER).exists():
        messages.info(
            request,
            _(
                "Your browser uploaded the files of that fax, so the portal has no copies. "
                "Choose them again."
            ),
        )
    return redirect(compose_address(draft))


@require_POST
def forward(request: Request, uuid: UUID) -> HttpResponse:
    """Make a draft with the documents of a fax and no recipients. Nothing is sent."""
    fax = submitted_fax(request, uuid)
    try:
        draft = draft_to_forward(fax, by=request.user)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
        return redirect("fax", uuid=uuid)
    if missing := fax.documents.count() - draft.documents.count():
        messages.info(request, _missing_sentence(missing))
    return redirect(compose_address(draft))


def _missing_sentence(documents: int) -> str:
    return ngettext(
        "The portal has no copy of %(count)d document of that fax. Attach it again.",
        "The portal has no copies of %(count)d documents of that fax. Attach them again.",
        documents,
    ) % {"count": documents}
