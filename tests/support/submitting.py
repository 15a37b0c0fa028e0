"""Submitting as a person does who means it: whatever the portal asks first, they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.base import File

from faxportal.accounts.models import User
from faxportal.faxes.compose.confirmations.confirmation import Answer
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import AsksFirst, Submitted, submit_fax


def submit_all_the_same(
    by: User, *, typed: DraftContent, files: Sequence[File[bytes]], **form: Any
) -> Submitted:
    """Submit; asked something, answer it with the next submit."""
    try:
        return submit_fax(by, typed=typed, files=files, **form)
    except AsksFirst as asks:
        answer = Answer(digest=asks.asked.digest, typed_again=typed.recipients)
        return submit_fax(by, typed=typed, files=[], answer=answer, **form)
