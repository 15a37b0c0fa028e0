"""Previews: they look like pages of ghostscript and libtiff, and name what a fax would lose."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from PIL import Image, ImageChops, TiffImagePlugin

from faxportal.documents import preview
from faxportal.documents.kinds import Kind
from faxportal.documents.parser import fax_raster
from faxportal.documents.parser.legibility import Loss
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from tests.support import documents, odd_documents

#: `text.pdf`, `grey.pdf` and `pages.pdf` (three pages), and faxes that other programs made of them.
#: Ghostscript 10.00 made the faxes in fine resolution (for `text-standard.tif`, with -r204x98):
#:     gs -sDEVICE=tiffg4 -r204x196 -sPAPERSIZE=a4 -o text.tif text.pdf
#: Ghostscript and libtiff 4.5 made `received.tif`, a fax as a fax machine receives it (two pages,
#: standard resolution, Group 3). Then libtiff read it:
#:     gs -sDEVICE=faxg3 -r204x98 -sPAPERSIZE=a4 -o %d.g3 pages.pdf
#:     fax2tiff -M -1 -3 -R 98 -X 1728 -o received.tif 1.g3 2.g3
#:     tiffcp -c g4 -r 100000 received.tif received-read.tif
GOLDEN = Path(__file__).parent / "golden"


def drawn(
    content: bytes, kind: Kind = Kind.PDF, *, page: int = 1, is_fine: bool = True
) -> Image.Image:
    return Image.open(
        io.BytesIO(preview.draw_fax(ContentFile(content), kind, page, is_fine=is_fine))
    )


def ink(picture: Image.Image) -> Image.Image:
    """The page without its margins, inverted: the ink is white, and the paper is black."""
    black = picture.convert("L").point(lambda value: 255 - value)
    return black.crop(black.getbbox())


def share(mask: Image.Image) -> float:
    return mask.histogram()[255] / (mask.width * mask.height)


def text(size: float, grey: float = 0, lines: int = 30) -> str:
    """A content stream with lines of text; `size` is in points."""
    words = "(The quick brown fox jumps over the lazy dog, and on it goes) Tj"
    return f"BT /F {size} Tf {grey} g {size * 1.4} TL 60 780 Td " + f"{words} T* " * lines + "ET"


def golden(name: str, page: int = 1) -> Image.Image:
    """A page (from 1) as ghostscript or libtiff drew it."""
    with Image.open(GOLDEN / f"{name}.tif") as pages:
        pages.seek(page - 1)
        return pages.copy()


def as_standard(page: Image.Image) -> Image.Image:
    """The page in standard resolution, which has only every second row."""
    return page.resize((page.width, page.height // 2), Image.Resampling.NEAREST)


@pytest.mark.parametrize(
    ("document", "page", "fax_page"),
    [
        ("text", 1, "text"),
        ("text", 1, "text-standard"),
        ("pages", 1, "pages"),
        ("pages", 2, "pages"),
        ("pages", 3, "pages"),
    ],
)
def test_text_is_drawn_as_ghostscript_draws_it(document: str, page: int, fax_page: str) -> None:
    """The edges of letters may differ: each program fits letters to dots by its own rules."""
    is_fine = not fax_page.endswith("standard")
    whole = drawn((GOLDEN / f"{document}.pdf").read_bytes(), page=page, is_fine=is_fine)
    ours = ink(whole if is_fine else as_standard(whole))
    theirs = ink(golden(fax_page, page))
    assert abs(ours.width - theirs.width) <= 2
    assert abs(ours.height - theirs.height) <= 2
    differs = ImageChops.difference(ours, theirs.resize(ours.size))
    assert share(differs) < 0.2 * share(theirs)
    assert share(ours) == pytest.approx(share(theirs), rel=0.03)


def test_a_grey_area_is_as_dark_as_it_should_be() -> None:
    """Ghostscript's pattern for 70 % white is somewhat too light, so its tolerance is larger."""
    ours = ink(drawn((GOLDEN / "grey.pdf").read_bytes()))
    assert share(ours) == pytest.approx(0.3, abs=0.01)
    assert share(ink(golden("grey"))) == pytest.approx(0.3, abs=0.1)


@pytest.mark.parametrize(("fax_page", "rows"), [("text", 2292), ("text-standard", 1146)])
def test_a_page_has_as_many_dots_and_rows_as_ghostscripts(fax_page: str, rows: int) -> None:
    ours = drawn((GOLDEN / "text.pdf").read_bytes(), is_fine=rows == 2292)
    ours, theirs = ours if rows == 2292 else as_standard(ours), golden(fax_page)
    assert ours.size == theirs.size == (1728, rows)
    assert ours.mode == theirs.mode == "1"


