"""Converting pictures that VoipNow does not accept, or might print sideways."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from pypdfium2 import PdfDocument

from faxportal.documents import file_store
from faxportal.documents.file_store import StoredFile
from faxportal.documents.kinds import Kind
from tests.support import documents, odd_documents

POINTS = 72
PAPER = (pytest.approx(8.27 * POINTS, abs=1), pytest.approx(11 * POINTS, abs=1))


def store(content: bytes) -> StoredFile:
    return file_store.store(ContentFile(content), at_most=10**9)


def sheet_of(stored: StoredFile, dpi: int = 72) -> Image.Image:
    """The only page of a stored PDF, drawn in grey."""
    with file_store.open_stored(stored.stored_as) as file, PdfDocument(file.read()) as document:
        [page] = document
        assert page.get_size() == PAPER
        drawn: Image.Image = page.render(scale=dpi / POINTS, grayscale=True).to_pil()
    return drawn


def ink(sheet: Image.Image) -> tuple[int, int, int, int]:
    """The smallest box around all that isn't white: left, upper, right, lower."""
    box = sheet.point(lambda value: 255 - value).getbbox()
    assert box
    return box


def saved(picture: Image.Image, picture_format: str = "PNG", **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, picture_format, **how)
    return file.getvalue()


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.GIF, Kind.WEBP, Kind.BMP])
def test_a_picture_of_each_kind_becomes_a_page(kind: Kind) -> None:
    stored = store(documents.picture(kind.name, "RGB"))
    assert (stored.kind, stored.pages, stored.converted_from) == (Kind.PDF, 1, kind)
    assert ink(sheet_of(stored))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_black_stays_black_in_every_mode(mode: str) -> None:
    black = (0, 255) if mode == "LA" else (0, 0, 0, 255) if mode == "RGBA" else 0
    sheet = sheet_of(store(saved(Image.new(mode, (300, 300), black))))
    assert sheet.getpixel((sheet.width // 2, 100)) == 0


def test_sixteen_bits_of_grey_become_eight() -> None:
    sheet = sheet_of(store(saved(Image.new("I;16", (300, 300), 0x8000))))
    assert sheet.getpixel((sheet.width // 2, 100)) == pytest.approx(0x80, abs=1)


def test_transparent_parts_become_white() -> None:
    picture = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 150, 300, 300))
    sheet = sheet_of(store(saved(picture)))
    _left, upper, _right, lower = ink(sheet)
    assert upper == pytest.approx(150 * 72 / 96, abs=1)
    assert lower == pytest.approx(300 * 72 / 96, abs=1)


def test_a_picture_keeps_the_size_that_its_resolution_gives() -> None:
    left, upper, right, lower = ink(
        sheet_of(store(documents.picture("PNG", size=(600, 300), dpi=(300, 300))))
    )
    assert right - left == pytest.approx(144, abs=2)
    assert lower - upper == pytest.approx(72, abs=2)
    assert upper == 0


@pytest.mark.parametrize("size", [(3000, 600), (600, 3000), (1, 1), (9000, 1)])
def test_a_picture_of_any_shape_fits_on_the_paper(size: tuple[int, int]) -> None:
    left, upper, right, lower = ink(sheet_of(store(documents.picture("PNG", size=size)), dpi=300))
    assert 0 <= left < right <= 8.27 * 300 + 1
    assert 0 <= upper < lower <= 11 * 300 + 1


def test_a_photo_is_turned_as_its_metadata_says() -> None:
    stored = store(odd_documents.turned_jpeg())  # twice as wide as high, before it is rotated
    assert (stored.kind, stored.converted_from) == (Kind.PDF, Kind.JPEG)
    left, upper, right, lower = ink(sheet_of(stored))
    assert lower - upper == pytest.approx(2 * (right - left), abs=4)


def test_of_an_animation_the_first_picture_is_sent() -> None:
    stored = store(odd_documents.animated_gif())
    assert stored.pages == 1
    assert stored.is_first_of_several
    sheet = sheet_of(stored)
    assert sheet.getpixel((sheet.width // 2, 10)) == 0  # the first picture is black


@pytest.mark.parametrize(
    "content", [documents.picture("PNG"), odd_documents.animated_gif(), odd_documents.turned_jpeg()]
)
def test_the_same_picture_makes_the_same_bytes(content: bytes) -> None:
    assert store(content).sha256 == store(content).sha256


def test_a_large_picture_is_scaled_down_to_the_paper() -> None:
    noise = Image.effect_noise((6000, 4000), 100)
    assert store(saved(noise, "BMP")).size < 8.27 * 300 * 11 * 300
