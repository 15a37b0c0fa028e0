"""The form field with the numbers that a browser showed for names among the recipients."""

from __future__ import annotations

from typing import Any

from django import forms

from faxportal.web.site.posted_values import read_json


class ShownNumbersField(forms.Field):
    """Name of a contact or group → canonical numbers, from JSON that a script writes.

    Without scripts, the field is empty.
    """

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> dict[str, list[str]]:
        if not value:
            return {}
        try:
            return {name: list(map(str, numbers)) for name, numbers in read_json(value).items()}
        except (ValueError, TypeError, AttributeError):
            raise forms.ValidationError("The list of shown names can't be read.") from None
