"""A review log that a stranger wrote: whatever it says, nothing but schedule comments and `.studyapp` changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.device import device_name
from studyapp.core.errors import StudyError
from studyapp.core.log.refusal import CODE
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import digest_of
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin_with
from studyapp.tui.app.app import StudyApp
from tests.faults.every_command import NOTE, TEXT, Place
from tests.helpers.apps import press, running, written
from tests.helpers.vaults import NOW, locations_of

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_worker")]

AT = NOW.isoformat()
ENTRY = "2031-05-06,17,230"
PATHS = (
    *(NOTE, "link.md", "folder/secret.md", "inner.md", ".git/config", ".git/notes.md", ".hidden/a.md", "plain.txt"),
    *("../outside/secret.md", "a/../../outside/secret.md", "", ".", "a\0.md", "\ud800.md", "a" * 5000 + ".md"),
    *("loop.md", "folder", "not there.md"),
)
"""Names of notes in a line; paths of the folder outside are added."""
ENTRIES = (ENTRY, "2031-05-06,17,230-->\n\nplanted::card\n<!--SR:!2031-05-06,17,230", "planted", "")
FOLLOWED = ((), ("written",), ("pending",), ("undoing",), ("undo",), ("written", "undo", "redo"))
"""The lines about a planted one."""
ODD: tuple[Any, ...] = (
    *(None, True, -1, 10**400, 1e308, float("nan"), float("inf"), "", "\ud800", "\udcff", "x" * 100_000),
    *([], [[]], {}, {"a": 1}, [None] * 6, "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "9" * 5000),
)
"""What a line has in place of something else."""


def line(path: str, raw: bytes = b"", *, name: str = "1", kind: str = "grade", after: str = ENTRY) -> dict[str, Any]:
    """A line that is complete, and asks for text in a file."""
    found = [parse_note(NOTE, one, Settings()).questions for one in (raw, TEXT.encode())]
    question = (found[0] or found[1])[0]
    planted = b"planted\n"
    return {
        "v": 1,
        "kind": kind,
        "id": name,
        "at": AT,
        "card": f"{path}:{question.key}:1:1" if kind in ("grade", "reset") else f"{path}::0:0",
        "grade": "good",
        "seconds": 1.5,
        "before": None,
        "after": after,
        "seen": [digest_of(raw), question.kind, 1, 1, None, []],
        "marks": [[f"{NOTE}:{question.key}:1:1", "renamed", f"{path}:0:1:1"]],
        "what": "a text",
        "digests": [digest_of(raw), digest_of(planted + raw)],
        "edits": [[0, "", planted.decode()]],
        "around": [["", raw[:100].decode()]],
        "had_comment": False,
        "replaced": after,
    }


def speaks_of(name: str, kind: str, at: str = AT) -> dict[str, Any]:
    return {"v": 1, "kind": kind, "of": name, "at": at, "why": "because"}


def hostile(place: Place) -> Iterator[dict[str, Any]]:
    """Lines that ask for text in every file, and for all that could bring one there."""
    paths = [*PATHS, str(place.outside / "secret.md")]
    for number, path in enumerate(paths):
        raw = b""
        with suppress(OSError, ValueError):
            raw = (place.root / path).read_bytes()
        for kind in ("grade", "reset", "edit", "note"):
            for entry in ENTRIES if kind == "grade" else ENTRIES[:1]:
                for which, after in enumerate(FOLLOWED):
                    name = f"{number}-{kind}-{ENTRIES.index(entry)}-{which}"
                    yield line(path, raw, name=name, kind=kind, after=entry)
                    yield from (speaks_of(name, one) for one in after)
                    back = line(path, raw, name=f"{name}-back", kind=kind, after=entry)
                    back["digests"] = [digest_of(b"planted" + raw), digest_of(raw)]
                    back["edits"] = [[0, "planted", ""]]  # the file is as that left it: undo would bring the text
                    yield back
                    yield from (speaks_of(f"{name}-back", one) for one in after)
    for path in paths:
        for was, now in ((NOTE, path), (path, NOTE), (path, ".git/config")):
            yield {"v": 1, "kind": "moved", "was": was, "now": now, "at": AT, "note": True}


def odd() -> Iterator[dict[str, Any]]:
    """Lines with one thing wrong."""
    for number, key in enumerate(line(NOTE)):
        for which, value in enumerate(ODD):
            yield line(NOTE, name=f"odd-{number}-{which}") | {key: value}
            yield speaks_of("odd-2-0", "undo") | {key: value}
    for at, value in ((at, value) for at in range(6) for value in ODD):
        seen = line(NOTE)["seen"]
        yield line(NOTE, name="odd") | {"seen": [*seen[:at], value, *seen[at + 1 :]]}
        edit: list[Any] = [0, "", ""]
        edit[at % 3] = value
        yield line(NOTE, name="odd") | {"edits": [edit]}
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    for key in line(NOTE):
        yield line(NOTE, name="deep") | {key: deep}
    yield line(NOTE, name="late") | {"at": (NOW + timedelta(days=36500)).isoformat()}
    for value in ODD:
        yield {"v": 1, "kind": "moved", "was": value, "now": value, "at": AT, "note": False}
        yield {"v": 1, "kind": "moved", "was": NOTE, "now": NOTE, "at": AT, "note": value}


def whole(lines: Iterator[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)


JUNK = b"[" * 100_000 + b"\n" + b'{"v":1,"why":' * 5000 + b"\n\xff\xfe\x00\n" + b"x" * 5_000_000 + b"\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A vault with all that a log may name, and a link to each thing outside of it."""
    made = Place.begin(tmp_path)
    for name, text in ((".git/config", "[core]\n"), (".git/notes.md", TEXT), (".hidden/a.md", TEXT)):
        (made.root / name).parent.mkdir(exist_ok=True)
        (made.root / name).write_text(text)
    (made.root / "plain.txt").write_text(TEXT)
    (made.root / "link.md").symlink_to(made.outside / "secret.md")
    (made.root / "folder").symlink_to(made.outside)
    (made.root / "inner.md").symlink_to(".git/config")
    (made.root / "loop.md").symlink_to("loop.md")
    return made


