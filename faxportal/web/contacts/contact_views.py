"""Contacts: their list, the form of a contact, and a new fax to several contacts."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from faxportal.accounts.permissions import Permission
from faxportal.contacts import address_book
from faxportal.contacts.address_book import UnreadableNumber
from faxportal.contacts.models import Contact
from faxportal.contacts.permissions import NotAllowedTo, can_change, can_keep
from faxportal.faxes.compose.draft_for_contacts import draft_to_contacts
from faxportal.web.contacts.chosen_contacts import chosen_contacts, contacts_to_fax
from faxportal.web.contacts.contact_forms import ContactFilter, ContactForm, form_of_contact
from faxportal.web.contacts.contact_rows import contact_rows
from faxportal.web.site.htmx import page_or_fragment
from faxportal.web.site.page_urls import compose_address
from faxportal.web.site.permissions import requires
from faxportal.web.site.typed_request import Request

PER_PAGE = 50


@require_safe
@requires(Permission.SEND_FAX)
def contacts(request: Request) -> HttpResponse:
    """The person's own contacts and the shared contacts.

    Ticked contacts stay ticked while the person searches for other contacts.
    """
    form = ContactFilter(request.GET)
    found = form.narrow(request.user).with_groups_for(request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    visible = Contact.objects.visible_to(request.user)
    chosen = {one.pk: one for one in visible.filter(pk__in=chosen_contacts(request)).by_name()}
    rows = contact_rows(page.object_list, chosen=chosen)
    listed = {row.pk for row in rows}
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "chosen_elsewhere": [one for pk, one in chosen.items() if pk not in listed],
    }
    return page_or_fragment(request, "contacts/contacts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def add_contact(request: Request) -> HttpResponse:
    """The form of a new contact."""
    may_share = can_keep(request.user, is_shared=True)
    entered = request.POST if request.method == "POST" else None
    form = ContactForm(entered, may_share=may_share)
    if form.is_valid():
        try:
            added = address_book.add_contact(form.entry, by=request.user, is_shared=form.shares)
        except UnreadableNumber as refused:
            form.refuse_number(refused)
        else:
            messages.success(request, _("Added %(name)s.") % {"name": added.name})
            return redirect("contacts")
    return _show(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def contact(request: Request, pk: int) -> HttpResponse:
    """One contact. Its owner may change it, and an admin may change a shared contact.

    Other people may only read it.
    """
    kept = _seen_by(request, pk)
    may_share = not kept.is_shared and can_keep(request.user, is_shared=True)
    if request.method != "POST":
        return _show(request, form_of_contact(kept, may_share=may_share), kept)
    form = ContactForm(request.POST, may_share=may_share)
    if form.is_valid():
        try:
            address_book.change_contact(kept, form.entry, by=request.user, share=form.shares)
        except UnreadableNumber as refused:
            form.refuse_number(refused)
        except NotAllowedTo as refused:
            messages.error(request, str(refused))
            return redirect("contact", pk=pk)
        else:
            messages.success(request, _("Saved %(name)s.") % {"name": kept.name})
            return redirect("contacts")
    return _show(request, form, kept)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEND_FAX)
def remove_contact(request: Request, pk: int) -> HttpResponse:
    """Ask whether to remove a contact, and name its groups. A POST removes it."""
    kept = _seen_by(request, pk)
    if request.method != "POST":
        groups = list(kept.groups.visible_to(request.user).by_name())
        others = kept.groups.count() - len(groups)
        context = {"contact": kept, "groups": groups, "others": others}
        return render(request, "contacts/remove_contact.html", context)
    try:
        address_book.remove_contact(kept, by=request.user)
    except NotAllowedTo as refused:
        messages.error(request, str(refused))
        return redirect("contact", pk=pk)
    messages.success(request, _("Removed %(name)s.") % {"name": kept.name})
    return redirect("contacts")


@require_POST
@requires(Permission.SEND_FAX)
def fax_to(request: Request) -> HttpResponse:
    """Make a draft to the ticked contacts and groups. Nothing is sent."""
    chosen = contacts_to_fax(request)
    if not chosen:
        messages.error(request, _("Select at least one contact to fax."))
        return redirect("contacts")
    return redirect(compose_address(draft_to_contacts(chosen, by=request.user)))


def _show(request: Request, form: ContactForm, kept: Contact | None) -> HttpResponse:
    context = {
        "form": form,
        "contact": kept,
        "groups": list(kept.groups.visible_to(request.user).by_name()) if kept else [],
        "can_change": kept is None or can_change(request.user, kept),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "contacts/contact.html", context, status=status)


def _seen_by(request: Request, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
