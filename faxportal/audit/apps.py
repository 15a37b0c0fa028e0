"""Django's entry for the app `audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit: who did what in the portal. This app imports no other app of the portal."""

    name = "faxportal.audit"
    label = "audit"
