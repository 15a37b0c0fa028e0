"""A form field that takes several files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile


class Files(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True
    save_as = "django/forms/widgets/file.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[bytes]]:
        chosen: list[UploadedFile[bytes]] = files.getlist(name) if hasattr(files, "getlist") else []
        return chosen


class FilesField(forms.Field):
    """Any number of files, none included; what they are is judged when they are stored."""

    widget = Files

    @property
    def max_mb(self) -> int:
        """How large each may be, for the page to say so before a large one travels."""
        return settings.MAX_FILE_BYTES // 2**20

    @property
    def max_files(self) -> int:
        """How many a fax takes, for the page to say so before one too many is chosen."""
        return settings.MAX_FILES
