"""The block list: numbers that nobody here may fax."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from faxportal.accounts.permissions import Permission
from faxportal.faxes.actions.block_list import CannotBlock, block_number, unblock
from faxportal.faxes.models import BlockedNumber
from faxportal.web.admin.block_list_forms import BlockForm, LookUpForm
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request

#: The most entries on the page. People find the other entries by the search.
SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_SENDING)
def block_list(request: Request) -> HttpResponse:
    """The newest entries, or the entries that match a search, and the form that adds an entry."""
    if request.method != "POST":
        return _show(request, BlockForm())
    form = BlockForm(request.POST)
    if not form.is_valid():
        return _show(request, form)
    number = form.cleaned_data.pop("number")
    try:
        block_number(number, by=request.user, **form.cleaned_data)
    except CannotBlock as refused:
        form.add_error("number", str(refused))
        return _show(request, form)
    messages.success(request, _("Blocked %(number)s.") % {"number": number})
    return redirect("block_list")


@require_POST
@requires(Permission.MANAGE_SENDING)
def unblock_number(request: Request, pk: int) -> HttpResponse:
    """Remove an entry from the list."""
    blocked = get_object_or_404(BlockedNumber, pk=pk)
    unblock(blocked, by=request.user)
    messages.success(request, _("Unblocked %(number)s.") % {"number": blocked.typed})
    return redirect("block_list")


def _show(request: Request, form: BlockForm) -> HttpResponse:
    look_up = LookUpForm(request.GET)
    entries = BlockedNumber.objects.select_related("blocked_by").newest_first()
    if text := look_up.text():
        entries = entries.matching(text)
    context = {
        "form": form,
        "look_up": look_up,
        "text": text,
        "entries": list(entries[:SHOWN]),
        "count": entries.count(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "admin/block_list.html", context, status=status)
