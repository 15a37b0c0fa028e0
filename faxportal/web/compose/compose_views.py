"""A new fax: the form, and what its buttons do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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
from faxportal.faxes.compose.confirmations.confirmation import Asked
from faxportal.faxes.compose.confirmations.line_time import time_sentence
from faxportal.faxes.compose.confirmations.messages import worded
from faxportal.faxes.compose.covers.preview import NotDrawn, show_cover
from faxportal.faxes.compose.drafts import (
    AlreadySubmitted,
    discard_draft,
    draft_of,
    keep_draft,
    latest_draft,
)
from faxportal.faxes.compose.fax_templates import NotNamed, save_template
from faxportal.faxes.compose.submit import (
    AsksFirst,
    ChangedElsewhere,
    FilesWanted,
    NotSubmitted,
    SubmittedDifferently,
    submit_fax,
)
from faxportal.faxes.models import Carrier, Fax, FaxTemplate, SendingPause
from faxportal.web.compose.compose_forms import ComposeForm, empty_form, form_of
from faxportal.web.faxes.browser_upload_views import begin_direct, delivery_of
from faxportal.web.site.requests import Request
from faxportal.web.site.responses import go_to, page_or_fragment

#: How many templates an empty form offers; the page of templates has them all.
OFFERED = 6


@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: Request) -> HttpResponse:
    """The form of a new fax. Nothing that was typed or attached is lost by a mistake in it."""
    if not request.user.has_perm("faxes.send_fax"):
        status = HTTPStatus.FORBIDDEN if request.method == "POST" else HTTPStatus.OK
        return render(request, "compose/not_yours.html", status=status)
    if request.method != "POST":
        return _begin(request)
    form = ComposeForm(request.POST, request.FILES, extensions=[])
    if not form.is_ours:
        raise BadRequest("The form has no key, or contains data that the portal did not write.")
    if "discard" in request.POST:
        return _discard(request, form.cleaned_data["key"])
    if {"remove", "up", "down", "save_template", "show_cover"} & request.POST.keys():
        return _keep(request, form)
    return _send(request, form)


def _begin(request: Request) -> HttpResponse:
    """An empty form, or the draft that the address names; an unsent one is offered."""
    key = None
    if "draft" in request.GET:
        key = _key(request.GET["draft"])
        if draft := draft_of(request.user, key):
            return _show(request, draft)
        if sent := Fax.objects.sent_by(request.user).filter(submission_key=key).first():
            return go_to(request, "fax", uuid=sent.uuid)
    context = {
        "form": empty_form(_extensions(request), key=key),
        "latest_draft": latest_draft(request.user),
        "drafts_count": Fax.objects.drafts_with_content_by(request.user).count(),
        "fax_templates": FaxTemplate.objects.visible_to(request.user).latest_first()[:OFFERED],
    }
    return _page(request, context)


def _send(request: Request, form: ComposeForm) -> HttpResponse:
    try:
        submitted = submit_fax(
            request.user,
            key=form.cleaned_data["key"],
            typed=form.typed(),
            files=form.cleaned_data["documents"],
            declared=form.cleaned_data["declared"],
            misread=form.misread(),
            copy=form.copy_of(),
            answer=form.answer(),
            shown=form.cleaned_data["attached"],
            shown_names=form.cleaned_data["shown_names"],
            unattached=form.cleaned_data["unattached"].splitlines(),
        )
    except ChangedElsewhere as changed:
        return _show(
            request,
            changed.draft,
            posted=form,
            problems=changed.problems,
            changed_elsewhere_at=changed.at,
        )
    except FilesWanted:
        return trigger_client_event(reswap(HttpResponse(), "none"), "files-wanted")
    except NotSubmitted as refused:
        return _show(request, refused.draft, posted=form, problems=refused.problems)
    except AsksFirst as asks:
        return _show(request, asks.draft, posted=form, asked=asks.asked)
    except SubmittedDifferently as other:
        return _show(request, other.draft, posted=form, problems=other.problems, first=other.first)
    for notice in submitted.notices:
        messages.info(request, notice)
    if request.htmx and submitted.fax.carrier == Carrier.BROWSER:
        return begin_direct(request, submitted.fax)
    return go_to(request, "fax", uuid=submitted.fax.uuid)


def _keep(request: Request, form: ComposeForm) -> HttpResponse:
    """Keep all that the form brought along: its documents changed, as a template besides, or to
    look at its cover page."""
    try:
        kept = keep_draft(
            request.user,
            key=form.cleaned_data["key"],
            typed=form.typed(),
            files=form.cleaned_data["documents"],
            changes=form.changes(),
            copy=form.copy_of(),
        )
    except AlreadySubmitted as already:
        return go_to(request, "fax", uuid=already.fax.uuid)
    problems, saved = {"documents": kept.problems}, None
    if "show_cover" in request.POST and not (kept.problems or kept.changed_elsewhere_at):
        try:
            page = show_cover(kept.draft, form.typed())
            return go_to(request, "preview", uuid=kept.draft.uuid, pk=page.pk)
        except NotDrawn as refused:
            problems |= refused.problems
    if "save_template" in request.POST:
        try:
            saved = save_template(request.user, typed=form.typed(), **form.template())
        except NotNamed as refused:
            problems["save_as"] = [str(refused)]
    return _show(
        request,
        kept.draft,
        posted=form,
        problems=problems,
        saved=saved,
        changed_elsewhere_at=kept.changed_elsewhere_at,
    )


def _discard(request: Request, key: UUID) -> HttpResponse:
    if draft := draft_of(request.user, key):
        discard_draft(draft)
        messages.success(request, _("Discarded the draft."))
    return go_to(request, "drafts" if request.POST.get("back") == "drafts" else "compose")


def _show(
    request: Request,
    draft: Fax,
    *,
    posted: ComposeForm | None = None,
    problems: Mapping[str, list[str]] | None = None,
    asked: Asked | None = None,
    first: Fax | None = None,
    saved: FaxTemplate | None = None,
    changed_elsewhere_at: datetime | None = None,
) -> HttpResponse:
    """A draft's form, with what is asked about it.

    Beside `asked`: whether it is to be another fax where its key's was sent already (`first`), and
    which one counts where the draft `changed_elsewhere_at` some time while this was filled in.
    """
    form = form_of(
        draft,
        extensions=_extensions(request),
        problems=problems,
        posted=posted,
        is_kept=not changed_elsewhere_at,
    )
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY
    if first or asked or changed_elsewhere_at:
        status = HTTPStatus.CONFLICT
    context = {
        "form": form,
        "draft": draft,
        "first": first,
        "asked": asked,
        "questions": [worded(question) for question in asked.questions] if asked else [],
        "time_on_line": time_sentence(asked, draft) if asked else "",
        "saved": saved,
        "changed_elsewhere_at": changed_elsewhere_at,
    }
    return _page(request, context, status=status)


def _page(
    request: Request, context: Mapping[str, Any], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    delivery = "relay" if context["form"].prescribed else delivery_of(request)
    always = {"is_paused": SendingPause.is_on(), "delivery": delivery}
    return page_or_fragment(request, "compose/compose.html", {**context, **always}, status=status)


def _extensions(request: Request) -> list[Extension]:
    return list(Extension.objects.filter(connection__user=request.user))


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadRequest("This is not the key of a draft.") from None
