"""How pages ask for permissions: views by `@requires`, templates by `{% if may.send_fax %}`.

The names are those of `accounts/permissions.py`. What depends on one fax or one contact is asked of
`faxes/permissions.py` and `contacts/permissions.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission) -> Callable[[View], View]:
    """Answer 403 to everyone who is signed in and lacks the permission."""
    return permission_required(permission, raise_exception=True)


def may(request: HttpRequest) -> dict[str, dict[str, bool]]:
    """The context processor that gives each template `may`: what the person may do, by name.

    A request that is refused before its session is read (400) has no user yet.
    """
    user: User | AnonymousUser = getattr(request, "user", AnonymousUser())
    return {"may": {each.name.lower(): user.has_perm(each) for each in Permission}}
