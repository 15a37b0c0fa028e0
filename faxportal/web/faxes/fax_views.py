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
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from faxportal.web.faxes.fax_list import fax_list
from faxportal.web.faxes.fax_lookup import stored_documents, visible_fax
from faxportal.web.faxes.fax_page import fax_page
from faxportal.web.faxes.filter_forms import FaxFilterForm
from faxportal.web.site.htmx import page_or_fragment, redirect_page
from faxportal.web.site.page_urls import compose_address
from faxportal.web.site.typed_request import Request


@require_safe
def faxes(request: Request) -> HttpResponse:
    """The person's own faxes, newest first."""
    mine = Fax.objects.sent_by(request.user)
    return fax_list(request, FaxFilterForm(request.GET), mine, is_review=False)


@require_safe
def fax(request: Request, uuid: UUID) -> HttpResponse:
    """One fax. Its page polls for the fragment until the fax is settled.

    Answers 204 if nothing has changed.
    """
    fax = visible_fax(request, uuid)
    if fax.state == FaxState.DRAFT:
        return redirect_page(request, compose_address(fax))
    progress = progress_of(fax)
    if request.htmx and request.GET.get("version") == progress.version:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return page_or_fragment(request, "faxes/fax.html", fax_page(request, fax, progress))


@require_safe
def document(request: Request, uuid: UUID, pk: int) -> FileResponse:
    """A document as a download: the browser never shows its content on the portal's own origin."""
    document = get_object_or_404(stored_documents(request, uuid), pk=pk)
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
