"""Recognising a file by its content."""

from __future__ import annotations

import codecs

import pytest

from faxportal.documents.kinds import Kind, recognise


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Kind.PDF),
        (b"a mail header before it\r\n\r\n%PDF-1.4", Kind.PDF),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", Kind.JPEG),
        (b"II*\0\x08\0\0\0", Kind.TIFF),
        (b"MM\0*\0\0\0\x08", Kind.TIFF),
        (b"Dear Sir,\r\n\tplease find enclosed\f", Kind.TEXT),
        ("Grüße aus Köln".encode(), Kind.TEXT),
        ("Grüße aus Köln".encode("latin-1"), Kind.TEXT),
        (codecs.BOM_UTF16_LE + "Grüße".encode("utf-16-le"), Kind.TEXT),
        (b"", None),
        (b"\x89PNG\r\n\x1a\n", Kind.PNG),
        (b"PK\x03\x04\x14\0\x06\0", None),
        (b"GIF89a\x01\0\x01\0", Kind.GIF),
        (b"RIFF\x1a\0\0\0WEBPVP8L", Kind.WEBP),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", Kind.BMP),
        (b"BMW offers a new lease", Kind.TEXT),
        (b"\x89PNG\r\n\x1a\n%PDF-1.7\n", Kind.PNG),
        (b"\x7fELF\x02\x01\x01\0", None),
        (b"\0" * 100, None),
    ],
)
def test_a_file_is_recognised_by_its_content(head: bytes, kind: Kind | None) -> None:
    assert recognise(head) == kind
