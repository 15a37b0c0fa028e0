from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "faxportal.contacts"
    label = "contacts"
