"""Creates the folders for documents and uploads when a command starts."""

from contextlib import suppress
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class DocumentsConfig(AppConfig):
    name = "faxportal.documents"
    label = "documents"

    def ready(self) -> None:
        # Every command runs this before it opens the database, a document or an upload. If a
        # folder can't be created, the code that needs the folder reports that.
        for folder in (settings.DATA_DIR, Path(settings.FILE_UPLOAD_TEMP_DIR)):
            with suppress(OSError):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
