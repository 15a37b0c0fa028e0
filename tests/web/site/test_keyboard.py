"""The keyboard's help sheet lists the keys that pages have, and no others."""

from __future__ import annotations

import re

from faxportal.accounts.models import User
from tests.web.conftest import browser_of


def test_the_sheet_lists_the_keys_of_the_pages_and_no_others(admin: User) -> None:
    pages = [browser_of(admin).get(path).content.decode() for path in ("/", "/faxes/")]
    offered = {
        name
        for page in pages
        for names in re.findall(r'aria-keyshortcuts="([^"]+)"', page)
        for name in names.split()
    }
    listed = {
        "+".join(re.findall(r"<kbd>(.+?)</kbd>", keys)).replace("Ctrl", "Control")
        for keys in re.findall(r"<dt>(.+?)</dt>", pages[0])
        if "<kbd>" in keys
    }
    assert offered == listed | {"Meta+Enter"}  # the row of Control+Enter mentions Meta+Enter
    assert len(listed) > 5
