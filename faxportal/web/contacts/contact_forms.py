"""The forms of the address book: a contact, a group, and the filters of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from faxportal.accounts.models import User
from faxportal.contacts.address_book import ContactDetails, UnreadableNumber
from faxportal.contacts.groups import NameTaken, NoName
from faxportal.contacts.models import MAX_NAME, MAX_NOTE, Contact, ContactQuerySet
from faxportal.faxes.compose import recipient_messages
from faxportal.faxes.compose.recipients import InvalidRecipient
from faxportal.text.phone_numbers import MAX_TYPED


class ContactForm(forms.Form):
    """A contact. The form offers to share it only if `may_share` is true."""

    name = forms.CharField(label=_("Name"), max_length=MAX_NAME)
    organisation = forms.CharField(label=_("Organisation"), max_length=MAX_NAME, required=False)
    number = forms.CharField(
        label=_("Fax number"),
        max_length=MAX_TYPED,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=MAX_NOTE,
        required=False,
        help_text=_("Only you see it, or everyone if you share the contact. It isn't faxed."),
    )
    is_shared = forms.BooleanField(label=_("Share with everyone"), required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]

    @property
    def entry(self) -> ContactDetails:
        """The contact of a valid form."""
        return ContactDetails(**{name: self.cleaned_data[name] for name in _ENTERED})

    @property
    def shares(self) -> bool:
        """Whether the contact is to be shared with everyone."""
        return bool(self.cleaned_data.get("is_shared"))

    def refuse_number(self, refused: UnreadableNumber) -> None:
        """Add an error to the number: why it can't be dialled."""
        typed = self.cleaned_data["number"]
        self.add_error("number", unreadable_sentence(typed, refused))


_ENTERED = ("name", "organisation", "number", "note")


def form_of_contact(contact: Contact, *, may_share: bool) -> ContactForm:
    """The form of a stored contact."""
    kept = {name: getattr(contact, name) for name in _ENTERED}
    return ContactForm(initial=kept, may_share=may_share)


def unreadable_sentence(typed: str, refused: UnreadableNumber) -> str:
    """A sentence: why a number can't be dialled, and what to do."""
    return recipient_messages.invalid_recipient_sentence(
        InvalidRecipient(typed=typed, problem=refused.problem)
    )


class GroupForm(forms.Form):
    """A group. The form offers to share it only if `may_share` is true."""

    name = forms.CharField(label=_("Group name"), max_length=MAX_NAME)
    is_shared = forms.BooleanField(label=_("Share with everyone"), required=False)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]

    def refuse_name(self, refused: NameTaken | NoName) -> None:
        """Add an error to the name: why the group can't have it."""
        taken = _("There is already a group with this name. Choose another name.")
        empty = _("Enter a name with at least one letter or digit.")
        self.add_error("name", taken if isinstance(refused, NameTaken) else empty)


class ContactFilter(forms.Form):
    """Which contacts the list shows, and in which order. The page's address holds both."""

    search = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    show = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All contacts")), ("own", _("My own")), ("shared", _("Shared"))],
    )
    order = forms.ChoiceField(
        label=_("Order"), required=False, choices=[("", _("Last used")), ("name", _("Name"))]
    )

    def narrow(self, user: User) -> ContactQuerySet:
        """The contacts that match the filters, in the chosen order."""
        self.full_clean()
        wanted = self.cleaned_data
        found = Contact.objects.visible_to(user).matching(wanted.get("search", ""))
        if show := wanted.get("show"):
            found = found.owned_by(user) if show == "own" else found.shared()
        return found.by_name() if wanted.get("order") else found.recent_first()

    @property
    def is_narrowing(self) -> bool:
        """Whether any filter is set. If so, an empty list says that nothing matches."""
        return bool(self.data.get("search") or self.data.get("show"))
