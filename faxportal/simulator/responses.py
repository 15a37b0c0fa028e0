"""Answers and refusals of both origins, each in its own wire form."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


# Words an error: HTTP status, code, message.
ErrorAnswer = Callable[[int, str, str], Answer]


class Refusal(Exception):
    """The server won't do it, and says so."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message

    def answer(self) -> Answer:
        raise NotImplementedError


class ApiRefusal(Refusal):
    """VoipNow's, as its page lists them."""

    def answer(self) -> Answer:
        return api_error(self.status, self.code, self.message)


class TokenRefusal(Refusal):
    """The token endpoint's, as RFC 6749, section 5.2."""

    def answer(self) -> Answer:
        return token_error(self.status, self.code, self.message)


class StorageRefusal(Refusal):
    """S3's, from its "Error responses" page; `more` are further XML elements."""

    def __init__(
        self, status: int, code: str, message: str, more: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, code, message)
        self.more = dict(more or {})

    def answer(self) -> Answer:
        return storage_error(self.status, self.code, self.message, self.more)


def json_answer(status: int, payload: Any) -> Answer:
    return Answer(status, json.dumps(payload).encode(), {"Content-Type": "application/json"})


def api_error(status: int, code: str, message: str) -> Answer:
    return json_answer(status, {"error": {"code": code, "message": message}})


def token_error(status: int, code: str, message: str) -> Answer:
    described = {"error_description": message} if message else {}
    return json_answer(status, {"error": code, **described})


def storage_error(
    status: int, code: str, message: str, more: Mapping[str, str] | None = None
) -> Answer:
    elements = {"Code": code, "Message": message, **(more or {})}
    elements["RequestId"] = secrets.token_hex(8).upper()
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in elements.items())
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
    return Answer(status, document.encode(errors="replace"), {"Content-Type": "application/xml"})
