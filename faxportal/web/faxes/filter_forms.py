"""The form that filters a list of faxes.

The page's address holds the filters, so that people can save the address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes import reason_messages, search_terms
from faxportal.faxes.history.filters import FaxFilter
from faxportal.faxes.models import Carrier
from faxportal.faxes.reasons import REFUSALS
from faxportal.faxes.states import FaxState
from faxportal.text.folding import digits_of


def day(label: Any) -> forms.DateField:
    """A field for a day from 2000 to 2999: near year 1 or 9999, conversions of time zones fail."""
    return forms.DateField(
        label=label,
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _text(label: Any, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=200, widget=forms.TextInput(attrs=attrs)
    )


def _choice(label: Any, choices: Iterable[tuple[str, str | Promise]]) -> forms.ChoiceField:
    any_or_one = [("", gettext_lazy("Any")), *choices]
    return forms.ChoiceField(label=label, required=False, choices=any_or_one)


class FaxFilterForm(forms.Form):
    """The filters of a list of faxes. The list shows the faxes that match all filters.

    A filter that can't be read is left out; its field says why.
    """

    search = _text(gettext_lazy("Search"), type="search", **{"aria-keyshortcuts": "Alt+Shift+F"})
    status = _choice(
        gettext_lazy("Status"),
        ((state.value, state.label) for state in FaxState if state != FaxState.DRAFT),
    )
    reason = _choice(
        gettext_lazy("Reason for failure"),
        ((reason.value, reason_messages.REASONS[reason][0]) for reason in REFUSALS),
    )
    extension = _text(gettext_lazy("Extension"))
    since = day(gettext_lazy("From"))
    until = day(gettext_lazy("To"))
    recipient = _text(gettext_lazy("Recipient"), inputmode="tel")
    subject = _text(gettext_lazy("Subject"))
    file = _text(gettext_lazy("File name"))
    carrier = _choice(gettext_lazy("Uploaded by"), Carrier.choices)
    voipnow_id = _text(gettext_lazy("VoipNow's fax id"))

    #: Filters that people use less often. The page shows them on request.
    LESS_OFTEN = ("reason", "recipient", "subject", "file", "carrier", "voipnow_id")

    def clean_search(self) -> str:
        text: str = self.cleaned_data["search"]
        return _long_enough(text, search_terms.can_be_found(search_terms.anywhere(text)))

    def clean_subject(self) -> str:
        return self._clean_words("subject")

    def clean_file(self) -> str:
        return self._clean_words("file")

    def clean_recipient(self) -> str:
        text: str = self.cleaned_data["recipient"]
        if text and len(digits_of(text)) < search_terms.TRIGRAM:
            raise ValidationError(_("Enter at least three digits of the number."))
        return text

    def _clean_words(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        return _long_enough(text, search_terms.can_be_found(search_terms.in_column(text, name)))

    @property
    def fax_filter(self) -> FaxFilter:
        """The filters that can be read."""
        self.full_clean()
        return FaxFilter(**{name: value for name, value in self.cleaned_data.items() if value})

    @property
    def is_narrowing(self) -> bool:
        """Whether any filter is set. If so, an empty list says that nothing matches."""
        return any(self.data.get(name) for name in self.fields)

    def often(self) -> list[forms.BoundField]:
        """The fields that the page always shows."""
        return [field for field in self if field.name not in self.LESS_OFTEN]

    def less_often(self) -> list[forms.BoundField]:
        """The fields that the page shows on request."""
        return [field for field in self if field.name in self.LESS_OFTEN]

    def uses_less_often(self) -> bool:
        """Whether a filter of `less_often` is set. If so, the page shows all these filters."""
        return any(self.data.get(name) for name in self.LESS_OFTEN)

    def in_use(self) -> Iterator[tuple[str, str, str]]:
        """Name, label and readable value of each filter that is set in a cleaned form."""
        for name, value in self.cleaned_data.items():
            if not value:
                continue
            shown = date_format(value, "j M Y") if isinstance(value, date) else value
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                shown = str(dict(field.widget.choices)[value])
            yield name, str(field.label), shown


class ReviewFilterForm(FaxFilterForm):
    """The filters of *Review*: the filters of *My faxes*, and the sender."""

    sender = _text(gettext_lazy("Sender"))

    field_order = ["search", "status", "reason", "sender", "extension"]


def _long_enough(text: str, can_be_found: bool) -> str:
    if text and not can_be_found:
        raise ValidationError(_("Enter a word of at least three letters."))
    return text


def periods() -> list[tuple[str, date, date]]:
    """Name, first and last day of each range that the page offers, in the current time zone."""
    today = timezone.localdate()
    this_month = today.replace(day=1)
    last_of_month_before = this_month - timedelta(days=1)
    this_year = today.replace(month=1, day=1)
    return [
        (_("Today"), today, today),
        (_("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        (_("Last 7 days"), today - timedelta(days=6), today),
        (_("Last 30 days"), today - timedelta(days=29), today),
        (_("This month"), this_month, today),
        (_("Last month"), last_of_month_before.replace(day=1), last_of_month_before),
        (_("This year"), this_year, today),
    ]
