"""How pages ask for permissions: views by `@requires`, templates by `{% if may.send_fax %}`.

The permissions are those of `accounts/permissions.py`. `faxes/permissions.py` and
`contacts/permissions.py` decide what a person may do with one fax or one contact.
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
    """A decorator for views: answers 403 to a person who is signed in and lacks the permission."""
    return permission_required(permission, raise_exception=True)


def may(request: HttpRequest) -> dict[str, dict[str, bool]]:
    """A context processor. `may`: name of a permission in lower case → whether the person has it.

    A request that is refused before its session is read (400) has no user yet.
    """
    user: User | AnonymousUser = getattr(request, "user", AnonymousUser())
    return {"may": {each.name.lower(): user.has_perm(each) for each in Permission}}
