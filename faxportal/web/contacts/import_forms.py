"""The forms of an import of contacts: the file, and what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.contacts.importing import Columns, DuplicateRule
from faxportal.text.csv_tables import Table
from faxportal.web.site.csv_upload import TableField, column_choices, column_named

#: Field of a contact → heads of its column in exports of other programs and of the portal.
HEADS: Mapping[str, tuple[str, ...]] = {
    "number": ("fax number", "fax", "telefax", "business fax", "number", "nummer", "phone", "tel"),
    "name": ("name", "display name", "full name", "contact", "first name", "last name"),
    "organisation": ("organisation", "organization", "company", "firma", "business"),
    "note": ("note", "notes", "notiz", "comment"),
    "group": ("groups", "group", "gruppe", "category", "categories"),
}


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
        for name in HEADS:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = columns if field.required else [("", _("None")), *columns]
        if not may_share:
            del self.fields["is_shared"]

    def column_fields(self) -> list[forms.BoundField]:
        """The fields that choose a column."""
        return [self[name] for name in HEADS]

    @property
    def columns(self) -> Columns:
        """The columns of a valid form."""
        places = {name: self.cleaned_data[name] for name in HEADS}
        return Columns(**{name: int(place) for name, place in places.items() if place})

    @property
    def shares(self) -> bool:
        """Whether the contacts are to be shared with everyone."""
        return bool(self.cleaned_data.get("is_shared"))


def first_guess(table: Table) -> dict[str, str]:
    """The first data for `ImportForm`: columns guessed by their heads, or by their cells.

    Each column is guessed for one field at most.
    """
    places = {name: column_named(table, heads) for name, heads in HEADS.items()}
    if places["number"] is None:
        places["number"] = table.numbers_column()
    if places["name"] is None and not table.header:
        others = (place for place in range(table.width) if place != places["number"])
        places["name"] = next(others, None)
    taken: set[int] = set()
    guess = {"known": DuplicateRule.FILL.value}
    for name, place in places.items():
        if place is not None and place not in taken:
            taken.add(place)
            guess[name] = str(place)
    return guess
