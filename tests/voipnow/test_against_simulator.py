"""The client calls a simulated VoipNow that gives each answer, and fails in each way.

The tests compare each outcome with what the simulator received.
"""

import io

import pytest

from faxportal.simulator import config, faults
from faxportal.simulator.control_client import Simulator
from faxportal.voipnow import errors
from faxportal.voipnow.api_types import CreatedFax
from faxportal.voipnow.authentication import AppKey, Credentials
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Reason, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.uploads import put
from tests.voipnow.simulated_voipnow import (
    APP,
    COOKIES,
    EXTENSION,
    GOOD,
    MEDIUM,
    SMALL,
    TOKEN,
    create,
    fax,
    upload,
)

# Everything works


@pytest.mark.parametrize("credentials", [APP, TOKEN, COOKIES], ids=["key", "token", "cookies"])
def test_a_fax_is_handed_over_whole(
    simulator: Simulator, network: Network, credentials: Credentials
) -> None:
    server = VoipNow(network, server=simulator.url, credentials=credentials)
    created = create(server, SMALL, MEDIUM, to=("7778888", GOOD))
    for target, content in zip(created.targets, (SMALL, MEDIUM), strict=True):
        put(network, target, io.BytesIO(content))
    [seen] = simulator.faxes()
    assert (str(seen.id), seen.uid) == (created.id, created.uid)
    assert (seen.extension, seen.recipients) == (EXTENSION, ("7778888", GOOD))
    assert seen.completions == 1
    assert simulator.received(seen.id, 1) == SMALL
    assert simulator.received(seen.id, 2) == MEDIUM


def test_credentials_are_sent_to_their_server_and_never_to_storage(
    simulator: Simulator, network: Network
) -> None:
    for credentials in (APP, TOKEN, COOKIES):
        created = create(VoipNow(network, server=simulator.url, credentials=credentials), SMALL)
        upload(network, created, SMALL)
    secret = {"authorization", "cookie", "x-xsrf-token"}
    for request in simulator.requests():
        names = {name.lower() for name, _ in request.headers}
        assert bool(names & secret) == (request.operation in ("create", "presence"))


def test_the_same_target_takes_the_same_file_twice_and_starts_one_fax(
    simulator: Simulator, network: Network, server: VoipNow
) -> None:
    created = create(server, SMALL)
    for _ in range(2):
        put(network, created.targets[0], io.BytesIO(SMALL))
    report = simulator.report()
    assert (report.repeats, report.faxes, report.duplicates) == (1, 1, ())


def test_every_extension_is_listed(simulator: Simulator, server: VoipNow) -> None:
    for wrapped in (False, True):
        simulator.configure(wrap_presence=wrapped)
        assert [seen.number for seen in server.extensions()] == list(simulator.config.extensions)


def test_twelve_hundred_extensions_are_listed_in_three_pages(
    simulator: Simulator, server: VoipNow
) -> None:
    numbers = [f"0003*{i:04}" for i in range(1200)]
    simulator.configure(extensions=numbers)
    assert [seen.number for seen in server.extensions()] == numbers
    assert len(simulator.requests("presence")) == 3


def test_a_revoked_token_is_renewed_on_the_way(simulator: Simulator, network: Network) -> None:
    server = VoipNow(network, server=simulator.url, credentials=APP)
    server.check()
    simulator.revoke_tokens()
    create(server, SMALL)
    assert simulator.report().tokens == 2
    assert simulator.report().faxes == 1


def test_a_wrong_secret_has_a_reason_of_its_own(simulator: Simulator, network: Network) -> None:
    wrong = AppKey(key=config.APP_KEY, secret="wrong")
    with pytest.raises(errors.SignInRefused) as caught:
        VoipNow(network, server=simulator.url, credentials=wrong).check()
    assert caught.value.reason == Reason.APP_KEY_REFUSED
    assert caught.value.code == "invalid_client"


# Every refusal of a create request
REFUSALS: dict[str, tuple[type[VoipNowError], Reason]] = {
    "2025550100": (errors.RecipientsRefused, Reason.RECIPIENTS_INVALID),
    "2025550101": (errors.Refused, Reason.FILE_INVALID),
    "2025550102": (errors.Refused, Reason.TOO_MANY_FILES),
    "2025550103": (errors.NoAnswer, Reason.SERVER_ERROR),
    "2025550104": (errors.Refused, Reason.USER_INVALID),
    "2025550105": (errors.Refused, Reason.EXTENSION_INVALID),
    "2025550106": (errors.SignInRefused, Reason.SIGN_IN_REFUSED),
    "2025550107": (errors.Refused, Reason.FORBIDDEN),
    "2025550108": (errors.Refused, Reason.NOT_FOUND),
    "2025550109": (errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
    "2025550110": (errors.NotUnderstood, Reason.ANSWER_NOT_LISTED),
    "2025550111": (errors.TryLater, Reason.TOO_MANY_REQUESTS),
    "2025550112": (errors.NoAnswer, Reason.SERVER_ERROR),
    "2025550113": (errors.NoAnswer, Reason.SERVER_ERROR),
    "2025550114": (errors.Refused, Reason.NOTHING_TO_SEND),
}


@pytest.mark.parametrize("number", REFUSALS)
def test_each_number_that_refuses_does_so_by_its_own_error(server: VoipNow, number: str) -> None:
    with pytest.raises(VoipNowError) as caught:
        create(server, SMALL, to=(number,))
    assert (type(caught.value), caught.value.reason) == REFUSALS[number]


def test_every_number_that_refuses_has_a_row() -> None:
    assert REFUSALS.keys() == {fault.recipient for fault in faults.NUMBERS_THAT_REFUSE}


def test_an_extension_without_fax_is_refused(server: VoipNow) -> None:
    with pytest.raises(errors.Refused) as caught:
        server.create_fax(config.EXTENSION_WITHOUT_FAX, fax(SMALL))
    assert caught.value.reason == Reason.EXTENSION_INVALID


# The older wire form


def send_at_once(server: VoipNow) -> CreatedFax:
    contents = [io.BytesIO(SMALL), io.BytesIO(MEDIUM)]
    return server.send_in_one_request(EXTENSION, fax(SMALL, MEDIUM), contents)


def test_one_request_hands_over_a_whole_fax(simulator: Simulator, network: Network) -> None:
    simulator.configure(wire="one-request")
    server = VoipNow(network, server=simulator.url, credentials=APP)
    sent = send_at_once(server)
    simulator.revoke_tokens()
    again = send_at_once(server)
    newest, oldest = simulator.faxes()
    assert [sent.id, again.id] == [str(oldest.id), str(newest.id)]
    assert newest.completions == 1
    assert simulator.received(newest.id, 2) == MEDIUM


@pytest.mark.parametrize("moment", ["before", "middle", "received", "done", "answering"])
def test_one_request_whose_connection_is_lost_is_unknown(
    simulator: Simulator, server: VoipNow, moment: str
) -> None:
    simulator.configure(wire="one-request")
    simulator.script("create", "drop", at=moment)
    with pytest.raises(errors.NoAnswer):
        send_at_once(server)
    assert simulator.report().creates == 1
