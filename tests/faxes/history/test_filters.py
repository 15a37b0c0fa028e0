"""What a fax is found by, on either database, however few of many it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import Connection, User
from faxportal.accounts.roles import Role
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.history import pagination
from faxportal.faxes.history.filters import FaxFilter, find
from faxportal.faxes.models import Fax, FaxSearch
from faxportal.faxes.models.fax import list_key_at
from tests.support.list_keys import move_to
from tests.support.submitting import submit_all_the_same
from tests.web.conftest import PDF, connect, person

Send = Callable[..., Fax]

#: A list key behind all that tests send.
FOREVER = list_key_at(datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def maria(db: None) -> User:
    user = person("maria", Role.SENDER)
    user.first_name, user.last_name = "María", "Núñez"
    user.save()
    connect(user)
    return user


@pytest.fixture
def send(maria: User) -> Send:
    def send_one(
        *,
        to: str = "+1 650 253 0000",
        subject: str = "",
        note: str = "",
        files: Sequence[str] = ("a.pdf",),
        extension: str = "0003*210",
    ) -> Fax:
        content = [SimpleUploadedFile(name, PDF + name.encode()) for name in files]
        typed = DraftContent(extension=extension, recipients=to, subject=subject, note=note)
        return submit_all_the_same(maria, key=uuid4(), typed=typed, files=content).fax

    return send_one


def found(**wanted: object) -> set[Fax]:
    """What is found, by either way: each tested, and by the index of trigrams."""
    result = find(Fax.objects.submitted(), FaxFilter(**wanted))  # type: ignore[arg-type]
    tested = set(pagination.page_from(result, None).faxes)
    for start, end in ((0, FOREVER), (FOREVER, 0)):
        looked_up = result.looked_up(result.candidates, start=start, end=end, limit=100)
        assert set(looked_up) == tested
    return tested


@pytest.mark.parametrize(
    "search",
    [
        "contract",
        "NTRA",
        "müller",
        "MULLER",
        "strasse",
        "lease.pdf",
        "maría",
        "nunez",
        "front desk",
        "0003*210",
        "ask lee",
        "2530000",
        "253-0000",
        "(650) 253",
        "+1 650 253 0000",
        "muller contract",
        "contract of",
        "50%_off",
        '"quoted"',
    ],
)
def test_a_search_finds_all_that_people_see(search: str, send: Send) -> None:
    fax = send(
        subject='Contract of Müller, Hauptstraße 5: "quoted" 50%_off',
        note="Ask Lee",
        files=("Lease.pdf", "annex.pdf"),
    )
    assert found(search=search) == {fax}


@pytest.mark.parametrize(
    "search",
    [
        "contracts",
        "50%off",
        "___",
        "%%%",
        "con*",
        "quot\\",
        "subject:contract",
        "{subject} : contract",
        "muller OR nobody",
        "lease NOT muller",
        '"""',
        "annexlease",
        "650 254",
    ],
)
def test_wildcards_and_operators_are_plain_text(search: str, send: Send) -> None:
    send(subject="Contract of Müller 50%_off", files=("lease.pdf", "annex.pdf"))
    assert found(search=search) == set()


@pytest.mark.parametrize(
    "recipient", ["650", "+1 (650) 253", "2530000", "16502530", "(650)2530000"]
)
@pytest.mark.parametrize("to", ["+1 650 253 0000", "(650) 253-0000", "650.253.0000", "16502530000"])
def test_a_recipient_is_found_however_the_number_was_written(
    recipient: str, to: str, send: Send
) -> None:
    fax = send(to=to)
    send(to="+1 212 555 0100")
    assert found(recipient=recipient) == {fax}


@pytest.mark.parametrize("recipient", ["030 1234567", "+49 30 1234567", "30/1234567"])
def test_a_number_is_found_with_and_without_its_country(
    recipient: str, send: Send, settings: Settings
) -> None:
    settings.REGION = "DE"
    faxes = {send(to=to) for to in ("030 1234567", "+49 30 1234567")}
    assert found(recipient=recipient) == faxes


