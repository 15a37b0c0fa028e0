"""Submitting without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from django.core.files.base import File

from faxportal.accounts.models import User
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.confirmations.confirmation import Confirmation
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.compose.submit_result import NeedsConfirmation, SubmitResult, Submitted

Kind = TypeVar("Kind")


def expect(kind: type[Kind], result: SubmitResult) -> Kind:
    """Check that the result is of this kind, and return the result."""
    assert isinstance(result, kind), result
    return result


def submit_form(
    by: User,
    *,
    key: UUID,
    content: DraftContent,
    files: Sequence[File[bytes]] = (),
    clock: Clock | None = None,
    **more: Any,
) -> SubmitResult:
    """Submit a form. `more` are other fields of `SubmitRequest`."""
    request = SubmitRequest(by=by, key=key, content=content, files=files, **more)
    return submit_fax(request, clock=clock)


def send_form(by: User, **fields: Any) -> Submitted:
    """Call `submit_form`, check that the fax is submitted, and return the result."""
    return expect(Submitted, submit_form(by, **fields))


def send_confirmed(request: SubmitRequest, *, clock: Clock | None = None) -> Submitted:
    """Submit, confirm every concern, check that the fax is submitted, and return the result."""
    result = submit_fax(request, clock=clock)
    if isinstance(result, NeedsConfirmation):
        confirmation = Confirmation(
            digest=result.request.digest, numbers_again=request.content.recipients
        )
        result = submit_fax(replace(request, files=(), confirmation=confirmation), clock=clock)
    return expect(Submitted, result)
