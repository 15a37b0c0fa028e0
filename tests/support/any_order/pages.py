"""Senders' pages in direct delivery, moved by hand: what each asks, PUTs, says and leaves unsaid.

A page's question is a conversation, because the portal may call VoipNow for it. Its PUT is one
step: what storage takes of it, and what the page hears, are two things.
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
from faxportal.faxes.delivery.browser.attempts import NotNow, UploadResult, keep_alive
from faxportal.faxes.delivery.browser.relay_fallback import RelayReason, accept_file
from faxportal.faxes.delivery.browser.status import BrowserStatus, DocumentStatus, NextAction
from faxportal.faxes.models import Attempt, Carrier, Fax, SendingPause
from faxportal.faxes.states import OPEN_HANDOVERS
from faxportal.voipnow.network import Network
from tests.support.any_order.conversations import Conversation, Stage
from tests.support.any_order.outside import Outside, Request
from tests.support.browser_page import BrowserPage


class PutEnds(Enum):
    """What becomes of a browser's PUT, and what its page hears."""

    WELL = auto()
    #: Stored, and the page hears of a lost connection.
    ANSWER_LOST = auto()
    #: Chromium repeats it by itself; the page hears the repeat's fate alone.
    REPEATED_AND_REFUSED = auto()
    #: Storage takes it when nobody waits any more.
    LATE = auto()
    LOST = auto()
    REFUSED = auto()
    TARGET_REFUSED = auto()
    #: `send()` was never called.
    NOT_SENT = auto()


@dataclass
class Put:
    """One PUT that a page has opened a try for."""

    attempt_id: int
    one: DocumentStatus
    #: What the page will say of it; None while it is under way.
    heard: tuple[UploadResult, int | None, str] | None = None


class Asking:
    """What a page's question calls VoipNow for: a create, whose try the portal has written."""

    def __init__(self, fax: Fax) -> None:
        self.lease = SimpleNamespace(fax_id=fax.pk)

    @cached_property
    def attempt_id(self) -> int:
        """Looked up when the call goes out: then it is the newest one."""
        opened = Attempt.objects.filter(handover__fax=self.lease.fax_id).latest("id")
        fax, handover = opened.handover.fax, opened.handover
        assert opened.upload_id is None
        assert opened.closed_at is None
        assert handover.state in OPEN_HANDOVERS
        assert handover.lease is not None
        assert fax.cancel_asked_at is None
        assert fax.sender.is_active
        assert fax.suspended_at is None
        assert not SendingPause.is_on()
        return opened.pk


class Question(Conversation):
    """A page's request for targets."""

    def pause(self, stage: Stage) -> Any:
        assert self.call.attempt_id  # type: ignore[union-attr]  # an `Asking` has one
        return super().pause(stage)


class OfficePage:
    """One page of a fax in its sender's browser."""

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
        self._browser = BrowserPage(fax=fax, by=by, network=network, clock=clock, files=files)
        self._outside = outside
        self.question: Question | None = None
        self.standing: BrowserStatus | None = None
        self.puts: list[Put] = []

    def use(self, network: Network) -> None:
        self._browser.network = network

    @property
    def is_wanted(self) -> bool:
        """Whether its fax is under way and lacks files."""
        self.fax.refresh_from_db()
        wanted = self.fax.documents.filter(carrier=Carrier.BROWSER)
        return not self.fax.is_settled and wanted.exists()

    @property
    def is_asking(self) -> bool:
        return self.question is not None and not self.question.dead

    def ask(self) -> None:
        """Ask for targets; the answer comes when the conversation has ended."""

        def run() -> None:
            self.standing = self._browser.ask()

        self.question = Question(run, Asking(self.fax))  # type: ignore[arg-type]  # like a call
        self.question.go_on()

    def hear(self) -> None:
        """Let the answer come, if it is still to come."""
        while self.question and not self.question.dead:
            self.question.go_on()

    @property
    def offered(self) -> Sequence[DocumentStatus]:
        return [one for one in self.standing.documents if one.target] if self.standing else []

    def begin(self, one: DocumentStatus) -> Put | None:
        """Open a try, with a target that may be an old one."""
        try:
            put = Put(self._browser.begin(one), one)
        except NotNow:
            return None
        self.puts.append(put)
        return put

    def put(self, put: Put, ends: PutEnds) -> None:
        """What the browser does with a target, if storage takes it at all."""
        refusals: dict[PutEnds, tuple[UploadResult, int | None, str]] = {
            PutEnds.NOT_SENT: (UploadResult.NOT_SENT, None, ""),
            PutEnds.LOST: (UploadResult.FAILED, None, ""),
            PutEnds.REFUSED: (UploadResult.FAILED, 503, "<Code>SlowDown</Code>"),
            PutEnds.TARGET_REFUSED: (
                UploadResult.FAILED,
                403,
                "<Message>Request has expired</Message>",
            ),
        }
        put.heard = refusals.get(ends)
        if put.heard is not None:
            return
        work = self._send(put)
        if ends == PutEnds.LATE:
            self._outside.late.append((put.attempt_id, work))
            put.heard = (UploadResult.FAILED, None, "")
            return
        status = int(work().split(maxsplit=2)[1])
        if ends == PutEnds.WELL:
            put.heard = (UploadResult.STORED if status == 200 else UploadResult.FAILED, status, "")
        elif ends == PutEnds.ANSWER_LOST:
            put.heard = (UploadResult.FAILED, None, "")
        else:
            put.heard = (UploadResult.FAILED, 403, "<Code>AccessDenied</Code>")

    def _send(self, put: Put) -> Callable[[], bytes]:
        assert put.one.target is not None
        address = urlsplit(put.one.target.url)
        return self._outside.take(
            Request(
                attempt_id=put.attempt_id,
                method="PUT",
                path=f"{address.path}?{address.query}",
                headers={name.lower(): value for name, value in put.one.target.headers.items()},
                body=self._browser.files[put.one.document.name],
            )
        )

    def tell(self, put: Put) -> None:
        """Say how it ended: late, or again, for all the portal knows."""
        if put.heard is not None:
            self._browser.tell(put.attempt_id, *put.heard)

    def keep_alive(self, put: Put) -> bool:
        return keep_alive(self.fax, put.attempt_id, bytes_sent=1, clock=self._browser.clock)

    def hand_over(self, which: int, why: RelayReason) -> None:
        """Give the portal one of the files that it lacks."""
        wanted = list(self.fax.documents.filter(carrier=Carrier.BROWSER).order_by("position"))
        if wanted:
            document = wanted[which % len(wanted)]
            file = SimpleUploadedFile(document.name, self._browser.files[document.name])
            browser, portal = self._browser, "https://fax.example.com"
            accept_file(
                document, file, reason=why, by=browser.by, portal=portal, clock=browser.clock
            )

    def go_on(self) -> bool:
        """What the script does when nothing goes wrong; False where it waits or is done."""
        if self.is_asking:
            return True
        standing, self.standing = self.standing, None
        if standing is None:
            self.ask()
            return True
        if standing.action == NextAction.FILES_WANTED:
            self.hand_over(0, RelayReason.ASKED)
        for one in standing.documents:
            if one.target and (put := self.begin(one)):
                self.put(put, PutEnds.WELL)
                with suppress(NotNow):
                    self.tell(put)
        return standing.action in (NextAction.GO, NextAction.FILES_WANTED)
