"""Drafts: kept while a person types, and found again wherever they sign in."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from faxportal.faxes.compose.drafts import (
    AlreadySubmitted,
    Kept,
    NotAttached,
    attach_file,
    change_documents,
    draft_of,
    save_texts,
)
from faxportal.faxes.compose.line_time import measure_one
from faxportal.faxes.models import Fax
from faxportal.web.compose.compose_forms import ComposeForm
from faxportal.web.compose.document_forms import ArrangeForm, AttachForm
from faxportal.web.site.requests import Request

#: Unsent faxes that are listed; whoever has more finds the others when these are sent or discarded.
LISTED = 100


@require_safe
@permission_required("faxes.send_fax", raise_exception=True)
def drafts(request: Request) -> HttpResponse:
    """The person's unsent faxes, the one worked on last first."""
    unsent = Fax.objects.drafts_with_content_by(request.user).prefetch_related("documents")[:LISTED]
    return render(request, "compose/drafts.html", {"drafts": unsent})


@require_POST
@permission_required("faxes.send_fax", raise_exception=True)
def save_draft(request: Request, key: UUID) -> HttpResponse:
    """Keep what is typed so far, and say so; documents come by ways of their own."""
    form = ComposeForm({**request.POST.dict(), "key": key}, extensions=[])
    if not form.is_ours:
        raise BadRequest("The form contains data that the portal did not write.")
    try:
        kept = save_texts(request.user, key=key, typed=form.typed(), copy=form.copy_of())
    except AlreadySubmitted as already:
        context = {"key": key, "sent": already.fax}
        return render(request, "compose/_draft_saved.html", context, status=HTTPStatus.CONFLICT)
    if kept is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"key": key, "elsewhere_at": kept.changed_elsewhere_at, "saved_at": timezone.now()}
    status = HTTPStatus.CONFLICT if kept.changed_elsewhere_at else HTTPStatus.OK
    return render(request, "compose/_draft_saved.html", context, status=status)


@require_POST
@permission_required("faxes.send_fax", raise_exception=True)
def attach(request: Request, key: UUID) -> HttpResponse:
    """Take in one file, as soon as it is chosen; the answer says what became of it."""
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        raise BadRequest(
            "There is no file, or the form contains data that the portal did not write."
        )
    file = form.cleaned_data["file"]
    try:
        kept = attach_file(
            request.user, key=key, file=file, changes=form.changes(), copy=form.copy_of()
        )
    except NotAttached as refused:
        return JsonResponse({"problem": str(refused)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except AlreadySubmitted as already:
        return _too_late(request, key, already.fax)
    return _standing(request, key, kept)


@require_POST
@permission_required("faxes.send_fax", raise_exception=True)
def arrange(request: Request, key: UUID) -> HttpResponse:
    """Bring documents into an order, or remove some; with nothing to do, how they stand."""
    form = ArrangeForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The form contains data that the portal did not write.")
    try:
        kept = change_documents(request.user, key=key, changes=form.changes(), copy=form.copy_of())
    except AlreadySubmitted as already:
        return _too_late(request, key, already.fax)
    return _standing(request, key, kept)


@require_POST
@permission_required("faxes.send_fax", raise_exception=True)
def line_time(request: Request, key: UUID) -> HttpResponse:
    """Measure one more document, and say how long the draft's take on the line; asked again while
    there are others, unless one can't be measured now."""
    draft = draft_of(request.user, key)
    context = {"is_over": draft is not None and not measure_one(draft)}
    return render(request, "compose/_time.html", {"draft": draft_of(request.user, key), **context})


def _standing(request: Request, key: UUID, kept: Kept) -> HttpResponse:
    """What the page shows of a draft's documents now."""
    elsewhere = {"key": key, "elsewhere_at": kept.changed_elsewhere_at}
    return JsonResponse(
        {
            "documents": [document.pk for document in kept.documents],
            "notices": kept.notices,
            "list": render_to_string("compose/_attached.html", {"draft": kept.draft}, request),
            "saved": render_to_string("compose/_draft_saved.html", elsewhere, request)
            if kept.changed_elsewhere_at
            else "",
        }
    )


def _too_late(request: Request, key: UUID, sent: Fax) -> HttpResponse:
    """The key's fax is sent: nothing joins it, and the page says so."""
    answer = {
        "problem": _("This fax has already been sent without this file."),
        "saved": render_to_string("compose/_draft_saved.html", {"key": key, "sent": sent}, request),
    }
    return JsonResponse(answer, status=HTTPStatus.CONFLICT)
