"""Legal hold: an admin keeps a fax from being removed, and lets it go again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faxportal.faxes.actions.legal_hold import lift_hold, put_on_hold
from faxportal.faxes.models import Fax
from faxportal.web.site.requests import Request

may_hold = permission_required("faxes.hold_faxes", raise_exception=True)


@require_POST
@may_hold
def hold(request: Request, uuid: UUID) -> HttpResponse:
    """Put a fax on legal hold, with the reason that was entered."""
    fax = _seen_by(request, uuid)
    reason = " ".join(request.POST.get("reason", "").split())[:300]
    if reason:
        put_on_hold(fax, reason=reason, by=request.user)
    else:
        messages.error(request, _("Nothing was changed. Enter a reason for the legal hold."))
    return redirect("fax", uuid=uuid)


@require_POST
@may_hold
def lift(request: Request, uuid: UUID) -> HttpResponse:
    """Lift a legal hold."""
    lift_hold(_seen_by(request, uuid), by=request.user)
    return redirect("fax", uuid=uuid)


def _seen_by(request: Request, uuid: UUID) -> Fax:
    return get_object_or_404(Fax.objects.visible_to(request.user).submitted(), uuid=uuid)
