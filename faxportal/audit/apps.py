from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "faxportal.audit"
    label = "audit"
