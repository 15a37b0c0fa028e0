"""Calls to VoipNow and to storage.

A worker makes its calls in threads, so a call object holds all that the call needs. A call writes
no fax, handover, upload or attempt: `outcomes` does that, in the thread that took the step.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock, Thread
from typing import Any, BinaryIO, cast

from django.db import connection

from faxportal.documents import file_store
from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.merge_documents import MergeCall, Merged, NotMerged
from faxportal.voipnow.api_types import CreatedFax, CreateFax, StoredUpload, UploadTarget, WireForm
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Reason, TryLater, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.uploads import put

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignedIn:
    """The result of a `SignInCall`: the token that a create request needs is saved."""


@dataclass(kw_only=True, eq=False)
class SignInCall:
    """Get the token that a create request in the older wire form needs.

    Such a request carries the files, so it is never repeated if its effect is unknown. With a call
    of its own for the token, a failed sign-in leaves nothing unknown. This call never sends a fax,
    even if the worker dies during the call. So no attempt is written for it.
    """

    lease: Lease
    #: The server's base URL, as the connection has it.
    server: str
    voipnow: VoipNow = field(repr=False)
    #: The handover's counter when the step was taken.
    counter: int

    def run(self, network: Network, clock: Clock) -> SignedIn:
        """Request a token and save it, unless a usable token is saved. Raises `VoipNowError`."""
        self.voipnow.sign_in()
        return SignedIn()


@dataclass(kw_only=True, eq=False)
class CreateCall:
    """Ask VoipNow to create a fax resource. In the older wire form, the request has the file."""

    attempt_id: int
    lease: Lease
    connection_id: int
    #: The server's base URL, as the connection had it when the call was made. The person may have
    #: changed it since.
    server: str
    voipnow: VoipNow = field(repr=False)
    extension: str = field(repr=False)
    request: CreateFax = field(repr=False)
    form: WireForm
    #: The name in the file store of the request's only file, which is read in the older wire form;
    #: "" in the pre-signed form.
    stored_as: str
    #: How many of the handover's last create requests timed out, one after another.
    time_outs_in_a_row: int = 0

    def run(self, network: Network, clock: Clock) -> CreatedFax:
        """Create the fax resource. The result has VoipNow's ids. Raises `VoipNowError`.

        In the pre-signed wire form, the result has an upload target for each file, too.
        """
        if self.form == WireForm.PRESIGNED:
            return self.voipnow.create_fax(
                self.extension, self.request, time_outs_in_a_row=self.time_outs_in_a_row
            )
        with _open(self.stored_as) as file:
            return self.voipnow.send_in_one_request(self.extension, self.request, [file])


@dataclass(kw_only=True, eq=False)
class PutCall:
    """Upload one document to its target."""

    attempt_id: int
    lease: Lease
    upload_id: int
    target: UploadTarget = field(repr=False)
    #: Scheme, host and port of the target.
    storage_origin: str
    stored_as: str
    #: How long the target is still valid when the attempt is written; None if that is not known.
    expires_in: timedelta | None
    #: Bytes sent so far. The worker's thread reads this number.
    bytes_sent: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)
    _is_stopped: bool = False
    _sends_last_piece: bool = False

    def stop(self) -> bool:
        """Stop the upload before it sends its next piece of the file.

        Returns True if the last piece is surely not sent, so that storage can't have the whole
        file. The upload's thread sends no more pieces, but may wait for the network for minutes.
        """
        with self._lock:
            self._is_stopped = True
            return not self._sends_last_piece

    def run(self, network: Network, clock: Clock) -> StoredUpload:
        """Upload the document, unless `stop` is called or the lease ends first.

        Raises `VoipNowError`.
        """
        with _open(self.stored_as) as file:
            return put(
                network,
                self.target,
                file,
                expires_in=self.expires_in,
                on_progress=self._progress,
                cancelled=lambda is_last: self._must_stop(clock, is_last),
            )

    def _must_stop(self, clock: Clock, is_last: bool) -> bool:
        with self._lock:
            must_stop = self._is_stopped or self.lease.is_over(clock)
            self._sends_last_piece = is_last and not must_stop
            return must_stop

    def _progress(self, bytes_written: int) -> None:
        self.bytes_sent = bytes_written


class CallThreads(Executor):
    """A thread for each call. It closes its database connection when its call has ended.

    A thread uses the database only for the token of an app key. A process that ends does not wait
    for the threads: a call may still wait for the network then.
    """

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()

        def run() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:
                future.set_exception(error)
            finally:
                connection.close()

        Thread(target=run, name="call", daemon=True).start()
        return future


Call = MergeCall | SignInCall | CreateCall | PutCall
Result = Merged | NotMerged | SignedIn | CreatedFax | StoredUpload | VoipNowError | None


def make_call(call: Call, network: Network, clock: Clock) -> Result:
    """Make a call and return how it ended. Raises nothing.

    None stands for a fault of the portal itself: then nobody knows what was sent. The text of the
    fault stays out of the log, because it may name a file or a number.
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
    """Open a file of the store. Raises `TryLater` if it can't be read now."""
    try:
        return cast(BinaryIO, file_store.open_stored(stored_as))  # Django's File reads like one
    except OSError:
        raise TryLater(Reason.FILE_UNREADABLE) from None
