"""Narrowing a list of faxes to what somebody looks for.

Some of it an index in the order of the list answers (status, one sender, dates); the rest has to
be tested fax by fax, or looked up by trigrams. `paging` reads a page in the quickest way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BooleanField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from faxportal.accounts.models import User
from faxportal.faxes import search_terms
from faxportal.faxes.clock import bounds_of_days
from faxportal.faxes.models import Fax, FaxSearch, Handover
from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.faxes.search_terms import Needle
from faxportal.faxes.states import FAILURES


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What faxes are narrowed to; all of it together. Empty is any."""

    #: Words, or a number, in any text of the fax.
    search: str = field(default="", repr=False)
    #: A `FaxState`.
    status: str = ""
    #: Why it failed, if only for some of its recipients: what the overview counts by.
    reason: str = ""
    #: The whole user name of one person, or a part of some people's names.
    sender: str = field(default="", repr=False)
    #: The whole number of one extension, or words in some extensions' numbers and labels.
    extension: str = field(default="", repr=False)
    #: Digits in a row, whatever stands between them.
    recipient: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    file: str = field(default="", repr=False)
    #: A `Carrier`.
    carrier: str = ""
    #: The id that VoipNow gave one of its handovers.
    voipnow_id: str = ""
    #: Days of the current time zone, both of them included.
    since: date | None = None
    until: date | None = None

    @property
    def needles(self) -> list[Needle]:
        """The texts that must stand in a fax; the extension's are `find`'s to know."""
        needles = search_terms.anywhere(self.search) if self.search else []
        needles += search_terms.in_number(self.recipient) if self.recipient else []
        needles += search_terms.in_column(self.subject, "subject")
        return needles + search_terms.in_column(self.file, "files")


@dataclass(frozen=True, kw_only=True)
class Found:
    """The faxes that are wanted, with what an index in order can't answer kept apart."""

    #: Narrowed by what an index in the order of the list answers.
    candidates: FaxQuerySet
    #: What is left to test of each of those.
    needles: Sequence[Needle]
    senders: Sequence[int] | None
    #: The reason that is left to test, or "".
    reason: str

    @property
    def needs_tests(self) -> bool:
        """Whether a candidate may not be wanted."""
        return bool(self.needles or self.reason) or self.senders is not None

    @property
    def parts(self) -> Sequence[FaxQuerySet]:
        """The candidates, in parts that an index has each in order: failed ones by their state.

        Where words are looked for as well, they lead, and once.
        """
        if self.needles or not self.reason:
            return [self.candidates]
        return [self.candidates.filter(state=state) for state in FAILURES]

    @property
    def countable(self) -> FaxQuerySet | None:
        """All that are wanted, where a count may stop after so many; else None."""
        if not self.needs_tests:
            return self.candidates.newest_first()
        if self.needles or self.senders is not None:
            return None
        return self._by_reason(self.candidates)

    def looked_up(self, faxes: FaxQuerySet, *, start: int, end: int, limit: int) -> FaxQuerySet:
        """Those of many candidates that are wanted, by the indexes of what is rare.

        With words, only the first `limit` from one place to another, whichever way that is.
        """
        if self.needles:
            rows, among = FaxSearch.objects, self._of_reason_and_senders(faxes)
            places = rows.nearest(self.needles, among, start=start, end=end, limit=limit)
            return Fax.objects.filter(place__in=places)
        return self._of_senders(self._by_reason(faxes))

    def tested(self, faxes: FaxQuerySet) -> FaxQuerySet:
        """Those of a few candidates that are wanted, tested one by one in the list's order."""
        if self.needles:
            row = FaxSearch.objects.filter(pk=OuterRef("place")).holding(self.needles)
            faxes = faxes.filter(Exists(row))
        return self._of_reason_and_senders(faxes)

    def _of_reason_and_senders(self, faxes: FaxQuerySet) -> FaxQuerySet:
        if self.reason:
            # Not by EXISTS, for which PostgreSQL would read all that were refused for the reason.
            refused = Handover.objects.refused_for(self.reason).filter(fax=OuterRef("pk"))
            one = refused.values(is_refused=Value(True))[:1]
            faxes = faxes.that_failed().filter(Subquery(one, BooleanField()))
        return self._of_senders(faxes)

    def _by_reason(self, faxes: FaxQuerySet) -> FaxQuerySet:
        """By the index of reasons: for many faxes."""
        if not self.reason:
            return faxes
        refused = Handover.objects.refused_for(self.reason)
        return faxes.that_failed().filter(pk__in=refused.values("fax"))

    def _of_senders(self, faxes: FaxQuerySet) -> FaxQuerySet:
        return faxes if self.senders is None else faxes.filter(sender__in=self.senders)


def find(faxes: FaxQuerySet, wanted: Wanted) -> Found:
    """Narrow faxes to those that are wanted."""
    found = faxes.submitted_between(*bounds_of_days(wanted.since, wanted.until))
    if wanted.status:
        found = found.filter(state=wanted.status)
    if wanted.carrier:
        found = found.filter(carrier=wanted.carrier)
    if wanted.voipnow_id:
        named = Handover.objects.filter(voipnow_id=wanted.voipnow_id)
        found = found.filter(pk__in=named.values("fax"))
    needles = wanted.needles
    words = search_terms.in_column(wanted.extension, "extension")
    of_extension = faxes.filter(extension=wanted.extension)
    if words and (not search_terms.can_be_found(words) or of_extension.exists()):
        found = found.filter(extension=wanted.extension)
    else:
        needles += words
    senders = _people(wanted.sender) if wanted.sender else None
    if senders is not None and len(senders) == 1:
        found, senders = found.filter(sender=senders[0]), None
    return Found(candidates=found, needles=needles, senders=senders, reason=wanted.reason)


def _people(name: str) -> list[int]:
    """Ids of the one person of this user name, or of all whose names hold it."""
    exactly = User.objects.filter(username__iexact=name)
    if ids := list(exactly.values_list("pk", flat=True)):
        return ids
    people = User.objects.annotate(full_name=Concat("first_name", Value(" "), "last_name"))
    part_of = Q(username__icontains=name) | Q(full_name__icontains=name)
    return list(people.filter(part_of).values_list("pk", flat=True))
