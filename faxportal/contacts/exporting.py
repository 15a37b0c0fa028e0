"""Exporting contacts to a table, which an import can read back."""

from __future__ import annotations

from collections.abc import Iterable

from faxportal.contacts.group_cells import join_names
from faxportal.contacts.models import Contact


def cells_of(contact: Contact, groups: Iterable[str]) -> list[str]:
    """A contact's row in an export: name, organisation, number, note, names of its groups.

    An import can read the row back.
    """
    names = join_names(groups)
    return [contact.name, contact.organisation, contact.number, contact.note, names]
