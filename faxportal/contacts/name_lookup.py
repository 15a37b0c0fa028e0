"""Looking up contacts and groups by their names, and names by numbers, for one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from django.db.models import F, Prefetch, Value
from django.db.models.functions import StrIndex, Substr

from faxportal.contacts.models import Contact, ContactGroup
from faxportal.text.folding import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

#: The most values that one query compares with. Both databases accept this many.
_VALUES_PER_QUERY = 1000


@dataclass(frozen=True, kw_only=True)
class NameMatch:
    """A contact or a group with one of the names that were looked up."""

    name: str = field(repr=False)
    is_group: bool
    #: The contact itself, or the members of the group.
    members: tuple[Contact, ...] = field(repr=False)

    @property
    def numbers(self) -> frozenset[str]:
        """Canonical numbers of the members."""
        return frozenset(member.canonical for member in self.members)


@dataclass(frozen=True)
class NameLookup:
    """Look-ups among one person's own contacts and groups, and the shared contacts and groups.

    The number of queries of a look-up depends on how many names or numbers it gets, and not on how
    many contacts there are.
    """

    user: AbstractUser

    def matches(self, names: Collection[str]) -> dict[str, list[NameMatch]]:
        """Folded name → the contacts and groups with exactly that name.

        A leading @ in a name is ignored. Of several contacts with the same name and number, the
        list has only the first. The person's own contacts come before shared contacts. If a group
        of the person and a shared group have the same name, the list has only the person's group.
        """
        found: dict[str, list[NameMatch]] = {}
        for folded in _chunks({fold(name.removeprefix("@")) for name in names} - {""}):
            for contact in self._contacts(folded):
                _add(found, NameMatch(name=contact.name, is_group=False, members=(contact,)))
            for group in self._groups(folded):
                members = tuple(group.members.all())
                _add(found, NameMatch(name=group.name, is_group=True, members=members))
        return found

    def names_of(self, canonicals: Collection[str]) -> dict[str, str]:
        """Canonical number → the name of its contact. A number without a contact is left out.

        If a contact of the person and a shared contact have the same number, the name is that of
        the person's contact.
        """
        found: dict[str, str] = {}
        for numbers in _chunks(canonicals):
            known = Contact.objects.visible_to(self.user).filter(canonical__in=numbers)
            # The dictionary keeps the last name of each number.
            shared_first = known.order_by(F("owner").asc(nulls_first=True), "-pk")
            found |= dict(shared_first.values_list("canonical", "name"))
        return found

    def _contacts(self, folded_names: Collection[str]) -> Iterable[Contact]:
        """The contacts with these names. The person's own contacts come before shared contacts."""
        folded_name = Substr("folded", 1, StrIndex("folded", Value("\n")) - 1)
        known = Contact.objects.visible_to(self.user).alias(folded_name=folded_name)
        return known.filter(folded_name__in=folded_names).order_by(
            F("owner").asc(nulls_last=True), "pk"
        )

    def _groups(self, folded_names: Collection[str]) -> Iterable[ContactGroup]:
        """One group for each name: the person's own group, else the shared group."""
        members = Prefetch("members", Contact.objects.by_name())
        known = ContactGroup.objects.visible_to(self.user).filter(folded__in=folded_names)
        shared_first = known.order_by(F("owner").asc(nulls_first=True)).prefetch_related(members)
        return {group.folded: group for group in shared_first}.values()


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    """The values in lists of at most `_VALUES_PER_QUERY` values."""
    remaining = iter(values)
    while chunk := list(islice(remaining, _VALUES_PER_QUERY)):
        yield chunk


def _add(found: dict[str, list[NameMatch]], match: NameMatch) -> None:
    """Add a match to `found`, under its name.

    Leave the match out if `found` has a match of the same kind with the same name and numbers.
    """
    others = found.setdefault(fold(match.name), [])
    if not any(
        other.is_group == match.is_group and other.numbers == match.numbers for other in others
    ):
        others.append(match)
