"""Merging documents: the PDF has the pages that the previews show, or the merge is refused."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageChops
from pypdfium2 import PdfDocument
from pytest_django.fixtures import Settings

from faxportal.documents import file_store, parser_pool, preview
from faxportal.documents.kinds import Kind
from faxportal.documents.merging import (
    CannotBeShown,
    FileChanged,
    Part,
    merge_stored,
    typeset_text,
)
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from faxportal.documents.parser_pool import NotMergeable
from tests.support import documents, odd_documents

ONE_PAGE, TWO_PAGES = documents.pdf(), documents.pdf("9 9 200 300 re f", "")


def keep(content: bytes) -> Part:
    stored = file_store.store(ContentFile(content), at_most=10**8)
    return Part(stored_as=stored.stored_as, kind=stored.kind, sha256=stored.sha256)


def merged(*contents: bytes) -> bytes:
    stored = merge_stored([keep(content) for content in contents])
    with file_store.open_stored(stored.stored_as) as file:
        content: bytes = file.read()
    assert stored.pages == len(PdfDocument(content))
    assert stored.size == len(content)
    return content


def as_fax(content: bytes, kind: Kind, page: int) -> Image.Image:
    drawn = preview.draw_fax(ContentFile(content), kind, page, is_fine=True)
    return Image.open(io.BytesIO(drawn)).convert("L")


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pages at 1/16 of their size: from 0 (equal) to 1 (opposite).

    If one page is longer, the rows below the end of the other page don't count.
    """
    rows = min(one.height, other.height)
    seen = [
        picture.crop((0, 0, picture.width, rows)).resize(
            (picture.width // 16, rows // 16), Image.Resampling.BOX
        )
        for picture in (one, other)
    ]
    apart = ImageChops.difference(*seen).tobytes()
    return sum(apart) / len(apart) / 255


def is_blank(page: Image.Image) -> bool:
    return page.getextrema() == (255, 255)


def scan() -> bytes:
    """A fax of two pages in black and white, as wide as a fax line (1728 dots)."""
    pages = [Image.new("1", (1728, 2200), 1) for _ in range(2)]
    pages[0].paste(0, (100, 100, 900, 500))
    pages[1].paste(0, (700, 1500, 1600, 2100))
    file = io.BytesIO()
    pages[0].save(
        file, "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(204, 196)
    )
    return file.getvalue()


def photograph() -> bytes:
    picture = Image.linear_gradient("L").resize((800, 500))
    file = io.BytesIO()
    picture.save(file, "JPEG", dpi=(100, 100))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "pages"),
    [
        (TWO_PAGES, Kind.PDF, 2),
        (documents.pdf("40 40 100 100 re f", size=(842, 595)), Kind.PDF, 1),
        (scan(), Kind.TIFF, 2),
        (photograph(), Kind.JPEG, 1),
    ],
    ids=["pages", "landscape", "scan", "photograph"],
)
def test_each_page_looks_as_its_preview(content: bytes, kind: Kind, pages: int) -> None:
    whole = merged(ONE_PAGE, content)
    assert len(PdfDocument(whole)) == 1 + pages
    for page in range(1, pages + 1):
        before, after = as_fax(content, kind, page), as_fax(whole, Kind.PDF, 1 + page)
        assert difference(before, after) < 0.01


def test_the_documents_keep_their_order() -> None:
    sizes = [documents.pdf(size=(100 * number, 500)) for number in (3, 1, 2)]
    whole = PdfDocument(merged(*sizes))
    assert [page.get_size() for page in whole] == [(300, 500), (100, 500), (200, 500)]


def test_a_hidden_layer_stays_hidden() -> None:
    layer = "/Resources<</Properties<</Hidden 5 0 R>>>>"
    hidden = documents.assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{layer}>>".encode(),
            documents.stream(b"9 700 99 99 re f /OC /Hidden BDC 100 100 300 300 re f EMC"),
            b"<</Type/OCG/Name(Hidden)>>",
        ]
    )
    before, after = as_fax(hidden, Kind.PDF, 1), as_fax(merged(ONE_PAGE, hidden), Kind.PDF, 2)
    assert difference(before, after) < 0.01
    assert not is_blank(after)


def test_a_filled_in_form_keeps_what_was_filled_in() -> None:
    form = documents.assemble(
        [
            b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/DR<</Font<</F 5 0 R>>>>>>>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[4 0 R]>>",
            b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(Maria)/DA(/F 30 Tf 0 g)/Rect[9 9 99 99]>>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )
    before, after = as_fax(form, Kind.PDF, 1), as_fax(merged(ONE_PAGE, form), Kind.PDF, 2)
    assert difference(before, after) < 0.01
    assert not is_blank(after)


def text_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in PdfDocument(pdf)]


