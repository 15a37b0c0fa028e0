"""What a fax is found by: one row a fax, with an index of trigrams in either database.

On SQLite it is itself an FTS5 table with the trigram tokenizer; on PostgreSQL it is a table with a
GIN index of `pg_trgm`. A migration makes either. Its `rowid` is the fax's list key in the lists, in
whose order either index finds rows, nearest first: FTS5 reads any of its rows in the order of
`rowid`; GIN knows no order, so its first column is the period of a list key, and is asked for one
period after the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models.expressions import ExpressionWrapper, F, Func, OuterRef, Subquery

from faxportal.faxes.models.fax import Fax, FaxQuerySet
from faxportal.faxes.search_terms import Term

#: Places of one period of PostgreSQL's index: 30 days. Shorter ones have fewer rows to put in
#: order, longer ones are fewer to ask for.
PERIOD = 30 * 24 * 60 * 60 * 1000


class _Matches(Func):
    """SQLite's question to the FTS5 table as a whole, in FTS5's own language."""

    template = '"faxes_faxsearch" MATCH %(expressions)s'
    output_field = models.BooleanField()


class _InPeriod(Func):
    """Whether a row is in the period that `nearest` is at; as the index of trigrams has it."""

    template = f"(%(expressions)s / {PERIOD}) = period"
    output_field = models.BooleanField()


class FaxSearchQuerySet(models.QuerySet["FaxSearch"]):
    def holding(self, terms: Iterable[Term]) -> FaxSearchQuerySet:
        """Rows that hold all of them, each tested as it comes: for a few known rows."""
        found = self
        for term in terms:
            found = found.filter(_condition(term))
        return found

    def nearest(
        self, terms: Iterable[Term], among: FaxQuerySet, *, start: int, end: int, limit: int
    ) -> list[int]:
        """Places of faxes that hold all of them, by the index of trigrams.

        Of the faxes `among` whose list keys are from `start` to `end`, in that order, which may go
        either way; the first `limit` of them.
        """
        # Not by EXISTS, for which PostgreSQL would read all faxes of a period first.
        fax = among.filter(list_key=OuterRef("pk")).values(is_wanted=models.Value(True))
        within = self.filter(pk__gte=min(start, end), pk__lte=max(start, end))
        wanted = within.filter(Subquery(fax, models.BooleanField()))
        if connection.vendor == "sqlite":
            in_order = wanted.matching(terms).order_by("pk" if start < end else "-pk")
            return list(in_order.values_list("pk", flat=True)[:limit])
        # By a sum, which no index holds: else PostgreSQL takes a rare word for a common one, and
        # reads all rows of a period in their order.
        list_key = ExpressionWrapper(F("pk") + 0, models.BigIntegerField())
        found = wanted.filter(_InPeriod("pk")).holding(terms)
        in_order = found.order_by(list_key.asc() if start < end else list_key.desc())
        return _of_each_period(in_order.values("pk")[:limit], start, end, limit)

    def matching(self, terms: Iterable[Term]) -> FaxSearchQuerySet:
        """SQLite: rows that hold all of them; those too short for trigrams are tested."""
        long = " AND ".join(_fts5(term) for term in terms if term.has_trigrams)
        short = [term for term in terms if not term.has_trigrams]
        return self.filter(_Matches(models.Value(long))).holding(short)


class FaxSearch(models.Model):
    """The folded texts of a submitted fax, as they were when it was submitted: see `findable`.

    For finding, never for showing. Written in the transaction that submits, and not changed after.
    """

    # SQLite's virtual tables know no foreign keys; the cascade is Django's.
    fax = models.OneToOneField(
        Fax,
        to_field="list_key",
        on_delete=models.CASCADE,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        related_name="search",
    )
    #: As typed and as digits, a line for each way to write them.
    recipients = models.TextField()
    subject = models.TextField()
    note = models.TextField()
    #: Names of the documents, a line each.
    files = models.TextField()
    #: User name and full name.
    sender = models.TextField()
    #: Number and label.
    extension = models.TextField()

    objects = FaxSearchQuerySet.as_manager()

    def __str__(self) -> str:
        return f"search of fax {self.pk}"


def _condition(term: Term) -> models.Q:
    found = models.Q()
    for column in term.columns:
        found |= models.Q((f"{column}__contains", term.text))
    if term.digits:
        found |= models.Q(recipients__contains=term.digits)
    return found


def _fts5(term: Term) -> str:
    """The term as an FTS5 expression; a person's own quotes and operators are plain text."""
    columns = " ".join(term.columns)
    found = f"{{{columns}}} : {_quoted(term.text)}"
    if term.digits:
        found += f" OR recipients : {_quoted(term.digits)}"
    return f"({found})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _of_each_period(rows: models.QuerySet[Any, Any], start: int, end: int, limit: int) -> list[int]:
    """PostgreSQL: the first list key of `rows` in one period after the other, as far as need be."""
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT found.* FROM generate_series(%s::bigint, %s, %s) AS period"  # noqa: S608  # SQL of a queryset
            f" CROSS JOIN LATERAL ({sql}) AS found LIMIT %s",
            [start // PERIOD, end // PERIOD, 1 if start < end else -1, *values, limit],
        )
        return [list_key for (list_key,) in cursor]