def test_an_extension_number_is_found_by_its_digits(send: Send) -> None:
    fax = send(to="0003*211")
    assert found(recipient="003211") == found(recipient="0003*211") == {fax}


def test_digits_are_not_put_together_over_two_recipients(send: Send) -> None:
    send(to="+1 650 253 0000, +1 212 555 0100")
    assert found(recipient="0000121") == set()


def test_each_text_has_a_filter_of_its_own(send: Send) -> None:
    by_subject, by_file = send(subject="Lease"), send(files=("lease.pdf",))
    assert found(subject="lease") == {by_subject}
    assert found(file="lease") == {by_file}
    assert found(search="lease") == {by_subject, by_file}
    assert found(search="lease", subject="lease", recipient="650", sender="maria") == {by_subject}


@pytest.mark.parametrize(
    ("sender", "names"),
    [
        ("maria", {"maria"}),
        ("MARIA", {"maria"}),
        ("mari", {"maria", "marianne"}),
        ("maría núñ", {"maria"}),
        ("nobody", set()),
    ],
)
def test_a_whole_user_name_is_one_person_and_a_part_is_all(
    sender: str, names: set[str], send: Send
) -> None:
    send()
    Fax.objects.update(sender=person("marianne", Role.SENDER))
    send()
    assert {fax.sender.username for fax in found(sender=sender)} == names


@pytest.mark.parametrize(
    ("extension", "numbers"),
    [
        ("21", {"21"}),
        ("0003*21", {"0003*21"}),
        ("0003*", {"0003*21", "0003*210"}),
        ("front", {"21", "0003*21", "0003*210"}),
        ("2", set()),
    ],
)
def test_a_whole_number_is_one_extension_and_a_part_is_all(
    extension: str, numbers: set[str], maria: User, send: Send
) -> None:
    connection = Connection.objects.get(user=maria)
    for number in ("21", "0003*21"):
        add_extension(connection, number=number, label="Front desk")
        send(extension=number)
    send()
    assert {fax.extension for fax in found(extension=extension)} == numbers


def test_a_fax_is_found_by_the_id_that_voipnow_shows(send: Send) -> None:
    fax = send()
    send()
    fax.handovers.update(voipnow_id="262")
    assert found(voipnow_id="262") == {fax}


def test_a_fax_is_found_by_each_reason_that_some_of_it_failed_for(send: Send) -> None:
    whole, part, other, on_its_way, cancelled = (send() for _fax in range(5))
    for fax in (part, on_its_way):
        more = [(2, "refused", "deadline"), (3, "refused", "deadline"), (4, "abandoned", "halved")]
        for number, state, reason in more:
            fax.handovers.create(batch=number, state=state, reason=reason, due_at=timezone.now())
    for fax, state, reason in (
        (whole, "failed", "deadline"),
        (part, "partly_handed_over", "file_invalid"),
        (other, "failed", "blocked"),
        (cancelled, "cancelled", "deadline"),
    ):
        Fax.objects.filter(pk=fax.pk).update(state=state)
        fax.handovers.filter(batch=1).update(state="refused", reason=reason)
    assert found(reason="deadline") == {whole, part}  # not the one with a batch on its way
    assert found(reason="file_invalid") == {part}
    assert found(reason="deadline", status="failed") == {whole}
    assert found(reason="deadline", status="handed_over") == set()
    assert found(reason="deadline", search="maria") == {whole, part}
    assert found(reason="halved") == found(reason="too_late") == set()


def test_faxes_are_told_apart_by_who_carried_their_files(send: Send) -> None:
    relayed, direct = send(), send()
    Fax.objects.filter(pk=direct.pk).update(carrier="browser")
    assert found(carrier="portal") == {relayed}
    assert found(carrier="browser", search="maria") == {direct}


def test_a_status_and_dates_combine_with_words(send: Send) -> None:
    old, failed, other = send(subject="Offer"), send(subject="Offer"), send(subject="Offer")
    Fax.objects.filter(pk__in=[old.pk, failed.pk]).update(state="failed")
    move_to(datetime(2026, 1, 1, tzinfo=UTC), old)
    assert found(search="offer", status="failed") == {old, failed}
    assert found(search="offer", status="failed", since=date(2026, 1, 2)) == {failed}
    assert found(search="offer", until=date(2026, 1, 1)) == {old}
    assert found(search="offer", status="waiting") == {other}


