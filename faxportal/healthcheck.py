"""`python -m faxportal.healthcheck`: exits 0 if the portal in this container answers `/healthz`.

The image uses this module as its health check, because the image has no curl. The module sends a
host name that the portal accepts, and does not load Django's apps or settings.
"""

from __future__ import annotations

import http.client
import sys

from faxportal import environment

TIMEOUT_S = 5  # seconds


def main() -> None:
    """Exit with a message and code 1, unless the portal answers with status 200."""
    bind: str = environment.read("FAXPORTAL_BIND")
    address, _, port = bind.rpartition(":")
    here = "127.0.0.1" if address in ("", "0.0.0.0", "[::]") else address.strip("[]")  # noqa: S104
    names: list[str] = environment.read("FAXPORTAL_HOSTS")
    name = next((name.lstrip(".") for name in names if name != "*"), here)
    try:
        portal = http.client.HTTPConnection(here, int(port), timeout=TIMEOUT_S)
        portal.request("GET", "/healthz", headers={"Host": name})
        status = portal.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"No answer on {bind}: {error}")
    if status != http.client.OK:
        sys.exit(f"/healthz answered {status}.")


if __name__ == "__main__":
    main()
