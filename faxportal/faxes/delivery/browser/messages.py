"""Sentences about files that a browser carries."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def nothing_faxed_sentence(stored: int, *, of: int) -> str:
    """Says how many of a fax's files storage has, and that nothing has been faxed yet.

    Nothing can have been faxed while a file is missing (assumption A1, `docs/delivery.md`).
    """
    return f"{_arrived(stored, of)} " + _("Nothing has been faxed yet.")


def arrived_sentence(stored: int, *, of: int, in_doubt: Sequence[str]) -> str:
    """Says how many files of a fax have arrived, and that the fax still needs the others.

    This is for a fax whose files may all have arrived. `nothing_faxed_sentence` is for any other
    fax. `in_doubt` are the names of the files that may or may not have arrived.
    """
    if not in_doubt:
        rest = _("The fax may be sent as soon as the rest has arrived.")
        return f"{_arrived(stored, of)} {rest}"
    doubt = ngettext(
        "“%(name)s” may or may not have arrived. Choose it again to finish.",
        "%(count)d files may or may not have arrived. Choose them again to finish.",
        len(in_doubt),
    ) % {"name": in_doubt[0], "count": len(in_doubt)}
    return f"{_arrived(stored, of)} {doubt}" if stored else doubt


def _arrived(stored: int, of: int) -> str:
    return ngettext(
        "%(stored)d of %(count)d file arrived.", "%(stored)d of %(count)d files arrived.", of
    ) % {"stored": stored, "count": of}
