"""What a sender is mailed about a fax."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.history.progress import BatchProgress, progress_of
from faxportal.faxes.models import Fax, Handover, Reminder
from faxportal.faxes.reason_messages import links_expire_sentence
from faxportal.faxes.states import HandoverState

_SUBJECTS: dict[str, str | Promise] = {
    Reminder.Kind.LATE: gettext_lazy("Your fax is late"),
    Reminder.Kind.BROWSER_SILENT: gettext_lazy("Your fax waits for files from your browser"),
    Reminder.Kind.RESTORED: gettext_lazy("Is your scheduled fax still wanted?"),
    Reminder.Kind.LINKS_EXPIRE: gettext_lazy("Your fax can't be uploaded so far"),
}


#: How many faxes one mail names. The mail says how many more there are.
MAX_NAMED = 20


@dataclass(frozen=True, kw_only=True)
class News:
    """A fax with batches in trouble that its sender has not been told of yet."""

    fax: Fax
    #: The newest handovers of these batches: refused or uncertain.
    handovers: Sequence[Handover]

    @property
    def needs_decision(self) -> bool:
        """Whether the sender has to decide about any of these batches."""
        return any(one.state == HandoverState.UNCERTAIN for one in self.handovers)


def trouble_subject(news: News) -> str:
    """The subject of a mail about one fax with batches that are refused or uncertain."""
    if news.fax.is_settled:
        return _("Your fax: %(state)s") % {"state": news.fax.get_state_display()}
    if news.needs_decision:
        return _("Your fax needs your decision for some recipients")
    return _("Your fax failed for some recipients")


def trouble_text(news: News) -> str:
    """The text of a mail about one fax with batches that are refused or uncertain.

    It says how far the fax has come, and what happened to these batches.
    """
    progress = progress_of(news.fax)
    if len(progress.batches) == 1:
        return progress.sentence
    batches = {one.batch for one in news.handovers}
    lines = [_batch_line(one) for one in progress.batches if one.number in batches]
    return "\n\n".join([progress.sentence, *lines])


def list_subject(news: Collection[News]) -> str:
    """The subject of a mail about several faxes with batches that are refused or uncertain."""
    if decisions := sum(one.needs_decision for one in news):
        return ngettext(
            "%(count)d of your faxes needs your decision",
            "%(count)d of your faxes need your decision",
            decisions,
        ) % {"count": decisions}
    return _("%(count)d of your faxes failed, completely or for some recipients") % {
        "count": len(news)
    }


def list_text(
    news: Sequence[News], *, address_of: Callable[[Fax], str], decisions_address: str
) -> str:
    """The text of a mail about several faxes: for each fax its recipients, state and address.

    `decisions_address` is where a person decides about many faxes at once.
    """
    lines = [f"{_fax_line(one.fax)}\n{address_of(one.fax)}" for one in news[:MAX_NAMED]]
    if (more := len(news) - MAX_NAMED) > 0:
        lines.append(ngettext("And %(count)d more.", "And %(count)d more.", more) % {"count": more})
    if any(one.needs_decision for one in news):
        lines.append(_("Decide about many at once: %s") % decisions_address)
    return "\n\n".join(lines) + "\n"


def _fax_line(fax: Fax) -> str:
    first, *others = fax.recipients.order_by("position").values_list("typed", flat=True)
    to = first
    if others:
        more = ngettext("%(count)d more", "%(count)d more", len(others)) % {"count": len(others)}
        to = _("%(number)s and %(more)s") % {"number": first, "more": more}
    subject = f" ({fax.subject})" if fax.subject else ""
    return f"{to}{subject}: {progress_of(fax).sentence}"


def _batch_line(batch: BatchProgress) -> str:
    numbers = ", ".join(recipient.typed for recipient in batch.recipients)
    return f"{numbers}: {batch.sentence}"


def reminder_subject(kind: Reminder.Kind) -> str:
    """The subject of a reminder."""
    return str(_SUBJECTS[kind])


def reminder_text(fax: Fax, kind: Reminder.Kind) -> str:
    """What a reminder says."""
    match kind:
        case Reminder.Kind.LATE:
            return _("Your fax could have gone out an hour ago. %(progress)s") % {
                "progress": progress_of(fax).sentence
            }
        case Reminder.Kind.BROWSER_SILENT:
            return _(
                "Some of its files are still only in your browser, which has not been heard of for "
                "ten minutes. Open the fax there and choose the missing files."
            )
        case Reminder.Kind.LINKS_EXPIRE:
            trying = _("The portal goes on trying until the fax's deadline.")
            return f"{links_expire_sentence()} {trying}"
        case Reminder.Kind.RESTORED:
            return progress_of(fax).sentence


def scheduled_subject(count: int) -> str:
    """The subject of a mail about several faxes that were scheduled before a restore."""
    return ngettext(
        "%(count)d scheduled fax waits for your word",
        "%(count)d scheduled faxes wait for your word",
        count,
    ) % {"count": count}


def scheduled_text(decisions_address: str) -> str:
    """The text of a mail about several faxes that were scheduled before a restore."""
    sentence = _(
        "The portal was restored or copied. Your scheduled faxes may have been cancelled or sent "
        "by the former portal, so none is sent until you confirm that it is still wanted."
    )
    return f"{sentence}\n\n{decisions_address}\n"
