"""Versions of a draft, so that a form doesn't overwrite changes that it doesn't know.

A draft counts its changes (`Fax.version`) and remembers which form made the last change
(`Fax.edited_in`). A form that made the last change itself is current, even if the portal's answer
to that change was lost. A form is not current if another form has made a later change.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from faxportal.faxes.models import Fax


@dataclass(frozen=True, kw_only=True)
class DraftVersion:
    """The version of a draft that a browser holds in a form."""

    #: A new id for each form that a browser gets, even if two forms show the same draft.
    form_id: UUID
    #: The draft's version when the form was made; 0 if there was no draft yet.
    number: int
    #: Whether the person has read that another form changed the draft, and wants this form's texts.
    overwrites: bool = False


def is_current(version: DraftVersion | None, draft: Fax) -> bool:
    """Whether a form with this version knows all changes of a draft, or may overwrite them.

    `version` is None if a command or the portal edits the draft. Such an edit is always allowed.
    """
    if version is None or version.overwrites:
        return True
    return version.form_id == draft.edited_in or version.number == draft.version


def count_change(draft: Fax, version: DraftVersion | None) -> None:
    """Count a change of a draft. This changes only the object, and the caller saves the draft.

    `version` is the version of the form that made the change, and this form stays current. With
    None, every form that is open in a browser becomes out of date. The caller passes None for a
    change without a form, and for a form that did not know all earlier changes.
    """
    draft.edited_in = version.form_id if version else None
    draft.version += 1
