"""Connecting a person to their VoipNow, and the extensions they may send from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from faxportal.accounts.models import Connection, Extension, HandOverBy, SignInWith, User
from faxportal.accounts.tokens import StoredToken
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.network import Network

# Digits and `*`: UnifiedAPI 3's form of an extension number, organization * local number.
_EXTENSION = re.compile(r"\d+(\*\d+)?")


class NewSecretsNeeded(Exception):
    """The stored secrets belong to another server or another way of signing in."""


class ExtensionNotTaken(Exception):
    """An extension that can't be added; its text is a sentence for the person."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What a connection that works has shown."""

    extensions_found: int


def save_connection(
    user: User,
    *,
    server: str,
    sign_in_with: SignInWith,
    secrets: dict[str, str] | None,
    voipnow_user: str,
    hand_over_by: HandOverBy = HandOverBy.AUTOMATIC,
) -> Connection:
    """Store how a person signs in to VoipNow; `secrets` None keeps the ones stored before.

    Raises `NewSecretsNeeded` where there are none to keep, and where server or way changed: a
    secret never goes to another server than the one it was entered for.
    """
    connection = Connection.objects.filter(user=user).first() or Connection(user=user)
    if secrets is None and (
        connection.pk is None
        or connection.server != server
        or connection.sign_in_with != sign_in_with
    ):
        raise NewSecretsNeeded
    if connection.server != server:
        connection.proven_form = ""
    connection.server = server
    connection.sign_in_with = sign_in_with
    connection.voipnow_user = voipnow_user
    connection.hand_over_by = hand_over_by
    if secrets is not None:
        connection.seal(secrets)
    with transaction.atomic():
        connection.save()
        new_secrets, way = secrets is not None, sign_in_with.value
        audit_log.write(
            Action.CONNECTION_CHANGED, by=user, sign_in_with=way, new_secrets=new_secrets
        )
    return connection


def voipnow_of(connection: Connection, network: Network) -> VoipNow:
    """The client for a connection, its secrets opened; raises `encryption.KeyLost`."""
    return VoipNow(
        network,
        server=connection.server,
        sign_in=connection.sign_in(),
        user=connection.voipnow_user,
        tokens=StoredToken(connection),
        trailing_slash=settings.FAX_PATH_SLASH,
    )


def check_connection(connection: Connection, network: Network) -> Checked:
    """Sign in, see which extensions the server shows, and add the new ones.

    Raises `VoipNowError`, or `encryption.KeyLost`.
    """
    seen = voipnow_of(connection, network).extensions()
    known = set(connection.extensions.values_list("number", flat=True))
    for extension in seen:
        if extension.number not in known:
            _add(connection, extension.number, label="")
    return Checked(extensions_found=len(seen))


def add_extension(connection: Connection, *, number: str, label: str) -> Extension:
    """Add an extension by hand; raises `ExtensionNotTaken`."""
    number = "".join(number.split())
    if not _EXTENSION.fullmatch(number):
        raise ExtensionNotTaken(
            _("Use digits only, with one * in an extended number, for example 0003*210.")
        )
    try:
        return _add(connection, number, label=label.strip())
    except IntegrityError:
        raise ExtensionNotTaken(_("This extension is already in your list.")) from None


def make_default(extension: Extension) -> None:
    """Offer this extension first, instead of the one before."""
    with transaction.atomic():
        Extension.objects.filter(connection=extension.connection_id, is_default=True).update(
            is_default=False
        )
        Extension.objects.filter(pk=extension.pk).update(is_default=True)


def rename_extension(extension: Extension, label: str) -> None:
    """Give an extension another label, or none."""
    Extension.objects.filter(pk=extension.pk).update(label=label.strip())


def remove_extension(extension: Extension) -> None:
    """Take an extension out of the list; the first of the others takes over as default."""
    with transaction.atomic():
        extension.delete()
        audit_log.write(Action.EXTENSION_REMOVED, by=extension.connection.user)
        others = Extension.objects.filter(connection=extension.connection_id)
        if not others.filter(is_default=True).exists() and (first := others.first()):
            make_default(first)


def _add(connection: Connection, number: str, *, label: str) -> Extension:
    """Add an extension; the first one is the default."""
    with transaction.atomic():
        audit_log.write(Action.EXTENSION_ADDED, by=connection.user)
        return connection.extensions.create(
            number=number, label=label, is_default=not connection.extensions.exists()
        )
