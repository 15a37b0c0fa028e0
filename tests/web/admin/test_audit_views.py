"""The audit: what it records, what it must not record, and its page."""

from __future__ import annotations

import csv
import io
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from faxportal.accounts.extensions import remove_extension
from faxportal.accounts.models import Extension, User
from faxportal.accounts.roles import Role, give_role
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.faxes.actions.pause import what_is_paused
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from faxportal.web.admin import audit_views as views
from tests.support.deciding import post_decision
from tests.web.conftest import HTMX, Send, browser_of

PASSWORD = "correct horse battery"


def newest() -> AuditEntry:
    return AuditEntry.objects.newest_first()[0]


def text(client: Client, **query: str) -> str:
    return " ".join(client.get("/audit/", query).content.decode().split())


def sign_in(name: str, password: str) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


@pytest.fixture
def maria(db: None) -> User:
    user = User.objects.create_user("maria", password=PASSWORD)
    give_role(user, Role.SENDER)
    return user


# What the audit records


def test_signing_in_and_out_are_entries_with_the_address(maria: User) -> None:
    client = sign_in("maria", PASSWORD)
    assert (newest().action, newest().actor) == (Action.SIGNED_IN, maria)
    client.post("/accounts/logout/")
    assert (newest().action, newest().actor) == (Action.SIGNED_OUT, maria)
    assert newest().address == "127.0.0.1"


def test_a_failed_sign_in_names_the_person_whose_name_was_entered(maria: User) -> None:
    sign_in("maria", "a wrong one")
    assert (newest().action, newest().actor, newest().person) == ("sign_in_failed", None, maria)


def test_a_password_entered_as_the_name_is_kept_nowhere(maria: User) -> None:
    sign_in(PASSWORD, "maria")
    entry = newest()
    assert (entry.action, entry.person, entry.data) == ("sign_in_failed", None, {})


def test_a_changed_password_is_an_entry_without_it(maria: User) -> None:
    fields = {
        "oldpassword": PASSWORD,
        "password1": "quite new staple",
        "password2": "quite new staple",
    }
    sign_in("maria", PASSWORD).post("/accounts/password/change/", fields)
    [entry] = AuditEntry.objects.filter(action=Action.PASSWORD_CHANGED)
    assert (entry.actor, entry.data) == (maria, {})


def test_a_downloaded_document_is_an_entry_of_who_saw_it(
    sender: User, reviewer: User, sent: Send
) -> None:
    fax = sent(sender)
    response = browser_of(reviewer).get(f"/faxes/{fax.uuid}/documents/{fax.documents.get().pk}/")
    assert (newest().action, newest().actor) == (Action.DOCUMENT_OPENED, reviewer)
    assert (newest().fax, newest().data) == (fax.uuid, {"document": 1})
    response.close()


def test_cancelling_and_deciding_are_entries(admin: User, sender: User, sent: Send) -> None:
    fax = sent(sender)
    browser_of(admin).post(f"/faxes/{fax.uuid}/cancel/")
    assert (newest().action, newest().actor, newest().fax) == ("fax_cancelled", admin, fax.uuid)
    other = sent(sender)
    other.handovers.update(state=FaxState.UNCERTAIN)
    Fax.objects.filter(pk=other.pk).update(state=FaxState.UNCERTAIN)
    post_decision(browser_of(admin), other, 1, "leave_open")
    assert newest().data == {"batch": 1, "decision": "leave_open"}


def test_a_refused_action_is_no_entry(sender: User, colleague: User, sent: Send) -> None:
    before = AuditEntry.objects.count()
    browser_of(colleague).post(f"/faxes/{sent(sender).uuid}/cancel/")
    assert AuditEntry.objects.count() == before


def test_pausing_and_resuming_are_entries_once(admin: User) -> None:
    client = browser_of(admin)
    for _press in range(2):
        client.post("/sending/pause/")
    shown = what_is_paused()
    for _press in range(2):
        client.post("/sending/resume/", {"shown": shown})
    done = AuditEntry.objects.filter(actor=admin).order_by("id")
    assert list(done.values_list("action", flat=True)) == [
        Action.SENDING_PAUSED,
        Action.SENDING_RESUMED,
    ]


def test_a_changed_connection_is_an_entry_without_its_secrets(sender: User) -> None:
    [entry] = AuditEntry.objects.filter(action=Action.CONNECTION_CHANGED)
    assert entry.data == {"sign_in_with": "access_token", "new_secrets": True}
    remove_extension(Extension.objects.get())
    assert (newest().action, newest().data) == (Action.EXTENSION_REMOVED, {})


