"""The page that shows what was received, newest first. It has no scripts and no inline styles."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path

from aiohttp import web

from .config import (
    ACCESS_TOKEN,
    APP_KEY,
    APP_SECRET,
    EXTENSION_WITHOUT_FAX,
    EXTENSIONS,
    SESSION_COOKIES,
    USERS,
)
from .faults import NUMBERS_THAT_REFUSE, NUMBERS_WHOSE_UPLOADS_FAIL, Fault
from .fax_store import Fax, File, Report
from .state import STATE, SimulatorState

SHOWN = 100
LOST = {
    "middle": "connection lost while the file comes in",
    "done": "connection lost when the file is stored, before the answer",
}
CSS = Path(__file__).with_name("status_page.css")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:;"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def routes() -> list[web.RouteDef]:
    """The routes of the page and its stylesheet, on VoipNow's origin."""
    return [web.get("/", page), web.get("/_simulator/page.css", css)]


async def page(request: web.Request) -> web.Response:
    """The page: the newest faxes, the demo sign-ins and the numbers that fail."""
    body = _page(request.app[STATE])
    return web.Response(text=body, content_type="text/html", headers=HEADERS)


async def css(request: web.Request) -> web.Response:
    """The page's stylesheet."""
    body = CSS.read_text(encoding="utf-8")
    return web.Response(text=body, content_type="text/css", headers=HEADERS)


def _page(state: SimulatorState) -> str:
    report, faxes = state.fax_store.report(), state.fax_store.faxes(limit=SHOWN)
    more = f" The newest {SHOWN} are shown." if report.faxes > SHOWN else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Simulated VoipNow</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_simulator/page.css">
</head>
<body>
<header>
<h1>Simulated VoipNow</h1>
<p>What a VoipNow server would have received. No fax leaves this machine.</p>
</header>
<main>
<p class="count"><strong>{report.faxes}</strong> {_plural(report.faxes, "fax", "faxes")},
<strong>{report.complete}</strong> complete.{more} <a href="/">Look again</a></p>
{_duplicates(report)}
{"".join(map(_fax, faxes)) or '<p class="empty">Nothing has arrived yet.</p>'}
{_sign_ins(state)}
{_failing_numbers()}
</main>
</body>
</html>
"""


def _duplicates(report: Report) -> str:
    lines = "".join(
        f"<li>{escape(one.recipient)}: faxes {', '.join(map(str, one.faxes))}</li>"
        for one in report.duplicates
    )
    if not lines:
        return ""
    title = "The same files to the same number, more than once"
    return f'<section class="warning"><h2>{title}</h2><ul>{lines}</ul></section>'


def _fax(fax: Fax) -> str:
    stored = sum(file.stored > 0 for file in fax.files)
    state, text = (
        ("complete", "Complete")
        if fax.complete
        else ("open", f"{stored} of {len(fax.files)} {_plural(len(fax.files), 'file')} stored")
    )
    created = datetime.fromtimestamp(fax.created_at, UTC)
    form = "one request" if fax.wire == "one-request" else "pre-signed uploads"
    items = {
        "Extension": escape(fax.extension),
        "Recipients": escape(", ".join(fax.recipients)),
        "Received": f"<time>{created:%Y-%m-%d %H:%M:%S} UTC</time> by {form}",
        "UID": f"<code>{fax.uid}</code>",
    }
    return f"""<article aria-labelledby="fax-{fax.id}">
<h2 id="fax-{fax.id}">Fax {fax.id} <span class="state {state}">{text}</span></h2>
<dl>{_list_items(items)}</dl>
<div class="wide" role="region" aria-label="Files of fax {fax.id}" tabindex="0">
<table>
<thead><tr><th scope="col">File</th><th scope="col">Type</th>
<th scope="col" class="number">Bytes</th><th scope="col">Uploads</th>
<th scope="col">SHA-256</th></tr></thead>
<tbody>{"".join(_file(fax, file) for file in fax.files)}</tbody>
</table>
</div>
</article>
"""


def _file(fax: Fax, file: File) -> str:
    name = escape(file.name)
    if file.stored:
        name = f'<a href="/_simulator/faxes/{fax.id}/files/{file.position}">{name}</a>'
    digest = f"<code>{file.sha256}</code>" if file.stored else "not stored"
    uploads = f"{file.stored} stored of {file.puts}" if file.puts else "none yet"
    if fax.wire == "one-request":
        uploads = "with the request"
    return (
        f'<tr><th scope="row">{name}</th><td>{escape(file.content_type)}</td>'
        f'<td class="number">{file.size:,}</td><td>{uploads}</td><td>{digest}</td></tr>'
    )


def _sign_ins(state: SimulatorState) -> str:
    cookies = "; ".join(f"{name}={value}" for name, value in SESSION_COOKIES.items())
    items = {
        "Server": state.url,
        "Storage": state.storage_url,
        "App key": APP_KEY,
        "App secret": APP_SECRET,
        "Access token": ACCESS_TOKEN,
        "Cookies": cookies,
        "XSRF token": SESSION_COOKIES["xsrf-token"],
        "Extensions": ", ".join(EXTENSIONS),
    }
    coded = {name: f"<code>{escape(value)}</code>" for name, value in items.items()}
    return f"<details><summary>Signing in</summary><dl>{_list_items(coded)}</dl></details>"


def _failing_numbers() -> str:
    rows = "".join(map(_failing_number, (*NUMBERS_THAT_REFUSE, *NUMBERS_WHOSE_UPLOADS_FAIL)))
    return f"""<details><summary>Numbers that fail</summary>
<p>A fax to one of these goes wrong in the way it says. Uploads fail once a fax.
Extension <code>{EXTENSION_WITHOUT_FAX}</code> has no fax (400 extension_invalid), and a VoipNow
user other than {", ".join(sorted(USERS - {""}))} is unknown (400 user_invalid).</p>
<div class="wide" role="region" aria-label="Numbers that fail" tabindex="0">
<table>
<thead><tr><th scope="col">Number</th><th scope="col">What fails</th>
<th scope="col">How</th></tr></thead>
<tbody>{rows}</tbody>
</table></div></details>
"""


def _failing_number(fault: Fault) -> str:
    how = f"{fault.status} {fault.code}" if fault.do == "answer" else LOST[fault.at]
    what = "creating the fax" if fault.on == "create" else "one upload"
    return f'<tr><th scope="row">{fault.recipient}</th><td>{what}</td><td>{escape(how)}</td></tr>'


def _list_items(items: dict[str, str]) -> str:
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in items.items())


def _plural(count: int, one: str, many: str = "") -> str:
    return one if count == 1 else many or f"{one}s"
