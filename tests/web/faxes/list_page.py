"""What the page of a list of faxes shows."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client


def text(client: Client, address: str, **query: str) -> str:
    return client.get(address, query).content.decode()


def subjects(page: str) -> list[str]:
    """The subjects of the rows, from the top. Finds only subjects of one word."""
    return re.findall(r"<small>(\w+)</small>\s*</th>", page)


def rows(page: str) -> str:
    """The HTML of the rows."""
    return page[page.index("<tbody>") : page.index("</tbody>")]


def link(page: str, name: str) -> str:
    """The address behind a link of this id or text."""
    found = re.search(rf'<a[^>]*id="{name}"[^>]*href="([^"]*)"', page)
    found = found or re.search(rf'<a[^>]*href="([^"]*)"[^>]*>{name}<', page)
    assert found, name
    return unescape(found[1])


def asked_again(page: str) -> str:
    """The address that the rows poll."""
    found = re.search(r'id="fax-rows"\s+hx-get="([^"]*)"', page)
    assert found
    return unescape(found[1])
