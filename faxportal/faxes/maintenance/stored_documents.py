"""The stored files that rows name, and whether each file is as its row says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections

from faxportal.documents import file_store, trash
from faxportal.faxes.models import Document, MergedPdf

#: The rows that name stored files. A test fails for a model that names files and is missing here.
NAMING_ROWS = (Document.objects, MergedPdf.objects)


class FileState(Enum):
    """The state of a stored file."""

    AS_WRITTEN = auto()
    MISSING = auto()
    #: Its size or its SHA-256 is not the one in its row.
    CHANGED = auto()


@dataclass(frozen=True, kw_only=True)
class NamedFile:
    """A stored file as a row names it."""

    stored_as: str
    #: Bytes.
    size: int
    #: In hex.
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A file that is not as its row says."""

    #: The faxes whose rows name the file.
    faxes: Sequence[UUID]
    state: FileState
    #: Whether the trash has the file as the row says.
    is_in_trash: bool
    #: Whether the file was put back just now, so that the problem is over.
    is_back: bool


def named_files(using: str = DEFAULT_DB_ALIAS) -> Iterator[NamedFile]:
    """Each file that rows name, once. The tables of an older database may be missing."""
    tables = set(connections[using].introspection.table_names())
    for rows in NAMING_ROWS:
        if rows.model._meta.db_table in tables:  # noqa: SLF001  # Django documents `_meta`
            named = rows.using(using).exclude(stored_as="").order_by()
            for stored_as, size, sha256 in named.values_list(
                "stored_as", "size", "sha256"
            ).distinct():
                yield NamedFile(stored_as=stored_as, size=size, sha256=sha256)


def is_named(stored_as: str) -> bool:
    """Whether a row names a file now."""
    return any(rows.filter(stored_as=stored_as).exists() for rows in NAMING_ROWS)


def faxes_naming(stored_as: str) -> list[UUID]:
    """The ids of the faxes whose rows name a file."""
    named = (rows.filter(stored_as=stored_as).values_list("fax__uuid") for rows in NAMING_ROWS)
    return sorted({uuid for rows in named for (uuid,) in rows})


def state_of(named: NamedFile, *, kept_as: str | None = None) -> FileState:
    """The state of a file that a row names. Raises `OSError` if the file can't be read.

    If `kept_as` is given, the file is looked for under this name in the storage.
    """
    try:
        with file_store.open_stored(kept_as or named.stored_as) as file:
            same = file.size == named.size and file_store.sha256_of(file) == named.sha256
    except FileNotFoundError:
        return FileState.MISSING
    return FileState.AS_WRITTEN if same else FileState.CHANGED


def find_problems(*, put_back: bool) -> Iterator[Problem]:
    """Each file that a row names and that is not as its row says.

    With `put_back`, a missing file is moved back from the trash, if the file there is as its row
    says. Raises `OSError` if a file can't be read.
    """
    in_trash = trash.names_in_trash()
    for named in named_files():
        state = state_of(named)
        if state == FileState.AS_WRITTEN or not is_named(named.stored_as):
            continue  # retention may have removed the file while it was looked at
        kept_as = in_trash.get(named.stored_as)
        is_in_trash = bool(kept_as) and state_of(named, kept_as=kept_as) == FileState.AS_WRITTEN
        is_back = put_back and state == FileState.MISSING and is_in_trash
        if is_back and kept_as:
            trash.put_back(named.stored_as, from_trash=kept_as)
        yield Problem(
            faxes=faxes_naming(named.stored_as),
            state=state,
            is_in_trash=is_in_trash and not is_back,
            is_back=is_back,
        )