def test_a_text_becomes_pages_with_every_line() -> None:
    lines = [f"{number:4}  Grüße  {'x' * (number % 90)}" for number in range(200)]
    pages = text_of(merged(ONE_PAGE, "\n".join(lines).encode()))
    assert len(pages) > 3
    kept = "".join("".join(pages[1:]).split()).replace("\u200b", "")
    assert kept == "".join("".join(lines).split())


def test_a_form_feed_begins_a_page() -> None:
    [_offer, one, two] = text_of(merged(ONE_PAGE, b"one\n\ftwo\n\f"))
    assert (one.strip(), two.strip()) == ("one", "two")


def test_no_character_of_a_long_word_leaves_the_paper() -> None:
    word = "m" * 500
    [page] = PdfDocument(typeset_text(ContentFile(word.encode())))
    text = page.get_textpage()
    right = [text.get_charbox(index)[2] for index in range(text.count_chars())]
    assert max(right) < page.get_width() - 30
    assert text.get_text_range().count("m") == 500


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Grüße".encode(), "Grüße"),
        ("\ufeffGrüße".encode(), "Grüße"),
        ("Grüße".encode("utf-16"), "Grüße"),
        (b"a\r\n b\rc\n", "a\n b\nc"),
        (b"a\tb", "a       b"),
    ],
)
def test_a_text_is_read_as_it_says(text: bytes, page: str) -> None:
    assert parser_pool.lay_out(ContentFile(text)) == [[page]]


@pytest.mark.parametrize(
    "text",
    [b"Gr\xfc\xdfe", b"\x1b[1mbold", "\U00013000".encode()],
    ids=["8-bit", "printer's commands", "no font"],
)
def test_a_text_that_cannot_be_shown_is_refused_and_never_guessed(text: bytes) -> None:
    with pytest.raises(CannotBeShown):
        typeset_text(ContentFile(text))
    with pytest.raises(NotMergeable) as refused:
        merge_stored([keep(ONE_PAGE), keep(text)])
    assert refused.value.number == 2


@pytest.mark.parametrize(
    "text", [b"a line\n" * 10**6, b"a\n" * 40_000, b"a\f" * 600, b"a" * 30_000]
)
def test_a_text_that_is_too_long_to_typeset_is_refused(text: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        typeset_text(ContentFile(text))
    assert refused.value.reason in {RejectionReason.TOO_MUCH, RejectionReason.TOO_MANY_PAGES}


def test_a_file_that_changed_is_not_merged() -> None:
    part = keep(ONE_PAGE)
    with pytest.raises(FileChanged):
        merge_stored([part, Part(stored_as=part.stored_as, kind=part.kind, sha256="0" * 64)])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (odd_documents.locked_pdf(), RejectionReason.LOCKED),
        (b"%PDF-1.7\nnothing", RejectionReason.DAMAGED),
    ],
)
def test_a_document_that_cannot_be_merged_is_named(content: bytes, reason: RejectionReason) -> None:
    files = [(ContentFile(ONE_PAGE), Kind.PDF), (ContentFile(content), Kind.PDF)]
    with Path(os.devnull).open("wb") as to, pytest.raises(NotMergeable) as refused:
        parser_pool.merge(files, to=to)
    assert (refused.value.number, refused.value.reason) == (2, reason)


def test_documents_that_take_too_much_are_refused() -> None:
    files: Sequence[tuple[ContentFile[bytes], Kind]] = [
        (ContentFile(ONE_PAGE), Kind.PDF),
        (ContentFile(odd_documents.bomb()), Kind.PDF),
    ]
    with Path(os.devnull).open("wb") as to, pytest.raises(NotMergeable) as refused:
        parser_pool.merge(files, to=to)
    assert refused.value.reason is RejectionReason.TOO_MUCH


def test_a_full_disk_says_nothing_about_the_documents() -> None:
    files = [(ContentFile(ONE_PAGE), Kind.PDF), (ContentFile(TWO_PAGES), Kind.PDF)]
    with Path("/dev/full").open("wb") as to, pytest.raises(Rejected) as refused:
        parser_pool.merge(files, to=to)
    assert refused.value.reason is RejectionReason.NOT_NOW


def test_where_no_process_can_be_started_the_documents_are_not_blamed(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    parts = [keep(ONE_PAGE), keep(TWO_PAGES)]
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(Rejected) as refused:
        merge_stored(parts)
    assert refused.value.reason is RejectionReason.NOT_NOW
