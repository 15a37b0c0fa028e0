"""How the questions read: on the form, and where the command tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.formats import number_format
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
from faxportal.faxes.messages import moment_words, numbers_words
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
        "This was already sent to the same number in the last %(days)d days:",
        "This was already sent to %(count)d of these numbers in the last %(days)d days:",
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
    FaxState.CONFIRMED: gettext_lazy("someone confirmed that it went out"),
    FaxState.UNCERTAIN: gettext_lazy("it may have gone out"),
    FaxState.LEFT_OPEN: gettext_lazy("it may have gone out and was left open"),
    FaxState.CANCELLING: gettext_lazy("it is being cancelled and may still go out"),
}


def _before(those: Sequence[Before]) -> str:
    """Numbers of one fax that stand alike."""
    one = those[0]
    by = _("by %(name)s") % {"name": one.by} if one.by else _("by you")
    standing = str(_STANDINGS[one.state]) % {"due": moment_words(one.due_at)}
    return _("%(numbers)s: submitted %(at)s %(by)s; %(standing)s.") % {
        "numbers": numbers_words([one.number for one in those]),
        "at": moment_words(one.submitted_at),
        "by": by,
        "standing": standing,
    }


def _new_numbers(question: NewNumbers) -> Worded:
    sentence = ngettext(
        "This office has never faxed %(numbers)s. Look the number up and enter it again to "
        "confirm.",
        "This office has never faxed these numbers: %(numbers)s. Look them up and enter them "
        "again to confirm.",
        len(question.numbers),
    )
    sentences = [sentence % {"numbers": numbers_words(question.numbers)}]
    if question.is_tried and question.missing:
        sentences.append(
            _("These didn't match or were missing the second time: %(numbers)s.")
            % {"numbers": numbers_words(question.missing)}
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
        sentences.append(_("Documents whose page count isn't known are not included."))
    return Worded(code=summary.code, title=_("This is a large fax"), sentences=sentences)


def _pages(summary: Summary) -> str:
    pages = _pages_words(summary.pages)
    if summary.recipients == 1:
        return f"{pages}."
    return _("%(pages)s × %(recipients)d recipients = %(total)s.") % {
        "pages": pages,
        "recipients": summary.recipients,
        "total": _pages_words(summary.pages * summary.recipients),
    }


def _pages_words(count: int) -> str:
    return ngettext("%(count)s page", "%(count)s pages", count) % {
        "count": number_format(count, force_grouping=True)
    }
