"""The contacts that a person has ticked."""

from __future__ import annotations

from faxportal.contacts.models import Contact, ContactGroup
from faxportal.web.site.posted_values import whole_number
from faxportal.web.site.typed_request import Request


def chosen_contacts(request: Request, name: str = "contact") -> list[int]:
    """The ids in the field `name`. A POST has them in its form, other requests in the address."""
    asked = request.POST if request.method == "POST" else request.GET
    read = [whole_number(pk) for pk in asked.getlist(name)]
    return [pk for pk in read if pk is not None]


def contacts_to_fax(request: Request) -> list[Contact]:
    """The contacts that a form names, and the members of the groups that it names.

    The list has each contact once, in the order of names. It leaves out contacts and groups that
    the person may not see.
    """
    user, groups = request.user, chosen_contacts(request, "group")
    visible = Contact.objects.visible_to(user)
    of_groups = ContactGroup.objects.visible_to(user).filter(pk__in=groups)
    members = visible.filter(groups__in=of_groups)
    named = visible.filter(pk__in=chosen_contacts(request))
    return list((named | members).distinct().by_name())
