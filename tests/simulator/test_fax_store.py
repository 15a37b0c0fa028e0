"""Counts, duplicates, and what survives a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from faxportal.simulator.fax_store import FaxStore
from faxportal.simulator.server import running_simulator

from .caller import PDF, Caller, calling


def test_the_first_fax_is_that_of_the_vendors_sample(tmp_path: Path) -> None:
    with running_simulator(folder=tmp_path) as sim, calling(sim) as caller:
        assert caller.create().json()["id"] == 262


def test_a_restart_keeps_faxes_counts_and_bytes_and_uses_no_id_again(tmp_path: Path) -> None:
    with running_simulator(folder=tmp_path) as sim, calling(sim) as caller:
        caller.send()
        before = (sim.faxes(), sim.report())
    with running_simulator(folder=tmp_path) as sim, calling(sim) as caller:
        assert (sim.faxes(), sim.report()) == before
        assert sim.received(262, 1) == PDF
        assert caller.create().json()["id"] == 263


def test_a_target_survives_a_restart_on_the_same_port(tmp_path: Path) -> None:
    with running_simulator(folder=tmp_path) as sim, calling(sim) as caller:
        [target] = caller.targets()
        port = int(sim.storage_url.rpartition(":")[2])
    with (
        running_simulator(folder=tmp_path, storage_port=port) as sim,
        calling(sim) as caller,
    ):
        assert caller.put(target).status_code == 200


def test_no_id_is_used_again_after_a_reset(caller: Caller) -> None:
    first = caller.create().json()["id"]
    caller.sim.reset()
    assert caller.sim.faxes() == []
    assert caller.create().json()["id"] == first + 1


def test_a_reset_undoes_the_configuration_and_the_script(caller: Caller) -> None:
    caller.sim.configure(max_files=0)
    caller.sim.script("create", "drop", times=None)
    caller.sim.reset()
    caller.send()


def test_half_a_file_does_not_survive_a_restart(tmp_path: Path) -> None:
    FaxStore(tmp_path).close()
    leftover = tmp_path / "objects" / "half.part"
    leftover.write_bytes(PDF)
    FaxStore(tmp_path).close()
    assert not leftover.exists()


def test_the_same_files_to_the_same_number_are_a_duplicate(caller: Caller) -> None:
    caller.send(("a.pdf", PDF), ("b.pdf", b"b"), to=("7778888", "211"))
    caller.send(("b.pdf", b"b"), ("a.pdf", PDF), to=("7778888",))
    [duplicate] = caller.sim.report().duplicates
    newest, oldest = caller.sim.faxes()
    assert (duplicate.recipient, duplicate.faxes) == ("7778888", (oldest.id, newest.id))


@pytest.mark.parametrize(
    ("to", "content"), [("7778888", b"other"), ("1234567890", PDF), ("1234567890", b"other")]
)
def test_other_content_or_another_number_is_no_duplicate(
    caller: Caller, to: str, content: bytes
) -> None:
    caller.send()
    caller.send(("a.pdf", content), to=(to,))
    assert caller.sim.report().duplicates == ()


def test_a_fax_whose_files_did_not_all_arrive_is_no_duplicate(caller: Caller) -> None:
    caller.send()
    caller.targets()
    assert caller.sim.report().duplicates == ()


def test_every_call_is_counted(caller: Caller) -> None:
    caller.send()
    caller.create(to=("2025550100",))
    caller.voipnow.post("/oauth/token.php")
    caller.voipnow.get("/uapi/extensions/@me/@self/presence")
    report = caller.sim.report()
    assert (report.tokens, report.presences, report.creates, report.faxes) == (1, 1, 2, 1)


def test_an_unknown_setting_is_refused(caller: Caller) -> None:
    with pytest.raises(ValueError, match="max_files"):
        caller.sim.configure(unknown=1)


@pytest.mark.parametrize("position", [0, 1, 2])
def test_there_is_nothing_to_download_before_it_is_stored(caller: Caller, position: int) -> None:
    fax_id = caller.create().json()["id"]
    with pytest.raises(ValueError, match="No such file"):
        caller.sim.received(fax_id, position)
