"""The details of an audit entry in words that people read."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from faxportal.audit.models import AuditEntry

#: Words for the names in `data`.
_DETAILS: dict[str, str | Promise] = {
    "beginning": _("all that begin so"),
    "change": _("change"),
    "changed": _("changed"),
    "columns": _("columns"),
    "cover": _("cover page"),
    "contact": _("contact"),
    "contacts": _("contacts"),
    "decision": _("decision"),
    "document": _("document"),
    "events": _("events"),
    "filters": _("filters"),
    "form": _("form"),
    "head": _("last hash"),
    "list": _("list"),
    "page": _("page"),
    "new_secrets": _("new secrets"),
    "role": _("role"),
    "sign_in_with": _("sign-in"),
    "batch": _("group"),
    "use": _("used by"),
    "whole": _("chain whole"),
}


def details(entry: AuditEntry) -> str:
    """What an entry holds besides who, what and when, e.g. "role: admin"."""
    return ", ".join(f"{_DETAILS.get(name, name)}: {_said(v)}" for name, v in entry.data.items())


def _said(value: object) -> str:
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case list():
            return " ".join(map(str, value)) or str(_("none"))
    return str(value)
