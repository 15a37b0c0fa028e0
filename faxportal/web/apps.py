"""Django's entry for the app `web`."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """HTTP and HTML: views, forms, templates, and the commands that run the web server."""

    name = "faxportal.web"
    label = "web"
