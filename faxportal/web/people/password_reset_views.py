"""A new password for somebody who has forgotten theirs: by a link in a mail."""

from __future__ import annotations

from allauth.account import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase


@login_not_required
def reset_password(request: HttpRequest) -> HttpResponseBase:
    """Ask for the address to mail the link to. Without a mail server there is no such page."""
    if not settings.RESETS_PASSWORDS:
        raise Http404
    response: HttpResponseBase = views.password_reset(request)
    return response
