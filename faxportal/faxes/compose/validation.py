"""What keeps a form from being sent, by field, in sentences that say what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.accounts.models import Extension, User
from faxportal.faxes.compose import recipient_messages
from faxportal.faxes.compose.allowed_recipients import refusals
from faxportal.faxes.compose.client_files import DeclaredFile
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.drafts import Kept
from faxportal.faxes.compose.recipients import Reading
from faxportal.text.folding import fold
from faxportal.text.phone_numbers import Number

#: How far ahead a fax can be scheduled.
MAX_AHEAD = timedelta(days=365)

#: Sentences by the field they belong to; "" is the form as a whole.
Problems = dict[str, list[str]]


def problems_of_form(
    by: User,
    typed: DraftContent,
    reading: Reading,
    kept: Kept,
    refused: list[str],
    now: datetime,
    declared: Sequence[DeclaredFile],
    shown_names: Mapping[str, Collection[str]],
) -> Problems:
    """All that keeps the draft from being sent, at once: nobody likes to be told in instalments."""
    found: Problems = {
        "extension": _extension_problems(by, typed.extension),
        "recipients": _recipient_problems(reading)
        or refusals(reading.numbers, by=by)
        or _changed_names(reading, shown_names),
        "documents": refused + kept.problems,
        "due_at": _schedule_problems(typed.due_at, now),
    }
    if not (found["documents"] or declared or kept.draft.documents.exists()):
        found["documents"].append(_("Attach at least one document."))
    return {name: sentences for name, sentences in found.items() if sentences}


def listing_problems(kept: Kept, shown: Collection[int] | None) -> list[str]:
    """Whether a page lists (ids) other documents than its draft has, beside the files it brought.

    It may not know of a change: an answer was lost on the way, or the draft was discarded.
    """
    there = set(kept.draft.documents.values_list("pk", flat=True))
    brought = {document.pk for document in kept.documents}
    if shown is None or not (there ^ set(shown)) - brought:
        return []
    return [_("The documents have changed since this page was loaded. Check them and send again.")]


def _extension_problems(by: User, extension: str) -> list[str]:
    mine = Extension.objects.filter(connection__user=by)
    if not hasattr(by, "connection"):
        return [_("You are not connected to VoipNow yet. Connect under “Connection” first.")]
    if not mine.exists():
        return [_("You have no extension to send from yet. Add one under “Connection”.")]
    if not mine.filter(number=extension).exists():
        return [_("Choose the extension to send from.")]
    return []


def _recipient_problems(reading: Reading) -> list[str]:
    if reading.misread:
        return recipient_messages.misread_sentences(reading.misread)
    if not reading.numbers:
        return [_("Enter at least one fax number or extension.")]
    if len(reading.numbers) > settings.MAX_RECIPIENTS:
        return [
            _("There are %(count)d recipients, but a fax can have at most %(limit)d.")
            % {"count": len(reading.numbers), "limit": settings.MAX_RECIPIENTS}
        ]
    return []


def _changed_names(reading: Reading, shown: Mapping[str, Collection[str]]) -> list[str]:
    """Whether names mean other numbers by now than a page showed: name → canonical numbers.

    A name that it did not show (its person was quicker than the reading) is taken as it is.
    """
    before: dict[str, set[str]] = {}
    for name, numbers in shown.items():
        before.setdefault(fold(name), set()).update(numbers)
    changed = []
    for part in reading.looked_up:
        now = {found.canonical for found in part.found if isinstance(found, Number)}
        if before.get(fold(part.looked_up), now) != now:
            changed.append(recipient_messages.changed_sentence(part))
    return changed[: recipient_messages.MAX_SENTENCES]


def _schedule_problems(due_at: datetime | None, now: datetime) -> list[str]:
    if due_at is None:
        return []
    if due_at <= now:
        return [_("This time has passed. Choose a later time, or leave it empty to send now.")]
    if due_at > now + MAX_AHEAD:
        return [_("A fax can be scheduled up to 365 days ahead. Choose an earlier time.")]
    return []


def joined(some: Problems, more: Problems) -> Problems:
    """The problems of both, field by field."""
    return {name: some.get(name, []) + more.get(name, []) for name in {**some, **more}}


def merged_sentences(reading: Reading) -> list[str]:
    """What a person should know of numbers that stood there more than once: no problem."""
    if not reading.repeated:
        return []
    again = ", ".join(dict.fromkeys(number.typed for number in reading.repeated))
    return [
        ngettext(
            "One number appears more than once and will be dialled once: %(numbers)s.",
            "Some numbers appear more than once and will be dialled once each: %(numbers)s.",
            len({number.canonical for number in reading.repeated}),
        )
        % {"numbers": again}
    ]
