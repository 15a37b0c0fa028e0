"""Writing the audit: who did what in the portal, when and from where.

A function that does something also writes the entry about it, in the same transaction: the database
saves both or neither. Such a function does not get the request. So a middleware sets the address of
the request for all code that runs within the request (`from_address`), as Django does with the time
zone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from faxportal.audit import record_keys
from faxportal.audit.models import AuditEntry
from faxportal.audit.record_keys import NO_KEY

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

_address: ContextVar[str | None] = ContextVar("address", default=None)


class Action(TextChoices):
    """What was done; the label is what a person reads."""

    SIGNED_IN = "signed_in", _("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("Failed sign-in")
    SIGNED_OUT = "signed_out", _("Signed out")
    PASSWORD_CHANGED = "password_changed", _("Changed a password")
    PERSON_ADDED = "person_added", _("Added a person")
    ROLE_GIVEN = "role_given", _("Gave a role")
    CONNECTION_CHANGED = "connection_changed", _("Changed a connection")
    EXTENSION_ADDED = "extension_added", _("Added an extension")
    EXTENSION_REMOVED = "extension_removed", _("Removed an extension")
    SENDING_PAUSED = "sending_paused", _("Paused all sending")
    SENDING_RESUMED = "sending_resumed", _("Resumed sending")
    FAX_CANCELLED = "fax_cancelled", _("Asked to cancel a fax")
    SCHEDULED_CONFIRMED = "scheduled_confirmed", _("Confirmed that a scheduled fax is still wanted")
    FAX_DECIDED = "fax_decided", _("Decided about a fax")
    FAX_FORWARDED = "fax_forwarded", _("Copied a fax's documents to forward them")
    DOCUMENT_OPENED = "document_opened", _("Downloaded a document")
    DOCUMENT_PREVIEWED = "document_previewed", _("Previewed a page of a document")
    EVIDENCE_MADE = "evidence_made", _("Created an evidence sheet")
    NUMBER_BLOCKED = "number_blocked", _("Blocked a number")
    NUMBER_UNBLOCKED = "number_unblocked", _("Unblocked a number")
    EXPORTED = "exported", _("Exported a list")
    HOLD_PLACED = "hold_placed", _("Put a fax on legal hold")
    HOLD_LIFTED = "hold_lifted", _("Lifted a legal hold")
    SHARED_CONTACTS_CHANGED = "shared_contacts_changed", _("Changed shared contacts")
    COVER_ADDED = "cover_added", _("Added a cover page")
    COVER_CHANGED = "cover_changed", _("Changed a cover page")
    COVER_REMOVED = "cover_removed", _("Removed a cover page")
    RECORD_REMOVED = "record_removed", _("Removed a fax after its retention period")


def write(
    action: Action,
    *,
    by: AbstractUser | None = None,
    fax: UUID | None = None,
    person: AbstractUser | None = None,
    at: datetime | None = None,
    **data: Any,
) -> AuditEntry:
    """Add an entry: `by` did `action`, to the fax with this uuid or to `person`.

    `at` is the current time unless given. `data` is kept for ever and shown to reviewers. So it has
    only counts, ids, hashes and fixed words, never a secret, a phone number or a name.
    """
    entry = AuditEntry(
        at=at or timezone.now(),
        actor_id=by.pk if by else None,
        action=action,
        fax=fax,
        person_id=person.pk if person else None,
        address=_address.get(),
        data=data,
    )
    if key := record_keys.newest():
        entry.key_id = key.id
        entry.hash = key.digest("audit", content_of(entry))
    entry.save(force_insert=True)
    return entry


def content_of(entry: AuditEntry) -> str:
    """What the hash of an entry covers, as canonical JSON. The entry's id is not part of it."""
    content = [
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        str(entry.action),
        str(entry.fax) if entry.fax else None,
        entry.person_id,
        _canonical(entry.address),
        entry.data,
    ]
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def is_as_written(entry: AuditEntry) -> bool:
    """Whether nobody changed an entry since it was written. Raises `KeyUnknown`.

    An entry without a key proves nothing by itself: the chain of seals has to cover it.
    """
    if entry.key_id == NO_KEY:
        return entry.hash == ""
    return entry.hash == record_keys.key_with(entry.key_id).digest("audit", content_of(entry))


def _canonical(address: str | None) -> str | None:
    """An IP address in a form that does not depend on the database that kept it."""
    if address is None:
        return None
    try:
        read = ip_address(address)
    except ValueError:
        return address
    return f"{read.version}:{int(read)}"


@contextmanager
def from_address(address: str | None) -> Iterator[None]:
    """Within this context, entries get this IP address. `address` is None for a command."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)
