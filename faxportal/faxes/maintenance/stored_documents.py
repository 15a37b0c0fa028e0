"""The stored files that rows name: which they are, and whether each is there as its row says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from django.db import DEFAULT_DB_ALIAS, connections

from faxportal.documents import file_store
from faxportal.faxes.models import Document, MergedPdf

#: The rows that name stored files. A test fails for a model that names files and is missing here.
NAMING_ROWS = (Document.objects, MergedPdf.objects)


class FileState(Enum):
    """How a stored file is."""

    AS_WRITTEN = auto()
    MISSING = auto()
    #: Its size or its SHA-256 differs from its row's.
    CHANGED = auto()


@dataclass(frozen=True, kw_only=True)
class NamedFile:
    """A stored file as a row names it."""

    stored_as: str
    #: Bytes.
    size: int
    #: In hex.
    sha256: str


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


def state_of(named: NamedFile) -> FileState:
    """How a file is that a row names. Raises `OSError` if the file can't be read."""
    try:
        with file_store.open_stored(named.stored_as) as file:
            same = file.size == named.size and file_store.sha256_of(file) == named.sha256
    except FileNotFoundError:
        return FileState.MISSING
    return FileState.AS_WRITTEN if same else FileState.CHANGED
