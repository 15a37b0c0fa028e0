"""The worker: claims handovers, makes their calls in threads, and records how the calls ended.

Only the thread that calls `Worker.run_once` changes faxes; the other threads make the calls.
`run_once` waits at most `IDLE_SECONDS` for a call to end. So an idle worker looks for work at least
that often.
"""

from __future__ import annotations

import logging
import queue
import traceback
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery import circuits, portal_faults
from faxportal.faxes.delivery import lease as leases
from faxportal.faxes.delivery.claim_handovers import claim
from faxportal.faxes.delivery.closed_accounts import suspend_and_resume
from faxportal.faxes.delivery.database_outage import DATABASE_IS_AWAY
from faxportal.faxes.delivery.lease import Lease
from faxportal.faxes.delivery.locked_handover import Superseded
from faxportal.faxes.delivery.network_calls import Call, CallThreads, PutCall, Result, make_call
from faxportal.faxes.delivery.outcomes import record_outcome
from faxportal.faxes.delivery.take_step import take_next_step
from faxportal.faxes.models import Fax, Upload
from faxportal.voipnow.errors import Reason, Stopped
from faxportal.voipnow.network import Network

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.1
PROGRESS_EVERY_SECONDS = 1.0
#: After this many searches in a row without finding a handover, a worker searches less often, if a
#: search takes longer than `QUICK_LOOK_SECONDS`.
EMPTY_LOOKS = 10
QUICK_LOOK_SECONDS = 0.02
CHECK_ACCOUNTS_EVERY_SECONDS = 1.0


@dataclass(kw_only=True, eq=False)
class _Delivery:
    """A handover that the worker has claimed, with its calls under way."""

    lease: Lease
    running: set[Call] = field(default_factory=set)
    #: Something has happened since the last step, so the next step must be taken.
    wants_step: bool = True
    #: The uploads were stopped: the fax is to be cancelled, or its deadline has passed.
    is_over: bool = False

    def stop_uploads(self) -> list[PutCall]:
        """Stop the handover's uploads. Returns those whose last piece is surely not sent."""
        return [call for call in self.running if isinstance(call, PutCall) and call.stop()]


