"""The texts of concerns, for the form and for `manage.py sendfax`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.compose.confirmations.confirmation import (
    Concern,
    DraftBeforeRestore,
    Duplicates,
    EarlierFax,
    FirstTimeNumbers,
    LargeFax,
)
from faxportal.faxes.compose.recipient_messages import numbers_text
from faxportal.faxes.installation.record_gaps import Gap
from faxportal.faxes.local_time import moment_text
from faxportal.faxes.states import FaxState

#: The most faxes that a list names. One more row says how many faxes are left out.
_MAX_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a concern's list."""

    text: str
    #: `Fax.uuid` of the fax that the row is about; None if the sender may not open its page.
    fax: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ConcernText:
    """A concern as people read it."""

    code: str
    title: str
    sentences: Sequence[str]
    rows: Sequence[Row] = ()


def concern_text(concern: Concern) -> ConcernText:
    """The text of a concern."""
    match concern:
        case Duplicates():
            return _duplicates_text(concern)
        case DraftBeforeRestore():
            return _draft_before_restore_text(concern)
        case FirstTimeNumbers():
            return _first_time_text(concern)
        case LargeFax():
            return _large_fax_text(concern)


def _duplicates_text(duplicates: Duplicates) -> ConcernText:
    alike: dict[tuple[UUID, FaxState], list[EarlierFax]] = {}
    for one in duplicates.earlier:
        alike.setdefault((one.fax, one.state), []).append(one)
    rows = [
        Row(text=_earlier_sentence(those), fax=those[0].fax if those[0].is_visible else None)
        for those in list(alike.values())[:_MAX_ROWS]
    ]
    if more := len(alike) - len(rows):
        rows.append(Row(text=_("%(count)d more faxes") % {"count": more}))
    sentence = ngettext(
        "This was already sent to the same number in the last %(days)d days:",
        "This was already sent to %(count)d of these numbers in the last %(days)d days:",
        len(duplicates.earlier),
    )
    sentences = [sentence % {"count": len(duplicates.earlier), "days": duplicates.days}]
    if duplicates.gap:
        sentences.append(gap_sentence(duplicates.gap))
    return ConcernText(
        code=duplicates.code, title=_("Already sent?"), sentences=sentences, rows=rows
    )


def _draft_before_restore_text(concern: DraftBeforeRestore) -> ConcernText:
    sentence = _("This draft is older than that. It may have been sent already.")
    return ConcernText(
        code=concern.code,
        title=_("Already sent?"),
        sentences=[gap_sentence(concern.gap), sentence],
    )


def gap_sentence(gap: Gap) -> str:
    """Says about which time the record says nothing."""
    return _(
        "The portal was restored or copied and may know nothing of what was sent from %(begin)s "
        "to %(end)s."
    ) % {"begin": moment_text(gap.begins_at), "end": moment_text(gap.ends_at)}


_STATES: dict[FaxState, str | Promise] = {
    FaxState.SCHEDULED: gettext_lazy("it is scheduled for %(due)s"),
    FaxState.WAITING: gettext_lazy("it is on its way"),
    FaxState.HANDING_OVER: gettext_lazy("it is on its way"),
    FaxState.HANDED_OVER: gettext_lazy("it was handed to VoipNow"),
    FaxState.CONFIRMED: gettext_lazy("someone confirmed that it went out"),
    FaxState.UNCERTAIN: gettext_lazy("it may have gone out"),
    FaxState.LEFT_OPEN: gettext_lazy("it may have gone out and was left open"),
    FaxState.CANCELLING: gettext_lazy("it is being cancelled and may still go out"),
}


def _earlier_sentence(those: Sequence[EarlierFax]) -> str:
    """A sentence about one earlier fax.

    `those` has an item for each number of this fax. The batches of these numbers have the same
    state.
    """
    one = those[0]
    by = _("by %(name)s") % {"name": one.by} if one.by else _("by you")
    state = str(_STATES[one.state]) % {"due": moment_text(one.due_at)}
    return _("%(numbers)s: submitted %(at)s %(by)s; %(standing)s.") % {
        "numbers": numbers_text([one.number for one in those]),
        "at": moment_text(one.submitted_at),
        "by": by,
        "standing": state,
    }


def _first_time_text(concern: FirstTimeNumbers) -> ConcernText:
    sentence = ngettext(
        "This office has never faxed %(numbers)s. Look the number up and enter it again to "
        "confirm.",
        "This office has never faxed these numbers: %(numbers)s. Look them up and enter them "
        "again to confirm.",
        len(concern.numbers),
    )
    sentences = [sentence % {"numbers": numbers_text(concern.numbers)}]
    if concern.gap:
        sentences.append(gap_sentence(concern.gap))
    if concern.is_tried and concern.missing:
        sentences.append(
            _("These didn't match or were missing the second time: %(numbers)s.")
            % {"numbers": numbers_text(concern.missing)}
        )
    return ConcernText(
        code=concern.code,
        title=ngettext("A new number", "New numbers", len(concern.numbers)),
        sentences=sentences,
    )


def _large_fax_text(large: LargeFax) -> ConcernText:
    recipients = ngettext("%(count)d recipient", "%(count)d recipients", large.recipients)
    documents = ngettext("%(count)d document", "%(count)d documents", large.documents)
    sentences = [
        _("%(documents)s to %(recipients)s.")
        % {
            "documents": documents % {"count": large.documents},
            "recipients": recipients % {"count": large.recipients},
        }
    ]
    if large.pages:
        sentences.append(_pages_sentence(large))
    if large.has_more_pages:
        sentences.append(_("Documents whose page count isn't known are not included."))
    return ConcernText(code=large.code, title=_("This is a large fax"), sentences=sentences)


def _pages_sentence(large: LargeFax) -> str:
    pages = _pages_words(large.pages)
    if large.recipients == 1:
        return f"{pages}."
    return _("%(pages)s × %(recipients)d recipients = %(total)s.") % {
        "pages": pages,
        "recipients": large.recipients,
        "total": _pages_words(large.pages * large.recipients),
    }


def _pages_words(count: int) -> str:
    return ngettext("%(count)s page", "%(count)s pages", count) % {
        "count": number_format(count, force_grouping=True)
    }
