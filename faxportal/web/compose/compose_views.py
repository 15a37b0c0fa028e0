"""The compose form, and what its buttons do."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, trigger_client_event

from faxportal.accounts.models import Extension
from faxportal.accounts.permissions import Permission
from faxportal.faxes.compose.confirmations.confirmation import ConfirmationRequest
from faxportal.faxes.compose.confirmations.large_fax import time_on_the_line_sentence
from faxportal.faxes.compose.confirmations.messages import concern_text
from faxportal.faxes.compose.covers.preview import NoPreview, preview_cover
from faxportal.faxes.compose.drafts import (
    NotADraft,
    SavedDraft,
    discard_draft,
    draft_of,
    latest_draft,
    save_form,
)
from faxportal.faxes.compose.fax_templates import NotNamed, save_template
from faxportal.faxes.compose.problems_by_field import Problems
from faxportal.faxes.compose.submit import submit_fax
from faxportal.faxes.compose.submit_result import (
    AlreadySubmitted,
    Conflict,
    NeedsConfirmation,
    NeedsCorrection,
    NeedsFiles,
    Submitted,
)
from faxportal.faxes.models import Carrier, Fax, FaxTemplate, SendingPause
from faxportal.web.compose.compose_forms import ComposeForm, empty_form, form_of
from faxportal.web.compose.draft_rows import attached_documents, draft_row
from faxportal.web.faxes.browser_upload_status import delivery_of, start_browser_upload
from faxportal.web.site.htmx import page_or_fragment, redirect_page
from faxportal.web.site.typed_request import Request

#: The most templates that an empty form offers. The page of templates lists all templates.
OFFERED = 6

Context = Mapping[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: Request) -> HttpResponse:
    """The form of a new fax. After a mistake, it still has all that was entered or attached."""
    if not request.user.has_perm(Permission.SEND_FAX):
        status = HTTPStatus.FORBIDDEN if request.method == "POST" else HTTPStatus.OK
        return render(request, "compose/no_permission.html", status=status)
    if request.method != "POST":
        return _begin(request)
    form = ComposeForm(request.POST, request.FILES, extensions=[])
    if not form.is_ours:
        raise BadRequest("The form has no key, or contains data that the portal did not write.")
    if "discard" in request.POST:
        return _discard(request, form.cleaned_data["key"])
    if {"remove", "up", "down", "save_template", "show_cover"} & request.POST.keys():
        return _save(request, form)
    return _send(request, form)


def _begin(request: Request) -> HttpResponse:
    """The draft that the address names, or an empty form that offers the latest draft."""
    key = None
    if "draft" in request.GET:
        key = _key(request.GET["draft"])
        if draft := draft_of(request.user, key):
            return _show(request, draft)
        if sent := Fax.objects.sent_by(request.user).filter(submission_key=key).first():
            return redirect_page(request, "fax", uuid=sent.uuid)
    latest = latest_draft(request.user)
    context = {
        "form": empty_form(_extensions(request), key=key),
        "latest_draft": draft_row(latest) if latest else None,
        "drafts_count": Fax.objects.drafts_with_content_by(request.user).count(),
        "fax_templates": list(
            FaxTemplate.objects.visible_to(request.user).latest_first()[:OFFERED]
        ),
    }
    return _page(request, context)


def _send(request: Request, form: ComposeForm) -> HttpResponse:
    result = submit_fax(form.submit_request(request.user))
    match result:
        case Submitted():
            return _sent(request, result)
        case NeedsFiles():
            return trigger_client_event(reswap(HttpResponse(), "none"), "files-wanted")
        case NeedsCorrection(draft=draft, problems=problems):
            return _show(request, draft, posted=form, problems=problems)
        case NeedsConfirmation(draft=draft, request=needed):
            return _show(request, draft, posted=form, asks=_confirmation(needed, draft))
        case AlreadySubmitted(first=first, draft=draft, problems=problems):
            asks: Context = {"first": first}
            return _show(request, draft, posted=form, problems=problems, asks=asks)
        case Conflict(draft=draft, changed_at=changed_at, problems=problems):
            asks = {"changed_elsewhere_at": changed_at}
            return _show(request, draft, posted=form, problems=problems, asks=asks)


def _sent(request: Request, submitted: Submitted) -> HttpResponse:
    for notice in submitted.notices:
        messages.info(request, notice)
    if request.htmx and submitted.fax.carrier == Carrier.BROWSER:
        return start_browser_upload(request, submitted.fax)
    return redirect_page(request, "fax", uuid=submitted.fax.uuid)


def _confirmation(needed: ConfirmationRequest, draft: Fax) -> Context:
    """What the sender has to confirm, for the template."""
    return {
        "confirmation_request": needed,
        "concerns": [concern_text(concern) for concern in needed.concerns],
        "time_on_the_line": time_on_the_line_sentence(needed, draft),
    }


def _save(request: Request, form: ComposeForm) -> HttpResponse:
    """Save all that the form brings, then do what the pressed button says.

    A button changes documents, previews the cover page or saves a template.
    """
    try:
        saved = save_form(
            request.user,
            key=form.cleaned_data["key"],
            content=form.content(),
            files=form.cleaned_data["documents"],
            changes=form.changes(),
            version=form.draft_version(),
        )
    except NotADraft as error:
        return redirect_page(request, "fax", uuid=error.fax.uuid)
    if "show_cover" in request.POST:
        return _show_cover(request, form, saved)
    if "save_template" in request.POST:
        return _save_template(request, form, saved)
    return _show_saved(request, form, saved)


def _show_cover(request: Request, form: ComposeForm, saved: SavedDraft) -> HttpResponse:
    """Lead to the preview of the cover page, unless something has to be corrected first."""
    if saved.problems or saved.changed_elsewhere_at:
        return _show_saved(request, form, saved)
    try:
        page = preview_cover(saved.draft, form.content())
    except NoPreview as error:
        return _show_saved(request, form, saved, problems=error.problems)
    return redirect_page(request, "preview", uuid=saved.draft.uuid, pk=page.pk)


def _save_template(request: Request, form: ComposeForm, saved: SavedDraft) -> HttpResponse:
    try:
        template = save_template(request.user, content=form.content(), **form.template())
    except NotNamed as error:
        return _show_saved(request, form, saved, problems={"save_as": [str(error)]})
    return _show_saved(request, form, saved, saved_template=template)


def _show_saved(
    request: Request,
    form: ComposeForm,
    saved: SavedDraft,
    *,
    problems: Problems | None = None,
    saved_template: FaxTemplate | None = None,
) -> HttpResponse:
    """The form after its draft was saved."""
    changed_at = saved.changed_elsewhere_at
    return _show(
        request,
        saved.draft,
        posted=form,
        problems={"documents": saved.problems, **(problems or {})},
        asks={"changed_elsewhere_at": changed_at} if changed_at else None,
        saved_template=saved_template,
    )


def _discard(request: Request, key: UUID) -> HttpResponse:
    if draft := draft_of(request.user, key):
        discard_draft(draft)
        messages.success(request, _("Discarded the draft."))
    return redirect_page(request, "drafts" if request.POST.get("back") == "drafts" else "compose")


def _show(
    request: Request,
    draft: Fax,
    *,
    posted: ComposeForm | None = None,
    problems: Problems | None = None,
    asks: Context | None = None,
    saved_template: FaxTemplate | None = None,
) -> HttpResponse:
    """The form of a draft.

    `asks` is context for the question that the sender has to answer. With the context from
    `_confirmation`, the page asks whether to send. With `first`, it asks whether this is a second
    fax. With `changed_elsewhere_at`, it asks which form's texts count.
    """
    asks = asks or {}
    form = form_of(
        draft,
        extensions=_extensions(request),
        problems=problems,
        posted=posted,
        is_saved="changed_elsewhere_at" not in asks,
    )
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "draft": draft, "saved_template": saved_template, **asks}
    return _page(request, context, status=HTTPStatus.CONFLICT if asks else status)


def _page(
    request: Request, context: Context, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    delivery = "relay" if context["form"].prescribed else delivery_of(request)
    always = {
        "is_paused": SendingPause.is_on(),
        "delivery": delivery,
        "attached": attached_documents(context.get("draft")),
    }
    return page_or_fragment(request, "compose/compose.html", {**context, **always}, status=status)


def _extensions(request: Request) -> list[Extension]:
    return list(Extension.objects.filter(connection__user=request.user))


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest("This is not the key of a draft.") from None
