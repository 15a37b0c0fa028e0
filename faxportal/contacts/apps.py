"""Django's entry for the app `contacts`."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """The address book."""

    name = "faxportal.contacts"
    label = "contacts"
