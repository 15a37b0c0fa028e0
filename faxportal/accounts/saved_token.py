"""A connection's access token, encrypted in the connection's row, which all processes share."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Lock

from django.db.models import Q
from django.db.models.functions import Now

from faxportal.accounts import encryption
from faxportal.accounts.models import Connection
from faxportal.voipnow.authentication import Token

#: How long a process has the lock at most. If its request for a token takes longer, another process
#: requests a token as well, which does no harm.
_LEASE = timedelta(seconds=90)
#: Seconds between two attempts to get the lock: the first pause, and the longest pause.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
#: Id of a connection → a lock for this process's threads. Only one thread at a time tries to get
#: the lock in the connection's row.
_THREADS: defaultdict[int, Lock] = defaultdict(Lock)


class DatabaseTokenStore:
    """The `voipnow.authentication.TokenStore` of one connection."""

    def __init__(self, connection: Connection) -> None:
        #: The row, as long as it has the secrets that `connection` was loaded with.
        self._row_with_secrets = Connection.objects.filter(
            pk=connection.pk, encrypted_secrets=connection.encrypted_secrets
        )
        self._connection_id = connection.pk
        self._row = Connection.objects.filter(pk=connection.pk)

    def load(self) -> Token | None:
        """The stored token. None if no token is stored, or if no key decrypts it."""
        row = self._row_with_secrets.values_list("encrypted_token", "token_renew_at").first()
        if row is None or not row[0] or row[1] is None:
            return None
        try:
            return Token(value=encryption.decrypt(row[0]), renew_at=row[1])
        except encryption.KeyLost:
            return None

    def save(self, token: Token) -> None:
        """Store a token, unless other secrets were saved since the connection was loaded."""
        self._row_with_secrets.update(
            encrypted_token=encryption.encrypt(token.value), token_renew_at=token.renew_at
        )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Wait for the lock, and hold it within this context. Only its holder may request a token.

        The lock is a lease: when the holder dies, the next caller gets the lock after `_LEASE`.
        """
        lease = uuid.uuid4()
        with _THREADS[self._connection_id]:
            pause = _FIRST_PAUSE
            while not self._acquire(lease):
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            try:
                yield
            finally:
                self._row.filter(token_lease=lease).update(token_lease=None, token_lease_until=None)

    def _acquire(self, lease: uuid.UUID) -> bool:
        is_free = Q(token_lease_until=None) | Q(token_lease_until__lt=Now())
        acquired = self._row.filter(is_free).update(
            token_lease=lease, token_lease_until=Now() + _LEASE
        )
        # If the connection was deleted meanwhile, there is no lock to wait for.
        return bool(acquired) or not self._row.exists()
