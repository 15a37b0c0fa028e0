"""Forms that edit a draft without sending it. They only read values."""

from __future__ import annotations

from django import forms

from faxportal.faxes.compose.attachments import DocumentChanges
from faxportal.faxes.compose.draft_versions import DraftVersion
from faxportal.web.site.posted_values import whole_number


class VersionForm(forms.Form):
    """The version of a draft that a browser holds; see `draft_versions`."""

    #: Id of the form. Each form that a browser gets has another id.
    copy = forms.UUIDField(widget=forms.HiddenInput, required=False)
    #: The draft's version when the form was made.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def draft_version(self) -> DraftVersion | None:
        """The version in a valid form; None if the form has none."""
        form_id, number = self.cleaned_data.get("copy"), self.cleaned_data.get("version")
        if form_id is None or number is None:
            return None
        return DraftVersion(form_id=form_id, number=number, overwrites="prevails" in self.data)


class AttachForm(VersionForm):
    """A file to attach. It replaces the document with the id `replace`, if there is one."""

    file = forms.FileField(allow_empty_file=True)
    replace = forms.IntegerField(required=False)

    def changes(self) -> DocumentChanges:
        """The change of documents that a valid form asks for."""
        return DocumentChanges(replace=self.cleaned_data["replace"])


class Ids(forms.Field):
    """Ids of documents. Each posted value is one id. A value that is no number is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[int]:
        read = [whole_number(id_) for id_ in value or []]
        return [id_ for id_ in read if id_ is not None]


class ArrangeForm(VersionForm):
    """A new order of documents, and documents to remove."""

    order = Ids(required=False)
    remove = Ids(required=False)

    def changes(self) -> DocumentChanges:
        """The change of documents that a valid form asks for."""
        return DocumentChanges(order=self.cleaned_data["order"], remove=self.cleaned_data["remove"])
