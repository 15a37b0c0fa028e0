"""Django's entry for the app `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, roles and connections to VoipNow, with the checks of their settings."""

    name = "faxportal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from faxportal.accounts import checks  # noqa: F401  # importing registers them
