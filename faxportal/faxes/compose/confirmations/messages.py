"""How the questions read: on the form, and where the command tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.compose.confirmations.confirmation import (
    AlreadySent,
    Before,
    NewNumbers,
    Question,
    Summary,
)
from faxportal.faxes.compose.recipient_messages import numbers_text
from faxportal.faxes.local_time import moment_text
from faxportal.faxes.states import FaxState

#: Rows of a list that are shown of however many there are.
_SHOWN_ROWS = 10


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a question's list."""

    text: str
    #: The fax that it tells of, where the person who is asked may open its page.
    fax: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Worded:
    """One question as people read it."""

    code: str
    title: str
    sentences: Sequence[str]
    rows: Sequence[Row] = ()


def worded(question: Question) -> Worded:
    """A question in words."""
    match question:
        case AlreadySent():
            return _already_sent(question)
        case NewNumbers():
            return _new_numbers(question)
        case Summary():
            return _summary(question)


def _already_sent(question: AlreadySent) -> Worded:
    alike: dict[tuple[UUID, FaxState], list[Before]] = {}
    for one in question.before:
        alike.setdefault((one.fax, one.state), []).append(one)
    rows = [
        Row(text=_before(those), fax=those[0].fax if those[0].is_visible else None)
        for those in list(alike.values())[:_SHOWN_ROWS]
    ]
    if more := len(alike) - len(rows):
        rows.append(Row(text=_("%(count)d more faxes") % {"count": more}))
    sentence = ngettext(
        "This number was sent the same in the last %(days)d days:",
        "%(count)d numbers were sent the same in the last %(days)d days:",
        len(question.before),
    )
    return Worded(
        code=question.code,
        title=_("Already sent?"),
        sentences=[sentence % {"count": len(question.before), "days": question.days}],
        rows=rows,
    )


_STANDINGS: dict[FaxState, str | Promise] = {
    FaxState.SCHEDULED: gettext_lazy("it is scheduled for %(due)s"),
    FaxState.WAITING: gettext_lazy("it is on its way"),
    FaxState.HANDING_OVER: gettext_lazy("it is on its way"),
    FaxState.HANDED_OVER: gettext_lazy("it was handed to VoipNow"),
    FaxState.CONFIRMED: gettext_lazy("somebody confirmed that it went out"),
    FaxState.UNCERTAIN: gettext_lazy("it may have gone out, nobody knows yet"),
    FaxState.LEFT_OPEN: gettext_lazy("it may have gone out, that was left open"),
    FaxState.CANCELLING: gettext_lazy("it is being cancelled and may still go out"),
}


def _before(those: Sequence[Before]) -> str:
    """Numbers of one fax that stand alike."""
    one = those[0]
    by = _("by %(name)s") % {"name": one.by} if one.by else _("by you")
    standing = str(_STANDINGS[one.state]) % {"due": moment_text(one.due_at)}
    return _("%(numbers)s: submitted %(at)s %(by)s; %(standing)s.") % {
        "numbers": numbers_text([one.number for one in those]),
        "at": moment_text(one.submitted_at),
        "by": by,
        "standing": standing,
    }


def _new_numbers(question: NewNumbers) -> Worded:
    sentence = ngettext(
        "%(numbers)s was never faxed from this office. Enter it again, from where you have it.",
        "Never faxed from this office: %(numbers)s. Enter them again, from where you have them.",
        len(question.numbers),
    )
    sentences = [sentence % {"numbers": numbers_text(question.numbers)}]
    if question.is_tried and question.missing:
        sentences.append(
            _("Not the same, or not there, the second time: %(numbers)s.")
            % {"numbers": numbers_text(question.missing)}
        )
    return Worded(
        code=question.code,
        title=ngettext("A new number", "New numbers", len(question.numbers)),
        sentences=sentences,
    )


def _summary(summary: Summary) -> Worded:
    recipients = ngettext("%(count)d recipient", "%(count)d recipients", summary.recipients)
    documents = ngettext("%(count)d document", "%(count)d documents", summary.documents)
    sentences = [
        _("%(documents)s to %(recipients)s.")
        % {
            "documents": documents % {"count": summary.documents},
            "recipients": recipients % {"count": summary.recipients},
        }
    ]
    if summary.pages:
        sentences.append(_pages(summary))
    if summary.has_more_pages:
        sentences.append(
            _("The portal doesn't know the pages of some documents: those come on top.")
        )
    return Worded(code=summary.code, title=_("This is a large fax"), sentences=sentences)


def _pages(summary: Summary) -> str:
    pages = ngettext("%(count)d page", "%(count)d pages", summary.pages)
    if summary.recipients == 1:
        return pages % {"count": summary.pages} + "."
    total = summary.pages * summary.recipients
    return _("%(pages)s for each: %(total)d pages on the line in all.") % {
        "pages": pages % {"count": summary.pages},
        "total": total,
    }
