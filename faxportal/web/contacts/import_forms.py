"""The forms of an import of contacts: the file, and what its columns hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.contacts.import_columns import HEADINGS, Columns, guess_columns
from faxportal.contacts.importing import DuplicateRule
from faxportal.text.csv_tables import Table
from faxportal.web.site.csv_upload import TableField, column_choices


class FileForm(forms.Form):
    """A CSV file to import."""

    file = TableField(
        label=_("CSV file"),
        help_text=_(
            "From Excel, an address book or this portal, best saved as UTF-8. You can check "
            "the content before it is imported."
        ),
    )


class ImportForm(forms.Form):
    """What each column holds, and what happens to numbers that the address book has already."""

    number = forms.ChoiceField(label=_("Fax number"))
    name = forms.ChoiceField(label=_("Name"), required=False)
    organisation = forms.ChoiceField(label=_("Organisation"), required=False)
    note = forms.ChoiceField(label=_("Note"), required=False)
    group = forms.ChoiceField(
        label=_("Groups"), required=False, help_text=_("Separate groups with semicolons.")
    )
    known = forms.ChoiceField(
        label=_("If a number is already in your address book"),
        choices=DuplicateRule.choices,
        initial=DuplicateRule.FILL,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    is_shared = forms.BooleanField(label=_("Share them with everyone"), required=False)

    def __init__(self, *args: Any, table: Table, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = column_choices(table)
        for name in HEADINGS:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = columns if field.required else [("", _("None")), *columns]
        if not may_share:
            del self.fields["is_shared"]

    def column_fields(self) -> list[forms.BoundField]:
        """The fields that choose a column."""
        return [self[name] for name in HEADINGS]

    @property
    def columns(self) -> Columns:
        """The columns of a valid form."""
        places = {name: self.cleaned_data[name] for name in HEADINGS}
        return Columns(**{name: int(place) for name, place in places.items() if place})

    @property
    def shares(self) -> bool:
        """Whether the contacts are to be shared with everyone."""
        return bool(self.cleaned_data.get("is_shared"))


def first_guess(table: Table) -> dict[str, str]:
    """The data with which `ImportForm` is first shown: the likely columns, and a default rule."""
    columns = {name: str(place) for name, place in guess_columns(table).items()}
    return columns | {"known": DuplicateRule.FILL.value}
