"""How fast are lists, search, the overview, a fax's page and the export with a million faxes?

The benchmark fills databases with a history (`tests.support.history`): a small and a large one, on
SQLite and on PostgreSQL. It asks the portal for pages, within its own process, and prints lines
`name value unit`. For each page, it prints:

- the median and the 95th percentile of server time;
- the 95th percentile of processor time: the portal's own, which includes SQLite but not PostgreSQL;
- the number of queries and the peak of memory;
- how many times longer the page takes in the large database than in the small one.

The goal: a 95th percentile under 100 ms, and at most twice as long as in the small database.

`FAXPORTAL_BENCH_FAXES` is the size of the large database (1,000,000 takes some minutes and 6 GB of
disk). `FAXPORTAL_DATABASE_URL` names a PostgreSQL server, where the benchmark creates and drops
databases.
"""

from __future__ import annotations

import os
import resource
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg

if TYPE_CHECKING:
    from django.test import Client

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

FEW = 10_000
MANY = int(os.environ.get("FAXPORTAL_BENCH_FAXES", "1000000"))
POSTGRESQL = os.environ.get("FAXPORTAL_DATABASE_URL") or "postgres://root@127.0.0.1:5432/test"
ROUNDS = 40


def main() -> None:
    for vendor in vendors():
        slowest: dict[str, dict[int, float]] = {}
        for size in (FEW, MANY):
            for line in measured(vendor, size):
                print(line, flush=True)
                name, value, _unit = line.split()
                if name.endswith("_p95"):
                    page = name.removesuffix(f"_of_{size}_p95")
                    slowest.setdefault(page, {})[size] = float(value)
        for page, by_size in slowest.items():
            print(f"{page}_p95_growth {by_size[MANY] / by_size[FEW]:.2f} ratio", flush=True)


def vendors() -> Iterator[str]:
    yield "sqlite"
    try:
        psycopg.connect(POSTGRESQL).close()
    except psycopg.OperationalError:
        print("history is not measured on PostgreSQL: there is none here", file=sys.stderr)
    else:
        yield "postgresql"


def measured(vendor: str, size: int) -> Iterator[str]:
    """Measure one database in a process of its own, and yield the lines that the process prints."""
    with tempfile.TemporaryDirectory(prefix="faxportal-bench-") as data, database(vendor) as url:
        given = {name: value for name, value in os.environ.items() if "FAXPORTAL_" not in name}
        environment = given | {
            "DJANGO_SETTINGS_MODULE": "faxportal.settings",
            "FAXPORTAL_DATA_DIR": data,
            "FAXPORTAL_DATABASE_URL": url,
            "FAXPORTAL_HOSTS": "testserver",
            "FAXPORTAL_SECRET_KEY": secrets.token_urlsafe(48),
            "FAXPORTAL_CREDENTIAL_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "FAXPORTAL_RECORD_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "FAXPORTAL_VOIPNOW_SERVERS": "https://voip.example.com",
            "FAXPORTAL_STORAGE_ORIGINS": "https://storage.example.com",
        }
        command = [sys.executable, __file__, vendor, str(size)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            yield from map(str.rstrip, process.stdout)
        if process.returncode:
            sys.exit(process.returncode)


@contextmanager
def database(vendor: str) -> Iterator[str]:
    """The URL of an empty database, which is dropped afterwards. For SQLite, the URL is empty."""
    if vendor == "sqlite":
        yield ""
        return
    name = f"faxportal_bench_{secrets.token_hex(4)}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(POSTGRESQL)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name}")


