"""What a test says to a running simulator, in this process or in another: the control API."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from .call import Seen
from .config import Config
from .faults import Action, Operation
from .record import Duplicate, Fax, File, Report


class Simulator:
    """A running simulator. `url` is VoipNow's origin, `storage_url` storage's."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.storage_url: str = self._json("GET", "")["storage_url"]

    # Scripting

    def script(self, on: Operation, do: Action, **fields: Any) -> None:
        """Add a rule: see faults.Fault for its fields. Raises ValueError for an impossible one."""
        self._json("POST", "/faults", {"on": on, "do": do, **fields})

    def hits(self) -> list[int]:
        """Return how often each rule of the script was hit, in their order."""
        return [rule["hits"] for rule in self._json("GET", "/faults")]

    def forget_script(self) -> None:
        self._json("DELETE", "/faults")

    def release(self) -> None:
        """Let the requests go on that are held now."""
        self._json("POST", "/release")

    def wait_until_held(self, count: int = 1) -> None:
        """Return when so many requests are held by the script."""
        self._json("GET", f"/held?count={count}")

    def wait_until_idle(self) -> None:
        """Return when no request is being served: what was received is then in the record."""
        self._json("GET", "/idle")

    def configure(self, **settings: Any) -> None:
        """Change fields of config.Config."""
        self._json("PATCH", "", settings)

    def expire_targets(self) -> None:
        self._json("POST", "/expire")

    def revoke_tokens(self) -> None:
        self._json("POST", "/revoke")

    def reset(self) -> None:
        """Make it as after a start, but that no fax id is used again."""
        self._json("POST", "/reset")

    # Reading

    @property
    def config(self) -> Config:
        return Config(**_frozen(self._json("GET", "")["config"]))

    def faxes(self) -> list[Fax]:
        """Return every fax, newest first."""
        return [_fax(fields) for fields in self._json("GET", "/faxes")]

    def fax(self, fax_id: int) -> Fax:
        return next(fax for fax in self.faxes() if fax.id == fax_id)

    def received(self, fax_id: int, position: int) -> bytes:
        """Return the stored bytes of a fax's file; positions count from 1."""
        return self._call("GET", f"/faxes/{fax_id}/files/{position}")

    def report(self) -> Report:
        fields = self._json("GET", "/report")
        duplicates = tuple(Duplicate(**_frozen(one)) for one in fields.pop("duplicates"))
        return Report(**fields, duplicates=duplicates)

    def requests(self, on: Operation | None = None) -> list[Seen]:
        """Return the last requests as they came, oldest first."""
        return [
            Seen(**{**fields, "headers": tuple(map(tuple, fields["headers"]))})
            for fields in self._json("GET", "/requests")
            if on in (None, fields["operation"])
        ]

    def _json(self, method: str, path: str, payload: Any = None) -> Any:
        answer = self._call(method, path, payload)
        return json.loads(answer) if answer else None

    def _call(self, method: str, path: str, payload: Any = None) -> bytes:
        """Raises ValueError with the simulator's message if it refuses."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc)
        try:
            body = None if payload is None else json.dumps(payload)
            connection.request(method, f"/_simulator{path}", body)
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise ValueError(answer.decode())
        return answer


def _fax(fields: dict[str, Any]) -> Fax:
    files = tuple(File(**file) for file in fields.pop("files"))
    return Fax(**_frozen(fields), files=files)


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
