"""Connections in memory: HTTP as it is on the wire, with a pause at each stage."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from faxportal.faxes.delivery.merge_documents import MergeCall
from faxportal.faxes.delivery.network_calls import SignInCall
from tests.support.any_order.conversations import Stage, conversation
from tests.support.any_order.outside import Effect, Fault, Outside, Request


class MemoryNetwork(httpcore.NetworkBackend):
    """Connects to `Outside`, in memory."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if conversation().pause(Stage.CONNECTING) is not None:
            raise httpcore.ConnectError
        return _MemoryStream(self._outside)


class _MemoryStream(httpcore.NetworkStream):
    """One connection, which may carry several requests, one after the other."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._received = bytearray()
        self._answer = b""
        self._is_open = True

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._missing() == len(buffer) > 0:
            self._pause_before_the_last_piece()
        self._received += buffer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._is_open and not self._answer:
            if self._missing() == 0:
                self._finish()
            elif self._is_asked():
                return b"HTTP/1.1 100 Continue\r\n\r\n"
        piece, self._answer = self._answer[:max_bytes], self._answer[max_bytes:]
        return piece

    def close(self) -> None:
        self._is_open = False

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        raise NotImplementedError("the outside in memory is plain http")

    def get_extra_info(self, info: str) -> Any:
        return not self._is_open if info == "is_readable" else None

    def _head(self) -> tuple[list[str], dict[str, str], bytes] | None:
        """The words of the request line, the headers, and the part of the body that has arrived.

        None until all headers have arrived.
        """
        head, end, body = bytes(self._received).partition(b"\r\n\r\n")
        if not end:
            return None
        line, *fields = head.decode().split("\r\n")
        pairs = (field.split(": ", 1) for field in fields)
        return line.split(), {name.lower(): value for name, value in pairs}, body

    def _missing(self) -> int | None:
        """How many bytes of the body are missing; None before the body begins."""
        head = self._head()
        return None if head is None else int(head[1]["content-length"]) - len(head[2])

    def _is_asked(self) -> bool:
        """Whether the client waits for an answer before it sends the body."""
        head = self._head()
        return head is not None and "expect" in head[1] and not head[2]

    def _pause_before_the_last_piece(self) -> None:
        fault = conversation().pause(Stage.SENDING)
        if fault is not None:
            self._hang_up(fault)
            raise httpcore.WriteError

    def _finish(self) -> None:
        """Deliver the request and keep the answer, unless a fault happens."""
        head = self._head()
        assert head is not None
        (method, path, _version), headers, body = head
        me = conversation()
        assert not isinstance(me.call, SignInCall | MergeCall)
        work = self._outside.take(
            Request(
                attempt_id=me.call.attempt_id, method=method, path=path, headers=headers, body=body
            )
        )
        self._received.clear()
        fault: Fault | None = me.pause(Stage.RECEIVED)
        if fault is None:
            self._answer = work()
            return
        if fault.effect == Effect.NOW:
            work()
        elif fault.effect == Effect.LATER:
            self._outside.late.append((me.call.attempt_id, work))
        self._hang_up(fault)

    def _hang_up(self, fault: Fault) -> None:
        self._is_open = False
        self._answer = fault.answer or b""
