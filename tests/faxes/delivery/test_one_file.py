"""In the older wire form, the create request carries one file: the pages of all documents."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageChops
from pypdfium2 import PdfDocument
from pytest_django.fixtures import Settings

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.documents import file_store, preview
from faxportal.documents.kinds import Kind
from faxportal.faxes.compose import resend
from faxportal.faxes.delivery.lease import LEASE_LENGTH
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.history.evidence.data import evidence_data
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.maintenance import retention
from faxportal.faxes.maintenance.orphaned_files import remove_orphans
from faxportal.faxes.models import Attempt, CoverTemplate, Fax, MergedPdf
from faxportal.faxes.reasons import OwnReason
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.network import Network
from tests.faxes.conftest import PDF, HandClock, Submit
from tests.support import documents

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]

BLACK, TWO_PAGES = documents.pdf("9 9 400 600 re f"), documents.pdf("99 99 50 700 re f", "")
TWO_FILES = {"offer.pdf": PDF, "plan.pdf": TWO_PAGES}


@pytest.fixture
def one_request(simulator: Simulator, sender: User) -> None:
    """A server of the older wire form. Of parts with equal names, it keeps the last, like PHP."""
    simulator.configure(wire="one-request", keep_last_part=True)
    Connection.objects.update(hand_over_by=HandOverBy.ONE_REQUEST)


def picture() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((800, 500)).save(file, "JPEG", dpi=(100, 100))
    return file.getvalue()


def as_fax(content: bytes, kind: Kind, page: int) -> Image.Image:
    drawn = preview.draw_fax(ContentFile(content), kind, page, is_fine=True)
    return Image.open(io.BytesIO(drawn)).convert("L")


def look_the_same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two faxes look the same when scaled to 1/16. The sheet of `other` may be longer."""
    small = [
        page.crop((0, 0, one.width, one.height)).resize(
            (108, one.height // 16), Image.Resampling.BOX
        )
        for page in (one, other)
    ]
    apart = ImageChops.difference(*small).tobytes()
    return sum(apart) / len(apart) / 255 < 0.01


def pages_of(content: bytes) -> int:
    return len(PdfDocument(content))


def stored_files() -> set[str]:
    return {name for folder in file_store.FOLDERS for name in file_store.names_in(folder)}


@pytest.mark.usefixtures("one_request")
def test_a_server_that_keeps_the_last_part_gets_all_pages(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(submit(TWO_FILES))

    assert fax.state == FaxState.HANDED_OVER
    [received] = simulator.faxes()
    assert len(received.files) == 1
    content = simulator.received(received.id, 1)
    assert pages_of(content) == 3
    previews = [as_fax(PDF, Kind.PDF, 1), *(as_fax(TWO_PAGES, Kind.PDF, page) for page in (1, 2))]
    for number, before in enumerate(previews, start=1):
        assert look_the_same(before, as_fax(content, Kind.PDF, number))


@pytest.mark.usefixtures("one_request")
def test_a_text_a_picture_and_a_pdf_become_one_file(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(submit({"note.txt": b"a note", "photo.jpg": picture(), "plan.pdf": TWO_PAGES}))

    assert fax.state == FaxState.HANDED_OVER
    [received] = simulator.faxes()
    content = simulator.received(received.id, 1)
    text, photo, plan, empty = PdfDocument(content)
    assert "a note" in text.get_textpage().get_text_range()
    assert look_the_same(as_fax(picture(), Kind.JPEG, 1), as_fax(content, Kind.PDF, 2))
    assert (photo.get_width(), plan.get_width(), empty.get_width()) == pytest.approx(
        (8.27 * 72, 595, 595), abs=0.1
    )


@pytest.mark.usefixtures("one_request")
def test_a_single_document_goes_out_as_it_is(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(submit({"note.txt": b"a note"}))

    [received] = simulator.faxes()
    assert simulator.received(received.id, 1) == b"a note"
    assert not MergedPdf.objects.exists()
    sending = fax.events.get(kind="sending")
    assert sending.data["sha256"] == hashlib.sha256(b"a note").hexdigest()


@pytest.mark.usefixtures("one_request")
def test_each_batch_sends_the_same_file(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = deliver(submit(TWO_FILES, to=", ".join(str(7778880 + number) for number in range(12))))

    assert fax.state == FaxState.HANDED_OVER
    faxes = simulator.faxes()
    assert len(faxes) == 3
    merged = MergedPdf.objects.get()
    assert {hashlib.sha256(simulator.received(one.id, 1)).hexdigest() for one in faxes} == {
        merged.sha256
    }
    assert len(stored_files()) == 3, "no batch leaves a file of its own"


@pytest.mark.usefixtures("one_request")
def test_the_record_names_the_file_that_was_sent(
    submit: Submit, deliver: Deliver, simulator: Simulator, sender: User, clock: HandClock
) -> None:
    fax = deliver(submit(TWO_FILES))
    [received] = simulator.faxes()
    content = simulator.received(received.id, 1)
    sha256 = hashlib.sha256(content).hexdigest()

    sending = event_sentence(fax.events.get(kind="sending"))
    assert "documents 1 to 2" in sending
    assert f"{len(content)} bytes, SHA-256 {sha256}" in sending
    sheet = evidence_data(Fax.objects.with_parts().get(pk=fax.pk), by=sender, at=clock.now())
    assert sheet["merged_pdf"] == {
        "documents": [1, 2],
        "pages": 3,
        "bytes": len(content),
        "sha256": sha256,
    }
    assert first_broken(fax) is None


@pytest.mark.usefixtures("one_request")
def test_the_page_says_that_voipnow_confirms_no_file(submit: Submit, deliver: Deliver) -> None:
    fax = deliver(submit(TWO_FILES))
    assert "confirms a number and an id, and not the file" in progress_of(fax).sentence
    assert "with all files" not in progress_of(fax).sentence


@pytest.mark.usefixtures("one_request")
def test_documents_that_cannot_be_merged_fail_with_words_and_send_nothing(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = submit(TWO_FILES)
    document = fax.documents.get(position=2)
    _change(document.stored_as, b"%PDF-1.7\nnothing")
    document.sha256 = hashlib.sha256(b"%PDF-1.7\nnothing").hexdigest()
    document.save()

    assert deliver(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == OwnReason.NOT_MERGEABLE
    assert "Combine them into one PDF yourself" in progress_of(fax).sentence
    assert "Document 2" in event_sentence(fax.events.get(kind="not_merged"))
    assert not Attempt.objects.exists()
    assert not simulator.faxes()


@pytest.mark.usefixtures("one_request")
def test_a_document_that_changed_is_not_sent(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    fax = submit(TWO_FILES)
    _change(fax.documents.get(position=1).stored_as, BLACK)
    assert deliver(fax).state == FaxState.FAILED
    assert fax.handovers.get().reason == "file_changed"
    assert not simulator.faxes()


def _change(stored_as: str, content: bytes) -> None:
    Path(default_storage.path(stored_as)).write_bytes(content)


@pytest.mark.usefixtures("one_request")
def test_a_store_that_cannot_be_written_delays_the_fax_and_fails_nothing(
    submit: Submit, deliver: Deliver, worker: Worker, simulator: Simulator, settings: Settings
) -> None:
    fax = submit(TWO_FILES)
    elsewhere = {**settings.STORAGES}
    settings.STORAGES = {
        **elsewhere,
        "default": {**elsewhere["default"], "OPTIONS": {"location": "/dev/null/documents"}},
    }
    while not fax.handovers.get().failures_in_a_row:
        worker.run_once()
    fax.refresh_from_db()
    assert fax.state == FaxState.WAITING
    assert not Attempt.objects.exists()

    settings.STORAGES = elsewhere
    assert deliver(fax).state == FaxState.HANDED_OVER
    assert pages_of(simulator.received(simulator.faxes()[0].id, 1)) == 3


@pytest.mark.usefixtures("one_request")
def test_a_full_disk_delays_the_merging_and_fails_nothing(
    submit: Submit, deliver: Deliver, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    fax = submit(TWO_FILES)
    with monkeypatch.context() as full:
        full.setattr("tempfile.TemporaryFile", partial(Path("/dev/full").open, "wb"))
        while not fax.handovers.get().failures_in_a_row:
            worker.run_once()
    assert fax.handovers.get().reason == OwnReason.NOT_MERGED_NOW
    assert "could not combine the documents into one PDF just now" in progress_of(fax).sentence
    assert deliver(fax).state == FaxState.HANDED_OVER


@pytest.mark.usefixtures("one_request")
def test_a_worker_that_dies_merging_leaves_no_doubt_and_no_row(
    submit: Submit,
    deliver: Deliver,
    simulator: Simulator,
    network: Network,
    clock: HandClock,
) -> None:
    fax = submit(TWO_FILES)
    dead = Worker(network, clock=clock, slots=8)
    while len(stored_files()) < 3:
        dead.run_once() if not fax.handovers.get().lease else None
    clock.move(seconds=LEASE_LENGTH.total_seconds() + 1)

    assert deliver(fax).state == FaxState.HANDED_OVER
    assert not Attempt.objects.exclude(outcome="done").exists()
    assert len(simulator.faxes()) == 1
    named = MergedPdf.objects.get().stored_as
    while not dead.is_idle:
        dead.run_once()
    dead.close()
    assert MergedPdf.objects.get().stored_as == named
    assert len(stored_files()) == 3, "what the slow one merged is removed"


@pytest.mark.usefixtures("one_request")
def test_a_fax_that_is_sent_again_is_merged_again(
    submit: Submit, deliver: Deliver, simulator: Simulator, sender: User
) -> None:
    first = deliver(submit(TWO_FILES))
    draft = resend.draft_again(first, by=sender)
    assert draft.documents.count() == 2
    assert not MergedPdf.objects.filter(fax=draft).exists()
    again = deliver(submit({**TWO_FILES, "note.txt": b"a note"}, to="1234567890"))
    sizes = [pages_of(simulator.received(one.id, 1)) for one in simulator.faxes()]
    assert (again.state, sorted(sizes)) == (FaxState.HANDED_OVER, [3, 4])


@pytest.mark.usefixtures("one_request")
def test_retention_removes_the_merged_pdf_and_keeps_what_it_was(
    submit: Submit, deliver: Deliver, clock: HandClock, settings: Settings
) -> None:
    fax = deliver(submit(TWO_FILES))
    sha256 = MergedPdf.objects.get().sha256
    clock.move(hours=49)
    assert not remove_orphans(clock), "a file that a row names is no orphan"
    settings.RETENTION_DAYS = 1
    files, size = retention.count_files_due(clock)
    assert (files, size) == (3, sum(map(len, TWO_FILES.values())) + MergedPdf.objects.get().size)
    assert retention.remove_due(clock, at_most=9).faxes_cleared == 1

    assert not stored_files()
    merged = MergedPdf.objects.get(fax=fax)
    assert (merged.stored_as, merged.sha256) == ("", sha256)


@pytest.mark.usefixtures("one_request")
def test_removing_a_fax_removes_its_merged_pdf(
    submit: Submit, deliver: Deliver, clock: HandClock, settings: Settings
) -> None:
    deliver(submit(TWO_FILES))
    settings.RECORD_DAYS = 1
    clock.move(days=2)
    assert retention.remove_due(clock, at_most=9).faxes_removed == 1
    assert not stored_files()
    assert not MergedPdf.objects.exists()


@pytest.mark.usefixtures("one_request")
def test_a_cover_page_comes_first_in_the_one_file(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    CoverTemplate.objects.create(name="Letterhead", use="prescribed")
    fax = deliver(submit({"plan.pdf": TWO_PAGES}))

    assert fax.state == FaxState.HANDED_OVER
    [received] = simulator.faxes()
    content = simulator.received(received.id, 1)
    assert pages_of(content) == 3
    with file_store.open_stored(fax.documents.get(is_cover=True).stored_as) as file:
        cover = file.read()
    assert look_the_same(as_fax(cover, Kind.PDF, 1), as_fax(content, Kind.PDF, 1))
    assert look_the_same(as_fax(TWO_PAGES, Kind.PDF, 1), as_fax(content, Kind.PDF, 2))
