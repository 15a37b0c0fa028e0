"""“Save this number?” on the page of a fax that was handed over recently, for its sender."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from faxportal.accounts.permissions import Permission
from faxportal.contacts import address_book
from faxportal.contacts.address_book import ContactDetails
from faxportal.contacts.models import MAX_NAME
from faxportal.contacts.name_lookup import NameLookup
from faxportal.faxes.models import Fax, Recipient
from faxportal.faxes.states import FaxState
from faxportal.web.faxes.fax_lookup import own_fax
from faxportal.web.site.permissions import requires
from faxportal.web.site.posted_values import text_of, whole_number
from faxportal.web.site.typed_request import Request

#: States of faxes whose numbers are right, as far as the portal knows.
ASKED_IN = (FaxState.HANDED_OVER, FaxState.CONFIRMED)
#: How long the page goes on asking after the fax is settled.
ASKED_FOR = timedelta(days=1)
#: The most numbers that one page asks about. A fax to more numbers usually has them from a file.
AT_MOST = 5
#: Session key: UUIDs of the faxes for which the person hid the question.
PUT_AWAY = "numbers_put_away"


def numbers_to_save(request: Request, fax: Fax) -> list[Recipient]:
    """The recipients that the page asks about; none for anyone but the fax's sender."""
    is_new = fax.settled_at and fax.settled_at > timezone.now() - ASKED_FOR
    is_asked = fax.sender_id == request.user.pk and request.user.has_perm(Permission.SEND_FAX)
    is_put_away = str(fax.uuid) in request.session.get(PUT_AWAY, [])
    if not (fax.state in ASKED_IN and is_new and is_asked) or is_put_away:
        return []
    recipients = list(fax.recipients.all())
    known = NameLookup(request.user).names_of({recipient.canonical for recipient in recipients})
    return [one for one in recipients if one.canonical not in known][:AT_MOST]


@require_POST
@requires(Permission.SEND_FAX)
def save_number(request: Request, uuid: UUID) -> HttpResponse:
    """Save a recipient's number as the sender's own contact, or hide the question (`put_away`)."""
    fax = own_fax(request, uuid)
    if "put_away" in request.POST:
        request.session[PUT_AWAY] = [*request.session.get(PUT_AWAY, []), str(uuid)]
        return _answer(request, fax)
    position = whole_number(request.POST.get("recipient", ""))
    recipient = get_object_or_404(fax.recipients, position=position or 0)
    name = address_book.one_line(text_of(request.POST, "name"), at_most=MAX_NAME)
    if not name:
        problem = {"position": recipient.position, "words": _("Enter a name for this number.")}
        return _answer(request, fax, problem=problem)
    known = NameLookup(request.user).names_of([recipient.canonical])
    if not known:  # if the button was pressed twice, the number is known already
        entry = ContactDetails(name=name, number=recipient.typed)
        address_book.add_contact(entry, by=request.user)
    return _answer(request, fax, saved=known.get(recipient.canonical, name))


def _answer(
    request: Request, fax: Fax, *, saved: str = "", problem: Mapping[str, object] | None = None
) -> HttpResponse:
    """For htmx, the fragment about the recipients that are not saved yet.

    For other requests, the fax's page, or a page with the problem.
    """
    if not request.htmx and not problem:
        return redirect("fax", uuid=fax.uuid)
    to_save = numbers_to_save(request, fax)
    context = {"fax": fax, "saved": saved, "problem": problem, "to_save": to_save}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    template = "faxes/_save_number.html" if request.htmx else "faxes/save_number.html"
    return render(request, template, context, status=status)
