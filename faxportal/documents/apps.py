from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "faxportal.documents"
    label = "documents"
