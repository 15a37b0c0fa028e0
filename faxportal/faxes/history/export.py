"""A list of faxes as rows for a spreadsheet: which columns there are, and what stands in them.

All rows of a list are read in its order, in windows, so that memory doesn't grow with them and no
transaction stays open while somebody's slow line takes them.
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

#: Faxes that are read at once.
WINDOW = 500


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its head, and what a fax has in it. A moment is for the caller to write."""

    label: str | Promise
    cell: Callable[[Fax], object]
    is_default: bool = False


def _joined(parts: Iterator[object]) -> str:
    return "; ".join(str(part) for part in parts if part not in (None, ""))


def _handovers(fax: Fax) -> list[Handover]:
    """The newest handover of each batch."""
    newest = {handover.batch: handover for handover in fax.handovers.all()}
    return [newest[number] for number in sorted(newest)]


COLUMNS: Mapping[str, Column] = {
    "submitted": Column(label=_("Submitted"), cell=lambda fax: fax.submitted_at, is_default=True),
    "sender": Column(
        label=_("Sender"), cell=lambda fax: fax.sender.get_username(), is_default=True
    ),
    "extension": Column(label=_("Extension"), cell=lambda fax: fax.extension, is_default=True),
    "label": Column(label=_("Extension's label"), cell=lambda fax: fax.extension_label),
    "recipients": Column(
        label=_("Recipients"),
        cell=lambda fax: _joined(one.typed for one in fax.recipients.all()),
        is_default=True,
    ),
    "dialled": Column(
        label=_("Dialled as"), cell=lambda fax: _joined(one.dialled for one in fax.recipients.all())
    ),
    "subject": Column(label=_("Subject"), cell=lambda fax: fax.subject, is_default=True),
    "note": Column(label=_("Note"), cell=lambda fax: fax.note),
    "documents": Column(
        label=_("Documents"),
        cell=lambda fax: _joined(one.name for one in fax.documents.all()),
        is_default=True,
    ),
    "pages": Column(
        label=_("Pages"), cell=lambda fax: _joined(one.pages for one in fax.documents.all())
    ),
    "bytes": Column(
        label=_("Bytes"), cell=lambda fax: sum(one.size for one in fax.documents.all())
    ),
    "sha256": Column(
        label=_("SHA-256"), cell=lambda fax: _joined(one.sha256 for one in fax.documents.all())
    ),
    "status": Column(
        label=_("Status"), cell=lambda fax: state_label(fax, _handovers(fax)), is_default=True
    ),
    "rested": Column(label=_("Status since"), cell=lambda fax: fax.settled_at, is_default=True),
    "due": Column(label=_("Due"), cell=lambda fax: fax.due_at),
    "voipnow": Column(
        label=_("VoipNow's fax ids"),
        cell=lambda fax: _joined(handover.voipnow_id for handover in _handovers(fax)),
    ),
    "uuid": Column(label=_("Fax id"), cell=lambda fax: fax.uuid),
}


def chosen(names: Sequence[str]) -> list[str]:
    """The columns of these names in their order; of none, or only unknown ones, the usual."""
    known = [name for name in COLUMNS if name in names]
    return known or [name for name, column in COLUMNS.items() if column.is_default]


def walk(found: FaxMatches) -> Iterator[Fax]:
    """All faxes that are wanted, newest first, with what any column shows.

    Those that are submitted meanwhile are not among them; one that is removed may be missing.
    """
    ahead: FaxQuerySet = found.candidates
    while True:
        in_order = ahead.newest_first()
        edge = next(iter(in_order.values_list("list_key", flat=True)[WINDOW : WINDOW + 1]), None)
        near = in_order if edge is None else in_order.newer_than(edge)
        yield from _with_all(found.tested(near))
        if edge is None:
            return
        ahead = found.candidates.down_from(edge)


def _with_all(faxes: FaxQuerySet) -> list[Fax]:
    handovers = Handover.objects.order_by("id").select_related("decided_by")
    return list(faxes.with_parts().prefetch_related(Prefetch("handovers", handovers)))
