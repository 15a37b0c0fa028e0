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

#: The words of the template itself, by the names that the template uses for them.
_WORDS: Mapping[str, str | Promise] = {
    "title": _("Evidence sheet"),
    "lead": _("What the portal did with one fax, and what it knows about it. All times are UTC."),
    "moving": _("The status of this fax was not final when this sheet was created."),
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
    "merged": _("For VoipNow, the documents were combined into one PDF"),
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
        "The history was verified when this sheet was created. Each entry carries a keyed "
        "hash of itself and the entry before it, and none of them has been changed. The facts "
        "above that were compared are what was recorded."
    ),
    "not_whole": _("What this sheet says is NOT what was recorded."),
    "unverifiable": _(
        "This sheet could not be verified completely. Nothing was found that differs from what was "
        "recorded, but not all could be compared:"
    ),
    "without_key": _(
        "Entries that an older version wrote without a key, which anybody who could change the "
        "database could change:"
    ),
    "not_bound": _(
        "Not compared, because delivery was under way, or had ended less than two minutes before:"
    ),
    "compared": _("Compared on"),
    "facts": _("facts:"),
    "events": _("entries:"),
    "sealed": _("of these, in the chain over all faxes:"),
    "seal": _("seal"),
    "broken": _("The history was CHANGED after it was written, starting with this entry:"),
    "not_known": _("What the portal does not know"),
}


def as_pdf(evidence: EvidenceData) -> bytes:
    """The sheet as tagged PDF/A-2a and PDF/UA-1. Raises `typesetting.TypesettingFailed`.

    If the portal's fonts lack a character, the sheet is a plain tagged PDF, and a sentence on the
    sheet says that characters are missing.
    """
    words = {name: str(word) for name, word in _WORDS.items()}
    words["lang"] = translation.get_language() or "en"
    data = {"evidence": evidence, "words": words, "has_all_letters": True}
    try:
        return typeset(TEMPLATE, data, standards=["a-2a", "ua-1"])
    except StandardNotMet:
        return typeset(TEMPLATE, data | {"has_all_letters": False}, standards=[])
