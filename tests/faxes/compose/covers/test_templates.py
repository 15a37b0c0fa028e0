"""Admins add, change and remove cover pages."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from faxportal.accounts.models import User
from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry
from faxportal.faxes.compose.covers.drawing import LettersMissing
from faxportal.faxes.compose.covers.templates import (
    TooFull,
    draw_sample,
    remove_template,
    save_template,
)
from faxportal.faxes.models import CoverTemplate, CoverUse
from tests.faxes.compose.covers.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return User.objects.create_user("adam")


def test_adding_changing_and_removing_are_in_the_audit_without_texts(admin: User) -> None:
    template = CoverTemplate(name="Letterhead", office="Meyer")
    save_template(template, by=admin)
    number = template.pk
    template.use = CoverUse.OFFERED
    save_template(template, by=admin)
    remove_template(template, by=admin)
    entries = AuditEntry.objects.order_by("id").values_list("action", "actor", "data")
    assert list(entries) == [
        (Action.COVER_ADDED, admin.pk, {"cover": number, "use": "off"}),
        (Action.COVER_CHANGED, admin.pk, {"cover": number, "use": "offered"}),
        (Action.COVER_REMOVED, admin.pk, {"cover": number}),
    ]


def test_senders_can_choose_the_cover_page_that_was_prescribed_before(admin: User) -> None:
    first, second = (CoverTemplate(name=name, use=CoverUse.PRESCRIBED) for name in "ab")
    save_template(first, by=admin)
    save_template(second, by=admin)
    save_template(second, by=admin)
    assert CoverTemplate.objects.prescribed() == second
    assert list(CoverTemplate.objects.to_choose()) == [first]


def test_the_database_refuses_a_second_prescribed_cover_page() -> None:
    CoverTemplate.objects.create(name="a", use=CoverUse.PRESCRIBED)
    with pytest.raises(IntegrityError), transaction.atomic():
        CoverTemplate.objects.create(name="b", use=CoverUse.PRESCRIBED)


def test_a_cover_page_that_cannot_be_drawn_is_not_saved(admin: User) -> None:
    with pytest.raises(LettersMissing):
        save_template(CoverTemplate(name="a", office="𒀀"), by=admin)
    with pytest.raises(TooFull):
        save_template(CoverTemplate(name="a", legal="word " * 1500), by=admin)
    assert not CoverTemplate.objects.exists()


def test_the_sample_shows_what_is_chosen() -> None:
    said = text_of(draw_sample(CoverTemplate(office="Meyer & Partners", shown=["date", "pages"])))
    assert "Meyer & Partners" in said
    assert "Pages 4" in said
    assert "Subject" not in said
