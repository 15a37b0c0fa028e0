"""Senders' browsers that carry files: a test decides what they request, upload and report.

A request for targets is a conversation, because the portal sometimes calls VoipNow for it. An
upload is a single step. What the browser learns of the upload may differ from what storage did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.browser.attempts import NotNow, UploadResult
from faxportal.faxes.delivery.browser.keep_alive import keep_alive
from faxportal.faxes.delivery.browser.relay_fallback import RelayReason, accept_file
from faxportal.faxes.delivery.browser.status import BrowserStatus, DocumentStatus, NextAction
from faxportal.faxes.models import Attempt, Carrier, Fax, SendingPause
from faxportal.faxes.states import OPEN_HANDOVERS
from faxportal.voipnow.network import Network
from tests.support.any_order.conversations import Conversation, Stage
from tests.support.any_order.outside import Outside, Request
from tests.support.sender_browser import SenderBrowser


class PutEnd(Enum):
    """How a browser's upload ends, and what the browser learns of it."""

    WELL = auto()
    #: The file is stored, but the browser sees only a lost connection.
    ANSWER_LOST = auto()
    #: The file is stored. Then Chromium itself repeats the upload, and sees only a refusal.
    REPEATED_AND_REFUSED = auto()
    #: The file is stored only after the browser has stopped waiting for the answer.
    LATE = auto()
    LOST = auto()
    REFUSED = auto()
    TARGET_REFUSED = auto()
    #: The request was never sent.
    NOT_SENT = auto()


@dataclass
class BrowserPut:
    """One upload for which a browser has started an attempt."""

    attempt_id: int
    document: DocumentStatus
    #: What the browser will report; None while the upload is under way.
    heard: tuple[UploadResult, int | None, str] | None = None


class RequestedCreate:
    """The create call that a request for targets makes. Its attempt is written before the call."""

    def __init__(self, fax: Fax) -> None:
        self.lease = SimpleNamespace(fax_id=fax.pk)

    @cached_property
    def attempt_id(self) -> int:
        """The newest attempt of the fax, looked up when the call goes out."""
        attempt = Attempt.objects.filter(handover__fax=self.lease.fax_id).latest("id")
        fax, handover = attempt.handover.fax, attempt.handover
        assert attempt.upload_id is None
        assert attempt.closed_at is None
        assert handover.state in OPEN_HANDOVERS
        assert handover.lease is not None
        assert fax.cancel_asked_at is None
        assert fax.sender.is_active
        assert fax.suspended_at is None
        assert not SendingPause.is_on()
        return attempt.pk


class TargetsRequest(Conversation):
    """A browser's request for targets."""

    def pause(self, stage: Stage) -> Any:
        assert self.call.attempt_id  # type: ignore[union-attr]  # a `RequestedCreate` has one
        return super().pause(stage)


