"""The portal to try out, with a simulated VoipNow and people to sign in as, in one command."""

from __future__ import annotations

import os
import signal
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from faxportal.simulator import config as simulator
from faxportal.web import demo, startup
from faxportal.web.listening import answers
from faxportal.web.processes import Child


class Command(BaseCommand):
    help = (
        "Run the portal with a simulated VoipNow and people to sign in as. What the environment "
        "doesn't say is made up and kept in the data directory. Ctrl-C or SIGTERM stops it all."
    )
    # They come later: some of them need the data directory.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        first, second = demo.PORTS[:2]
        for name, port in (("--simulator-port", first), ("--storage-port", second)):
            parser.add_argument(name, type=int, help=f"default: {port}, or another that is free")

    def handle(
        self, *, simulator_port: int | None, storage_port: int | None, **options: Any
    ) -> None:
        # Until there are children, Ctrl-C just ends this process.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        startup.make_data_dir()
        if simulator_port is None or storage_port is None:
            ports = demo.choose_ports(settings.DATA_DIR)
        else:
            ports = demo.Ports(voipnow=simulator_port, storage=storage_port)
        missing = demo.missing_environment(os.environ, data_dir=settings.DATA_DIR, ports=ports)
        if missing:
            start_again_with(missing, ports)
        self.run_with(ports)

    def run_with(self, ports: demo.Ports) -> None:
        """Prepare everything and run it; the environment is complete."""
        listener = startup.take_port("demo")
        startup.demand_keys()
        self.check()
        startup.migrate()
        startup.collect_static_files()
        demo.move_connections(settings.DATA_DIR, ports)
        demo.make_people(
            # An operator who names other servers has connections of their own in mind.
            server=ports.voipnow_url if ports.voipnow_url in settings.VOIPNOW_SERVERS else None,
            app_key={"key": simulator.APP_KEY, "secret": simulator.APP_SECRET},
            extensions=simulator.EXTENSIONS[:2],
        )
        startup.run_portal(
            listener,
            more=[simulator_on(ports)],
            is_ready=lambda: answers(ports.voipnow) and answers(ports.storage),
            announce=lambda url: self.announce(url, ports, listener),
        )

    def announce(self, url: str, ports: demo.Ports, listener: socket.socket) -> None:
        lines = [
            "",
            "faxportal's demo is ready.",
            "",
            f"  The portal          {url}/",
            f"  Simulated VoipNow   {ports.voipnow_url}/   (shows each fax that it received)",
            "",
            "  Sign in as   with password",
            *(f"  {who.name:<12} {who.password:<15} {who.may}" for who in demo.PEOPLE),
            "",
        ]
        if not listener.getsockname()[0].startswith("127."):
            lines.append("Everyone who reaches this address can sign in with these passwords.")
        lines.append("Ctrl-C stops it all; the next start finds what is there now.")
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def start_again_with(missing: dict[str, str], ports: demo.Ports) -> None:
    """Replace this process by the same command, with settings that know the whole environment."""
    arguments = [
        *sys.orig_argv[1:],
        f"--simulator-port={ports.voipnow}",
        f"--storage-port={ports.storage}",
    ]
    os.execve(sys.executable, [sys.executable, *arguments], os.environ | missing)  # noqa: S606


def simulator_on(ports: demo.Ports) -> Child:
    """The simulator as a child of the tree."""
    arguments = (
        "--exit-with-parent",
        f"--port={ports.voipnow}",
        f"--storage-port={ports.storage}",
        f"--data-dir={settings.DATA_DIR / 'simulator'}",
    )
    return Child("simulator", startup.command("simulator", *arguments))
