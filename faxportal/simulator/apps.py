"""Lets Django find the `simulator` command; nothing else here knows Django."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "faxportal.simulator"
