"""The forms of the block list: a form that adds an entry, and a search."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.text.phone_numbers import MAX_TYPED


class BlockForm(forms.Form):
    """A number that nobody may fax, and the reason."""

    number = forms.CharField(
        label=_("Number"),
        max_length=MAX_TYPED,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("A fax number or extension, in any format."),
    )
    is_prefix = forms.BooleanField(
        label=_("Block all numbers that start with this"),
        required=False,
        help_text=_("For example +1 900. Start with + and the country code."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Shown to anyone who tries to fax it."),
    )


class LookUpForm(forms.Form):
    """The search in the block list."""

    search = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=MAX_TYPED,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )

    def text(self) -> str:
        """The text that the person searches for; empty if there is none or the form is invalid."""
        return str(self.cleaned_data.get("search", "")) if self.is_valid() else ""
