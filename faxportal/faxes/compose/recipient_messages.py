"""What people read about recipients: why one can't be dialled, what is doubtful, and what to do."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.faxes.compose.recipients import Misread, ReadPart, Unclear
from faxportal.text.phone_numbers import Wrong

_MISREAD: dict[Wrong | Unclear, str | Promise] = {
    Wrong.LETTERS: gettext_lazy("“%(typed)s” contains letters. Enter the number in digits only."),
    Wrong.NOT_A_NUMBER: gettext_lazy(
        "“%(typed)s” is not a fax number. Enter digits, starting with + if you like."
    ),
    Wrong.TOO_SHORT: gettext_lazy(
        "“%(typed)s” is too short for a fax number. Add the missing digits."
    ),
    Wrong.TOO_LONG: gettext_lazy(
        "“%(typed)s” is too long for a fax number. Separate numbers with commas or new lines."
    ),
    Wrong.COUNTRY: gettext_lazy(
        "“%(typed)s” starts with a country code that doesn't exist. Correct it."
    ),
    Unclear.HEADING: gettext_lazy(
        "“%(typed)s” looks like a column heading. Remove it or enter a number."
    ),
    Unclear.SEVERAL_NUMBERS: gettext_lazy(
        "“%(typed)s” may be more than one number. Keep one, or put each on its own line."
    ),
    Unclear.UNKNOWN_NAME: gettext_lazy(
        "“%(typed)s” contains letters, and no contact or group has this name. Enter a number."
    ),
    Unclear.UNKNOWN_GROUP: gettext_lazy("There is no group “%(typed)s”. Check the name."),
    Unclear.EMPTY_GROUP: gettext_lazy(
        "The group “%(typed)s” is empty. Add contacts to it, or remove it here."
    ),
    Unclear.AMBIGUOUS_NAME: gettext_lazy(
        "“%(typed)s” could be any of these: %(choices)s. Type the one you mean."
    ),
    Unclear.TOO_MANY: gettext_lazy(
        "There are too many recipients. The ones from here on are not read. Send several faxes."
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
    """A warning about a number that is sent to all the same."""
    return _("This doesn't look like a number in use. Check it. It will be dialled anyway.")


def new_number_note() -> str:
    """What is pointed out about a number that nobody here ever faxed."""
    return _("Never faxed before")


def members_of_group(count: int) -> str:
    """How many a group means."""
    return ngettext("%(count)d recipient", "%(count)d recipients", count) % {"count": count}
