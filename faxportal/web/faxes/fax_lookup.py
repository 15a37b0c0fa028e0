"""The fax or the documents that an address names, if the person may see the fax.

Each function raises `Http404` if there is no such fax, or if the person may not see it.
"""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from faxportal.faxes.models import Carrier, Document, Fax
from faxportal.faxes.permissions import can, check_can_open
from faxportal.web.site.typed_request import Request


def visible_fax(request: Request, uuid: UUID) -> Fax:
    """A fax or a draft that the person may see, with its parts."""
    return get_object_or_404(Fax.objects.visible_to(request.user).with_parts(), uuid=uuid)


def submitted_fax(request: Request, uuid: UUID) -> Fax:
    """A submitted fax that the person may see."""
    return get_object_or_404(Fax.objects.visible_to(request.user).submitted(), uuid=uuid)


def own_fax(request: Request, uuid: UUID) -> Fax:
    """A fax that the person sent."""
    return get_object_or_404(Fax.objects.sent_by(request.user), uuid=uuid)


def own_browser_fax(request: Request, uuid: UUID) -> Fax:
    """A fax that the person sent and whose files the browser carries.

    Only the sender may get upload targets and upload files. Even an admin gets 404.
    """
    mine = Fax.objects.sent_by(request.user)
    return get_object_or_404(mine, uuid=uuid, carrier=Carrier.BROWSER)


def stored_documents(request: Request, uuid: UUID) -> QuerySet[Document]:
    """The documents of a fax whose bytes the portal has.

    Raises `PermissionDenied` if the person may see the fax but not open its documents.
    """
    fax = get_object_or_404(Fax.objects.visible_to(request.user), uuid=uuid)
    if not can(check_can_open, request.user, fax):
        raise PermissionDenied
    return Document.objects.filter(fax=fax).exclude(stored_as="")
