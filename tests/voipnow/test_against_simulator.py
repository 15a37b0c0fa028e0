"""The client against a whole VoipNow with its storage: every answer it has, every way it fails.

What the simulator received is compared with each outcome.
"""

import io
from collections.abc import Iterator

import pytest

from faxportal.simulator import config, faults
from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from faxportal.voipnow import errors
from faxportal.voipnow.api_types import CreatedFax, CreateFax, FileToSend, StoredUpload
from faxportal.voipnow.authentication import AccessToken, AppKey, Credentials, SessionCookies
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Outcome, Reason, VoipNowError
from faxportal.voipnow.network import Network, NetworkRules
from faxportal.voipnow.request_bodies import CHUNK_SIZE
from faxportal.voipnow.uploads import put

EXTENSION = "0003*210"
GOOD = "12025550143"
APP = AppKey(key=config.APP_KEY, secret=config.APP_SECRET)
TOKEN = AccessToken(token=config.ACCESS_TOKEN)
COOKIES = SessionCookies(
    cookies="; ".join(f"{name}={value}" for name, value in config.SESSION_COOKIES.items()),
    xsrf_token=config.SESSION_COOKIES["xsrf-token"],
)
SMALL, MEDIUM = b"%PDF small", b"%PDF larger " * 1000


@pytest.fixture(scope="module")
def _running() -> Iterator[Simulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(_running: Simulator) -> Simulator:
    _running.reset()
    return _running


@pytest.fixture
def network(simulator: Simulator) -> Iterator[Network]:
    rules = NetworkRules(
        servers=(simulator.url,), storage_origins=(simulator.storage_url,), allow_http=True
    )
    network = Network(rules)
    yield network
    network.close()


@pytest.fixture
def server(simulator: Simulator, network: Network) -> VoipNow:
    return VoipNow(network, server=simulator.url, credentials=TOKEN)


def fax(*contents: bytes, to: tuple[str, ...] = (GOOD,)) -> CreateFax:
    return CreateFax(
        recipients=to,
        files=tuple(
            FileToSend(
                upload_identifier=f"doc{i}",
                name=f"{i}.pdf",
                size=len(content),
                content_type="application/pdf",
            )
            for i, content in enumerate(contents)
        ),
    )


def create(server: VoipNow, *contents: bytes, to: tuple[str, ...] = (GOOD,)) -> CreatedFax:
    return server.create_fax(EXTENSION, fax(*contents, to=to))


def upload(network: Network, created: CreatedFax, content: bytes) -> StoredUpload | VoipNowError:
    try:
        return put(network, created.targets[0], io.BytesIO(content))
    except VoipNowError as error:
        return error


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


# Every refusal of a create

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


# Every odd answer to a create

UNDERSTOOD = (
    "with_identifiers",
    "boolean_headers",
    "without_identifiers",
    "text_headers",
    "text_id",
    "extra_fields",
    "gzip",
)
NOT_UNDERSTOOD = (
    "fewer_files",
    "more_files",
    "no_files",
    "reordered_files",
    "redirect_false",
    "without_redirect",
    "without_redirect_uri",
    "null_headers",
    "other_lengths",
    "without_id",
    "without_uid",
    "wrapped",
    "huge",
    "empty",
    "not_json",
    "html",
)


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_an_answer_that_is_odd_but_clear_is_understood_and_its_targets_work(
    simulator: Simulator, network: Network, server: VoipNow, name: str
) -> None:
    simulator.script("create", "alter", alter=[name])
    created = create(server, SMALL, MEDIUM)
    for target, content in zip(created.targets, (SMALL, MEDIUM), strict=True):
        put(network, target, io.BytesIO(content))
    [seen] = simulator.faxes()
    assert (seen.completions, str(seen.id)) == (1, created.id)


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_an_answer_that_is_not_clear_is_unknown_and_not_tried_again(
    simulator: Simulator, server: VoipNow, name: str
) -> None:
    simulator.script("create", "alter", alter=[name])
    with pytest.raises(errors.NotUnderstood) as caught:
        create(server, SMALL, MEDIUM)
    assert caught.value.reason == Reason.ANSWER_NOT_UNDERSTOOD
    assert caught.value.message
    assert simulator.report().faxes == 1


def test_files_in_another_order_are_found_by_their_identifiers(
    simulator: Simulator, network: Network, server: VoipNow
) -> None:
    simulator.script("create", "alter", alter=["with_identifiers", "reordered_files"])
    created = create(server, SMALL, MEDIUM)
    for target, content in zip(created.targets, (SMALL, MEDIUM), strict=True):
        put(network, target, io.BytesIO(content))
    [seen] = simulator.faxes()
    assert simulator.received(seen.id, 1) == SMALL


def test_identifiers_that_we_never_sent_are_not_understood(
    simulator: Simulator, server: VoipNow
) -> None:
    simulator.script("create", "alter", alter=["with_identifiers", "unknown_identifiers"])
    with pytest.raises(errors.NotUnderstood, match="answer_not_understood"):
        create(server, SMALL)


def test_a_target_without_its_headers_is_refused_by_storage(
    simulator: Simulator, network: Network, server: VoipNow
) -> None:
    simulator.script("create", "alter", alter=["without_headers"])
    error = upload(network, create(server, SMALL), SMALL)
    assert isinstance(error, errors.Refused)
    assert (error.status, simulator.report().stored) == (403, 0)


def test_a_target_on_another_origin_is_named_and_gets_nothing(
    simulator: Simulator, network: Network, server: VoipNow
) -> None:
    simulator.script("create", "alter", alter=["other_origin"])
    error = upload(network, create(server, SMALL), SMALL)
    assert isinstance(error, errors.NotAllowed)
    assert error.origin == simulator.storage_url.replace("127.0.0.1", "localhost")
    assert simulator.report().uploads == 0


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
@pytest.mark.parametrize("size", [10, 32 * CHUNK_SIZE])
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
    if moment in ("before", "middle") and size > CHUNK_SIZE:
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


# Every way an upload fails

FAILING_UPLOADS: dict[str, tuple[type[VoipNowError], Reason]] = {
    "2025550120": (errors.TryLater, Reason.TOO_MANY_REQUESTS),
    "2025550121": (errors.NoAnswer, Reason.CONNECTION_LOST),
    "2025550122": (errors.NoAnswer, Reason.CONNECTION_LOST),
    "2025550123": (errors.TargetExpired, Reason.TARGET_EXPIRED),
    "2025550124": (errors.NoAnswer, Reason.TIMED_OUT),
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
