"""The names of all permissions, written once: for models, roles, and the code that asks for them.

`faxes/permissions.py` and `contacts/permissions.py` decide who may do what with one fax or one
contact. They ask for the permissions named here. This module knows no model, so that any model may
import it.
"""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """A permission; its value is the name that `user.has_perm` takes: app, dot, codename.

    Templates ask by the member's name in lower case: `{% if may.send_fax %}`.
    """

    SEND_FAX = "faxes.send_fax", "May send faxes"
    REVIEW_FAXES = "faxes.review_faxes", "May read everyone's faxes"
    MANAGE_SENDING = "faxes.manage_sending", "May decide for others and pause sending"
    HOLD_FAXES = "faxes.hold_faxes", "May put faxes on legal hold"
    OPEN_DOCUMENTS = "faxes.open_documents", "May open everyone's documents"
    SEE_AUDIT = "faxes.see_audit", "May read what everyone did in the portal"
    MANAGE_COVERS = "faxes.manage_covers", "May make cover pages and prescribe one"
    MANAGE_SHARED_CONTACTS = (
        "contacts.manage_shared_contacts",
        "May change shared contacts and groups",
    )

    #: What the permission allows, in words for people. Django stores it as the permission's name.
    label: str

    def __new__(cls, name: str, label: str) -> Permission:
        permission = str.__new__(cls, name)
        permission._value_ = name
        permission.label = label
        return permission

    @property
    def codename(self) -> str:
        """The permission's name within its app."""
        return self.value.partition(".")[2]

    @property
    def declaration(self) -> tuple[str, str]:
        """Codename and label, as a model's `Meta.permissions` lists them."""
        return self.codename, self.label
