"""A sender's browser in tests: it requests targets, uploads and reports.

It sends no HTTP to the portal: it calls the functions that answer the page's script.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from faxportal.accounts.models import User
from faxportal.documents.kinds import HEAD_BYTES
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.client_files import ClientFile
from faxportal.faxes.delivery.browser.attempts import (
    UploadReport,
    UploadResult,
    record_report,
    start_browser_attempt,
)
from faxportal.faxes.delivery.browser.status import BrowserStatus, DocumentStatus, NextAction
from faxportal.faxes.delivery.browser.targets import request_targets
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.network import Network


def declare(files: Mapping[str, bytes]) -> list[ClientFile]:
    """Files as a browser declares them."""
    return [
        ClientFile(
            name=name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            head=content[:HEAD_BYTES],
        )
        for name, content in files.items()
    ]


@dataclass
class SenderBrowser:
    """A browser that shows one fax and has its files, by name."""

    fax: Fax
    by: User
    network: Network
    clock: Clock
    files: Mapping[str, bytes]

    def request_targets(self) -> BrowserStatus:
        self.fax.refresh_from_db()
        return request_targets(self.fax, by=self.by, network=self.network, clock=self.clock)

    def start_attempt(self, document: DocumentStatus) -> int:
        """Start an attempt, before the upload itself, and return the id of the attempt."""
        assert document.upload_id is not None, "a browser starts only what it has a target for"
        return start_browser_attempt(self.fax, document.upload_id, by=self.by, clock=self.clock)

    def put(self, document: DocumentStatus) -> httpx.Response:
        """Upload a document's file to its target."""
        assert document.target
        headers = {"Content-Type": document.target.content_type, **document.target.headers}
        content = self.files[document.document.name]
        return httpx.put(document.target.url, headers=headers, content=content, timeout=60)

    def report(
        self, attempt_id: int, result: UploadResult, status: int | None = None, answer: str = ""
    ) -> None:
        """Report how an upload ended. `status` and `answer` are from storage, if it answered."""
        report = UploadReport(result=result, status=status, answer=answer)
        record_report(self.fax, attempt_id, report, clock=self.clock)

    def upload(self, document: DocumentStatus) -> None:
        """Start an attempt, upload, and report what storage answered."""
        attempt_id = self.start_attempt(document)
        try:
            answer = self.put(document)
        except httpx.HTTPError:
            self.report(attempt_id, UploadResult.FAILED)
            return
        result = UploadResult.STORED if answer.is_success else UploadResult.FAILED
        self.report(attempt_id, result, answer.status_code, answer.text)

    def upload_all(self) -> None:
        """Request targets and upload until the browser has nothing more to do."""
        while (status := self.request_targets()).action == NextAction.GO:
            for document in status.documents:
                if document.target:
                    self.upload(document)


def document_states(status: BrowserStatus) -> dict[str, str]:
    """name of a document → its state."""
    return {one.document.name: str(one.state.value) for one in status.documents}


def offered(status: BrowserStatus) -> set[str]:
    """Names of the documents that may be uploaded now."""
    return {one.document.name for one in status.documents if one.target}


def is_sent_once(fax: Fax, simulator: Simulator) -> bool:
    """Whether a fax is handed over, its event log is sound, and VoipNow has the whole fax once."""
    complete = [one for one in simulator.faxes() if one.completions]
    return (
        fax.state == FaxState.HANDED_OVER
        and first_broken(fax) is None
        and len(complete) == 1
        and simulator.report().duplicates == ()
    )
