"""The web server: waitress, in one process, on FAXPORTAL_BIND.

One thread of waitress, which never blocks, reads each request to its end. Only then does a thread
of the application get the request. So people with slow connections don't delay other people, even
without a proxy in front. docs/adr/0001-waitress-is-the-web-server.md has the figures behind each
setting.
"""

from __future__ import annotations

import logging
import resource
import signal
import socket
import tempfile
from typing import Any

import waitress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers.basehttp import get_internal_wsgi_application

from faxportal.exit_with_parent import stop_with_parent
from faxportal.web.server import startup
from faxportal.web.server.answers_without_body import Channel, without_forbidden_bodies
from faxportal.web.server.listen_address import CannotListen, address, inherited, listen

#: The most open connections. Further ones wait in the kernel's queue.
CONNECTIONS = 1000
#: A connection needs a descriptor, and up to two more for bodies that are buffered on disk.
DESCRIPTORS = 3 * CONNECTIONS + 200
#: The most requests that are handled at the same time. Each may use a database connection.
THREADS = 8
#: The most bytes of an arriving request body that stays in memory. A larger body goes to the disk,
#: because many people with slow connections may send large bodies at the same time.
BODY_IN_MEMORY = 64 * 1024
#: Bytes that a form may have besides the content of its files: other fields, multipart headers.
FORM_BYTES = 1024 * 1024

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Serves pages until SIGTERM."""

    help = "Serve the portal's pages on FAXPORTAL_BIND. `serve` runs this together with a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--listener", type=int, help="number of an inherited listening socket to serve on"
        )
        parser.add_argument(
            "--exit-with-parent", action="store_true", help="stop when standard input ends"
        )

    def handle(self, *, listener: int | None, exit_with_parent: bool, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _stop)
        if exit_with_parent:
            stop_with_parent()
        try:
            server_socket = inherited(listener) if listener else listen(settings.BIND)
        except CannotListen as error:
            raise CommandError(str(error)) from error
        if not listener:  # whoever started this process with a listener has looked already
            startup.secure_pair()
        _allow_descriptors(DESCRIPTORS)
        # Documents that are still arriving stay on the data directory's disk and not in /tmp.
        tempfile.tempdir = str(settings.FILE_UPLOAD_TEMP_DIR)
        # This logger warns whenever a request waits for a thread, however briefly.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        logger.info("web listens on http://%s", address(server_socket))
        serve(get_internal_wsgi_application(), server_socket)


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


def _stop(*args: object) -> None:
    raise SystemExit


def _allow_descriptors(wanted: int) -> None:
    """Raise this process's limit of open files to `wanted`, or to the hard limit if that is lower.

    A process on macOS starts with a limit of 256.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
