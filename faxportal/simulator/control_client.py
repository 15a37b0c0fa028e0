"""The client of the control API. Tests use it to script a simulator and to read from it."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from .config import Config
from .faults import Action, Operation
from .fax_store import Duplicate, Fax, File, Report
from .state import ReceivedRequest


class Simulator:
    """A running simulator, in this process or in another process.

    `url` is VoipNow's origin, and `storage_url` is storage's origin.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.storage_url: str = self._json("GET", "")["storage_url"]

    # Scripting

    def script(self, on: Operation, do: Action, **fields: Any) -> None:
        """Add a rule: the fields of `faults.Fault`. Raises `ValueError` for an impossible rule."""
        self._json("POST", "/faults", {"on": on, "do": do, **fields})

    def hits(self) -> list[int]:
        """How often each rule of the script was applied, in the order of the rules."""
        return [rule["hits"] for rule in self._json("GET", "/faults")]

    def forget_script(self) -> None:
        """Remove all rules."""
        self._json("DELETE", "/faults")

    def release(self) -> None:
        """Let the requests that are held now continue."""
        self._json("POST", "/release")

    def wait_until_held(self, count: int = 1) -> None:
        """Wait until the script holds `count` requests."""
        self._json("GET", f"/held?count={count}")

    def wait_until_idle(self) -> None:
        """Wait until no request is being served. Then all that was received can be read."""
        self._json("GET", "/idle")

    def configure(self, **settings: Any) -> None:
        """Change fields of `config.Config`. Raises `ValueError` for an unknown field."""
        self._json("PATCH", "", settings)

    def expire_targets(self) -> None:
        """Expire every upload target that was made so far."""
        self._json("POST", "/expire")

    def revoke_tokens(self) -> None:
        """Refuse every access token that was made so far."""
        self._json("POST", "/revoke")

    def reset(self) -> None:
        """Restore the state after a start, except that fax ids are not used again."""
        self._json("POST", "/reset")

    # Reading

    @property
    def config(self) -> Config:
        """The configuration as it is now."""
        return Config(**_frozen(self._json("GET", "")["config"]))

    def faxes(self) -> list[Fax]:
        """All faxes, newest first."""
        return [_fax(fields) for fields in self._json("GET", "/faxes")]

    def fax(self, fax_id: int) -> Fax:
        """The fax with this id. Raises `StopIteration` if no fax has it."""
        return next(fax for fax in self.faxes() if fax.id == fax_id)

    def received(self, fax_id: int, position: int) -> bytes:
        """The stored bytes of a fax's file; positions count from 1. Raises `ValueError`."""
        return self._call("GET", f"/faxes/{fax_id}/files/{position}")

    def report(self) -> Report:
        """The counts of what was received."""
        fields = self._json("GET", "/report")
        duplicates = tuple(Duplicate(**_frozen(one)) for one in fields.pop("duplicates"))
        return Report(**fields, duplicates=duplicates)

    def requests(self, on: Operation | None = None) -> list[ReceivedRequest]:
        """The last 1,000 requests, oldest first. With `on`, only the requests of this operation."""
        return [
            ReceivedRequest(**{**fields, "headers": tuple(map(tuple, fields["headers"]))})
            for fields in self._json("GET", "/requests")
            if on in (None, fields["operation"])
        ]

    def _json(self, method: str, path: str, payload: Any = None) -> Any:
        body = self._call(method, path, payload)
        return json.loads(body) if body else None

    def _call(self, method: str, path: str, payload: Any = None) -> bytes:
        """Call the control API. Raises `ValueError` with the simulator's message if it refuses."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc)
        try:
            content = None if payload is None else json.dumps(payload)
            connection.request(method, f"/_simulator{path}", content)
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise ValueError(body.decode())
        return body


def _fax(fields: dict[str, Any]) -> Fax:
    files = tuple(File(**file) for file in fields.pop("files"))
    return Fax(**_frozen(fields), files=files)


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
