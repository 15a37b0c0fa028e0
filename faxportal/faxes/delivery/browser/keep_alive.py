"""Keeping an upload by a browser alive: how long a browser that reports nothing counts as alive."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef

from faxportal.faxes.clock import Clock
from faxportal.faxes.delivery.browser.last_heard import note_heard
from faxportal.faxes.models import Attempt, Fax, Upload
from faxportal.faxes.states import HandoverState, UploadState

#: How long a browser counts as alive after its last request about an upload.
ALIVE_FOR = timedelta(seconds=60)


def keep_alive(fax: Fax, attempt_id: int, *, bytes_sent: int, clock: Clock | None = None) -> bool:
    """Write that a browser is still uploading, and return whether the browser may go on.

    `bytes_sent` shows progress and proves nothing. Even a browser that already counted as gone may
    go on, unless a later attempt of the same upload was started.
    """
    clock = clock or Clock()
    now = clock.now()
    note_heard(fax, clock)
    running = Attempt.objects.filter(pk=attempt_id, handover__fax=fax, closed_at=None).exclude(
        browser_until=None
    )
    running = running.filter(
        handover__state=HandoverState.UPLOADING, handover__fax__cancel_asked_at=None
    )
    later = Attempt.objects.filter(upload=OuterRef("upload"), pk__gt=OuterRef("pk"))
    if not running.exclude(Exists(later)).update(browser_until=now + ALIVE_FOR):
        return False
    upload = Upload.objects.select_related("document").get(attempts=attempt_id)
    Upload.objects.filter(pk=upload.pk, state=UploadState.PUTTING).update(
        bytes_sent=min(bytes_sent, upload.document.size)
    )
    return True
