"""What a form declares of files that stay in the browser, and when the portal must have them."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.faxes.compose.submit import FilesWanted, NotSubmitted
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.states import HandoverState
from tests.faxes.conftest import PDF, Direct

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_fax_of_several_groups_is_relayed(direct: Direct) -> None:
    with pytest.raises(FilesWanted):
        direct(to="\n".join(f"77788{number:02}" for number in range(6)))


def test_the_older_wire_form_is_relayed(sender: User, direct: Direct) -> None:
    Connection.objects.filter(user=sender).update(hand_over_by=HandOverBy.ONE_REQUEST)
    with pytest.raises(FilesWanted):
        direct()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"empty.pdf": b""}, "is empty"),
        ({"big.pdf": PDF * 30_000}, "too large"),
        ({"program.exe": b"MZ\0\0"}, "is none of"),
        ({f"{number}.pdf": PDF + b"%d" % number for number in range(6)}, "at most 5 documents"),
    ],
)
def test_a_declared_file_that_no_fax_takes_is_named(
    direct: Direct, settings: Settings, files: dict[str, bytes], sentence: str
) -> None:
    settings.MAX_FILE_BYTES = 2**20
    with pytest.raises(NotSubmitted) as refused:
        direct(files)
    assert sentence in refused.value.problems["documents"][0]


def test_a_second_submit_finds_the_first_fax(direct: Direct) -> None:
    first = direct()
    assert direct(key=first.submission_key) == first
    assert Fax.objects.count() == 1
    assert Handover.objects.get().state == HandoverState.PLANNED
