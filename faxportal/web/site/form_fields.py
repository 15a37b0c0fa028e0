"""Form fields that several features use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile


class Text(forms.CharField):
    """Any text; it may be empty.

    NUL is dropped: PostgreSQL refuses it, and nobody types it. A line end becomes LF: browsers post
    CR LF, but `maxlength` counts a line end as one character.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def to_python(self, value: Any) -> str:
        text = str(value or "").replace("\0", "").replace("\r\n", "\n")
        return super().to_python(text) or ""


class Files(forms.ClearableFileInput):
    """A file input in which a person chooses any number of files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[bytes]]:
        chosen: list[UploadedFile[bytes]] = files.getlist(name) if hasattr(files, "getlist") else []
        return chosen


class FilesField(forms.Field):
    """Any number of files, or none. Their content is checked when they are stored."""

    widget = Files

    @property
    def max_mb(self) -> int:
        """The most megabytes of one file. Scripts refuse a larger file before the upload."""
        return settings.MAX_FILE_BYTES // 2**20

    @property
    def max_files(self) -> int:
        """The most documents of one fax. Scripts refuse further files before the upload."""
        return settings.MAX_FILES
