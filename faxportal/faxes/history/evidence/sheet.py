"""The evidence sheet as a PDF. The text comes from the facts and reaches the template as data."""

from __future__ import annotations

from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from faxportal.documents.typesetting import NotOfStandard, typeset
from faxportal.faxes.history.evidence.data import Facts

TEMPLATE = Path(__file__).with_name("sheet.typ")


def as_pdf(facts: Facts) -> bytes:
    """The sheet, tagged, as PDF/A-2a with PDF/UA-1; raises `NotSet`.

    Where no font here has a letter of it, a plain tagged PDF that says so.
    """
    data = {"facts": facts, "words": _words(), "has_all_letters": True}
    try:
        return typeset(TEMPLATE, data, standards=["a-2a", "ua-1"])
    except NotOfStandard:
        return typeset(TEMPLATE, data | {"has_all_letters": False}, standards=[])


def _words() -> dict[str, str]:
    """The words of the template."""
    return {
        "lang": translation.get_language() or "en",
        "title": _("Evidence sheet"),
        "lead": _(
            "What the portal did with one fax, and what it knows about it. All times are UTC."
        ),
        "moving": _("The fax was still in progress when this sheet was created."),
        "letters_missing": _(
            "The portal has no font for some of the characters below. The JSON version of this "
            "sheet has them all."
        ),
        "made": _("Created"),
        "for": _("for"),
        "page": _("Page"),
        "of": _("of"),
        "fax": _("Fax"),
        "id": _("Fax id"),
        "state": _("State"),
        "since": _("since"),
        "sender": _("Sender"),
        "submitted": _("Submitted"),
        "scheduled": _("Scheduled for"),
        "extension": _("From extension"),
        "subject": _("Subject"),
        "note": _("Note"),
        "removed": _("Documents removed"),
        "hold": _("Legal hold"),
        "recipients": _("Recipients"),
        "typed": _("As typed"),
        "dialled": _("As dialled"),
        "group": _("Batch"),
        "documents": _("Documents"),
        "number": _("No."),
        "name": _("Name"),
        "type": _("Type"),
        "pages": _("Pages"),
        "bytes": _("Bytes"),
        "carried": _("Uploaded by"),
        "handovers": _("Handed over to VoipNow"),
        "voipnow": _("VoipNow fax"),
        "uid": _("VoipNow uid"),
        "ended": _("Finished"),
        "decided": _("Decided by"),
        "file": _("File"),
        "stored": _("Uploaded"),
        "attempts": _("Attempts"),
        "record": _("History"),
        "at": _("When"),
        "who": _("By"),
        "portal": _("the portal"),
        "what": _("What happened"),
        "head": _("Last hash of the history"),
        "whole": _(
            "The history was verified when this sheet was created. Each entry carries a "
            "SHA-256 hash of itself and the entry before it, and none of them has been changed."
        ),
        "broken": _("The history was CHANGED after it was written, starting with this entry:"),
        "not_known": _("What the portal does not know"),
    }
