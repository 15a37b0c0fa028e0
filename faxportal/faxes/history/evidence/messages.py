"""What an evidence sheet says about its own limits."""

from __future__ import annotations

from django.utils.translation import gettext as _


def not_known_sentences() -> list[str]:
    """What the portal can't know or prove about any fax, as sentences for readers of the sheet."""
    return [
        _(
            "Whether the recipient's machine received the fax. VoipNow offers no way to ask. "
            "“Handed to VoipNow” means that VoipNow has every file, and no more. Of a file that "
            "the sender's browser uploaded, the portal knows only what the browser reports."
        ),
        _(
            "Whether VoipNow has the file of a fax that was sent in one request with its file in "
            "it. VoipNow then confirms a number and an id, and not the file. The history names the "
            "file that was sent."
        ),
        _(
            "Whether VoipNow sends a fax if not all of its files arrived. The portal assumes "
            "that it does not (assumption A1), and so asks for a new fax when an answer was "
            "lost."
        ),
        _(
            "Whether a file that is uploaded twice to the same address starts a second fax. "
            "The portal assumes that it does not (assumption A2). The history shows each "
            "repeated upload."
        ),
        _(
            "Whether the clocks of the portal's machines were right. Each time is that of the "
            "machine or database that wrote the entry."
        ),
    ]