class ManualBrowser:
    """A browser that shows one fax, and does what a test says."""

    def __init__(
        self,
        fax: Fax,
        *,
        by: User,
        network: Network,
        clock: Clock,
        outside: Outside,
        files: Mapping[str, bytes],
    ) -> None:
        self.fax = fax
        self._browser = SenderBrowser(fax=fax, by=by, network=network, clock=clock, files=files)
        self._outside = outside
        self.request: TargetsRequest | None = None
        self.status: BrowserStatus | None = None
        self.puts: list[BrowserPut] = []

    def use(self, network: Network) -> None:
        self._browser.network = network

    @property
    def is_wanted(self) -> bool:
        """Whether the browser's fax is under way and lacks files."""
        self.fax.refresh_from_db()
        wanted = self.fax.documents.filter(carrier=Carrier.BROWSER)
        return not self.fax.is_settled and wanted.exists()

    @property
    def is_requesting(self) -> bool:
        return self.request is not None and not self.request.dead

    def request_targets(self) -> None:
        """Start a request for targets. `status` is set when the conversation has ended."""

        def run() -> None:
            self.status = self._browser.request_targets()

        call: Any = RequestedCreate(self.fax)
        self.request = TargetsRequest(run, call)
        self.request.go_on()

    def finish_request(self) -> None:
        """Run the request for targets to its end, if one is under way."""
        while self.request and not self.request.dead:
            self.request.go_on()

    @property
    def offered(self) -> Sequence[DocumentStatus]:
        """The documents that came with a target."""
        return [one for one in self.status.documents if one.target] if self.status else []

    def start_attempt(self, document: DocumentStatus) -> BrowserPut | None:
        """Start an attempt, perhaps with an old target. Returns None if the portal refuses."""
        try:
            put = BrowserPut(self._browser.start_attempt(document), document)
        except NotNow:
            return None
        self.puts.append(put)
        return put

    def finish_put(self, put: BrowserPut, end: PutEnd) -> None:
        """End an upload as `end` says, unless storage refuses its target."""
        refusals: dict[PutEnd, tuple[UploadResult, int | None, str]] = {
            PutEnd.NOT_SENT: (UploadResult.NOT_SENT, None, ""),
            PutEnd.LOST: (UploadResult.FAILED, None, ""),
            PutEnd.REFUSED: (UploadResult.FAILED, 503, "<Code>SlowDown</Code>"),
            PutEnd.TARGET_REFUSED: (
                UploadResult.FAILED,
                403,
                "<Message>Request has expired</Message>",
            ),
        }
        put.heard = refusals.get(end)
        if put.heard is not None:
            return
        work = self._send(put)
        if end == PutEnd.LATE:
            self._outside.late.append((put.attempt_id, work))
            put.heard = (UploadResult.FAILED, None, "")
            return
        status = int(work().split(maxsplit=2)[1])
        if end == PutEnd.WELL:
            put.heard = (UploadResult.STORED if status == 200 else UploadResult.FAILED, status, "")
        elif end == PutEnd.ANSWER_LOST:
            put.heard = (UploadResult.FAILED, None, "")
        else:
            put.heard = (UploadResult.FAILED, 403, "<Code>AccessDenied</Code>")

    def _send(self, put: BrowserPut) -> Callable[[], bytes]:
        assert put.document.target is not None
        address = urlsplit(put.document.target.url)
        return self._outside.take(
            Request(
                attempt_id=put.attempt_id,
                method="PUT",
                path=f"{address.path}?{address.query}",
                headers={
                    name.lower(): value for name, value in put.document.target.headers.items()
                },
                body=self._browser.files[put.document.document.name],
            )
        )

    def report(self, put: BrowserPut) -> None:
        """Report how an upload ended, perhaps late or for the second time."""
        if put.heard is not None:
            self._browser.report(put.attempt_id, *put.heard)

    def keep_alive(self, put: BrowserPut) -> bool:
        """Say that an upload is under way. Returns False if the browser should stop it."""
        return keep_alive(self.fax, put.attempt_id, bytes_sent=1, clock=self._browser.clock)

    def hand_over(self, which: int, reason: RelayReason) -> None:
        """Hand one of the missing files to the portal."""
        wanted = list(self.fax.documents.filter(carrier=Carrier.BROWSER).order_by("position"))
        if wanted:
            document = wanted[which % len(wanted)]
            file = SimpleUploadedFile(document.name, self._browser.files[document.name])
            browser, portal = self._browser, "https://fax.example.com"
            accept_file(
                document, file, reason=reason, by=browser.by, portal=portal, clock=browser.clock
            )

    def go_on(self) -> bool:
        """Do what the page's script does when nothing goes wrong.

        Returns False if the script only waits or has ended.
        """
        if self.is_requesting:
            return True
        status, self.status = self.status, None
        if status is None:
            self.request_targets()
            return True
        if status.action == NextAction.FILES_WANTED:
            self.hand_over(0, RelayReason.ASKED)
        for document in status.documents:
            if document.target and (put := self.start_attempt(document)):
                self.finish_put(put, PutEnd.WELL)
                with suppress(NotNow):
                    self.report(put)
        return status.action in (NextAction.GO, NextAction.FILES_WANTED)
