"""Submitting a form again: its submission key has already made a fax, maybe with other content."""

from __future__ import annotations

from django.db import transaction

from faxportal.faxes.compose import drafts
from faxportal.faxes.compose.attachments import NO_CHANGES, attach_files, forget_files
from faxportal.faxes.compose.submit_request import ReadRequest, SubmitRequest
from faxportal.faxes.compose.submit_result import AlreadySubmitted, Submitted
from faxportal.faxes.models import Fax


def resolve_already_submitted(
    first: Fax, request: SubmitRequest, read: ReadRequest
) -> Submitted | AlreadySubmitted:
    """Return the first fax if the form has its content. Otherwise save the form in a new draft."""
    if _is_same(first, request, read):
        forget_files(read.files)
        return Submitted(fax=first)
    with transaction.atomic():
        draft = drafts.new_draft(request.by, request.content, resend_of=first)
        if request.listed_documents or not read.files:
            drafts.share_documents(first, draft, only=request.listed_documents or ())
        attached = attach_files(draft, read.files, NO_CHANGES)
    problems = [*read.file_problems, *attached.problems]
    return AlreadySubmitted(
        first=first, draft=draft, problems={"documents": problems} if problems else {}
    )


def _is_same(first: Fax, request: SubmitRequest, read: ReadRequest) -> bool:
    """Whether a form has the content of the fax that was submitted.

    A form either posts its files again, or posts no files because they are attached already. So the
    files count as the same if the fax has each posted file. If a file has a problem, it can't be
    compared, and the content counts as different.
    """
    if request.form_errors or read.file_problems:
        return False
    documents = first.documents.filter(is_cover=False)
    hashes = set(documents.values_list("sha256", flat=True))
    hashes |= {file.stored.sha256 for file in read.files}
    hashes |= {file.sha256 for file in request.client_files}
    return first.fingerprint == read.fingerprint(request.content, hashes)
