"""Odd responses of the simulated VoipNow to a create request."""

import io

import pytest

from faxportal.simulator.control_client import Simulator
from faxportal.voipnow import errors
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import Reason
from faxportal.voipnow.network import Network
from faxportal.voipnow.uploads import put
from tests.voipnow.simulated_voipnow import (
    MEDIUM,
    SMALL,
    create,
    upload,
)

# Every odd answer to a create request
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
