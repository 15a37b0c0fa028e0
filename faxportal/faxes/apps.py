"""Django's entry for the app `faxes`."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FaxesConfig(AppConfig):
    """Faxes: composing, delivery, history and what belongs to them."""

    name = "faxportal.faxes"
    label = "faxes"

    def ready(self) -> None:
        # The only signal in the project. Django creates the permissions after it has migrated. Only
        # then can `fill_groups` give them to the groups.
        from faxportal.accounts.roles import fill_groups

        post_migrate.connect(lambda **kwargs: fill_groups(), sender=self, weak=False)
