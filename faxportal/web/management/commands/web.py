"""`manage.py web`: serves the portal's pages on FAXPORTAL_BIND until it is stopped."""

from __future__ import annotations

import logging
import resource
import signal
import tempfile
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers.basehttp import get_internal_wsgi_application

from faxportal.exit_with_parent import stop_with_parent
from faxportal.web.server import startup
from faxportal.web.server.listen_address import CannotListen, address, inherited, listen
from faxportal.web.server.waitress_server import CONNECTIONS, serve

#: A connection needs a descriptor, and up to two more for bodies that are buffered on disk.
DESCRIPTORS = 3 * CONNECTIONS + 200
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
            startup.refuse_known_passwords()
            startup.secure_pair()
        _allow_descriptors(DESCRIPTORS)
        # Documents that are still arriving stay on the data directory's disk and not in /tmp.
        tempfile.tempdir = str(settings.FILE_UPLOAD_TEMP_DIR)
        # This logger warns whenever a request waits for a thread, however briefly.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        logger.info("web listens on http://%s", address(server_socket))
        serve(get_internal_wsgi_application(), server_socket)


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
