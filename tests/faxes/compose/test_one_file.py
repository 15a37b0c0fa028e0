"""Submitting to a server that takes one file: a text that can't be merged is a problem."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.compose.submit_result import NeedsCorrection, SubmitResult, Submitted
from tests.faxes.conftest import PDF
from tests.support.submitting import expect

pytestmark = pytest.mark.django_db(transaction=True)

IN_8_BIT = "Grüße".encode("latin-1")
KEY = uuid.UUID(int=1)


def submit(by: User, files: Mapping[str, bytes], key: uuid.UUID = KEY) -> SubmitResult:
    return submit_fax(
        SubmitRequest(
            by=by,
            key=key,
            content=DraftContent(extension="0003*210", recipients="7778888", subject="Offer"),
            files=[SimpleUploadedFile(name, content) for name, content in files.items()],
        )
    )


def use(**form: str) -> None:
    Connection.objects.update(**form)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (IN_8_BIT, "not text in UTF-8"),
        ("a \U00013000 b".encode(), "no font for \U00013000"),
        (b"a line\n" * 200_000, "too long to be combined"),
    ],
    ids=["8-bit", "no font", "too long"],
)
@pytest.mark.parametrize(
    "form",
    [{"hand_over_by": "one_request"}, {"hand_over_by": "automatic", "proven_form": "one_request"}],
    ids=["chosen", "proven"],
)
def test_a_text_that_cannot_be_merged_is_a_problem_and_nothing_is_lost(
    sender: User, form: dict[str, str], text: bytes, says: str
) -> None:
    use(**form)
    result = expect(NeedsCorrection, submit(sender, {"offer.pdf": PDF, "note.txt": text}))

    [sentence] = result.problems["documents"]
    assert "“note.txt”" in sentence
    assert says in sentence
    assert result.draft.subject == "Offer"
    assert result.draft.documents.count() == 2
    again = expect(NeedsCorrection, submit(sender, {}))
    assert again.problems["documents"] == [sentence]


def test_a_text_alone_goes_out_as_it_is(sender: User) -> None:
    use(hand_over_by=HandOverBy.ONE_REQUEST)
    expect(Submitted, submit(sender, {"note.txt": IN_8_BIT}))


def test_with_upload_targets_every_text_goes_out_as_it_is(sender: User) -> None:
    expect(Submitted, submit(sender, {"offer.pdf": PDF, "note.txt": IN_8_BIT}))


def test_a_form_sent_twice_finds_its_fax(sender: User) -> None:
    use(hand_over_by=HandOverBy.ONE_REQUEST)
    files = {"offer.pdf": PDF, "note.txt": b"a note"}
    first, second = (expect(Submitted, submit(sender, files)) for _ in range(2))
    assert first.fax == second.fax
