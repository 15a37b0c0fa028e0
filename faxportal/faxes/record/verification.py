"""What verifying a fax finds: what was compared, what differs, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What verifying proves about a record."""

    #: All that can be compared is as it was recorded.
    WHOLE = "whole"
    #: Something provably differs from what was recorded.
    CHANGED = "changed"
    #: Nothing provably differs, but not all can be compared, because a key or a seal is missing.
    UNVERIFIABLE = "unverifiable"

    @classmethod
    def of_all(cls, verdicts: Iterable[Verdict]) -> Verdict:
        """The verdict about several records together."""
        found = set(verdicts)
        return next((one for one in (cls.CHANGED, cls.UNVERIFIABLE) if one in found), cls.WHOLE)


#: With this status a command ends that found nothing changed, but could not verify all.
EXIT_UNVERIFIABLE = 3


class Problem(StrEnum):
    """What is wrong with the record of a fax."""

    #: An event is not as it was written, or does not follow the event before it.
    EVENT_CHANGED = "event_changed"
    #: A seal names more events than there are.
    EVENTS_CUT_OFF = "events_cut_off"
    #: A submitted fax has no event at all.
    NO_EVENTS = "no_events"
    #: An event has no key, and no older version of the portal can have written it.
    NO_KEY = "no_key"
    #: The operator's keys lack the key of a hash, so nobody can verify it.
    KEY_UNKNOWN = "key_unknown"
    #: A fact is not what it was when it was bound.
    FACT_CHANGED = "fact_changed"
    #: The fax has another status than its history says, or has it since another moment.
    STATE_CHANGED = "state_changed"
    #: A seal of the fax is not as it was written.
    SEAL_CHANGED = "seal_changed"
    #: The watch has sealed later events, and has left this fax out. The watch catches up on it.
    NOT_SEALED = "not_sealed"
    #: A sealed fax is gone, and retention did not remove it.
    FAX_MISSING = "fax_missing"
    #: The chain says that retention removed the fax, but the fax exists.
    FAX_IS_BACK = "fax_is_back"


#: Problems that keep something from being compared, and that prove no change.
_NO_PROOF = frozenset({Problem.KEY_UNKNOWN, Problem.NOT_SEALED})


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is wrong. The hashes tell nothing about the values."""

    problem: Problem
    #: The number of the event.
    event: int | None = None
    #: The number of the seal.
    seal: int | None = None
    #: The name of the fact; see `facts.FACTS`.
    fact: str = ""
    #: The hash that was recorded, and the hash of what is found now.
    recorded: str = ""
    found: str = ""

    @property
    def verdict(self) -> Verdict:
        """What this one thing says about the record."""
        return Verdict.UNVERIFIABLE if self.problem in _NO_PROOF else Verdict.CHANGED


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was compared, and what differs."""

    differences: Sequence[Difference]
    events: int
    #: Events of version 0.1.0, whose hashes anybody could compute.
    events_without_key: int
    #: The names of the facts that were compared.
    facts: Sequence[str]
    #: The names of the facts that could not be compared, because their key is unknown.
    facts_without_key: Sequence[str]
    #: From the fax's last seal: up to which event it covers the fax, its time, and its number.
    sealed_events: int
    sealed_at: datetime | None
    seal: int | None

    @property
    def verdict(self) -> Verdict:
        """Whether the record is whole, was changed, or can't be verified."""
        return Verdict.of_all(one.verdict for one in self.differences)

    @property
    def broken_at(self) -> int | None:
        """The number of the first event that is not as it was written; None if all are."""
        broken = {Problem.EVENT_CHANGED, Problem.NO_KEY}
        return min(
            (one.event for one in self.differences if one.problem in broken and one.event),
            default=None,
        )
