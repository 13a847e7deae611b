from __future__ import annotations

import threading
from collections.abc import Collection
from pathlib import Path
from queue import Queue

import pytest
from textual.message import Message
from textual.pilot import Pilot

from studyapp.core.disk.place import Place
from studyapp.core.edits.relocate import Change
from studyapp.core.log.actions import Action
from studyapp.core.log.journal import Journal
from studyapp.core.text.note_text import digest_of
from studyapp.core.vault.vault import Vault
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.review.review import ReviewScreen
from studyapp.tui.services import watcher
from studyapp.tui.services.watcher import FilesChanged, FolderSeen, NotWatched, Watcher, network_of, sort
from tests.helpers.apps import make_app, note, press, review_of, running, shown, until, words
from tests.helpers.vaults import make_vault

NOTES = {
    "A.md": "#flashcards\n\none::1\n<!--SR:!2024-06-10,4,250-->\n\ntwo::2\n<!--SR:!2024-06-11,4,250-->\n",
    "B.md": "#flashcards\n\nthree::3\n<!--SR:!2024-06-12,4,250-->\n",
}


def test_hidden_files_and_the_trash_are_not_told(tmp_path: Path) -> None:
    inner = ["a.md", "x/b.MD", ".trash/c.md", "x/.hidden.md", ".studyapp/reviews/l.jsonl", "x/y", "p.png"]
    paths = [str(tmp_path / path) for path in inner]
    assert sort(tmp_path, paths) == FilesChanged(frozenset({"a.md", "x/b.MD"}), frozenset({"x/y", "p.png"}))
    assert sort(tmp_path, [str(tmp_path / ".trash/c.md"), str(tmp_path), "/elsewhere/a.md"]) is None


def test_changes_of_files_are_reported(tmp_path: Path) -> None:
    make_vault(tmp_path, NOTES | {"x/C.md": "text"})
    heard: list[Message] = []
    told = threading.Event()

    def report(message: Message) -> None:
        heard.append(message)
        told.set()

    watcher = Watcher(Place.of(tmp_path), report)
    watcher.start()
    try:
        assert watcher.ready.wait(60)
        (tmp_path / "x" / "new").write_text("by rename")
        (tmp_path / "x" / "new").replace(tmp_path / "x" / "C.md")
        assert told.wait(60)
    finally:
        watcher.stop()
    assert any("x/C.md" in message.notes for message in heard if isinstance(message, FilesChanged))


def test_where_nothing_can_be_watched_that_is_reported(tmp_path: Path) -> None:
    told = threading.Event()
    heard: list[Message] = []

    def report(message: Message) -> None:
        heard.append(message)
        told.set()

    Watcher(Place.of(tmp_path / "gone"), report).start()
    assert told.wait(60)
    assert isinstance(heard[0], NotWatched)


