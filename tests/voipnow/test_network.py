"""Where requests go, and what logs and errors show of them."""

import io
import logging
import logging.config
import traceback
from collections.abc import Iterator

import pytest

from faxportal.voipnow.api_types import UploadTarget
from faxportal.voipnow.authentication import AccessToken
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import NotAllowed, Reason, TryLater, VoipNowError
from faxportal.voipnow.network import Network, NetworkRules
from faxportal.voipnow.uploads import put
from tests.voipnow.conftest import Certificates, NetworkTo
from tests.voipnow.hostile_server import HostileServer, Peer, Script, always, hostile_server
from tests.voipnow.vendor_samples import fax_of

SECRET = "1|token"


def client(network: Network, url: str) -> VoipNow:
    return VoipNow(network, server=url, credentials=AccessToken(token=SECRET))


def failure(network: Network, url: str) -> VoipNowError:
    with pytest.raises(VoipNowError) as caught:
        client(network, url).check()
    return caught.value


# Where a request goes


def test_the_connection_goes_to_the_address_that_was_checked(network_to: NetworkTo) -> None:
    """The name is resolved only once.

    A hostile name server could answer differently the second time.
    """
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with hostile_server(always(204)) as server:
        url = server.url.replace("127.0.0.1", "voip.office.example")
        client(network_to(url, resolve=resolve), url).check()
    assert asked == ["voip.office.example"]
    assert server.requests[0].headers["host"].startswith("voip.office.example:")


def test_a_wildcard_never_leads_to_a_private_address(network_to: NetworkTo) -> None:
    with hostile_server(always(204)) as server:
        port = server.url.rsplit(":", 1)[1]
        network = network_to(f"http://*.example.com:{port}", resolve=lambda *_: ["127.0.0.1"])
        error = failure(network, f"http://voip.example.com:{port}")
    assert (type(error), error.reason) == (NotAllowed, Reason.ADDRESS_NOT_ALLOWED)
    assert server.connections == 0


def test_the_next_address_is_tried_where_one_does_not_answer(network_to: NetworkTo) -> None:
    with hostile_server(always(204)) as server:
        url = server.url.replace("127.0.0.1", "voip.office.example")
        addresses = ["127.0.0.2", "127.0.0.1"]
        client(network_to(url, resolve=lambda *_: addresses), url).check()
    assert server.connections == 1


def test_a_name_that_leads_nowhere_is_no_connection(network_to: NetworkTo) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    url = "https://voip.example.com"
    error = failure(network_to(url, resolve=resolve), url)
    assert (type(error), error.reason) == (TryLater, Reason.NO_CONNECTION)


def test_a_proxy_in_the_environment_is_not_used(
    network_to: NetworkTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile_server(always(204)) as proxy, hostile_server(always(204)) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        client(network_to(server.url), server.url).check()
    assert (proxy.connections, server.connections) == (0, 1)


def test_plain_http_is_refused_where_the_operator_does_not_allow_it() -> None:
    with pytest.raises(ValueError, match="plain http"):
        Network(NetworkRules(servers=("http://voip.example.com",), storage_origins=()))


def test_a_call_that_gets_no_connection_in_time_was_not_sent(network_to: NetworkTo) -> None:
    with hostile_server(always(200, b"{}")) as server:
        network = network_to(server.url, connections=1, answer_timeout=0.2)
        request = network.request("GET", server.url)
        request.extensions["timeout"]["read"] = None  # without a limit
        with network.exchange(network.guard.check_server(server.url), request):
            error = failure(network, server.url)
    assert (type(error), error.reason) == (TryLater, Reason.NO_CONNECTION)
    assert len(server.requests) == 1


# Certificates


@pytest.fixture
def tls_server(certificates: Certificates) -> Iterator[HostileServer]:
    with hostile_server(always(204), tls=certificates.server) as server:
        yield server


def test_the_operators_own_certificates_are_trusted(
    network_to: NetworkTo, tls_server: HostileServer, certificates: Certificates
) -> None:
    network = network_to(tls_server.url, ca_file=certificates.ca_file, allow_http=False)
    client(network, tls_server.url).check()
    assert len(tls_server.requests) == 1


def test_a_server_with_an_untrusted_certificate_gets_no_secret(
    network_to: NetworkTo, tls_server: HostileServer
) -> None:
    error = failure(network_to(tls_server.url), tls_server.url)
    assert (type(error), error.reason) == (TryLater, Reason.CERTIFICATE_REFUSED)
    assert tls_server.requests == []


def test_a_server_with_a_certificate_for_another_name_gets_no_secret(
    network_to: NetworkTo, tls_server: HostileServer, certificates: Certificates
) -> None:
    url = tls_server.url.replace("127.0.0.1", "voip.office.example")
    network = network_to(url, ca_file=certificates.ca_file, resolve=lambda *_: ["127.0.0.1"])
    assert failure(network, url).reason == Reason.CERTIFICATE_REFUSED
    assert tls_server.requests == []


# Logs and tracebacks


def hang_up(peer: Peer) -> None:
    peer.read()


@pytest.mark.parametrize("script", [hang_up, Peer.reset, *map(always, (301, 401, 403, 500))])
def test_no_error_shows_an_address_or_a_secret(network_to: NetworkTo, script: Script) -> None:
    """Neither the error's text nor the texts of its causes show an address or a secret."""
    with hostile_server(script) as server:
        network = network_to(server.url)
        target = UploadTarget(
            upload_identifier="doc0",
            url=f"{server.url}/file?X-Amz-Signature=hidden",
            headers={"x-amz-meta-a": "hidden"},
            content_type="application/pdf",
            content_length=5,
            lifetime=None,
        )
        with pytest.raises(VoipNowError) as create:
            client(network, server.url).create_fax("0003*210", fax_of(("doc0", 5)))
        with pytest.raises(VoipNowError) as upload:
            put(network, target, io.BytesIO(b"hello"))
    for error in (create.value, upload.value):
        shown = "".join(traceback.format_exception(error))
        for secret in (SECRET, "hidden", "7778888", "document.pdf"):
            assert secret not in shown


def test_no_log_line_carries_an_address_or_a_secret(
    network_to: NetworkTo, caplog: pytest.LogCaptureFixture
) -> None:
    """This holds even at level DEBUG, and even if logging is configured after `network_to`."""
    with hostile_server(always(204, b"", "Set-Cookie: vn=hidden")) as server:
        network = network_to(server.url)
        loggers = {
            name: {"level": "DEBUG", "propagate": True} for name in ("httpx", "httpcore.http11")
        }
        logging.config.dictConfig(
            {"version": 1, "disable_existing_loggers": False, "loggers": loggers}
        )
        with caplog.at_level(logging.DEBUG):
            client(network, server.url).check()
            logging.getLogger("httpx").warning("a warning")
    assert caplog.messages == ["a warning"]
