"""Addresses within the portal to which several features link."""

from __future__ import annotations

from django.urls import reverse

from faxportal.faxes.models import Fax


def compose_address(draft: Fax) -> str:
    """The address of the compose form with the content of a draft."""
    return f"{reverse('compose')}?draft={draft.submission_key}"
