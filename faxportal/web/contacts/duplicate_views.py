"""Duplicates: contacts with the same number or the same name, side by side, and merging them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from faxportal.accounts.permissions import Permission
from faxportal.contacts.merging import NothingToMerge, find_alike, merge_contacts
from faxportal.contacts.permissions import NotAllowedTo, can_keep
from faxportal.web.contacts.chosen_contacts import chosen_contacts
from faxportal.web.site.permissions import requires
from faxportal.web.site.request_type import Request

#: The most sets of duplicates on the page.
AT_MOST = 30


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def duplicates(request: Request) -> HttpResponse:
    """The duplicates among the person's own contacts; with `shared`, among the shared contacts.

    Only an admin gets duplicates of shared contacts. A POST merges the ticked contacts.
    """
    may_share = can_keep(request.user, is_shared=True)
    is_shared = may_share and "shared" in (request.GET | request.POST)
    if request.method == "POST":
        _merge(request)
        address = reverse("contact_duplicates")
        return redirect(f"{address}?shared" if is_shared else address)
    found = find_alike(request.user, is_shared=is_shared, at_most=AT_MOST + 1)
    context = {
        "found": found[:AT_MOST],
        "has_more": len(found) > AT_MOST,
        "is_shared": is_shared,
        "may_share": may_share,
    }
    return render(request, "contacts/duplicates.html", context)


def _merge(request: Request) -> None:
    ticked, keep = chosen_contacts(request), chosen_contacts(request, "keep")
    try:
        kept = merge_contacts(keep[0] if keep else 0, ticked, by=request.user)
    except NothingToMerge:
        messages.error(
            request, _("Nothing was merged. Select at least one contact besides the one to keep.")
        )
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Merged into %(name)s.") % {"name": kept.name})
