"""People, how each of them signs in to VoipNow, and what they did in the portal."""

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
from faxportal.voipnow.messages import WireForm
from faxportal.voipnow.signing_in import AccessToken, AppKey, SessionCookies, SignIn


class People(UserManager["User"]):
    """Django's, with what makes somebody an admin of everything in the audit."""

    def create_superuser(self, *args: Any, **kwargs: Any) -> User:
        from faxportal.accounts import audit  # which needs the models

        user = super().create_superuser(*args, **kwargs)
        audit.write(audit.Action.PERSON_ADDED, person=user, role="superuser")
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
        max_length=20, blank=True, choices=[(form, form) for form in WireForm], editable=False
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


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def newest_first(self) -> AuditQuerySet:
        return self.order_by("-at", "-id")

    def older_than(self, entry: AuditEntry) -> AuditQuerySet:
        """Those behind an entry in the order of `newest_first`."""
        # The first condition is implied; it is what the databases look up in an index.
        return self.filter(at__lte=entry.at).filter(
            models.Q(at__lt=entry.at) | models.Q(pk__lt=entry.pk)
        )

    def with_people(self) -> AuditQuerySet:
        return self.select_related("actor", "person")


class AuditEntry(models.Model):
    """One thing that somebody did in the portal. Rows are only ever added; see `accounts/audit.py`.

    `data` holds counts, hashes and words of ours; never a secret, a number or a name.
    """

    at = models.DateTimeField()
    #: None: nobody who was signed in, or the portal itself.
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    #: An `audit.Action`.
    action = models.CharField(max_length=40)
    #: What it was done to: a fax by its uuid, which outlives the fax, or a person.
    fax = models.UUIDField(null=True)
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    #: Where the request came from; none for a command.
    address = models.GenericIPAddressField(null=True)
    data = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest_first"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_of_actor"),
            models.Index(fields=["action", "-at", "-id"], name="audit_of_action"),
            models.Index(fields=["fax"], name="audit_of_fax"),
        ]

    def __str__(self) -> str:
        return f"audit entry {self.pk}"
