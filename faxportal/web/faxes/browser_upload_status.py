"""The status of files that the sender's browser carries, for the browser and for the fax's page.

Only JSON for the sender's browser contains upload targets. No rendered page contains one.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from faxportal.accounts.voipnow_network import shared_network
from faxportal.faxes.delivery.browser.status import (
    BrowserStatus,
    DocumentState,
    DocumentStatus,
    NextAction,
)
from faxportal.faxes.delivery.browser.targets import read_status, request_targets
from faxportal.faxes.models import Carrier, Fax
from faxportal.web.faxes.browser_upload_forms import FilesForm
from faxportal.web.site.typed_request import Request

#: Session key: this browser can't PUT to storage, so the portal carries its files.
CANNOT_PUT = "browser_cannot_put"


def delivery_of(request: Request) -> str:
    """`auto`, `relay` or `direct`, as the operator set it; `relay` if the browser can't PUT."""
    return "relay" if request.session.get(CANNOT_PUT) else settings.DELIVERY


def start_browser_upload(request: Request, fax: Fax) -> HttpResponse:
    """The response to a submitted form whose files the browser carries: their upload targets.

    htmx then fetches the fax's page and puts it in place of the form. The browser must not load a
    new page, because the files are in the memory of the current page.
    """
    status = request_targets(fax, by=request.user, network=shared_network())
    response = status_response(status)
    location = {
        "path": reverse("fax", kwargs={"uuid": fax.uuid}),
        "target": "#content",
        "select": "#content",
        "swap": "outerHTML",
        "headers": {"HX-Boosted": "true"},
    }
    response["HX-Location"] = json.dumps(location)
    return response


def browser_upload_context(request: Request, fax: Fax) -> dict[str, Any]:
    """Context for the fax's page: `direct`, while the sender's browser carries files.

    Empty for everyone but the sender.
    """
    if fax.carrier != Carrier.BROWSER or fax.sender_id != request.user.pk or fax.is_settled:
        return {}
    status = read_status(fax)
    if status.action == NextAction.OVER:
        return {}
    return {
        "direct": {
            "status": status,
            "json": json.dumps(status_json(status)),
            "form": FilesForm(),
            "document_states": DocumentState.choices,
        }
    }


def status_response(status: BrowserStatus, *, http_status: int = HTTPStatus.OK) -> HttpResponse:
    """The status as JSON, with the upload targets if it has any; never cached."""
    response = JsonResponse(status_json(status), status=http_status)
    response["Cache-Control"] = "no-store"
    return response


def status_json(status: BrowserStatus) -> dict[str, Any]:
    """The status as the page's scripts read it: `UploadStatus` in faxes/upload/upload_api.js."""
    return {
        "state": status.action,
        "seconds": status.seconds,
        "sentence": status.sentence,
        "documents": [_document_json(one) for one in status.documents],
    }


def _document_json(one: DocumentStatus) -> dict[str, Any]:
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
    return entry
