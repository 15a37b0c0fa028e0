"""A sender whose faxes the tests find and list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.models import Fax
from tests.support.submitting import send_confirmed
from tests.web.conftest import PDF, connect, person

Send = Callable[..., Fax]


@pytest.fixture
def maria(db: None) -> User:
    user = person("maria", Role.SENDER)
    user.first_name, user.last_name = "María", "Núñez"
    user.save()
    connect(user)
    return user


@pytest.fixture
def send(maria: User) -> Send:
    def send_one(
        *,
        to: str = "+1 650 253 0000",
        subject: str = "",
        note: str = "",
        files: Sequence[str] = ("a.pdf",),
        extension: str = "0003*210",
    ) -> Fax:
        content = DraftContent(extension=extension, recipients=to, subject=subject, note=note)
        uploaded = [SimpleUploadedFile(name, PDF + name.encode()) for name in files]
        request = SubmitRequest(by=maria, key=uuid4(), content=content, files=uploaded)
        return send_confirmed(request).fax

    return send_one
