"""The time zone in which a person reads and enters times."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from faxportal.web.people.time_zone_forms import TimeZoneForm
from faxportal.web.site.typed_request import Request


@require_http_methods(["GET", "HEAD", "POST"])
def time_zone(request: Request) -> HttpResponse:
    """The form of the person's time zone."""
    if request.method != "POST":
        form = TimeZoneForm(initial={"time_zone": request.user.time_zone})
        return render(request, "people/time_zone.html", {"form": form})
    form = TimeZoneForm(request.POST)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return render(request, "people/time_zone.html", {"form": form}, status=status)
    request.user.time_zone = form.cleaned_data["time_zone"]
    request.user.save(update_fields=["time_zone"])
    messages.success(request, _("Saved. Times are now in your time zone."))
    return redirect("time_zone")
