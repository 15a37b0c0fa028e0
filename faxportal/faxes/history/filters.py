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
from faxportal.faxes.search_terms import Term
from faxportal.faxes.states import FAILURES


@dataclass(frozen=True, kw_only=True)
class FaxFilter:
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
    def terms(self) -> list[Term]:
        """The texts that must stand in a fax; the extension's are `find`'s to know."""
        terms = search_terms.anywhere(self.search) if self.search else []
        terms += search_terms.in_number(self.recipient) if self.recipient else []
        terms += search_terms.in_column(self.subject, "subject")
        return terms + search_terms.in_column(self.file, "files")


@dataclass(frozen=True, kw_only=True)
class FaxMatches:
    """The faxes that match, with what an index in order can't answer kept apart."""

    #: Narrowed by what an index in the order of the list answers.
    candidates: FaxQuerySet
    #: What is left to test of each of those.
    terms: Sequence[Term]
    senders: Sequence[int] | None
    #: The reason that is left to test, or "".
    reason: str

    @property
    def needs_tests(self) -> bool:
        """Whether a candidate may not match."""
        return bool(self.terms or self.reason) or self.senders is not None

    @property
    def parts(self) -> Sequence[FaxQuerySet]:
        """The candidates, in parts that an index has each in order: failed ones by their state.

        Where words are looked for as well, they lead, and once.
        """
        if self.terms or not self.reason:
            return [self.candidates]
        return [self.candidates.filter(state=state) for state in FAILURES]

    @property
    def countable(self) -> FaxQuerySet | None:
        """All that match, where a count may stop after so many; else None."""
        if not self.needs_tests:
            return self.candidates.newest_first()
        if self.terms or self.senders is not None:
            return None
        return self._by_reason(self.candidates)

    def looked_up(self, faxes: FaxQuerySet, *, start: int, end: int, limit: int) -> FaxQuerySet:
        """Those of many candidates that match, by the indexes of what is rare.

        With words, only the first `limit` from one list key to another, whichever way that is.
        """
        if self.terms:
            rows, among = FaxSearch.objects, self._of_reason_and_senders(faxes)
            list_keys = rows.nearest(self.terms, among, start=start, end=end, limit=limit)
            return Fax.objects.filter(list_key__in=list_keys)
        return self._of_senders(self._by_reason(faxes))

    def tested(self, faxes: FaxQuerySet) -> FaxQuerySet:
        """Those of a few candidates that match, tested one by one in the list's order."""
        if self.terms:
            row = FaxSearch.objects.filter(pk=OuterRef("list_key")).holding(self.terms)
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


def find(faxes: FaxQuerySet, fax_filter: FaxFilter) -> FaxMatches:
    """Narrow faxes to those that match."""
    found = faxes.submitted_between(*bounds_of_days(fax_filter.since, fax_filter.until))
    if fax_filter.status:
        found = found.filter(state=fax_filter.status)
    if fax_filter.carrier:
        found = found.filter(carrier=fax_filter.carrier)
    if fax_filter.voipnow_id:
        named = Handover.objects.filter(voipnow_id=fax_filter.voipnow_id)
        found = found.filter(pk__in=named.values("fax"))
    terms = fax_filter.terms
    words = search_terms.in_column(fax_filter.extension, "extension")
    of_extension = faxes.filter(extension=fax_filter.extension)
    if words and (not search_terms.can_be_found(words) or of_extension.exists()):
        found = found.filter(extension=fax_filter.extension)
    else:
        terms += words
    senders = _people(fax_filter.sender) if fax_filter.sender else None
    if senders is not None and len(senders) == 1:
        found, senders = found.filter(sender=senders[0]), None
    return FaxMatches(candidates=found, terms=terms, senders=senders, reason=fax_filter.reason)


def _people(name: str) -> list[int]:
    """Ids of the one person of this user name, or of all whose names hold it."""
    exactly = User.objects.filter(username__iexact=name)
    if ids := list(exactly.values_list("pk", flat=True)):
        return ids
    people = User.objects.annotate(full_name=Concat("first_name", Value(" "), "last_name"))
    part_of = Q(username__icontains=name) | Q(full_name__icontains=name)
    return list(people.filter(part_of).values_list("pk", flat=True))
