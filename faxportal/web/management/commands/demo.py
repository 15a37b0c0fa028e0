"""One command that runs the portal for a trial, with a simulated VoipNow and demo sign-ins."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from faxportal.simulator import config
from faxportal.web.server import demo, startup
from faxportal.web.server.listen_address import LOOPBACK, inherited, is_open_to_others
from faxportal.web.server.processes import Child


class Command(BaseCommand):
    """Prepares the demo, and runs it until a signal asks to stop."""

    help = (
        "Run the portal with a simulated VoipNow and demo sign-ins. Settings missing from the "
        "environment are made up and kept in the data directory. Ctrl-C or SIGTERM stops "
        "everything."
    )
    # `handle` runs the checks later: some of them need the data directory.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--open-to-others",
            action="store_true",
            help="listen on an address that other machines reach, although everyone knows the "
            "passwords",
        )
        # Only `start_again_with` uses this option.
        parser.add_argument("--listeners", type=int, nargs=2, help=argparse.SUPPRESS)

    def handle(self, *, listeners: list[int] | None, open_to_others: bool, **options: Any) -> None:
        # As long as there are no children, Ctrl-C ends this process at once.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        data_dir = demo.data_dir(os.environ)
        startup.make_data_dir(data_dir)
        if listeners:
            voipnow, storage = map(inherited, listeners)
            simulator = demo.Simulator(voipnow=voipnow, storage=storage)
        else:
            simulator = demo.take_ports(data_dir)
        missing = demo.missing_environment(os.environ, data_dir=data_dir, simulator=simulator)
        if missing:
            start_again_with(missing, simulator)
        startup.make_data_dir()
        self.run_with(simulator, open_to_others=open_to_others)

    def run_with(self, simulator: demo.Simulator, *, open_to_others: bool) -> None:
        """Prepare everything and run the portal. All environment variables must be set already."""
        listener = startup.take_port("demo")
        if is_open_to_others(listener) and not open_to_others:
            raise CommandError(
                f"Everyone who reaches {settings.BIND} could sign in, because everyone knows the "
                "demo's passwords. If you want that: make demo ARGS=--open-to-others"
            )
        startup.demand_keys()
        self.check()
        startup.migrate()
        startup.secure_pair()
        startup.collect_static_files()
        demo.move_connections(settings.DATA_DIR, simulator)
        demo.make_people(
            # If the operator names other servers, the demo makes no connections.
            server=simulator.url if simulator.url in settings.VOIPNOW_SERVERS else None,
            app_key={"key": config.APP_KEY, "secret": config.APP_SECRET},
            extensions=config.EXTENSIONS[:2],
        )
        startup.run_portal(
            listener,
            more=[child(simulator)],
            is_ready=lambda: startup.answers(simulator.voipnow, "/", host=LOOPBACK),
            announce=lambda url: self.announce(url, simulator, listener),
        )

    def announce(self, url: str, simulator: demo.Simulator, listener: socket.socket) -> None:
        """Print where everything is, and how to sign in."""
        is_open = is_open_to_others(listener)
        self.stdout.write(demo.announcement(url, simulator, open_to_others=is_open))
        self.stdout.flush()


def start_again_with(missing: dict[str, str], simulator: demo.Simulator) -> None:
    """Replace this process by the same command, with the missing variables in its environment.

    Django reads its settings only at the start of a process. The new process inherits the
    simulator's listening sockets.
    """
    listeners = [simulator.voipnow, simulator.storage]
    for listener in listeners:
        listener.set_inheritable(True)
    numbers = [str(listener.fileno()) for listener in listeners]
    arguments = [sys.executable, *sys.orig_argv[1:], "--listeners", *numbers]
    os.execve(sys.executable, arguments, os.environ | missing)  # noqa: S606


def child(simulator: demo.Simulator) -> Child:
    """The child process that runs the simulator."""
    numbers = [simulator.voipnow.fileno(), simulator.storage.fileno()]
    folder = settings.DATA_DIR / "simulator"
    command = startup.command(
        "simulator",
        "--exit-with-parent",
        f"--data-dir={folder}",
        "--listeners",
        *map(str, numbers),
    )
    return Child("simulator", command, inherit=numbers)
