"""What the sender's page asks and says while its browser carries files: JSON, and one plain form.

Upload targets are in answers to the sender's page alone, and in nothing that is rendered.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faxportal.accounts.voipnow_network import shared_network
from faxportal.faxes.delivery.browser.attempts import (
    NotNow,
    keep_alive,
    record_report,
    start_browser_attempt,
)
from faxportal.faxes.delivery.browser.relay_fallback import (
    FileRefused,
    RelayReason,
    accept_file,
    accept_files,
)
from faxportal.faxes.delivery.browser.status import BrowserStatus, DocumentState, NextAction
from faxportal.faxes.delivery.browser.targets import read_status, request_targets
from faxportal.faxes.models import Carrier, Fax
from faxportal.web.faxes.browser_upload_forms import (
    AliveForm,
    AttemptForm,
    FilesForm,
    HandOverForm,
    ReportForm,
)
from faxportal.web.site.requests import Request

#: In the session: this browser can't PUT to storage, so the portal carries its files.
CANNOT_PUT = "browser_cannot_put"


def delivery_of(request: Request) -> str:
    """How this browser is to deliver: as the operator set, or relay where PUTs were in vain."""
    return "relay" if request.session.get(CANNOT_PUT) else settings.DELIVERY


def begin_direct(request: Request, fax: Fax) -> HttpResponse:
    """The answer to a submitted form: its targets, and the fax's page to be put in place.

    htmx puts it in place without leaving the document, because the files are in its memory.
    """
    status = request_targets(fax, by=request.user, network=shared_network())
    response = _answer(status)
    place = {
        "path": reverse("fax", kwargs={"uuid": fax.uuid}),
        "target": "#content",
        "select": "#content",
        "swap": "outerHTML",
        "headers": {"HX-Boosted": "true"},
    }
    response["HX-Location"] = json.dumps(place)
    return response


def direct_of(request: Request, fax: Fax) -> dict[str, Any]:
    """What the fax's page shows its sender while files are missing; nothing for others."""
    if fax.carrier != Carrier.BROWSER or fax.sender_id != request.user.pk or fax.is_settled:
        return {}
    status = read_status(fax)
    if status.action == NextAction.OVER:
        return {}
    told = {"status": status, "json": json.dumps(as_json(status)), "form": FilesForm()}
    return {"direct": told | {"document_states": DocumentState.choices}}


def as_json(status: BrowserStatus) -> dict[str, Any]:
    """A status as the browser's script reads it."""
    documents = []
    for one in status.documents:
        entry: dict[str, Any] = {
            "id": one.document.pk,
            "name": one.document.name,
            "size": one.document.size,
            "sha256": one.document.sha256,
            "state": one.state,
        }
        if one.target:
            headers = {"Content-Type": one.target.content_type, **one.target.headers}
            entry["target"] = {"url": one.target.url, "headers": headers, "upload": one.upload_id}
        documents.append(entry)
    return {
        "state": status.action,
        "seconds": status.seconds,
        "sentence": status.sentence,
        "documents": documents,
    }


@require_POST
def targets(request: Request, uuid: UUID) -> HttpResponse:
    """Where the files may be put now; asks VoipNow to create the fax where that is to be done."""
    fax = _own(request, uuid)
    return _answer(request_targets(fax, by=request.user, network=shared_network()))


@require_POST
def start_attempt(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """Just before a PUT."""
    fax = _own(request, uuid)
    get_object_or_404(fax.documents, pk=pk)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The upload target is missing.")
    try:
        opened = start_browser_attempt(fax, form.cleaned_data["upload"], by=request.user)
        return JsonResponse({"try": opened})
    except NotNow:
        return _answer(read_status(fax), http_status=HTTPStatus.CONFLICT)


@require_POST
def alive(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """While a PUT is under way: whether it may go on."""
    fax = _own(request, uuid)
    form = AliveForm(request.GET)
    if not form.is_valid():
        raise BadRequest("The number of bytes is missing.")
    if keep_alive(fax, pk, bytes_sent=form.cleaned_data["bytes"]):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return JsonResponse({"stop": True}, status=HTTPStatus.CONFLICT)


@require_POST
def finish_attempt(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """How a PUT ended, as its page says."""
    fax = _own(request, uuid)
    form = ReportForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The report can't be read.")
    try:
        record_report(fax, pk, form.report())
    except NotNow:
        return _answer(read_status(fax), http_status=HTTPStatus.CONFLICT)
    return _answer(read_status(fax))


@require_POST
def hand_over(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """The way back: a file for the portal to relay."""
    fax = _own(request, uuid)
    document = get_object_or_404(fax.documents, pk=pk)
    form = HandOverForm(request.POST, request.FILES)
    if not form.is_valid():
        raise BadRequest("The file or the reason for uploading it is missing.")
    reason = RelayReason(form.cleaned_data["why"])
    portal = request.build_absolute_uri("/").rstrip("/")
    try:
        accept_file(
            document, form.cleaned_data["file"], reason=reason, by=request.user, portal=portal
        )
    except FileRefused as error:
        return JsonResponse({"sentence": str(error)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if reason == RelayReason.BLOCKED:
        request.session[CANNOT_PUT] = True
    return _answer(read_status(fax))


@require_POST
def bring(request: Request, uuid: UUID) -> HttpResponse:
    """Without a script: the missing files, for the portal to relay."""
    fax = _own(request, uuid)
    form = FilesForm(request.POST, request.FILES)
    chosen = form.cleaned_data["missing"] if form.is_valid() else []
    refused = accept_files(fax, chosen, by=request.user)
    for sentence in refused:
        messages.error(request, sentence)
    if not chosen:
        messages.error(request, _("Choose the missing files."))
    return redirect("fax", uuid=uuid)


def _own(request: Request, uuid: UUID) -> Fax:
    """Targets and files are the sender's alone: for others, admins too, nothing is here."""
    mine = Fax.objects.sent_by(request.user)
    return get_object_or_404(mine, uuid=uuid, carrier=Carrier.BROWSER)


def _answer(status: BrowserStatus, *, http_status: int = HTTPStatus.OK) -> HttpResponse:
    response = JsonResponse(as_json(status), status=http_status)
    response["Cache-Control"] = "no-store"
    return response
