"""The web server: waitress, in one process.

One thread of waitress, which never blocks, reads each request to its end. Only then does a thread
of the application get the request. So people with slow connections don't delay other people, even
without a proxy in front. docs/adr/0001-waitress-is-the-web-server.md has the figures behind each
setting.
"""

from __future__ import annotations

import socket
from typing import Any

import waitress
from django.conf import settings

from faxportal.web.server.answers_without_body import Channel, without_forbidden_bodies

#: The most open connections. Further ones wait in the kernel's queue.
CONNECTIONS = 1000
#: The most requests that are handled at the same time. Each may use a database connection.
THREADS = 8
#: The most bytes of an arriving request body that stays in memory. A larger body goes to the disk,
#: because many people with slow connections may send large bodies at the same time.
BODY_IN_MEMORY = 64 * 1024
#: Bytes that a form may have besides the content of its files: other fields, multipart headers.
FORM_BYTES = 1024 * 1024


def serve(application: Any, listener: socket.socket) -> None:
    """Serve a WSGI application until SystemExit. Running requests then get 5 s to end."""
    server = waitress.create_server(
        without_forbidden_bodies(application),
        sockets=[listener],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        # select() can't watch descriptors from 1024 on.
        asyncore_use_poll=True,
        recv_bytes=64 * 1024,
        inbuf_overflow=BODY_IN_MEMORY,
        # A form that is a little too large reaches the portal, whose page explains the error.
        max_request_body_size=2 * (settings.MAX_FILES * settings.MAX_FILE_BYTES + FORM_BYTES),
        # `TrustedProxyMiddleware` decides which of these headers count.
        clear_untrusted_proxy_headers=False,
        # Such errors mean that a person has closed a page, so the log does not need them.
        log_socket_errors=False,
        ident=None,
    )
    server.channel_class = Channel
    server.run()
