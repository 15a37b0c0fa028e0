"""Contacts and groups by their whole names, and names by numbers: what a person writes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import F, Prefetch, Value
from django.db.models.functions import StrIndex, Substr

from faxportal.contacts import address_book
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.text.folding import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Named:
    """A contact, or a group with its members."""

    name: str = field(repr=False)
    is_group: bool
    members: tuple[Contact, ...] = field(repr=False)

    @property
    def phones(self) -> frozenset[str]:
        return frozenset(member.canonical for member in self.members)


@dataclass(frozen=True)
class AddressBook:
    """The contacts and groups that one person reads."""

    user: AbstractUser

    def named(self, names: Collection[str]) -> dict[str, list[Named]]:
        """Folded name → whom it may mean; the same phone is there once."""
        found: dict[str, list[Named]] = {}
        for wanted in _some({fold(name.removeprefix("@")) for name in names} - {""}):
            for contact in self._contacts(wanted):
                _add(found, Named(name=contact.name, is_group=False, members=(contact,)))
            for group in self._groups(wanted):
                members = tuple(group.members.all())
                _add(found, Named(name=group.name, is_group=True, members=members))
        return found

    def names_of(self, canonicals: Collection[str]) -> dict[str, str]:
        """Canonical number → the name of its contact."""
        found: dict[str, str] = {}
        for wanted in _some(canonicals):
            found |= address_book.names_of(self.user, wanted)
        return found

    def _contacts(self, names: Collection[str]) -> Iterable[Contact]:
        """Their own before shared ones."""
        its_name = Substr("folded", 1, StrIndex("folded", Value("\n")) - 1)
        known = Contact.objects.visible_to(self.user).alias(folded_name=its_name)
        return known.filter(folded_name__in=names).order_by(F("owner").asc(nulls_last=True), "pk")

    def _groups(self, names: Collection[str]) -> Iterable[ContactGroup]:
        """Their own in place of a shared one of the same name."""
        members = Prefetch("members", Contact.objects.by_name())
        known = ContactGroup.objects.visible_to(self.user).filter(folded__in=names)
        shared_first = known.order_by(F("owner").asc(nulls_first=True)).prefetch_related(members)
        return {group.folded: group for group in shared_first}.values()


def _some(texts: Iterable[str]) -> Iterator[list[str]]:
    """So many at a time that either database takes them in one query."""
    left = iter(texts)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _add(found: dict[str, list[Named]], named: Named) -> None:
    others = found.setdefault(fold(named.name), [])
    if not any(
        other.is_group == named.is_group and other.phones == named.phones for other in others
    ):
        others.append(named)