def test_people_and_roles_are_entries_of_the_command_that_gave_them(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    call_command("adduser", "ada", role="admin", stdout=io.StringIO())
    ada = User.objects.get()
    given = AuditEntry.objects.get(action=Action.ROLE_GIVEN)
    assert (given.person, given.actor, given.data) == (ada, None, {"role": "admin"})
    assert AuditEntry.objects.filter(action=Action.PERSON_ADDED, person=ada).exists()
    User.objects.create_superuser("root", password=PASSWORD)
    assert (newest().action, newest().data) == (Action.PERSON_ADDED, {"role": "superuser"})


def test_an_entry_of_something_that_was_rolled_back_is_not_there(sender: User, sent: Send) -> None:
    fax = sent(sender)
    Fax.objects.update(state=FaxState.HANDED_OVER, settled_at=timezone.now())
    browser_of(sender).post(f"/faxes/{fax.uuid}/cancel/")
    assert not AuditEntry.objects.filter(action=Action.FAX_CANCELLED).exists()


# The page of the audit


def test_the_page_says_who_did_what_and_from_where(reviewer: User, maria: User) -> None:
    sign_in("maria", "a wrong one")
    page = text(browser_of(reviewer))
    assert "Failed sign-in as maria" in page
    assert "Not signed in" in page
    assert "127.0.0.1" in page
    assert "Gave maria the role “sender”" in page


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ({"who": "MARIA"}, True),
        ({"who": "mari"}, False),
        ({"action": "role_given"}, True),
        ({"action": "exported"}, False),
        ({"fax": str(uuid4())}, False),
        ({"since": "2000-01-01", "until": "2000-01-02"}, False),
        ({"since": "2000-01-01"}, True),
    ],
)
def test_filters_narrow_and_combine(
    query: dict[str, str], there: bool, reviewer: User, maria: User
) -> None:
    AuditEntry.objects.exclude(person=maria).delete()
    assert ("Gave maria the role “sender”" in text(browser_of(reviewer), **query)) == there


def test_an_unreadable_filter_is_reported(reviewer: User) -> None:
    page = text(browser_of(reviewer), fax="letters", since="yesterday")
    assert "Enter a valid UUID" in page
    assert "Enter a valid date" in page


def test_pages_go_on_where_the_last_one_ended(reviewer: User, maria: User) -> None:
    AuditEntry.objects.all().delete()
    for number in range(120):
        audit_log.write(Action.EXPORTED, by=maria, at=timezone.now(), list=f"list-{number:03}")
    client = browser_of(reviewer)
    seen: list[str] = []
    query: dict[str, str] = {}
    while True:
        response = client.get("/audit/", query, headers=HTMX)
        assert response.content.decode().lstrip().startswith("<div")
        listed = [row.pk for row in response.context["rows"]]
        entries = AuditEntry.objects.in_bulk(listed)
        seen += [entries[pk].data["list"] for pk in listed]
        if response.context["next"] is None:
            break
        query = {"behind": str(response.context["next"])}
    assert seen == [f"list-{number:03}" for number in reversed(range(120))]


@pytest.mark.parametrize("entries", [2, 40])
def test_the_number_of_queries_does_not_grow_with_entries(
    entries: int, reviewer: User, maria: User, django_assert_num_queries: object
) -> None:
    for _number in range(entries):
        audit_log.write(Action.EXPORTED, by=maria, person=maria)
    client = browser_of(reviewer)
    client.get("/audit/")
    with django_assert_num_queries(5):  # type: ignore[operator]
        client.get("/audit/")


def test_the_export_has_all_entries_and_is_an_entry_itself(
    reviewer: User, maria: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CHUNK", 3)
    for number in range(7):
        audit_log.write(Action.EXPORTED, by=maria, list=f"=list-{number}")
    response = browser_of(reviewer).get("/audit/export.csv", {"who": "maria"})
    content = b"".join(response).decode()
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\N{BYTE ORDER MARK}"))))
    lists = [row["Details"] for row in rows if row["Action"] == "Exported a list"]
    assert lists == [f"Exported the list “=list-{number}”" for number in reversed(range(7))]
    assert rows[0]["When"].endswith(" +00:00")
    assert (newest().action, newest().data) == ("exported", {"list": "audit", "filters": ["who"]})


@pytest.mark.parametrize("behind", ["9" * 30, "9" * 5000, "-1", "x"])
def test_a_place_that_is_no_number_is_the_first_page(admin: User, behind: str) -> None:
    page = browser_of(admin).get("/audit/", {"behind": behind})
    assert page.context["is_first"]
