"""Form fields that several features use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile


class Text(forms.CharField):
    """Any text, also an empty one.

    NUL is dropped: no database takes it and nobody types it. A line end is one character, as a
    browser counts it for `maxlength`, not the two that it posts.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\0", "").replace("\r\n", "\n")
        return super().to_python(text) or ""


class Files(forms.ClearableFileInput):
    """A file input in which a person chooses any number of files."""

    allow_multiple_selected = True
    save_as = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[bytes]]:
        chosen: list[UploadedFile[bytes]] = files.getlist(name) if hasattr(files, "getlist") else []
        return chosen


class FilesField(forms.Field):
    """Any number of files, also none. What they hold is checked when they are stored."""

    widget = Files

    @property
    def max_mb(self) -> int:
        """Megabytes that each may have, so that the page can say it before a file is uploaded."""
        return settings.MAX_FILE_BYTES // 2**20

    @property
    def max_files(self) -> int:
        """How many documents a fax may have, so that the page can say it before they are chosen."""
        return settings.MAX_FILES
