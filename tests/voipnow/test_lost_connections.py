"""Lost connections to the simulated VoipNow, and uploads that fail."""

import pytest

from faxportal.simulator import faults
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow import errors
from faxportal.voipnow.api_types import StoredUpload
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Outcome, Reason, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.request_bodies import LARGEST_PIECE
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.simulated_voipnow import APP, SMALL, create, upload

# Every moment at which a connection can be lost


@pytest.mark.parametrize("moment", ["before", "middle", "received", "done", "answering"])
def test_a_create_whose_connection_is_lost_is_unknown(
    simulator: Simulator, server: VoipNow, moment: str
) -> None:
    simulator.script("create", "drop", at=moment)
    with pytest.raises(errors.NoAnswer) as caught:
        create(server, SMALL)
    assert caught.value.reason == Reason.CONNECTION_LOST
    assert simulator.report().creates == 1, "the client never repeats a create"


@pytest.mark.parametrize("moment", faults.POINTS)
@pytest.mark.parametrize("size", [10, 32 * LARGEST_PIECE])
def test_the_outcome_of_an_upload_is_never_wrong(
    simulator: Simulator, network: Network, server: VoipNow, moment: str, size: int
) -> None:
    simulator.script("upload", "drop", at=moment)
    content = bytes(size)
    result = upload(network, create(server, content), content)
    simulator.wait_until_idle()
    stored = simulator.report().stored
    if isinstance(result, StoredUpload):
        assert stored == 1
    elif result.outcome is Outcome.NOT_DONE:
        assert stored == 0
        assert not result.all_bytes_written
    else:
        assert result.all_bytes_written
        assert result.temporary
    if moment in ("before", "middle") and size > LARGEST_PIECE:
        assert isinstance(result, errors.TryLater)


@pytest.mark.parametrize("moment", ["before", "middle", "received", "done", "answering"])
def test_a_sign_in_whose_connection_is_lost_is_not_done(
    simulator: Simulator, network: Network, moment: str
) -> None:
    simulator.script("token", "drop", at=moment)
    with pytest.raises(errors.TryLater):
        create(VoipNow(network, server=simulator.url, credentials=APP), SMALL)
    assert simulator.report().creates == 0


def test_a_kept_connection_that_dies_after_its_answer_costs_nothing(
    simulator: Simulator, network: Network, server: VoipNow
) -> None:
    simulator.script("create", "drop", at="answered")
    created = create(server, SMALL)
    simulator.wait_until_idle()
    assert isinstance(upload(network, created, SMALL), StoredUpload)
    create(server, SMALL)
    assert simulator.report().faxes == 2


# Every way in which an upload fails
FAILING_UPLOADS: dict[str, tuple[type[VoipNowError], Reason]] = {
    "2025550120": (errors.TryLater, Reason.STORAGE_BUSY),
    "2025550121": (errors.NoAnswer, Reason.STORAGE_CONNECTION_LOST),
    "2025550122": (errors.NoAnswer, Reason.STORAGE_CONNECTION_LOST),
    "2025550123": (errors.TargetExpired, Reason.TARGET_EXPIRED),
    "2025550124": (errors.NoAnswer, Reason.STORAGE_TIMED_OUT),
}


@pytest.mark.parametrize("number", FAILING_UPLOADS)
def test_each_number_whose_uploads_fail_does_so_once(
    simulator: Simulator, network: Network, server: VoipNow, number: str
) -> None:
    created = create(server, SMALL, to=(number,))
    error = upload(network, created, SMALL)
    assert isinstance(error, VoipNowError)
    assert (type(error), error.reason) == FAILING_UPLOADS[number]
    assert isinstance(upload(network, created, SMALL), StoredUpload)
    assert simulator.report().faxes == 1


def test_every_number_whose_uploads_fail_has_a_row() -> None:
    numbers = {fault.recipient for fault in faults.NUMBERS_WHOSE_UPLOADS_FAIL}
    assert FAILING_UPLOADS.keys() == numbers


def test_an_expired_target_is_reported_as_expired(
    simulator: Simulator, network: Network, server: VoipNow
) -> None:
    later = create(server, SMALL)
    simulator.expire_targets()
    simulator.script("create", "alter", alter=["expired_targets"])
    at_once = create(server, SMALL)
    for created in (later, at_once):
        error = upload(network, created, SMALL)
        assert isinstance(error, errors.TargetExpired)
        assert (error.status, error.reason) == (403, Reason.TARGET_EXPIRED)
    assert simulator.report().stored == 0


# Uploads that ask first


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ({"status": 503, "code": "SlowDown"}, Reason.STORAGE_BUSY),
        ({"status": 500, "code": "InternalError"}, Reason.STORAGE_ERROR),
        ({"status": 403, "code": "AccessDenied"}, Reason.STORAGE_REFUSED),
        ({"status": 417, "code": "ExpectationFailed"}, Reason.STORAGE_ERROR),
    ],
)
def test_a_refusal_before_the_file_is_sent_stores_nothing_for_sure(
    simulator: Simulator,
    network: Network,
    server: VoipNow,
    refusal: dict[str, int | str],
    reason: Reason,
) -> None:
    simulator.script("upload", "answer", at="before", **refusal)
    result = upload(network, create(server, SMALL), SMALL)
    assert isinstance(result, VoipNowError)
    assert (result.outcome, result.reason) == (Outcome.NOT_DONE, reason)
    assert result.bytes_written == 0
    simulator.wait_until_idle()
    assert simulator.report().stored == 0


def test_storage_that_ignores_the_question_gets_the_file(
    simulator: Simulator, network_to: NetworkTo, server: VoipNow
) -> None:
    simulator.configure(ignore_expect=True)
    network = network_to(simulator.storage_url, continue_timeout=0.1)
    for _ in range(2):
        assert isinstance(upload(network, create(server, SMALL), SMALL), StoredUpload)
    names = [{name.lower() for name, _ in sent.headers} for sent in simulator.requests("upload")]
    assert ["expect" in sent for sent in names] == [True, False]
