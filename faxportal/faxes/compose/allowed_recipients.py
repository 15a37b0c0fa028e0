"""Which numbers a person may fax: none on the block list, and only contacts where so configured."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact
from faxportal.faxes.compose.recipient_messages import numbers_text
from faxportal.faxes.models import BlockedNumber
from faxportal.text.phone_numbers import Number


def refusals(numbers: Sequence[Number], *, by: User) -> list[str]:
    """A sentence for each reason why a fax to these numbers is refused; empty if there is none."""
    sentences = list(_blocked(numbers).values())
    if others := _strangers(numbers, by=by):
        sentences.append(_contacts_only(others))
    return sentences


def refusals_by_phone(numbers: Sequence[Number], *, by: User) -> dict[str, str]:
    """Canonical number → why it can't be faxed, for each number that can't be."""
    strangers = {one.canonical: _contacts_only([one]) for one in _strangers(numbers, by=by)}
    return strangers | _blocked(numbers)


def in_address_book(phones: Collection[str], *, of: User) -> set[str]:
    """The canonical numbers among `phones` that a person has contacts for, own or shared."""
    contacts = Contact.objects.visible_to(of).filter(canonical__in=phones)
    return set(contacts.values_list("canonical", flat=True))


def _blocked(numbers: Sequence[Number]) -> dict[str, str]:
    blocked = BlockedNumber.objects.blocking({number.canonical for number in numbers})
    sentence = _("“%(number)s” is on this office's block list: %(reason)s. Ask your administrator.")
    return {
        number.canonical: sentence % {"number": number.typed, "reason": why.reason.rstrip(" .")}
        for number in numbers
        if (why := blocked.get(number.canonical))
    }


def _strangers(numbers: Sequence[Number], *, by: User) -> list[Number]:
    """The numbers without a contact, where the operator allows only contacts; else none."""
    if settings.NEW_NUMBERS != "contacts":
        return []
    known = in_address_book({number.canonical for number in numbers}, of=by)
    return [number for number in numbers if number.canonical not in known]


def _contacts_only(numbers: Sequence[Number]) -> str:
    sentence = ngettext(
        "%(numbers)s is not in your contacts, and this office only faxes contacts. Add a "
        "contact first, or ask your administrator.",
        "These numbers are not in your contacts, and this office only faxes contacts: "
        "%(numbers)s. Add contacts first, or ask your administrator.",
        len(numbers),
    )
    return sentence % {"numbers": numbers_text(numbers)}
