"""Cleaning the names of uploaded files, to show, store and send them."""

from __future__ import annotations

import unicodedata

from faxportal.documents.kinds import Kind

#: The most characters of a name. File systems take 255 bytes. VoipNow documents no limit.
MAX_NAME = 100


def clean_name(name: str, kind: Kind | None = None) -> str:
    """The last part of a path, without invisible characters, with an ending of the file's kind.

    The result has at most `MAX_NAME` characters. Direction marks are removed, too, because a name
    with such marks is shown in another order than it is written. A PDF called `invoice.exe` becomes
    `invoice.exe.pdf`, because VoipNow may judge a file by its ending. Without a kind, the ending
    stays.
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
