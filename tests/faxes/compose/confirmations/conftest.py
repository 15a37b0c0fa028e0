"""A form that is submitted without a browser, and what its sender has to confirm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose.confirmations.confirmation import (
    NO_CONFIRMATION,
    Confirmation,
    ConfirmationRequest,
)
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit_result import NeedsConfirmation, SubmitResult, Submitted
from faxportal.faxes.models import Fax
from tests.faxes.conftest import PDF, HandClock
from tests.support.submitting import expect, submit_form

PHONE = "+1 650 253 0000"


@dataclass(kw_only=True)
class Form:
    """One form, with one submission key, which can be submitted several times."""

    by: User
    clock: Clock
    to: str = PHONE
    files: dict[str, bytes] = field(default_factory=lambda: {"offer.pdf": PDF})
    key: UUID = field(default_factory=uuid4)
    subject: str = ""

    def submit(self, confirmation: Confirmation = NO_CONFIRMATION, **more: Any) -> SubmitResult:
        files = [SimpleUploadedFile(name, content) for name, content in self.files.items()]
        content = DraftContent(extension="0003*210", recipients=self.to, subject=self.subject)
        return submit_form(
            self.by,
            key=self.key,
            content=content,
            files=files,
            confirmation=confirmation,
            clock=self.clock,
            **more,
        )

    def post(self, confirmation: Confirmation = NO_CONFIRMATION) -> Fax:
        """Submit the form, check that the fax is submitted, and return the fax."""
        return expect(Submitted, self.submit(confirmation)).fax

    def needs(self, confirmation: Confirmation = NO_CONFIRMATION) -> ConfirmationRequest:
        """Submit the form, and return what its sender has to confirm."""
        return expect(NeedsConfirmation, self.submit(confirmation)).request

    def send(self) -> Fax:
        """Submit the form, and confirm whatever is to be confirmed."""
        result = self.submit()
        if isinstance(result, NeedsConfirmation):
            digest = result.request.digest
            return self.post(Confirmation(digest=digest, numbers_again=self.to))
        return expect(Submitted, result).fax


MakeForm = Callable[..., Form]


@pytest.fixture
def form(sender: User, clock: HandClock) -> MakeForm:
    """Makes forms. Their sender is `sender`, unless `by` names somebody else."""

    def make(by: User = sender, **fields: Any) -> Form:
        return Form(by=by, clock=clock, **fields)

    return make


@pytest.fixture
def colleague(sender: User) -> User:
    """Another sender, who uses the same extension."""
    user = User.objects.create_user("otto")
    give_role(user, Role.SENDER)
    connection = sender.connection
    connection.pk, connection.user = None, user
    connection.save(force_insert=True)
    connection.extensions.create(number="0003*210", label="Front desk")
    return user