def guarded(place: Place) -> dict[str, object]:
    """What `Place` does not look at, too."""
    hidden = [*(place.root / ".git").iterdir(), *(place.root / ".hidden").iterdir()]
    return {**place.state(), **{str(path): path.read_bytes() for path in hidden}}


def plant(place: Place, how: str, text: bytes) -> Path:
    """Put a log into the vault: under a name anyone can guess, this machine's, or an older version's."""
    places = locations_of({"HOME": str(place.home)})
    log = places.journal(place.root)
    if how != "own":
        log = log.with_name(f"{device_name(places.node)}.jsonl")
    if how == "before":
        places.backups(place.root).mkdir(parents=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(text)
    assert (places.journal(place.root) == log) is (how != "guessed")
    return log


def opened(place: Place) -> Workspace:
    one = Workspace.open(place.root, locations_of({"HOME": str(place.home)}), lambda: NOW)
    one.vault.scan()
    return one


WAYS = pytest.mark.parametrize("how", ["guessed", "own", "before"])


@WAYS
def test_finishing_undoing_and_doing_again_changes_no_text(place: Place, how: str) -> None:
    text = whole(hostile(place))
    log = plant(place, how, text)
    before = guarded(place)
    one = opened(place)
    one.recover()
    assert guarded(place) == before
    for action in [*one.journal.actions.values()]:
        for call in (one.store.undo, one.store.redo, lambda again, _: one.store.retry(again)):
            (place.root / NOTE).write_text(TEXT)  # the bytes that the line was made for
            with suppress(StudyError):
                call(action, NOW)
            assert guarded(place) == before, action
    assert log.read_bytes().startswith(text)  # it is kept


@WAYS
def test_what_waits_is_reported_and_stops_no_grade_and_no_undo(place: Place, how: str) -> None:
    plant(place, how, whole(hostile(place)) + whole(odd()) + JUNK)
    before = guarded(place)
    one = opened(place)
    assert (CODE in {problem.code for problem in one.journal.problems}) is (how != "guessed")
    one.recover()
    card = [row for row in one.vault.rows() if row.path == NOTE][-1]
    now = (place.root / NOTE).read_bytes()
    session = begin_with(one, [card])
    saved = one.store.save(session.grade(Grade.GOOD))
    assert saved.why_not is None
    assert (place.root / NOTE).read_bytes() != now
    again = opened(place)
    last = again.journal.last_applied()
    assert last is not None
    assert last.id == saved.action.id
    again.store.undo(last, NOW)
    assert (place.root / NOTE).read_bytes() == now
    assert guarded(place) == before


@WAYS
async def test_the_app_starts_and_undoes_and_changes_no_text(place: Place, how: str) -> None:
    plant(place, how, whole(hostile(place)) + whole(odd()) + JUNK)
    before = guarded(place)
    app = StudyApp(opened(place), None, "review")
    async with running(app) as pilot:
        await press(pilot, "space", "3")
        await written(pilot)
        for _ in range(10):
            await press(pilot, "u")
            await written(pilot)
        for _ in range(10):
            await press(pilot, "ctrl+r")
            await written(pilot)
    assert guarded(place) == before


@WAYS
def test_every_command_and_screen_survives(place: Place, how: str) -> None:
    plant(place, how, whole(hostile(place)) + whole(odd()) + JUNK)
    before = guarded(place)
    place.survives()
    assert guarded(place) == before
