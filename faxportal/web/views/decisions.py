"""What a person decides about a fax that is on its way, or of which nobody knows what became."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faxportal.faxes.cancel import cancel_fax
from faxportal.faxes.decide import Decision
from faxportal.faxes.decide import decide as decide_slice
from faxportal.faxes.delivery.book import Superseded
from faxportal.faxes.models import Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.web.requests import Request


@require_POST
def cancel(request: Request, uuid: UUID) -> HttpResponse:
    """Ask to cancel a fax; its page then says what could be stopped."""
    fax = _seen_by(request, uuid)
    try:
        cancel_fax(fax, by=request.user)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    return redirect("fax", uuid=uuid)


@require_POST
def decide(request: Request, uuid: UUID, number: int) -> HttpResponse:
    """Say what became of one slice, or have it sent again."""
    fax = _seen_by(request, uuid)
    asked = request.POST.get("decision", "")
    if asked not in set(Decision):
        raise BadRequest("This is no decision.")
    try:
        decide_slice(fax, number, Decision(asked), by=request.user)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    except Superseded:
        messages.error(request, _("There is nothing to decide about these recipients any more."))
    return redirect("fax", uuid=uuid)


def _seen_by(request: Request, uuid: UUID) -> Fax:
    return get_object_or_404(Fax.objects.visible_to(request.user).submitted(), uuid=uuid)
