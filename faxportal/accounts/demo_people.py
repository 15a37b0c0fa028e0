"""The people that the demo makes: everyone knows their passwords, so no office may have them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role

#: Mail addresses with this domain mark the demo's people. By RFC 2606 no such domain can exist.
MAIL_DOMAIN = "demo.invalid"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody to sign in as; the password is no secret."""

    name: str
    role: Role
    may: str
    sends: bool

    @property
    def password(self) -> str:
        """The person's name, and "-demo"."""
        return f"{self.name}-demo"


PEOPLE = (
    Person(name="sender", role=Role.SENDER, may="sends faxes", sends=True),
    Person(name="reviewer", role=Role.REVIEWER, may="reads everyone's faxes", sends=False),
    Person(name="admin", role=Role.ADMIN, may="does both, and manages", sends=True),
)


def names_with_known_password() -> list[str]:
    """The names with which anyone can sign in: active accounts that still have a demo password."""
    names = [person.name for person in PEOPLE]
    marked = Q(username__in=names) | Q(email__iendswith=f"@{MAIL_DOMAIN}")
    return [
        user.username
        for user in User.objects.filter(marked, is_active=True).order_by("username")
        if any(user.check_password(person.password) for person in PEOPLE)
    ]


def why_refused(names: list[str]) -> str:
    """The sentence for the operator of a portal that has such accounts."""
    listed = ", ".join(names)
    return (
        f"Everyone knows the passwords of these accounts, which the demo has made: {listed}. "
        "Start with another FAXPORTAL_DATA_DIR or FAXPORTAL_DATABASE_URL. To keep the accounts, "
        f"give each of them a new password: manage.py changepassword {names[0]}"
    )
