"""The concerns about a fax, the request to confirm them, and the confirmation.

A concern is a reason to ask the sender: duplicates, first-time numbers, a large fax, or a draft
that may have been sent before the portal was restored.

A confirmation is bound to the request that the sender saw. If the form or the concerns have changed
since then, the portal asks again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from uuid import UUID

from faxportal.faxes.installation.record_gaps import Gap
from faxportal.faxes.states import FaxState
from faxportal.text.phone_numbers import Number


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """The sender's confirmation, as the form posts it."""

    #: `ConfirmationRequest.digest` of the request that the sender confirmed; "" if the sender
    #: confirmed nothing.
    digest: str = ""
    #: The text in which the sender entered first-time numbers a second time.
    numbers_again: str = field(default="", repr=False)


NO_CONFIRMATION = Confirmation()


@dataclass(frozen=True, kw_only=True)
class EarlierFax:
    """An earlier fax with the same documents to the same phone."""

    number: Number = field(repr=False)
    #: `Fax.uuid`, its public name.
    fax: UUID
    submitted_at: datetime
    due_at: datetime
    #: User name of the earlier fax's sender; None if the same sender has to confirm now.
    by: str | None
    #: State of the batch that has the number, expressed as a state of a fax.
    state: FaxState
    #: Whether the person who has to confirm now may open the page of the earlier fax.
    is_visible: bool


@dataclass(frozen=True, kw_only=True)
class Duplicates:
    """In the last days, faxes with the same documents to the same numbers were submitted."""

    code: ClassVar = "duplicates"

    #: How many days the portal looked back.
    days: int
    earlier: tuple[EarlierFax, ...]
    #: A gap in the record of these days; None if there is none.
    gap: Gap | None = None

    @property
    def digest_parts(self) -> Sequence[str]:
        """For each earlier fax, the canonical number and the fax's UUID."""
        # The states are left out, because they change by themselves while the sender reads.
        return [f"{one.number.canonical} {one.fax}" for one in self.earlier]


@dataclass(frozen=True, kw_only=True)
class FirstTimeNumbers:
    """Numbers that this office has never faxed. The sender has to enter each of them twice."""

    code: ClassVar = "first_time_numbers"

    numbers: tuple[Number, ...] = field(repr=False)
    #: The numbers that the sender has not entered a second time.
    missing: tuple[Number, ...] = field(repr=False)
    #: Whether the sender entered anything a second time.
    is_tried: bool
    #: The newest gap in the record; None if there is none.
    gap: Gap | None = None

    @property
    def digest_parts(self) -> Sequence[str]:
        """The canonical numbers."""
        return [number.canonical for number in self.numbers]


@dataclass(frozen=True, kw_only=True)
class LargeFax:
    """The fax has more recipients or pages than the operator allows without confirmation."""

    code: ClassVar = "large_fax"

    recipients: int
    documents: int
    #: Pages for one recipient, without the documents whose page count the portal doesn't know.
    pages: int
    #: Whether there are documents whose page count the portal doesn't know.
    has_more_pages: bool

    @property
    def digest_parts(self) -> Sequence[str]:
        """Empty, because the request's fingerprint already depends on recipients and documents."""
        return []


@dataclass(frozen=True, kw_only=True)
class DraftBeforeRestore:
    """The draft is older than the last restore of the portal, so it may have been sent already.

    `gap` is the time about which the restored record says nothing.
    """

    code: ClassVar = "draft_before_restore"

    gap: Gap

    @property
    def digest_parts(self) -> Sequence[str]:
        """The end of the gap."""
        return [self.gap.ends_at.isoformat()]


#: Each concern has a `code`. A confirmation is bound to the code and to the `digest_parts`.
Concern = DraftBeforeRestore | Duplicates | FirstTimeNumbers | LargeFax


@dataclass(frozen=True, kw_only=True)
class ConfirmationRequest:
    """All concerns about one fax, to be confirmed together. Without concerns the fax may go out."""

    concerns: tuple[Concern, ...]
    recipients: int
    #: `content_hash.fingerprint` of the fax.
    fingerprint: str = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, over the concerns and the fax that they are about."""
        concerns = [[concern.code, *concern.digest_parts] for concern in self.concerns]
        return hashlib.sha256(json.dumps([self.fingerprint, concerns]).encode()).hexdigest()

    def is_met_by(self, confirmation: Confirmation) -> bool:
        """Whether the fax may go out with this confirmation."""
        if any(isinstance(one, FirstTimeNumbers) and one.missing for one in self.concerns):
            return False
        return not self.concerns or confirmation.digest == self.digest

    def event_data(self) -> dict[str, object]:
        """`confirmed` → the codes of the concerns, for the event log; empty without concerns."""
        codes = [concern.code for concern in self.concerns]
        return {"confirmed": codes} if codes else {}
