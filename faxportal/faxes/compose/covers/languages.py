"""The fixed texts of a cover page, in the language of its template.

The portal's other texts are translated for the person who uses the portal. A cover page is for the
recipient, who may read another language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

from faxportal.faxes.models import CoverField


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language that a cover page can be in."""

    #: The language's name in the language itself.
    name: str
    heading: str
    #: The labels of the fields, in the order of `CoverField`. The message has no label.
    labels: tuple[str, str, str, str, str]
    is_rtl: bool = False
    #: The variant of Noto Sans CJK whose Chinese letters suit the language: SC, TC, JP or KR.
    han: str = "SC"
    #: Region code for Typst, if the language code alone doesn't say which letters to use. Otherwise
    #: None.
    region: str | None = None

    def label(self, field: CoverField) -> str:
        """The label of a field. Raises `KeyError` for the message, which has no label."""
        return dict(zip(CoverField, self.labels, strict=False))[field]


def _language(name: str, heading: str, labels: str, **more: object) -> Language:
    to, sender, on, subject, pages = labels.split("|")
    return Language(name=name, heading=heading, labels=(to, sender, on, subject, pages), **more)  # type: ignore[arg-type]  # its own fields


#: Django's language code → language. Django says how dates are written in the language.
LANGUAGES: dict[str, Language] = {
    "en": _language("English", "Fax", "To|From|Date|Subject|Pages"),
    "de": _language("Deutsch", "Fax", "An|Von|Datum|Betreff|Seiten"),
    "fr": _language("Français", "Fax", "À|De|Date|Objet|Pages"),
    "es": _language("Español", "Fax", "Para|De|Fecha|Asunto|Páginas"),
    "pt": _language("Português", "Fax", "Para|De|Data|Assunto|Páginas"),
    "it": _language("Italiano", "Fax", "A|Da|Data|Oggetto|Pagine"),
    "nl": _language("Nederlands", "Fax", "Aan|Van|Datum|Onderwerp|Pagina\u2019s"),
    "pl": _language("Polski", "Faks", "Do|Od|Data|Temat|Strony"),
    "ro": _language("Română", "Fax", "Către|De la|Data|Subiect|Pagini"),
    "tr": _language("Türkçe", "Faks", "Kime|Kimden|Tarih|Konu|Sayfa"),
    "el": _language("Ελληνικά", "Φαξ", "Προς|Από|Ημερομηνία|Θέμα|Σελίδες"),
    "ru": _language("Русский", "Факс", "Кому|От кого|Дата|Тема|Страниц"),
    "uk": _language("Українська", "Факс", "Кому|Від кого|Дата|Тема|Сторінок"),
    "he": _language("עברית", "פקס", "אל|מאת|תאריך|נושא|עמודים", is_rtl=True),
    "ar": _language("العربية", "فاكس", "إلى|من|التاريخ|الموضوع|الصفحات", is_rtl=True),
    "ja": _language("日本語", "ファックス", "宛先|差出人|日付|件名|枚数", han="JP"),
    "ko": _language("한국어", "팩스", "수신|발신|날짜|제목|페이지", han="KR"),
    "zh-hans": _language("简体中文", "传真", "收件人|发件人|日期|主题|页数", region="CN"),
    "zh-hant": _language("繁體中文", "傳真", "收件人|寄件人|日期|主旨|頁數", han="TC", region="TW"),
}


#: Day, month and year in a form that Americans and Britons read in the same way.
_ENGLISH = "j F Y"


def written(day: date, code: str) -> str:
    """A date in the long form of a language. `code` is a key of `LANGUAGES`."""
    with translation.override(code):
        return date_format(day, _ENGLISH if code == "en" else "DATE_FORMAT")
