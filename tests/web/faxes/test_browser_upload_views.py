"""The requests of the sender's page while the browser carries files."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.accounts.voipnow_network import shared_network
from faxportal.faxes.delivery.copy_guard import shared_guard
from faxportal.faxes.models import Attempt, Carrier, Fax
from faxportal.simulator.config import ACCESS_TOKEN
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from tests.web.conftest import HTMX, PDF, browser_of, form, pdf

pytestmark = pytest.mark.django_db(transaction=True)

BIG = PDF * 200


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    """A VoipNow that the portal's settings name."""
    with running_simulator() as running:
        settings.VOIPNOW_SERVERS = [running.url]
        settings.STORAGE_ORIGINS = [running.storage_url]
        settings.ALLOW_HTTP = True
        shared_network.cache_clear()
        yield running
        shared_network().close()
        shared_network.cache_clear()


@pytest.fixture
def connected(simulator: Simulator, sender: User) -> User:
    """The sender, with a working connection to the simulator."""
    connection = Connection.objects.get(user=sender)
    connection.server, connection.hand_over_by = simulator.url, HandOverBy.PRESIGNED
    connection.set_secrets({"token": ACCESS_TOKEN})
    connection.save()
    return sender


def declared(name: str = "plan.pdf", content: bytes = BIG, **other: object) -> dict[str, object]:
    """One file as the page declares it."""
    return {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "head": base64.b64encode(content[:1024]).decode(),
    } | other


def submit(browser: Client, *files: dict[str, object], **fields: object) -> Any:
    filled = form() | {"declared": json.dumps(files or [declared()])} | fields
    return browser.post(reverse("compose"), filled, headers=HTMX)


def address(name: str, fax: Fax, pk: int | None = None) -> str:
    return reverse(name, kwargs={"uuid": fax.uuid} | ({"pk": pk} if pk else {}))


def begin(browser: Client, fax: Fax, one: dict[str, Any]) -> Any:
    """Start an attempt for a document that came with a target."""
    named = {"upload": one["target"]["upload"]}
    return browser.post(address("direct_attempt", fax, one["id"]), named)


def test_a_submitted_form_is_answered_with_targets_and_the_faxs_page(
    connected: User, browser: Client, simulator: Simulator
) -> None:
    response = submit(browser)
    fax = Fax.objects.get()
    place = json.loads(response["HX-Location"])
    assert (place["path"], place["headers"]) == (
        f"/faxes/{fax.uuid}/",
        {"HX-Boosted": "true"},
    )
    assert response["Cache-Control"] == "no-store"
    standing = response.json()
    assert standing["state"] == "go"
    (one,) = standing["documents"]
    assert one["target"]["url"].startswith(simulator.storage_url)
    assert one["target"]["headers"]["Content-Type"] == "application/pdf"


def test_no_time_on_the_line_is_claimed_while_a_file_stays_in_the_browser(
    connected: User, browser: Client, settings: Settings
) -> None:
    settings.SUMMARY_RECIPIENTS = 1
    asked = submit(browser, recipients="0003*211, 0003*212", documents=[pdf()])
    assert asked.status_code == 409
    page = asked.content.decode()
    assert "2 documents to 2 recipients." in page
    assert "estimated" not in page


def test_no_page_holds_a_target(connected: User, browser: Client, simulator: Simulator) -> None:
    submit(browser)
    fax = Fax.objects.get()
    page = browser.get(address("fax", fax)).content.decode()
    assert "plan.pdf" in page
    assert simulator.storage_url not in page
    assert "X-Amz" not in page


def test_a_fax_goes_from_form_to_the_last_report(
    connected: User, browser: Client, simulator: Simulator
) -> None:
    (one,) = submit(browser).json()["documents"]
    fax = Fax.objects.get()
    opened = begin(browser, fax, one).json()["attempt"]
    alive = browser.post(address("direct_alive", fax, opened) + "?bytes=100")
    assert alive.status_code == 204
    told = browser.post(address("direct_report", fax, opened), {"what": "stored", "status": 200})
    assert told.json()["documents"][0]["state"] == "stored"
    assert browser.post(address("direct_alive", fax, opened) + "?bytes=1").status_code == 409


def test_an_attempt_that_may_not_start_is_answered_with_the_status(
    connected: User, browser: Client
) -> None:
    (one,) = submit(browser).json()["documents"]
    fax = Fax.objects.get()
    begin(browser, fax, one)
    second = begin(browser, fax, one)
    assert second.status_code == 409
    assert second.json()["documents"][0]["state"] == "moving"


def test_files_are_mixed_in_the_order_they_were_chosen(connected: User, browser: Client) -> None:
    files = [declared("b.pdf", PDF + b"b", after=1), declared("d.pdf", PDF + b"d", after=2)]
    submit(browser, *files, documents=[pdf("a.pdf"), pdf("c.pdf", PDF + b"c")])
    fax = Fax.objects.get()
    names = list(fax.documents.values_list("name", "carrier"))
    assert names == [
        ("a.pdf", Carrier.PORTAL),
        ("b.pdf", Carrier.BROWSER),
        ("c.pdf", Carrier.PORTAL),
        ("d.pdf", Carrier.BROWSER),
    ]


