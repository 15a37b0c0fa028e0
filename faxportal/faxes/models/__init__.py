"""The tables of `faxes`. Their rows are also the queue: nothing else lists what is to be sent."""

from faxportal.faxes.models.alert import Alert
from faxportal.faxes.models.attempt import Attempt
from faxportal.faxes.models.block_list import BlockedNumber
from faxportal.faxes.models.blocked_origin import BlockedOrigin
from faxportal.faxes.models.circuit import Circuit
from faxportal.faxes.models.cover import CoverField, CoverPage, CoverTemplate, CoverUse, Paper
from faxportal.faxes.models.document import Carrier, Document
from faxportal.faxes.models.fax import Fax
from faxportal.faxes.models.fax_event import FaxEvent
from faxportal.faxes.models.fax_template import FaxTemplate
from faxportal.faxes.models.handover import Handover
from faxportal.faxes.models.installation import Installation, RecordGap
from faxportal.faxes.models.legal_hold import LegalHold
from faxportal.faxes.models.merged_pdf import MergedPdf
from faxportal.faxes.models.recipient import Recipient
from faxportal.faxes.models.reminder import Reminder
from faxportal.faxes.models.sealing import SealingProgress
from faxportal.faxes.models.search import FaxSearch
from faxportal.faxes.models.sending_pause import SendingPause
from faxportal.faxes.models.stats import CountingProgress, FaxCounts
from faxportal.faxes.models.upload import Upload
from faxportal.faxes.models.watch_duty import WatchDuty
from faxportal.faxes.models.worker_heartbeat import WorkerHeartbeat

__all__ = [
    "Alert",
    "Attempt",
    "BlockedNumber",
    "BlockedOrigin",
    "Carrier",
    "Circuit",
    "CountingProgress",
    "CoverField",
    "CoverPage",
    "CoverTemplate",
    "CoverUse",
    "Document",
    "Fax",
    "FaxCounts",
    "FaxEvent",
    "FaxSearch",
    "FaxTemplate",
    "Handover",
    "Installation",
    "LegalHold",
    "MergedPdf",
    "Paper",
    "Recipient",
    "RecordGap",
    "Reminder",
    "SealingProgress",
    "SendingPause",
    "Upload",
    "WatchDuty",
    "WorkerHeartbeat",
]
