"""A backup taken while a worker delivers is whole, and its restore sends nothing a second time.

Backups are made by the command at random moments. Then the worker finishes, and each backup is
restored. A worker is started on each restored portal, as on any other portal.
`tests.support.budget` decides how many faxes and backups there are.
"""

from __future__ import annotations

import io
import json
import random
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.simulator.control_client import Simulator
from tests.crash import acts
from tests.crash.conftest import Portal
from tests.support import budget
from tests.support.process_tree import MANAGE, Tree, own_database, run_to_end, running
from tests.support.submitting import send_form

pytestmark = pytest.mark.django_db(transaction=True)

FAXES, BACKUPS = (80, 4) if budget.SECONDS else (20, 1)
#: Prints how many faxes are in each state.
STATES = (
    "import json; from collections import Counter; from faxportal.faxes.models import Fax; "
    "print(json.dumps(Counter(Fax.objects.values_list('state', flat=True))))"
)
#: Presses *Resume sending*.
RESUME = (
    "from faxportal.accounts.models import User; from faxportal.faxes.actions import pause; "
    "pause.resume_sending(by=User.objects.get())"
)


def test_a_restored_backup_of_a_running_portal_sends_nothing_a_second_time(
    person: User,
    simulator: Simulator,
    variables: dict[str, str],
    portal: Portal,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    chance = random.Random(1)
    for number in range(FAXES):
        content = DraftContent(extension=acts.EXTENSION, recipients=f"2125550{number:03}")
        file = SimpleUploadedFile("note.txt", b"note %d" % number)
        send_form(person, key=uuid.uuid4(), content=content, files=[file])
    moments = sorted(chance.randrange(1, FAXES) for _ in range(BACKUPS))
    backups = [tmp_path / f"backup {number}" for number in range(BACKUPS)]
    simulator.script("upload", "delay", at="done", seconds=0.2, times=None)
    with running((*MANAGE, "worker", "--slots", "4"), variables) as original:
        for backup, moment in zip(backups, moments, strict=True):
            _wait_for(moment, simulator)
            call_command("backup", str(backup), stdout=io.StringIO())
        _wait_for(FAXES, simulator)
        original.send(signal.SIGTERM)
        assert original.wait_for_all() == 0

    simulator.forget_script()
    rehearsed = run_to_end("rehearse", str(backups[0]), environment=variables)
    assert rehearsed.returncode == 0, rehearsed.stdout
    asked = 0
    for number, backup in enumerate(backups):
        with ExitStack() as stack:
            database = stack.enter_context(own_database())
            data_dir = tmp_path / f"restored {number}"
            restored = variables | {
                "FAXPORTAL_DATA_DIR": str(data_dir),
                "FAXPORTAL_DATABASE_URL": f"sqlite:///{data_dir}/faxportal.sqlite3",
                **database,
            }
            done = run_to_end("restore", str(backup), environment=restored)
            assert done.returncode == 0, done.stdout
            with running((*MANAGE, "worker"), restored) as worker:
                worker.find("this database is a copy or was restored")
                _stop(worker)
            states = _states(restored)
            assert states.total() == FAXES
            assert set(states) <= {"handed_over", "uncertain"}
            asked += states["uncertain"]

            resumed = run_to_end("shell", "--no-imports", "-c", RESUME, environment=restored)
            assert resumed.returncode == 0, resumed.stdout
            with running((*MANAGE, "worker"), restored) as worker:
                _send_one_more(restored, tmp_path / f"one more {number}.txt")
                _stop(worker)
            assert _states(restored) == states + Counter(handed_over=1)
    assert simulator.report().complete == FAXES + BACKUPS
    assert not simulator.report().duplicates
    record_property("figure", f"backups_faxes_asked_about_of_{BACKUPS * FAXES} {asked} count")


def _stop(worker: Tree) -> None:
    """End a worker as an operator would."""
    worker.send(signal.SIGTERM)
    assert worker.wait_for_all() == 0


def _states(restored: dict[str, str]) -> Counter[str]:
    """How many faxes of a restored portal are in each state."""
    shown = run_to_end("shell", "--no-imports", "-c", STATES, environment=restored)
    return Counter(json.loads(shown.stdout.splitlines()[-1]))


def _send_one_more(restored: dict[str, str], file: Path) -> None:
    """Send a new fax, and wait until it is handed over.

    By then the worker has also looked for other faxes.
    """
    file.write_text(file.name)
    sent = run_to_end(
        "sendfax", "--as", "maria", "--extension", acts.EXTENSION, "--to", "2125559999", str(file),
        environment=restored,
    )  # fmt: skip
    assert sent.returncode == 0, sent.stdout


def _wait_for(complete: int, simulator: Simulator) -> None:
    """Wait until VoipNow has this many complete faxes."""
    while simulator.report().complete < complete:
        time.sleep(0.01)
