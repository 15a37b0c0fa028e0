"""A backup of the test's portal, and an empty portal to restore it into."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from faxportal.faxes.models import Fax
from tests.faxes.conftest import PDF, Submit
from tests.support.environment import VARIABLES
from tests.support.process_tree import ROOT, bare_environment, own_database, run_to_end


class EmptyPortal:
    """A portal with an empty database and without a data directory.

    Tests use it through commands of `manage.py`, which run in processes of their own.
    """

    def __init__(self, data_dir: Path, database: dict[str, str]) -> None:
        self.data_dir = data_dir
        self.environment = bare_environment(
            **VARIABLES, FAXPORTAL_DATA_DIR=str(data_dir), **database
        )

    def manage(self, *arguments: str | Path, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
        """Run a command of `manage.py` to its end."""
        return run_to_end(*map(str, arguments), environment=self.environment, root=root)

    def ask(self, code: str) -> str:
        """The last line that Python code prints in the portal; "" if it prints nothing."""
        lines = self.manage("shell", "--no-imports", "-c", code).stdout.splitlines()
        return lines[-1] if lines else ""

    def recognised(self) -> str:
        """What the portal takes its database and data directory for: a name of `Recognised`."""
        return self.ask(
            "from faxportal.faxes.clock import Clock; "
            "from faxportal.faxes.installation.pair import recognise_pair; "
            "print(recognise_pair(Clock().now()).name)"
        )


@pytest.fixture
def empty_portal(tmp_path: Path) -> Iterator[EmptyPortal]:
    with own_database() as database:
        yield EmptyPortal(tmp_path / "restored", database)


@pytest.fixture
def fax(submit: Submit) -> Fax:
    """A fax that waits, with two documents."""
    return submit({"offer.pdf": PDF, "note.txt": b"a note"})


def make(folder: Path) -> str:
    """Make a backup, and return what the command printed."""
    printed = io.StringIO()
    call_command("backup", str(folder), stdout=printed)
    return printed.getvalue()


@pytest.fixture
def backup(fax: Fax, tmp_path: Path) -> Path:
    """A backup with one fax."""
    make(tmp_path / "backup")
    return tmp_path / "backup"
