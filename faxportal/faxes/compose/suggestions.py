"""Suggestions for the recipients field: recent numbers, groups and contacts that match a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from django.db.models import Count

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.contacts.name_lookup import NameLookup
from faxportal.faxes.models import Fax, Recipient
from faxportal.text.folding import digits_of, fold
from faxportal.text.recipient_grammar import format_group, format_recipient

#: The most suggestions, recent numbers and groups in one list. The limits on recent numbers and on
#: groups hold if a person typed a text that doesn't begin with @.
MAX_SUGGESTIONS, MAX_RECENT, MAX_GROUPS = 8, 4, 2
#: Recent numbers come from the person's last `RECENT_FAXES` faxes, and from no more than
#: `RECENT_RECIPIENTS` recipients of these faxes.
RECENT_FAXES, RECENT_RECIPIENTS = 100, 500


One = TypeVar("One", Recipient, Contact)


class Kind(StrEnum):
    """Where a suggestion comes from: a recent fax, a group or a contact."""

    RECENT = "recent"
    GROUP = "group"
    CONTACT = "contact"


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A suggested recipient or group."""

    kind: Kind
    name: str = field(repr=False)
    #: The number as it was typed; "" for a group.
    number: str = field(default="", repr=False)
    #: Members of a group; 0 for a recipient.
    members: int = 0

    @property
    def text(self) -> str:
        """The suggestion as it is written in the recipients field."""
        is_group = self.kind == Kind.GROUP
        return format_group(self.name) if is_group else format_recipient(self.name, self.number)


def suggest(user: User, typed: str) -> list[Suggestion]:
    """Suggestions for a text, recent numbers first, then groups, then contacts.

    An empty text finds recent numbers alone; a text that begins with @ finds groups alone. The
    number of queries is fixed. Each query uses an index, or reads no more than the address book.
    """
    if typed.startswith("@"):
        return _groups(user, typed[1:], at_most=MAX_SUGGESTIONS)
    recent = _recent(user, typed)
    if not typed:
        return _suggestions(Kind.RECENT, recent[:MAX_SUGGESTIONS])
    shown = {one.canonical for one in recent}
    known = Contact.objects.visible_to(user).matching(typed).exclude(canonical__in=shown)
    found = _suggestions(Kind.RECENT, recent[:MAX_RECENT]) + _groups(
        user, typed, at_most=MAX_GROUPS
    )
    contacts = _once_each(known.recent_first()[: 2 * MAX_SUGGESTIONS])
    return found + _suggestions(Kind.CONTACT, contacts[: MAX_SUGGESTIONS - len(found)])


def _recent(user: User, typed: str) -> list[Recipient]:
    """Recipients that match a text, from the person's last faxes.

    The latest recipient comes first. Each phone is in the list once.
    """
    faxes = Fax.objects.sent_by(user).newest_first().values_list("pk", flat=True)
    # These are two queries. If they were one query, a database might start from a million
    # recipients.
    last = Recipient.objects.filter(fax__in=list(faxes[:RECENT_FAXES]))
    last = last.order_by("-fax_id", "position")
    recent = _once_each(last[:RECENT_RECIPIENTS])
    names = NameLookup(user).names_of({one.canonical for one in recent if not one.name})
    for one in recent:
        one.name = one.name or names.get(one.canonical, "")
    return [one for one in recent if _fits(one, typed)]


def _fits(one: Recipient, typed: str) -> bool:
    digits = digits_of(typed)
    is_number = digits and not any(map(str.isalpha, typed))
    if is_number and any(digits in text for text in (digits_of(one.typed), one.canonical)):
        return True
    return all(word in fold(one.name) for word in fold(typed).split())


def _groups(user: User, typed: str, *, at_most: int) -> list[Suggestion]:
    groups = ContactGroup.objects.visible_to(user).matching(typed).by_name()
    return [
        Suggestion(kind=Kind.GROUP, name=name, members=size)
        for name, size in groups.values_list("name", Count("members"))[:at_most]
    ]


def _suggestions(kind: Kind, those: Iterable[Recipient | Contact]) -> list[Suggestion]:
    return [
        Suggestion(
            kind=kind,
            name=one.name,
            number=one.number if isinstance(one, Contact) else one.typed,
        )
        for one in those
    ]


def _once_each(those: Iterable[One]) -> list[One]:
    """The first entry for each canonical number."""
    first: dict[str, One] = {}
    for one in those:
        first.setdefault(one.canonical, one)
    return list(first.values())
