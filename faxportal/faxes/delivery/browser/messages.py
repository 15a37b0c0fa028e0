"""Sentences about files that a browser carries."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def arrived_sentence(stored: int, *, of: int, nothing_faxed: bool) -> str:
    """How many files storage has, and whether the fax may go out.

    `nothing_faxed` says that VoipNow surely sent nothing (assumption A1 of `docs/delivery.md`).
    """
    arrived = ngettext(
        "%(stored)d of %(count)d file arrived.", "%(stored)d of %(count)d files arrived.", of
    ) % {"stored": stored, "count": of}
    if nothing_faxed:
        return f"{arrived} " + _("Nothing was faxed yet.")
    return f"{arrived} " + _("The last one may have arrived, too, and the fax may be sent.")
