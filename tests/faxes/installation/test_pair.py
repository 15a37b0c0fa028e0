"""Writing down which database and which data directory belong together."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from faxportal.faxes.installation import pair
from faxportal.faxes.installation.recognition import Recognised
from faxportal.faxes.models import Installation
from tests.faxes.conftest import HandClock, Submit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_pair_is_the_original_and_stays_it(submit: Submit, clock: HandClock) -> None:
    assert pair.recognise_pair(clock.now()) == Recognised.NEW
    pair.write_new_pair()
    submit()
    assert pair.recognise_pair(clock.now()) == Recognised.ORIGINAL
    pair.write_new_pair()
    assert pair.recognise_pair(clock.now()) == Recognised.ORIGINAL


def test_a_portal_with_another_data_directory_does_not_take_it(
    submit: Submit, clock: HandClock, settings: Settings, tmp_path: Path
) -> None:
    pair.write_new_pair()
    submit()
    settings.DATA_DIR = tmp_path / "another disk"
    settings.DATA_DIR.mkdir()
    assert pair.recognise_pair(clock.now()) == Recognised.MISMATCH


def test_who_used_the_data_directory_before_is_recognised(clock: HandClock) -> None:
    """Two databases can't both be the original of one data directory."""
    pair.write_new_pair()
    former = Installation.objects.get()
    pair.take_as_original()
    assert pair.recognise_pair(clock.now()) == Recognised.ORIGINAL
    Installation.objects.update(database_id=former.database_id)
    assert pair.recognise_pair(clock.now()) == Recognised.MISMATCH
