"""The network to VoipNow and its storage, as the operator's settings allow it."""

from functools import lru_cache

from django.conf import settings

from faxportal.voipnow.network import Network, NetworkRules


@lru_cache(maxsize=1)
def shared_network() -> Network:
    """The one network of this process, made when it is first needed and shared by its threads.

    Raises `ValueError` for settings that contradict each other, and `OSError` if the CA file can't
    be read.
    """
    return Network(
        NetworkRules(
            servers=tuple(settings.VOIPNOW_SERVERS),
            storage_origins=tuple(settings.STORAGE_ORIGINS),
            allow_http=settings.ALLOW_HTTP,
            ca_file=settings.CA_FILE or None,
        )
    )
