"""Which numbers a person may fax.

Nobody may fax a number on the block list. If the operator allows only contacts, a person may fax
only numbers in their own contacts or in shared contacts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings

from faxportal.accounts.models import User
from faxportal.contacts.models import Contact
from faxportal.faxes.compose.recipient_messages import blocked_sentence, contacts_only_sentence
from faxportal.faxes.models import BlockedNumber
from faxportal.text.phone_numbers import Number


def refusals(numbers: Sequence[Number], *, by: User) -> list[str]:
    """A sentence for each reason why a fax to these numbers is refused; empty if there is none."""
    sentences = list(_blocked(numbers).values())
    if others := _strangers(numbers, by=by):
        sentences.append(contacts_only_sentence(others))
    return sentences


def refusals_by_phone(numbers: Sequence[Number], *, by: User) -> dict[str, str]:
    """Canonical number → why it can't be faxed. Numbers that can be faxed are left out."""
    strangers = {one.canonical: contacts_only_sentence([one]) for one in _strangers(numbers, by=by)}
    return strangers | _blocked(numbers)


def in_address_book(phones: Collection[str], *, of: User) -> set[str]:
    """The canonical numbers among `phones` that are in a person's own or in shared contacts."""
    contacts = Contact.objects.visible_to(of).filter(canonical__in=phones)
    return set(contacts.values_list("canonical", flat=True))


def _blocked(numbers: Sequence[Number]) -> dict[str, str]:
    blocked = BlockedNumber.objects.blocking({number.canonical for number in numbers})
    return {
        number.canonical: blocked_sentence(number, why.reason)
        for number in numbers
        if (why := blocked.get(number.canonical))
    }


def _strangers(numbers: Sequence[Number], *, by: User) -> list[Number]:
    """The numbers without a contact. Empty unless the operator allows only contacts."""
    if settings.NEW_NUMBERS != "contacts":
        return []
    known = in_address_book({number.canonical for number in numbers}, of=by)
    return [number for number in numbers if number.canonical not in known]
