"""The evidence sheet as a PDF. The text reaches the Typst template as data, never as markup."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from faxportal.documents.typesetting import StandardNotMet, typeset
from faxportal.faxes.history.evidence.data import EvidenceData

TEMPLATE = Path(__file__).with_name("sheet.typ")

#: The template's own words, by the names that it uses.
_WORDS: Mapping[str, str | Promise] = {
    "title": _("Evidence sheet"),
    "lead": _("What the portal did with one fax, and what it knows of it. All times are UTC."),
    "moving": _("The fax had not come to its end when this sheet was made."),
    "letters_missing": _(
        "No font of the portal's machine has some of the letters below. The same sheet as JSON "
        "has them all."
    ),
    "made": _("Made"),
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
    "group": _("Group"),
    "documents": _("Documents"),
    "number": _("No."),
    "name": _("Name"),
    "type": _("Type"),
    "pages": _("Pages"),
    "bytes": _("Bytes"),
    "carried": _("Carried"),
    "handovers": _("Handed over to VoipNow"),
    "voipnow": _("VoipNow's fax"),
    "uid": _("VoipNow's uid"),
    "ended": _("Ended"),
    "decided": _("Decided by"),
    "file": _("File"),
    "stored": _("Stored"),
    "attempts": _("Tries"),
    "record": _("Record"),
    "at": _("At"),
    "who": _("By"),
    "portal": _("the portal"),
    "what": _("What happened"),
    "head": _("Hash that the record ends with"),
    "whole": _(
        "The record was verified when this sheet was made: each of its entries carries a "
        "SHA-256 over itself and the one before, and all of them are as they were written."
    ),
    "broken": _("The record is NOT as it was written. It was changed from this entry on:"),
    "not_known": _("What the portal does not know"),
}


def as_pdf(evidence: EvidenceData) -> bytes:
    """The sheet as tagged PDF/A-2a and PDF/UA-1; raises `typesetting.TypesettingFailed`.

    Where the fonts here lack a letter, it is plain tagged PDF, and a sentence on it says so.
    """
    words = {name: str(word) for name, word in _WORDS.items()}
    words["lang"] = translation.get_language() or "en"
    data = {"evidence": evidence, "words": words, "has_all_letters": True}
    try:
        return typeset(TEMPLATE, data, standards=["a-2a", "ua-1"])
    except StandardNotMet:
        return typeset(TEMPLATE, data | {"has_all_letters": False}, standards=[])
