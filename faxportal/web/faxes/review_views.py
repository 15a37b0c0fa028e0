"""*Review*: everyone's faxes."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from faxportal.accounts.permissions import Permission
from faxportal.faxes.models import Fax
from faxportal.web.faxes.fax_list import fax_list
from faxportal.web.faxes.filter_forms import ReviewFilterForm
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request


@require_safe
@requires(Permission.REVIEW_FAXES)
def review(request: Request) -> HttpResponse:
    """The faxes that everyone submitted, newest first."""
    everyones = Fax.objects.visible_to(request.user).submitted()
    return fax_list(request, ReviewFilterForm(request.GET), everyones, is_review=True)
