"""Error pages. Each says what happened, what that means for the fax, and what to do."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 if a form is larger than the portal accepts, else 400."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        limits = {"max_files": settings.MAX_FILES, "max_mb": settings.MAX_FILE_BYTES // 2**20}
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return render(request, "errors/413.html", limits, status=status)
    return render(request, "errors/400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the person lacks the permission."""
    return render(request, "errors/403.html", status=HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form comes from another session or from another site."""
    return render(request, "errors/csrf.html", status=HTTPStatus.FORBIDDEN)


def no_page(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """An address that a library knows, and for which the portal has no page."""
    raise Http404


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the address names nothing, or nothing that the person may see."""
    return render(request, "errors/404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 if the database does not answer, else 500.

    The page is rendered without the request, because the request's user is in the database.
    """
    is_away = isinstance(sys.exception(), OperationalError | InterfaceError)
    page = loader.render_to_string("errors/500.html", {"database_is_away": is_away})
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else HTTPStatus.INTERNAL_SERVER_ERROR
    return HttpResponse(page, status=status)
