"""A sender's page, played by a test: it asks, PUTs and reports as the script does."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from faxportal.accounts.models import User
from faxportal.documents.kinds import HEAD_BYTES
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.client_files import DeclaredFile
from faxportal.faxes.delivery.browser.attempts import Report, What, report, start_browser_attempt
from faxportal.faxes.delivery.browser.status import DocumentStanding, NextAction, Standing
from faxportal.faxes.delivery.browser.targets import ask_for_targets
from faxportal.faxes.event_log import first_broken
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.network import Network


def declare(files: Mapping[str, bytes]) -> list[DeclaredFile]:
    """Files as a browser declares them."""
    return [
        DeclaredFile(
            name=name,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            head=content[:HEAD_BYTES],
        )
        for name, content in files.items()
    ]


@dataclass
class BrowserPage:
    """The page of one fax, with the files that it holds."""

    fax: Fax
    by: User
    network: Network
    clock: Clock
    files: Mapping[str, bytes]

    def ask(self) -> Standing:
        self.fax.refresh_from_db()
        return ask_for_targets(self.fax, by=self.by, network=self.network, clock=self.clock)

    def begin(self, one: DocumentStanding) -> int:
        assert one.upload_id is not None, "a page begins with what it was given a target for"
        return start_browser_attempt(self.fax, one.upload_id, by=self.by, clock=self.clock)

    def put(self, one: DocumentStanding) -> httpx.Response:
        """What the browser does with a target."""
        assert one.target
        headers = {"Content-Type": one.target.content_type, **one.target.headers}
        content = self.files[one.document.name]
        return httpx.put(one.target.url, headers=headers, content=content, timeout=60)

    def tell(
        self, attempt_id: int, what: What, status: int | None = None, answer: str = ""
    ) -> None:
        said = Report(what=what, status=status, answer=answer)
        report(self.fax, attempt_id, said, clock=self.clock)

    def carry(self, one: DocumentStanding) -> None:
        """Open, PUT and report, as the script does when all goes well or storage refuses."""
        opened = self.begin(one)
        try:
            answer = self.put(one)
        except httpx.HTTPError:
            self.tell(opened, What.FAILED)
            return
        what = What.STORED if answer.is_success else What.FAILED
        self.tell(opened, what, answer.status_code, answer.text)

    def carry_all(self) -> None:
        """Go on until there is nothing left for a page to do."""
        while (standing := self.ask()).action == NextAction.GO:
            for one in standing.documents:
                if one.target:
                    self.carry(one)


def arrivals(standing: Standing) -> dict[str, str]:
    """document → what is known of its way."""
    return {one.document.name: str(one.arrival.value) for one in standing.documents}


def offered(standing: Standing) -> set[str]:
    """Names of the documents that may be put now."""
    return {one.document.name for one in standing.documents if one.target}


def is_sent_once(fax: Fax, simulator: Simulator) -> bool:
    """Whether a fax is handed over, its record whole, and VoipNow has all of it once."""
    complete = [one for one in simulator.faxes() if one.completions]
    return (
        fax.state == FaxState.HANDED_OVER
        and first_broken(fax) is None
        and len(complete) == 1
        and simulator.report().duplicates == ()
    )
