"""`manage.py sendfax`: sends a fax as the form would, and waits until VoipNow has it."""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError, CommandParser

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.faxes.compose.confirmations.confirmation import (
    Confirmation,
    ConfirmationRequest,
)
from faxportal.faxes.compose.confirmations.messages import concern_text
from faxportal.faxes.compose.draft_content import DraftContent
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.compose.submit_request import SubmitRequest
from faxportal.faxes.compose.submit_result import (
    AlreadySubmitted,
    Conflict,
    NeedsConfirmation,
    NeedsCorrection,
    NeedsFiles,
    Submitted,
)
from faxportal.faxes.history.progress import progress_of
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState

_LOOK_AGAIN_SECONDS = 0.2


class Command(BaseCommand):
    """Submits a fax, and prints how far it has come until it is settled."""

    help = (
        "Sends a fax as the form would and waits until it is handed over. A worker must be "
        "running. Exits with 0 when VoipNow has the fax, otherwise with 1. Ctrl-C stops the "
        "waiting, not the fax. What the form would ask to confirm is printed on standard "
        "error, and the fax is sent anyway."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", dest="sender", required=True, metavar="USER")
        parser.add_argument("--extension", required=True, metavar="N", help="send from it")
        parser.add_argument("--to", nargs="+", action="extend", required=True, metavar="NUMBER")
        parser.add_argument("--subject", default="")
        parser.add_argument("--note", default="")
        parser.add_argument(
            "--key",
            type=UUID,
            metavar="UUID",
            help="submission key: the same key with the same content finds the first fax",
        )
        parser.add_argument("--json", action="store_true", help="print the result for programs")
        parser.add_argument("files", nargs="*", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        fax = self._submit(options)
        shown = ""
        while True:
            fax.refresh_from_db()
            progress = progress_of(fax)
            if progress.sentence != shown and not options["json"]:
                shown = progress.sentence
                self.stdout.write(shown)
            if fax.is_settled:
                break
            time.sleep(_LOOK_AGAIN_SECONDS)
        if options["json"]:
            self.stdout.write(json.dumps(_result(fax)))
        if fax.state != FaxState.HANDED_OVER:
            raise CommandError(f"{fax.get_state_display()}. {progress.sentence}")

    def _submit(self, options: dict[str, Any]) -> Fax:
        numbers, paths = _numbers_and_files(options["to"], options["files"])
        if not paths:
            raise CommandError("Name at least one file to send, after the numbers.")
        content = DraftContent(
            extension=options["extension"],
            recipients="\n".join(numbers),
            subject=options["subject"],
            note=options["note"],
        )
        sender, key = _sender(options["sender"]), options["key"] or uuid4()
        with ExitStack() as opened:
            try:
                files = [
                    File(opened.enter_context(path.open("rb")), name=path.name) for path in paths
                ]
                submitted = self._submit_confirmed(
                    SubmitRequest(by=sender, key=key, content=content, files=files)
                )
            except OSError as error:
                raise CommandError(f"A file can't be read: {error.strerror}.") from None
        if not options["json"]:
            for notice in submitted.notices:
                self.stdout.write(notice)
        return submitted.fax

    def _submit_confirmed(self, request: SubmitRequest) -> Submitted:
        """Submit a fax, and confirm every concern, because running the command means to send.

        Standard error says what was confirmed. Raises `CommandError` if nothing is sent.
        """
        result = submit_fax(request)
        match result:
            case Submitted():
                return result
            case NeedsConfirmation(request=needed):
                self._write_concerns(needed)
                confirmation = Confirmation(
                    digest=needed.digest, numbers_again=request.content.recipients
                )
                # The draft has the files already.
                return self._submit_confirmed(replace(request, files=(), confirmation=confirmation))
            case NeedsCorrection(problems=problems):
                raise CommandError(
                    "\n".join(sentence for each in problems.values() for sentence in each)
                )
            case AlreadySubmitted(first=first):
                raise CommandError(
                    f"This key was already used for another fax, {first.uuid}. Nothing was sent."
                )
            case NeedsFiles() | Conflict():
                raise CommandError("Only a form in a browser comes to this.")

    def _write_concerns(self, needed: ConfirmationRequest) -> None:
        for text in map(concern_text, needed.concerns):
            rows = [f"- {row.text}" for row in text.rows]
            self.stderr.write("\n".join([text.title, *text.sentences, *rows]))


def _sender(name: str) -> User:
    try:
        sender = User.objects.get(username=name)
    except User.DoesNotExist:
        raise CommandError("There is no person with this name in the portal.") from None
    if not sender.has_perm(Permission.SEND_FAX):
        raise CommandError("This person may not send faxes. They need the role sender.")
    return sender


def _numbers_and_files(to: list[str], files: list[str]) -> tuple[list[str], list[Path]]:
    """Split what follows `--to` into numbers and files.

    A text is a file if it has a path separator, if it ends like a file name (for example in
    `.pdf`), or if it names an existing file. All texts after the first file are files, too.
    """

    def is_file(text: str) -> bool:
        ending = Path(text).suffix
        return os.sep in text or any(map(str.isalpha, ending)) or Path(text).is_file()

    first = next((index for index, text in enumerate(to) if is_file(text)), len(to))
    return to[:first], [Path(text) for text in to[first:] + files]


def _result(fax: Fax) -> dict[str, Any]:
    """The result of a settled fax, for programs."""
    handovers = fax.handovers.order_by("batch", "id")
    return {
        "fax": str(fax.uuid),
        "state": fax.state,
        "handovers": [
            {
                "state": handover.state,
                "reason": handover.reason,
                "voipnow_id": handover.voipnow_id,
                "voipnow_uid": handover.voipnow_uid,
            }
            for handover in handovers
        ],
    }
