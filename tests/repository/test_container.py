"""The Dockerfile and compose.yaml. `.ci/dockerfile_steps.py` tests that the Dockerfile works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.template import Engine

from faxportal import environment

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
IMAGE = DOCKERFILE.rpartition("\nFROM ")[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


def test_the_image_runs_as_an_ordinary_user_by_number() -> None:
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", IMAGE, re.MULTILINE)


def test_the_image_installs_nothing_but_the_lock_a_font_and_clients_of_postgresql() -> None:
    assert "requirements/install.py base" in DOCKERFILE
    assert not re.search(r"pip install|curl|wget", DOCKERFILE)
    assert re.findall(r"apt-get install (.+?) &&", DOCKERFILE) == [
        "-y --no-install-recommends fonts-noto-cjk postgresql-client"
    ]


def test_no_secret_is_part_of_the_image() -> None:
    assert not re.search(r"SECRET|KEY|PASSWORD|TOKEN", DOCKERFILE)


def test_every_folder_of_the_settings_is_in_the_image() -> None:
    folders = [*Engine.get_default().dirs, *settings.STATICFILES_DIRS, *settings.LOCALE_PATHS]
    names = {path.name for path in map(Path, map(str, folders)) if path.exists()}

    assert names <= set(re.findall(r"^COPY (\w+) ", DOCKERFILE, re.MULTILINE))


def test_both_stages_have_the_same_python() -> None:
    assert len(set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))) == 1


@pytest.mark.parametrize("service", ["migrate", "web", "worker", "watch"])
def test_every_service_runs_a_command_of_the_portal(service: str) -> None:
    assert SERVICES[service]["command"] in get_commands()
    assert SERVICES[service]["image"] == SERVICES["web"]["image"]


def test_every_variable_of_the_services_is_one_that_the_portal_reads() -> None:
    assert set(SERVICES["web"]["environment"]) <= set(environment.VARIABLES)


def test_compose_carries_no_secret_and_opens_no_port_to_the_world() -> None:
    for service in SERVICES.values():
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or value.startswith("${")
            assert "KEY" not in name or value.startswith("${")
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
