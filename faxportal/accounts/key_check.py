"""Trying the operator's keys on the stored connections. No other check would find a wrong key."""

from __future__ import annotations

from dataclasses import dataclass

from faxportal.accounts.models import Connection


@dataclass(frozen=True, kw_only=True)
class KeyCheck:
    """How many stored connections the keys decrypt. Connections of closed accounts don't count."""

    readable: int
    unreadable: int

    @property
    def sentence(self) -> str:
        """For operators: what is wrong with the keys; "" if they decrypt every connection."""
        if not self.unreadable:
            return ""
        if not self.readable:
            return (
                "FAXPORTAL_CREDENTIAL_KEYS has no key that opens the stored VoipNow sign-ins, so "
                "faxes wait."
            )
        return (
            f"FAXPORTAL_CREDENTIAL_KEYS has no key that opens {self.unreadable} of the "
            f"{self.readable + self.unreadable} stored VoipNow sign-ins, so the faxes of these "
            "senders wait."
        )


def check_keys() -> KeyCheck:
    """Try the keys on every stored connection. Database errors are raised."""
    stored = Connection.objects.filter(user__is_active=True).only("encrypted_secrets")
    tried = [connection.is_readable for connection in stored]
    return KeyCheck(readable=tried.count(True), unreadable=tried.count(False))
