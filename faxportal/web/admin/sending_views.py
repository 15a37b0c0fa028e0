"""The page about sending: stuck faxes and the reasons, and the switch that pauses sending."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from faxportal.accounts.permissions import Permission
from faxportal.faxes.actions.pause import pause_sending, resume_sending, what_is_paused
from faxportal.faxes.clock import Clock
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.faxes.stats.sending_status import sending_status
from faxportal.web.site.htmx import page_or_fragment
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request


@require_safe
@requires(Permission.MANAGE_SENDING)
def sending(request: Request) -> HttpResponse:
    """The state of sending. htmx polls it, and gets 204 while nothing has changed."""
    status = sending_status(Clock())
    if request.htmx and request.GET.get("version") == status.version:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"sending": status, "what_is_paused": what_is_paused()}
    return page_or_fragment(request, "admin/sending.html", context)


@require_POST
@requires(Permission.MANAGE_SENDING)
def pause(request: Request) -> HttpResponse:
    """Pause sending."""
    pause_sending(by=request.user)
    return redirect("sending")


@require_POST
@requires(Permission.MANAGE_SENDING)
def resume(request: Request) -> HttpResponse:
    """Resume sending."""
    try:
        resume_sending(by=request.user, shown=request.POST.get("shown", ""))
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    return redirect("sending")
