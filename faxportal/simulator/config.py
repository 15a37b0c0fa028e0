"""The configuration of the simulated VoipNow, and the credentials that it accepts.

The credentials are public on purpose: they open nothing but a simulator.
"""

from dataclasses import dataclass
from typing import Literal

from .signatures import Keys

Wire = Literal["presigned", "one-request", "both"]

APP_KEY = "demo~app_key-1"
APP_SECRET = "demo|app_secret-1"  # noqa: S105
ACCESS_TOKEN = "demo.access_token-1"  # noqa: S105
# The names and the forms of the values are from the vendor's sample, where `vn` has a percent
# escape.
SESSION_COOKIES = {
    "dev": "demo0000000000002kjZMApYaH",
    "xsrf-token": "44HzDemoJIHDN6mb",
    "vn": "XI%2Cdemo-EWgqBMBCNVpeAnUEaeq",
}
USERS = frozenset({"", "@me", "@viewer", "@owner", "3"})
EXTENSIONS = ("0003*210", "0003*211", "0003*212")
# A telephone without fax. The presence list has such extensions, too.
EXTENSION_WITHOUT_FAX = "0003*213"

STORAGE_KEYS = Keys(id="SIMULATORSTORAGEKEY0", secret="a secret that opens a simulator only")  # noqa: S106
BUCKET = "faxes"


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a server's administrator would set. Sizes are in bytes, lifetimes in seconds."""

    wire: Wire = "presigned"
    max_files: int = 5
    max_recipients: int = 5
    max_file_size: int = 200 * 1024 * 1024
    target_lifetime: int = 600
    token_lifetime: int = 3600
    extensions: tuple[str, ...] = (*EXTENSIONS, EXTENSION_WITHOUT_FAX)
    # Origins that may upload from a browser (CORS). "*" allows all origins.
    cors_origins: tuple[str, ...] = ("*",)
    # An S3 server that upload targets point to in place of the simulator's own storage, and the
    # keys to its bucket. The simulator does not see what is uploaded there.
    storage: str = ""
    storage_key: str = ""
    storage_secret: str = ""
    # One vendor sample repeats `uploadIdentifier` in the response. The sample on the vendor's page
    # of the fax service does not.
    echo_identifiers: bool = False
    # One vendor sample puts the JSON object of the presence list into an array.
    wrap_presence: bool = False
    # Issued tokens have characters that the vendor's client of 2026 doesn't take: | and ~.
    odd_tokens: bool = False
    # If several parts of a one-request form have the same name, only the last counts, as in PHP.
    keep_last_part: bool = False
    # Storage doesn't answer `Expect: 100-continue`, and waits for the body.
    ignore_expect: bool = False
