"""Filters and search: `among` and `by_index` find the same faxes, and the right ones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from faxportal.accounts.extensions import add_extension
from faxportal.accounts.models import Connection, User
from faxportal.accounts.roles import Role
from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.history import pagination
from faxportal.faxes.history.filters import FaxFilter, find_matches
from faxportal.faxes.models import Fax, FaxSearch
from faxportal.faxes.models.fax import list_key_at
from tests.faxes.history.conftest import Send
from tests.support.list_keys import set_submitted_at
from tests.web.conftest import person

#: A list key above the list keys of all faxes that tests send.
FOREVER = list_key_at(datetime(2100, 1, 1, tzinfo=UTC))


def found(**filters: object) -> set[Fax]:
    """The faxes that match. Checks that `among` and `by_index` find the same faxes."""
    matches = find_matches(Fax.objects.submitted(), FaxFilter(**filters))  # type: ignore[arg-type]
    tested = set(pagination.page_from(matches, None).faxes)
    for start, end in ((0, FOREVER), (FOREVER, 0)):
        by_index = matches.by_index(matches.candidates, start=start, end=end, limit=100)
        assert set(by_index) == tested
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


def test_digits_of_two_recipients_are_not_read_as_one_number(send: Send) -> None:
    send(to="+1 650 253 0000, +1 212 555 0100")
    assert found(recipient="0000121") == set()


def test_each_text_has_its_own_filter(send: Send) -> None:
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
def test_a_whole_user_name_finds_one_person_and_a_part_finds_all(
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
def test_a_whole_number_finds_one_extension_and_a_part_finds_all(
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


def test_a_fax_is_found_by_each_reason_for_which_a_batch_failed(send: Send) -> None:
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
    assert found(reason="deadline") == {whole, part}  # not the fax with a batch on its way
    assert found(reason="file_invalid") == {part}
    assert found(reason="deadline", status="failed") == {whole}
    assert found(reason="deadline", status="handed_over") == set()
    assert found(reason="deadline", search="maria") == {whole, part}
    assert found(reason="halved") == found(reason="too_late") == set()


def test_faxes_are_found_by_who_carried_their_files(send: Send) -> None:
    relayed, direct = send(), send()
    Fax.objects.filter(pk=direct.pk).update(carrier="browser")
    assert found(carrier="portal") == {relayed}
    assert found(carrier="browser", search="maria") == {direct}


def test_a_status_and_dates_combine_with_words(send: Send) -> None:
    old, failed, other = send(subject="Offer"), send(subject="Offer"), send(subject="Offer")
    Fax.objects.filter(pk__in=[old.pk, failed.pk]).update(state="failed")
    set_submitted_at(datetime(2026, 1, 1, tzinfo=UTC), old)
    assert found(search="offer", status="failed") == {old, failed}
    assert found(search="offer", status="failed", since=date(2026, 1, 2)) == {failed}
    assert found(search="offer", until=date(2026, 1, 1)) == {old}
    assert found(search="offer", status="waiting") == {other}


def test_a_draft_is_not_found_and_has_no_search_row(maria: User, send: Send) -> None:
    content = DraftContent(extension="0003*210", recipients="", subject="Secret")
    drafts.save_form(maria, key=uuid4(), content=content, files=[])
    assert found(search="secret") == set()
    assert not FaxSearch.objects.exists()


def test_a_deleted_fax_leaves_no_search_row(send: Send) -> None:
    fax = send()
    fax.events.all().delete()
    fax.delete()
    assert not FaxSearch.objects.exists()
