"""A form that is posted to the portal without a browser, and what it is asked."""

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
from faxportal.faxes.compose.confirmations.confirmation import NO_ANSWER, Answer, Asked
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import AsksFirst, submit_fax
from faxportal.faxes.models import Fax
from tests.faxes.conftest import PDF, HandClock

PHONE = "+1 650 253 0000"


@dataclass(kw_only=True)
class Form:
    """One form, however often it is posted."""

    by: User
    clock: Clock
    to: str = PHONE
    files: dict[str, bytes] = field(default_factory=lambda: {"offer.pdf": PDF})
    key: UUID = field(default_factory=uuid4)
    subject: str = ""

    def post(self, answer: Answer = NO_ANSWER, **more: Any) -> Fax:
        """Send it; raises what `submit_fax` raises."""
        files = [SimpleUploadedFile(name, content) for name, content in self.files.items()]
        typed = DraftContent(extension="0003*210", recipients=self.to, subject=self.subject)
        return submit_fax(
            self.by,
            key=self.key,
            typed=typed,
            files=files,
            answer=answer,
            clock=self.clock,
            **more,
        ).fax

    def asked(self, answer: Answer = NO_ANSWER) -> Asked:
        """What it is asked when it is posted."""
        with pytest.raises(AsksFirst) as asks:
            self.post(answer)
        return asks.value.asked

    def send(self) -> Fax:
        """Send it, whatever is asked."""
        try:
            return self.post()
        except AsksFirst as asks:
            return self.post(Answer(digest=asks.asked.digest, typed_again=self.to))


MakeForm = Callable[..., Form]


@pytest.fixture
def form(sender: User, clock: HandClock) -> MakeForm:
    """Makes forms, the sender's where nobody else is named."""

    def make(by: User = sender, **fields: Any) -> Form:
        return Form(by=by, clock=clock, **fields)

    return make


@pytest.fixture
def colleague(sender: User) -> User:
    """Sends from the same extension."""
    user = User.objects.create_user("otto")
    give_role(user, Role.SENDER)
    connection = sender.connection
    connection.pk, connection.user = None, user
    connection.save(force_insert=True)
    connection.extensions.create(number="0003*210", label="Front desk")
    return user
