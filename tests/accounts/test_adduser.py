from __future__ import annotations

import getpass
import io
import sys
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role

pytestmark = pytest.mark.django_db
GOOD = "a long and unusual one"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a text into standard input, as a pipe does."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def add(*arguments: str) -> str:
    """Run `adduser`, and return what it printed."""
    output = io.StringIO()
    call_command("adduser", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize("role", Role)
def test_a_password_is_read_from_standard_input(typed: Callable[[str], None], role: Role) -> None:
    typed(GOOD + "\n")
    output = add("anna", "--role", role.value, "--email", "anna@example.com")
    anna = User.objects.get(username="anna")
    assert anna.check_password(GOOD)
    assert anna.email == "anna@example.com"
    assert [group.name for group in anna.groups.all()] == [role.group]
    assert output == f"anna can sign in as {role.value}.\n"


def test_a_password_is_generated_and_printed_where_none_is_given(
    typed: Callable[[str], None],
) -> None:
    typed("")
    made = add("anna", "--role", "sender").split()[-1]
    assert User.objects.get(username="anna").check_password(made)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("short", "too short"), ("password123", "too common"), ("annabelle1", "too similar")],
)
def test_a_weak_password_is_refused_and_nobody_is_added(
    typed: Callable[[str], None], password: str, sentence: str
) -> None:
    typed(password)
    with pytest.raises(CommandError, match=sentence):
        add("annabelle", "--role", "sender")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["an na"], "Enter a valid username"),
        (["anna", "--email", "nowhere"], "Enter a valid email address"),
        (["known"], "already exists"),
    ],
)
def test_an_invalid_name_or_address_is_refused(
    typed: Callable[[str], None], arguments: list[str], sentence: str
) -> None:
    User.objects.create_user("known")
    typed(GOOD)
    with pytest.raises(CommandError, match=sentence):
        add(*arguments, "--role", "sender")
    assert User.objects.count() == 1


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Answer the prompts for a password, one after the other, as a person at a terminal does."""

    def answer(*answers: str) -> None:
        left = iter(answers)
        monkeypatch.setattr(sys, "stdin", Terminal())
        monkeypatch.setattr(getpass, "getpass", lambda prompt: next(left))

    return answer


def test_on_a_terminal_the_password_is_asked_for_twice(asked: Callable[..., None]) -> None:
    asked(GOOD, GOOD)
    add("anna", "--role", "sender")
    assert User.objects.get(username="anna").check_password(GOOD)


def test_two_passwords_that_differ_add_nobody(asked: Callable[..., None]) -> None:
    asked(GOOD, GOOD + "!")
    with pytest.raises(CommandError, match="The two passwords differ"):
        add("anna", "--role", "sender")
    assert not User.objects.exists()


def test_an_empty_password_at_the_terminal_generates_one(asked: Callable[..., None]) -> None:
    asked("")
    made = add("anna", "--role", "sender").split()[-1]
    assert User.objects.get(username="anna").check_password(made)


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'boss'"):
        add("anna", "--role", "boss")
