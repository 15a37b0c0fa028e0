"""One round of mails over one connection to the mail server, with a limited waiting time."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection

logger = logging.getLogger(__name__)


class MailServerAway(Exception):
    """The mail server did not accept a mail, for a reason that concerns every mail."""


class MailRound:
    """Sends mails over one connection, which is opened for the first mail.

    The mail server may take `EMAIL_TIMEOUT` for each of its answers. After the first error that is
    not about one mail, the round is over.
    """

    def __init__(self) -> None:
        self._connection = get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # a server that is gone has closed the connection
            self._connection.close()

    def send(self, to: Sequence[str], subject: str, text: str) -> bool:
        """Send a mail. Returns False if the mail server refuses this mail, but may accept others.

        Raises `MailServerAway`.
        """
        message = EmailMessage(
            f"[faxportal] {subject}", text, None, list(to), connection=self._connection
        )
        try:
            self._connection.open()
            message.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
            # `ValueError`: an address or a subject that can't be a header of a mail.
            logger.error("a mail was refused: %s", type(error).__name__)
            return False
        except OSError as error:  # smtplib's errors are OSErrors
            logger.error("the mail server does not answer: %s", type(error).__name__)
            raise MailServerAway from None
        return True
