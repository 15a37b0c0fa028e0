"""allauth's account adapter: nobody signs up, and each sign-in is audited."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """People are added by an admin. Sign-ins, sign-outs and changed passwords are audited.

    Failed sign-ins are audited, too. allauth limits how often somebody may try to sign in, which
    also limits the number of entries.
    """

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("That username and password don't match."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
        "too_many_login_attempts": _("Too many failed attempts. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never, because people are added with `manage.py adduser`."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address in the mail about a forgotten password, below FAXPORTAL_URL."""
        return settings.PORTAL_URL + reverse(
            "account_reset_password_from_key", args=key.split("-", 1)
        )

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        audit_log.write(Action.SIGNED_IN, by=user)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            audit_log.write(Action.SIGNED_OUT, by=user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Audit a failed sign-in, with the person whose user name was typed.

        If no person has the typed user name, the entry does not contain what was typed, because it
        may be a password that was typed into the wrong field.
        """
        super().authentication_failed(request, **credentials)
        person = User.objects.filter(username=credentials.get("username", "")).first()
        audit_log.write(Action.SIGN_IN_FAILED, person=person)

    def set_password(self, user: User, password: str) -> None:
        super().set_password(user, password)
        audit_log.write(Action.PASSWORD_CHANGED, by=user, person=user)
