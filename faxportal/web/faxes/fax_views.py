"""My faxes, and one fax with its documents."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.documents import file_store
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.maintenance.retention import retention_of
from faxportal.faxes.models import Fax
from faxportal.faxes.permissions import (
    can,
    check_can_cancel,
    check_can_decide,
    check_can_forward,
    check_can_hold,
    check_can_open,
    check_can_send_again,
    why_not,
)
from faxportal.faxes.states import FaxState
from faxportal.web.faxes.browser_upload_views import direct_of
from faxportal.web.faxes.document_access import documents_to_open
from faxportal.web.faxes.fax_list import fax_list
from faxportal.web.faxes.filter_forms import FaxFilterForm
from faxportal.web.faxes.save_number_views import numbers_to_save
from faxportal.web.site.requests import Request
from faxportal.web.site.responses import compose_address, go_to, page_or_fragment


@require_safe
def faxes(request: Request) -> HttpResponse:
    """What I sent, newest first."""
    mine = Fax.objects.sent_by(request.user)
    return fax_list(request, FaxFilterForm(request.GET), mine, is_review=False)


@require_safe
def fax(request: Request, uuid: UUID) -> HttpResponse:
    """One fax, live: htmx asks again for the fragment until nothing happens by itself any more."""
    fax = get_object_or_404(Fax.objects.visible_to(request.user).with_parts(), uuid=uuid)
    if fax.state == FaxState.DRAFT:
        return go_to(request, compose_address(fax))
    progress = progress_of(fax)
    if request.htmx and request.GET.get("version") == progress.version:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    why_not_again = why_not(check_can_send_again, request.user, fax)
    context = {
        "fax": fax,
        "progress": progress,
        "events": fax.events.select_related("by"),
        "can_cancel": can(check_can_cancel, request.user, fax),
        "can_decide": can(check_can_decide, request.user, fax),
        "can_send_again": fax.is_settled and not why_not_again,
        "can_forward": can(check_can_forward, request.user, fax),
        "why_not_again": why_not_again,
        "why_not_open": why_not(check_can_open, request.user, fax),
        "can_hold": can(check_can_hold, request.user, fax),
        "retention": retention_of(fax),
        "to_save": numbers_to_save(request, fax),
        **direct_of(request, fax),
    }
    return page_or_fragment(request, "faxes/fax.html", context)


@require_safe
def document(request: Request, uuid: UUID, pk: int) -> FileResponse:
    """A document's bytes, to be saved: never shown by the browser on the portal's own origin."""
    document = get_object_or_404(documents_to_open(request, uuid), pk=pk)
    try:
        file = file_store.open_stored(document.stored_as)
    except FileNotFoundError:
        raise Http404 from None
    audit_log.write(Action.DOCUMENT_OPENED, by=request.user, fax=uuid, document=document.position)
    response = FileResponse(
        file, as_attachment=True, filename=document.name, content_type=document.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
