"""Responses that differ for htmx: a fragment in place of a page, a redirect of the whole page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from faxportal.web.site.typed_request import Request


def page_or_fragment(
    request: Request, page: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The template `page`; for htmx its fragment, whose file name begins with an underscore.

    A link that htmx follows to another page (`HX-Boosted`) gets the page.
    """
    wants_fragment = request.htmx and not request.htmx.boosted
    folder, _, name = page.rpartition("/")
    template = f"{folder}/_{name}" if wants_fragment else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response


def redirect_page(request: Request, to: str, **kwargs: Any) -> HttpResponse:
    """Redirect the whole page, also for htmx. The arguments are those of Django's `redirect`.

    htmx follows a plain redirect by itself, and would put the page into a fragment.
    """
    response = redirect(to, **kwargs)
    return HttpResponseClientRedirect(response.url) if request.htmx else response
