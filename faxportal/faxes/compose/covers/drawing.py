"""Drawing a cover page. The same template and the same data always make the same PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from faxportal.documents.typesetting import StandardNotMet, TypesettingFailed, typeset
from faxportal.faxes.compose.covers.cover_rows import CoverData, typst_data
from faxportal.faxes.models import CoverTemplate

TEMPLATE = Path(__file__).with_name("cover.typ")
#: The most letters that a sentence names.
_NAMED = 12


class LettersMissing(Exception):
    """No font has these letters."""

    def __init__(self, letters: Sequence[str]) -> None:
        super().__init__("letters are missing")
        self.letters = letters

    def are_in(self, text: str) -> bool:
        """Whether a text has any of the letters."""
        return any(letter in text for letter in self.letters)

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, for the person who entered the letters."""
        named = "".join(self.letters[:_NAMED]) + ("…" if len(self.letters) > _NAMED else "")
        return _(
            "The portal has no font for these characters: %(letters)s. They would print as "
            "boxes. Remove them, or ask your administrator to install a font that has them."
        ) % {"letters": named}


def draw(template: CoverTemplate, data: CoverData) -> bytes:
    """The cover page as PDF/A-2b. With a long message, the PDF has two pages or more.

    Raises `LettersMissing` and `TypesettingFailed`.
    """
    try:
        return typeset(TEMPLATE, {"cover": typst_data(template, data)}, standards=["a-2b"])
    except StandardNotMet as refused:
        if not refused.missing_letters:
            raise TypesettingFailed from None
        raise LettersMissing(refused.missing_letters) from None
