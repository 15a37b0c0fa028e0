"""Notices about the numbers of a submitted fax: they say what to check.

The sender doesn't have to confirm these notices. Most faxes of a new portal go to first-time
numbers, and even the vendor's own sample numbers look invalid. If the portal asked about each of
these numbers, people would soon confirm without reading.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import ngettext

from faxportal.faxes.compose.confirmations.first_time_numbers import first_time_numbers
from faxportal.faxes.compose.confirmations.messages import gap_sentence
from faxportal.faxes.compose.recipient_messages import numbers_text
from faxportal.faxes.installation.record_gaps import newest_gap
from faxportal.text.phone_numbers import Number


def notices_about(numbers: Sequence[Number]) -> list[str]:
    """A sentence for each thing to check about the numbers of a fax."""
    sentences = []
    if settings.NEW_NUMBERS == "point-out":
        phones = first_time_numbers({number.canonical for number in numbers})
        if new := [number for number in numbers if number.canonical in phones]:
            sentences.append(_new_sentence(new))
            if gap := newest_gap():
                sentences.append(gap_sentence(gap))
    if odd := [number for number in numbers if not number.looks_valid]:
        sentences.append(_odd_sentence(odd))
    return sentences


def _new_sentence(numbers: Sequence[Number]) -> str:
    sentence = ngettext(
        "This office has never faxed %(numbers)s before. If the number is wrong, cancel the "
        "fax now.",
        "This office has never faxed these numbers before: %(numbers)s. If one is wrong, "
        "cancel the fax now.",
        len(numbers),
    )
    return sentence % {"numbers": numbers_text(numbers)}


def _odd_sentence(numbers: Sequence[Number]) -> str:
    sentence = ngettext(
        "%(numbers)s doesn't look like a number in use. It will be dialled anyway.",
        "These don't look like numbers in use: %(numbers)s. They will be dialled anyway.",
        len(numbers),
    )
    return sentence % {"numbers": numbers_text(numbers)}
