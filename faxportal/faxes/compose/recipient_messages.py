"""Sentences about recipients: why a number can't be dialled, what is doubtful, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.compose.recipients import InvalidRecipient, RecipientPart, RecipientProblem
from faxportal.text.phone_numbers import Number, NumberProblem

_SENTENCES: dict[NumberProblem | RecipientProblem, str | Promise] = {
    NumberProblem.LETTERS: gettext_lazy(
        "“%(typed)s” contains letters. Enter the number in digits only."
    ),
    NumberProblem.NOT_A_NUMBER: gettext_lazy(
        "“%(typed)s” is not a fax number. Enter digits, starting with + if you like."
    ),
    NumberProblem.TOO_SHORT: gettext_lazy(
        "“%(typed)s” is too short for a fax number. Add the missing digits."
    ),
    NumberProblem.TOO_LONG: gettext_lazy(
        "“%(typed)s” is too long for a fax number. Separate numbers with commas or new lines."
    ),
    NumberProblem.COUNTRY: gettext_lazy(
        "“%(typed)s” starts with a country code that doesn't exist. Correct it."
    ),
    RecipientProblem.HEADING: gettext_lazy(
        "“%(typed)s” looks like a column heading. Remove it or enter a number."
    ),
    RecipientProblem.SEVERAL_NUMBERS: gettext_lazy(
        "“%(typed)s” may be more than one number. Keep one, or put each on its own line."
    ),
    RecipientProblem.UNKNOWN_NAME: gettext_lazy(
        "“%(typed)s” contains letters, and no contact or group has this name. Enter a number."
    ),
    RecipientProblem.UNKNOWN_GROUP: gettext_lazy("There is no group “%(typed)s”. Check the name."),
    RecipientProblem.EMPTY_GROUP: gettext_lazy(
        "The group “%(typed)s” is empty. Add contacts to it, or remove it here."
    ),
    RecipientProblem.AMBIGUOUS_NAME: gettext_lazy(
        "“%(typed)s” could be any of these: %(choices)s. Type the one you mean."
    ),
    RecipientProblem.TOO_MANY: gettext_lazy(
        "There are too many recipients. The ones from here on are not read. Send several faxes."
    ),
}
#: The most choices that one sentence names, and the most sentences about one text.
MAX_CHOICES, MAX_SENTENCES = 5, 10
#: The most numbers that one sentence names.
MAX_NUMBERS = 5


def numbers_text(numbers: Sequence[Number]) -> str:
    """Numbers as they were typed: the first `MAX_NUMBERS`, and how many more there are."""
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
    """A sentence for each of the first `MAX_SENTENCES` recipients, and a count of the rest."""
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
    """Says that a name now means other numbers than the browser showed, and what to do."""
    sentence = (
        _(
            "The members of “%(name)s” have changed since this page was loaded. Check them and "
            "send again."
        )
        if part.group
        else _(
            "The number of “%(name)s” has changed since this page was loaded. Check it and "
            "send again."
        )
    )
    return sentence % {"name": part.looked_up}


def looks_invalid_sentence() -> str:
    """A warning about a number that doesn't look valid and is dialled anyway."""
    return _("This doesn't look like a number in use. Check it. It will be dialled anyway.")


def new_number_note() -> str:
    """A notice beside a number that this office has never faxed."""
    return _("Never faxed before")


def members_of_group(count: int) -> str:
    """Says how many recipients a group has."""
    return ngettext("%(count)d recipient", "%(count)d recipients", count) % {"count": count}


def blocked_sentence(number: Number, reason: str) -> str:
    """Says that a number is on the block list, and for what reason an admin put it there."""
    return _("“%(number)s” is on this office's block list: %(reason)s. Ask your administrator.") % {
        "number": number.typed,
        "reason": reason.rstrip(" ."),
    }


def contacts_only_sentence(numbers: Sequence[Number]) -> str:
    """Says that this office faxes only contacts, and that no contact has these numbers."""
    sentence = ngettext(
        "%(numbers)s is not in your contacts, and this office only faxes contacts. Add a "
        "contact first, or ask your administrator.",
        "These numbers are not in your contacts, and this office only faxes contacts: "
        "%(numbers)s. Add contacts first, or ask your administrator.",
        len(numbers),
    )
    return sentence % {"numbers": numbers_text(numbers)}
