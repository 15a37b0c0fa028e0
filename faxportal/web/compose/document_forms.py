"""What the compose form's page says about single documents of its draft: shapes only."""

from __future__ import annotations

from django import forms

from faxportal.faxes.compose.attachments import Changes
from faxportal.faxes.compose.draft_versions import FormCopy


class CopyForm(forms.Form):
    """What is posted by a page that holds a draft's form."""

    #: Which copy of the draft's form this is, and what it knows: see `draft_versions`.
    copy = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def copy_of(self) -> FormCopy | None:
        """The copy that a page posts; a form that somebody wrote themselves is none."""
        copy, version = self.cleaned_data.get("copy"), self.cleaned_data.get("version")
        if copy is None or version is None:
            return None
        return FormCopy(id=copy, version=version, prevails="prevails" in self.data)


class AttachForm(CopyForm):
    """One file, maybe in place of a document."""

    file = forms.FileField(allow_empty_file=True)
    replace = forms.IntegerField(required=False)

    def changes(self) -> Changes:
        return Changes(replace=self.cleaned_data["replace"])


class Ids(forms.Field):
    """Ids of documents, one value each."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[int]:
        return [int(id_) for id_ in value or [] if id_.isdecimal()]


class ArrangeForm(CopyForm):
    """An order of documents, and those to remove."""

    order = Ids(required=False)
    remove = Ids(required=False)

    def changes(self) -> Changes:
        return Changes(order=self.cleaned_data["order"], remove=self.cleaned_data["remove"])
