"""Which days the overview is of. Lives in the address, so that it can be kept and sent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.stats.overview import DateRange, last_days, today
from faxportal.web.faxes.filter_forms import day

#: Days of a range that is at hand → its name.
PRESETS = {
    7: _("Last 7 days"),
    30: _("Last 30 days"),
    90: _("Last 90 days"),
    365: _("Last 365 days"),
}
USUAL = 30
#: More are a range that nobody looks at, and many months to sum up.
MOST = 3660


class OverviewDays(forms.Form):
    """From one day to another; left out: today, and thirty days back from the other one."""

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
        """How many days back, where the address names one of the ranges that are at hand."""
        if self.data.get("since") or self.data.get("until"):
            return None
        named = self.data.get("days", "")
        return int(named) if named.isdecimal() and int(named) in PRESETS else USUAL

    @property
    def days(self) -> DateRange:
        """The days that it asks for; the usual ones where it can't be read."""
        if (preset := self.preset) or not self.is_valid():
            return last_days(preset or USUAL)
        last: date = self.cleaned_data["until"] or today()
        first: date = self.cleaned_data["since"] or last - timedelta(days=USUAL - 1)
        return DateRange(first=first, last=last)
