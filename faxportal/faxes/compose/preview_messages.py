"""Sentences about what a page loses when it is faxed, and what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from faxportal.documents.parser.legibility import Loss

LOST: dict[Loss, str | Promise] = {
    Loss.FAINT: _(
        "Light grey text becomes scattered dots and is hard to read. Make it black, if you can."
    ),
    Loss.BLACK: _(
        "Large dark areas take ink and time, and may smear. Take the dark background out, "
        "if you can."
    ),
    Loss.SMALL: _(
        "Some text is so small that its letters run together. Make it larger: 8 points or more "
        "are safe."
    ),
}
