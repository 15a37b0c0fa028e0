"""Drafts: the portal saves them while a person writes, and lists them on a page."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from faxportal.accounts.permissions import Permission
from faxportal.faxes.compose.drafts import (
    NotADraft,
    NotAttached,
    SavedDraft,
    attach_file,
    change_documents,
    draft_of,
    save_texts,
)
from faxportal.faxes.compose.time_on_the_line import measure_one
from faxportal.faxes.models import Fax
from faxportal.web.compose.compose_forms import ComposeForm
from faxportal.web.compose.document_forms import ArrangeForm, AttachForm
from faxportal.web.compose.draft_rows import attached_documents, draft_rows
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request

#: The most drafts on the list. Older drafts appear when some of these are sent or discarded.
LISTED = 100


@require_safe
@requires(Permission.SEND_FAX)
def drafts(request: Request) -> HttpResponse:
    """The person's drafts, the last edited first."""
    found = Fax.objects.drafts_with_content_by(request.user)[:LISTED]
    return render(request, "compose/drafts.html", {"drafts": draft_rows(found)})


@require_POST
@requires(Permission.SEND_FAX)
def save_draft(request: Request, key: UUID) -> HttpResponse:
    """Save the texts of the form. Documents have views of their own.

    204: there is nothing to save. 409: the draft was sent, or another form changed it.
    """
    form = ComposeForm({**request.POST.dict(), "key": key}, extensions=[])
    if not form.is_ours:
        raise BadRequest("The form contains data that the portal did not write.")
    try:
        saved = save_texts(
            request.user, key=key, content=form.content(), version=form.draft_version()
        )
    except NotADraft as error:
        context = {"key": key, "sent": error.fax}
        return render(request, "compose/_draft_saved.html", context, status=HTTPStatus.CONFLICT)
    if saved is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"key": key, "elsewhere_at": saved.changed_elsewhere_at, "saved_at": timezone.now()}
    status = HTTPStatus.CONFLICT if saved.changed_elsewhere_at else HTTPStatus.OK
    return render(request, "compose/_draft_saved.html", context, status=status)


@require_POST
@requires(Permission.SEND_FAX)
def attach(request: Request, key: UUID) -> HttpResponse:
    """Attach one file as soon as a person chooses it."""
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        raise BadRequest(
            "There is no file, or the form contains data that the portal did not write."
        )
    file, changes = form.cleaned_data["file"], form.changes()
    try:
        saved = attach_file(
            request.user, key=key, file=file, changes=changes, version=form.draft_version()
        )
    except NotAttached as error:
        return JsonResponse({"problem": str(error)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except NotADraft as error:
        return _too_late(request, key, error.fax)
    return _documents(request, key, saved)


@require_POST
@requires(Permission.SEND_FAX)
def arrange(request: Request, key: UUID) -> HttpResponse:
    """Reorder or remove documents of a draft, and return the documents that the draft then has.

    A form without changes only asks for the documents.
    """
    form = ArrangeForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The form contains data that the portal did not write.")
    try:
        saved = change_documents(
            request.user, key=key, changes=form.changes(), version=form.draft_version()
        )
    except NotADraft as error:
        return _too_late(request, key, error.fax)
    return _documents(request, key, saved)


@require_POST
@requires(Permission.SEND_FAX)
def time_on_the_line(request: Request, key: UUID) -> HttpResponse:
    """Measure one more document, and show how long the documents take on the phone line.

    The page asks again while there are documents to measure, unless the portal is too busy to
    measure.
    """
    draft = draft_of(request.user, key)
    is_over = draft is not None and not measure_one(draft)
    measured = attached_documents(draft_of(request.user, key))
    context = {"key": key, "time": measured.time_on_the_line, "is_over": is_over}
    return render(request, "compose/_time_on_the_line.html", context)


def _documents(request: Request, key: UUID, saved: SavedDraft) -> HttpResponse:
    """The documents of a draft after an edit, for the scripts of the form."""
    elsewhere = {"key": key, "elsewhere_at": saved.changed_elsewhere_at}
    attached = {"draft": saved.draft, "attached": attached_documents(saved.draft)}
    return JsonResponse(
        {
            "documents": [document.pk for document in saved.documents],
            "notices": saved.notices,
            "list": render_to_string("compose/_attached_documents.html", attached, request),
            "saved": render_to_string("compose/_draft_saved.html", elsewhere, request)
            if saved.changed_elsewhere_at
            else "",
        }
    )


def _too_late(request: Request, key: UUID, sent: Fax) -> HttpResponse:
    """The answer if the fax of this key was submitted already. Its documents stay as they are."""
    answer = {
        "problem": _("This fax has already been sent without this file."),
        "saved": render_to_string("compose/_draft_saved.html", {"key": key, "sent": sent}, request),
    }
    return JsonResponse(answer, status=HTTPStatus.CONFLICT)
