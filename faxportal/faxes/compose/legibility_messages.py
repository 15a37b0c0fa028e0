"""Sentences about what is lost when a page is faxed, and what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from faxportal.documents.parser.legibility import Loss

LOST: dict[Loss, str | Promise] = {
    Loss.FAINT: _("Light grey text turns into dots and is hard to read. Make it black if you can."),
    Loss.BLACK: _(
        "Large dark areas use ink, take longer and may smear. Remove the dark background if "
        "you can."
    ),
    Loss.SMALL: _("Some text is so small that its letters run together. Use 8 points or more."),
}
