"""Names of files, made fit to be shown, stored and sent."""

from __future__ import annotations

import unicodedata

from faxportal.documents.kinds import Kind

#: Characters. File systems take 255 bytes; VoipNow's limit is not documented.
MAX_NAME = 100


def clean_name(name: str, kind: Kind | None = None) -> str:
    """The last part of a path, without control characters, shortened, with an ending that fits.

    Direction marks and the like go with the control characters: a name must read as it is.
    `invoice.exe` that holds a PDF becomes `invoice.exe.pdf`: VoipNow may look at the ending.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    visible = " ".join(visible.split()).rstrip(". ")
    if kind is None:
        return visible[:MAX_NAME] or "document"
    stem, dot, ending = visible.rpartition(".")
    if not dot or f".{ending.lower()}" not in kind.endings:
        stem, ending = visible, kind.endings[0][1:]
    stem = stem.strip(". ") or "document"
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
