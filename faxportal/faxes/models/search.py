"""The search row of a fax, and queries on the trigram index, for both databases.

- On SQLite the table is itself an FTS5 table with the trigram tokenizer.
- On PostgreSQL it is a plain table with a GIN index of `pg_trgm`.

The first migration makes the table for the database in use. `rowid` is the fax's list key, so both
indexes can find rows in the order of the lists. FTS5 always reads rows in the order of `rowid`. A
GIN index has no order. So the list keys are divided into periods of `PERIOD_LENGTH`. The first
column of the GIN index is the period of the row's list key, and a search asks for one period after
another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models.expressions import ExpressionWrapper, F, Func, OuterRef, Subquery

from faxportal.faxes.models.fax import Fax, FaxQuerySet
from faxportal.faxes.search_terms import Term

#: The length of a period in PostgreSQL's index, in list keys (milliseconds): 30 days. If periods
#: were shorter, fewer rows would be sorted at once, but a search would ask for more periods.
PERIOD_LENGTH = 30 * 24 * 60 * 60 * 1000


class _Matches(Func):
    """SQLite: whether a row of the FTS5 table matches an expression in FTS5's own language."""

    template = '"faxes_faxsearch" MATCH %(expressions)s'
    output_field = models.BooleanField()


class _InPeriod(Func):
    """PostgreSQL: whether a row is in `period`, a column of the query in `_in_each_period`.

    The first column of the trigram index has the same expression, so PostgreSQL can use the index.
    """

    template = f"(%(expressions)s / {PERIOD_LENGTH}) = period"
    output_field = models.BooleanField()


class FaxSearchQuerySet(models.QuerySet["FaxSearch"]):
    """Search rows by what their texts contain."""

    def containing(self, terms: Iterable[Term]) -> FaxSearchQuerySet:
        """Rows that contain all terms. SQLite tests row by row, so use this on a few rows."""
        rows = self
        for term in terms:
            rows = rows.filter(_condition(term))
        return rows

    def nearest(
        self, terms: Iterable[Term], among: FaxQuerySet, *, start: int, end: int, limit: int
    ) -> list[int]:
        """List keys of the first `limit` faxes that contain all terms, found by the trigram index.

        Only faxes in `among` whose list keys are from `start` to `end` count. The list is in the
        order from `start` to `end`: if `start` is greater, the newest fax comes first.
        """
        # A subquery instead of EXISTS: for an EXISTS, PostgreSQL would read all faxes of a period
        # first.
        fax = among.filter(list_key=OuterRef("pk")).values(is_wanted=models.Value(True))
        in_range = self.filter(pk__gte=min(start, end), pk__lte=max(start, end))
        rows = in_range.filter(Subquery(fax, models.BooleanField()))
        if connection.vendor == "sqlite":
            in_order = rows.matching_fts5(terms).order_by("pk" if start < end else "-pk")
            return list(in_order.values_list("pk", flat=True)[:limit])
        # The rows are sorted by a sum, which no index has. If they were sorted by the column,
        # PostgreSQL would mistake a rare word for a common word, and read all rows of a period in
        # order.
        list_key = ExpressionWrapper(F("pk") + 0, models.BigIntegerField())
        in_order = (
            rows.filter(_InPeriod("pk"))
            .containing(terms)
            .order_by(list_key.asc() if start < end else list_key.desc())
        )
        return _in_each_period(in_order.values("pk")[:limit], start, end, limit)

    def matching_fts5(self, terms: Iterable[Term]) -> FaxSearchQuerySet:
        """SQLite: rows that contain all terms, of which at least one must have trigrams.

        Terms that are too short for trigrams are tested row by row.
        """
        long = " AND ".join(_fts5(term) for term in terms if term.has_trigrams)
        short = [term for term in terms if not term.has_trigrams]
        return self.filter(_Matches(models.Value(long))).containing(short)


class FaxSearch(models.Model):
    """The texts of a submitted fax, folded for searching; see `search_terms`.

    People are never shown these texts. `search_index` writes the row in the transaction that
    submits the fax; nothing changes the row later.
    """

    # SQLite's virtual tables know no foreign keys: Django deletes the row with its fax.
    fax = models.OneToOneField(
        Fax,
        to_field="list_key",
        on_delete=models.CASCADE,
        primary_key=True,
        db_column="rowid",
        db_constraint=False,
        related_name="search",
    )
    #: The spellings of each number (`text.folding.number_spellings`), then the recipients' names.
    recipients = models.TextField()
    subject = models.TextField()
    note = models.TextField()
    #: Names of the documents, each on its own line.
    files = models.TextField()
    #: User name and full name.
    sender = models.TextField()
    #: Number and label.
    extension = models.TextField()

    objects = FaxSearchQuerySet.as_manager()

    def __str__(self) -> str:
        return f"search of fax {self.pk}"


def _condition(term: Term) -> models.Q:
    condition = models.Q()
    for column in term.columns:
        condition |= models.Q((f"{column}__contains", term.text))
    if term.digits:
        condition |= models.Q(recipients__contains=term.digits)
    return condition


def _fts5(term: Term) -> str:
    """The term as an FTS5 expression. Quotes and operators that a person typed are plain text."""
    columns = " ".join(term.columns)
    expression = f"{{{columns}}} : {_quoted(term.text)}"
    if term.digits:
        expression += f" OR recipients : {_quoted(term.digits)}"
    return f"({expression})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _in_each_period(rows: models.QuerySet[Any, Any], start: int, end: int, limit: int) -> list[int]:
    """PostgreSQL: run `rows` for one period after another until `limit` list keys are found."""
    sql, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT found.* FROM generate_series(%s::bigint, %s, %s) AS period"  # noqa: S608  # SQL of a queryset
            f" CROSS JOIN LATERAL ({sql}) AS found LIMIT %s",
            [
                start // PERIOD_LENGTH,
                end // PERIOD_LENGTH,
                1 if start < end else -1,
                *values,
                limit,
            ],
        )
        return [list_key for (list_key,) in cursor]
