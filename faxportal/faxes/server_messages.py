"""Sentences about a VoipNow server or a storage that fails, or that gets no calls for now."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from faxportal.faxes.local_time import moment_text
from faxportal.voipnow.errors import Reason

_NOT_ANSWERED = gettext_lazy("%(server)s has not answered since %(time)s.")
_CERTIFICATE = gettext_lazy("%(server)s has had a certificate that is not trusted since %(time)s.")
_BUSY = gettext_lazy("%(server)s has been too busy since %(time)s.")
_ERRORS = gettext_lazy("%(server)s has had internal errors since %(time)s.")
#: reason of the last failed call → what a server has done since its first failure
_FAILURES: dict[str, str | Promise] = {
    Reason.CERTIFICATE_REFUSED: _CERTIFICATE,
    Reason.TOO_MANY_REQUESTS: _BUSY,
    Reason.SERVER_ERROR: _ERRORS,
    Reason.STORAGE_CERTIFICATE_REFUSED: _CERTIFICATE,
    Reason.STORAGE_BUSY: _BUSY,
    Reason.STORAGE_ERROR: _ERRORS,
}


def server_name(origin: str, *, is_storage: bool) -> str:
    """The name of a server or storage for people, e.g. "VoipNow server voip.example.com"."""
    host = {"host": urlsplit(origin).netloc or origin}
    return (
        _("VoipNow's storage %(host)s") % host
        if is_storage
        else _("VoipNow server %(host)s") % host
    )


def failing_sentence(origin: str, reason: str, since: datetime, *, is_storage: bool) -> str:
    """What is wrong with a server and since when.

    `reason` is why its last call failed.
    """
    return str(_FAILURES.get(reason, _NOT_ANSWERED)) % {
        "server": server_name(origin, is_storage=is_storage),
        "time": moment_text(since),
    }
