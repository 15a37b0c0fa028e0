"""Versions of a draft, so that one browser doesn't overwrite the changes of another unseen.

A draft counts its changes (`Fax.version`) and remembers which form made the last one
(`Fax.edited_in`). A form whose last answer was lost on its way is therefore still up to date. A
form that another browser has overtaken is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from faxportal.faxes.models import Fax


@dataclass(frozen=True, kw_only=True)
class DraftVersion:
    """The version of a draft that a browser holds in a form."""

    #: Made for each form that a browser is given, whatever draft the form shows.
    form_id: UUID
    #: The draft's version when the form was made; 0 where there was no draft yet.
    number: int
    #: Whether the person was told of a change elsewhere, and wants this form's texts.
    overwrites: bool = False


def is_current(version: DraftVersion | None, draft: Fax) -> bool:
    """Whether a form with this version knows all changes of a draft, or may overwrite them.

    None: no browser edits the draft, but a command or the portal itself.
    """
    if version is None or version.overwrites:
        return True
    return version.form_id == draft.edited_in or version.number == draft.version


def count_change(draft: Fax, version: DraftVersion | None) -> None:
    """Count a change of a draft, on the object alone.

    `version` is of the form that made the change and knows all others. With None no form knows all
    changes afterwards.
    """
    draft.edited_in = version.form_id if version else None
    draft.version += 1
