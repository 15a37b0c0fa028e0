"""Query plans of lists among ten thousand faxes: no page of a list needs to scan a table.

With only ten thousand rows, PostgreSQL would rather read and sort them than use an index. If a
test asks whether an index *can* answer a query, the test turns off PostgreSQL's other methods.
SQLite plans by rules, not by the number of rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.confirmations.duplicates import find_duplicates
from faxportal.faxes.compose.confirmations.first_time_numbers import first_time_numbers
from faxportal.faxes.compose.suggestions import suggest
from faxportal.faxes.history import pagination
from faxportal.faxes.history.filters import FaxFilter, FaxMatches, find_matches
from faxportal.faxes.models import Fax
from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.faxes.stats.counts import count_day, count_everything, update_counts
from faxportal.faxes.stats.overview import last_days, overview_of, unfinished_now
from faxportal.text.phone_numbers import DialAs, Number, read_number
from tests.support.history import content
from tests.support.history.seed import seed

#: A scan of a table in a query plan: "Seq Scan" in PostgreSQL, "SCAN" in SQLite. SQLite also writes
#: "SCAN" when it reads along an index or looks a row up in FTS5. The pattern leaves out such lines.
A_SCAN = re.compile(
    r"Seq Scan|^\s*SCAN (?!.*(?:USING|subquery|CONSTANT|INDEX \d+:[M=]))", re.MULTILINE
)

FAXES = 10_000


@pytest.fixture(scope="module", autouse=True)
def history(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """One history for all tests of this module, which only read it."""
    with django_db_blocker.unblock():
        seed(FAXES)
        yield
        call_command("flush", interactive=False, verbosity=0)


def plans(ask: Callable[[], object], *avoided: str) -> list[str]:
    """The plans of the queries that `ask` makes. PostgreSQL does not use the methods `avoided`."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    on_postgresql = connection.vendor == "postgresql"
    found = []
    with connection.cursor() as cursor:
        for way in avoided if on_postgresql else ():
            cursor.execute(f"SET LOCAL enable_{way} = off")
        for query in asked.captured_queries:
            explain = "EXPLAIN" if on_postgresql else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{explain} {query['sql']}")
            found.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
    return found


def mine() -> FaxQuerySet:
    """The faxes of one sender."""
    return Fax.objects.sent_by(User.objects.get(username="person20"))


def everyones() -> FaxQuerySet:
    """All faxes, as a reviewer sees them."""
    reviewer, _ = User.objects.get_or_create(username="reviewer")
    give_role(reviewer, Role.REVIEWER)
    return Fax.objects.visible_to(User.objects.get(pk=reviewer.pk)).submitted()


def pages(matches: FaxMatches) -> Sequence[pagination.ListPage]:
    """Read the first page, a page of old faxes and the page above the old faxes, with their rows.

    Returns these pages.
    """
    below = list(matches.candidates.oldest_first()[10:11])
    first = pagination.page_from(matches, None)
    pagination.count_matches(matches, first)
    read = [first]
    for fax in below:
        read += [pagination.page_from(matches, fax), pagination.page_above(matches, fax)]
    for page in read:
        page.rows()
    return read


IN_ORDER = [
    (mine, FaxFilter(), "fax_of_sender"),
    (mine, FaxFilter(status="failed"), "fax_of_sender_by_state"),
    (everyones, FaxFilter(), "fax_list_key_once|sqlite_autoindex_faxes_fax"),
    (everyones, FaxFilter(status="failed"), "fax_by_state"),
    # This sender and this extension have few faxes. With many faxes, reading the list of all faxes
    # would soon find enough for a page, and no index of senders or extensions would be needed.
    (everyones, FaxFilter(sender="person203"), "fax_of_sender"),
    (everyones, FaxFilter(extension="0003*403"), "fax_by_extension"),
    (everyones, FaxFilter(carrier="browser"), "fax_by_carrier"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("faxes", "fax_filter", "index"), IN_ORDER)
def test_a_list_is_read_in_the_order_of_an_index(
    faxes: Callable[[], FaxQuerySet], fax_filter: FaxFilter, index: str
) -> None:
    matches = find_matches(faxes(), fax_filter)
    first, *rows = plans(
        lambda: pagination.page_from(matches, None).rows(), "seqscan", "bitmapscan", "sort"
    )
    assert re.search(index, first)
    assert "Sort" not in first
    assert "TEMP B-TREE" not in first
    nothing_is_scanned([first, *rows])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fax_filter",
    [
        FaxFilter(search=content.RARE),
        FaxFilter(search="no such thing"),
        FaxFilter(search="650"),
        FaxFilter(search="miller", status="handed_over"),
        FaxFilter(recipient="2530000"),
        FaxFilter(extension="0003*449", subject="lease"),
        FaxFilter(sender="person", file="annex_2"),
        FaxFilter(voipnow_id="100262"),
        FaxFilter(reason="recipients_invalid"),
        FaxFilter(reason="too_late"),
        FaxFilter(reason="deadline", status="failed"),
        FaxFilter(reason="deadline", search="miller", sender="person"),
    ],
)
@pytest.mark.parametrize("faxes", [mine, everyones])
def test_no_filter_needs_a_scan(faxes: Callable[[], FaxQuerySet], fax_filter: FaxFilter) -> None:
    matches = find_matches(faxes(), fax_filter)
    nothing_is_scanned(plans(lambda: pages(matches), "seqscan"))


