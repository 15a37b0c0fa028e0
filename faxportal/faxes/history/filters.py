"""Filtering a list of faxes.

An index in the order of the list answers some filters: status, carrier, one sender, one extension,
dates. The other filters (words, several senders, a reason) need a test of each fax, or an index of
their own. `FaxMatches` keeps the two kinds of filters apart, and `pagination` reads each page in
the quicker way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import BooleanField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from faxportal.accounts.models import User
from faxportal.faxes import search_terms
from faxportal.faxes.local_time import bounds_of_days
from faxportal.faxes.models import Fax, FaxSearch, Handover
from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.faxes.search_terms import Term
from faxportal.faxes.states import FAILURES


@dataclass(frozen=True, kw_only=True)
class FaxFilter:
    """What a person filters a list by. A fax matches if it meets every field that is not empty."""

    #: Words, or a number, in any text of the fax.
    search: str = field(default="", repr=False)
    #: A `FaxState`.
    status: str = ""
    #: The reason why the fax failed, for all or some of its recipients.
    reason: str = ""
    #: The whole user name of one person, or a part of the names of several people.
    sender: str = field(default="", repr=False)
    #: The whole number of one extension, or words in the numbers and labels of several extensions.
    extension: str = field(default="", repr=False)
    #: Digits that follow each other in a recipient's number, with any punctuation between them.
    recipient: str = field(default="", repr=False)
    subject: str = field(default="", repr=False)
    #: Words in the names of documents.
    file: str = field(default="", repr=False)
    #: A `Carrier`.
    carrier: str = ""
    #: The id that VoipNow gave one of the fax's handovers.
    voipnow_id: str = ""
    #: The first and the last day, by the current time zone.
    since: date | None = None
    until: date | None = None

    @property
    def terms(self) -> list[Term]:
        """The terms that a fax must contain. `find_matches` adds the terms for the extension."""
        terms = search_terms.anywhere(self.search) if self.search else []
        terms += search_terms.in_number(self.recipient) if self.recipient else []
        terms += search_terms.in_column(self.subject, "subject")
        return terms + search_terms.in_column(self.file, "files")


@dataclass(frozen=True, kw_only=True)
class FaxMatches:
    """The faxes that meet a filter: candidates, and the tests that a candidate must pass."""

    #: Faxes that meet the part of the filter that an index in the order of the list answers.
    candidates: FaxQuerySet
    #: Test: the candidate contains these terms.
    terms: Sequence[Term]
    #: Test: the candidate's sender is one of the people with these ids. None allows any sender.
    sender_ids: Sequence[int] | None
    #: Test: the candidate failed for this reason. "" allows any candidate.
    reason: str

    @property
    def are_all_candidates(self) -> bool:
        """Whether there is no test, so that every candidate matches."""
        return not self.terms and not self.reason and self.sender_ids is None

    @property
    def ordered_candidates(self) -> Sequence[FaxQuerySet]:
        """The candidates in parts. An index can read each part in the order of the list.

        If there is a reason and no term, there is one part for each state of a failed fax.
        Otherwise there is a single part.
        """
        if self.terms or not self.reason:
            return [self.candidates]
        return [self.candidates.filter(state=state) for state in FAILURES]

    @property
    def countable(self) -> FaxQuerySet | None:
        """All matches, if it is cheap to count a limited number of them. Otherwise None."""
        if self.are_all_candidates:
            return self.candidates.newest_first()
        if self.terms or self.sender_ids is not None:
            return None
        return self._with_reason_by_index(self.candidates)

    def by_index(self, faxes: FaxQuerySet, *, start: int, end: int, limit: int) -> FaxQuerySet:
        """The matches among many candidates, found by the index of terms or of reasons.

        If the filter has terms, only the first `limit` matches from list key `start` to list key
        `end` are returned. If `start` is greater than `end`, the newest matches are the first.
        Without terms, all matches are returned.
        """
        if self.terms:
            among = self._with_reason_and_senders(faxes)
            list_keys = FaxSearch.objects.nearest(
                self.terms, among, start=start, end=end, limit=limit
            )
            return Fax.objects.filter(list_key__in=list_keys)
        return self._with_senders(self._with_reason_by_index(faxes))

    def among(self, faxes: FaxQuerySet) -> FaxQuerySet:
        """The matches among a few candidates. The database tests the candidates one by one."""
        if self.terms:
            row = FaxSearch.objects.filter(pk=OuterRef("list_key")).containing(self.terms)
            faxes = faxes.filter(Exists(row))
        return self._with_reason_and_senders(faxes)

    def _with_reason_and_senders(self, faxes: FaxQuerySet) -> FaxQuerySet:
        if self.reason:
            # A subquery instead of EXISTS: for an EXISTS, PostgreSQL would read all handovers that
            # were refused for the reason.
            refused = Handover.objects.refused_for(self.reason).filter(fax=OuterRef("pk"))
            one = refused.values(is_refused=Value(True))[:1]
            faxes = faxes.with_failures().filter(Subquery(one, BooleanField()))
        return self._with_senders(faxes)

    def _with_reason_by_index(self, faxes: FaxQuerySet) -> FaxQuerySet:
        """The faxes that failed for the reason; all faxes if the filter has no reason.

        This is for many faxes: the index of reasons finds the faxes that failed.
        """
        if not self.reason:
            return faxes
        refused = Handover.objects.refused_for(self.reason)
        return faxes.with_failures().filter(pk__in=refused.values("fax"))

    def _with_senders(self, faxes: FaxQuerySet) -> FaxQuerySet:
        return faxes if self.sender_ids is None else faxes.filter(sender__in=self.sender_ids)


def find_matches(faxes: FaxQuerySet, fax_filter: FaxFilter) -> FaxMatches:
    """The submitted faxes among `faxes` that meet a filter."""
    candidates = faxes.submitted_between(*bounds_of_days(fax_filter.since, fax_filter.until))
    if fax_filter.status:
        candidates = candidates.filter(state=fax_filter.status)
    if fax_filter.carrier:
        candidates = candidates.filter(carrier=fax_filter.carrier)
    if fax_filter.voipnow_id:
        handovers = Handover.objects.filter(voipnow_id=fax_filter.voipnow_id)
        candidates = candidates.filter(pk__in=handovers.values("fax"))
    terms = fax_filter.terms
    extension_terms = search_terms.in_column(fax_filter.extension, "extension")
    of_extension = faxes.filter(extension=fax_filter.extension)
    if extension_terms and (
        not search_terms.can_be_found(extension_terms) or of_extension.exists()
    ):
        candidates = candidates.filter(extension=fax_filter.extension)
    else:
        terms += extension_terms
    sender_ids = _sender_ids(fax_filter.sender) if fax_filter.sender else None
    if sender_ids is not None and len(sender_ids) == 1:
        candidates, sender_ids = candidates.filter(sender=sender_ids[0]), None
    return FaxMatches(
        candidates=candidates, terms=terms, sender_ids=sender_ids, reason=fax_filter.reason
    )


def _sender_ids(name: str) -> list[int]:
    """The id of the person with this user name.

    If nobody has this user name, these are the ids of all people whose names contain `name`.
    """
    exact = User.objects.filter(username__iexact=name)
    if ids := list(exact.values_list("pk", flat=True)):
        return ids
    people = User.objects.annotate(full_name=Concat("first_name", Value(" "), "last_name"))
    part_of = Q(username__icontains=name) | Q(full_name__icontains=name)
    return list(people.filter(part_of).values_list("pk", flat=True))
