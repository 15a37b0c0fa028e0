"""The extensions that a person may send from: adding, labelling, removing, and the default."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from faxportal.accounts.models import Connection, Extension
from faxportal.audit import audit_log
from faxportal.audit.audit_log import Action

# UnifiedAPI 3's form of an extension number: organization * local number, or a number alone.
_EXTENSION_NUMBER = re.compile(r"\d+(\*\d+)?")


class ExtensionRefused(Exception):
    """The extension can't be added. The exception's text is a sentence for the person."""


def add_extension(connection: Connection, *, number: str, label: str) -> Extension:
    """Add an extension that a person typed. Raises `ExtensionRefused`."""
    number = "".join(number.split())
    if not _EXTENSION_NUMBER.fullmatch(number):
        raise ExtensionRefused(
            _("Use digits only, with one * in an extended number, for example 0003*210.")
        )
    try:
        return _add(connection, number, label=label.strip())
    except IntegrityError:
        raise ExtensionRefused(_("This extension is already in your list.")) from None


def add_found_extension(connection: Connection, number: str) -> Extension:
    """Add an extension that the server listed.

    Raises `IntegrityError` if the connection has the extension already.
    """
    return _add(connection, number, label="")


def make_default(extension: Extension) -> None:
    """Make an extension the default of its connection, in place of the present default."""
    with transaction.atomic():
        Extension.objects.filter(connection=extension.connection_id, is_default=True).update(
            is_default=False
        )
        Extension.objects.filter(pk=extension.pk).update(is_default=True)


def rename_extension(extension: Extension, label: str) -> None:
    """Give an extension another label; an empty text removes the label."""
    Extension.objects.filter(pk=extension.pk).update(label=label.strip())


def remove_extension(extension: Extension) -> None:
    """Remove an extension. If it was the default, the next extension becomes the default."""
    with transaction.atomic():
        extension.delete()
        audit_log.write(Action.EXTENSION_REMOVED, by=extension.connection.user)
        others = Extension.objects.filter(connection=extension.connection_id)
        if not others.filter(is_default=True).exists() and (first := others.first()):
            make_default(first)


def _add(connection: Connection, number: str, *, label: str) -> Extension:
    """Add an extension. The first extension of a connection becomes its default."""
    with transaction.atomic():
        audit_log.write(Action.EXTENSION_ADDED, by=connection.user)
        return connection.extensions.create(
            number=number, label=label, is_default=not connection.extensions.exists()
        )
