"""What a cover page says, as data for its Typst template (`cover.typ`).

The wording of each language is in `languages`.

The first letter of each line decides the line's reading direction. A line without letters has the
direction of the page. A phone number always runs from left to right.
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

#: The fonts for all letters except Chinese, Japanese and Korean letters.
_FONTS = ("Noto Sans", "Noto Sans Hebrew", "Noto Sans Arabic")
#: The fonts for Chinese, Japanese and Korean letters: variants of Noto Sans CJK in the order of
#: choice, then a smaller font.
_HAN, _LEAN = ("SC", "JP", "KR", "TC"), "Droid Sans Fallback"
#: Variant → letters that only its language has: kana is always Japanese, Hangul is always Korean.
_WRITTEN_IN = {"JP": re.compile(r"[\u3040-\u30ff]"), "KR": re.compile(r"[\uac00-\ud7af]")}
#: A phone number. It is isolated, because its groups of digits would change places in a text that
#: runs from right to left.
_PHONE = re.compile(r"\+?\(?\d[\d ().\-/*]*\d")
_ISOLATE, _END = "\u2066", "\u2069"  # UAX #9: an isolate that runs from left to right

Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class CoverData:
    """The texts of a fax's cover page, without the texts of its template."""

    #: A name, a number, or both; empty if there are several recipients and the sender entered no
    #: name.
    to: tuple[str, ...]
    sender: str
    day: date
    subject: str
    message: str
    #: Pages of the documents that follow; None if the number is not known, as for a text file.
    pages: int | None


def typst_data(template: CoverTemplate, data: CoverData) -> Data:
    """All data of the page for `cover.typ`, ready for JSON."""
    language = LANGUAGES[template.language]
    lines = _Lines(is_rtl=language.is_rtl)
    message = data.message if template.shows(CoverField.MESSAGE) else ""
    texts = (template.office, template.legal, data.subject, data.message, *data.to)
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
        "rows": list(_rows(template, language, data, lines)),
        "message": lines.of(message),
        "legal": lines.of(template.legal),
    }


def fonts_for(language: Language, texts: Iterable[str]) -> list[str]:
    """The fonts in the order of choice: each letter comes from the first font that has it."""
    whole = "".join(texts)
    suits = next((han for han, seen in _WRITTEN_IN.items() if seen.search(whole)), language.han)
    order = sorted(_HAN, key=lambda han: han != suits)
    return [*_FONTS, *(f"Noto Sans CJK {han}" for han in order), _LEAN]


def _rows(
    template: CoverTemplate, language: Language, data: CoverData, lines: _Lines
) -> Iterable[Data]:
    """The rows of the table; a row without a text is left out."""
    texts = {
        CoverField.TO: "\n".join(data.to),
        CoverField.SENDER: data.sender,
        CoverField.DATE: written(data.day, template.language),
        CoverField.SUBJECT: data.subject,
        CoverField.PAGES: "" if data.pages is None else str(data.pages),
    }
    for field, text in texts.items():
        if template.shows(field) and text.strip():
            row: Data = {"label": language.label(field), "lines": lines.of(text)}
            # The cover page counts too, and only Typst knows how many pages it takes.
            yield row | ({"pages": data.pages} if field is CoverField.PAGES else {})


class _Lines:
    """Splits texts into lines, each with its reading direction.

    `is_rtl` is the direction of the page. A line without letters gets this direction.
    """

    def __init__(self, *, is_rtl: bool) -> None:
        self._is_rtl = is_rtl

    def of(self, text: str) -> list[Data]:
        """The lines of a text, each as its `text` and its direction `is_rtl`."""
        return [self._line(line) for line in text.strip().splitlines()]

    def _line(self, line: str) -> Data:
        seen = "".join(c for c in line.replace("\t", " ") if unicodedata.category(c) != "Cc")
        is_rtl = reads_rtl(seen, otherwise=self._is_rtl)
        if is_rtl:
            seen = _PHONE.sub(lambda phone: f"{_ISOLATE}{phone[0]}{_END}", seen)
        return {"text": seen.rstrip(), "is_rtl": is_rtl}


def reads_rtl(line: str, *, otherwise: bool) -> bool:
    """Whether a line is read from right to left, by its first letter (UAX #9, P2 and P3).

    `otherwise` is the answer for a line without letters.
    """
    for character in line:
        match unicodedata.bidirectional(character):
            case "L":
                return False
            case "R" | "AL":
                return True
    return otherwise
