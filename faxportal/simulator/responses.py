"""Responses and refusals of both origins, each in the form of its API."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Response:
    """A response before it is sent."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


# Makes an error response from HTTP status, code and message.
ErrorResponse = Callable[[int, str, str], Response]


class Refusal(Exception):
    """The server refuses the request. Handlers raise the subclass for their API."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        """The refusal in the form of its API."""
        raise NotImplementedError


class ApiRefusal(Refusal):
    """A refusal of VoipNow, as the vendor's page lists the refusals."""

    def response(self) -> Response:
        return api_error(self.status, self.code, self.message)


class TokenRefusal(Refusal):
    """A refusal of the token endpoint (RFC 6749, 5.2)."""

    def response(self) -> Response:
        return token_error(self.status, self.code, self.message)


class StorageRefusal(Refusal):
    """A refusal of storage ("Error responses", Amazon S3 API reference).

    `more` are further XML elements.
    """

    def __init__(
        self, status: int, code: str, message: str, more: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, code, message)
        self.more = dict(more or {})

    def response(self) -> Response:
        return storage_error(self.status, self.code, self.message, self.more)


def json_response(status: int, payload: Any) -> Response:
    """A response with a JSON body."""
    return Response(status, json.dumps(payload).encode(), {"Content-Type": "application/json"})


def api_error(status: int, code: str, message: str) -> Response:
    """An error in the form of VoipNow's API."""
    return json_response(status, {"error": {"code": code, "message": message}})


def token_error(status: int, code: str, message: str) -> Response:
    """An error in the form of RFC 6749, 5.2."""
    described = {"error_description": message} if message else {}
    return json_response(status, {"error": code, **described})


def storage_error(
    status: int, code: str, message: str, more: Mapping[str, str] | None = None
) -> Response:
    """An error in S3's XML; `more` are further elements."""
    elements = {"Code": code, "Message": message, **(more or {})}
    elements["RequestId"] = secrets.token_hex(8).upper()
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in elements.items())
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
    return Response(status, document.encode(errors="replace"), {"Content-Type": "application/xml"})
