"""What the watch removes between its checks of sending, a limited part at a time."""

from __future__ import annotations

import logging
from itertools import cycle

from faxportal.contacts import importing
from faxportal.documents import file_store
from faxportal.faxes.clock import Clock
from faxportal.faxes.maintenance import orphaned_files, retention

logger = logging.getLogger(__name__)

#: How many faxes of each kind one run removes at most.
MAX_REMOVED = 50
#: Once in this time, the next of the 256 folders of the file store is searched for orphans. A
#: search of all folders takes 4.3 hours.
FOLDER_EVERY_SECONDS = 60.0


class Housekeeping:
    """Applies retention, and moves orphaned files to the trash.

    It also removes the files of unfinished contact imports.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._folders = cycle(file_store.FOLDERS)
        self._next_folder_at = 0.0

    def run_once(self) -> bool:
        """Remove the next part of what is due.

        Returns False if a file can't be removed, and writes that to the log. Database errors are
        raised.
        """
        try:
            self._apply_retention()
            if (now := self._clock.monotonic()) >= self._next_folder_at:
                self._next_folder_at = now + FOLDER_EVERY_SECONDS
                importing.delete_abandoned_files(self._clock.now())
                self._remove_orphans()
        except OSError as error:
            logger.error("files could not be removed: %s", type(error).__name__)
            return False
        return True

    def _apply_retention(self) -> None:
        if removed := retention.remove_due(self._clock, at_most=MAX_REMOVED):
            logger.info(
                "retention: documents of %d faxes, %d faxes and %d drafts are removed",
                removed.faxes_cleared,
                removed.faxes_removed,
                removed.drafts_removed,
            )

    def _remove_orphans(self) -> None:
        if removed := orphaned_files.remove_orphans(self._clock, [next(self._folders)]):
            logger.info(
                "retention: %d files that no fax names are moved to the trash", len(removed)
            )
