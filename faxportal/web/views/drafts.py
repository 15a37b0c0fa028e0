"""Drafts: kept while a person types, and found again wherever they sign in."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from faxportal.faxes.drafts import AlreadySubmitted, save_texts
from faxportal.faxes.models import Fax
from faxportal.web.forms.compose import ComposeForm
from faxportal.web.requests import Request

#: Unsent faxes that are listed; whoever has more finds the others when these are sent or discarded.
LISTED = 100


@require_safe
@permission_required("faxes.send_fax", raise_exception=True)
def drafts(request: Request) -> HttpResponse:
    """The person's unsent faxes, the one worked on last first."""
    unsent = Fax.objects.unsent_by(request.user).prefetch_related("documents")[:LISTED]
    return render(request, "drafts.html", {"drafts": unsent})


@require_POST
@permission_required("faxes.send_fax", raise_exception=True)
def save_draft(request: Request, key: UUID) -> HttpResponse:
    """Keep what is typed so far, and say so; documents come by ways of their own."""
    form = ComposeForm({**request.POST.dict(), "key": key}, extensions=[])
    if not form.is_ours:
        raise BadRequest("The form holds what no page of ours wrote.")
    try:
        kept = save_texts(request.user, key=key, typed=form.typed(), copy=form.copy_of())
    except AlreadySubmitted as already:
        context = {"key": key, "sent": already.fax}
        return render(request, "_draft_saved.html", context, status=HTTPStatus.CONFLICT)
    if kept is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"key": key, "elsewhere_at": kept.changed_elsewhere_at, "saved_at": timezone.now()}
    status = HTTPStatus.CONFLICT if kept.changed_elsewhere_at else HTTPStatus.OK
    return render(request, "_draft_saved.html", context, status=status)
