"""Sentences about recipients: why one can't be dialled, what is doubtful, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.compose.recipients import InvalidRecipient, RecipientPart, RecipientProblem
from faxportal.text.phone_numbers import Number, NumberProblem

_SENTENCES: dict[NumberProblem | RecipientProblem, str | Promise] = {
    NumberProblem.LETTERS: gettext_lazy(
        "“%(typed)s” has letters in it. Enter the number with digits only."
    ),
    NumberProblem.NOT_A_NUMBER: gettext_lazy(
        "“%(typed)s” is not a fax number. Enter digits, with a + first if you like."
    ),
    NumberProblem.TOO_SHORT: gettext_lazy(
        "“%(typed)s” is too short for a fax number. Add what is missing."
    ),
    NumberProblem.TOO_LONG: gettext_lazy(
        "“%(typed)s” is too long for a fax number. Put a comma or a new line between two numbers."
    ),
    NumberProblem.COUNTRY: gettext_lazy(
        "“%(typed)s” begins with a country code that doesn't exist. Correct it."
    ),
    RecipientProblem.HEADING: gettext_lazy(
        "“%(typed)s” looks like the heading of a column. Remove it, or enter a number."
    ),
    RecipientProblem.SEVERAL_NUMBERS: gettext_lazy(
        "“%(typed)s” may be more than one number. Leave one, or put each in a line of its own."
    ),
    RecipientProblem.UNKNOWN_NAME: gettext_lazy(
        "“%(typed)s” has letters in it, and no contact or group has this name. Enter a number."
    ),
    RecipientProblem.UNKNOWN_GROUP: gettext_lazy("There is no group “%(typed)s”. Check its name."),
    RecipientProblem.EMPTY_GROUP: gettext_lazy(
        "Nobody is in the group “%(typed)s”. Add contacts to it, or remove it here."
    ),
    RecipientProblem.AMBIGUOUS_NAME: gettext_lazy(
        "“%(typed)s” may be one of these: %(choices)s. Write the one that you mean."
    ),
    RecipientProblem.TOO_MANY: gettext_lazy(
        "These are too many recipients: from here on they are not read any more. "
        "Send more than one fax."
    ),
}
#: The most choices that a sentence names, and the most sentences about one text.
MAX_CHOICES, MAX_SENTENCES = 5, 10
#: How many numbers a sentence names.
MAX_NUMBERS = 5


def numbers_text(numbers: Sequence[Number]) -> str:
    """Numbers as they were typed; of many, the first ones and how many more there are."""
    shown = ", ".join(number.typed for number in numbers[:MAX_NUMBERS])
    if len(numbers) <= MAX_NUMBERS:
        return shown
    return _("%(numbers)s and %(count)d more") % {
        "numbers": shown,
        "count": len(numbers) - MAX_NUMBERS,
    }


def invalid_recipient_sentence(part: InvalidRecipient) -> str:
    """Why a recipient can't be dialled, and what to do."""
    choices = "; ".join(
        [*part.choices[:MAX_CHOICES], *(["…"] if part.choices[MAX_CHOICES:] else [])]
    )
    return str(_SENTENCES[part.problem]) % {"typed": part.typed, "choices": choices}


def invalid_recipient_sentences(parts: Sequence[InvalidRecipient]) -> list[str]:
    """A sentence for each of the first recipients, and one with the number of the others."""
    sentences = [invalid_recipient_sentence(part) for part in parts[:MAX_SENTENCES]]
    if more := len(parts) - len(sentences):
        sentences.append(
            ngettext(
                "%(more)d more recipient can't be read.",
                "%(more)d more recipients can't be read.",
                more,
            )
            % {"more": more}
        )
    return sentences


def changed_name_sentence(part: RecipientPart) -> str:
    """About a name that means other numbers than the browser showed, and what to do."""
    sentence = (
        _(
            "“%(name)s” has other members by now than this page showed. "
            "Look at them, and send again."
        )
        if part.group
        else _(
            "“%(name)s” has another number by now than this page showed. "
            "Look at it, and send again."
        )
    )
    return sentence % {"name": part.looked_up}


def looks_invalid_sentence() -> str:
    """A warning about a number that is dialled nevertheless."""
    return _("This looks like no number that exists: check it. It is dialled all the same.")


def new_number_note() -> str:
    """A notice beside a number that this office never faxed."""
    return _("Never faxed from here")


def members_of_group(count: int) -> str:
    """How many recipients a group has."""
    return ngettext("%(count)d recipient", "%(count)d recipients", count) % {"count": count}
