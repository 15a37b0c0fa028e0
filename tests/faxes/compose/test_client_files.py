"""Files that stay in the browser: which are refused, and when the portal must carry them."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from faxportal.accounts.models import Connection, HandOverBy, User
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.compose.submit_result import NeedsCorrection, NeedsFiles
from faxportal.faxes.models import Fax, Handover
from faxportal.faxes.states import HandoverState
from tests.faxes.conftest import PDF, Direct, direct_request
from tests.support.submitting import expect

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_fax_of_several_batches_is_relayed(sender: User) -> None:
    to = "\n".join(f"77788{number:02}" for number in range(6))
    expect(NeedsFiles, submit_fax(direct_request(sender, to=to)))


def test_the_older_wire_form_is_relayed(sender: User) -> None:
    Connection.objects.filter(user=sender).update(hand_over_by=HandOverBy.ONE_REQUEST)
    expect(NeedsFiles, submit_fax(direct_request(sender)))


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"empty.pdf": b""}, "is empty"),
        ({"big.pdf": PDF * 30_000}, "is larger than"),
        ({"program.exe": b"MZ\0\0"}, "is not a PDF"),
        ({f"{number}.pdf": PDF + b"%d" % number for number in range(6)}, "at most 5 documents"),
    ],
)
def test_a_client_file_that_no_fax_takes_is_named(
    sender: User, settings: Settings, files: dict[str, bytes], sentence: str
) -> None:
    settings.MAX_FILE_BYTES = 2**20
    refused = expect(NeedsCorrection, submit_fax(direct_request(sender, files)))
    assert sentence in refused.problems["documents"][0]


def test_a_second_submit_finds_the_first_fax(direct: Direct) -> None:
    first = direct()
    assert direct(key=first.submission_key) == first
    assert Fax.objects.count() == 1
    assert Handover.objects.get().state == HandoverState.PLANNED
