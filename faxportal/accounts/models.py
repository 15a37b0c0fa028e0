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
from faxportal.voipnow.authentication import AccessToken, AppKey, Credentials, SessionCookies


class AuditedUserManager(UserManager["User"]):
    """Django's user manager. It also writes an audit entry for each new superuser."""

    use_in_migrations = False

    def create_superuser(self, *args: Any, **kwargs: Any) -> User:
        user = super().create_superuser(*args, **kwargs)
        audit_log.write(Action.PERSON_ADDED, person=user, role="superuser")
        return user


class User(AbstractUser):
    """A person who signs in to the portal."""

    objects: ClassVar[AuditedUserManager] = AuditedUserManager()

    #: Name of an IANA time zone; empty means the office's time zone (`settings.TIME_ZONE`).
    time_zone = models.CharField(max_length=64, blank=True)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which this person reads and enters times."""
        # The name may come from a machine with newer time zone data.
        with suppress(ZoneInfoNotFoundError, ValueError):
            if self.time_zone:
                return ZoneInfo(self.time_zone)
        return ZoneInfo(settings.TIME_ZONE)


class SignInWith(models.TextChoices):
    """The ways to sign in to VoipNow; each has a class in `voipnow.authentication`."""

    APP_KEY = "app_key", _("App key and secret")
    ACCESS_TOKEN = "access_token", _("Access token")
    SESSION_COOKIE = "session_cookie", _("Session cookie")


class HandOverBy(models.TextChoices):
    """The wire form in which a server gets faxes. With AUTOMATIC the portal finds out by trying."""

    AUTOMATIC = "automatic", _("Automatic")
    PRESIGNED = WireForm.PRESIGNED.value, _("Pre-signed uploads")
    ONE_REQUEST = WireForm.ONE_REQUEST.value, _("One request")


class Connection(models.Model):
    """How one person signs in to one VoipNow server."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="connection")
    server = models.URLField(_("server"), max_length=200)
    sign_in_with = models.CharField(max_length=20, choices=SignInWith)
    #: Encrypted JSON of the secrets that `sign_in_with` needs: see `set_secrets`, `credentials`.
    encrypted_secrets = models.TextField(editable=False)
    #: The access token that VoipNow gave for an app key, encrypted. From `token_renew_at` on, the
    #: portal requests another token.
    encrypted_token = models.TextField(blank=True, editable=False)
    token_renew_at = models.DateTimeField(null=True, editable=False)
    #: The lease of the caller that requests a token now; other callers wait. See `saved_token`.
    token_lease = models.UUIDField(null=True, editable=False)
    token_lease_until = models.DateTimeField(null=True, editable=False)
    voipnow_user = models.CharField(_("VoipNow user"), max_length=100, default="@me")
    hand_over_by = models.CharField(max_length=20, choices=HandOverBy, default=HandOverBy.AUTOMATIC)
    #: The wire form in which this server has accepted a fax; empty before the first accepted fax.
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

    def set_secrets(self, secrets: dict[str, str]) -> None:
        """Encrypt new secrets in place of the old secrets, and drop the token of the old secrets.

        `secrets` has the keys that `credentials` reads. The caller saves the row.
        """
        self.encrypted_secrets = encryption.encrypt(json.dumps(secrets))
        self.encrypted_token, self.token_renew_at = "", None

    def wire_form(self) -> WireForm:
        """The form to try first: the chosen form, else `proven_form`, else pre-signed."""
        if self.hand_over_by != HandOverBy.AUTOMATIC:
            return WireForm(self.hand_over_by)
        return WireForm(self.proven_form or WireForm.PRESIGNED)

    @property
    def may_change_form(self) -> bool:
        """Whether the portal may try the other wire form.

        It may if the person chose no form, and if the server has not accepted a fax in any form
        yet.
        """
        return self.hand_over_by == HandOverBy.AUTOMATIC and not self.proven_form

    @property
    def is_readable(self) -> bool:
        """Whether one of the operator's keys decrypts the secrets."""
        return encryption.is_decryptable(self.encrypted_secrets)

    def credentials(self) -> Credentials:
        """What this connection signs in with, decrypted. Raises `encryption.KeyLost`."""
        secrets: dict[str, str] = json.loads(encryption.decrypt(self.encrypted_secrets))
        match SignInWith(self.sign_in_with):
            case SignInWith.APP_KEY:
                return AppKey(key=secrets["key"], secret=secrets["secret"])
            case SignInWith.ACCESS_TOKEN:
                return AccessToken(token=secrets["token"])
            case SignInWith.SESSION_COOKIE:
                return SessionCookies(cookies=secrets["cookies"], xsrf_token=secrets["xsrf_token"])


class Extension(models.Model):
    """An extension of VoipNow that a person sends from, with the person's label for it."""

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
