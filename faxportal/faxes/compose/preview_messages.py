"""What people read of a page that a fax will not carry as it is: what will be lost, what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from faxportal.documents.parser.legibility import Killed

LOST: dict[Killed, str | Promise] = {
    Killed.FAINT: _(
        "Light grey text turns into dots and is hard to read. Make it black if you can."
    ),
    Killed.BLACK: _(
        "Large dark areas use ink, take longer and may smear. Remove the dark background if "
        "you can."
    ),
    Killed.SMALL: _("Some text is so small that its letters run together. Use 8 points or more."),
}
