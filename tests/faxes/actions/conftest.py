"""The admin who decides, pauses and blocks."""

from __future__ import annotations

import pytest

from faxportal.accounts.models import User
from faxportal.accounts.roles import Role, give_role


@pytest.fixture
def admin(db: None) -> User:
    user = User.objects.create_user("ada")
    give_role(user, Role.ADMIN)
    return user
