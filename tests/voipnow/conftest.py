"""A network to whatever servers a test runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from faxportal.voipnow.network import Network, Rules
from tests.s3 import s3 as s3  # a fixture

NetworkTo = Callable[..., Network]


@pytest.fixture
def network_to() -> Iterator[NetworkTo]:
    """Makes a network that allows these servers, each as VoipNow and as storage.

    Other keywords are fields of `Rules`, or `resolve` and `clock`.
    """
    with ExitStack() as stack:

        def make(*urls: str, **changes: Any) -> Network:
            own = {name: changes.pop(name) for name in ("resolve", "clock") if name in changes}
            rules = Rules(
                **{"servers": urls, "storage_origins": urls, "allow_http": True, **changes}
            )
            return stack.enter_context(closing(Network(rules, **own)))

        yield make
