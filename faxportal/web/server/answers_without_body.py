"""Answers that must not have a body have none, whatever the application returns.

These are the answers to HEAD, and answers with the status 1xx, 204 or 304. Django and WSGI leave
that to the server, and waitress sends what the application returns. The next bytes on a connection
are taken as the next answer. So behind a proxy that keeps its connections, such a body would be
another person's page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask

_STATUSES = ("1", "204", "304")

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def without_forbidden_bodies(application: WsgiApplication) -> WsgiApplication:
    """The application, with its body closed and left out of answers that must not have one.

    The headers stay: `Content-Length` of a HEAD says how long the body of a GET is.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        has_body = environ["REQUEST_METHOD"] != "HEAD"

        def start(status: str, *rest: Any) -> Any:
            nonlocal has_body
            has_body = has_body and not status.startswith(_STATUSES)
            return start_response(status, *rest)

        body = application(environ, start)
        if has_body:
            return body
        close = getattr(body, "close", None)
        if close is not None:
            close()
        return []

    return answer


class _HeadTask:
    """Writes only headers in answer to HEAD: neither a text of an error nor the end of chunks."""

    def write(self, data: bytes) -> None:
        super().write(b"" if self._is_head else data)  # type: ignore[misc]

    def finish(self) -> None:
        if self._is_head:
            if not self.wrote_header:  # type: ignore[attr-defined]
                self.write(b"")
        else:
            super().finish()  # type: ignore[misc]

    @property
    def _is_head(self) -> bool:
        # Not `self.request`: the answer to an error of the portal belongs to a request of its own.
        request = self.channel.requests[0]  # type: ignore[attr-defined]
        return getattr(request, "command", "") == "HEAD"


class _Task(_HeadTask, WSGITask):  # type: ignore[misc]  # waitress ships no types
    pass


class _ErrorTask(_HeadTask, ErrorTask):  # type: ignore[misc]
    pass


class Channel(HTTPChannel):  # type: ignore[misc]
    """One connection, which answers HEAD with headers alone."""

    task_class = _Task
    error_task_class = _ErrorTask
