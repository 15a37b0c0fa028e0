"""What the simulator received, in one folder: a SQLite file and the uploaded files.

If the folder is kept, the next process goes on with it: no fax id is used twice, and the counts
survive a crash. A store is for use in one thread.
"""

import json
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The id of the first fax is 262, as in the vendor's sample.
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
BEGIN;
CREATE TABLE IF NOT EXISTS fax (
    id INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL, user TEXT NOT NULL,
    extension TEXT NOT NULL, recipients TEXT NOT NULL, wire TEXT NOT NULL,
    created_at REAL NOT NULL, completions INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY, fax_id INTEGER NOT NULL REFERENCES fax, position INTEGER NOT NULL,
    key TEXT NOT NULL UNIQUE, upload_identifier TEXT NOT NULL, name TEXT NOT NULL,
    size INTEGER NOT NULL, content_type TEXT NOT NULL, expired INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0, sha256 TEXT, UNIQUE (fax_id, position));
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, operation TEXT NOT NULL,
    file_id INTEGER, received INTEGER, outcome TEXT);
CREATE INDEX IF NOT EXISTS call_file ON call (file_id);
CREATE TABLE IF NOT EXISTS token (token TEXT PRIMARY KEY, expires_at REAL NOT NULL);
INSERT INTO sqlite_sequence (name, seq) SELECT 'fax', 261
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'fax');
COMMIT;
"""


@dataclass(frozen=True, kw_only=True)
class AnnouncedFile:
    """A file as the create request announces it; `size` is in bytes."""

    upload_identifier: str
    name: str
    size: int
    content_type: str


@dataclass(frozen=True, kw_only=True)
class File(AnnouncedFile):
    """A file of a fax. `puts` counts its uploads, and `stored` counts the completed uploads."""

    id: int
    fax_id: int
    position: int
    key: str
    expired: bool
    puts: int
    stored: int
    sha256: str | None


@dataclass(frozen=True, kw_only=True)
class Fax:
    """A fax resource.

    `completions` counts the uploads after which all files of the fax were stored. The count should
    be 1. Repeated uploads raise it. It is an assumption that VoipNow sends no second fax for a
    repeated upload.
    """

    id: int
    uid: str
    user: str
    extension: str
    recipients: tuple[str, ...]
    wire: str
    created_at: float
    completions: int
    files: tuple[File, ...]

    @property
    def complete(self) -> bool:
        """Whether all files of the fax were stored at some time."""
        return self.completions > 0


@dataclass(frozen=True, kw_only=True)
class Duplicate:
    """The same files in more than one complete fax to the same recipient."""

    recipient: str
    sha256: tuple[str, ...]
    faxes: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """Counts since the last reset. If the folder is kept, the counts go on after a restart."""

    tokens: int  # token requests received
    presences: int
    creates: int  # POSTs received, also refused POSTs
    faxes: int  # fax resources created
    complete: int  # faxes with all their files
    completions: int  # the sum of all faxes' completions
    uploads: int  # PUTs received
    stored: int  # PUTs that were stored completely
    repeats: int  # PUTs that stored a file again
    duplicates: tuple[Duplicate, ...]


class FaxStore:
    """Requests, tokens, faxes and files, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.objects = folder / "objects"
        self.objects.mkdir(parents=True, exist_ok=True)
        for leftover in self.objects.glob("*.part"):
            leftover.unlink()
        self._db = sqlite3.connect(folder / "simulator.sqlite3")
        self._db.row_factory = sqlite3.Row
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the database. The folder stays."""
        self._db.close()

    # Requests

    def add_request(self, operation: str, *, at: float) -> int:
        """Note a request before it is handled. Returns the id of its row.

        If a row never gets an outcome, the process was killed during the request.
        """
        sql = "INSERT INTO call (at, operation) VALUES (?, ?) RETURNING id"
        with self._db:
            return int(self._db.execute(sql, (at, operation)).fetchone()[0])

    def set_outcome(self, row: int, *, outcome: str, received: int) -> None:
        """Note how a request ended, and how many bytes of its body were received."""
        sql = "UPDATE call SET outcome = ?, received = ? WHERE id = ?"
        with self._db:
            self._db.execute(sql, (outcome, received, row))

    def set_file(self, row: int, file: File) -> None:
        """Note which file a request uploads."""
        with self._db:
            self._db.execute("UPDATE call SET file_id = ? WHERE id = ?", (file.id, row))

    # Tokens

    def add_token(self, *, expires_at: float, odd: bool) -> str:
        """Make an access token; `expires_at` is in seconds since 1970.

        With `odd`, the token has characters other than letters, digits and `_-.`.
        """
        token = ("1|~" if odd else "1.") + secrets.token_urlsafe(24)
        with self._db:
            self._db.execute("INSERT INTO token VALUES (?, ?)", (token, expires_at))
        return token

    def knows_token(self, token: str, *, now: float) -> bool:
        """Whether a token was made, and has neither expired nor been revoked."""
        sql = "SELECT 1 FROM token WHERE token = ? AND expires_at > ?"
        # Bytes that are not UTF-8 arrive as surrogates, which SQLite doesn't take.
        return token.isascii() and self._db.execute(sql, (token, now)).fetchone() is not None

    def revoke_tokens(self) -> None:
        """Forget all tokens."""
        with self._db:
            self._db.execute("DELETE FROM token")

    # Faxes

    def add_fax(
        self,
        *,
        user: str,
        extension: str,
        recipients: Sequence[str],
        wire: str,
        files: Sequence[AnnouncedFile],
        at: float,
    ) -> Fax:
        """Create a fax with the next id; `at` is in seconds since 1970."""
        uid = secrets.token_hex(16)
        with self._db:
            (fax_id,) = self._db.execute(
                "INSERT INTO fax (uid, user, extension, recipients, wire, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                (uid, user, extension, json.dumps(list(recipients)), wire, at),
            ).fetchone()
            self._db.executemany(
                "INSERT INTO file"
                " (fax_id, position, key, upload_identifier, name, size, content_type)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (fax_id, position, f"{uid}/{position}", f.upload_identifier, f.name, f.size,
                     f.content_type)
                    for position, f in enumerate(files, start=1)
                ],
            )  # fmt: skip
        return self.faxes(only=fax_id)[0]

    def file_at(self, key: str) -> File | None:
        """The file with this key in the bucket."""
        found = self._files("WHERE file.key = ?", (key,))
        return found[0] if found else None

    def store(self, file: File, *, sha256: str, part: Path) -> None:
        """Move the complete file at `part` into the store. As in S3, it replaces an older file."""
        part.replace(self.path_of(file))
        with self._db:
            self._db.execute(
                "UPDATE file SET stored = stored + 1, sha256 = ? WHERE id = ?", (sha256, file.id)
            )
            self._db.execute(
                "UPDATE fax SET completions = completions + 1 WHERE id = ? AND NOT EXISTS"
                " (SELECT 1 FROM file WHERE fax_id = fax.id AND stored = 0)",
                (file.fax_id,),
            )

    def path_of(self, file: File) -> Path:
        """Where the content of a stored file is."""
        return self.objects / str(file.id)

    def new_part(self) -> Path:
        """A path for a file that is being received; such files are deleted at the next start."""
        return self.objects / f"{secrets.token_hex(8)}.part"

    def expire_targets(self) -> None:
        """Expire the upload targets of all files."""
        with self._db:
            self._db.execute("UPDATE file SET expired = 1")

    def faxes(self, *, only: int | None = None, limit: int = -1) -> list[Fax]:
        """At most `limit` faxes, newest first; with `only`, just the fax with this id."""
        where, values = ("WHERE id = ?", (only,)) if only else ("", ())
        rows = self._db.execute(
            f"SELECT * FROM fax {where} ORDER BY id DESC LIMIT ?",  # noqa: S608
            (*values, limit),
        ).fetchall()
        files = defaultdict(list)
        newest, oldest = (rows[0]["id"], rows[-1]["id"]) if rows else (0, 0)
        for file in self._files("WHERE fax_id BETWEEN ? AND ?", (oldest, newest)):
            files[file.fax_id].append(file)
        return [
            Fax(
                **{**row, "recipients": tuple(json.loads(row["recipients"]))},
                files=tuple(files[row["id"]]),
            )
            for row in rows
        ]

    def _files(self, where: str, values: tuple[object, ...]) -> list[File]:
        rows = self._db.execute(
            "SELECT file.*, (SELECT count(*) FROM call WHERE file_id = file.id) AS puts"  # noqa: S608
            f" FROM file {where} ORDER BY fax_id, position",
            values,
        )
        return [File(**{**row, "expired": bool(row["expired"])}) for row in rows]

    def report(self) -> Report:
        """Count what was received."""
        faxes = self.faxes()
        calls = dict(
            self._db.execute("SELECT operation, count(*) FROM call GROUP BY operation").fetchall()
        )
        stored = [file.stored for fax in faxes for file in fax.files]
        return Report(
            tokens=calls.get("token", 0),
            presences=calls.get("presence", 0),
            creates=calls.get("create", 0),
            faxes=len(faxes),
            complete=sum(fax.complete for fax in faxes),
            completions=sum(fax.completions for fax in faxes),
            uploads=calls.get("upload", 0),
            stored=sum(stored),
            repeats=sum(times - 1 for times in stored if times > 1),
            duplicates=_duplicates(faxes),
        )

    def clear(self) -> None:
        """Delete everything but the sequence of fax ids."""
        with self._db:
            for table in ("file", "fax", "call", "token"):
                self._db.execute(f"DELETE FROM {table}")  # noqa: S608
        for path in self.objects.iterdir():
            path.unlink()


def _duplicates(faxes: Sequence[Fax]) -> tuple[Duplicate, ...]:
    sent = defaultdict(list)
    for fax in reversed(faxes):
        if fax.complete:
            content = tuple(sorted(file.sha256 or "" for file in fax.files))
            for recipient in set(fax.recipients):
                sent[recipient, content].append(fax.id)
    return tuple(
        Duplicate(recipient=recipient, sha256=content, faxes=tuple(ids))
        for (recipient, content), ids in sent.items()
        if len(ids) > 1
    )
