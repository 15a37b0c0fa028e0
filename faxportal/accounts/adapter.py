"""How allauth treats accounts here, and what the audit learns of it."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """An admin adds people, nobody adds themselves; who came and who was refused is written down.

    Tries to sign in are limited by allauth, so that nobody can flood the audit with failed ones.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("That username and password don't match."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
        "too_many_login_attempts": _("Too many failed attempts. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        audit_log.write(Action.SIGNED_IN, by=user)

    def logout(self, request: HttpRequest) -> None:
        who = request.user
        super().logout(request)
        if isinstance(who, User):
            audit_log.write(Action.SIGNED_OUT, by=who)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Name who was tried if there is such a person, else nothing of what was typed: people
        type their password into the wrong field."""
        super().authentication_failed(request, **credentials)
        tried = User.objects.filter(username=credentials.get("username", "")).first()
        audit_log.write(Action.SIGN_IN_FAILED, person=tried)

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        audit_log.write(Action.PASSWORD_CHANGED, by=user, person=user)
