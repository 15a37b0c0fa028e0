"""What a sender is mailed about a fax."""

from __future__ import annotations

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes.history.progress import BatchProgress, progress_of
from faxportal.faxes.models import Fax, Reminder
from faxportal.faxes.reason_messages import links_expire_sentence
from faxportal.faxes.states import HandoverState

_SUBJECTS: dict[str, str | Promise] = {
    Reminder.Kind.LATE: gettext_lazy("Your fax is late"),
    Reminder.Kind.BROWSER_SILENT: gettext_lazy("Your fax waits for files from your browser"),
    Reminder.Kind.LINKS_EXPIRE: gettext_lazy("Your fax can't be uploaded so far"),
}


def trouble_subject(fax: Fax, states: Collection[str]) -> str:
    """The subject of a mail about batches that are refused or uncertain.

    `states` are the states of these batches' handovers.
    """
    if fax.is_settled:
        return _("Your fax: %(state)s") % {"state": fax.get_state_display()}
    if HandoverState.UNCERTAIN in states:
        return _("Your fax needs your decision for some recipients")
    return _("Your fax failed for some recipients")


def trouble_text(fax: Fax, batches: Collection[int]) -> str:
    """The text of a mail about batches that are refused or uncertain.

    It says how far the fax has come, and what happened to these batches.
    """
    progress = progress_of(fax)
    if len(progress.batches) == 1:
        return progress.sentence
    news = [_batch_line(one) for one in progress.batches if one.number in batches]
    return "\n\n".join([progress.sentence, *news])


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
