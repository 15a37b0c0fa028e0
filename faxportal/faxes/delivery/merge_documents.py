"""Merging a fax's documents into one PDF, for a create request that carries the file.

If such a request had two files under the same part name, a server might keep only the last file,
and its answer would not say so. So the request carries one file.

Merging takes time. So it is a call of its own, which a worker makes in a thread. The call sends
nothing and needs no attempt: a worker that dies leaves at most a stored file that no row names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from faxportal.documents import file_store, merging
from faxportal.documents.file_store import StoredFile
from faxportal.documents.kinds import Kind
from faxportal.documents.merging import FileChanged, Part
from faxportal.documents.parser.rejections import Rejected
from faxportal.documents.parser_pool import NotMergeable
from faxportal.documents.typesetting import TypesettingFailed
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.locked_handover import LockedHandover, lock_handover
from faxportal.faxes.delivery.retries import postpone
from faxportal.faxes.event_log import Event
from faxportal.faxes.models import Document, MergedPdf
from faxportal.faxes.reasons import OwnReason
from faxportal.voipnow.errors import Reason
from faxportal.voipnow.network import Network


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The result of a `MergeCall`: the PDF is stored, and no row names it yet."""

    file: StoredFile


@dataclass(frozen=True, kw_only=True)
class NotMerged:
    """The result of a `MergeCall` without a PDF."""

    reason: Reason | OwnReason
    #: Whether the documents are to blame, so that merging them again is of no use.
    is_final: bool
    #: The position of the document that can't be merged; 0 if no single document is to blame.
    document: int = 0


@dataclass(kw_only=True, eq=False)
class MergeCall:
    """Merge a fax's documents and store the PDF."""

    lease: Lease
    #: In the order of the documents.
    parts: Sequence[Part] = field(repr=False)
    #: The handover's counter when the step was taken.
    counter: int

    def run(self, network: Network, clock: Clock) -> Merged | NotMerged:
        """Merge the documents. A failing disk or a busy machine is never a final failure."""
        try:
            return Merged(file=merging.merge_stored(self.parts))
        except NotMergeable as error:
            return NotMerged(
                reason=OwnReason.NOT_MERGEABLE, is_final=True, document=error.number or 0
            )
        except FileChanged:
            return NotMerged(reason=Reason.FILE_CHANGED, is_final=True)
        except FileNotFoundError:
            return NotMerged(reason=Reason.FILE_UNREADABLE, is_final=False)
        except (Rejected, TypesettingFailed, OSError):
            return NotMerged(reason=OwnReason.NOT_MERGED_NOW, is_final=False)


def merge_call(locked: LockedHandover, lease: Lease, documents: Sequence[Document]) -> MergeCall:
    """The call that merges these documents of a locked fax."""
    return MergeCall(
        lease=lease,
        parts=[
            Part(
                stored_as=document.stored_as,
                kind=Kind.of(document.content_type),
                sha256=document.sha256,
            )
            for document in documents
        ],
        counter=locked.handover.counter,
    )


def record_merge(call: MergeCall, result: Merged | NotMerged | None, clock: Clock) -> None:
    """Write the row of a merged PDF, or why there is none. Recording it again changes nothing.

    `result` is None for a fault of the portal itself. The PDF is deleted in two cases: this worker
    does not have the handover any more, or the call of another batch has merged the documents
    first.
    """
    with lock_handover(call.lease.handover_id, call.lease.fax_id, clock) as locked:
        is_ours = locked.is_open and locked.handover.lease == call.lease.token
        if isinstance(result, Merged):
            if is_ours and not MergedPdf.objects.filter(fax=locked.fax).exists():
                _keep(locked, result.file)
        elif is_ours and locked.handover.counter == call.counter:
            _note_failure(locked, result)
    if isinstance(result, Merged):
        named = MergedPdf.objects.filter(stored_as=result.file.stored_as)
        if not named.exists():
            file_store.delete(result.file.stored_as)


def _keep(locked: LockedHandover, file: StoredFile) -> None:
    MergedPdf.objects.create(
        fax=locked.fax,
        size=file.size,
        sha256=file.sha256,
        pages=file.pages or 0,
        stored_as=file.stored_as,
    )


def _note_failure(locked: LockedHandover, failed: NotMerged | None) -> None:
    if failed and failed.is_final:
        locked.add_event(Event.NOT_MERGED, document=failed.document)
        locked.give_up(failed.reason)
        return
    postpone(locked, failed.reason if failed else OwnReason.PORTAL_FAULT)
    locked.raise_counter()
