"""The worker against a simulated VoipNow, over real HTTP."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from faxportal.faxes import record
from faxportal.faxes.models import Fax, Try
from faxportal.faxes.states import FaxState
from faxportal.simulator.handle import Simulator
from tests.documents import made
from tests.faxes.conftest import PDF, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


def test_every_file_reaches_voipnow_byte_for_byte(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    files = {
        "offer.pdf": PDF,
        "plan.tif": made.tiff(),
        "notes.txt": "Grüße".encode(),
    }
    fax = deliver(submit(files, to="7778888, 0003*211"))

    assert fax.state == FaxState.HANDED_OVER
    [received] = simulator.faxes()
    assert received.recipients == ("7778888", "0003*211")
    assert [file.sha256 for file in received.files] == [
        hashlib.sha256(content).hexdigest() for content in files.values()
    ]
    assert simulator.report().duplicates == ()
    assert fax.handovers.get().voipnow_id == str(received.id)


def test_the_smallest_document_goes_last(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(submit({"a.txt": b"a", "b.pdf": made.pdf(at_least=9000), "c.pdf": PDF}))

    tries = Try.objects.filter(handover__fax=fax, upload__isnull=False)
    last = tries.order_by("opened_at").last()
    assert last is not None
    assert last.upload is not None
    assert last.upload.document.name == "a.txt"
    others = tries.exclude(pk=last.pk)
    assert all(other.closed_at and other.closed_at <= last.opened_at for other in others)


def test_the_record_of_a_fax_is_whole(submit: Submit, deliver: Deliver) -> None:
    fax = deliver(submit())

    assert record.first_broken(fax) is None
    event = fax.events.get(kind="created")
    event.data = {"voipnow_id": "999"}
    event.save()
    assert record.first_broken(fax) == event.position
