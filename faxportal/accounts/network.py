"""The outside as the operator's settings allow it: one for each process."""

from functools import lru_cache

from django.conf import settings

from faxportal.voipnow.network import Network, Rules


@lru_cache(maxsize=1)
def the_network() -> Network:
    """The process's network, made when it is first needed."""
    return Network(
        Rules(
            servers=tuple(settings.VOIPNOW_SERVERS),
            storage_origins=tuple(settings.STORAGE_ORIGINS),
            allow_http=settings.ALLOW_HTTP,
            ca_file=settings.CA_FILE or None,
        )
    )
