"""The form field for a date and time in the person's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

#: The format that `<input type=datetime-local>` posts, and the format that people type if their
#: browser has no such input.
#: https://html.spec.whatwg.org/multipage/common-microsyntaxes.html#local-dates-and-times
LOCAL = "%Y-%m-%dT%H:%M"
FORMATS = (LOCAL, "%Y-%m-%d %H:%M")
#: Years that databases and time zones handle.
YEARS = range(2000, 3000)


class ScheduleField(forms.Field):
    """A date and time in the person's time zone, as an aware value; empty is None.

    Refuses a time that the clocks skip in spring, and a time that they show twice in autumn: a
    wrong guess would send a fax an hour early or late.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            return value
        text = str(value or "").strip()
        return _in_person_zone(_read(text)) if text else None

    def prepare_value(self, value: Any) -> Any:
        return timezone.localtime(value) if isinstance(value, datetime) else value


def _read(text: str) -> datetime:
    for form in FORMATS:
        try:
            local = datetime.strptime(text, form)
        except ValueError:
            continue
        if local.year in YEARS:
            return local
    raise ValidationError(
        _("Enter a date and time like 2030-12-24 08:00, or leave it empty to send now.")
    )


def _in_person_zone(local: datetime) -> datetime:
    """The moment at which the person's clocks show `local`.

    By PEP 495, `fold` tells apart two moments at which clocks show the same time.
    """
    first, second = (
        local.replace(tzinfo=timezone.get_current_timezone(), fold=fold) for fold in (0, 1)
    )
    earlier, later = first.astimezone(UTC), second.astimezone(UTC)
    if earlier > later:
        raise ValidationError(
            _(
                "This time doesn't exist because the clocks go forward that night. Choose "
                "another time."
            )
        )
    if earlier < later:
        raise ValidationError(
            _("This time occurs twice because the clocks go back that night. Choose another time.")
        )
    return first