@pytest.mark.django_db
def test_a_rare_word_is_looked_up_by_its_trigrams() -> None:
    matches = find_matches(everyones(), FaxFilter(search=content.RARE))
    asked = "\n".join(plans(lambda: pages(matches), "seqscan"))
    # 64 in the plan of FTS5 means that SQLite reads in the order of list keys, and sorts no row.
    assert "faxes_faxsearch_trigrams" in asked or re.search(
        r"VIRTUAL TABLE INDEX (64|192):M", asked
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fax_filter", [FaxFilter(reason="file_invalid"), FaxFilter(reason="too_late")]
)
def test_a_rare_reason_is_looked_up_by_its_index(fax_filter: FaxFilter) -> None:
    matches = find_matches(everyones(), fax_filter)
    assert "handover_by_reason" in "\n".join(plans(lambda: pages(matches), "seqscan"))


@pytest.mark.django_db
def test_the_overview_is_read_from_counts_and_by_the_index_of_states() -> None:
    count_everything(Clock())
    shown = plans(lambda: overview_of(last_days(365)), "seqscan")
    # An office has few extensions, so their numbers have no index.
    nothing_is_scanned([plan for plan in shown if "accounts_extension" not in plan])
    assert not re.search(r"faxes_fax\b|faxes_handover", "\n".join(shown))
    waiting = plans(unfinished_now, "seqscan")
    nothing_is_scanned(waiting)
    assert "fax_by_state" in waiting[0]


@pytest.mark.django_db
def test_counting_reads_a_day_and_never_the_whole_history() -> None:
    count_everything(Clock())
    day = last_days(1).first
    for turn in (lambda: update_counts(Clock()), lambda: count_day("UTC", day, Clock().now())):
        nothing_is_scanned(plans(turn, "seqscan"))


@pytest.mark.django_db
def test_duplicates_are_looked_up_by_content_or_phone_number() -> None:
    """The database chooses one of two indexes: the index in which it expects fewer rows."""
    fax = Fax.objects.submitted().newest_first()[0]
    numbers = [read(one.typed) for one in fax.recipients.all()]
    draft = Fax(sender=User.objects.get(username="person20"))
    draft.sender.has_perm(Permission.REVIEW_FAXES)  # permissions are read once for each request
    asked = plans(
        lambda: find_duplicates(
            draft, numbers=numbers, content=fax.content_hash, at=timezone.now()
        ),
        "seqscan",
        "bitmapscan",
    )
    assert re.search("fax_by_content|recipient_by_phone", asked[0])
    nothing_is_scanned(asked)


@pytest.mark.django_db
def test_first_time_numbers_are_looked_up_one_by_one() -> None:
    phones = [number.canonical for number, _ in map(content.number, range(300))]
    asked = plans(lambda: first_time_numbers(phones), "seqscan", "bitmapscan")
    assert [plan.count("recipient_by_phone") for plan in asked] == [101, 101, 101]
    nothing_is_scanned(asked)


def read(typed: str) -> Number:
    number = read_number(typed, region="US", dial_as=DialAs.TYPED)
    assert isinstance(number, Number)
    return number


def nothing_is_scanned(plans: Sequence[str]) -> None:
    for plan in plans:
        assert not A_SCAN.search(plan), plan


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "650"])
def test_suggestions_of_recent_recipients_need_no_scan(typed: str) -> None:
    faxes, *rest = plans(
        lambda: suggest(User.objects.get(username="person20"), typed), "seqscan", "bitmapscan"
    )[1:]
    assert "fax_of_sender" in faxes
    assert rest
    assert not any(A_SCAN.search(plan) for plan in rest if "faxes_recipient" in plan)
