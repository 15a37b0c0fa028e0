"""The block list: numbers that nobody here may fax, kept by admins."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from faxportal.accounts.models import User
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose import recipient_messages
from faxportal.faxes.compose.recipients import Misread
from faxportal.faxes.models import BlockedNumber
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.text.phone_numbers import MAX_TYPED, DialAs, Wrong, read_number, seen_of

_BEGINNING = re.compile(r"\+[1-9]\d{0,14}")
_PUNCTUATION = re.compile(r"[\s().\-/]+")


class NotBlocked(Exception):
    """Something about the number must be mended first; the text is a sentence for the admin."""


def block_number(
    typed: str, *, reason: str, by: User, is_beginning: bool = False, clock: Clock | None = None
) -> BlockedNumber:
    """Let nobody fax a number, or any that begins with it. Raises `NotBlocked`, `NotAllowedTo`.

    Faxes to it that wait are stopped when their turn comes; what VoipNow has is not recalled.
    """
    _check(by)
    phone = _beginning(typed) if is_beginning else _phone(typed)
    try:
        with transaction.atomic():
            blocked = BlockedNumber.objects.create(
                phone=phone,
                is_beginning=is_beginning,
                typed=typed[:MAX_TYPED],
                reason=reason,
                blocked_at=(clock or Clock()).now(),
                blocked_by=by,
            )
            audit_log.write(Action.NUMBER_BLOCKED, by=by, beginning=is_beginning)
    except IntegrityError:
        raise NotBlocked(_("This is already on the block list.")) from None
    return blocked


def unblock(blocked: BlockedNumber, *, by: User) -> None:
    """Take an entry off the list; gone already is fine. Raises `NotAllowedTo`."""
    _check(by)
    with transaction.atomic():
        removed, _rows = BlockedNumber.objects.filter(pk=blocked.pk).delete()
        if removed:
            audit_log.write(Action.NUMBER_UNBLOCKED, by=by, beginning=blocked.is_beginning)


def _phone(typed: str) -> str:
    number = read_number(typed, region=settings.REGION, dial_as=DialAs(settings.DIAL_AS))
    if isinstance(number, Wrong):
        [sentence] = recipient_messages.misread_sentences(
            [Misread(typed=typed[:MAX_TYPED], wrong=number)]
        )
        raise NotBlocked(sentence)
    return number.canonical


def _beginning(typed: str) -> str:
    plain = _PUNCTUATION.sub("", seen_of(typed))
    if not _BEGINNING.fullmatch(plain):
        raise NotBlocked(_("Start with + and the country code, for example +1 900."))
    return plain


def _check(by: User) -> None:
    if not by.has_perm("faxes.manage_sending"):
        raise NotAllowedTo(_("Only an administrator can change the block list."))
