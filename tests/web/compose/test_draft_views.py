"""Drafts saved as people type, and the list of them."""

from __future__ import annotations

import sys
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from faxportal.accounts.models import User
from faxportal.faxes.compose.recipients import most_parsed
from faxportal.faxes.models import Document, Fax
from tests.web.conftest import HTMX, browser_of, form, pdf


@pytest.fixture
def key() -> UUID:
    return uuid4()


def typed(copy: UUID, *, version: int = 0, **fields: object) -> dict[str, object]:
    """What a page posts to save a draft."""
    texts = {"extension": "0003*210", "recipients": "", "subject": "", "note": "", "due_at": ""}
    return texts | {"copy": copy, "version": version} | fields


def test_what_is_typed_is_saved_and_the_page_says_when(browser: Client, key: UUID) -> None:
    answer = browser.post(f"/drafts/{key}/", typed(uuid4(), subject="Offer"))
    assert "Saved at" in answer.content.decode()
    assert (Fax.objects.get().subject, Fax.objects.get().submission_key) == ("Offer", key)


def test_an_untouched_form_makes_no_draft(browser: Client, key: UUID) -> None:
    assert browser.post(f"/drafts/{key}/", typed(uuid4())).status_code == 204
    assert not Fax.objects.exists()


def test_a_time_that_cannot_be_read_keeps_the_rest(browser: Client, key: UUID) -> None:
    browser.post(f"/drafts/{key}/", typed(uuid4(), subject="Offer", due_at="tomorrow"))
    assert (Fax.objects.get().subject, Fax.objects.get().due_at) == ("Offer", None)


