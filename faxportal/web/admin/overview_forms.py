"""The form for the days that the overview covers.

The page's address holds the days, so that people can save the address and send it to others.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.stats.overview import DateRange, last_days, today
from faxportal.web.faxes.filter_forms import day
from faxportal.web.site.posted_values import whole_number

#: The ranges that the page offers: number of days → name.
PRESETS = {
    7: _("Last 7 days"),
    30: _("Last 30 days"),
    90: _("Last 90 days"),
    365: _("Last 365 days"),
}
USUAL = 30
#: The most days that one overview covers: ten years. Each request sums up all months of the range.
MOST = 3660


class OverviewDays(forms.Form):
    """The first and the last day.

    If the last day is empty, it is today. If the first day is empty, the range has 30 days.
    """

    since = day(_("From"))
    until = day(_("To"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        last: date = cleaned.get("until") or today()
        if first := cleaned.get("since"):
            if first > last:
                self.add_error("since", _("Choose a day that is not after the last one."))
            elif (last - first).days >= MOST:
                self.add_error("since", _("Choose a range of ten years or less."))
        return cleaned

    @property
    def preset(self) -> int | None:
        """The key in `PRESETS` of the range to show: by default, 30.

        None if the address names a first or a last day instead.
        """
        if self.data.get("since") or self.data.get("until"):
            return None
        named = whole_number(self.data.get("days", ""))
        return named if named in PRESETS else USUAL

    @property
    def days(self) -> DateRange:
        """The days that the form asks for; the last 30 days if the form is invalid."""
        # The form is validated here, even if the address names a preset. Otherwise the template
        # would run `clean`, which queries the database for today.
        is_valid = self.is_valid()
        if (preset := self.preset) or not is_valid:
            return last_days(preset or USUAL)
        last: date = self.cleaned_data["until"] or today()
        first: date = self.cleaned_data["since"] or last - timedelta(days=USUAL - 1)
        return DateRange(first=first, last=last)