class Worker:
    """Hands faxes over: each `run_once` does the part that can be done at that moment.

    `slots` is how many uploads the worker makes at once. `executor` makes the calls, each as one
    task: in threads, unless a test passes another executor. `idle_seconds` is how long `run_once`
    waits at most. `may_begin` says whether claimed handovers may begin. They may not if the
    database is no longer the one that was recognised, because a copy may have replaced it.
    """

    def __init__(
        self,
        network: Network,
        *,
        clock: Clock,
        slots: int,
        executor: Executor | None = None,
        idle_seconds: float = IDLE_SECONDS,
        may_begin: Callable[[], bool] = lambda: True,
    ) -> None:
        self._network = network
        self._clock = clock
        self._slots = slots
        self._deliveries: dict[int, _Delivery] = {}
        self._executor = executor or CallThreads()
        self._idle_seconds = idle_seconds
        self._may_begin = may_begin
        # No `SimpleQueue`: on Python 3.11 its `get` never returns if a signal's handler takes
        # longer than the timeout. A worker that was told to stop would then never stop.
        self._ended: queue.Queue[tuple[Call, Result]] = queue.Queue()
        self._unrecorded: list[tuple[Call, Result]] = []
        #: Calls whose outcome is not recorded.
        self._under_way: set[Call] = set()
        self._is_stopping = False
        self._next_claim = 0.0
        self._empty_looks = 0
        self._next_progress = 0.0
        self._next_account_check = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether no handover is claimed, no call is under way, and every outcome is recorded."""
        return not self._deliveries and not self._under_way

    def run_once(self) -> None:
        """Do what there is to do now. If no call has ended, first wait a moment for a call to end.

        Raises database errors, mostly those of `DATABASE_IS_AWAY`. No outcome is lost then, because
        the next run records it.
        """
        self._collect()
        while self._unrecorded:
            self._record(*self._unrecorded[0])
            del self._unrecorded[0]
        self._renew_leases()
        self._stop_what_is_over()
        self._write_progress()
        self._check_accounts()
        self._claim()
        for delivery in list(self._deliveries.values()):
            if delivery.wants_step:
                self._step(delivery)

    def begin_nothing(self) -> None:
        """Claim no handover and start no call from now on. Calls under way may still end."""
        self._is_stopping = True

    def stop_uploads(self) -> None:
        """Stop every upload before its next piece. The next run records how they ended."""
        for delivery in self._deliveries.values():
            self._stop(delivery)

    def close(self) -> None:
        """Release the claimed handovers. The outcomes of calls under way are not recorded."""
        for delivery in list(self._deliveries.values()):
            leases.release(delivery.lease)
        self._deliveries.clear()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _collect(self) -> None:
        """Collect the calls that have ended. Wait for a call if there is no outcome to record."""
        try:
            if not self._unrecorded:
                self._unrecorded.append(self._ended.get(timeout=self._idle_seconds))
            while True:
                self._unrecorded.append(self._ended.get_nowait())
        except queue.Empty:
            pass

    def _claim(self) -> None:
        """Claim as many handovers as the free slots allow.

        If thousands of handovers wait for a server that rests, a search that finds nothing takes
        long. Then the worker spends at most a tenth of its time on searching.
        """
        begun = self._clock.monotonic()
        if self._is_stopping or begun < self._next_claim:
            return
        held = [delivery.lease for delivery in self._deliveries.values()]
        resting = circuits.resting(self._clock.now())
        claimed = list(claim(self._clock, held=held, slots=self._slots, resting=resting))
        if claimed and not self._may_begin():
            for lease in claimed:
                leases.release(lease)
            return
        self._deliveries |= {lease.handover_id: _Delivery(lease=lease) for lease in claimed}
        self._empty_looks = 0 if claimed or not resting.origins else self._empty_looks + 1
        took = self._clock.monotonic() - begun
        if self._empty_looks >= EMPTY_LOOKS and took > QUICK_LOOK_SECONDS:
            self._next_claim = begun + 10 * took

    def _record(self, call: Call, result: Result) -> None:
        """Record how a call ended. If recording ends in a fault, the call's effect is unknown.

        An upload that was stopped is recorded at once. The later end of its call says nothing new,
        so it is not recorded.
        """
        if call not in self._under_way:
            return
        again_at = None
        try:
            record_outcome(call, result, self._clock)
        except DATABASE_IS_AWAY:
            raise
        except Exception as error:
            self._log_fault(call.lease, error)
            again_at = portal_faults.note_fault_of_record(call, self._clock)
        if result is None:
            portal_faults.raise_alert(self._clock)
        self._under_way.remove(call)
        delivery = self._deliveries.get(call.lease.handover_id)
        if delivery is not None and call in delivery.running:
            delivery.running.remove(call)
            delivery.wants_step = True
            if again_at is not None:
                self._release(delivery, due_at=again_at)

    def _step(self, delivery: _Delivery) -> None:
        """Take a handover's next step; release the handover if no call is under way after that.

        A worker that stops takes no step. A fault of the portal postpones this handover, and no
        other.
        """
        if self._is_stopping:
            if not delivery.running:
                self._release(delivery)
            return
        try:
            calls = take_next_step(
                delivery.lease,
                running=delivery.running,
                network=self._network,
                clock=self._clock,
            )
        except DATABASE_IS_AWAY:
            raise
        except Superseded:
            self._release(delivery)
            return
        except Exception as error:
            self._log_fault(delivery.lease, error)
            again_at = portal_faults.note_fault_of_step(delivery.lease, self._clock)
            self._release(delivery, due_at=again_at)
            return
        delivery.wants_step = False
        for call in calls:
            delivery.running.add(call)
            self._under_way.add(call)
            self._executor.submit(self._make, call)
        if not delivery.running:
            self._release(delivery)

    def _log_fault(self, lease: Lease, error: Exception) -> None:
        """Log a fault's class and place, but not its text, which may name a number or a file."""
        *_callers, frame = traceback.extract_tb(error.__traceback__)
        logger.error(
            "handover %s: %s in %s, line %s",
            lease.handover_id,
            type(error).__name__,
            frame.filename,
            frame.lineno,
        )

    def _release(self, delivery: _Delivery, *, due_at: datetime | None = None) -> None:
        delivery.stop_uploads()
        leases.release(delivery.lease, due_at=due_at)
        del self._deliveries[delivery.lease.handover_id]

    def _make(self, call: Call) -> None:
        """Make a call. This runs in a thread, and queues the result for the worker's thread."""
        self._ended.put((call, make_call(call, self._network, self._clock)))

    def _renew_leases(self) -> None:
        for delivery in list(self._deliveries.values()):
            lease = delivery.lease
            if self._clock.monotonic() >= lease.renew_at and not leases.renew(lease, self._clock):
                logger.warning("lease of handover %s is lost", lease.handover_id)
                self._release(delivery)

    def _stop(self, delivery: _Delivery) -> None:
        """Stop a handover's uploads. Those that surely aren't complete are recorded at once."""
        for call in delivery.stop_uploads():
            self._ended.put((call, Stopped(Reason.STOPPED)))

    def _stop_what_is_over(self) -> None:
        """Stop the uploads of faxes that are to be cancelled or are past their deadline.

        The handovers of these faxes then take their next step.
        """
        claimed = {delivery.lease.fax_id for delivery in self._deliveries.values()}
        if not claimed:
            return
        is_over = Q(cancel_asked_at__isnull=False) | Q(deadline_at__lte=self._clock.now())
        over = set(Fax.objects.filter(is_over, pk__in=claimed).values_list("pk", flat=True))
        for delivery in self._deliveries.values():
            if delivery.lease.fax_id in over and not delivery.is_over:
                delivery.is_over = delivery.wants_step = True
                self._stop(delivery)

    def _check_accounts(self) -> None:
        now = self._clock.monotonic()
        if now >= self._next_account_check:
            self._next_account_check = now + CHECK_ACCOUNTS_EVERY_SECONDS
            suspend_and_resume(self._clock)

    def _write_progress(self) -> None:
        now = self._clock.monotonic()
        if now < self._next_progress:
            return
        self._next_progress = now + PROGRESS_EVERY_SECONDS
        for delivery in self._deliveries.values():
            for call in delivery.running:
                if isinstance(call, PutCall) and call.bytes_sent:
                    Upload.objects.filter(pk=call.upload_id).exclude(
                        bytes_sent=call.bytes_sent
                    ).update(bytes_sent=call.bytes_sent)
