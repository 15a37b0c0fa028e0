"""Make a database with a small office by the current version, for upgrade tests of later versions.

`python -m tests.upgrade.make_office` runs it. See the README beside this file.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import tests.support.environment
from tests.support.process_tree import ROOT, own_database

FOLDER = Path(__file__).parent


def main() -> None:
    """Fill a new database, and keep it in the folder of the current version.

    The database is on the server that the environment names, or in a file.
    """
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    folder = FOLDER / version
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, own_database() as database:
        os.environ.update(FAXPORTAL_DATA_DIR=data, **database)
        fill()
        if url := database.get("FAXPORTAL_DATABASE_URL"):
            keep_postgresql(url, folder)
        else:
            keep_sqlite(Path(data) / "faxportal.sqlite3", folder)
    sys.stdout.write(f"{folder}\n")


def fill() -> None:
    """Migrate and fill the database, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "faxportal.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)

    from django.db import connection

    from tests.upgrade.office import fill_office

    fill_office()
    connection.close()


def keep_sqlite(database: Path, folder: Path) -> None:
    """Keep the database, compressed and without free pages, and its schema as text."""
    whole = database.with_suffix(".whole")
    with sqlite3.connect(database) as source:
        source.execute("VACUUM INTO ?", [str(whole)])
        statements = source.execute("SELECT sql FROM sqlite_master WHERE sql != '' ORDER BY name")
        schema = "".join(f"{sql};\n" for (sql,) in statements)
    (folder / "office.sqlite3.gz").write_bytes(gzip.compress(whole.read_bytes(), mtime=0))
    (folder / "sqlite.sql").write_text(schema)


def keep_postgresql(url: str, folder: Path) -> None:
    """Keep the database as compressed SQL, and its schema as text."""
    (folder / "office.sql.gz").write_bytes(gzip.compress(_dump(url, "--inserts"), mtime=0))
    (folder / "postgresql.sql").write_bytes(_dump(url, "--schema-only"))


def _dump(url: str, *options: str) -> bytes:
    """A dump by `pg_dump`, without owners and without commands for psql itself."""
    named = urlsplit(url)._replace(scheme="postgresql").geturl()
    command = ["pg_dump", "--no-owner", "--no-privileges", *options, named]
    dumped = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return b"".join(line for line in dumped.splitlines(True) if not line.startswith(b"\\"))


if __name__ == "__main__":
    assert tests.support.environment
    main()
