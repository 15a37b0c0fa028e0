"""The type of the request that views get after the middleware."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from faxportal.accounts.models import User


class Request(HttpRequest):
    """A request of a person who is signed in."""

    user: User
    htmx: HtmxDetails
