"""A simulated VoipNow, networks to servers that a test runs, and certificates for them."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from faxportal.simulator.control_client import Simulator
from faxportal.simulator.server import running_simulator
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.network import Network, NetworkRules
from tests.support.s3 import s3 as s3  # a fixture
from tests.voipnow.simulated_voipnow import TOKEN

NetworkTo = Callable[..., Network]


@pytest.fixture
def network_to() -> Iterator[NetworkTo]:
    """A function: URLs of servers → a network that may call each as VoipNow and as storage.

    The function's keywords are fields of `NetworkRules`, or the network's `resolve` and `clock`.
    """
    with ExitStack() as stack:

        def make(*urls: str, **changes: Any) -> Network:
            own = {name: changes.pop(name) for name in ("resolve", "clock") if name in changes}
            rules = NetworkRules(
                **{"servers": urls, "storage_origins": urls, "allow_http": True, **changes}
            )
            return stack.enter_context(closing(Network(rules, **own)))

        yield make


@dataclass(frozen=True)
class Certificates:
    ca_file: str
    server: ssl.SSLContext


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """A self-signed certificate for 127.0.0.1. Clients trust it only if they are given its file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An office's own")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return Certificates(ca_file=str(public), server=context)


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
