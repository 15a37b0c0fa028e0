"""A cover page on paper: each script in its own direction, and nothing that a fax would lose."""

from __future__ import annotations

import ctypes
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from pypdfium2 import raw

from faxportal.documents import preview
from faxportal.documents.kinds import Kind
from faxportal.documents.logo_upload import LogoRejected, make_logo
from faxportal.faxes.compose.covers.cover_rows import CoverData, reads_rtl, typst_data
from faxportal.faxes.compose.covers.drawing import LettersMissing, draw
from faxportal.faxes.compose.covers.languages import LANGUAGES
from faxportal.faxes.models import CoverField, CoverTemplate, Paper
from tests.faxes.compose.covers.conftest import text_of
from tests.support import documents, odd_documents

NOTO_CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
CONTENT = CoverData(
    to=("Dr. Weiß", "+49 30 901820"),
    sender="Maria",
    day=date(2026, 11, 25),
    subject="Contract no. 4711",
    message="Please call.",
    pages=3,
)
PLAIN = CoverTemplate(office="Meyer & Partners", legal="Confidential.")


def lines_on(pdf: bytes) -> list[list[tuple[str, float]]]:
    """The lines of the first page from its top: each letter with its distance from the left."""
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found: dict[int, list[tuple[str, float]]] = {}
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        left, baseline = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(text, index, left, baseline)
        if letter.strip("\u2066\u2069 \r\n"):
            found.setdefault(-round(baseline.value), []).append((letter, left.value))
    return [sorted(line, key=lambda each: each[1]) for _place, line in sorted(found.items())]


def as_seen(pdf: bytes) -> str:
    """The text of the first page, each line from left to right, without spaces."""
    return "\n".join("".join(letter for letter, _left in line) for line in lines_on(pdf))


def test_a_cover_page_shows_the_data_of_its_fax() -> None:
    said = text_of(draw(PLAIN, CONTENT))
    for words in (
        "Meyer & Partners",
        "To Dr. Weiß +49 30 901820",
        "From Maria",
        "Date 25 November 2026",
        "Subject Contract no. 4711",
        "Pages 4",
        "Please call.",
        "Confidential.",
    ):
        assert words in said


def test_pages_of_the_cover_page_itself_are_counted() -> None:
    pdf = draw(PLAIN, replace(CONTENT, message="word " * 900))
    assert len(pypdfium2.PdfDocument(pdf)) == 2
    assert "Pages 5" in text_of(pdf)


def test_an_unknown_number_of_pages_is_left_out() -> None:
    assert "Pages" not in text_of(draw(PLAIN, replace(CONTENT, pages=None)))


@pytest.mark.parametrize("field", CoverField)
def test_a_field_that_the_admin_left_out_is_not_there(field: CoverField) -> None:
    words = {CoverField.TO: "Weiß", CoverField.SENDER: "Maria", CoverField.DATE: "2026"}
    words |= {CoverField.SUBJECT: "4711", CoverField.PAGES: "Pages", CoverField.MESSAGE: "call"}
    shown = [other for other in CoverField if other is not field]
    said = text_of(draw(CoverTemplate(office="M", shown=list(shown)), CONTENT))
    assert [name for name, word in words.items() if word not in said] == [field]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Größe, Straße"),
        ("pl", "Zażółć gęślą jaźń"),
        ("tr", "İğne, ışık"),
        ("el", "Θέλω να πάρω"),
        ("ru", "Съешь ещё"),
        ("uk", "Ґанок, їжак"),
    ],
)
def test_scripts_that_are_read_from_left_to_right(language: str, words: str) -> None:
    template = CoverTemplate(language=language, office=words)
    said = text_of(draw(template, replace(CONTENT, message=words, subject=words)))
    assert said.count(words) == 3
    assert LANGUAGES[language].heading in said


def test_hebrew_runs_from_right_to_left_and_its_numbers_do_not() -> None:
    template = CoverTemplate(language="he", office="משרד\nטלפון +972 3 123 4567")
    seen = as_seen(draw(template, replace(CONTENT, to=("לוי", "+972 3 765 4321"))))
    assert "דרשמ" in seen  # the last letter is the leftmost
    assert "+97231234567ןופלט" in seen
    assert "+97237654321" in seen
    assert "סקפ" in seen


def test_arabic_letters_join_and_run_from_right_to_left() -> None:
    template = CoverTemplate(language="ar", office="مكتب")
    lines = lines_on(
        draw(template, replace(CONTENT, message="سلام +966 11 123 4567.", to=("أحمد",)))
    )
    rows = ["".join(letter for letter, _left in line) for line in lines]
    assert any(row.startswith(".+966111234567") for row in rows)
    heading = next(line for line in lines if {"ف", "ك"} <= {letter for letter, _ in line})
    assert dict(heading)["ف"] > dict(heading)["ك"]


def test_a_line_has_the_direction_of_its_first_letter() -> None:
    assert reads_rtl("(1) שלום world", otherwise=False)
    assert not reads_rtl("+1 hello שלום", otherwise=True)
    assert reads_rtl("+1 650", otherwise=True)


