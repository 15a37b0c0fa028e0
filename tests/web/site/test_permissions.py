"""One module names all permissions. All views and all templates check them in the same way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.models import Permission as StoredPermission
from django.test import RequestFactory

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.accounts.roles import PERMISSIONS, Role
from faxportal.web.site.permissions import may

ROOT = Path(__file__).parents[3]
NAMES = ROOT / "faxportal" / "accounts" / "permissions.py"
CODE = [
    path
    for folder in ("faxportal", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path != NAMES and "migrations" not in path.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def test_no_code_spells_the_name_of_a_permission() -> None:
    names = [text for each in Permission for text in (each.value, each.codename)]
    spelt = re.compile(rf"""["']({"|".join(map(re.escape, names))})["']""")

    assert not [path for path in CODE if spelt.search(path.read_text())]


def test_views_ask_for_permissions_by_one_decorator() -> None:
    inside = ROOT / "faxportal" / "web" / "site" / "permissions.py"
    others = re.compile(r"\b(permission_required|user_passes_test|PermissionRequiredMixin)\b")

    found = [path for path in CODE if others.search(path.read_text())]

    assert set(found) == {inside, Path(__file__)}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_ask_for_permissions_that_there_are(template: Path) -> None:
    text = template.read_text()

    assert not re.search(r"\bperms\b", text)
    for name in re.findall(r"\bmay\.(\w+)", text):
        assert name.upper() in Permission.__members__


@pytest.mark.django_db
def test_every_permission_is_declared_by_a_model() -> None:
    stored = {
        f"{each.content_type.app_label}.{each.codename}": each.name
        for each in StoredPermission.objects.select_related("content_type")
    }

    assert {each.value: each.label for each in Permission}.items() <= stored.items()


def test_a_template_learns_what_a_person_may(sender: User, reviewer: User) -> None:
    request = RequestFactory().get("/")
    for user, role in ((sender, Role.SENDER), (reviewer, Role.REVIEWER)):
        request.user = user
        allowed = {name for name, is_allowed in may(request)["may"].items() if is_allowed}
        assert allowed == {each.name.lower() for each in PERMISSIONS[role]}


@pytest.mark.parametrize("is_known", [True, False])
def test_somebody_who_is_not_signed_in_has_no_permission(is_known: bool) -> None:
    request = RequestFactory().get("/")
    if is_known:
        request.user = AnonymousUser()

    assert not any(may(request)["may"].values())
