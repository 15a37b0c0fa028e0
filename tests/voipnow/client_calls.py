"""A client of a `HostileServer`, and the fax that the client sends."""

import json
from typing import Any

from faxportal.voipnow.authentication import AccessToken
from faxportal.voipnow.client import VoipNow
from tests.voipnow.conftest import NetworkTo
from tests.voipnow.hostile_server import HostileServer
from tests.voipnow.vendor_samples import created, created_file, fax_of

SHORT = 0.2  # seconds
FAX = fax_of(("doc0", 5))
CREATED = json.dumps(created(created_file())).encode()
SENT = b'{"id":262,"uid":"ba12","recipients":["7778888"]}'


def client_of(network_to: NetworkTo, server: HostileServer, **settings: Any) -> VoipNow:
    """A client of the server, with a token. `settings`: those of `VoipNow`, or `answer_timeout`."""
    rules = {name: settings.pop(name) for name in ("answer_timeout",) if name in settings}
    return VoipNow(
        network_to(server.url, **rules),
        server=server.url,
        credentials=AccessToken(token="1|token"),
        **settings,
    )
