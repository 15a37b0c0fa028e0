"""The block list: numbers that nobody in this office may fax. Admins maintain it."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from faxportal.accounts.models import User
from faxportal.accounts.permissions import Permission
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action
from faxportal.faxes.clock import Clock
from faxportal.faxes.compose import recipient_messages
from faxportal.faxes.compose.recipients import InvalidRecipient
from faxportal.faxes.models import BlockedNumber
from faxportal.faxes.permissions import NotAllowedTo
from faxportal.text.phone_numbers import MAX_TYPED, DialAs, NumberProblem, read_number, visible_text

_PREFIX = re.compile(r"\+[1-9]\d{0,14}")
_PUNCTUATION = re.compile(r"[\s().\-/]+")


class CannotBlock(Exception):
    """The number was not blocked. The text tells the admin why, and what to correct."""


def block_number(
    typed: str, *, reason: str, by: User, is_prefix: bool = False, clock: Clock | None = None
) -> BlockedNumber:
    """Block a number, or with `is_prefix` all numbers that begin with it.

    Raises `CannotBlock` and `NotAllowedTo`. `reason` is shown to people who try to fax the number.

    A fax no longer goes to the number, unless the last upload of the number's batch has begun
    already. The other recipients of the fax still get it. A fax without other recipients fails.
    """
    _check_may_block(by)
    phone = _prefix(typed) if is_prefix else _canonical(typed)
    try:
        with transaction.atomic():
            blocked = BlockedNumber.objects.create(
                phone=phone,
                is_prefix=is_prefix,
                typed=typed[:MAX_TYPED],
                reason=reason,
                blocked_at=(clock or Clock()).now(),
                blocked_by=by,
            )
            audit_log.write(Action.NUMBER_BLOCKED, by=by, beginning=is_prefix)
    except IntegrityError:
        raise CannotBlock(_("This is already on the block list.")) from None
    return blocked


def unblock(blocked: BlockedNumber, *, by: User) -> None:
    """Remove an entry from the list, if it is still there. Raises `NotAllowedTo`."""
    _check_may_block(by)
    with transaction.atomic():
        removed, _rows = BlockedNumber.objects.filter(pk=blocked.pk).delete()
        if removed:
            audit_log.write(Action.NUMBER_UNBLOCKED, by=by, beginning=blocked.is_prefix)


def _canonical(typed: str) -> str:
    number = read_number(typed, region=settings.REGION, dial_as=DialAs(settings.DIAL_AS))
    if isinstance(number, NumberProblem):
        [sentence] = recipient_messages.invalid_recipient_sentences(
            [InvalidRecipient(typed=typed[:MAX_TYPED], problem=number)]
        )
        raise CannotBlock(sentence)
    return number.canonical


def _prefix(typed: str) -> str:
    plain = _PUNCTUATION.sub("", visible_text(typed))
    if not _PREFIX.fullmatch(plain):
        raise CannotBlock(_("Start with + and the country code, for example +1 900."))
    return plain


def _check_may_block(by: User) -> None:
    if not by.has_perm(Permission.MANAGE_SENDING):
        raise NotAllowedTo(_("Only an administrator can change the block list."))
