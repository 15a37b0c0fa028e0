"""Cleaning the names of uploaded files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxportal.documents.file_names import MAX_NAME, clean_name
from faxportal.documents.kinds import Kind


@pytest.mark.parametrize(
    ("name", "kind", "clean"),
    [
        ("offer.pdf", Kind.PDF, "offer.pdf"),
        ("../../etc/passwd", Kind.TEXT, "passwd.txt"),
        ("C:\\Users\\maria\\offer.pdf", Kind.PDF, "offer.pdf"),
        ("of\x00fer\n\u202efdp.pdf", Kind.PDF, "offerfdp.pdf"),
        ("Übersicht  2026.PDF", Kind.PDF, "Übersicht 2026.PDF"),
        ("scan.tiff", Kind.TIFF, "scan.tiff"),
        ("invoice.exe", Kind.PDF, "invoice.exe.pdf"),
        ("", Kind.JPEG, "document.jpg"),
        (".pdf", Kind.PDF, "document.pdf"),
        ("x" * 300 + ".pdf", Kind.PDF, "x" * (MAX_NAME - 4) + ".pdf"),
    ],
)
def test_a_name_is_cleaned(name: str, kind: Kind, clean: str) -> None:
    assert clean_name(name, kind) == clean


@given(st.text(), st.sampled_from(Kind))
def test_any_name_becomes_a_short_plain_one(name: str, kind: Kind) -> None:
    clean = clean_name(name, kind)
    assert 0 < len(clean) <= MAX_NAME
    assert clean.isprintable()
    assert not set(clean) & set("/\\")
    assert clean_name(clean, kind) == clean
