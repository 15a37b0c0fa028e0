"""Whether the same content went to the same phone in the last days.

The faxes of all senders count. A sender reads which colleague sent the same content, and when. Only
a sender who may read the earlier fax gets a link to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery

from faxportal.accounts.models import User
from faxportal.faxes.compose.confirmations.confirmation import Duplicates, EarlierFax
from faxportal.faxes.installation.record_gaps import newest_gap
from faxportal.faxes.models import Fax, Handover, Recipient
from faxportal.faxes.states import OPEN_HANDOVERS, FaxState, HandoverState
from faxportal.text.phone_numbers import Number

_ENDED: dict[str, FaxState] = {
    HandoverState.COMPLETE: FaxState.HANDED_OVER,
    HandoverState.CONFIRMED: FaxState.CONFIRMED,
    HandoverState.LEFT_OPEN: FaxState.LEFT_OPEN,
}


def find_duplicates(
    draft: Fax, *, numbers: Sequence[Number], content: str, at: datetime
) -> Duplicates | None:
    """Earlier faxes with this content to these numbers; None if there are no such faxes.

    `content` is a `Fax.content_hash`. The fax that the draft sends again (`Fax.resend_of`) doesn't
    count, because the sender knows of that fax. All other earlier faxes count. The caller has
    locked the content, so that nobody submits another fax with the same content meanwhile.
    """
    days = settings.ALREADY_SENT_DAYS
    latest = _latest(
        {number.canonical for number in numbers},
        content,
        since=at - timedelta(days=days),
        except_for=draft.resend_of_id,
    )
    if not latest:
        return None
    faxes = Fax.objects.filter(pk__in={one.fax_id for one in latest.values()})
    visible = set(faxes.visible_to(draft.sender).values_list("pk", flat=True))
    earlier = [
        _earlier_fax(number, one, draft.sender, is_visible=one.fax_id in visible)
        for number in numbers
        if (one := latest.get(number.canonical))
    ]
    gap = newest_gap(ended_after=at - timedelta(days=days))
    return Duplicates(days=days, earlier=tuple(earlier), gap=gap)


def _latest(
    phones: Collection[str], content: str, *, since: datetime, except_for: int | None
) -> dict[str, Recipient]:
    """Canonical number → its latest `Recipient` whose batch went out or may go out.

    The fax with the id `except_for` is left out. Each row is annotated with `batch_state`, the
    state of its batch's newest handover. The query starts from the content: only a few faxes of the
    last days have the same content, but a phone may have been faxed very often.
    """
    handovers = Handover.objects.filter(fax=OuterRef("fax"), batch=OuterRef("batch"))
    rows = (
        Recipient.objects.filter(fax__content_hash=content, fax__submitted_at__gte=since)
        .filter(Exists(handovers.that_may_go_out()), canonical__in=phones)
        .exclude(fax=except_for)
        .annotate(batch_state=Subquery(handovers.order_by("-id").values("state")[:1]))
        .select_related("fax__sender")
        .order_by("-fax__submitted_at", "-fax")
    )
    latest: dict[str, Recipient] = {}
    for row in rows.iterator():
        latest.setdefault(row.canonical, row)
        if len(latest) == len(phones):
            break
    return latest


def _earlier_fax(number: Number, one: Recipient, sender: User, *, is_visible: bool) -> EarlierFax:
    fax, times = one.fax, one.fax.times
    batch_state: str = one.batch_state  # type: ignore[attr-defined]  # annotated
    if batch_state in OPEN_HANDOVERS:
        state = FaxState(fax.state)
    else:
        # The state is UNCERTAIN, too, if the newest handover failed but an earlier handover may
        # have gone out.
        state = _ENDED.get(batch_state, FaxState.UNCERTAIN)
    return EarlierFax(
        number=number,
        fax=fax.uuid,
        submitted_at=times.submitted_at,
        due_at=times.due_at,
        by=None if fax.sender_id == sender.pk else fax.sender.get_username(),
        state=state,
        is_visible=is_visible,
    )
