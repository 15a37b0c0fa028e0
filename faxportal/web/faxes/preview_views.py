"""The preview: the pages of a document as a fax shows them, beside the originals."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.documents import preview as pages
from faxportal.documents.file_store import open_stored
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from faxportal.faxes.compose.legibility_messages import LOST
from faxportal.faxes.models import Document, Fax
from faxportal.faxes.states import FaxState
from faxportal.web.faxes.fax_lookup import stored_documents
from faxportal.web.site.page_urls import compose_address
from faxportal.web.site.typed_request import Request

#: The most thumbnails on one page. The portal starts a child process to draw each of them.
THUMBNAILS = 8
#: Seconds that a browser may cache a picture. A document never changes.
_KEPT = 3600


@require_safe
def preview(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """One page of a document, what a fax loses of it, and thumbnails of the pages around it."""
    document = _document(request, uuid, pk)
    all_pages = Paginator(range(1, (document.pages or 0) + 1), 1)
    page = all_pages.get_page(request.GET.get("page"))
    shelf = Paginator(all_pages.object_list, THUMBNAILS)
    context = {
        "document": document,
        "fax_address": _address(document.fax),
        "page": page,
        "shelf": shelf.page((page.number - 1) // THUMBNAILS + 1),
        "resolution": "standard" if request.GET.get("resolution") == "standard" else "fine",
        **_findings(document, page.number),
    }
    return render(request, "faxes/preview.html", context)


@require_safe
def page_image(request: Request, uuid: UUID, pk: int, number: int) -> HttpResponse:
    """A PNG of a page. `as` is `fine` or `standard` (a fax's dots), `original` or `small`.

    503: the portal is too busy to draw now. 422: the page can't be drawn.
    """
    document = _document(request, uuid, pk)
    if number not in range(1, (document.pages or 0) + 1):
        raise Http404
    look = request.GET.get("as", "fine")
    if look != "small" and document.fax.sender != request.user:
        _note_looked(request, document, number)
    try:
        image = _draw(document, number, look)
    except Rejected as refused:
        is_busy = refused.reason is RejectionReason.NOT_NOW
        return HttpResponse(
            status=HTTPStatus.SERVICE_UNAVAILABLE if is_busy else HTTPStatus.UNPROCESSABLE_ENTITY
        )
    headers = {"Cache-Control": f"private, max-age={_KEPT}"}
    return HttpResponse(image, content_type="image/png", headers=headers)


def _note_looked(request: Request, document: Document, page: int) -> None:
    """Write to the audit who looked at a page of somebody else's document.

    Only a picture shows the content. So `page_image` calls this function, and `preview` does not.
    """
    audit_log.write(
        Action.DOCUMENT_PREVIEWED,
        by=request.user,
        fax=document.fax.uuid,
        document=document.position,
        page=page,
    )


def _document(request: Request, uuid: UUID, pk: int) -> Document:
    """A document with pages that the person may open; else 404 or 403."""
    shown = stored_documents(request, uuid).filter(pages__gt=0)
    return get_object_or_404(shown.select_related("fax__sender"), pk=pk)


def _address(fax: Fax) -> str:
    is_draft = fax.state == FaxState.DRAFT
    return compose_address(fax) if is_draft else reverse("fax", kwargs={"uuid": fax.uuid})


def _findings(document: Document, page: int) -> dict[str, object]:
    """Context for the template: a page's measurements, and sentences about what a fax loses."""
    try:
        with open_stored(document.stored_as) as file:
            measured = pages.measure_page(file, Kind.of(document.content_type), page)
    except FileNotFoundError:
        raise Http404 from None
    except Rejected:
        return {"is_unreadable": True}
    return {
        "measured": measured,
        "losses": [LOST[what] for what in measured.losses],
    }


def _draw(document: Document, page: int, look: str) -> bytes:
    kind = Kind.of(document.content_type)
    try:
        with open_stored(document.stored_as) as file:
            if look in ("original", "small"):
                within = pages.ORIGINAL if look == "original" else pages.THUMBNAIL
                return pages.draw_original(file, kind, page, within=within)
            return pages.draw_fax(file, kind, page, is_fine=look != "standard")
    except FileNotFoundError:
        raise Http404 from None
