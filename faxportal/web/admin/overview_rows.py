"""The rows of the overview's tables by day, week or month, made ready for the template.

There are dozens, of several figures each: a template that formats and links each of them by itself
takes several times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format

from faxportal.faxes.stats.overview import Days, Overview, Part
from faxportal.web.templatetags.portal import duration, grouped


class Figure(NamedTuple):
    """How many faxes there are of something."""

    value: str
    #: As people read it, and where the faxes behind it are listed; empty for none.
    text: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A day, a week or a month."""

    name: str
    #: Of each state that occurs, and of all.
    states: Sequence[Figure]
    whole: Figure
    #: Of the times to hand over: seconds and as people read them; empty where nothing was.
    median: str
    median_text: str
    most: str
    most_text: str
    #: Where the faxes that were handed over are listed.
    address: str


def rows_of(overview: Overview) -> Sequence[Row]:
    """The newest first."""
    listed = reverse("review")
    return [_row(part, overview, listed) for part in reversed(overview.parts)]


def _row(part: Part, overview: Overview, listed: str) -> Row:
    days = f"since={part.days.first}&until={part.days.last}"
    return Row(
        name=_name(part.days, overview.by),
        states=[
            _figure(part.states.get(state, 0), f"{listed}?status={state}&{days}")
            for state in overview.states
        ],
        whole=_figure(part.faxes, f"{listed}?{days}"),
        median=_seconds(part.median),
        median_text=duration(part.median),
        most=_seconds(part.most),
        most_text=duration(part.most),
        address=f"{listed}?status=handed_over&{days}",
    )


def _name(days: Days, by: str) -> str:
    if by == "day":
        return date_format(days.first, "D j M")
    if by == "week":
        return f"{date_format(days.first, 'j M')} \N{EN DASH} {date_format(days.last, 'j M')}"
    return date_format(days.first, "M Y")


def _figure(faxes: int, address: str) -> Figure:
    return Figure(value=str(faxes), text=grouped(faxes) if faxes else "", address=address)


def _seconds(given: float | None) -> str:
    """As a script reads it."""
    return "" if given is None else str(given)
