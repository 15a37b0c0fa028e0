"""The rows of the overview's tables by day, week or month, made ready for the template.

There are dozens of rows with several figures each. A template that formats and links each figure
takes several times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format

from faxportal.faxes.stats.overview import DateRange, Overview, PeriodFigures
from faxportal.web.templatetags.portal import duration, grouped


class Figure(NamedTuple):
    """A number of faxes, with a link to them."""

    #: The number, as the script of the charts reads it.
    value: str
    #: The number, as people read it; empty for 0.
    text: str
    #: The address of the list of these faxes.
    address: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """The figures of a day, a week or a month."""

    name: str
    #: One figure for each of `Overview.states`, in the same order.
    states: Sequence[Figure]
    #: The figure of all states together.
    total: Figure
    #: How long faxes took from their due time until they were handed over. Each duration comes in
    #: seconds, for the script of the charts, and as people read it (`_text`). Empty if no fax was
    #: handed over.
    median: str
    median_text: str
    percentile_95: str
    percentile_95_text: str
    #: The address of the list of the faxes that were handed over.
    address: str


def rows_of(overview: Overview) -> Sequence[Row]:
    """The rows of an overview, newest first."""
    listed = reverse("review")
    return [_row(figures, overview, listed) for figures in reversed(overview.periods)]


def _row(figures: PeriodFigures, overview: Overview, listed: str) -> Row:
    days = f"since={figures.days.first}&until={figures.days.last}"
    return Row(
        name=_name(figures.days, overview.period),
        states=[
            _figure(figures.states.get(state, 0), f"{listed}?status={state}&{days}")
            for state in overview.states
        ],
        total=_figure(figures.faxes, f"{listed}?{days}"),
        median=_seconds(figures.median),
        median_text=duration(figures.median),
        percentile_95=_seconds(figures.percentile_95),
        percentile_95_text=duration(figures.percentile_95),
        address=f"{listed}?status=handed_over&{days}",
    )


def _name(days: DateRange, period: str) -> str:
    if period == "day":
        return date_format(days.first, "D j M")
    if period == "week":
        return f"{date_format(days.first, 'j M')} \N{EN DASH} {date_format(days.last, 'j M')}"
    return date_format(days.first, "M Y")


def _figure(faxes: int, address: str) -> Figure:
    return Figure(value=str(faxes), text=grouped(faxes) if faxes else "", address=address)


def _seconds(given: float | None) -> str:
    """The seconds as the script of the charts reads them; empty for None."""
    return "" if given is None else str(given)
