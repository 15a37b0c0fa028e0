"""Django's entry for the app `faxes`."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FaxesConfig(AppConfig):
    """Faxes: composing, delivery, history and what belongs to them."""

    name = "faxportal.faxes"
    label = "faxes"

    def ready(self) -> None:
        # The only signal in the project. Django creates permissions after it has migrated, and only
        # then can the groups be filled that hold them.
        from faxportal.accounts.roles import fill_groups

        post_migrate.connect(lambda **kwargs: fill_groups(), sender=self, weak=False)
