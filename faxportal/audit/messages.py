"""The sentence with which an audit entry tells people what was done.

The data of an entry holds ids, counts and codes. So a sentence names nobody but the person to whom
something was done. Beside the sentence people see who did it, when, from where and to which fax.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from faxportal.audit.audit_log import Action
from faxportal.audit.models import AuditEntry


def sentence(entry: AuditEntry) -> str:
    """What was done, e.g. "Gave maria the role “sender”".

    If the action has no sentence, or the data lack a detail of the sentence, this is the action's
    label.
    """
    words = _SENTENCES.get(Action(entry.action))
    try:
        said = words(entry) if words else ""
    except KeyError:  # an entry without the detail, or with a code that has no sentence
        said = ""
    return said or str(Action(entry.action).label)


def _with_data(words: str | Promise) -> Callable[[AuditEntry], str]:
    """A function that puts an entry's data into a sentence."""

    def filled(entry: AuditEntry) -> str:
        said: str = str(words) % entry.data
        return said

    return filled


def _person_added(entry: AuditEntry) -> str:
    if entry.data.get("role") == "superuser":
        return _("Added %(name)s as superuser") % {"name": _person(entry)}
    return _("Added %(name)s") % {"name": _person(entry)}


def _role_given(entry: AuditEntry) -> str:
    role = entry.data["role"].replace("-", " ")
    return _("Gave %(name)s the role “%(role)s”") % {"name": _person(entry), "role": role}


def _sign_in_failed(entry: AuditEntry) -> str:
    return _("Failed sign-in as %(name)s") % {"name": _person(entry)}


def _password_changed(entry: AuditEntry) -> str:
    return _("Changed the password of %(name)s") % {"name": _person(entry)}


def _person(entry: AuditEntry) -> str:
    """The name of the person whom an entry is about. Raises `KeyError` if there is no person."""
    if entry.person is None:
        raise KeyError("person")
    return entry.person.get_username()


_NEW_SECRETS: dict[str, str | Promise] = {
    "app_key": gettext_lazy("Changed the app key"),
    "access_token": gettext_lazy("Changed the access token"),
    "session_cookie": gettext_lazy("Changed the session cookie"),
}


def _connection_changed(entry: AuditEntry) -> str:
    if not entry.data["new_secrets"]:
        return _("Changed the connection, but not its secrets")
    return str(_NEW_SECRETS[entry.data["sign_in_with"]])


_DECISIONS: dict[str, str | Promise] = {
    "went_out": gettext_lazy("Confirmed that batch %(batch)s went out"),
    "send_again": gettext_lazy("Decided to send batch %(batch)s again"),
    "leave_open": gettext_lazy("Left batch %(batch)s open"),
}


def _fax_decided(entry: AuditEntry) -> str:
    return _with_data(_DECISIONS[entry.data["decision"]])(entry)


def _fax_forwarded(entry: AuditEntry) -> str:
    return ngettext(
        "Copied %(count)d document to forward it",
        "Copied %(count)d documents to forward them",
        entry.data["documents"],
    ) % {"count": entry.data["documents"]}


def _number_blocked(entry: AuditEntry) -> str:
    if entry.data["beginning"]:
        return _("Blocked all numbers that start the same")
    return _("Blocked a number")


def _number_unblocked(entry: AuditEntry) -> str:
    if entry.data["beginning"]:
        return _("Unblocked all numbers that start the same")
    return _("Unblocked a number")


_LISTS: dict[str, str | Promise] = {
    "audit": gettext_lazy("Exported the audit"),
    "contacts": gettext_lazy("Exported contacts"),
    "faxes": gettext_lazy("Exported My faxes"),
    "review": gettext_lazy("Exported Review"),
}


def _exported(entry: AuditEntry) -> str:
    name = entry.data["list"]
    parts = [str(_LISTS.get(name) or _("Exported the list “%(name)s”") % {"name": name})]
    if filters := entry.data.get("filters"):
        parts.append(_("filters: %(names)s") % {"names": _listed(filters)})
    if columns := entry.data.get("columns"):
        parts.append(_("columns: %(names)s") % {"names": _listed(columns)})
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


