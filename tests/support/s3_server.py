# mypy: ignore-errors
"""An S3 server that verifies signatures: OpenStack Swift's s3api, in a single process.

    .venv-s3/bin/python tests/support/s3_server.py FOLDER [ORIGIN]

Listens on free ports of 127.0.0.1 and prints the port of S3. Allows pages of ORIGIN to upload. Ends
when its standard input ends, so that it never outlives its parent. The access key is test:tester
and its secret is testing. A line on standard input is a new secret. FOLDER/puts has the status and
the path of each PUT.

Runs in an environment of its own (requirements/s3.txt): see tests/support/s3.py.
"""

import warnings

warnings.simplefilter("ignore")  # eventlet says on import that it is deprecated

import eventlet  # noqa: E402

eventlet.monkey_patch()

import logging  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import swift.common.utils  # noqa: E402
from swift.common import constraints, storage_policy  # noqa: E402
from swift.common.middleware.tempauth import TempAuth  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol, loadapp  # noqa: E402

PARTS = ("account", "container", "object")

HASHES = """
[swift-hash]
swift_hash_path_prefix = tests
swift_hash_path_suffix = tests
[storage-policy:0]
name = one
default = yes
"""

COMMON = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = 0
fallocate_reserve = 0
recon_cache_path = {folder}
log_level = CRITICAL
cors_allow_origin = {origin}
"""

PART = """
[pipeline:main]
pipeline = {part}-server
[app:{part}-server]
use = egg:swift#{part}
"""

PROXY = """
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats bulk s3api tempauth copy slo dlo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
cors_preflight_allow_origin = {origin}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
"""


def main(folder: Path, origin: str) -> None:
    (folder / "devices" / "d1").mkdir(parents=True)
    name_the_cluster(folder / "swift.conf")
    sockets = {part: eventlet.listen(("127.0.0.1", 0), backlog=128) for part in (*PARTS, "proxy")}
    for part in PARTS:
        write_ring(folder / f"{part}.ring.gz", port=sockets[part].getsockname()[1])
    common = COMMON.format(folder=folder, origin=origin)
    for part in PARTS:
        (folder / f"{part}.conf").write_text(common + PART.format(part=part))
    (folder / "proxy.conf").write_text(common + PROXY.format(origin=origin))
    apps = {
        part: loadapp(str(folder / f"{part}.conf"), global_conf={"log_name": part})
        for part in sockets
    }
    user = user_of(apps["proxy"])
    apps["proxy"] = with_puts_noted(apps["proxy"], folder / "puts")
    for part, socket in sockets.items():
        eventlet.spawn(serve, socket, apps[part])
    tell_parent(sockets["proxy"].getsockname()[1])
    while secret := read_line():
        user["key"] = secret
        tell_parent("changed")
    os._exit(0)


def tell_parent(word) -> None:
    print(word, flush=True)  # noqa: T201 - what its parent waits for


def read_line() -> str:
    """The next line of standard input without its line end; empty when the input has ended."""
    eventlet.hubs.trampoline(sys.stdin.fileno(), read=True)
    return sys.stdin.readline().strip()


def user_of(app):
    """Tempauth's user, whose key verifies signatures. Unwraps the middleware around Tempauth."""
    while not isinstance(app, TempAuth):
        app = app.app
    return app.users["test:tester"]


def name_the_cluster(config: Path) -> None:
    """Make Swift read this file instead of the file in /etc, which Swift reads on import."""
    config.write_text(HASHES)
    swift.common.utils.SWIFT_CONF_FILE = str(config)
    storage_policy.reload_storage_policies()
    constraints.reload_constraints()
    swift.common.utils.validate_hash_conf()


def write_ring(path: Path, *, port: int) -> None:
    """Write a ring with one device, on this machine."""
    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=1)
    address = {"ip": "127.0.0.1", "port": port}
    replication = {"replication_ip": "127.0.0.1", "replication_port": port}
    place = {"region": 1, "zone": 1, "device": "d1", "weight": 1.0, "meta": ""}
    builder.add_dev(address | replication | place)
    builder.rebalance()
    builder.get_ring().save(str(path))


def with_puts_noted(app, notes: Path):
    """The app, wrapped so that it writes down status and path of each PUT before it responds."""
    notes.touch()

    def answer(environ, start_response):
        def start(status, *rest):
            if environ["REQUEST_METHOD"] == "PUT":
                with notes.open("a") as lines:
                    print(status.split()[0], path, file=lines)
            return start_response(status, *rest)

        path = environ["PATH_INFO"]
        return app(environ, start)

    return answer


def serve(socket, app) -> None:
    log = logging.getLogger("s3")
    log.addHandler(logging.NullHandler())
    eventlet.wsgi.server(socket, app, log, protocol=SwiftHttpProtocol, log_output=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2] if len(sys.argv) > 2 else "*")
