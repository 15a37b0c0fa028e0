"""Cover pages: their list, the form of a cover page, and its picture as a fax."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from faxportal.accounts.permissions import Permission
from faxportal.documents import preview
from faxportal.documents.kinds import Kind
from faxportal.documents.parser.rejections import Rejected
from faxportal.documents.typesetting import TypesettingFailed
from faxportal.faxes.compose.covers.drawing import LettersMissing
from faxportal.faxes.compose.covers.templates import (
    TooFull,
    draw_sample,
    remove_template,
    save_template,
)
from faxportal.faxes.models import CoverTemplate, Paper
from faxportal.web.admin.cover_forms import CoverForm, new_form
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request

#: Paper → height of the page in dots: 11.69 and 11 inches at 204 dots an inch.
_ROWS = {Paper.A4: 2385, Paper.LETTER: 2244}
#: Seconds that a browser may cache a sample. A changed cover page has another address.
_KEPT = 3600


@require_safe
@requires(Permission.MANAGE_COVERS)
def covers(request: Request) -> HttpResponse:
    """All cover pages."""
    return render(request, "admin/covers.html", {"covers": list(CoverTemplate.objects.all())})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_COVERS)
def new_cover(request: Request) -> HttpResponse:
    """The form of a new cover page."""
    if request.method != "POST":
        return _show(request, new_form())
    return _save(request, new_form(request.POST, request.FILES))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_COVERS)
def cover(request: Request, pk: int) -> HttpResponse:
    """The form of a cover page, beside the picture of the saved cover page."""
    template = get_object_or_404(CoverTemplate, pk=pk)
    if request.method != "POST":
        return _show(request, CoverForm(instance=template))
    return _save(request, CoverForm(request.POST, request.FILES, instance=template))


@require_POST
@requires(Permission.MANAGE_COVERS)
def remove_cover(request: Request, pk: int) -> HttpResponse:
    """Remove a cover page. Submitted faxes keep the page that was drawn for them."""
    remove_template(get_object_or_404(CoverTemplate, pk=pk), by=request.user)
    messages.success(request, _("Removed the cover page. Faxes already sent with it keep it."))
    return redirect("covers")


@require_safe
@requires(Permission.MANAGE_COVERS)
def cover_sample(request: Request, pk: int) -> HttpResponse:
    """A PNG of a cover page with made-up content, as a fax shows it; 503 if drawing fails."""
    template = get_object_or_404(CoverTemplate, pk=pk)
    try:
        page = ContentFile(draw_sample(template))
        image = preview.draw_fax(page, Kind.PDF, 1, is_fine=True)
    except (TypesettingFailed, LettersMissing, Rejected):
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    headers = {"Cache-Control": f"private, max-age={_KEPT}"}
    return HttpResponse(image, content_type="image/png", headers=headers)


def _save(request: Request, form: CoverForm) -> HttpResponse:
    if form.is_valid():
        try:
            template = form.template()
            save_template(template, by=request.user)
        except LettersMissing as missing:
            form.add_missing(missing)
        except TooFull:
            form.add_too_full()
        except (TypesettingFailed, Rejected):
            form.add_error(None, _("The page could not be drawn. Try again in a minute."))
        else:
            messages.success(request, _("Saved the cover page."))
            return redirect("cover", pk=template.pk)
    return _show(request, form)


def _show(request: Request, form: CoverForm) -> HttpResponse:
    # A posted form has changed its instance. The picture shows the saved cover page.
    kept = CoverTemplate.objects.filter(pk=form.instance.pk).first()
    context = {"form": form, "kept": kept, "rows": _ROWS[Paper(kept.paper)] if kept else 0}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "admin/cover.html", context, status=status)
