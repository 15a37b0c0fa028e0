"""Fields that several forms have."""

from __future__ import annotations

from typing import Any

from django import forms


class Text(forms.CharField):
    """A text of any kind; NUL, which no database takes and nobody types, is dropped.

    A line end is one character, as a browser counts it, and not the two that it posts.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\0", "").replace("\r\n", "\n")
        return super().to_python(text) or ""
