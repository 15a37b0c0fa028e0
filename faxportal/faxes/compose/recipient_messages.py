"""What people read about recipients: why one can't be dialled, what is doubtful, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.compose.recipients import Misread, ReadPart, Unclear
from faxportal.text.phone_numbers import NumberProblem

_MISREAD: dict[NumberProblem | Unclear, str | Promise] = {
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
    Unclear.HEADING: gettext_lazy(
        "“%(typed)s” looks like the heading of a column. Remove it, or enter a number."
    ),
    Unclear.SEVERAL_NUMBERS: gettext_lazy(
        "“%(typed)s” may be more than one number. Leave one, or put each in a line of its own."
    ),
    Unclear.UNKNOWN_NAME: gettext_lazy(
        "“%(typed)s” has letters in it, and no contact or group has this name. Enter a number."
    ),
    Unclear.UNKNOWN_GROUP: gettext_lazy("There is no group “%(typed)s”. Check its name."),
    Unclear.EMPTY_GROUP: gettext_lazy(
        "Nobody is in the group “%(typed)s”. Add contacts to it, or remove it here."
    ),
    Unclear.AMBIGUOUS_NAME: gettext_lazy(
        "“%(typed)s” may be one of these: %(choices)s. Write the one that you mean."
    ),
    Unclear.TOO_MANY: gettext_lazy(
        "These are too many recipients: from here on they are not read any more. "
        "Send more than one fax."
    ),
}
#: How many choices a sentence names, and how many sentences are said at once.
MAX_CHOICES, MAX_SENTENCES = 5, 10


def misread_sentence(part: Misread) -> str:
    """Why a recipient can't be dialled, and what to do."""
    choices = "; ".join(
        [*part.choices[:MAX_CHOICES], *(["…"] if part.choices[MAX_CHOICES:] else [])]
    )
    return str(_MISREAD[part.wrong]) % {"typed": part.typed, "choices": choices}


def misread_sentences(parts: Sequence[Misread]) -> list[str]:
    """The first of them in a sentence each, and how many more there are."""
    sentences = [misread_sentence(part) for part in parts[:MAX_SENTENCES]]
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


def changed_sentence(part: ReadPart) -> str:
    """Why a name that is looked up is not sent to yet, and what to do."""
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
    """A warning about a number that is sent to all the same."""
    return _("This looks like no number that exists: check it. It is dialled all the same.")


def new_number_note() -> str:
    """What is pointed out about a number that nobody here ever faxed."""
    return _("Never faxed from here")


def members_of_group(count: int) -> str:
    """How many a group means."""
    return ngettext("%(count)d recipient", "%(count)d recipients", count) % {"count": count}
