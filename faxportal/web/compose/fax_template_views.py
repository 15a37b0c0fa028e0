"""Templates of faxes: begin a fax with a template, share a template, remove a template."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from faxportal.accounts.permissions import Permission
from faxportal.faxes.compose.fax_templates import draft_from_template
from faxportal.faxes.models import FaxTemplate
from faxportal.web.site.page_urls import compose_address
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request


@require_safe
@requires(Permission.SEND_FAX)
def fax_templates(request: Request) -> HttpResponse:
    """All templates that the person may use. Templates that the person may change have buttons."""
    changeable = FaxTemplate.objects.changeable_by(request.user)
    context = {
        "fax_templates": list(FaxTemplate.objects.visible_to(request.user).latest_first()),
        "changeable": set(changeable.values_list("pk", flat=True)),
    }
    return render(request, "compose/fax_templates.html", context)


@require_POST
@requires(Permission.SEND_FAX)
def use_fax_template(request: Request, pk: int) -> HttpResponse:
    """Make a draft from a template, for the person to check; nothing is sent."""
    template = get_object_or_404(FaxTemplate.objects.visible_to(request.user), pk=pk)
    return redirect(compose_address(draft_from_template(template, by=request.user)))


@require_POST
@requires(Permission.SEND_FAX)
def fax_template(request: Request, pk: int) -> HttpResponse:
    """What the buttons of a template do: share it, stop sharing it, remove it."""
    mine = FaxTemplate.objects.changeable_by(request.user)
    template = get_object_or_404(mine, pk=pk)
    if "remove" in request.POST:
        template.delete()
        messages.success(request, _("Removed the template “%(name)s”.") % {"name": template.name})
    elif "share" in request.POST:
        mine.filter(pk=pk).update(is_shared=True)
    elif "keep_to_myself" in request.POST:
        mine.filter(pk=pk).update(is_shared=False)
    return redirect("fax_templates")
