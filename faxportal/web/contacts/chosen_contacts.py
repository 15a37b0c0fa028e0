"""What the pages of the address book have in common."""

from __future__ import annotations

from faxportal.contacts.models import Contact, ContactGroup
from faxportal.web.site.requests import Request


def chosen_contacts(request: Request, name: str = "contact") -> list[int]:
    """Ids of the contacts that a form or an address names."""
    asked = request.POST if request.method == "POST" else request.GET
    return [int(pk) for pk in asked.getlist(name) if pk.isdecimal() and len(pk) < 19]


def contacts_to_fax(request: Request) -> list[Contact]:
    """The contacts that a form chose one by one and by their groups, as far as this person sees
    them, by name."""
    user, groups = request.user, chosen_contacts(request, "group")
    visible = Contact.objects.visible_to(user)
    of_groups = ContactGroup.objects.visible_to(user).filter(pk__in=groups)
    members = visible.filter(groups__in=of_groups)
    named = visible.filter(pk__in=chosen_contacts(request))
    return list((named | members).distinct().by_name())
