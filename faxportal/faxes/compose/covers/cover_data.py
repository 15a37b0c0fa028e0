"""What a cover page says, as the data that its template (`cover.typ`) sets.

Each line knows which way it is read, by its first letter; what has none, a number, say, goes along
with the page, but its digits always stand from left to right.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from faxportal.faxes.compose.covers.languages import LANGUAGES, Language, written
from faxportal.faxes.models import CoverField, CoverTemplate

#: For all that Chinese, Japanese and Korean letters are not in.
_FONTS = ("Noto Sans", "Noto Sans Hebrew", "Noto Sans Arabic")
#: Noto's for them, in the order of choice after the one that suits, and a lean one for all three.
_HAN, _LEAN = ("SC", "JP", "KR", "TC"), "Droid Sans Fallback"
#: Kana is Japanese, Hangul Korean, whatever language the page is in.
_WRITTEN_IN = {"JP": re.compile(r"[\u3040-\u30ff]"), "KR": re.compile(r"[\uac00-\ud7af]")}
#: A phone number in a text: its groups would change places where it is read from right to left.
_PHONE = re.compile(r"\+?\(?\d[\d ().\-/*]*\d")
_ISOLATE, _END = "\u2066", "\u2069"  # UAX #9: from left to right, by itself

Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a fax's cover page says besides its template."""

    #: A name, a number, or both; none where it has several recipients and no name was entered.
    to: tuple[str, ...]
    sender: str
    day: date
    subject: str
    message: str
    #: Of the documents behind it; None: not known, as of a text.
    pages: int | None


def data_of(template: CoverTemplate, content: Content) -> Data:
    """The page's data, for JSON."""
    language = LANGUAGES[template.language]
    lines = _Lines(is_rtl=language.is_rtl)
    message = content.message if template.shows(CoverField.MESSAGE) else ""
    texts = (template.office, template.legal, content.subject, content.message, *content.to)
    return {
        "title": language.heading,
        "heading": language.heading,
        "lang": template.language.partition("-")[0],
        "region": language.region,
        "is_rtl": language.is_rtl,
        "fonts": fonts_for(language, texts),
        "paper": template.paper,
        "logo": list(bytes(template.logo)),
        "office": lines.of(template.office),
        "facts": list(_facts(template, language, content, lines)),
        "message": lines.of(message),
        "legal": lines.of(template.legal),
    }


def fonts_for(language: Language, texts: Iterable[str]) -> list[str]:
    """The fonts to draw with, the first that has a letter draws it."""
    whole = "".join(texts)
    suits = next((han for han, seen in _WRITTEN_IN.items() if seen.search(whole)), language.han)
    order = sorted(_HAN, key=lambda han: han != suits)
    return [*_FONTS, *(f"Noto Sans CJK {han}" for han in order), _LEAN]


def _facts(
    template: CoverTemplate, language: Language, content: Content, lines: _Lines
) -> Iterable[Data]:
    """The table's rows; one without anything to say is left out."""
    said = {
        CoverField.TO: "\n".join(content.to),
        CoverField.SENDER: content.sender,
        CoverField.DATE: written(content.day, template.language),
        CoverField.SUBJECT: content.subject,
        CoverField.PAGES: "" if content.pages is None else str(content.pages),
    }
    for field, text in said.items():
        if template.shows(field) and text.strip():
            row: Data = {"label": language.label(field), "lines": lines.of(text)}
            # The page itself counts, and how many it takes only Typst knows.
            yield row | ({"pages": content.pages} if field is CoverField.PAGES else {})


class _Lines:
    """Texts as lines that know which way they are read, on a page of one way."""

    def __init__(self, *, is_rtl: bool) -> None:
        self._is_rtl = is_rtl

    def of(self, text: str) -> list[Data]:
        return [self._line(line) for line in text.strip().splitlines()]

    def _line(self, line: str) -> Data:
        seen = "".join(c for c in line.replace("\t", " ") if unicodedata.category(c) != "Cc")
        is_rtl = reads_rtl(seen, otherwise=self._is_rtl)
        if is_rtl:
            seen = _PHONE.sub(lambda phone: f"{_ISOLATE}{phone[0]}{_END}", seen)
        return {"text": seen.rstrip(), "is_rtl": is_rtl}


def reads_rtl(line: str, *, otherwise: bool) -> bool:
    """Whether a line is read from right to left, by its first letter (UAX #9, P2 and P3)."""
    for character in line:
        match unicodedata.bidirectional(character):
            case "L":
                return False
            case "R" | "AL":
                return True
    return otherwise
