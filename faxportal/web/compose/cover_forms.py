"""The cover page's part of the form of a new fax."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes.compose.draft_content import CoverContent
from faxportal.faxes.models import CoverField, CoverTemplate, CoverUse
from faxportal.web.site.text_field import Text

_ID = re.compile(r"[0-9]{1,9}")
_NAME = {"maxlength": 200, "autocomplete": "off"}


class CoverPart(forms.Form):
    """What a sender says of the cover page. Which ones there are is looked up for each form."""

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
        """Those that this fax can begin with; only the prescribed one where one is."""
        in_use = list(CoverTemplate.objects.exclude(use=CoverUse.OFF).defer("logo"))
        return [one for one in in_use if one.use == CoverUse.PRESCRIBED] or in_use

    @property
    def prescribed(self) -> CoverTemplate | None:
        """The one that every fax begins with."""
        return next((one for one in self._in_use if one.use == CoverUse.PRESCRIBED), None)

    def offer_covers(self) -> None:
        """List what can be chosen, and say what that means for other fields."""
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
        """What a cover page means for the number of documents."""
        return " " + _("A cover page counts as one.") if self._in_use else ""

    @property
    def is_cover_open(self) -> bool:
        """Whether its part of the form has something in it, or something to mend."""
        names = [name for name in self.fields if name.startswith("cover")]
        return any(self[name].value() or self[name].errors for name in names)

    def cover_typed(self) -> CoverContent:
        """What a cleaned form says of the cover page."""
        chosen = self.cleaned_data["cover"]
        return CoverContent(
            template=int(chosen) if _ID.fullmatch(chosen) else None,
            attention=self.cleaned_data["cover_attention"],
            sender_name=self.cleaned_data["cover_sender"],
            message=self.cleaned_data["cover_message"].replace("\r\n", "\n"),
        )


def cover_fields(typed: CoverContent) -> dict[str, Any]:
    """What was entered, as the form has it."""
    return {
        "cover": "" if typed.template is None else str(typed.template),
        "cover_attention": typed.attention,
        "cover_sender": typed.sender_name,
        "cover_message": typed.message,
    }
