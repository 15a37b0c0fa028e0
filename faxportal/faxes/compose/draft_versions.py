"""Copies of a draft's form: one on each page that shows it, of which one may be out of date.

A draft counts its changes and remembers the copy that made the last one. So a copy whose own answer
was lost on the way is known again, and one that another computer has overtaken is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from faxportal.faxes.models import Fax


@dataclass(frozen=True, kw_only=True)
class FormCopy:
    """A draft's form, as one page holds it."""

    id: UUID
    #: The draft's version when the page was made; 0 where there was no draft yet.
    version: int
    #: Its person has seen that the draft was changed elsewhere, and wants this copy's texts.
    prevails: bool = False


def is_current(copy: FormCopy | None, draft: Fax) -> bool:
    """Whether a copy knows all changes of a draft; no copy is no page, but a command's or ours."""
    if copy is None or copy.prevails:
        return True
    return copy.id == draft.edited_in or copy.version == draft.version


def note_change(draft: Fax, copy: FormCopy | None) -> None:
    """Count a change of a draft, in memory, by a copy that knows all others, or by none such.

    After the latter no copy knows all of them.
    """
    draft.edited_in = copy.id if copy else None
    draft.version += 1
