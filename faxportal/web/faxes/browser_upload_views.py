"""What the sender's browser asks and reports while it carries files: JSON, and one plain form.

Only JSON for the sender's browser contains upload targets. No rendered page contains one.
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faxportal.accounts.voipnow_network import shared_network
from faxportal.faxes.delivery.browser.attempts import (
    NotNow,
    record_report,
    start_browser_attempt,
)
from faxportal.faxes.delivery.browser.keep_alive import keep_alive
from faxportal.faxes.delivery.browser.relay_fallback import (
    FileRefused,
    RelayReason,
    accept_file,
    accept_files,
)
from faxportal.faxes.delivery.browser.targets import read_status, request_targets
from faxportal.web.faxes.browser_upload_forms import (
    AliveForm,
    AttemptForm,
    FilesForm,
    HandOverForm,
    ReportForm,
)
from faxportal.web.faxes.browser_upload_status import CANNOT_PUT, status_response
from faxportal.web.faxes.fax_lookup import own_browser_fax
from faxportal.web.site.typed_request import Request


@require_POST
def targets(request: Request, uuid: UUID) -> HttpResponse:
    """Where the browser may PUT the files now. Creates the fax at VoipNow if needed."""
    fax = own_browser_fax(request, uuid)
    return status_response(request_targets(fax, by=request.user, network=shared_network()))


@require_POST
def start_attempt(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """A PUT is about to begin: record an attempt before the browser sends any byte.

    409 if the PUT may not begin.
    """
    fax = own_browser_fax(request, uuid)
    get_object_or_404(fax.documents, pk=pk)
    form = AttemptForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The upload target is missing.")
    try:
        opened = start_browser_attempt(fax, form.cleaned_data["upload"], by=request.user)
        return JsonResponse({"attempt": opened})
    except NotNow:
        return status_response(read_status(fax), http_status=HTTPStatus.CONFLICT)


@require_POST
def alive(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """A PUT is under way: 204 if it may go on, 409 if the browser has to stop it."""
    fax = own_browser_fax(request, uuid)
    form = AliveForm(request.GET)
    if not form.is_valid():
        raise BadRequest("The number of bytes is missing.")
    if keep_alive(fax, pk, bytes_sent=form.cleaned_data["bytes"]):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return JsonResponse({"stop": True}, status=HTTPStatus.CONFLICT)


@require_POST
def finish_attempt(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """A PUT has ended: record what the browser reports; 409 if the attempt is unknown."""
    fax = own_browser_fax(request, uuid)
    form = ReportForm(request.POST)
    if not form.is_valid():
        raise BadRequest("The report can't be read.")
    try:
        record_report(fax, pk, form.report())
    except NotNow:
        return status_response(read_status(fax), http_status=HTTPStatus.CONFLICT)
    return status_response(read_status(fax))


@require_POST
def hand_over(request: Request, uuid: UUID, pk: int) -> HttpResponse:
    """Store and relay a file that the browser can't PUT; 422 if the portal refuses the file."""
    fax = own_browser_fax(request, uuid)
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
    return status_response(read_status(fax))


@require_POST
def bring(request: Request, uuid: UUID) -> HttpResponse:
    """Relay the missing files, which a browser without JavaScript posts."""
    fax = own_browser_fax(request, uuid)
    form = FilesForm(request.POST, request.FILES)
    chosen = form.cleaned_data["missing"] if form.is_valid() else []
    refused = accept_files(fax, chosen, by=request.user)
    for sentence in refused:
        messages.error(request, sentence)
    if not chosen:
        messages.error(request, _("Choose the missing files."))
    return redirect("fax", uuid=uuid)