@pytest.mark.skipif(
    not NOTO_CJK.exists(), reason="No CJK font here: apt-get install fonts-noto-cjk"
)
@pytest.mark.parametrize(
    ("language", "words", "font"),
    [
        ("ja", "契約書をお送りします", "NotoSansCJKjp"),
        ("ko", "계약서를 보냅니다", "NotoSansCJKkr"),
        ("zh-hans", "请查收合同", "NotoSansCJKsc"),
        ("zh-hant", "請查收合約", "NotoSansCJKtc"),
        ("en", "契約書です", "NotoSansCJKjp"),  # kana shows that the text is Japanese
    ],
)
def test_letters_of_east_asia_are_drawn_as_they_are_written_there(
    language: str, words: str, font: str
) -> None:
    pdf = draw(CoverTemplate(language=language), replace(CONTENT, message=words))
    assert words in text_of(pdf)
    fonts = {
        text.get_font().get_base_name().partition("+")[2].partition("-")[0]
        for text in pypdfium2.PdfDocument(pdf)[0].get_objects(filter=[1])
    }
    assert {name for name in fonts if "CJK" in name} == {font}


def test_letters_that_no_font_has_are_named() -> None:
    with pytest.raises(LettersMissing) as missing:
        draw(PLAIN, replace(CONTENT, message="see 𒀀𒀁"))
    assert missing.value.letters == ["𒀀", "𒀁"]
    assert "these characters: 𒀀𒀁." in missing.value.sentence
    assert missing.value.are_in("x𒀁")
    assert not missing.value.are_in("see")


@pytest.mark.parametrize(
    "typed",
    ["#panic()", "*bold* _it_ $x$ = heading", '#read("/etc/passwd")', "<a> @b `c` //d", "\\"],
)
def test_what_a_person_typed_is_never_read_as_markup(typed: str) -> None:
    content = replace(CONTENT, to=(typed,), sender=typed, subject=typed, message=typed)
    assert text_of(draw(CoverTemplate(office=typed, legal=typed), content)).count(typed) == 6


def test_a_word_without_a_break_stays_on_the_paper() -> None:
    pdf = draw(PLAIN, replace(CONTENT, message="x" * 300))
    width = pypdfium2.PdfDocument(pdf)[0].get_width()
    assert all(left < width - 50 for line in lines_on(pdf) for _letter, left in line)


def test_the_same_content_is_the_same_bytes() -> None:
    assert draw(PLAIN, CONTENT) == draw(PLAIN, CONTENT)


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (595, 842)), (Paper.LETTER, (612, 792))])
def test_the_page_is_on_the_offices_paper(paper: str, size: tuple[int, int]) -> None:
    page = pypdfium2.PdfDocument(draw(CoverTemplate(paper=paper), CONTENT))[0]
    assert tuple(map(round, page.get_size())) == size


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code[:2] not in "ja ko zh"])
def test_a_fax_loses_nothing_of_a_cover_page(language: str) -> None:
    """The page has no greys, hairlines or small letters, and its labels are in its language."""
    template = CoverTemplate(language=language, office="Meyer & Partners", legal="Confidential.")
    measured = preview.measure_page(ContentFile(draw(template, CONTENT)), Kind.PDF, 1)
    assert not measured.losses
    assert all(LANGUAGES[language].labels)
    assert typst_data(template, CONTENT)["heading"] == LANGUAGES[language].heading


def _picture(mode: str, ink: object, size: tuple[int, int] = (900, 300)) -> bytes:
    picture = Image.new(mode, size, (0,) * 4 if mode == "RGBA" else "white")
    ImageDraw.Draw(picture).rectangle((100, 100, 800, 200), fill=ink)  # type: ignore[arg-type]
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("mode", "ink"), [("RGB", "navy"), ("RGBA", (200, 80, 0, 255)), ("L", 90), ("1", 0)]
)
def test_a_logo_becomes_black_on_white_without_the_white_around_it(mode: str, ink: object) -> None:
    logo = make_logo(ContentFile(_picture(mode, ink)))
    with Image.open(io.BytesIO(logo)) as picture:
        assert picture.mode == "1"
        assert picture.width / picture.height == pytest.approx(7, rel=0.05)
        assert picture.width <= 1417
        assert picture.getextrema() == (0, 0)
    pdf = draw(CoverTemplate(logo=logo), CONTENT)
    [image] = pypdfium2.PdfDocument(pdf)[0].get_objects(filter=[3])
    left, bottom, right, top = image.get_bounds()
    assert right - left == pytest.approx(60 / 25.4 * 72, abs=1)
    assert top - bottom < 20 / 25.4 * 72


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        documents.pdf(),
        documents.tiff(1),
        _picture("L", "white"),
        odd_documents.animated_gif()[:40],
    ],
    ids=["empty", "text", "PDF", "TIFF", "white", "cut off"],
)
def test_a_file_that_makes_no_logo_is_refused(content: bytes) -> None:
    with pytest.raises(LogoRejected):
        make_logo(ContentFile(content))
