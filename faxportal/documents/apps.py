from contextlib import suppress
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class DocumentsConfig(AppConfig):
    name = "faxportal.documents"
    label = "documents"

    def ready(self) -> None:
        # Every command passes here before it looks for its database, its documents or a place for
        # files that arrive. Where a folder can't be made, whatever needs it says so.
        for folder in (settings.DATA_DIR, Path(settings.FILE_UPLOAD_TEMP_DIR)):
            with suppress(OSError):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
