"""What answers of storage and of VoipNow mean for a fax."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from faxportal.faxes.history.event_messages import event_sentence
from faxportal.faxes.models import Fax
from faxportal.faxes.reason_messages import REASONS, reason_sentence
from faxportal.faxes.states import FaxState
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow.errors import Reason
from tests.faxes.conftest import Submit

pytestmark = pytest.mark.django_db(transaction=True)

Deliver = Callable[[Fax], Fax]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, "PermanentRedirect"),
        (307, "TemporaryRedirect"),
        (401, ""),
        (404, "NoSuchBucket"),
        (409, "OperationAborted"),
        (412, "PreconditionFailed"),
        (403, "RequestTimeTooSkewed"),
    ],
)
def test_a_target_that_is_of_no_use_any_more_is_renewed(
    submit: Submit, deliver: Deliver, simulator: Simulator, status: int, code: str
) -> None:
    simulator.script("upload", "answer", at="before", status=status, code=code)
    fax = deliver(submit())
    assert fax.state == FaxState.HANDED_OVER
    assert len(simulator.faxes()) == 2
    assert simulator.report().duplicates == ()


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 202},
        {"status": 206},
        {"status": 200, "body": "<html>Sign in</html>", "headers": {"Content-Type": "text/html"}},
        {"status": 200, "code": "InternalError"},
    ],
)
def test_a_success_that_storage_does_not_give_is_never_shown_as_stored(
    submit: Submit, deliver: Deliver, simulator: Simulator, answer: dict[str, object]
) -> None:
    simulator.script("upload", "answer", **answer)
    fax = deliver(submit())
    assert fax.state == FaxState.UNCERTAIN
    assert not fax.events.filter(kind="stored").exists()
    handover = fax.handovers.get()
    assert handover.reason == Reason.STORAGE_ANSWER_NOT_UNDERSTOOD


def test_another_checksum_than_the_files_is_noted_and_the_fax_goes_on(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.script("upload", "alter", alter=["other_etag"])
    fax = deliver(submit({"a.txt": b"a longer note", "b.txt": b"a note"}))
    assert fax.state == FaxState.HANDED_OVER
    first, second = fax.events.filter(kind="stored").order_by("id")
    assert "checksum" in event_sentence(first)
    assert "checksum" not in event_sentence(second)


def test_what_storage_did_is_not_told_as_voipnows_deed() -> None:
    for reason in Reason:
        if reason.startswith("storage_"):
            assert "storage" in str(REASONS[reason][0])


def test_a_redirected_create_names_the_setting_for_the_slash(
    submit: Submit, deliver: Deliver, simulator: Simulator
) -> None:
    simulator.script("create", "answer", status=301, headers={"Location": "/uapi/faxes"}, times=9)
    fax = deliver(submit())
    assert fax.state == FaxState.FAILED
    handover = fax.handovers.get()
    assert "FAXPORTAL_FAX_PATH_SLASH" in reason_sentence(handover.reason)
    assert simulator.report().creates == 1
