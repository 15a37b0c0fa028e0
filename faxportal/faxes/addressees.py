"""Which numbers a person may fax at all: none on the block list, and as the operator sets it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact
from faxportal.faxes.blocking import blocked_among
from faxportal.faxes.words import numbers_words
from faxportal.numbers import Number


def refusals(numbers: Sequence[Number], *, by: User) -> list[str]:
    """A sentence for each reason for which a fax to these numbers does not go out."""
    blocked = blocked_among({number.canonical for number in numbers})
    sentences = [
        _("“%(number)s” is on this office's block list: %(reason)s. Ask your admin.")
        % {"number": number.typed, "reason": blocked[number.canonical].reason.rstrip(" .")}
        for number in numbers
        if number.canonical in blocked
    ]
    if settings.NEW_NUMBERS == "contacts":
        known = in_address_book({number.canonical for number in numbers}, of=by)
        if others := [number for number in numbers if number.canonical not in known]:
            sentences.append(_contacts_only(others))
    return sentences


def in_address_book(phones: Collection[str], *, of: User) -> set[str]:
    """Those phones (canonical numbers) that are somebody's in the address book of a person."""
    contacts = Contact.objects.visible_to(of).filter(canonical__in=phones)
    return set(contacts.values_list("canonical", flat=True))


def _contacts_only(numbers: Sequence[Number]) -> str:
    sentence = ngettext(
        "%(numbers)s is in no contact of yours, and this office faxes its contacts only. "
        "Add the contact first, or ask your admin.",
        "These are in no contact of yours, and this office faxes its contacts only: %(numbers)s. "
        "Add the contacts first, or ask your admin.",
        len(numbers),
    )
    return sentence % {"numbers": numbers_words(numbers)}
