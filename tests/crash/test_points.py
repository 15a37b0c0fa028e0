"""The crash matrix compared with the code: each step that a crash can interrupt needs a row."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import faxportal
from faxportal.voipnow import uploads
from faxportal.voipnow.client import VoipNow
from tests.crash.points import ASKING, BROWSER, ONE_REQUEST, RELAY, REMOVING, SUBMITTING
from tests.crash.rows import InCode, Kill
from tests.crash.table import markdown

PACKAGE = Path(faxportal.__file__).parent
DOCS = PACKAGE.parent / "docs" / "crash-matrix.md"

#: A function that opens a transaction for its callers. Only the callers count as steps.
OPENER = "lock_handover"
#: Methods that rename, flush or remove a file.
FILES = {"fsync", "rename", "unlink"}
#: Modules whose functions need no rows, because they change no fax. Each function blocks a number,
#: notes a mail, adds a seal or writes down a fact about the installation, completely or not at all.
#: A backup is none without its manifest, and a restore writes into a portal that is not used yet.
#: What is in the trash belongs to no fax.
NO_STEPS = {
    "documents.trash",
    "faxes.actions.block_list",
    "faxes.installation.database_place",
    "faxes.installation.marker",
    "faxes.installation.pair",
    "faxes.installation.recent_events",
    "faxes.maintenance.alerts",
    "faxes.maintenance.backup.database_dump",
    "faxes.maintenance.backup.make_backup",
    "faxes.maintenance.backup.manifest",
    "faxes.maintenance.sender_mails",
    "faxes.record.sealing",
}
#: Single functions that need no rows. `raise_alert` changes no fax.
NO_STEP = {
    "documents.file_store:put_back",
    "documents.storage_backend:DurableFileSystemStorage.move",
    "faxes.delivery.portal_faults:raise_alert",
    # Sending is paused before, and the next process suspends the faxes that are left.
    "faxes.delivery.after_restore:_ask_about_scheduled",
    # These only read. The lock keeps others from changing what is read.
    "faxes.history.evidence.data:evidence_data",
    "faxes.record.verifying:verify_fax",
}


def _public_functions(of: object) -> set[str]:
    """The names of the public functions of a class or module."""
    return {
        name
        for name, function in inspect.getmembers(of, inspect.isfunction)
        if not name.startswith("_") and function.__module__.startswith("faxportal.voipnow")
    }


#: Calls to VoipNow and storage: methods of the client, and functions for uploads.
METHODS, FUNCTIONS = _public_functions(VoipNow), _public_functions(uploads)


def steps(source: str) -> Iterator[str]:
    """The names of the functions in a module's source whose work a crash can leave half done."""
    module = ast.parse(source)
    for owner, function in _functions(module):
        name = f"{owner}{function.name}"
        if name != OPENER and any(_is_a_step(node) for node in ast.walk(function)):
            yield name


def _functions(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield "", node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield f"{node.name}.", inner


def _is_a_step(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name("transaction"), attr="atomic"):
            return True
        case ast.Attribute(value=ast.Name("default_storage"), attr="save" | "delete"):
            return True
        case ast.Call(func=ast.Name(name)):
            return name == OPENER or name in FUNCTIONS
        case ast.Call(func=ast.Attribute(attr="update"), keywords=fields):
            return any(field.arg == "lease" for field in fields)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in FILES | METHODS
    return False


def found() -> set[str]:
    """The names of all steps in the code, as rows spell them: `module:function`."""
    names = set()
    for folder in ("faxes", "documents"):
        for path in (PACKAGE / folder).rglob("*.py"):
            module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
            if module not in NO_STEPS and "migrations" not in path.parts:
                names |= {f"{module}:{name}" for name in steps(path.read_text())}
    return names


def named() -> set[str]:
    """The names of the steps that have a row."""
    kills: list[Kill] = [row.kill for row in SUBMITTING]
    kills += [row.kill for row in (*ASKING, *REMOVING)]
    kills += [row.kill for row in BROWSER]
    kills += [kill for row in (*RELAY, *ONE_REQUEST) for kill in row.kills]
    return {kill.step for kill in kills if isinstance(kill, InCode)}


def test_every_step_of_the_code_has_a_row() -> None:
    assert found() - named() - NO_STEP == set()


def test_the_search_finds_each_kind_of_step() -> None:
    """Tests `steps` itself, with a transaction, a file, and calls to VoipNow and storage."""
    source = """
class Kept:
    def save(self):
        with transaction.atomic(): ...
    def look(self): ...
def flush(): os.fsync(1)
def ask(): voipnow.create_fax(x)
def send(): put(network, target, file)
def step():
    with lock_handover(1, 2, clock): ...
def other(): name.replace("a", "b")
"""
    assert set(steps(source)) == {"Kept.save", "flush", "ask", "send", "step"}


def test_each_point_is_named_once() -> None:
    for rows in (SUBMITTING, ASKING, BROWSER, REMOVING, (*RELAY, *ONE_REQUEST)):
        assert len({str(row) for row in rows}) == len(rows)


def test_the_docs_show_the_table() -> None:
    assert DOCS.read_text().partition("---\n\n")[2] == markdown()
