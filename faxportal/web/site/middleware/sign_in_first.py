"""Everyone signs in first, except for views with `@login_not_required`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Django's middleware, with an answer for htmx after the session has ended.

    htmx would follow a plain redirect and put the sign-in page into a part of the page. This answer
    makes htmx load the sign-in page as a whole page.
    """

    def handle_no_permission(  # type: ignore[override]  # a redirect of another kind
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        htmx = getattr(request, "htmx", None)
        if not htmx:
            return super().handle_no_permission(request, view_func)
        # After signing in the person returns to the page, not to the address of its fragment.
        back = htmx.current_url_abs_path or request.path
        return HttpResponseClientRedirect(
            redirect_to_login(back, str(self.get_login_url(view_func))).url
        )
