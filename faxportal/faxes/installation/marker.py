"""The marker: a file in the data directory that says which database the directory belongs to."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from faxportal.faxes.installation.file_identity import identity_of


@dataclass(frozen=True, kw_only=True)
class Marker:
    """What the marker says."""

    database_id: UUID
    #: The identity of the data directory. A copy of the directory has another one.
    place: str


def read_marker() -> Marker | None:
    """The marker of this process's data directory; None if it is missing or is not valid.

    Raises `OSError` if the data directory can't be read.
    """
    try:
        content = json.loads(_path().read_text())
        return Marker(database_id=UUID(content["database_id"]), place=content["place"])
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def is_there() -> bool:
    """Whether there is a marker, even if it is not valid. Raises `OSError`."""
    return _path().exists()


def write_marker(database_id: UUID, *, place: str | None = None) -> None:
    """Write that the data directory belongs to this database. Raises `OSError`.

    `place` is what the marker says about the identity of the data directory. By default, this is
    the directory's real identity.
    """
    marker = Marker(database_id=database_id, place=data_dir_place() if place is None else place)
    part = _path().with_suffix(f".{os.getpid()}.part")
    with part.open("w") as file:
        json.dump(asdict(marker), file, default=str)
        file.flush()
        os.fsync(file.fileno())
    part.rename(_path())


def data_dir_place() -> str:
    """The identity of the data directory. Raises `OSError` if the directory is missing."""
    return identity_of(settings.DATA_DIR)


def _path() -> Path:
    return Path(settings.DATA_DIR) / "installation.json"
