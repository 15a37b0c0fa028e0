"""`manage.py simulator`: a simulated VoipNow on two ports of this machine."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from faxportal.exit_with_parent import stop_with_parent


class Command(BaseCommand):
    help = "Run a simulated VoipNow and its storage on this machine."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port", type=int, default=0, help="VoipNow's port (default: a free one)"
        )
        parser.add_argument("--storage-port", type=int, default=0, help="storage's port, likewise")
        parser.add_argument(
            "--listeners",
            type=int,
            nargs=2,
            metavar="NUMBER",
            help="inherited listening sockets in place of the two ports: VoipNow's, storage's",
        )
        parser.add_argument(
            "--data-dir", type=Path, help="keep what arrives here over a restart (default: nowhere)"
        )
        parser.add_argument(
            "--wire",
            choices=("presigned", "one-request", "both"),
            default="presigned",
            help="which form of the create request the server takes",
        )
        parser.add_argument(
            "--target-lifetime", type=int, default=600, help="seconds that an upload URL lives"
        )
        parser.add_argument(
            "--cors-origin",
            action="append",
            dest="cors_origins",
            metavar="ORIGIN",
            help="a page's origin that storage answers; may be repeated (default: every one)",
        )
        parser.add_argument(
            "--exit-with-parent", action="store_true", help="stop when standard input ends"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from faxportal.simulator.config import Config
            from faxportal.simulator.server import PortTaken, serve_until_signal
        except ModuleNotFoundError as missing:
            raise CommandError(
                f"The simulator needs {missing.name}, which is not installed."
            ) from None
        config = Config(
            wire=options["wire"],
            target_lifetime=options["target_lifetime"],
            cors_origins=tuple(options["cors_origins"] or ("*",)),
        )

        def announce(url: str, storage_url: str) -> None:
            self.stdout.write(f"Simulated VoipNow on {url}, its storage on {storage_url}")
            self.stdout.flush()
            if options["exit_with_parent"]:
                stop_with_parent()

        places = [options["port"], options["storage_port"]]
        if options["listeners"]:
            places = [socket.socket(fileno=number) for number in options["listeners"]]
        try:
            asyncio.run(
                serve_until_signal(
                    folder=options["data_dir"],
                    config=config,
                    port=places[0],
                    storage_port=places[1],
                    announce=announce,
                )
            )
        except PortTaken as problem:
            raise CommandError(str(problem)) from None
