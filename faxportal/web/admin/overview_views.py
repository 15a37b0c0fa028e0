"""The overview: unfinished faxes, and the office's faxes in figures."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from faxportal.accounts.permissions import Permission
from faxportal.faxes.models import SendingPause
from faxportal.faxes.stats.overview import overview_of, unfinished_now
from faxportal.web.admin.overview_forms import PRESETS, OverviewDays
from faxportal.web.admin.overview_rows import rows_of
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request


@require_safe
@requires(Permission.REVIEW_FAXES)
def overview(request: Request) -> HttpResponse:
    """The unfinished faxes, and the figures of a range of days: by default the last 30 days."""
    form = OverviewDays(request.GET)
    figures = overview_of(form.days)
    context = {
        "form": form,
        "presets": PRESETS,
        "overview": figures,
        "rows": rows_of(figures),
        "unfinished": unfinished_now(),
        "is_paused": SendingPause.is_on(),
        "zone": settings.TIME_ZONE,
        "lists_differ": timezone.get_current_timezone_name() != settings.TIME_ZONE,
    }
    return render(request, "admin/overview.html", context)
