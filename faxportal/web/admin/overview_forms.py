"""The days that the overview covers.

They are in the address, so that people can save it and send it to others.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.stats.overview import DateRange, last_days, today
from faxportal.web.faxes.filter_forms import day

#: Number of days of a range that the page offers → its name.
PRESETS = {
    7: _("Last 7 days"),
    30: _("Last 30 days"),
    90: _("Last 90 days"),
    365: _("Last 365 days"),
}
USUAL = 30
#: Days that one overview may cover: ten years, whose months are summed for each request.
MOST = 3660


class OverviewDays(forms.Form):
    """The first and the last day.

    Without a last day it is today. Without a first day there are 30 days in all.
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
        """How many days back, where the address has no days of its own; None where it has some."""
        if self.data.get("since") or self.data.get("until"):
            return None
        named = self.data.get("days", "")
        return int(named) if named.isdecimal() and int(named) in PRESETS else USUAL

    @property
    def days(self) -> DateRange:
        """The days that the form asks for; the usual ones where they can't be read."""
        is_valid = self.is_valid()  # here, so that no template asks the database for today
        if (preset := self.preset) or not is_valid:
            return last_days(preset or USUAL)
        last: date = self.cleaned_data["until"] or today()
        first: date = self.cleaned_data["since"] or last - timedelta(days=USUAL - 1)
        return DateRange(first=first, last=last)
