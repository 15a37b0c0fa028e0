"""The forms for recipients from a CSV file: the file, then the columns with the recipients."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.contacts.import_columns import guess_columns
from faxportal.text.csv_tables import Table
from faxportal.web.site.csv_upload import TableField, column_choices

#: The most bytes of the file's text. A hidden field of `ColumnsForm` has the whole text.
MAX_BYTES = 700_000


class RecipientsFileForm(forms.Form):
    """A CSV file with recipients."""

    file = TableField(
        label=_("CSV file"),
        help_text=_(
            "One recipient per line. In Excel, choose “Save as” and “CSV UTF-8”. You can check "
            "the content before it is added."
        ),
    )

    def clean_file(self) -> str:
        text = str(self.cleaned_data["file"])
        if len(text.encode()) > MAX_BYTES:
            raise forms.ValidationError(
                _("This file is too large. Keep only the columns with names and numbers.")
            )
        return text


class ColumnsForm(forms.Form):
    """The text of the file, and the columns to use, counted from 0."""

    text = forms.CharField(strip=False, widget=forms.HiddenInput)
    number = forms.ChoiceField(
        label=_("Column with fax numbers"), widget=forms.Select(attrs={"autofocus": True})
    )
    name = forms.ChoiceField(label=_("Column with names"), required=False)

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = column_choices(table)
        number, name = self.fields["number"], self.fields["name"]
        assert isinstance(number, forms.ChoiceField)
        assert isinstance(name, forms.ChoiceField)
        number.choices, name.choices = choices, [("", _("No column")), *choices]

    @property
    def columns(self) -> tuple[int, int | None]:
        """The column with numbers, and the column with names or None; for a valid form."""
        number, name = (self.cleaned_data[field] for field in ("number", "name"))
        return int(number), int(name) if name and name != number else None


def first_columns(text: str, table: Table) -> dict[str, str]:
    """The data with which `ColumnsForm` is first shown: the text, and the likely columns."""
    columns = guess_columns(table, fields=("number", "name"))
    return {"text": text} | {name: str(place) for name, place in columns.items()}
