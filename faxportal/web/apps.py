from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "faxportal.web"
    label = "web"
