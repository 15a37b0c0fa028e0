from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "faxportal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from faxportal.accounts import checks  # noqa: F401  # importing registers them
