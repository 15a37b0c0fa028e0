"""Deciding about many faxes at once, e.g. after a backup was restored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from faxportal.faxes.actions.cancel import cancel_fax
from faxportal.faxes.actions.confirm_scheduled import confirm_scheduled
from faxportal.faxes.actions.resolve_uncertain import Decision, decide
from faxportal.faxes.delivery.locked_handover import Superseded
from faxportal.faxes.history.shown_state import ChangedSince
from faxportal.faxes.history.undecided_list import undecided_list
from faxportal.faxes.models import Fax
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.web.site.typed_request import Request


@require_http_methods(["GET", "HEAD", "POST"])
def decisions(request: Request) -> HttpResponse:
    """The batches that need a decision, each with a checkbox.

    A button decides about the chosen batches.
    """
    if request.method == "POST":
        if "scheduled_action" in request.POST:
            _settle_scheduled(request)
        else:
            _decide(request)
        return redirect("decisions")
    context = {
        "undecided": undecided_list(request.user),
        "all_are_chosen": "all" in request.GET,
    }
    return render(request, "faxes/decisions.html", context)


def _decide(request: Request) -> None:
    asked = request.POST.get("decision", "")
    if asked not in set(Decision):
        raise BadRequest("This is not a decision.")
    chosen = request.POST.getlist("batch")
    if not chosen:
        messages.error(request, _("Choose the faxes that you want to decide about."))
        return
    outcomes = Counter(_decide_one(request, Decision(asked), value) for value in chosen)
    if decided := outcomes["decided"]:
        messages.success(
            request,
            ngettext("Decided about %(count)d fax.", "Decided about %(count)d faxes.", decided)
            % {"count": decided},
        )
    if changed := outcomes["changed"]:
        messages.error(
            request,
            ngettext(
                "Nothing was done about %(count)d fax, because more is known since you opened the "
                "page. Read what is known now, then decide.",
                "Nothing was done about %(count)d faxes, because more is known since you opened "
                "the page. Read what is known now, then decide.",
                changed,
            )
            % {"count": changed},
        )


def _decide_one(request: Request, decision: Decision, value: str) -> str:
    """Decide about one batch of the form. Returns "decided" or "changed".

    `value` names the fax, the batch and what the page showed about the batch.
    """
    try:
        uuid, number, shown = value.split("/")
        fax = Fax.objects.visible_to(request.user).get(uuid=UUID(uuid))
        batch = int(number)
    except (ValueError, Fax.DoesNotExist):
        raise BadRequest("This is no batch.") from None
    try:
        decide(fax, batch, decision, shown=shown, by=request.user)
    except (NotAllowedTo, Superseded, ChangedSince):
        return "changed"
    return "decided"


#: What the form of scheduled faxes may ask for.
SCHEDULED_ACTIONS: Mapping[str, Callable[..., object]] = {
    "confirm": confirm_scheduled,
    "cancel": cancel_fax,
}


def _settle_scheduled(request: Request) -> None:
    """Confirm or cancel the chosen faxes that were scheduled before the portal was restored."""
    action = SCHEDULED_ACTIONS.get(request.POST["scheduled_action"])
    if action is None:
        raise BadRequest("This is no action.")
    try:
        uuids = [UUID(value) for value in request.POST.getlist("scheduled")]
    except ValueError:
        raise BadRequest("This is no fax.") from None
    if not uuids:
        messages.error(request, _("Choose the faxes that you want to decide about."))
    for fax in Fax.objects.visible_to(request.user).filter(uuid__in=uuids):
        try:
            action(fax, by=request.user)
        except NotAllowedTo as refused:
            messages.error(request, str(refused))