def test_a_draft_is_not_found_and_leaves_nothing_behind(maria: User, send: Send) -> None:
    typed = DraftContent(extension="0003*210", recipients="", subject="Secret")
    drafts.keep_draft(maria, key=uuid4(), typed=typed, files=[])
    assert found(search="secret") == set()
    assert not FaxSearch.objects.exists()


def test_a_deleted_fax_leaves_nothing_behind(send: Send) -> None:
    fax = send()
    fax.events.all().delete()
    fax.delete()
    assert not FaxSearch.objects.exists()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two, and windows of three: what a test with few faxes can see the edges of."""
    monkeypatch.setattr(pagination, "PER_PAGE", 2)
    monkeypatch.setattr(pagination, "WINDOW", 3)
    monkeypatch.setattr(pagination, "COUNTED", 4)


@pytest.fixture
def nine(send: Send) -> list[Fax]:
    """Nine faxes, the newest first; the ids are not in their order, and three share a moment."""
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    for number in range(9):
        word = "even" if number % 2 == 0 else "rare" if number == 5 else "odd"
        at = noon + timedelta(minutes=max(0, number - 2) * (1 if number % 3 else 2))
        move_to(at, send(subject=word))
    return list(Fax.objects.newest_first())


@pytest.mark.parametrize("search", ["", "even", "rare", "odd", "nothing"])
@pytest.mark.usefixtures("small")
def test_pages_in_either_direction_show_each_fax_once(search: str, nine: list[Fax]) -> None:
    wanted = [fax for fax in nine if search in fax.subject]
    result = find(Fax.objects.submitted(), FaxFilter(search=search))
    page = pagination.page_from(result, None)
    down = [page]
    while page.next:
        down.append(page := pagination.page_from(result, page.next))
    assert [fax for page in down for fax in page.faxes] == wanted
    for below, above in zip(down[:0:-1], down[-2::-1], strict=True):
        assert pagination.page_above(result, below.faxes[0]).faxes == above.faxes


@pytest.mark.usefixtures("small")
def test_a_page_stays_put_while_faxes_arrive(nine: list[Fax], send: Send) -> None:
    result = find(Fax.objects.submitted(), FaxFilter())
    second = pagination.page_from(result, pagination.page_from(result, None).next)
    newest = nine[0]
    for _ in range(3):
        send()
    assert pagination.page_from(result, second.faxes[0]).faxes == second.faxes
    assert pagination.count_newer(result, newest, at_most=10) == 3
    assert pagination.count_newer(result, newest, at_most=2) == 2


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("rare", [False, True])
def test_those_that_failed_for_a_reason_are_paged_and_counted(rare: bool, nine: list[Fax]) -> None:
    failed = nine[3::5] if rare else nine[::2]
    for fax in failed:
        Fax.objects.filter(pk=fax.pk).update(state="failed")
        fax.handovers.update(state="refused", reason="deadline")
    result = find(Fax.objects.submitted(), FaxFilter(reason="deadline"))
    first = page = pagination.page_from(result, None)
    shown = [*page.faxes]
    while page.next:
        page = pagination.page_from(result, page.next)
        shown += page.faxes
    assert shown == failed
    counted = pagination.count(result, first)
    assert (counted.number, counted.is_exact) == ((2, True) if rare else (4, False))


@pytest.mark.parametrize(
    ("search", "number", "is_exact"),
    [("", 4, False), ("nothing", 0, True), ("rare", 1, True), ("even", 2, False)],
)
@pytest.mark.usefixtures("small", "nine")
def test_faxes_are_counted_as_far_as_it_costs_no_scan(
    search: str, number: int, is_exact: bool
) -> None:
    result = find(Fax.objects.submitted(), FaxFilter(search=search))
    counted = pagination.count(result, pagination.page_from(result, None))
    assert (counted.number, counted.is_exact) == (number, is_exact)
