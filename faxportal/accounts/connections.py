"""A person's connection to VoipNow: saving it, testing it, and making a client from it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from faxportal.accounts.extensions import add_found_extension
from faxportal.accounts.models import Connection, HandOverBy, SignInWith, User
from faxportal.accounts.saved_token import DatabaseTokenStore
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.network import Network


class NewSecretsNeeded(Exception):
    """The person has to enter secrets.

    Either no secrets are stored, or the stored secrets are for another server or way of signing in.
    """


@dataclass(frozen=True, kw_only=True)
class ConnectionCheck:
    """The result of a connection test in which the sign-in worked."""

    #: The number of extensions that the server lists, whether or not the person had them before.
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
    """Store how a person signs in to VoipNow. If `secrets` is None, the stored secrets are kept.

    `secrets` has the keys that `Connection.credentials` reads for this `sign_in_with`. The
    stored secrets can be kept only for the same server and the same way of signing in, because a
    secret is sent only to the server that it was entered for. Raises `NewSecretsNeeded` if
    `secrets` is None and no stored secrets can be kept.
    """
    connection = Connection.objects.filter(user=user).first() or Connection(user=user)
    if secrets is None and (
        connection.pk is None
        or connection.server != server
        or connection.sign_in_with != sign_in_with
    ):
        raise NewSecretsNeeded
    changed = ["server", "sign_in_with", "voipnow_user", "hand_over_by", "changed_at"]
    if connection.server != server:
        connection.proven_form = ""
        changed.append("proven_form")
    connection.server = server
    connection.sign_in_with = sign_in_with
    connection.voipnow_user = voipnow_user
    connection.hand_over_by = hand_over_by
    if secrets is not None:
        connection.set_secrets(secrets)
        changed += ["encrypted_secrets", "encrypted_token", "token_renew_at"]
    with transaction.atomic():
        # Another process may be changing the other fields of the row, such as the token's lease.
        connection.save(update_fields=changed if connection.pk else None)
        audit_log.write(
            Action.CONNECTION_CHANGED,
            by=user,
            sign_in_with=sign_in_with.value,
            new_secrets=secrets is not None,
        )
    return connection


def voipnow_for(connection: Connection, network: Network) -> VoipNow:
    """The client for a connection, with its secrets decrypted. Raises `encryption.KeyLost`."""
    return VoipNow(
        network,
        server=connection.server,
        credentials=connection.credentials(),
        user=connection.voipnow_user,
        tokens=DatabaseTokenStore(connection),
        trailing_slash=settings.FAX_PATH_SLASH,
    )


def check_connection(connection: Connection, network: Network) -> ConnectionCheck:
    """Sign in, read which extensions the server lists, and add the new extensions.

    Raises `VoipNowError` and `encryption.KeyLost`.
    """
    listed = voipnow_for(connection, network).extensions()
    known = set(connection.extensions.values_list("number", flat=True))
    for extension in listed:
        if extension.number not in known:
            add_found_extension(connection, extension.number)
    return ConnectionCheck(extensions_found=len(listed))