def measure(vendor: str, size: int) -> None:
    """Fill this process's database, request every page, and print the figures."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from faxportal.accounts.models import User
    from faxportal.accounts.roles import Role, give_role
    from faxportal.faxes.clock import Clock
    from faxportal.faxes.stats.counts import count_everything
    from tests.support.history.seed import seed

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    seed(size)
    print(f"seeding_{vendor}_of_{size} {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    count_everything(Clock())
    print(f"counting_{vendor}_of_{size} {time.perf_counter() - begun:.0f} s", flush=True)
    reviewer = User.objects.create_user("reviewer")
    give_role(reviewer, Role.REVIEWER)
    person, everyone = Client(), Client()
    person.force_login(User.objects.get(username="person0"))
    everyone.force_login(reviewer)
    for page, addresses in pages().items():
        client = person if page.startswith("mine") else everyone
        for figure, value in figures(client, addresses):
            print(f"{page}_{vendor}_of_{size}_{figure} {value}", flush=True)
    for figure, value in export_figures(everyone):
        print(f"export_{vendor}_of_{size}_{figure} {value}", flush=True)


def export_figures(client: Client) -> Iterator[tuple[str, str]]:
    """The figures of an export of all faxes: name and value of each."""
    for _time in range(2):  # the first export loads the portal's code
        begun = time.perf_counter()
        pieces = iter(client.get("/review/export.csv"))
        next(pieces)
        first = time.perf_counter() - begun
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = sum(piece.count(b"\r\n") for piece in pieces)
    took = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield "first_byte", f"{first * 1000:.1f} ms"
    yield "rows", f"{rows / took:.0f} rows/s"
    yield "memory", f"{after - before} KiB"


def figures(client: Client, addresses: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Request a page's addresses in turn. Yields the figures: name and value of each."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask(address: str) -> tuple[float, float]:
        """Request the address. Returns server time and this thread's processor time, in ms."""
        begun, used = time.perf_counter(), time.thread_time()
        response = client.get(address)
        took = (time.perf_counter() - begun) * 1000, (time.thread_time() - used) * 1000
        assert response.status_code == 200, address
        return took

    for address in addresses:
        ask(address)
    rounds = max(ROUNDS // len(addresses), 1)
    asked = [ask(address) for _ in range(rounds) for address in addresses]
    times, processor = ([one[which] for one in asked] for which in (0, 1))
    yield "median", f"{statistics.median(times):.1f} ms"
    yield "p95", f"{statistics.quantiles(times, n=20)[-1]:.1f} ms"
    yield "processor", f"{statistics.quantiles(processor, n=20)[-1]:.1f} ms"
    with CaptureQueriesContext(connection) as queries:
        ask(addresses[0])
        yield "queries", f"{len(queries)} queries"
    tracemalloc.start()
    ask(addresses[0])
    yield "memory", f"{tracemalloc.get_traced_memory()[1] / 1024:.0f} KiB"
    tracemalloc.stop()


def pages() -> dict[str, list[str]]:
    """Name of a page → its addresses. The busiest sender requests the pages named `mine…`."""
    from faxportal.faxes.models import Fax

    faxes = Fax.objects.submitted()
    mine = faxes.filter(sender__username="person0")
    oldest, my_oldest = (some.oldest_first()[30] for some in (faxes, mine))
    middle = faxes.newest_first()[faxes.count() // 2]
    return {
        "review": [review()],
        "review_deepest": [review(top=oldest.uuid), review(above=oldest.uuid)],
        "review_live": [review(seen=middle.uuid), review(top=middle.uuid)],
        **filtered_pages(),
        **searched_pages(),
        "search_deepest": [review(search="miller", top=oldest.uuid)],
        "mine": ["/faxes/"],
        "mine_deepest": [f"/faxes/?top={my_oldest.uuid}"],
        "mine_by_status": ["/faxes/?status=failed", "/faxes/?status=handed_over"],
        "mine_search": [f"/faxes/?search={word}" for word in ("xylophone", "ref.", "haddad")],
        "overview": [f"/overview/?days={days}" for days in (7, 30, 90, 365)]
        + [f"/overview/?{urlencode({'since': a_month()['since'] - timedelta(days=900)})}"],
        "fax": [f"/faxes/{fax.uuid}/" for fax in faxes.newest_first()[:200:20]],
    }


def filtered_pages() -> dict[str, list[str]]:
    """Name of a page → addresses of the list of all faxes with a filter, for each filter."""
    people = [f"person{number}" for number in (0, 1, 20, 100, 249)]
    numbers = phone_numbers()
    return {
        "review_by_status": [review(status=s) for s in ("handed_over", "failed", "left_open")],
        "review_by_reason": [review(reason=r) for r in ("recipients_invalid", "deadline")]
        + [review(reason="recipients_invalid", **a_month()), review(reason="too_late")],
        "review_by_sender": [review(sender=name) for name in people],
        "review_by_senders": [review(sender="person24"), review(sender="person")],
        "review_by_extension": [review(extension=f"0003*{n}") for n in (200, 220, 449)]
        + [review(extension="front desk")],
        "review_by_recipient": [review(recipient=number) for number in numbers],
        "review_by_subject": [review(subject=name) for name in ("Haddad", "invoice o'brien")],
        "review_by_file": [review(file=name) for name in ("annex_2.pdf", "lease_haddad")],
        "review_by_dates": [review(**a_month())],
        "review_by_all": [
            review(sender="person1", status="failed", search="miller", **a_month()),
            review(status="handed_over", recipient=numbers[1], file="pdf", **a_month()),
        ],
    }


def searched_pages() -> dict[str, list[str]]:
    """Name of a page → addresses that search all faxes for a text.

    Depending on the text, many faxes, few faxes or no fax contain it.
    """
    from tests.support.history import content

    numbers = phone_numbers()
    return {
        "search_common": [review(search=word) for word in ("ref.", "invoice", "person0", "pdf")],
        "search_rare": [review(search=word) for word in ("xylophone", "no such word", "o'brien x")],
        "search_bygone": [review(search=content.BYGONE)],
        "search_digits": [review(search=number) for number in numbers] + [review(search="212")],
    }


def review(**query: object) -> str:
    """The address of the list of all faxes with these query parameters."""
    return f"/review/?{urlencode(query)}"


def phone_numbers() -> list[str]:
    """Local numbers (7 digits). Some are faxed often, some now and then, and some seldom."""
    from tests.support.history import content

    return [content.number(index)[0].dialled[-7:] for index in (0, 5, 900, 15_000, 39_000)]


def a_month() -> dict[str, date]:
    """The date filters for one month, which begins 400 days ago."""
    from django.utils import timezone

    since = timezone.localdate() - timedelta(days=400)
    return {"since": since, "until": since + timedelta(days=30)}


if __name__ == "__main__":
    measure(sys.argv[1], int(sys.argv[2])) if sys.argv[1:] else main()
