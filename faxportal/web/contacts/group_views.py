"""Groups of contacts: the list, names and members."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from faxportal.accounts.permissions import Permission
from faxportal.contacts import groups as service
from faxportal.contacts.groups import NameTaken, NoName
from faxportal.contacts.models import Contact, ContactGroup
from faxportal.contacts.permissions import NotAllowedTo, can_change, can_keep
from faxportal.web.contacts.chosen_contacts import chosen_contacts
from faxportal.web.contacts.contact_forms import GroupForm
from faxportal.web.site.htmx import page_or_fragment
from faxportal.web.site.permissions import requires
from faxportal.web.site.posted_values import text_of
from faxportal.web.site.typed_request import Request

#: The most contacts that the page offers as members. People find other contacts by the search.
OFFERED = 20


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def groups(request: Request) -> HttpResponse:
    """The person's own groups and the shared groups, and the form of a new group."""
    entered = request.POST if request.method == "POST" else None
    form = GroupForm(entered, may_share=can_keep(request.user, is_shared=True))
    if form.is_valid():
        try:
            added = service.add_group(
                form.cleaned_data["name"],
                by=request.user,
                is_shared=bool(form.cleaned_data.get("is_shared")),
            )
            return redirect("contact_group", pk=added.pk)
        except (NameTaken, NoName) as refused:
            form.refuse_name(refused)
    kept = ContactGroup.objects.visible_to(request.user).by_name()
    context = {"form": form, "groups": list(kept.annotate(size=Count("members")))}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contacts/groups.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def group(request: Request, pk: int) -> HttpResponse:
    """One group: its members, contacts to add, and the form of its name."""
    kept = _seen_by(request, pk)
    if request.method != "POST":
        return _show(request, kept, GroupForm(initial={"name": kept.name}, may_share=False))
    form = GroupForm(request.POST, may_share=False)
    if not form.is_valid():
        return _show(request, kept, form)
    try:
        name = form.cleaned_data["name"]
        service.rename_group(kept, name, by=request.user)
    except (NameTaken, NoName) as refused:
        form.refuse_name(refused)
        return _show(request, _seen_by(request, pk), form)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    return redirect("contact_group", pk=pk)


@require_POST
@requires(Permission.SEND_FAX)
def members(request: Request, pk: int) -> HttpResponse:
    """Add contacts to a group (`add`), and remove members from it (`remove`)."""
    kept = _seen_by(request, pk)
    try:
        add, remove = chosen_contacts(request, "add"), chosen_contacts(request, "remove")
        service.add_members(kept, add, by=request.user)
        service.remove_members(kept, remove, by=request.user)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
    looked_for = QueryDict(mutable=True)
    if search := text_of(request.POST, "search"):
        looked_for["search"] = search
    address = reverse("contact_group", kwargs={"pk": pk})
    return redirect(f"{address}?{looked_for.urlencode()}" if looked_for else address)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def remove_group(request: Request, pk: int) -> HttpResponse:
    """Ask whether to remove a group. A POST removes it; its members stay in the address book."""
    kept = _seen_by(request, pk)
    if request.method != "POST":
        context = {"group": kept, "size": kept.members.count()}
        return render(request, "contacts/remove_group.html", context)
    try:
        service.remove_group(kept, by=request.user)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
        return redirect("contact_group", pk=pk)
    messages.success(request, _("Removed the group %(name)s.") % {"name": kept.name})
    return redirect("contact_groups")


def _show(request: Request, kept: ContactGroup, form: GroupForm) -> HttpResponse:
    search = text_of(request.GET, "search").strip()[:200]
    may_join = Contact.objects.visible_to(request.user)
    if kept.is_shared:
        may_join = may_join.shared()
    context = {
        "group": kept,
        "form": form,
        "members": list(kept.members.by_name()),
        "can_change": can_change(request.user, kept),
        "search": search,
        "offered": list(may_join.exclude(groups=kept).matching(search).recent_first()[:OFFERED]),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return page_or_fragment(request, "contacts/group.html", context, status=status)


def _seen_by(request: Request, pk: int) -> ContactGroup:
    return get_object_or_404(ContactGroup.objects.visible_to(request.user), pk=pk)
