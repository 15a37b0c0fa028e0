"""What an evidence sheet says about its own limits."""

from __future__ import annotations

from django.utils.translation import gettext as _


def not_known_sentences() -> list[str]:
    """What the portal can't know or prove about any fax, for those who read the sheet."""
    return [
        _(
            "Whether the recipient's machine received the fax. VoipNow's interface can't be "
            "asked for that. “Handed to VoipNow” means that VoipNow has every file, and no more."
        ),
        _(
            "Whether VoipNow sends a fax of which not all files arrived. The portal assumes that "
            "it does not (assumption A1), and so asks for a new fax where an answer was lost."
        ),
        _(
            "Whether a file that arrives twice at the same upload address starts a second fax. The "
            "portal assumes that it does not (assumption A2). The record shows each repeat."
        ),
        _(
            "Whether the clocks of the portal's machines were right. Times are those of the "
            "machine or the database that wrote the entry."
        ),
    ]