def test_a_fax_that_the_portal_must_carry_asks_for_the_files(
    connected: User, browser: Client
) -> None:
    response = submit(browser, recipients="\n".join(f"77788{n:02}" for n in range(6)))
    assert json.loads(response["HX-Trigger"]) == {"files-wanted": {}}
    assert response["HX-Reswap"] == "none"
    assert not Fax.objects.submitted().exists()


def test_a_mistake_keeps_the_form_and_sends_nothing(connected: User, browser: Client) -> None:
    response = submit(browser, recipients="no number")
    assert response.status_code == 422
    assert not Fax.objects.submitted().exists()


@pytest.mark.parametrize(
    "rubbish",
    ["{", "[1]", '[{"name": "a"}]', json.dumps([declared() | {"sha256": "x"}]), '{"a": 1}', "7"],
)
def test_malformed_declarations_are_refused(connected: User, browser: Client, rubbish: str) -> None:
    response = browser.post(reverse("compose"), form(declared=rubbish), headers=HTMX)
    assert response.status_code == 400


def test_a_file_that_is_handed_over_is_kept(connected: User, browser: Client) -> None:
    (one,) = submit(browser).json()["documents"]
    fax = Fax.objects.get()
    posted = {"file": SimpleUploadedFile("plan.pdf", BIG), "why": "blocked"}
    standing = browser.post(address("direct_file", fax, one["id"]), posted).json()
    assert standing["state"] == "over"
    assert fax.documents.get().stored_as
    assert 'data-delivery="relay"' in browser.get(reverse("compose")).content.decode()


def test_a_wrong_file_is_reported(connected: User, browser: Client) -> None:
    (one,) = submit(browser).json()["documents"]
    posted = {"file": pdf("plan.pdf"), "why": "asked"}
    response = browser.post(address("direct_file", Fax.objects.get(), one["id"]), posted)
    assert response.status_code == 422
    assert "is not the file" in response.json()["sentence"]


def test_without_a_script_the_missing_files_go_to_the_portal(
    connected: User, browser: Client
) -> None:
    submit(browser)
    fax = Fax.objects.get()
    page = browser.get(address("fax", fax)).content.decode()
    assert "Missing files" in page
    posted = {"missing": [SimpleUploadedFile("plan.pdf", BIG), pdf("other.pdf")]}
    response = browser.post(address("direct_files", fax), posted, follow=True)
    shown = response.content.decode()
    assert "“other.pdf” is not one of the missing files." in shown
    assert "Missing files" not in shown
    assert fax.documents.get().carrier == Carrier.PORTAL


def test_a_form_without_a_file_is_reported(connected: User, browser: Client) -> None:
    submit(browser)
    response = browser.post(address("direct_files", Fax.objects.get()), follow=True)
    assert "Choose the missing files." in response.content.decode()


@pytest.mark.parametrize("rubbish", [{}, {"what": "maybe"}, {"what": "stored", "status": "ok"}])
def test_a_malformed_report_finishes_no_attempt(
    connected: User, browser: Client, rubbish: dict[str, str]
) -> None:
    (one,) = submit(browser).json()["documents"]
    fax = Fax.objects.get()
    opened = begin(browser, fax, one).json()["attempt"]
    assert browser.post(address("direct_report", fax, opened), rubbish).status_code == 400
    assert Attempt.objects.get(pk=opened).closed_at is None


def test_a_page_cannot_finish_the_portals_own_attempts(connected: User, browser: Client) -> None:
    submit(browser)
    fax = Fax.objects.get()
    create = Attempt.objects.get(upload=None)
    Attempt.objects.filter(pk=create.pk).update(closed_at=None, outcome="")
    told = browser.post(address("direct_report", fax, create.pk), {"what": "not_sent"})
    assert told.status_code == 409
    assert Attempt.objects.get(pk=create.pk).closed_at is None


def test_sending_again_says_that_the_files_have_to_be_chosen_again(
    connected: User, browser: Client
) -> None:
    submit(browser)
    fax = Fax.objects.get()
    response = browser.post(reverse("again", kwargs={"uuid": fax.uuid}), follow=True)
    assert "Choose them again." in response.content.decode()


def test_the_policy_lets_pages_reach_storage_and_nothing_else(
    connected: User, browser: Client
) -> None:
    policy = browser.get(reverse("compose"))["Content-Security-Policy"]
    assert "worker-src 'self'" in policy


def test_a_colleague_finds_nothing(connected: User, colleague: User, browser: Client) -> None:
    submit(browser)
    fax = Fax.objects.get()
    assert browser_of(colleague).post(address("direct_targets", fax)).status_code == 404


def test_a_form_posted_twice_makes_one_fax(connected: User, browser: Client) -> None:
    key = uuid4()
    first, second = submit(browser, key=key), submit(browser, key=key)
    assert first["HX-Location"] == second["HX-Location"]
    assert Fax.objects.count() == 1


def test_a_copy_of_the_portal_creates_nothing_and_gives_out_no_target(
    connected: User, browser: Client, simulator: Simulator, settings: Settings, tmp_path: Path
) -> None:
    (one,) = submit(browser).json()["documents"]
    fax = Fax.objects.get()
    settings.DATA_DIR = tmp_path / "another disk"
    settings.DATA_DIR.mkdir()
    shared_guard.cache_clear()
    asked = browser.post(address("direct_targets", fax)).json()
    assert all("target" not in document for document in asked["documents"])
    assert begin(browser, fax, one).status_code == 409
    assert not Attempt.objects.exclude(upload=None).exists()
