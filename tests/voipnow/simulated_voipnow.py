"""Faxes that are sent to a simulated VoipNow, and credentials for it."""

import io

from faxportal.simulator import config
from faxportal.voipnow.api_types import CreatedFax, CreateFax, FileToSend, StoredUpload
from faxportal.voipnow.authentication import AccessToken, AppKey, SessionCookies
from faxportal.voipnow.client import VoipNow
from faxportal.voipnow.errors import VoipNowError
from faxportal.voipnow.network import Network
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
    """Upload the first file of a fax, and return the result or the error."""
    try:
        return put(network, created.targets[0], io.BytesIO(content))
    except VoipNowError as error:
        return error
