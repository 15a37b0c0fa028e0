"""Opening documents: whose bytes and pages a person may have."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from faxportal.faxes.models import Document, Fax
from faxportal.faxes.permissions import can, check_can_open
from faxportal.web.site.requests import Request


def documents_to_open(request: Request, uuid: UUID) -> QuerySet[Document]:
    """The kept documents of a fax; 404 where the person doesn't see it, 403 where they may not."""
    fax = get_object_or_404(Fax.objects.visible_to(request.user), uuid=uuid)
    if not can(check_can_open, request.user, fax):
        raise PermissionDenied
    return Document.objects.filter(fax=fax).exclude(stored_as="")
