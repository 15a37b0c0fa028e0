"""Sentences for operators: why the portal sends nothing with this database and data directory."""

from __future__ import annotations

from django.conf import settings

from faxportal.faxes.installation.recognition import Recognised


def why_nothing_is_sent(recognised: Recognised) -> str | None:
    """What keeps the portal from sending, and what to do about it; None if nothing does."""
    if recognised == Recognised.COPY:
        return (
            "This database is a copy or was restored, so nothing is sent until an administrator "
            "resumes sending."
        )
    if recognised == Recognised.MISMATCH:
        return (
            f"The data directory {settings.DATA_DIR} and the database don't belong together. "
            "FAXPORTAL_DATA_DIR and FAXPORTAL_DATABASE_URL must name the two that do. If both are "
            "right, because the old data directory is lost for example, run: manage.py afterrestore"
        )
    return None
