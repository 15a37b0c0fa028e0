"""The form of a cover page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.documents.logo_upload import LogoRejected, make_logo
from faxportal.faxes.compose.covers.drawing import LettersMissing
from faxportal.faxes.compose.covers.languages import LANGUAGES
from faxportal.faxes.models import CoverField, CoverTemplate, CoverUse, Paper

#: Regions (ISO 3166-1 alpha-2) where printers have Letter paper.
_ON_LETTER = frozenset({"US", "CA", "MX", "PH"})


class CoverForm(forms.ModelForm):  # type: ignore[type-arg]  # no type argument at run time
    """A cover page. A new logo file replaces the stored logo.

    `no_logo` removes the stored logo, if there is no new logo file.
    """

    #: Not in `Meta.fields`: if this cover page is prescribed, the cover page that was prescribed
    #: before has to be changed, too. `save_template` does both.
    use = forms.ChoiceField(label=gettext_lazy("Use"), choices=CoverUse.choices)
    logo_file = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".png,.jpg,.jpeg,.gif,.webp,.bmp"}),
        help_text=gettext_lazy(
            "A picture (PNG, JPEG, GIF, WebP, BMP) of up to 5 MB. It is printed in black and white."
        ),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    shown = forms.MultipleChoiceField(
        label=gettext_lazy("Show on the page"),
        choices=CoverField.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=[(code, language.name) for code, language in LANGUAGES.items()],
        help_text=gettext_lazy("Language of the page's own words, such as “To” and “Date”."),
    )

    class Meta:
        model = CoverTemplate
        fields = ["name", "language", "paper", "office", "shown", "legal"]
        labels = {
            "name": gettext_lazy("Name"),
            "paper": gettext_lazy("Paper"),
            "office": gettext_lazy("Office"),
            "legal": gettext_lazy("Legal notice"),
        }
        help_texts = {
            "name": gettext_lazy("Senders see this name. It isn't printed on the page."),
            "office": gettext_lazy(
                "Name, address, phone and fax, each on its own line. The first line is bold."
            ),
            "legal": gettext_lazy("Printed at the bottom of the page."),
        }
        widgets = {
            "office": forms.Textarea(attrs={"rows": 5, "maxlength": 500}),
            "legal": forms.Textarea(attrs={"rows": 4, "maxlength": 1500}),
        }
        error_messages = {
            "name": {
                "unique": gettext_lazy("Another cover page has this name. Choose a different name.")
            }
        }

    field_order = ["name", "use"]

    def __init__(self, data: Any = None, files: Any = None, *, instance: CoverTemplate) -> None:
        shown = CoverField.values if instance.shown is None else instance.shown
        initial = {"use": instance.use, "shown": shown}
        super().__init__(data, files, instance=instance, initial=initial)

    def clean_logo_file(self) -> bytes:
        """The bytes of a new logo, as the database stores them; empty if there is no new logo."""
        chosen = self.cleaned_data.get("logo_file")
        if not chosen:
            return b""
        try:
            return make_logo(chosen)
        except LogoRejected:
            raise forms.ValidationError(
                _(
                    "“%(name)s” can't be used as a logo because it is not a picture, is empty, "
                    "or is larger than 5 MB. The logo was not changed."
                )
                % {"name": chosen.name}
            ) from None

    def template(self) -> CoverTemplate:
        """The cover page of a valid form, not saved yet."""
        template: CoverTemplate = self.save(commit=False)
        template.use = self.cleaned_data["use"]
        if logo := self.cleaned_data["logo_file"]:
            template.logo = logo
        elif self.cleaned_data["no_logo"]:
            template.logo = b""
        return template

    def add_missing(self, missing: LettersMissing) -> None:
        """Add an error to each field whose text has letters that no font has."""
        texts = {name: self.cleaned_data[name] for name in ("office", "legal")}
        found = [name for name, text in texts.items() if missing.are_in(text)]
        for name in found or ["language"]:  # the letters are in the page's own words
            self.add_error(name, missing.sentence)

    def add_too_full(self) -> None:
        """Add the error that the page's own texts leave no room for a message."""
        self.add_error(
            "legal",
            _("The text fills the page and leaves no room for a message. Shorten it."),
        )


def new_form(data: Any = None, files: Any = None) -> CoverForm:
    """The form of a new cover page, with the office's paper and language."""
    paper = Paper.LETTER if settings.REGION in _ON_LETTER else Paper.A4
    code = settings.LANGUAGE_CODE
    language = next((code for code in (code, code.partition("-")[0]) if code in LANGUAGES), "en")
    return CoverForm(data, files, instance=CoverTemplate(paper=paper, language=language))
