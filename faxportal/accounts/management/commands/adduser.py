"""`manage.py adduser`: adds a person who may sign in. There is no sign-up."""

from __future__ import annotations

import getpass
import secrets
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action

#: Random bytes of a generated password: 96 bits.
GENERATED_PASSWORD_BYTES = 12


class Command(BaseCommand):
    """Adds one person with one role."""

    help = (
        "Add a person. Asks for the password on a terminal, or reads it from a file or pipe on "
        "standard input. Without a password, makes one and prints it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user name to sign in with")
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--email", default="", help="email address of this person")

    def handle(self, *, name: str, role: str, email: str, **options: Any) -> None:
        user = User(username=name, email=email)
        try:
            user.full_clean(exclude=["password"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        password = self.ask_for_password() if sys.stdin.isatty() else sys.stdin.readline()
        password = password.rstrip("\r\n")
        generated = "" if password else secrets.token_urlsafe(GENERATED_PASSWORD_BYTES)
        self.add(user, Role(role), password or generated)
        self.stdout.write(f"{name} can sign in as {role}.")
        if generated:
            self.stdout.write(f"Password, shown only this once: {generated}")

    def ask_for_password(self) -> str:
        """Ask for the password twice at the terminal. Returns "" if a password is to be generated.

        Raises `CommandError` if the two passwords differ, or if the person ends the input.
        """
        try:
            password = getpass.getpass("Password (leave empty to make one): ")
            if password and getpass.getpass("Password again: ") != password:
                raise CommandError("The two passwords differ. Nobody was added.")
        except (EOFError, KeyboardInterrupt):
            raise CommandError("Nobody was added.") from None
        return password

    @transaction.atomic
    def add(self, user: User, role: Role, password: str) -> None:
        """Save a person with password and role. Raises `CommandError` for a weak password."""
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages) + " Nobody was added.") from error
        user.set_password(password)
        user.save()
        audit_log.write(Action.PERSON_ADDED, person=user)
        give_role(user, role)
