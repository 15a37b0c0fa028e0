"""Calls to VoipNow and to storage.

A worker makes its calls in threads, so a call object has all that the call needs. A call writes no
fax, handover, upload or attempt: `outcomes` does that, in the thread that took the step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.db import connection

from faxportal.documents import file_store
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.lease import Lease
from faxportal.voipnow.api_types import CreatedFax, CreateFax, StoredUpload, UploadTarget, WireForm
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Reason, Refused, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.uploads import put

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """The result of a `SignInCall`: the token that a create needs is saved."""


@dataclass(kw_only=True, eq=False)
class SignInCall:
    """Get the token that a create in the older wire form needs.

    Such a create is never repeated when its effect is unknown. So this call gets the token before
    the create. No attempt is written for this call: it sends no fax, even where the worker dies
    during the call.
    """

    lease: Lease
    voipnow: VoipNow = field(repr=False)
    #: The handover's counter when the step was taken.
    counter: int

    def run(self, network: Network, clock: Clock) -> SignedIn:
        """Request a token and save it, unless a usable token is saved. Raises `VoipNowError`."""
        self.voipnow.sign_in()
        return SignedIn()


@dataclass(kw_only=True, eq=False)
class CreateCall:
    """Ask VoipNow to create a fax resource. In the older wire form, the request has the files."""

    attempt_id: int
    lease: Lease
    connection_id: int
    voipnow: VoipNow = field(repr=False)
    extension: str = field(repr=False)
    request: CreateFax = field(repr=False)
    form: WireForm
    #: The files' names in the file store, in the order of the request. They are read only in the
    #: older wire form.
    stored_as: tuple[str, ...]
    #: How many of the handover's last creates timed out, without another outcome between them.
    time_outs_in_a_row: int = 0

    def run(self, network: Network, clock: Clock) -> CreatedFax:
        """Create the fax resource. The result has VoipNow's ids. Raises `VoipNowError`.

        In the pre-signed wire form, the result has an upload target for each file, too.
        """
        if self.form == WireForm.PRESIGNED:
            return self.voipnow.create_fax(
                self.extension, self.request, time_outs_in_a_row=self.time_outs_in_a_row
            )
        with ExitStack() as opened:
            files = [opened.enter_context(_open(name)) for name in self.stored_as]
            return self.voipnow.send_in_one_request(self.extension, self.request, files)


@dataclass(kw_only=True, eq=False)
class PutCall:
    """Upload one document to its target."""

    attempt_id: int
    lease: Lease
    upload_id: int
    target: UploadTarget = field(repr=False)
    stored_as: str
    #: What is left of the target's life when the attempt is written; None where nobody knows.
    expires_in: timedelta | None
    #: Bytes sent so far. The worker's thread reads this number.
    bytes_sent: int = 0
    #: The worker's thread sets this to stop the upload before its next piece.
    stop: bool = False

    def run(self, network: Network, clock: Clock) -> StoredUpload:
        """Upload the document, as long as `stop` is unset and the lease lasts.

        Raises `VoipNowError`.
        """
        with _open(self.stored_as) as file:
            return put(
                network,
                self.target,
                file,
                expires_in=self.expires_in,
                on_progress=self._progress,
                cancelled=lambda is_last: self.stop or self.lease.is_over(clock),
            )

    def _progress(self, bytes_written: int) -> None:
        self.bytes_sent = bytes_written


class CallThreads(ThreadPoolExecutor):
    """Threads for calls. A thread closes its database connection when its call has ended.

    A thread uses the database only for the token of an app key.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        def run() -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                connection.close()

        return super().submit(run)


Call = SignInCall | CreateCall | PutCall
Result = SignedIn | CreatedFax | StoredUpload | VoipNowError | None


def make_call(call: Call, network: Network, clock: Clock) -> Result:
    """Make a call and return how it ended. Raises nothing.

    None stands for a fault of the portal itself, which says nothing about what was sent. The text
    of the fault stays out of the log, because it may name a file or a number.
    """
    try:
        return call.run(network, clock)
    except VoipNowError as error:
        return error
    except Exception as error:
        what, handover = type(call).__name__, call.lease.handover_id
        logger.error("%s of handover %s ended in a fault: %s", what, handover, type(error).__name__)
        return None


def _open(stored_as: str) -> BinaryIO:
    """Open a file of the store. Raises `Refused` where it can't be read."""
    try:
        return cast(BinaryIO, file_store.open_stored(stored_as))  # Django's File reads like one
    except OSError:
        raise Refused(Reason.FILE_UNREADABLE) from None
