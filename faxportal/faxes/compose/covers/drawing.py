"""Drawing a cover page: the same PDF each time, from a template and what a fax says in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from faxportal.documents.typesetting import NotOfStandard, NotSet, typeset
from faxportal.faxes.compose.covers.cover_data import Content, data_of
from faxportal.faxes.models import CoverTemplate

TEMPLATE = Path(__file__).with_name("cover.typ")
#: Letters that a sentence names; one who writes in another script sees by a few which they are.
_NAMED = 12


class LettersMissing(Exception):
    """No font has these letters."""

    def __init__(self, letters: Sequence[str]) -> None:
        super().__init__("letters are missing")
        self.letters = letters

    def are_in(self, text: str) -> bool:
        """Whether a text has any of them."""
        return any(letter in text for letter in self.letters)

    @property
    def sentence(self) -> str:
        """What a person is told where they entered them."""
        named = "".join(self.letters[:_NAMED]) + ("…" if len(self.letters) > _NAMED else "")
        return _(
            "The portal has no font for these characters: %(letters)s. They would print as "
            "boxes. Remove them, or ask your administrator to install a font that has them."
        ) % {"letters": named}


def draw(template: CoverTemplate, content: Content) -> bytes:
    """The page as PDF/A-2b; a long message makes it more than one. Raises `LettersMissing` and
    `NotSet`."""
    try:
        return typeset(TEMPLATE, {"cover": data_of(template, content)}, standards=["a-2b"])
    except NotOfStandard as refused:
        if not refused.missing_letters:
            raise NotSet from None
        raise LettersMissing(refused.missing_letters) from None
