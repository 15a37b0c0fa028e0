"""The rows behind a fax. They are the queue, too: there is no second copy of the truth."""

from faxportal.faxes.models.blocked import BlockedNumber
from faxportal.faxes.models.browsers import BlockedOrigin
from faxportal.faxes.models.counts import Count, Counting
from faxportal.faxes.models.cover import CoverField, CoverPage, CoverTemplate, CoverUse, Paper
from faxportal.faxes.models.delivery import Handover, Try, Upload
from faxportal.faxes.models.fax import Delivery, Document, Fax, Recipient
from faxportal.faxes.models.hold import LegalHold
from faxportal.faxes.models.record import FaxEvent
from faxportal.faxes.models.search import FaxSearch
from faxportal.faxes.models.template import FaxTemplate
from faxportal.faxes.models.worker import Alarm, SendingPause, WorkerSeen

__all__ = [
    "Alarm",
    "BlockedNumber",
    "BlockedOrigin",
    "Count",
    "Counting",
    "CoverField",
    "CoverPage",
    "CoverTemplate",
    "CoverUse",
    "Delivery",
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
    "Try",
    "Upload",
    "WorkerSeen",
]
