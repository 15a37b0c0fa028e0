"""Commands that people and programs run at a shell."""

from __future__ import annotations

import io
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from faxportal.accounts.models import User
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Fax, FaxEvent
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.network import Network
from tests.faxes.conftest import PDF, HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


@pytest.fixture
def offer(tmp_path: Path) -> Path:
    path = tmp_path / "offer.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def working(network: Network, clock: HandClock, sender: User) -> Iterator[None]:
    """A worker that runs in a thread beside the command, as it does in production."""
    stop = threading.Event()

    def work() -> None:
        worker = Worker(network, clock=clock, slots=8)
        while not stop.is_set():
            worker.run_once()
        worker.close()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def _sendfax(*arguments: str | Path, to: str = "7778888", errors: io.StringIO | None = None) -> str:
    output = io.StringIO()
    shared = ("--as", "maria", "--extension", "0003*210", "--to", to)
    call_command("sendfax", *shared, *map(str, arguments), stdout=output, stderr=errors)
    return output.getvalue()


def test_sendfax_waits_until_voipnow_has_the_fax(
    working: None, offer: Path, simulator: Simulator
) -> None:
    assert "Handed to VoipNow as fax 262" in _sendfax(offer)
    [received] = simulator.faxes()
    assert simulator.received(received.id, 1) == PDF


def test_sendfax_prints_the_result_as_json(working: None, offer: Path) -> None:
    result = json.loads(_sendfax("--json", offer))
    assert result["state"] == "handed_over"
    assert result["handovers"][0]["voipnow_id"] == "262"
    assert Fax.objects.filter(uuid=result["fax"]).exists()


def test_sendfax_fails_with_the_sentence_of_the_screen(
    working: None, offer: Path, simulator: Simulator
) -> None:
    simulator.script("create", "answer", status=400, code="extension_invalid")
    with pytest.raises(CommandError, match="doesn't let this extension send"):
        _sendfax(offer)


def test_sendfax_prints_what_the_form_would_ask_and_sends_anyway(
    working: None, offer: Path, settings: Settings
) -> None:
    _sendfax(offer)
    settings.NEW_NUMBERS = "twice"
    errors = io.StringIO()
    again = json.loads(_sendfax("--json", offer, to="7778888,7778889", errors=errors))
    assert again["state"] == "handed_over"
    assert "Already sent?\nThis was already sent to the same number" in errors.getvalue()
    assert "never faxed 7778889" in errors.getvalue()


def test_the_same_key_twice_is_one_fax(working: None, offer: Path) -> None:
    key = str(uuid.uuid4())
    first = json.loads(_sendfax("--json", "--key", key, offer))
    again = json.loads(_sendfax("--json", "--key", key, offer))
    assert first == again
    with pytest.raises(CommandError, match="Nothing was sent"):
        _sendfax("--key", key, offer, to="1234567890")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--to", "555-FAX"], "contains letters"),
        (["--extension", "999"], "Choose the extension"),
        (["--as", "nobody"], "no person with this name"),
    ],
)
def test_sendfax_says_what_is_wrong(
    sender: User, offer: Path, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        _sendfax(*arguments, offer)


def test_sendfax_says_which_file_it_cannot_read(sender: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be read"):
        _sendfax(tmp_path / "missing.pdf")


def test_a_fax_without_files_is_not_sent(sender: User) -> None:
    with pytest.raises(CommandError, match="at least one file"):
        _sendfax()


def test_a_person_without_the_role_sends_nothing(offer: Path, db: None) -> None:
    User.objects.create_user("maria")
    with pytest.raises(CommandError, match="role sender"):
        _sendfax(offer)


def test_verifyrecords_names_the_fax_whose_event_log_was_changed(
    submit: Submit, deliver: Deliver
) -> None:
    whole, changed = deliver(submit()), deliver(submit(to="1234567890"))
    output = io.StringIO()
    call_command("verifyrecords", stdout=output)
    assert "Histories: 2 unchanged" in output.getvalue()

    FaxEvent.objects.filter(fax=changed, position=2).delete()
    output = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verifyrecords", stdout=output)
    assert f"{changed.uuid}: changed from event 2 on" in output.getvalue()
    call_command("verifyrecords", str(whole.uuid), stdout=output)
