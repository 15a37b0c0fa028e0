"""Legal hold: a fax and its documents are not removed until the hold is lifted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faxportal.accounts.permissions import Permission
from faxportal.faxes.actions.legal_hold import lift_hold, put_on_hold
from faxportal.web.faxes.fax_lookup import submitted_fax
from faxportal.web.site.permissions import requires
from faxportal.web.site.posted_values import text_of
from faxportal.web.site.typed_request import Request


@require_POST
@requires(Permission.HOLD_FAXES)
def hold(request: Request, uuid: UUID) -> HttpResponse:
    """Put a fax on legal hold, with the reason that was entered."""
    fax = submitted_fax(request, uuid)
    reason = " ".join(text_of(request.POST, "reason").split())[:300]
    if reason:
        put_on_hold(fax, reason=reason, by=request.user)
    else:
        messages.error(request, _("Nothing was changed. Enter a reason for the legal hold."))
    return redirect("fax", uuid=uuid)


@require_POST
@requires(Permission.HOLD_FAXES)
def lift(request: Request, uuid: UUID) -> HttpResponse:
    """Lift a legal hold."""
    lift_hold(submitted_fax(request, uuid), by=request.user)
    return redirect("fax", uuid=uuid)
