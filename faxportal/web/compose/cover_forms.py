"""The fields of the compose form for the cover page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes.compose.draft_content import CoverContent
from faxportal.faxes.models import CoverField, CoverTemplate, CoverUse
from faxportal.web.site.form_fields import Text
from faxportal.web.site.posted_values import whole_number

_NAME = {"maxlength": 200, "autocomplete": "off"}


class CoverFields(forms.Form):
    """The fields for the cover page. Each form queries the cover pages only once."""

    cover = Text(label=gettext_lazy("Cover page"), widget=forms.Select)
    cover_attention = Text(
        label=gettext_lazy("For the attention of"),
        widget=forms.TextInput(attrs=_NAME),
        help_text=gettext_lazy(
            "Leave empty to use the recipient's name. With several recipients, no name or "
            "number is shown."
        ),
    )
    cover_sender = Text(
        label=gettext_lazy("From"),
        widget=forms.TextInput(attrs=_NAME),
        help_text=gettext_lazy("Leave empty to use your name."),
    )
    cover_message = Text(
        label=gettext_lazy("Message"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Printed on the cover page."),
    )

    @cached_property
    def _in_use(self) -> list[CoverTemplate]:
        """The cover pages to choose from: only the prescribed cover page, if there is one."""
        in_use = list(CoverTemplate.objects.exclude(use=CoverUse.OFF).defer("logo"))
        return [one for one in in_use if one.use == CoverUse.PRESCRIBED] or in_use

    @property
    def prescribed(self) -> CoverTemplate | None:
        """The cover page that every fax begins with, if an admin prescribed one."""
        return next((one for one in self._in_use if one.use == CoverUse.PRESCRIBED), None)

    def offer_covers(self) -> None:
        """Offer the cover pages, and adapt the help texts of the subject and of `save_as`."""
        picker = self.fields["cover"].widget
        assert isinstance(picker, forms.Select)
        chosen = [] if self.prescribed else [(str(one.pk), one.name) for one in self._in_use]
        picker.choices = [("", _("No cover page")), *chosen]
        if self._in_use:
            keeps = self.fields["save_as"].help_text
            self.fields["save_as"].help_text = f"{keeps} {_('The chosen cover page is saved too.')}"
        showing = [one.name for one in self._in_use if one.shows(CoverField.SUBJECT)]
        if self.prescribed and showing:
            self.fields["subject"].help_text = _("Faxed on the cover page.")
        elif showing:
            self.fields["subject"].help_text = _(
                "Helps you find the fax. Only faxed on a cover page that shows it: %(names)s."
            ) % {"names": ", ".join(showing)}

    def cover_counts(self) -> str:
        """A space and the sentence that a cover page counts as a document.

        Empty if there are no cover pages.
        """
        return " " + _("A cover page counts as one.") if self._in_use else ""

    @property
    def is_cover_open(self) -> bool:
        """Whether one of these fields is filled in or has an error. If so, the page opens them."""
        names = [name for name in self.fields if name.startswith("cover")]
        return any(self[name].value() or self[name].errors for name in names)

    def cover_content(self) -> CoverContent:
        """What a cleaned form holds for the cover page."""
        chosen = self.cleaned_data["cover"]
        return CoverContent(
            template=whole_number(chosen),
            attention=self.cleaned_data["cover_attention"],
            sender_name=self.cleaned_data["cover_sender"],
            message=self.cleaned_data["cover_message"].replace("\r\n", "\n"),
        )


def cover_data(content: CoverContent) -> dict[str, Any]:
    """What was entered for the cover page, as data for `CoverFields`."""
    return {
        "cover": "" if content.template is None else str(content.template),
        "cover_attention": content.attention,
        "cover_sender": content.sender_name,
        "cover_message": content.message,
    }
