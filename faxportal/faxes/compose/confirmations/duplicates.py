"""Whether the same content went to the same phone in the last days.

Asked of the office as a whole. Who sends something learns of a colleague's fax that it is there,
whose it is and when; only who may read it is led to it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery

from faxportal.accounts.models import User
from faxportal.faxes.compose.confirmations.confirmation import AlreadySent, Before
from faxportal.faxes.models import Fax, Handover, Recipient
from faxportal.faxes.states import OPEN_HANDOVERS, FaxState, HandoverState
from faxportal.text.phone_numbers import Number

_ENDED: dict[str, FaxState] = {
    HandoverState.COMPLETE: FaxState.HANDED_OVER,
    HandoverState.CONFIRMED: FaxState.CONFIRMED,
    HandoverState.LEFT_OPEN: FaxState.LEFT_OPEN,
}


def already_sent(
    draft: Fax, *, numbers: Sequence[Number], content: str, at: datetime
) -> AlreadySent | None:
    """The question about a draft with this content to these numbers; None without a reason.

    Whoever takes a fax up to send it again knows of that one, and is told of later ones alone.
    """
    days = settings.ALREADY_SENT_DAYS
    latest = _latest(
        {number.canonical for number in numbers}, content, since=at - timedelta(days=days)
    )
    news = {phone: one for phone, one in latest.items() if one.fax_id != draft.resend_of_id}
    if not news:
        return None
    faxes = Fax.objects.filter(pk__in={one.fax_id for one in news.values()})
    visible = set(faxes.visible_to(draft.sender).values_list("pk", flat=True))
    before = [
        _before(number, one, draft.sender, is_visible=one.fax_id in visible)
        for number in numbers
        if (one := news.get(number.canonical))
    ]
    return AlreadySent(days=days, before=tuple(before))


def _latest(phones: Collection[str], content: str, *, since: datetime) -> dict[str, Recipient]:
    """phone → its latest recipient's row, of faxes that went out or may, with the state of it.

    By the faxes of the content: of those there are few in some days, of a phone there may be many.
    """
    theirs = Handover.objects.filter(fax=OuterRef("fax"), batch=OuterRef("batch"))
    rows = (
        Recipient.objects.filter(fax__content_hash=content, fax__submitted_at__gte=since)
        .filter(Exists(theirs.that_may_go_out()), canonical__in=phones)
        .annotate(standing=Subquery(theirs.order_by("-id").values("state")[:1]))
        .select_related("fax__sender")
        .order_by("-fax__submitted_at", "-fax")
    )
    latest: dict[str, Recipient] = {}
    for row in rows.iterator():
        latest.setdefault(row.canonical, row)
        if len(latest) == len(phones):
            break
    return latest


def _before(number: Number, one: Recipient, asked: User, *, is_visible: bool) -> Before:
    fax, times = one.fax, one.fax.times
    standing: str = one.standing  # type: ignore[attr-defined]  # annotated
    if standing in OPEN_HANDOVERS:
        state = FaxState(fax.state)
    else:
        # One that was refused after somebody had sent it again in doubt is as uncertain as before.
        state = _ENDED.get(standing, FaxState.UNCERTAIN)
    return Before(
        number=number,
        fax=fax.uuid,
        submitted_at=times.submitted_at,
        due_at=times.due_at,
        by=None if fax.sender_id == asked.pk else fax.sender.get_username(),
        state=state,
        is_visible=is_visible,
    )
