"""Typesetting pages: the bundled fonts, and letters that no font has."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from faxportal.documents import typesetting_process
from faxportal.documents.typesetting import StandardNotMet, TypesettingFailed, typeset

ARCHIVE = ["a-2b"]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "page.typ"
    fonts = '("Noto Sans", "Noto Sans Hebrew", "Noto Sans Arabic")'
    path.write_text(f"#set text(font: {fonts})\n#text(json(bytes(sys.inputs.words)))")
    return path


@pytest.mark.parametrize("words", ["Żółć", "Ελληνικά", "Привіт", "שלום", "مرحبا"])
def test_the_bundled_fonts_have_the_letters(template: Path, words: str) -> None:
    pdf = typeset(template, {"words": words}, standards=ARCHIVE)
    fonts = {
        font.get_base_name().partition("+")[2]
        for page in pypdfium2.PdfDocument(pdf)
        for font in (text.get_font() for text in page.get_objects(filter=[1]))
    }
    assert fonts
    assert all(name.startswith("NotoSans") for name in fonts)


def test_the_same_data_makes_the_same_bytes(template: Path) -> None:
    first, second = (typeset(template, {"words": "twice"}, standards=ARCHIVE) for _ in range(2))
    assert first == second


def test_letters_that_no_font_has_are_named_once_each(template: Path) -> None:
    with pytest.raises(StandardNotMet) as missing:
        typeset(template, {"words": "a 𒀀\u0007𒀁 b 𒀀"}, standards=ARCHIVE)
    assert missing.value.missing_letters == ["𒀀", "\u0007", "𒀁"]


def test_a_template_that_fails_is_not_reported_as_missing_letters(template: Path) -> None:
    template.write_text("#panic()")
    with pytest.raises(TypesettingFailed):
        typeset(template, {}, standards=[])


def test_letters_that_typst_escapes_are_read_back() -> None:
    said = 'the text `"\\u{7}\\"\\\\日"` could not be displayed with font `"Noto"`'
    assert typesetting_process.missing_letters(said) == ["\u0007", '"', "\\", "日"]