def test_a_folder_that_goes_and_comes_back_is_reported_and_watched_again(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", NOTES)
    heard: Queue[Message] = Queue()
    missed = iter([set[str](), {"A.md"}])
    watching = Watcher(Place.of(root), heard.put, lambda: next(missed))
    watching.start()
    try:
        assert watching.ready.wait(60)
        root.rename(tmp_path / "away")
        while (told := heard.get(timeout=60)) != FolderSeen(is_there=False):
            assert isinstance(told, FilesChanged)
        make_vault(root, NOTES)  # another folder in its place
        root.rename(tmp_path / "other")
        (tmp_path / "away").rename(root)
        assert heard.get(timeout=60) == FolderSeen(is_there=True)
        assert heard.get(timeout=60) == FilesChanged(frozenset({"A.md"}), frozenset())
        (root / "C.md").write_text("new")
        told = heard.get(timeout=60)
        assert isinstance(told, FilesChanged)
        assert "C.md" in told.notes
    finally:
        watching.stop()


async def watched(pilot: Pilot[None]) -> None:
    """Let the app watch for changes, as on a real terminal."""
    app = pilot.app
    assert isinstance(app, StudyApp)
    app.watcher.start()
    await until(pilot, app.watcher.ready.is_set)


async def test_a_note_that_is_saved_elsewhere_is_in_the_review(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await watched(pilot)
        (tmp_path / "vault" / "C.md").write_text("#flashcards\n\nlate::9\n<!--SR:!2024-06-01,4,250-->\n")
        session = review_of(app).session
        assert session is not None
        await until(pilot, lambda: session.remaining == 4)
        assert "4 due" in words(pilot)


async def test_a_card_that_is_edited_elsewhere_is_shown_again_with_a_quiet_word(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await watched(pilot)
        await press(pilot, "space")
        path = tmp_path / "vault" / "A.md"
        draft = tmp_path / "draft"
        draft.write_text(path.read_text().replace("one::1", "one::another answer"))
        draft.replace(path)
        await until(pilot, lambda: "another answer" in shown(pilot))
        await until(pilot, lambda: "This card was changed in its note" in words(pilot))
        await press(pilot, "3")
        assert b"one::another answer\n<!--SR:!2024-06-" in note(tmp_path, "A.md")


async def test_a_card_that_vanishes_is_taken_out(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await watched(pilot)
        (tmp_path / "vault" / "A.md").write_text("#flashcards\n\ntwo::2\n<!--SR:!2024-06-11,4,250-->\n")
        await until(pilot, lambda: "1 card left out" in words(pilot))
        assert "two" in shown(pilot)


async def test_a_note_that_is_emptied_in_place_is_empty_without_being_asked(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await watched(pilot)
        session = review_of(app).session
        assert session is not None
        with (tmp_path / "vault" / "A.md").open("w"):
            pass
        await until(pilot, lambda: session.remaining == 1)
        assert "three" in shown(pilot)


async def test_a_review_goes_on_when_its_vault_is_back(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await watched(pilot)
        await press(pilot, "space")
        app.workspace.vault.root.rename(tmp_path / "away")
        await until(pilot, lambda: app.is_away)
        await press(pilot, "3")
        assert "Nothing left to review" in shown(pilot)
        assert "The vault's folder is gone" in words(pilot)
        assert "1 grade waits for it in the review log" in words(pilot)
        app.read_vault()
        await until(pilot, lambda: not app.reading)
        assert app.workspace.vault.paths() == ["A.md", "B.md"]
        (tmp_path / "away").rename(app.workspace.vault.root)
        await until(pilot, lambda: not app.is_away and not app.reading)
        await until(pilot, lambda: "two" in shown(pilot) and "is gone" not in shown(pilot))
        session = review_of(app).session
        assert session is not None
        assert session.remaining == 2
        await until(pilot, lambda: b"2024-06-10" not in note(tmp_path, "A.md"))


async def test_what_changed_before_changes_are_noticed_is_not_missed(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        (tmp_path / "vault" / "A.md").rename(tmp_path / "vault" / "C.md")
        raw = b"#flashcards\n\nfour::4\n<!--SR:!2024-06-01,4,250-->\n"
        (tmp_path / "vault" / "B.md").write_bytes(raw)
        app.watcher.start()
        vault = app.workspace.vault
        await until(pilot, lambda: vault.paths() == ["B.md", "C.md"] and vault.digest("B.md") == digest_of(raw))


@pytest.mark.slow
async def test_what_the_app_writes_itself_changes_nothing_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[FilesChanged] = []
    take = StudyApp.on_files_changed

    def hearing(self: StudyApp, message: FilesChanged) -> None:
        take(self, message)
        heard.append(message)

    monkeypatch.setattr(StudyApp, "on_files_changed", hearing)
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await watched(pilot)
        await press(pilot, "space", "3", "space", "3")
        await until(pilot, lambda: bool(heard))
        session = review_of(app).session
        assert session is not None
        assert session.remaining == 1
        assert "three" in shown(pilot)


async def test_a_write_that_is_heard_of_before_its_outcome_is_logged_is_still_the_app_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(tmp_path, NOTES)
    heard: list[threading.Thread] = []
    written = Journal.written

    def late(self: Journal, action: Action, change: Change) -> Action:
        begun = threading.Event()

        def tell() -> None:
            begun.set()
            app.watcher._tell(FilesChanged(frozenset({"A.md"}), frozenset()))

        heard.append(threading.Thread(target=tell))
        heard[-1].start()
        begun.wait()
        return written(self, action, change)

    monkeypatch.setattr(Journal, "written", late)
    changed: list[Collection[str]] = []
    monkeypatch.setattr(ReviewScreen, "notes_changed", lambda _, paths: changed.append(paths))
    async with running(app) as pilot:
        await press(pilot, "space", "3")
        for thread in heard:
            thread.join()
        await until(pilot, lambda: app.workspace.vault.digest("A.md") == digest_of(note(tmp_path, "A.md")))
        assert heard
        assert not changed


async def test_a_renamed_note_keeps_its_history(tmp_path: Path) -> None:
    app = make_app(tmp_path, NOTES)
    async with running(app) as pilot:
        await watched(pilot)
        await press(pilot, "space", "3")
        app.writer.flush()
        await pilot.pause()
        (tmp_path / "vault" / "A.md").rename(tmp_path / "vault" / "Z.md")
        await until(pilot, lambda: any(move.now == "Z.md" for move in app.workspace.journal.state.moves))
        await press(pilot, "space", "3")
        app.writer.flush()
        assert b"two::2\n<!--SR:!2024-06-" in note(tmp_path, "Z.md")
        with app.writer.quiet() as journal:
            assert not journal.waiting


@pytest.mark.slow
async def test_a_renamed_folder_is_read_again(tmp_path: Path) -> None:
    app = make_app(tmp_path, {f"x/{name}": text for name, text in NOTES.items()})
    async with running(app) as pilot:
        await watched(pilot)
        (tmp_path / "vault" / "x").rename(tmp_path / "vault" / "y")
        await until(pilot, lambda: app.workspace.vault.paths() == ["y/A.md", "y/B.md"] and not app.reading)
        session = review_of(app).session
        assert session is not None
        assert session.remaining == 3


@pytest.mark.slow
async def test_a_review_of_an_unknown_vault_can_begin_with_what_has_been_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    scan = Vault.scan

    def slow(self: Vault) -> None:
        self.files = 2
        self.refresh("B.md")
        go_on.wait(60)
        scan(self)

    monkeypatch.setattr(Vault, "scan", slow)
    app = make_app(tmp_path, NOTES, plugin={})
    async with app.run_test(size=(80, 24)) as pilot:
        try:
            await until(pilot, lambda: "1 of 2" in words(pilot))
            assert "Space: start with what is there" in words(pilot)
            await press(pilot, "space")
            assert "three" in shown(pilot)
            await press(pilot, "space", "3")
        finally:
            go_on.set()
        await until(pilot, lambda: app.vault_read and not app.reading)
        await until(pilot, lambda: "one" in shown(pilot))
        session = review_of(app).session
        assert session is not None
        assert session.remaining == 2
    assert b"2024-06-12" not in note(tmp_path, "B.md")


MOUNTS = """21 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
90 21 0:40 / {folder} rw,relatime - {kind} server:/notes rw
91 21 0:41 / {folder}/local rw,relatime shared:5 - ext4 /dev/vdb1 rw
"""


@pytest.mark.parametrize(
    ("kind", "inner", "network"),
    [("nfs4", "", "nfs4"), ("fuse.sshfs", "a/b", "fuse.sshfs"), ("ext4", "", ""), ("cifs", "local/vault", "")],
)
def test_a_vault_on_a_network_file_system_is_known(tmp_path: Path, kind: str, inner: str, network: str) -> None:
    folder = tmp_path / "my notes"
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.format(folder=str(folder).replace(" ", "\\040"), kind=kind))
    assert network_of(folder / inner, mounts) == network
    assert network_of(tmp_path, mounts) == ""
    assert network_of(folder, tmp_path / "none") == ""


def test_the_user_is_told_that_a_network_file_system_says_nothing_of_other_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "network_of", lambda _: "nfs4")
    heard: list[Message] = []
    watching = Watcher(Place.of(tmp_path), heard.append)
    watching.start()
    try:
        assert watching.ready.wait(60)
    finally:
        watching.stop()
    assert isinstance(heard[0], NotWatched)
    assert "nfs4" in heard[0].why
