"""Documents that can't become one PDF, found when a fax is submitted.

A VoipNow server in the older wire form gets one file, so a worker merges the documents later
(`delivery.merge_documents`). PDFs and pictures were examined when they were attached. Texts were
not typeset then, so only texts are tried here.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from faxportal.accounts.models import Connection, User
from faxportal.documents.file_store import open_stored
from faxportal.documents.kinds import Kind
from faxportal.documents.merging import CannotBeShown, typeset_text
from faxportal.documents.parser.rejections import Rejected, RejectionReason
from faxportal.documents.typesetting import TypesettingFailed
from faxportal.faxes.compose.attachments import NamedFile
from faxportal.faxes.models import Fax
from faxportal.faxes.states import FaxState
from faxportal.voipnow.api_types import WireForm

#: The most characters without a font that a sentence names.
_MAX_LETTERS = 10


def one_file_problems(
    by: User, *, key: UUID, files: Sequence[NamedFile], has_cover: bool
) -> list[str]:
    """A sentence for each text that can't become part of one PDF, if VoipNow needs one PDF.

    The fax has `files` and the documents of the draft with this submission key. Typesetting takes
    time, so don't call this within a transaction.
    """
    connection = Connection.objects.filter(user=by).first()
    if connection is None or connection.wire_form() != WireForm.ONE_REQUEST:
        return []
    draft = Fax.objects.filter(sender=by, submission_key=key).first()
    if draft and draft.state != FaxState.DRAFT:
        return []
    stored = list(draft.documents.filter(is_cover=False)) if draft else []
    texts = [
        (document.sha256, document.name, document.stored_as)
        for document in stored
        if document.content_type == Kind.TEXT.content_type and document.stored_as
    ]
    texts += [
        (file.stored.sha256, file.name, file.stored.stored_as)
        for file in files
        if file.stored.kind is Kind.TEXT
    ]
    hashes = {document.sha256 for document in stored} | {file.stored.sha256 for file in files}
    if len(hashes) + has_cover < 2:
        return []
    once = {sha256: (name, stored_as) for sha256, name, stored_as in texts}
    return [problem for name, stored_as in once.values() if (problem := _problem(name, stored_as))]


def _problem(name: str, stored_as: str) -> str:
    """Why a stored text can't become part of one PDF; "" if it can, or if that is not known now."""
    try:
        with open_stored(stored_as) as text:
            typeset_text(text)
    except CannotBeShown as error:
        if not error.letters:
            return _(
                "“%(name)s” can't be combined with the other documents, because it is not text in "
                "UTF-8. Your VoipNow server takes one file for each fax. Save it as PDF and attach "
                "that, or send it as a fax of its own."
            ) % {"name": name}
        return _(
            "“%(name)s” can't be combined with the other documents, because the portal has no font "
            "for %(letters)s. Your VoipNow server takes one file for each fax. Save it as PDF and "
            "attach that, or send it as a fax of its own."
        ) % {"name": name, "letters": " ".join(error.letters[:_MAX_LETTERS])}
    except Rejected as rejected:
        if rejected.reason == RejectionReason.NOT_NOW:
            return ""
        return _(
            "“%(name)s” is too long to be combined with the other documents. Your VoipNow server "
            "takes one file for each fax. Save it as PDF and attach that, or send it as a fax of "
            "its own."
        ) % {"name": name}
    except (TypesettingFailed, OSError):
        return ""  # a worker merges the documents, and tries until the deadline
    return ""
