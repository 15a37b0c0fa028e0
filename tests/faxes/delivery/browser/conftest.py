"""A fax whose files stay in its sender's browser, and that browser's page."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

import pytest

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.delivery.worker import Worker
from faxportal.faxes.models import Fax
from faxportal.voipnow.network import Network
from tests.faxes.conftest import PDF, HandClock
from tests.faxes.delivery.browser.browser_page import BrowserPage, declare

FILES: Mapping[str, bytes] = {"offer.pdf": PDF * 100, "plan.pdf": PDF * 50, "note.txt": b"a note"}


#: What the fixtures below are.
Direct = Callable[..., Fax]
OpenBrowser = Callable[[Fax], BrowserPage]
Settle = Callable[[Fax], Fax]


@pytest.fixture
def direct(sender: User, clock: HandClock) -> Callable[..., Fax]:
    """Submits a fax whose files stay in the browser."""

    def submit_direct(
        files: Mapping[str, bytes] = FILES,
        *,
        to: str = "7778888",
        key: uuid.UUID | None = None,
    ) -> Fax:
        typed = DraftContent(extension="0003*210", recipients=to, subject="Plans", note="")
        return submit_fax(
            sender,
            key=key or uuid.uuid4(),
            typed=typed,
            files=[],
            declared=declare(files),
            clock=clock,
        ).fax

    return submit_direct


@pytest.fixture
def open_browser(sender: User, network: Network, clock: HandClock) -> Callable[[Fax], BrowserPage]:
    """The page of a fax in its sender's browser."""

    def open_one(fax: Fax) -> BrowserPage:
        return BrowserPage(fax=fax, by=sender, network=network, clock=clock, files=FILES)

    return open_one


@pytest.fixture
def settle_down(worker: Worker) -> Callable[[Fax], Fax]:
    """Turn the worker until it has nothing to do now."""

    def until_idle(fax: Fax) -> Fax:
        worker.run_once()
        while not worker.is_idle:
            worker.run_once()
        fax.refresh_from_db()
        return fax

    return until_idle
