"""A VoipNow server, as one connection sees it: create faxes, list extensions, test the sign-in."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import BinaryIO, TypeVar

from faxportal.voipnow import answer_outcomes, answers
from faxportal.voipnow.answers import Answer
from faxportal.voipnow.api_types import CreatedFax, CreateFax, SeenExtension
from faxportal.voipnow.authentication import Credentials, TokenInMemory, TokenStore, auth_for
from faxportal.voipnow.errors import NotDone, Reason, Refused, VoipNowError
from faxportal.voipnow.network import Network
from faxportal.voipnow.upload_bodies import FaxForm, unheard

_EXTENSION = re.compile(r"[0-9*]{1,64}")  # organization number * local number [v3]
_USER = re.compile(r"@(me|viewer|owner)|[A-Za-z0-9_-]{1,64}")
_PAGE = 500  # extensions in one answer; the server takes up to 5000 [v3]
_MAX_EXTENSIONS = 100_000

# The answers of a server that found no recipients, no files or no fax in what it was sent.
_OTHER_FORM = frozenset(
    {Reason.NOTHING_TO_SEND, Reason.RECIPIENTS_INVALID, Reason.FILE_INVALID, Reason.FAX_REFUSED}
)

T = TypeVar("T")


class VoipNow:
    """One connection: a server, a way to sign in, a VoipNow user. Safe to share between threads.

    Every method raises `VoipNowError`, by what is known of the call.
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
        """`trailing_slash`: the vendor's cURL sample has one, its endpoint table has none."""
        self._network = network
        self._server = server.rstrip("/")
        self._user = user
        self._slash = "/" if trailing_slash else ""
        self._auth = auth_for(
            credentials, network=network, server=self._server, tokens=tokens or TokenInMemory()
        )

    @property
    def is_signed_in(self) -> bool:
        """Whether the next call goes out by itself, with no request for a token before it."""
        return self._auth.is_ready()

    def sign_in(self) -> None:
        """Get the token that `is_signed_in` looks for. Its errors are all `NotDone`."""
        self._auth.get_ready()

    def create_fax(self, extension: str, request: CreateFax) -> CreatedFax:
        """Create one fax resource. Its files are still to be put to the answer's targets."""
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
        answer = self._ask(
            "POST",
            self._fax_path(extension),
            headers={"content-type": "application/json"},
            content=json.dumps(content, separators=(",", ":")).encode(),
        )
        return _understood(answer, lambda: answers.created(answer, request, now=datetime.now(UTC)))

    def send_in_one_request(
        self,
        extension: str,
        request: CreateFax,
        files: Sequence[BinaryIO],
        *,
        on_progress: Callable[[int], object] = unheard,
    ) -> CreatedFax:
        """Send a fax in the older form. `files` are the request's, open, in its order.

        On a connection of its own: a kept one that dies under the request leaves it unknown. There
        is no stopping it, and no repeating what is unknown.
        """
        body = FaxForm(request, files, on_progress=on_progress)
        answer = self._ask(
            "POST",
            self._fax_path(extension),
            headers={"content-type": body.content_type, "content-length": str(body.length)},
            content=body,
            fresh=True,
        )
        return _understood(answer, lambda: answers.sent(answer))

    def extensions(self) -> list[SeenExtension]:
        """Every extension that presence shows. One that never registered may be missing."""
        seen: dict[str, SeenExtension] = {}
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
        """Sign in and ask for one extension: what *Test connection* does."""
        self._extensions(count=1, start=0)

    def _extensions(self, *, count: int, start: int) -> tuple[list[SeenExtension], int | None]:
        answer = self._ask(
            "GET",
            f"/uapi/extensions/{self._user_part()}/@self/presence?count={count}&startIndex={start}",
        )
        if answer.status == 204:
            return [], 0
        return _understood(answer, lambda: answers.extensions(answer))

    def _ask(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | Iterable[bytes] | None = None,
        fresh: bool = False,
    ) -> Answer:
        origin = self._network.guard.server(self._server)
        request = self._network.request(
            method,
            self._server + path,
            headers={"accept": "application/json", "accept-encoding": "gzip", **(headers or {})},
            content=content,
        )
        for is_last in (False, True):
            with self._network.exchange(origin, request, auth=self._auth, fresh=fresh) as response:
                answer = answers.read(response)
            # A 401 surely did nothing, and a token may end before its time.
            if answer.status != 401 or is_last or not self._auth.renew(request):
                break
        return answer

    def _fax_path(self, extension: str) -> str:
        """With `*` and `@` literal, as in every sample; httpx leaves both alone in a path."""
        if not _EXTENSION.fullmatch(extension):
            raise Refused(Reason.EXTENSION_INVALID)
        return f"/uapi/faxes/{self._user_part()}/{extension}{self._slash}"

    def _user_part(self) -> str:
        if not _USER.fullmatch(self._user):
            raise Refused(Reason.USER_INVALID)
        return self._user


def may_want_the_other_form(error: VoipNowError) -> bool:
    """Whether a server that takes only the other wire form could have answered like this.

    True only for answers that surely did nothing.
    """
    answered = isinstance(error, NotDone) and error.status is not None
    return answered and error.reason in _OTHER_FORM


def _understood(answer: Answer, parse: Callable[[], T]) -> T:
    if answer.status != 200:
        raise answer_outcomes.of_server(answer)
    try:
        return parse()
    except answers.Unreadable as why:
        raise answer_outcomes.not_understood(answer, why) from None
