"""Odd values in every field of every page: each gets an answer, and none an error of the portal's.

The values are those that broke pages once: numbers of thousands of digits, deep JSON, numbers that
no computer holds, NUL.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.test import Client

import faxportal.web
from faxportal.accounts.models import User
from tests.support import budget
from tests.web.conftest import browser_of, connect, send_fax
from tests.web.test_permissions import addresses_of

SOURCES = Path(faxportal.web.__file__).parent
#: A name of a field as views read it.
READ = re.compile(r"""(?:GET|POST|FILES|asked|posted)\.(?:get|getlist)\(\s*["'](\w+)["']""")
#: Requests in a round.
REQUESTS = 500
#: Signing in and out change who asks, and without a worker the portal is not ready.
LEFT_OUT = {"ready", "account_login", "account_logout"}
ODD = [
    "9" * 5000,
    "-" + "9" * 30,
    "9223372036854775808",
    "1e400",
    "-1",
    "0",
    "²",
    "٣",
    "NaN",
    "\0",
    "a\0b",
    "\u202e\u2066",
    "[" * 5_000,
    '{"a":' * 2_000,
    '[{"size": 1e400, "sha256": "x", "name": "a", "head": "", "after": 1e400}]',
    '[{"size": null, "sha256": [], "name": {}, "head": 5, "after": "x"}]',
    '[{"size": ' + "9" * 4000 + "}]",
    '{"a": {"b": null}, "c": 1e400}',
    "[1, 2]",
    "null",
    "NaN",
    '"x"',
    "0000-00-00T99:99",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "00000000-0000-0000-0000-000000000000/1/x",
    "00000000-0000-0000-0000-000000000000/" + "9" * 30 + "/1",
    "x" * 20_000,
    "\n" * 1000,
    "%00",
    "..",
    "",
]


def fields() -> list[str]:
    """The names of all fields that the views and forms of the portal read."""
    found = {name for path in SOURCES.rglob("*.py") for name in READ.findall(path.read_text())}
    forms = [BaseForm]
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        found |= set(getattr(form, "base_fields", {}))
    return sorted(found)


@pytest.fixture
def addresses(admin: User) -> dict[str, str]:
    connect(admin)
    return addresses_of(admin, send_fax)


@pytest.mark.endless
@pytest.mark.django_db
def test_odd_values_get_an_answer(admin: User, addresses: dict[str, str]) -> None:
    names, known = fields(), sorted(set(addresses) - LEFT_OUT)
    assert len(names) > 80
    session = browser_of(admin).cookies[settings.SESSION_COOKIE_NAME].value
    seed = random.randrange(2**32)
    chance = random.Random(seed)  # chooses tests
    for _round in budget.rounds():
        for _request in range(REQUESTS):
            name, post = chance.choice(known), chance.random() < 0.6
            # All fields of a form are read even if one is wrong; a view may read only the first.
            chosen = names if chance.random() < 0.5 else chance.sample(names, k=4)
            sent = {field: chance.choice(ODD) for field in chosen}
            browser = Client(raise_request_exception=False)
            browser.cookies[settings.SESSION_COOKIE_NAME] = session
            with transaction.atomic():
                answer = (browser.post if post else browser.get)(addresses[name], sent)
                list(answer)
                transaction.set_rollback(True)
            shown = {field: value[:60] for field, value in sent.items()}
            assert answer.status_code < 500, (seed, name, "POST" if post else "GET", shown)
