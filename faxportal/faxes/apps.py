from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FaxesConfig(AppConfig):
    name = "faxportal.faxes"
    label = "faxes"

    def ready(self) -> None:
        # The one signal in the project: Django makes permissions after migrating, so the groups
        # that carry them can only be filled then.
        from faxportal.accounts.roles import fill_groups

        post_migrate.connect(lambda **kwargs: fill_groups(), sender=self, weak=False)
