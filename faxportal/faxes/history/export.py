"""The export of a list of faxes: which columns there are, and reading all rows.

Rows are read in the order of the list, a window at a time. So memory does not grow with the number
of rows, and no transaction stays open while rows are sent over a slow connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.history.filters import FaxMatches
from faxportal.faxes.history.progress import state_label
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.models.fax import FaxQuerySet

#: Faxes that one query reads.
WINDOW = 500


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the export."""

    #: The head of the column.
    label: str | Promise
    #: What the column holds for a fax: text, a number, an aware datetime, or None for nothing.
    value: Callable[[Fax], object]
    #: Whether the column is exported if the person chose no columns.
    is_default: bool = False


def _joined(parts: Iterator[object]) -> str:
    return "; ".join(str(part) for part in parts if part not in (None, ""))


def _newest_handovers(fax: Fax) -> list[Handover]:
    """The newest handover of each batch, in the order of the batch numbers.

    Needs all handovers in the order of their ids, as `_with_parts` prefetches them.
    """
    newest = {handover.batch: handover for handover in fax.handovers.all()}
    return [newest[number] for number in sorted(newest)]


COLUMNS: Mapping[str, Column] = {
    "submitted": Column(label=_("Submitted"), value=lambda fax: fax.submitted_at, is_default=True),
    "sender": Column(
        label=_("Sender"), value=lambda fax: fax.sender.get_username(), is_default=True
    ),
    "extension": Column(label=_("Extension"), value=lambda fax: fax.extension, is_default=True),
    "label": Column(label=_("Extension's label"), value=lambda fax: fax.extension_label),
    "recipients": Column(
        label=_("Recipients"),
        value=lambda fax: _joined(one.typed for one in fax.recipients.all()),
        is_default=True,
    ),
    "dialled": Column(
        label=_("Dialled as"),
        value=lambda fax: _joined(one.dialled for one in fax.recipients.all()),
    ),
    "subject": Column(label=_("Subject"), value=lambda fax: fax.subject, is_default=True),
    "note": Column(label=_("Note"), value=lambda fax: fax.note),
    "documents": Column(
        label=_("Documents"),
        value=lambda fax: _joined(one.name for one in fax.documents.all()),
        is_default=True,
    ),
    "pages": Column(
        label=_("Pages"), value=lambda fax: _joined(one.pages for one in fax.documents.all())
    ),
    "bytes": Column(
        label=_("Bytes"), value=lambda fax: sum(one.size for one in fax.documents.all())
    ),
    "sha256": Column(
        label=_("SHA-256"), value=lambda fax: _joined(one.sha256 for one in fax.documents.all())
    ),
    "status": Column(
        label=_("Status"),
        value=lambda fax: state_label(fax, _newest_handovers(fax)),
        is_default=True,
    ),
    "settled": Column(label=_("Status since"), value=lambda fax: fax.settled_at, is_default=True),
    "due": Column(label=_("Due"), value=lambda fax: fax.due_at),
    "voipnow": Column(
        label=_("VoipNow's fax ids"),
        value=lambda fax: _joined(handover.voipnow_id for handover in _newest_handovers(fax)),
    ),
    "uuid": Column(label=_("Fax id"), value=lambda fax: fax.uuid),
}


def selected_columns(names: Sequence[str]) -> list[str]:
    """The known columns among `names`, in the order of `COLUMNS`; if none, the default columns."""
    known = [name for name in COLUMNS if name in names]
    return known or [name for name, column in COLUMNS.items() if column.is_default]


def read_faxes(matches: FaxMatches) -> Iterator[Fax]:
    """All matches, newest first, with the parts that columns show.

    Faxes that are submitted or removed during the reading may be missing.
    """
    ahead: FaxQuerySet = matches.candidates
    while True:
        in_order = ahead.newest_first()
        edge = next(iter(in_order.values_list("list_key", flat=True)[WINDOW : WINDOW + 1]), None)
        window = in_order if edge is None else in_order.newer_than(edge)
        yield from _with_parts(matches.among(window))
        if edge is None:
            return
        ahead = matches.candidates.not_newer_than(edge)


def _with_parts(faxes: FaxQuerySet) -> list[Fax]:
    handovers = Handover.objects.order_by("id").select_related("decided_by")
    return list(faxes.with_parts().prefetch_related(Prefetch("handovers", handovers)))
