"""What a list of faxes is narrowed to. Lives in the address, so that it can be kept and sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from faxportal.faxes.models.fax import FaxQuerySet
from faxportal.faxes.states import FaxState


def _day(label: Any) -> forms.DateField:
    """A day that databases and time zones can reckon with."""
    return forms.DateField(
        label=label,
        required=False,
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class FaxFilter(forms.Form):
    """Filters that combine; one that can't be read is told and left out."""

    search = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ("", _("Any")),
            *(choice for choice in FaxState.choices if choice[0] != FaxState.DRAFT),
        ],
    )
    since = _day(_("From"))
    until = _day(_("To"))

    def narrow(self, faxes: FaxQuerySet) -> FaxQuerySet:
        """Those of the faxes that the filters leave."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if "search" in wanted:
            faxes = faxes.mentioning(wanted["search"])
        if "status" in wanted:
            faxes = faxes.filter(state=wanted["status"])
        return faxes.submitted_between(wanted.get("since"), wanted.get("until"))

    @property
    def is_narrowing(self) -> bool:
        """Whether any filter is set: an empty list then has another reason."""
        return any(self.data.get(name) for name in self.fields)


class ReviewFilter(FaxFilter):
    """Filters over everyone's faxes."""

    sender = forms.CharField(label=_("Sender"), required=False, max_length=150)
    extension = forms.CharField(label=_("Extension"), required=False, max_length=50)

    field_order = ["search", "sender", "extension", "status", "since", "until"]

    def narrow(self, faxes: FaxQuerySet) -> FaxQuerySet:
        faxes = super().narrow(faxes)
        if sender := self.cleaned_data.get("sender"):
            faxes = faxes.filter(sender__username__icontains=sender)
        if extension := self.cleaned_data.get("extension"):
            faxes = faxes.filter(extension__icontains=extension)
        return faxes
