"""Sentences about what differs from the record, for an operator and on the evidence sheet."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from faxportal.audit.audit_seals import BrokenEntry
from faxportal.audit.seal_chain import BrokenSeal
from faxportal.faxes.record.verification import Difference, Problem

_DIFFERENCES: dict[Problem, str | Promise] = {
    Problem.EVENT_CHANGED: gettext_lazy("changed from event %(event)s on"),
    Problem.EVENTS_CUT_OFF: gettext_lazy(
        "events are missing at the end: seal %(seal)s knows %(event)s events"
    ),
    Problem.NO_EVENTS: gettext_lazy("has no history"),
    Problem.NO_KEY: gettext_lazy("event %(event)s was written without the portal's key"),
    Problem.KEY_UNKNOWN: gettext_lazy(
        "can't be verified: FAXPORTAL_RECORD_KEY lacks the key that was used"
    ),
    Problem.FACT_CHANGED: gettext_lazy(
        "%(fact)s was changed: its hash was %(recorded)s and is %(found)s"
    ),
    Problem.STATE_CHANGED: gettext_lazy(
        "has another status than its history says, or has it since another moment"
    ),
    Problem.SEAL_CHANGED: gettext_lazy("seal %(seal)s is not as it was written"),
    Problem.NOT_SEALED: gettext_lazy(
        "event %(event)s should be sealed and is not yet: the watch catches up on it"
    ),
    Problem.FAX_MISSING: gettext_lazy("is missing, and retention did not remove it"),
    Problem.FAX_IS_BACK: gettext_lazy("is there, although retention removed it"),
}

_SEALS: dict[str, str | Promise] = {
    "changed": gettext_lazy("Seal %(position)s is not as it was written."),
    "missing": gettext_lazy("Seal %(position)s is missing."),
    "key_unknown": gettext_lazy(
        "Seal %(position)s can't be verified: FAXPORTAL_RECORD_KEY lacks the key %(key)s."
    ),
    "cut_off": gettext_lazy(
        "The data directory remembers seal %(position)s, which the database lacks: the end of the "
        "record is missing, or the database is older than the data directory."
    ),
}

_ENTRIES: dict[str, str | Promise] = {
    "changed": gettext_lazy("Audit entry %(entry)s is not as it was written."),
    "missing": gettext_lazy("Audit entry %(entry)s is missing."),
    "no_key": gettext_lazy("Audit entry %(entry)s was written without the portal's key."),
    "key_unknown": gettext_lazy(
        "Audit entry %(entry)s can't be verified: FAXPORTAL_RECORD_KEY lacks the key that was used."
    ),
}


def difference_sentence(difference: Difference) -> str:
    """What differs about one fax, to be read after the fax's id."""
    return str(_DIFFERENCES[difference.problem]) % {
        "event": difference.event,
        "seal": difference.seal,
        "fact": difference.fact,
        "recorded": difference.recorded,
        "found": difference.found,
    }


def seal_sentence(seal: BrokenSeal) -> str:
    """What is wrong with the chain over all faxes."""
    return str(_SEALS[seal.problem]) % {"position": seal.position, "key": seal.key_id}


def entry_sentence(entry: BrokenEntry) -> str:
    """What is wrong with the audit."""
    return str(_ENTRIES[entry.problem]) % {"entry": entry.entry_id}
