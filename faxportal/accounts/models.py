"""People, and how each of them signs in to VoipNow."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from faxportal.accounts import encryption
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.voipnow.api_types import WireForm
from faxportal.voipnow.authentication import AccessToken, AppKey, SessionCookies, SignIn


class People(UserManager["User"]):
    """Django's, with an audit entry for each superuser."""

    use_in_migrations = False

    def create_superuser(self, *args: Any, **kwargs: Any) -> User:
        user = super().create_superuser(*args, **kwargs)
        audit_log.write(Action.PERSON_ADDED, person=user, role="superuser")
        return user


class User(AbstractUser):
    """A person who signs in to the portal."""

    objects: ClassVar[People] = People()

    #: Name of an IANA time zone; empty is the office's.
    time_zone = models.CharField(max_length=64, blank=True)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this person reads and enters times."""
        with suppress(ZoneInfoNotFoundError, ValueError):  # a zone of another machine's data
            if self.time_zone:
                return ZoneInfo(self.time_zone)
        return ZoneInfo(settings.TIME_ZONE)


class SignInWith(models.TextChoices):
    APP_KEY = "app_key", _("App key and secret")
    ACCESS_TOKEN = "access_token", _("Access token")
    SESSION_COOKIE = "session_cookie", _("Session cookie")


class HandOverBy(models.TextChoices):
    """In which wire form a connection's server gets its faxes."""

    AUTOMATIC = "automatic", _("Automatic")
    PRESIGNED = WireForm.PRESIGNED.value, _("Pre-signed uploads")
    ONE_REQUEST = WireForm.ONE_REQUEST.value, _("One request")


class Connection(models.Model):
    """How one person signs in to one VoipNow server."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="connection")
    server = models.URLField(_("server"), max_length=200)
    sign_in_with = models.CharField(max_length=20, choices=SignInWith)
    #: Encrypted JSON of the secrets that the way of signing in needs; see `secrets()`.
    sealed_secrets = models.TextField(editable=False)
    #: Encrypted access token that an app key brought, and when it stops working.
    sealed_token = models.TextField(blank=True, editable=False)
    token_renew_at = models.DateTimeField(null=True, editable=False)
    #: Who is getting a token right now, so that the others wait for it; see `tokens`.
    token_lease = models.UUIDField(null=True, editable=False)
    token_lease_until = models.DateTimeField(null=True, editable=False)
    voipnow_user = models.CharField(_("VoipNow user"), max_length=100, default="@me")
    hand_over_by = models.CharField(max_length=20, choices=HandOverBy, default=HandOverBy.AUTOMATIC)
    #: The form that this server has taken a fax in; empty until it has.
    proven_form = models.CharField(
        max_length=20,
        blank=True,
        choices=[(form.value, form.value) for form in WireForm],
        editable=False,
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sign_in_with__in=SignInWith.values),
                name="connection_sign_in_with_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(hand_over_by__in=HandOverBy.values),
                name="connection_hand_over_by_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"connection {self.pk}"

    def seal(self, secrets: dict[str, str]) -> None:
        """Put secrets in place of the ones before and forget the token that those brought."""
        self.sealed_secrets = encryption.encrypt(json.dumps(secrets))
        self.sealed_token, self.token_renew_at = "", None

    def wire_form(self) -> WireForm:
        """The form to begin with: the chosen one, else the proven one, else the page's."""
        if self.hand_over_by != HandOverBy.AUTOMATIC:
            return WireForm(self.hand_over_by)
        return WireForm(self.proven_form or WireForm.PRESIGNED)

    @property
    def may_change_form(self) -> bool:
        """Whether the other form may be tried: the choice is left to us and nothing is proven."""
        return self.hand_over_by == HandOverBy.AUTOMATIC and not self.proven_form

    def sign_in(self) -> SignIn:
        """The way of signing in with its secrets opened; raises `encryption.KeyLost`."""
        secrets: dict[str, str] = json.loads(encryption.decrypt(self.sealed_secrets))
        match SignInWith(self.sign_in_with):
            case SignInWith.APP_KEY:
                return AppKey(key=secrets["key"], secret=secrets["secret"])
            case SignInWith.ACCESS_TOKEN:
                return AccessToken(token=secrets["token"])
            case SignInWith.SESSION_COOKIE:
                return SessionCookies(cookies=secrets["cookies"], xsrf_token=secrets["xsrf_token"])


class Extension(models.Model):
    """A number that a connection may send from, with our label."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="extensions")
    number = models.CharField(_("extension number"), max_length=50)
    label = models.CharField(_("label"), max_length=100, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_default", "number"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "number"], name="extension_once"),
            models.UniqueConstraint(
                fields=["connection"],
                condition=models.Q(is_default=True),
                name="extension_one_default",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.label}" if self.label else self.number
