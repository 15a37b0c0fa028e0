"""Finding the problems that keep a form from being sent: sentences that say what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.accounts.models import Extension, User
from faxportal.faxes.compose import recipient_messages
from faxportal.faxes.compose.allowed_recipients import refusals
from faxportal.faxes.compose.client_files import client_file_problems
from faxportal.faxes.compose.drafts import SavedDraft
from faxportal.faxes.compose.problems_by_field import Problems, joined
from faxportal.faxes.compose.recipients import ParsedRecipients
from faxportal.faxes.compose.submit_request import ReadRequest, SubmitRequest
from faxportal.text.folding import fold
from faxportal.text.phone_numbers import Number

#: How far ahead a fax can be scheduled.
MAX_AHEAD = timedelta(days=365)


def problems_of(request: SubmitRequest, read: ReadRequest, saved: SavedDraft) -> Problems:
    """All problems that keep the draft from being sent, and not only the first problem."""
    recipients = read.recipients
    found: Problems = {
        "extension": _extension_problems(request.by, request.content.extension),
        "recipients": _recipient_problems(recipients)
        or refusals(recipients.numbers, by=request.by)
        or _changed_names(recipients, request.shown_numbers),
        "documents": [*document_problems(request, read, saved), *read.one_file_problems],
        "due_at": _schedule_problems(request.content.due_at, read.at),
    }
    has_documents = request.client_files or saved.draft.documents.exists()
    if not (found["documents"] or has_documents):
        found["documents"].append(_("Attach at least one document."))
    found = {name: sentences for name, sentences in found.items() if sentences}
    return joined(found | request.form_errors, read.cover.problems_with(saved.draft))


def document_problems(request: SubmitRequest, read: ReadRequest, saved: SavedDraft) -> list[str]:
    """What is wrong with the files of a form and the documents of its draft."""
    attached = saved.draft.documents.count()
    return [
        *read.file_problems,
        *client_file_problems(request.client_files, attached=attached),
        *_listing_problems(request, saved),
        *saved.problems,
    ]


def _listing_problems(request: SubmitRequest, saved: SavedDraft) -> list[str]:
    """A problem if the form lists other documents than its draft has.

    The files of this request don't count. The form and the draft differ if the browser did not get
    the portal's answer to a change, or if the draft was discarded.
    """
    listed = request.listed_documents
    if request.version is None or listed is None:
        return []
    documents = set(saved.draft.documents.values_list("pk", flat=True))
    brought = {document.pk for document in saved.documents}
    if not (documents ^ set(listed)) - brought:
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


def _recipient_problems(recipients: ParsedRecipients) -> list[str]:
    if recipients.invalid:
        return recipient_messages.invalid_recipient_sentences(recipients.invalid)
    if not recipients.numbers:
        return [_("Enter at least one fax number or extension.")]
    if len(recipients.numbers) > settings.MAX_RECIPIENTS:
        return [
            _("There are %(count)d recipients, but a fax can have at most %(limit)d.")
            % {"count": len(recipients.numbers), "limit": settings.MAX_RECIPIENTS}
        ]
    return []


def _changed_names(recipients: ParsedRecipients, shown: Mapping[str, Collection[str]]) -> list[str]:
    """A sentence for each name whose numbers have changed since the browser showed them.

    `shown` is name → the canonical numbers that the browser showed. A name that is not in `shown`
    gets no sentence: the person submitted the form before the browser had looked up the name.
    """
    before: dict[str, set[str]] = {}
    for name, numbers in shown.items():
        before.setdefault(fold(name), set()).update(numbers)
    changed = []
    for part in recipients.looked_up:
        now = {found.canonical for found in part.found if isinstance(found, Number)}
        if before.get(fold(part.looked_up), now) != now:
            changed.append(recipient_messages.changed_name_sentence(part))
    return changed[: recipient_messages.MAX_SENTENCES]


def _schedule_problems(due_at: datetime | None, now: datetime) -> list[str]:
    if due_at is None:
        return []
    if due_at <= now:
        return [_("This time has passed. Choose a later time, or leave it empty to send now.")]
    if due_at > now + MAX_AHEAD:
        return [_("A fax can be scheduled up to 365 days ahead. Choose an earlier time.")]
    return []


def repeated_notices(recipients: ParsedRecipients) -> list[str]:
    """A notice, not a problem, about numbers that were entered more than once."""
    if not recipients.repeated:
        return []
    again = ", ".join(dict.fromkeys(number.typed for number in recipients.repeated))
    return [
        ngettext(
            "One number appears more than once and will be dialled once: %(numbers)s.",
            "Some numbers appear more than once and will be dialled once each: %(numbers)s.",
            len({number.canonical for number in recipients.repeated}),
        )
        % {"numbers": again}
    ]