#: change → sentence about a contact
_CONTACT: dict[str, str | Promise] = {
    "added": gettext_lazy("Added contact %(contact)s"),
    "changed": gettext_lazy("Changed contact %(contact)s"),
    "shared": gettext_lazy("Shared contact %(contact)s with everyone"),
    "removed": gettext_lazy("Removed contact %(contact)s"),
}
#: change → sentence about a group
_GROUP: dict[str, str | Promise] = {
    "added": gettext_lazy("Added group %(group)s"),
    "changed": gettext_lazy("Renamed group %(group)s"),
    "shared": gettext_lazy("Shared group %(group)s with everyone"),
    "removed": gettext_lazy("Removed group %(group)s"),
}


def _shared_contacts_changed(entry: AuditEntry) -> str:
    data: dict[str, Any] = entry.data
    match data["change"]:
        case "imported":
            imported = gettext_lazy("Imported contacts: %(contacts)s added, %(changed)s changed")
            return _with_data(imported)(entry)
        case "merged":
            return ngettext(
                "Merged %(contacts)d contact into contact %(contact)s",
                "Merged %(contacts)d contacts into contact %(contact)s",
                data["contacts"],
            ) % {"contacts": data["contacts"], "contact": data["contact"]}
        case "members_changed":
            return ngettext(
                "Added or removed %(contacts)d contact in group %(group)s",
                "Added or removed %(contacts)d contacts in group %(group)s",
                data["contacts"],
            ) % {"contacts": data["contacts"], "group": data["group"]}
        case change:
            sentences = _GROUP if "group" in data else _CONTACT
            return _with_data(sentences[change])(entry)


#: code of a cover page's use → how the sentence ends
_COVER_USES: dict[str, str | Promise] = {
    "off": gettext_lazy("not in use"),
    "offered": gettext_lazy("available to senders"),
    "prescribed": gettext_lazy("required on every fax"),
}


def _cover_added(entry: AuditEntry) -> str:
    return _("Added cover page %(cover)s, %(use)s") % _cover(entry)


def _cover_changed(entry: AuditEntry) -> str:
    return _("Changed cover page %(cover)s, %(use)s") % _cover(entry)


def _cover(entry: AuditEntry) -> dict[str, object]:
    return {"cover": entry.data["cover"], "use": _COVER_USES[entry.data["use"]]}


def _record_removed(entry: AuditEntry) -> str:
    match entry.data["whole"]:
        case None:
            sentence = _(
                "Removed a fax after its retention period. Its history could not be verified, "
                "because the key for that was missing"
            )
        case whole:
            sentence = (
                _("Removed a fax after its retention period. Its history was unchanged")
                if whole
                else _("Removed a fax after its retention period. Its history had been CHANGED")
            )
    details = _("%(events)s entries, last hash %(head)s") % entry.data
    return f"{sentence}: {details}"


#: Actions whose entries say more than the action's label.
_SENTENCES: dict[Action, Callable[[AuditEntry], str]] = {
    Action.SIGN_IN_FAILED: _sign_in_failed,
    Action.PASSWORD_CHANGED: _password_changed,
    Action.PERSON_ADDED: _person_added,
    Action.ROLE_GIVEN: _role_given,
    Action.CONNECTION_CHANGED: _connection_changed,
    Action.FAX_DECIDED: _fax_decided,
    Action.FAX_FORWARDED: _fax_forwarded,
    Action.DOCUMENT_OPENED: _with_data(gettext_lazy("Downloaded document %(document)s")),
    Action.DOCUMENT_PREVIEWED: _with_data(
        gettext_lazy("Previewed page %(page)s of document %(document)s")
    ),
    Action.EVIDENCE_MADE: _with_data(gettext_lazy("Created an evidence sheet as %(form)s")),
    Action.NUMBER_BLOCKED: _number_blocked,
    Action.NUMBER_UNBLOCKED: _number_unblocked,
    Action.EXPORTED: _exported,
    Action.SHARED_CONTACTS_CHANGED: _shared_contacts_changed,
    Action.COVER_ADDED: _cover_added,
    Action.COVER_CHANGED: _cover_changed,
    Action.COVER_REMOVED: _with_data(gettext_lazy("Removed cover page %(cover)s")),
    Action.RECORD_REMOVED: _record_removed,
}
