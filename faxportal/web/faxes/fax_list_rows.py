"""What the rows of a list of faxes show, made ready for the template.

A page has many rows. A template that translates and formats each part and makes each link takes
several times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from faxportal.faxes.history.list_query import FaxRow
from faxportal.faxes.states import FaxState
from faxportal.web.templatetags.portal import moment, state


@dataclass(frozen=True, kw_only=True)
class FaxListRow:
    """One fax. A text is empty if there is nothing to show."""

    uuid: str
    address: str
    submitted: str
    #: Name and number of the first recipient, and how many more recipients there are, in words.
    name: str
    number: str
    more_recipients: str
    subject: str
    sender: str
    extension: str
    extension_label: str
    #: Name of the first document, and how many more documents there are, in words.
    document: str
    more_documents: str
    state: str
    #: When a scheduled fax is due; empty for other faxes.
    due: str


def fax_list_rows(found: Sequence[FaxRow]) -> Sequence[FaxListRow]:
    """One row for each fax, in the same order."""
    states = {
        value: state(value, str(FaxState(value).label)) for value in {one.state for one in found}
    }
    return [_row(one, states[one.state]) for one in found]


def _row(fax: FaxRow, shown_state: str) -> FaxListRow:
    return FaxListRow(
        uuid=str(fax.uuid),
        address=reverse("fax", kwargs={"uuid": fax.uuid}),
        submitted=moment(fax.submitted_at),
        name=fax.recipient_name,
        number=fax.recipient_typed,
        more_recipients=_more(fax.recipient_count - 1),
        subject=fax.subject,
        sender=fax.sender_name,
        extension=fax.extension,
        extension_label=fax.extension_label,
        document=fax.document_name,
        more_documents=_more(fax.document_count - 1),
        state=shown_state,
        due=moment(fax.due_at) if fax.state == FaxState.SCHEDULED else "",
    )


def _more(count: int) -> str:
    """How many there are besides the first, in words; empty for none."""
    if not count:
        return ""
    return ngettext("and %(more)s more", "and %(more)s more", count) % {"more": count}
