"""What a page showed of the names of contacts and groups among the recipients."""

from __future__ import annotations

import json
from typing import Any

from django import forms


class ShownNamesField(forms.Field):
    """Name → canonical numbers, as JSON that the page's script writes; without it there is none."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> dict[str, list[str]]:
        if not value:
            return {}
        try:
            return {name: list(map(str, numbers)) for name, numbers in json.loads(value).items()}
        except (ValueError, TypeError, AttributeError):
            raise forms.ValidationError("The list of shown names can't be read.") from None
