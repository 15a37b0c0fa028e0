"""A connection's access token, encrypted in its row and shared by every process."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from faxportal.accounts import encryption
from faxportal.accounts.models import Connection
from faxportal.voipnow.authentication import Token

#: One request for a token is over by then, or its process is dead.
_LEASE = timedelta(seconds=90)
_LOOK_AGAIN_SECONDS = 0.05


class StoredToken:
    """The `TokenStore` of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._row = Connection.objects.filter(
            pk=connection.pk, sealed_secrets=connection.sealed_secrets
        )
        self._everyone = Connection.objects.filter(pk=connection.pk)

    def load(self) -> Token | None:
        row = self._row.values_list("sealed_token", "token_renew_at").first()
        if row is None or not row[0] or row[1] is None:
            return None
        try:
            return Token(value=encryption.decrypt(row[0]), renew_at=row[1])
        except encryption.KeyLost:
            return None

    def save(self, token: Token) -> None:
        """Keep a token, unless the secrets that brought it have been changed meanwhile."""
        self._row.update(
            sealed_token=encryption.encrypt(token.value), token_renew_at=token.renew_at
        )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held by one caller in any process; a lease, so that a dead one holds nobody up."""
        lease = uuid.uuid4()
        while not self._take(lease):
            time.sleep(_LOOK_AGAIN_SECONDS)
        try:
            yield
        finally:
            self._everyone.filter(token_lease=lease).update(
                token_lease=None, token_lease_until=None
            )

    def _take(self, lease: uuid.UUID) -> bool:
        free = Q(token_lease_until=None) | Q(token_lease_until__lt=Now())
        taken = self._everyone.filter(free).update(
            token_lease=lease, token_lease_until=Now() + _LEASE
        )
        # A connection that is gone has no one to wait for.
        return bool(taken) or not self._everyone.exists()
