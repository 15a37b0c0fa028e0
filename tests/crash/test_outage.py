"""The real processes wait for a database that is away for a minute, and continue."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from django.conf import settings as project_settings

from faxportal.accounts.models import User
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator import config
from faxportal.simulator.control_client import Simulator
from tests.crash.conftest import Portal
from tests.crash.outage import PASSWORD, ClosingProxy, Database, LockedFile
from tests.crash.rows import TO
from tests.crash.test_matrix import post_form, sign_in, submit
from tests.support.process_tree import MANAGE, Tree, run, running

pytestmark = pytest.mark.django_db(transaction=True)

AWAY = "the database does not answer"
COLLECT = "from faxportal.web.server import startup; startup.collect_static_files()"
KEY = uuid.UUID("3b2c6f0e-1f54-4f1c-8d68-6a1c55a0a7de")


@pytest.fixture
def database(variables: dict[str, str], portal: Portal) -> Iterator[Database]:
    """The database that the portal's processes use."""
    url = variables["FAXPORTAL_DATABASE_URL"]
    is_sqlite = project_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    made = LockedFile(url) if is_sqlite else ClosingProxy(url)
    yield made
    made.close()


@pytest.fixture
def environment(variables: dict[str, str], database: Database) -> dict[str, str]:
    """The settings of the processes. Collects the static files, which a new checkout lacks."""
    run("shell", "--no-imports", "-c", COLLECT, environment=variables)
    return variables | {
        "FAXPORTAL_DATABASE_URL": database.url,
        "FAXPORTAL_BIND": "127.0.0.1:0",
        "DJANGO_SETTINGS_MODULE": "tests.crash.settings_short_lock_timeout",
    }


def _printed_no_secret(*trees: Tree) -> None:
    for tree in trees:
        for secret in (PASSWORD, TO, "note.txt", config.APP_KEY, config.APP_SECRET, "maria"):
            assert secret not in tree.output


def test_a_database_that_is_away_for_a_minute_stops_nothing_for_good(
    person: User,
    simulator: Simulator,
    database: Database,
    environment: dict[str, str],
    portal: Portal,
) -> None:
    simulator.script("create", "hold")
    simulator.script("upload", "hold", file="note.txt")
    fax = submit(person)
    browser = sign_in(person)
    with ExitStack() as stack:
        worker = stack.enter_context(running((*MANAGE, "worker"), environment))
        web = stack.enter_context(running((*MANAGE, "web"), environment))
        url = web.find(r"web listens on (http://\S+)")[1]
        simulator.wait_until_held()

        database.go_away()
        simulator.release()  # now the worker gets an answer that it can't write down
        worker.find(AWAY)
        refused = post_form(url, browser, key=KEY)
        assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "The portal's database isn't responding" in refused.text
        worker.find(AWAY, nth=2)
        assert worker.process.poll() is None

        database.come_back()
        simulator.wait_until_held()  # at the upload of the last file
        assert Fax.objects.get() == fax, "of the refused form nothing is there"
        simulator.release()
        worker.send(signal.SIGTERM)
        assert worker.wait_for_all() == 0
        assert post_form(url, browser, key=KEY).status_code == httpx.codes.FOUND
        _printed_no_secret(worker, web)

    fax.refresh_from_db()
    assert fax.state == FaxState.HANDED_OVER
    assert fax.events.filter(kind="created").count() == 1
    assert portal.run("worker") == 0
    for sent in Fax.objects.all():
        assert sent.state == FaxState.HANDED_OVER
        assert first_broken(sent) is None
    assert (simulator.report().faxes, simulator.report().complete) == (2, 2)
