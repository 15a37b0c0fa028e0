"""Answers that must not have a body have none, whatever the application returns.

These are the answers to HEAD, and answers with the status 1xx, 204 or 304. Django and WSGI leave
this rule to the server, but waitress sends whatever the application returns. A client takes the
bytes after the headers of such an answer as the next answer. So a proxy that uses a connection for
several people would give the body to another person, as the answer to that person's request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask

_STATUSES = ("1", "204", "304")

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def without_forbidden_bodies(application: WsgiApplication) -> WsgiApplication:
    """Wrap an application: if an answer must not have a body, its body is closed and not sent.

    The headers stay: in the answer to HEAD, `Content-Length` says how long the body of a GET is.
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
    """Answers HEAD with headers alone, without the text of an error and without a last chunk."""

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
        # Not `self.request`: if the portal fails, waitress makes another request for the answer.
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
