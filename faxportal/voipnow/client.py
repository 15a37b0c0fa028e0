"""The client of one VoipNow connection: create faxes, list extensions, test the sign-in."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, TypeVar

from faxportal.voipnow import response_errors, responses, upload_targets
from faxportal.voipnow.api_types import CreatedFax, CreateFax, ListedExtension
from faxportal.voipnow.authentication import Credentials, TokenInMemory, TokenStore, auth_for
from faxportal.voipnow.errors import NotDone, Reason, Refused, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.page_call_breaker import CircuitBreaker
from faxportal.voipnow.request_bodies import FaxForm, ignore_progress
from faxportal.voipnow.responses import Response

_EXTENSION = re.compile(r"[0-9*]{1,64}")  # organization number * local number [v3]
_USER = re.compile(r"@(me|viewer|owner)|[A-Za-z0-9_-]{1,64}")
_PAGE = 500  # extensions in one answer; the server takes up to 5000 [v3]
_MAX_EXTENSIONS = 100_000

# Reasons of a server that found no recipients, no files or no fax in the request.
_OTHER_FORM = frozenset(
    {Reason.NOTHING_TO_SEND, Reason.RECIPIENTS_INVALID, Reason.FILE_INVALID, Reason.FAX_REFUSED}
)

T = TypeVar("T")


class VoipNow:
    """A connection: a server, credentials and a VoipNow user. Threads may share it.

    Every method may raise any `VoipNowError`.
    """

    def __init__(
        self,
        network: Network,
        *,
        server: str,
        credentials: Credentials,
        tokens: TokenStore | None = None,
        user: str = "@me",
        trailing_slash: bool = True,
    ) -> None:
        """`server` is a base URL, and `user` a VoipNow user id, or @me, @viewer or @owner.

        `trailing_slash` says whether the path of the fax endpoint ends with a slash. It does in the
        vendor's cURL sample, and does not in the vendor's endpoint table.
        """
        self._network = network
        self._server = server.rstrip("/")
        self._user = user
        self._slash = "/" if trailing_slash else ""
        self._auth = auth_for(
            credentials, network=network, server=self._server, tokens=tokens or TokenInMemory()
        )

    @property
    def is_signed_in(self) -> bool:
        """Whether the next call can be made without requesting a token first."""
        return self._auth.is_ready()

    def sign_in(self) -> None:
        """Request a token, if a token is needed. All errors are `NotDone`."""
        self._auth.prepare()

    def create_fax(
        self, extension: str, request: CreateFax, *, time_outs_in_a_row: int = 0
    ) -> CreatedFax:
        """Create a fax resource. The caller then uploads the files to the returned targets.

        `extension` is an extension number, such as 0003*210. `time_outs_in_a_row` is how many
        create requests of the same fax have just timed out, one after another. The time that the
        server gets for its answer doubles with each of them.
        """
        content = {
            "recipients": request.recipients,
            "files": [
                {
                    "uploadIdentifier": file.upload_identifier,
                    "name": file.name,
                    "size": file.size,
                    "contentType": file.content_type,
                }
                for file in request.files
            ],
        }
        answer = self._request(
            "POST",
            self._fax_path(extension),
            headers={"content-type": "application/json"},
            content=json.dumps(content, separators=(",", ":")).encode(),
            time_outs_in_a_row=time_outs_in_a_row,
        )
        return _parsed(answer, lambda: upload_targets.created_fax(answer, request))

    def send_in_one_request(
        self,
        extension: str,
        request: CreateFax,
        files: Sequence[BinaryIO],
        *,
        on_progress: Callable[[int], object] = ignore_progress,
    ) -> CreatedFax:
        """Send a fax in the older form. `files` are the request's files, open, in the same order.

        The request has a TCP connection of its own, because a kept connection may break, and the
        effect of the request would then be unknown. The request can't be stopped. `on_progress`
        gets the number of bytes of the body that were sent so far.
        """
        body = FaxForm(request, files, on_progress=on_progress)
        answer = self._request(
            "POST",
            self._fax_path(extension),
            headers={"content-type": body.content_type, "content-length": str(body.length)},
            content=body,
            new_connection=True,
        )
        return _parsed(answer, lambda: responses.sent_fax(answer))

    def extensions(self) -> list[ListedExtension]:
        """All extensions of the presence list. Extensions that never registered may be missing.

        If the server left several calls in a row without an answer, this fails at once for a while.
        """
        with self._circuit().around_call():
            return self._all_extensions()

    def _all_extensions(self) -> list[ListedExtension]:
        seen: dict[str, ListedExtension] = {}
        start = 0
        while start < _MAX_EXTENSIONS:
            page, total = self._extensions(count=_PAGE, start=start)
            new = [extension for extension in page if extension.number not in seen]
            seen |= {extension.number: extension for extension in new}
            start += len(page)
            if not new or (total is not None and start >= total):
                break
        return list(seen.values())

    def check(self) -> None:
        """Sign in and list one extension. A connection that works raises nothing.

        If the server left several calls in a row without an answer, this fails at once for a while.
        """
        with self._circuit().around_call():
            self._extensions(count=1, start=0)

    def _circuit(self) -> CircuitBreaker:
        return self._network.circuit(self._network.guard.check_server(self._server))

    def _extensions(self, *, count: int, start: int) -> tuple[list[ListedExtension], int | None]:
        answer = self._presence(f"?count={count}&startIndex={start}")
        if answer.status == 204:
            return [], 0
        return _parsed(answer, lambda: responses.extensions(answer))

    def _presence(self, query: str) -> Response:
        """The response of the presence list. Some servers want a slash at the end of its path.

        The vendor's page has no slash, and the vendor's own client sends one.
        """
        path = f"/uapi/extensions/{self._user_part()}/@self/presence"
        slashes = self._network.presence_slashes
        slash = slashes.get(self._server, "")
        answer = self._request("GET", path + slash + query)
        if not _is_elsewhere(answer):
            return answer
        other = "" if slash else "/"
        answer_of_other = self._request("GET", path + other + query)
        if _is_elsewhere(answer_of_other):
            return answer
        slashes[self._server] = other
        return answer_of_other

    def _request(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | Iterable[bytes] | None = None,
        new_connection: bool = False,
        time_outs_in_a_row: int = 0,
    ) -> Response:
        origin = self._network.guard.check_server(self._server)
        request = self._network.request(
            method,
            self._server + path,
            headers={"accept": "application/json", "accept-encoding": "gzip", **(headers or {})},
            content=content,
            time_outs_in_a_row=time_outs_in_a_row,
        )
        for is_last in (False, True):
            with self._network.exchange(
                origin, request, auth=self._auth, new_connection=new_connection
            ) as response:
                answer = responses.read_response(response)
            # After a 401 nothing happened. A token may expire earlier than the server said.
            if answer.status != 401 or is_last or not self._auth.renew(request):
                break
        return answer

    def _fax_path(self, extension: str) -> str:
        """The path. httpx leaves `*` and `@` unencoded, and so do the vendor's samples."""
        if not _EXTENSION.fullmatch(extension):
            raise Refused(Reason.EXTENSION_INVALID)
        return f"/uapi/faxes/{self._user_part()}/{extension}{self._slash}"

    def _user_part(self) -> str:
        if not _USER.fullmatch(self._user):
            raise Refused(Reason.USER_INVALID)
        return self._user


def may_want_other_wire_form(error: VoipNowError) -> bool:
    """Whether this error may mean that the server takes only the other wire form.

    True only for responses after which certainly nothing happened.
    """
    answered = isinstance(error, NotDone) and error.status is not None
    return answered and error.reason in _OTHER_FORM


def _is_elsewhere(answer: Response) -> bool:
    """Whether the server has nothing at this path."""
    return answer.status == 404 or 300 <= answer.status < 400


def _parsed(answer: Response, parse: Callable[[], T]) -> T:
    """The parsed response. Raises `VoipNowError` if its status is not 200, or its body invalid."""
    if answer.status != 200:
        raise response_errors.server_error(answer)
    try:
        return parse()
    except responses.InvalidResponse as why:
        raise response_errors.invalid_response_error(answer, why) from None
