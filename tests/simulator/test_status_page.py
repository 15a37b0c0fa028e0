"""The page that shows what was received."""

from __future__ import annotations

import hashlib

import httpx

from faxportal.simulator.config import ACCESS_TOKEN, APP_KEY
from faxportal.simulator.faults import NUMBERS_THAT_REFUSE, NUMBERS_WHOSE_UPLOADS_FAIL

from .caller import PDF, Caller


def page(caller: Caller) -> str:
    response = httpx.get(f"{caller.sim.url}/")
    assert response.status_code == 200
    return response.text


def test_it_says_that_nothing_has_arrived(caller: Caller) -> None:
    assert "Nothing has arrived yet." in page(caller)


def test_it_shows_each_fax_newest_first(caller: Caller) -> None:
    caller.send(("a.pdf", PDF), ("b.pdf", b"b"), to=("7778888", "0003*211"))
    caller.targets(("c.pdf", PDF))
    text = page(caller)
    newest, oldest = caller.sim.faxes()
    assert text.index(f"Fax {newest.id}") < text.index(f"Fax {oldest.id}")
    assert "Complete" in text
    assert "0 of 1 file stored" in text
    assert "7778888, 0003*211" in text
    assert oldest.uid in text
    assert hashlib.sha256(PDF).hexdigest() in text


def test_it_warns_of_a_fax_that_was_sent_twice(caller: Caller) -> None:
    caller.send()
    caller.send()
    assert "more than once" in page(caller)


def test_it_shows_the_credentials_and_the_numbers_that_fail(caller: Caller) -> None:
    text = page(caller)
    for shown in (APP_KEY, ACCESS_TOKEN, "0003*210", caller.sim.storage_url):
        assert shown in text
    for fault in (*NUMBERS_THAT_REFUSE, *NUMBERS_WHOSE_UPLOADS_FAIL):
        assert str(fault.recipient) in text


def test_a_file_name_is_escaped(caller: Caller) -> None:
    caller.targets(("<script>alert(1)</script>.pdf", PDF))
    text = page(caller)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_it_runs_no_script_and_allows_none(caller: Caller) -> None:
    response = httpx.get(f"{caller.sim.url}/")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in response.text
    css = httpx.get(f"{caller.sim.url}/_simulator/page.css")
    assert css.headers["content-type"].startswith("text/css")


def test_a_stored_file_is_a_download_whatever_it_is(caller: Caller) -> None:
    caller.send(("a.pdf", b"<h1>not a PDF</h1>"))
    [fax] = caller.sim.faxes()
    response = httpx.get(f"{caller.sim.url}/_simulator/faxes/{fax.id}/files/1")
    assert response.content == b"<h1>not a PDF</h1>"
    assert response.headers["content-disposition"] == "attachment"
    assert response.headers["content-type"] == "application/octet-stream"
