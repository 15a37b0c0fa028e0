"""What a fax is found by: one row a fax, with an index of trigrams in either database.

On PostgreSQL it is a table with a GIN index of `pg_trgm`; on SQLite it is itself an FTS5 table
with the trigram tokenizer, whose `rowid` is the fax's id. A migration makes either.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, models
from django.db.models.expressions import Func

from faxportal.faxes.findable import Needle
from faxportal.faxes.models.fax import Fax


class _Matches(Func):
    """SQLite's question to the FTS5 table as a whole, in FTS5's own language."""

    template = '"faxes_faxsearch" MATCH %(expressions)s'
    output_field = models.BooleanField()


class FaxSearchQuerySet(models.QuerySet["FaxSearch"]):
    def holding(self, needles: Iterable[Needle]) -> FaxSearchQuerySet:
        """Rows that hold all of them, each tested as it comes: for a few known rows."""
        found = self
        for needle in needles:
            found = found.filter(_condition(needle))
        return found

    def indexed(self, needles: Iterable[Needle]) -> FaxSearchQuerySet:
        """Rows that hold all of them, by the index of trigrams: for all rows there are."""
        needles = list(needles)
        if connection.vendor != "sqlite":
            return self.holding(needles)
        expression = " AND ".join(_fts5(needle) for needle in needles if needle.has_trigrams)
        found = self.filter(_Matches(models.Value(expression)))
        return found.holding(needle for needle in needles if not needle.has_trigrams)


class FaxSearch(models.Model):
    """The folded texts of a submitted fax, as they were when it was submitted: see `findable`.

    For finding, never for showing. Written in the transaction that submits, and not changed after.
    """

    # SQLite's virtual tables know no foreign keys; the cascade is Django's.
    fax = models.OneToOneField(
        Fax,
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


def _condition(needle: Needle) -> models.Q:
    found = models.Q()
    for column in needle.columns:
        found |= models.Q((f"{column}__contains", needle.text))
    if needle.digits:
        found |= models.Q(recipients__contains=needle.digits)
    return found


def _fts5(needle: Needle) -> str:
    """The needle as an FTS5 expression; a person's own quotes and operators are plain text."""
    columns = " ".join(needle.columns)
    found = f"{{{columns}}} : {_quoted(needle.text)}"
    if needle.digits:
        found += f" OR recipients : {_quoted(needle.digits)}"
    return f"({found})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
