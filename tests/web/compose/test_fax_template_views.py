"""Templates: what they keep, whose they are, and that using a template sends nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from faxportal.accounts.models import User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.fax_templates import NotNamed, draft_from_template, save_template
from faxportal.faxes.models import Fax, FaxTemplate
from faxportal.faxes.states import FaxState
from tests.web.conftest import HTMX, browser_of, form, pdf

WEEKLY = DraftContent(
    extension="0003*210",
    recipients="+1 650 253 0000\nSales team",
    subject="Weekly report",
    note="Every Friday",
)


def test_a_template_begins_a_draft_with_its_texts(sender: User) -> None:
    template = save_template(sender, name="Weekly report", content=WEEKLY, is_shared=False)
    draft = draft_from_template(template, by=sender)
    assert draft.state == FaxState.DRAFT
    assert (draft.extension, draft.recipients_typed) == (WEEKLY.extension, WEEKLY.recipients)
    assert (draft.subject, draft.note) == (WEEKLY.subject, WEEKLY.note)
    assert not Fax.objects.submitted().exists()


def test_each_use_is_a_draft_of_its_own(sender: User) -> None:
    template = save_template(sender, name="Weekly report", content=WEEKLY, is_shared=False)
    drafts = [draft_from_template(template, by=sender) for _ in range(2)]
    assert drafts[0].submission_key != drafts[1].submission_key


def test_a_template_of_the_same_name_is_replaced(sender: User) -> None:
    save_template(sender, name="Weekly report", content=WEEKLY, is_shared=True)
    save_template(
        sender, name=" weekly REPORT ", content=DraftContent(subject="New"), is_shared=False
    )
    template = FaxTemplate.objects.get()
    assert (template.name, template.subject) == ("weekly REPORT", "New")
    assert not template.is_shared


def test_a_colleagues_template_of_the_same_name_is_another(sender: User, colleague: User) -> None:
    for person in (sender, colleague):
        save_template(person, name="Weekly report", content=WEEKLY, is_shared=True)
    assert FaxTemplate.objects.count() == 2


def test_a_template_needs_a_name(sender: User) -> None:
    with pytest.raises(NotNamed, match="Give the template a name"):
        save_template(sender, name="  ", content=WEEKLY, is_shared=False)


def test_an_extension_of_somebody_else_is_left_out(sender: User, admin: User) -> None:
    template = save_template(sender, name="Weekly report", content=WEEKLY, is_shared=True)
    assert draft_from_template(template, by=admin).extension == ""


def test_the_template_used_last_comes_first(sender: User) -> None:
    first, second, never = (
        save_template(sender, name=name, content=WEEKLY, is_shared=False) for name in "ABC"
    )
    for template in (second, first):
        draft_from_template(template, by=sender)
    assert list(FaxTemplate.objects.visible_to(sender).latest_first()) == [first, second, never]


def test_who_sees_and_who_changes_a_template(sender: User, colleague: User, admin: User) -> None:
    own = save_template(sender, name="Own", content=WEEKLY, is_shared=False)
    shared = save_template(sender, name="Shared", content=WEEKLY, is_shared=True)
    templates = FaxTemplate.objects
    seen = {user: set(templates.visible_to(user)) for user in (sender, colleague, admin)}
    changed = {user: set(templates.changeable_by(user)) for user in (sender, colleague, admin)}
    assert seen == {sender: {own, shared}, colleague: {shared}, admin: {shared}}
    assert changed == {sender: {own, shared}, colleague: set(), admin: {shared}}


def kept(owner: User, *, is_shared: bool = False) -> FaxTemplate:
    return save_template(owner, name="Weekly report", content=WEEKLY, is_shared=is_shared)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_form_is_saved_as_a_template_and_stays_a_draft(
    headers: dict[str, str], sender: User, browser: Client
) -> None:
    posted = form(
        subject="Weekly report",
        documents=[pdf()],
        save_as="Weekly",
        save_for_all="on",
        save_template="",
    )
    del posted["send"]
    response = browser.post("/", posted, headers=headers)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Saved the template “Weekly”. The fax has not been sent yet." in page
    assert "contract.pdf" in page
    assert FaxTemplate.objects.get().is_shared
    assert Fax.objects.get().state == FaxState.DRAFT


def test_a_template_without_a_name_is_asked_for_one_and_nothing_is_lost(browser: Client) -> None:
    posted = form(subject="Weekly report", documents=[pdf()], save_template="")
    response = browser.post("/", posted)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Give the template a name" in page
    assert "contract.pdf" in page
    assert 'value="Weekly report"' in page
    assert not FaxTemplate.objects.exists()


def test_a_form_that_was_sent_meanwhile_leads_to_its_fax(browser: Client) -> None:
    key = uuid4()
    browser.post("/", form(key, documents=[pdf()]))
    posted = form(key, save_as="Weekly", save_template="")
    response = browser.post("/", posted)
    assert response["Location"] == f"/faxes/{Fax.objects.get().uuid}/"
    assert not FaxTemplate.objects.exists()


def test_an_empty_form_offers_templates(sender: User, browser: Client) -> None:
    kept(sender)
    assert "Start from a template" in browser.get("/").content.decode()


def test_using_a_template_leads_to_a_filled_form(sender: User, browser: Client) -> None:
    response = browser.post(f"/templates/{kept(sender).pk}/use/", follow=True)
    assert 'value="Weekly report"' in response.content.decode()


def test_another_persons_template_is_not_there_unless_shared(
    colleague: User, browser: Client
) -> None:
    template = kept(colleague)
    assert browser.post(f"/templates/{template.pk}/use/").status_code == 404
    assert "Weekly report" not in browser.get("/templates/").content.decode()
    kept(colleague, is_shared=True)
    assert browser.post(f"/templates/{template.pk}/use/").status_code == 302
    page = browser.get("/templates/").content.decode()
    assert "Shared by colleague" in page
    assert "Remove Weekly report" not in page


def test_a_shared_template_is_removed_by_an_admin_and_not_by_a_colleague(
    sender: User, colleague: User, admin: User
) -> None:
    address = f"/templates/{kept(sender, is_shared=True).pk}/"
    assert browser_of(colleague).post(address, {"remove": ""}).status_code == 404
    page = browser_of(admin).post(address, {"remove": ""}, follow=True).content.decode()
    assert "Removed the template “Weekly report”." in page
    assert browser_of(admin).post(address, {"remove": ""}).status_code == 404


def test_a_template_is_shared_and_kept_to_oneself_again(sender: User, browser: Client) -> None:
    template = kept(sender)
    for button, is_shared in (("share", True), ("keep_to_myself", False)):
        browser.post(f"/templates/{template.pk}/", {button: ""})
        template.refresh_from_db()
        assert template.is_shared == is_shared


def test_a_page_without_templates_says_how_to_make_one(browser: Client) -> None:
    assert "No templates yet." in browser.get("/templates/").content.decode()


def test_the_queries_of_the_page_do_not_grow_with_templates(
    sender: User, browser: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept(sender)
    with CaptureQueriesContext(connection) as few:
        browser.get("/templates/")
    for number in range(20):
        save_template(sender, name=f"Report {number}", content=WEEKLY, is_shared=True)
    with django_assert_num_queries(len(few)):
        browser.get("/templates/")
