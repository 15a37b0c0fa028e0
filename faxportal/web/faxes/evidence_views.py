"""The evidence sheet of a fax, for everyone who may see the fax."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from faxportal.audit import audit_log, record_keys, signatures
from faxportal.audit.audit_log import Action
from faxportal.documents.typesetting import TypesettingFailed
from faxportal.faxes.clock import Clock
from faxportal.faxes.history.evidence.data import EvidenceData, evidence_data
from faxportal.faxes.history.evidence.sheet import as_pdf
from faxportal.faxes.models import Fax
from faxportal.web.site.typed_request import Request


@require_safe
def evidence_pdf(request: Request, uuid: UUID) -> HttpResponse:
    """The sheet as a PDF, for people."""
    evidence = _evidence_data(request, uuid)
    try:
        sheet = as_pdf(evidence)
    except TypesettingFailed:
        messages.error(
            request, _("The evidence sheet could not be created. Try again in a minute.")
        )
        return redirect("fax", uuid=uuid)
    audit_log.write(Action.EVIDENCE_MADE, by=request.user, fax=uuid, form="PDF")
    return _download(HttpResponse(sheet, content_type="application/pdf"), f"evidence-{uuid}.pdf")


@require_safe
def evidence_json(request: Request, uuid: UUID) -> HttpResponse:
    """The data of the sheet as JSON, for programs, signed if the portal has a key."""
    evidence = _evidence_data(request, uuid)
    audit_log.write(Action.EVIDENCE_MADE, by=request.user, fax=uuid, form="JSON")
    key = record_keys.newest()
    signed = signatures.sign(evidence, key.signing_seed) if key else evidence
    content = HttpResponse(signatures.as_bytes(signed), content_type="application/json")
    return _download(content, f"evidence-{uuid}.json")


def _evidence_data(request: Request, uuid: UUID) -> EvidenceData:
    seen = Fax.objects.visible_to(request.user).submitted().with_parts()
    return evidence_data(get_object_or_404(seen, uuid=uuid), by=request.user, at=Clock().now())


def _download(response: HttpResponse, name: str) -> HttpResponse:
    """The response as a file that the browser saves under a name."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
