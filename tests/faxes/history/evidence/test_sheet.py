"""The evidence sheet: what it says about a fax, and that its PDF meets the archive standard."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pypdfium2
import pytest
from django.utils import timezone

from faxportal.accounts.models import User
from faxportal.documents import typesetting
from faxportal.faxes.actions.resolve_uncertain import Decision
from faxportal.faxes.event_log import head
from faxportal.faxes.history.evidence import sheet
from faxportal.faxes.history.evidence.data import EvidenceData, evidence_data
from faxportal.faxes.models import Fax, FaxEvent
from faxportal.simulator.control_client import Simulator
from tests.faxes.conftest import PDF, Submit
from tests.support.deciding import decide_now

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


@pytest.fixture
def fax(submit: Submit, deliver: Deliver) -> Fax:
    return deliver(submit({"offer.pdf": PDF, "note.txt": b"a note"}, to="+1 650 253 0000, 7778888"))


def as_json(fax: Fax, by: User) -> EvidenceData:
    """The data of the sheet, after a round trip through its JSON."""
    data = evidence_data(fax, by=by, at=timezone.now())
    return dict(json.loads(json.dumps(data)))


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join("".join(pages).split())


def test_it_says_who_sent_what_to_whom_and_when(fax: Fax, sender: User) -> None:
    data = as_json(fax, sender)
    assert data["fax"]["sender"] == "maria"
    assert data["fax"]["extension"] == "0003*210"
    assert data["fax"]["state_label"] == "Handed to VoipNow"
    assert datetime.fromisoformat(data["fax"]["submitted_at"]) == fax.submitted_at
    assert data["recipients"][0] == {
        "name": "",
        "typed": "+1 650 253 0000",
        "dialled": "+16502530000",
        "group": 1,
    }
    assert [(d["name"], d["bytes"], d["sha256"]) for d in data["documents"]] == list(
        fax.documents.values_list("name", "size", "sha256")
    )


def test_it_names_each_handover_and_the_state_of_each_file(
    fax: Fax, sender: User, simulator: Simulator
) -> None:
    [handover] = as_json(fax, sender)["handovers"]
    [received] = simulator.faxes()
    assert handover["voipnow_id"] == str(received.id)
    assert handover["voipnow_uid"] == fax.handovers.get().voipnow_uid
    assert [(f["state"], f["attempts"]) for f in handover["files"]] == [
        ("stored", 1),
        ("stored", 1),
    ]
    assert all(datetime.fromisoformat(f["stored_at"]) for f in handover["files"])


def test_it_has_every_event_and_the_last_events_hash(fax: Fax, sender: User) -> None:
    data = as_json(fax, sender)["record"]
    assert len(data["events"]) == fax.events.count()
    assert data["events"][0]["by"] == "maria"
    assert data["events"][0]["says"] == "Submitted: 2 documents to 2 recipients."
    assert (data["head"], data["is_whole"]) == (head(fax), True)


def test_it_says_which_event_was_changed(fax: Fax, sender: User) -> None:
    FaxEvent.objects.filter(fax=fax, position=3).update(data={"forged": True})
    data = as_json(fax, sender)
    assert (data["record"]["is_whole"], data["record"]["broken_at"]) == (False, 3)
    assert "CHANGED after it was written, starting with this entry: 3" in text_of(
        sheet.as_pdf(data)
    )


def test_it_names_who_decided(
    submit: Submit, deliver: Deliver, sender: User, simulator: Simulator
) -> None:
    fax = submit()
    fax.handovers.update(state="uncertain", closed_at=timezone.now())
    Fax.objects.update(state="uncertain")
    decide_now(fax, 1, Decision.WENT_OUT, by=sender)
    fax.refresh_from_db()
    data = as_json(fax, sender)
    assert data["fax"]["state_label"] == "Confirmed by maria"
    assert data["handovers"][0]["decided_by"] == "maria"
    assert ("maria", "Confirmed that it went out.") in [
        (event["by"], event["says"]) for event in data["record"]["events"]
    ]


def test_it_says_what_the_portal_does_not_know(fax: Fax, sender: User) -> None:
    data = " ".join(as_json(fax, sender)["not_known"])
    for words in ("recipient's machine received", "assumption A1", "assumption A2"):
        assert words in data


def test_the_pdf_shows_what_the_json_holds(fax: Fax, sender: User) -> None:
    data = as_json(fax, sender)
    text = text_of(sheet.as_pdf(data))
    wanted = [str(fax.uuid), "maria", "+16502530000", "offer.pdf", data["record"]["head"]]
    wanted += [document["sha256"] for document in data["documents"]]
    wanted += [event["says"] for event in data["record"]["events"]]
    wanted += [handover["voipnow_uid"] for handover in data["handovers"]]
    for words in [*wanted, "The history was verified"]:
        assert " ".join(words.split()) in text


def test_the_pdf_suits_archives_and_screen_readers(fax: Fax, sender: User) -> None:
    pdf = sheet.as_pdf(as_json(fax, sender))
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


@pytest.mark.parametrize(
    "typed",
    ["#panic()", "*bold* _it_ $x$ = heading", '#read("/etc/passwd")', "<a> @b `c` //d", "\\"],
)
def test_what_a_person_typed_is_never_read_as_markup(typed: str, fax: Fax, sender: User) -> None:
    Fax.objects.update(subject=typed, note=typed)
    fax.refresh_from_db()
    assert text_of(sheet.as_pdf(as_json(fax, sender))).count(typed) == 2


@pytest.mark.parametrize("name", ["Ελληνικά", "Привет", "Żółć", "a" * 200])
def test_names_in_other_scripts_and_very_long_names_are_shown_whole(
    name: str, fax: Fax, sender: User
) -> None:
    fax.documents.filter(position=1).update(name=name)
    pdf = sheet.as_pdf(as_json(fax, sender))
    assert name in text_of(pdf).replace("\u200b", "").replace("\ufffe", "").replace(" ", "")
    assert b"pdfaid" in pdf


def test_missing_letters_are_reported_and_are_in_the_json(fax: Fax, sender: User) -> None:
    Fax.objects.update(subject="\U0001f596\U00012000")
    fax.refresh_from_db()
    data = as_json(fax, sender)
    assert data["fax"]["subject"] == "\U0001f596\U00012000"
    assert "The portal has no font" in text_of(sheet.as_pdf(data))


def test_a_sheet_that_takes_too_long_is_given_up(
    fax: Fax, sender: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "TIMEOUT", 0.0)
    with pytest.raises(typesetting.TypesettingFailed):
        sheet.as_pdf(as_json(fax, sender))


@pytest.mark.parametrize("recipients", [1, 12])
def test_the_number_of_queries_does_not_grow(
    recipients: int, submit: Submit, sender: User, django_assert_num_queries: object
) -> None:
    submitted = submit(to=",".join(f"21255502{number:02}" for number in range(recipients)))
    fax = Fax.objects.with_parts().get(pk=submitted.pk)
    with django_assert_num_queries(25):  # type: ignore[operator]
        evidence_data(fax, by=sender, at=timezone.now())
