"""Lets Django find the command `simulator`. Nothing else in this package uses Django."""

from django.apps import AppConfig


class SimulatorConfig(AppConfig):
    name = "faxportal.simulator"
