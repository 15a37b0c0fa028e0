"""The form of the time zone."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def _choices() -> list[tuple[str, str | Promise]]:
    """The office's zone first, then UTC and every place in the machine's time zone data."""
    places = sorted(name for name in available_timezones() if _is_place(name))
    office = _("Same as the office: %(zone)s") % {"zone": settings.TIME_ZONE}
    return [("", office), ("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def _is_place(name: str) -> bool:
    """Whether a name is like Continent/City: neither a fixed offset nor an outdated name."""
    return "/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/", "US/"))


class TimeZoneForm(forms.Form):
    """A time zone by its IANA name; empty is the office's."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=_choices,
        required=False,
        help_text=gettext_lazy("Times are shown, and schedules are read, in this zone."),
    )