def test_an_outdated_page_is_warned_and_changes_nothing(browser: Client, key: UUID) -> None:
    here = uuid4()
    browser.post(f"/drafts/{key}/", typed(uuid4(), subject="There"))
    answer = browser.post(f"/drafts/{key}/", typed(here, subject="Here"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This fax was changed elsewhere" in page
    assert f'href="/?draft={key}"' in page
    assert Fax.objects.get().subject == "There"
    browser.post(f"/drafts/{key}/", typed(here, subject="Here", prevails=""))
    assert Fax.objects.get().subject == "Here"


def test_a_form_that_was_sent_is_not_saved_and_leads_to_its_fax(browser: Client, key: UUID) -> None:
    browser.post("/", form(key, documents=[pdf()]))
    answer = browser.post(f"/drafts/{key}/", typed(uuid4(), subject="Late"))
    assert answer.status_code == 409
    assert f"/faxes/{Fax.objects.get().uuid}/" in answer.content.decode()
    assert Fax.objects.get().subject == ""


@pytest.mark.parametrize("wrong", [{"copy": "none"}, {"version": "-1"}, {"declared": "x"}])
def test_a_malformed_save_is_refused(wrong: dict[str, str], browser: Client, key: UUID) -> None:
    assert browser.post(f"/drafts/{key}/", typed(uuid4()) | wrong).status_code == 400


def test_a_colleagues_draft_is_not_touched_by_its_key(
    browser: Client, colleague: User, key: UUID
) -> None:
    browser_of(colleague).post(f"/drafts/{key}/", typed(uuid4(), subject="Theirs"))
    browser.post(f"/drafts/{key}/", typed(uuid4(), subject="Mine"))
    assert Fax.objects.get(sender=colleague).subject == "Theirs"
    assert "Theirs" not in browser.get("/drafts/").content.decode()


def test_sending_a_draft_that_changed_elsewhere_needs_a_decision_and_loses_nothing(
    browser: Client, key: UUID
) -> None:
    browser.post(f"/drafts/{key}/", typed(uuid4(), subject="There"))
    mine = form(key, subject="Here", documents=[pdf()], copy=uuid4(), version=0)
    answer = browser.post("/", mine, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    for there in ("This fax was changed elsewhere", 'value="Here"', "contract.pdf"):
        assert there in page
    assert not Fax.objects.submitted().exists()
    shown = answer.context["form"]
    copy = {"copy": shown["copy"].value(), "version": shown["version"].value()}
    listed = [document.pk for document in answer.context["draft"].attached]
    browser.post("/", form(key, subject="Here", attached=listed, **copy))
    assert Fax.objects.submitted().get().subject == "Here"


def test_unsent_faxes_are_listed_to_go_on_with_or_discard(browser: Client, key: UUID) -> None:
    browser.post("/", form(key, recipients="1, 2\n3abc", subject="Offer", documents=[pdf()]))
    browser.post(f"/drafts/{uuid4()}/", typed(uuid4(), note="Call first"))
    page = browser.get("/drafts/").content.decode()
    for there in ("Offer", "3 recipients, 1 document", f"/?draft={key}", "No subject"):
        assert there in page
    answer = browser.post("/", {"key": key, "discard": "", "back": "drafts"})
    assert answer["Location"] == "/drafts/"
    assert Fax.objects.get().note == "Call first"


def test_an_unsent_fax_to_far_too_many_is_listed_without_their_count(browser: Client) -> None:
    key = uuid4()
    browser.post(f"/drafts/{key}/", typed(uuid4(), recipients="a," * (most_parsed() + 1)))
    assert "too many recipients, 0 documents" in browser.get("/drafts/").content.decode()


def test_the_form_offers_the_last_one_and_a_way_to_the_others(browser: Client) -> None:
    for subject in ("One", "Two", "Three"):
        browser.post(f"/drafts/{uuid4()}/", typed(uuid4(), subject=subject))
    page = browser.get("/").content.decode()
    assert "<strong>Three</strong>" in page
    assert "2 other drafts" in page


def test_nothing_unsent_says_so(browser: Client) -> None:
    assert "No drafts" in browser.get("/drafts/").content.decode()


def test_the_number_of_queries_does_not_grow_with_drafts(
    browser: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(5):
        browser.post("/", form(recipients="", subject=str(number), documents=[pdf()]))
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        browser.get("/drafts/")


def test_the_address_of_a_draft_that_was_sent_leads_to_the_fax(browser: Client, key: UUID) -> None:
    browser.post("/", form(key, documents=[pdf()]))
    answer = browser.get(f"/?draft={key}")
    assert answer["Location"] == f"/faxes/{Fax.objects.get().uuid}/"


def attach(browser: Client, key: UUID, copy: UUID, **fields: object) -> Any:
    """Post a file to a draft, as a page does as soon as the file is chosen."""
    return browser.post(
        f"/drafts/{key}/documents/", {"copy": copy, "version": 0, "file": pdf()} | fields
    )


def test_a_file_goes_up_alone_and_the_answer_is_the_list(browser: Client, key: UUID) -> None:
    copy = uuid4()
    answer = attach(browser, key, copy).json()
    assert "contract.pdf" in answer["list"]
    assert answer["documents"] == [Document.objects.get().pk]
    assert answer["saved"] == ""
    second = attach(browser, key, copy, file=pdf("b.txt", b"b")).json()
    assert "contract.pdf" in second["list"]


def test_a_rejected_file_is_reported_in_a_sentence(browser: Client, key: UUID) -> None:
    answer = attach(browser, key, uuid4(), file=pdf("a.pdf", b"MZ\0"))
    assert answer.status_code == 422
    assert "“a.pdf” was not attached" in answer.json()["problem"]


@pytest.mark.parametrize("wrong", [{"file": ""}, {"version": "none"}, {"replace": "x"}])
def test_a_malformed_upload_is_refused(
    wrong: dict[str, object], browser: Client, key: UUID
) -> None:
    assert attach(browser, key, uuid4(), **wrong).status_code == 400


def test_a_file_that_comes_too_late_is_refused_and_leads_to_the_fax(
    browser: Client, key: UUID
) -> None:
    browser.post("/", form(key, documents=[pdf()]))
    answer = attach(browser, key, uuid4(), file=pdf("late.txt", b"late"))
    assert answer.status_code == 409
    assert "already been sent" in answer.json()["problem"]
    assert f"/faxes/{Fax.objects.get().uuid}/" in answer.json()["saved"]
    assert Document.objects.count() == 1


def test_a_file_of_an_outdated_page_is_attached_with_a_warning(browser: Client, key: UUID) -> None:
    browser.post(f"/drafts/{key}/", typed(uuid4(), subject="There"))
    answer = attach(browser, key, uuid4()).json()
    assert "contract.pdf" in answer["list"]
    assert "This fax was changed elsewhere" in answer["saved"]


def test_documents_are_arranged_and_removed(browser: Client, key: UUID) -> None:
    copy = uuid4()
    ids = [
        attach(browser, key, copy, file=pdf(f"{name}.txt", name.encode())).json()["documents"][0]
        for name in "abc"
    ]
    changes = {"copy": copy, "version": 0, "order": ids[::-1], "remove": ids[1]}
    answer = browser.post(f"/drafts/{key}/documents/order/", changes).json()
    assert [one.name for one in Document.objects.all()] == ["c.txt", "a.txt"]
    assert answer["list"].index("c.txt") < answer["list"].index("a.txt")


def test_a_colleagues_documents_are_not_arranged_by_their_ids(
    browser: Client, colleague: User, key: UUID
) -> None:
    theirs = attach(browser_of(colleague), key, uuid4()).json()["documents"][0]
    browser.post(f"/drafts/{key}/documents/order/", {"remove": theirs})
    attach(browser, key, uuid4(), replace=theirs)
    assert Document.objects.filter(pk=theirs).exists()


def test_without_a_script_documents_move_by_buttons_of_the_form(browser: Client, key: UUID) -> None:
    both = [pdf("a.txt", b"a"), pdf("b.txt", b"b")]
    browser.post("/", form(key, recipients="", documents=both))
    last = Document.objects.get(name="b.txt")
    browser.post("/", form(key, recipients="0003*211", up=last.pk))
    assert [one.name for one in Document.objects.all()] == ["b.txt", "a.txt"]
    browser.post("/", form(key, recipients="0003*211", down=last.pk))
    assert [one.name for one in Document.objects.all()] == ["a.txt", "b.txt"]
    assert Fax.objects.get().recipients_typed == "0003*211"


def test_files_that_the_page_could_not_attach_are_reported_before_sending(
    browser: Client, key: UUID
) -> None:
    attach(browser, key, uuid4())
    answer = browser.post("/", form(key, unattached="plan.dwg\nbig.pdf"))
    assert answer.status_code == 422
    for name in ("plan.dwg", "big.pdf"):
        assert f"“{name}” was not attached" in answer.content.decode()


def test_the_time_on_the_line_is_worked_out_after_the_files_are_there(
    browser: Client, key: UUID
) -> None:
    answer = attach(browser, key, uuid4()).json()
    assert f'hx-post="/drafts/{key}/time/"' in answer["list"]
    page = browser.post(f"/drafts/{key}/time/").content.decode()
    assert "About 1 minute per recipient." in page
    assert "hx-post" not in page


def test_a_rejected_file_of_an_outdated_page_is_named(browser: Client, key: UUID) -> None:
    browser.post(f"/drafts/{key}/", typed(uuid4(), subject="There"))
    empty = SimpleUploadedFile("empty.pdf", b"")
    answer = browser.post("/", form(key, documents=[empty], copy=uuid4(), version=0))
    assert "“empty.pdf” was not attached because it is empty" in answer.content.decode()


def test_a_rejected_file_is_named_beside_the_decision_about_the_first_fax(
    browser: Client, key: UUID
) -> None:
    browser.post("/", form(key, documents=[pdf()]))
    empty = SimpleUploadedFile("empty.pdf", b"")
    page = browser.post("/", form(key, documents=[empty])).content.decode()
    for there in ("Is this another fax?", "“empty.pdf” was not attached because it is empty"):
        assert there in page


def test_a_time_on_the_line_that_cannot_be_measured_is_not_polled(
    browser: Client, key: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach(browser, key, uuid4())
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert "hx-post" not in browser.post(f"/drafts/{key}/time/").content.decode()
    monkeypatch.undo()
    assert "per recipient" in browser.post(f"/drafts/{key}/time/").content.decode()
