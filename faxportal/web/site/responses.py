"""One URL and one view for a page and its fragment: htmx gets the fragment, others the page.

And the ways from one page to another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from faxportal.faxes.models import Fax
from faxportal.web.site.requests import Request


def page_or_fragment(
    request: Request, page: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """The template `page`, or for htmx the fragment of the same name with an underscore.

    htmx that goes to another page (`HX-Boosted`) gets the page.
    """
    wants_fragment = request.htmx and not request.htmx.boosted
    folder, _, name = page.rpartition("/")
    template = f"{folder}/_{name}" if wants_fragment else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted"])
    return response


def compose_address(draft: Fax) -> str:
    """Where a draft is gone on with."""
    return f"{reverse('compose')}?draft={draft.submission_key}"


def go_to(request: Request, to: str, **kwargs: Any) -> HttpResponse:
    """A redirect that moves the whole page: htmx would follow a plain one into a fragment."""
    response = redirect(to, **kwargs)
    return HttpResponseClientRedirect(response.url) if request.htmx else response
