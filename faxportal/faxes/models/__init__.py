"""The rows behind a fax. They are the queue, too: there is no second copy of the truth."""

from faxportal.faxes.models.block_list import BlockedNumber
from faxportal.faxes.models.cover import CoverField, CoverPage, CoverTemplate, CoverUse, Paper
from faxportal.faxes.models.delivery import Attempt, Handover, Upload
from faxportal.faxes.models.event_log import FaxEvent
from faxportal.faxes.models.fax import Carrier, Document, Fax, Recipient
from faxportal.faxes.models.fax_template import FaxTemplate
from faxportal.faxes.models.operations import (
    Alarm,
    BlockedOrigin,
    LegalHold,
    SendingPause,
    WorkerSeen,
)
from faxportal.faxes.models.search import FaxSearch
from faxportal.faxes.models.stats import Count, Counting

__all__ = [
    "Alarm",
    "Attempt",
    "BlockedNumber",
    "BlockedOrigin",
    "Carrier",
    "Count",
    "Counting",
    "CoverField",
    "CoverPage",
    "CoverTemplate",
    "CoverUse",
    "Document",
    "Fax",
    "FaxEvent",
    "FaxSearch",
    "FaxTemplate",
    "Handover",
    "LegalHold",
    "Paper",
    "Recipient",
    "SendingPause",
    "Upload",
    "WorkerSeen",
]