@pytest.mark.parametrize("name", ["text", "text-standard", "pages", "received-read"])
def test_the_size_on_the_line_equals_ghostscripts_and_libtiffs_to_the_byte(name: str) -> None:
    with TiffImagePlugin.TiffImageFile(GOLDEN / f"{name}.tif") as theirs:
        for page in range(theirs.n_frames):
            theirs.seek(page)
            [written] = theirs.tag_v2[279]  # tag StripByteCounts: the bytes of the only strip
            assert fax_raster.bytes_on_the_line(theirs) == written


@pytest.mark.parametrize("page", [1, 2])
def test_a_received_fax_is_drawn_dot_for_dot_as_libtiff_reads_it(page: int) -> None:
    content = (GOLDEN / "received.tif").read_bytes()
    ours = as_standard(drawn(content, Kind.TIFF, page=page, is_fine=False))
    assert ours.tobytes() == golden("received-read", page).tobytes()


def test_standard_resolution_has_half_the_rows_each_shown_twice() -> None:
    page = drawn(documents.pdf(text(12)), is_fine=False)
    half = as_standard(page)
    assert page.height == 2292
    assert half.resize(page.size, Image.Resampling.NEAREST).tobytes() == page.tobytes()


def test_a_scanned_fax_page_is_drawn_unchanged() -> None:
    [scanned] = [Image.effect_noise((1728, 2292), 200).convert("1")]
    file = io.BytesIO()
    scanned.save(file, "TIFF", compression="group4", dpi=(204, 196))
    assert drawn(file.getvalue(), Kind.TIFF).tobytes() == scanned.tobytes()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (documents.pdf(size=(842, 595)), Kind.PDF),
        (documents.pdf(size=(14400, 14400)), Kind.PDF),
        (documents.pdf(size=(3, 9000)), Kind.PDF),
        (documents.picture("JPEG", "CMYK"), Kind.JPEG),
        (documents.picture("TIFF", "I;16"), Kind.TIFF),
        (odd_documents.two_sizes_tiff(), Kind.TIFF),
    ],
)
def test_pages_of_any_size_fit_on_the_line(content: bytes, kind: Kind) -> None:
    page = drawn(content, kind)
    assert page.width == 1728
    assert 1 <= page.height <= 14 * 196
    original = preview.draw_original(ContentFile(content), kind, 1, within=preview.ORIGINAL)
    with Image.open(io.BytesIO(original)) as picture:
        assert picture.width <= preview.ORIGINAL[0]
        assert picture.height <= preview.ORIGINAL[1]


def test_each_page_shows_its_own_content() -> None:
    content = documents.pdf(text(12, lines=1), text(12, lines=20))
    assert ink(drawn(content, page=1)).height < ink(drawn(content, page=2)).height


def test_a_page_that_draws_for_ever_is_rejected() -> None:
    with pytest.raises(Rejected) as refused:
        drawn(odd_documents.laughs())
    assert refused.value.reason is RejectionReason.TOO_MUCH


@pytest.mark.parametrize(
    ("content", "losses"),
    [
        (text(10), []),
        (text(8), []),
        (text(4), [Loss.SMALL]),
        (text(12, grey=0.75), [Loss.FAINT]),
        ("0.8 g 50 50 500 700 re f 0 g " + text(12), []),
        ("50 50 500 200 re f " + text(12), [Loss.BLACK]),
        ("50 400 500 1 re f 50 300 1 300 re f " + text(12), []),
        ("", []),
    ],
)
def test_what_a_fax_loses_is_found(content: str, losses: list[Loss]) -> None:
    assert preview.measure_page(ContentFile(documents.pdf(content)), Kind.PDF, 1).losses == losses


def test_a_photograph_is_not_reported_as_faint_text() -> None:
    gradient = Image.linear_gradient("L").resize((1200, 1200))
    photo = ImageChops.add(gradient, Image.effect_noise((1200, 1200), 40), scale=2)
    file = io.BytesIO()
    photo.save(file, "JPEG")
    assert Loss.FAINT not in preview.measure_page(ContentFile(file.getvalue()), Kind.JPEG, 1).losses


def test_a_fuller_page_takes_longer() -> None:
    little, much = (
        preview.measure_page(ContentFile(documents.pdf(text(10, lines=lines))), Kind.PDF, 1)
        for lines in (2, 50)
    )
    assert little.seconds < much.seconds
    assert little.seconds[0] < little.seconds[1]
    assert little.standard < little.fine
