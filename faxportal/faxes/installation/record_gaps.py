"""Times about which the record says nothing, because the portal was restored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from faxportal.faxes.models import RecordGap


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A time about which the record says nothing, though faxes may have been sent or changed."""

    begins_at: datetime
    ends_at: datetime


def newest_gap(*, ended_after: datetime | None = None) -> Gap | None:
    """The gap that ended last; None if there is none, or if it ended at `ended_after` or before."""
    gap = RecordGap.objects.exclude(ends_at=None).order_by("-ends_at").first()
    if gap is None or gap.ends_at is None or (ended_after and gap.ends_at <= ended_after):
        return None
    return Gap(begins_at=gap.begins_at, ends_at=gap.ends_at)
