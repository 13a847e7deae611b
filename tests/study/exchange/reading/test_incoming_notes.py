"""Imported questions at the end of a note that is there: each is read, and no byte above them changes."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.standing import standing
from studyapp.core.errors import StudyError
from studyapp.core.notes.note import parse_note
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.imports.import_plan import ImportPlan, plan_import
from studyapp.study.exchange.imports.importing import bring_in, take_back
from studyapp.study.exchange.reading.sources import opened_source
from tests.helpers import strategies
from tests.helpers.strategies import examples
from tests.helpers.vaults import make_vault, workspace

PLUGINS: list[dict[str, Any]] = [
    *strategies.PLUGIN_SETTINGS,
    {"multilineCardEndMarker": "+++"},
    {"singleLineCardSeparator": "->"},
    {"noteFoldersToIgnore": ["In"]},
    {"convertFoldersToDecks": True},
    {"flashcardTags": ["#cards"]},
    {"flashcardTagsToIgnore": ["#flashcards/peft"]},
]
SIDES = st.one_of(strategies.PHRASES, st.text(min_size=1, max_size=12))


class Desk:
    """A vault with one note, and a table to import into it."""

    def __init__(
        self, folder: Path, raw: bytes | None, plugin: Mapping[str, Any], rows: list[tuple[str, str]]
    ) -> None:
        self.folder = folder
        make_vault(folder / "vault", {} if raw is None else {"In/Deck.md": raw}, plugin)
        with (folder / "Deck.csv").open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
        self.before = self.notes

    @property
    def notes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "vault").glob("In/*.md")}

    def opened(self) -> Workspace:
        return workspace(self.folder / "vault", self.folder / "home")

    def bring(self, vault: Workspace, one_note: str = "") -> ImportPlan:
        with opened_source(self.folder / "Deck.csv") as source:
            planned = plan_import(vault, source, "In", one_note=one_note)
            bring_in(vault, source, planned)
        return planned


@pytest.mark.slow
@examples(180)
@given(
    raw=st.one_of(strategies.nasty_notes(), strategies.notes(), strategies.ANY_BYTES),
    plugin=st.sampled_from(PLUGINS),
    one_note=st.sampled_from(["", "Deck.md"]),
    rows=st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=3),
)
def test_all_of_a_table_comes_in_or_nothing_does_and_undo_gives_every_byte_back(
    tmp_path_factory: pytest.TempPathFactory,
    raw: bytes,
    plugin: dict[str, Any],
    one_note: str,
    rows: list[tuple[str, str]],
) -> None:
    desk = Desk(tmp_path_factory.mktemp("note"), raw, plugin, rows)
    vault = desk.opened()
    try:
        planned = desk.bring(vault, one_note)
    except StudyError:
        assert desk.notes == desk.before
        assert list(vault.journal.latest()) == []
        return
    new, settings = desk.notes["Deck.md"], vault.vault.settings_of("In/Deck.md")
    was, now = (standing(parse_note("In/Deck.md", text, settings).questions) for text in (raw, new))
    assert new.startswith(raw)
    assert now[: len(was)] == was
    assert len(now) == len(was) + len(planned.questions)
    if planned.does_something:
        take_back(desk.opened())
    assert desk.notes == desk.before


@pytest.mark.parametrize(
    ("raw", "plugin", "new"),
    [
        (b"", {}, b"#flashcards/Deck\n\na::b\n"),
        (b"No tag here.", {}, b"\n\n#flashcards/Deck\n\na::b\n"),
        (b"#flashcards\r\n\r\nx::y", {}, b"\r\n\r\na::b\r\n"),
        (b"#flashcards\n\nx::y\r", {}, b"\r\na::b\n"),
        (b"#flashcards\n\nx\n?\ny\n", {"multilineCardEndMarker": "+++"}, b"\n+++\n\na::b\n"),
    ],
)
def test_what_a_note_lacks_to_hold_them_is_put_above_them(
    tmp_path: Path, raw: bytes, plugin: dict[str, Any], new: bytes
) -> None:
    desk = Desk(tmp_path, raw, plugin, [("a", "b")])
    desk.bring(desk.opened())
    assert desk.notes == {"Deck.md": raw + new}


@pytest.mark.parametrize(
    ("raw", "plugin", "why"),
    [
        (b"#flashcards\n\n```\nleft open", {}, "within a code block"),
        (b"#flashcards\n\n<<<<<<< HEAD\nx::y\n=======\nx::z\n>>>>>>> other\n", {}, "merge conflicts"),
        (b"#private\n\nx::y\n", {"flashcardTagsToIgnore": ["#private"]}, "its cards are ignored"),
        (b"#flashcards\n", {"noteFoldersToIgnore": ["In"]}, "this folder is ignored"),
        (None, {"noteFoldersToIgnore": ["In"]}, "this folder is ignored"),
    ],
)
def test_where_they_would_not_be_read_nothing_is_written_and_the_reason_is_said(
    tmp_path: Path, raw: bytes | None, plugin: dict[str, Any], why: str
) -> None:
    desk = Desk(tmp_path, raw, plugin, [("a", "b")])
    with pytest.raises(StudyError, match=why):
        desk.bring(desk.opened())
    assert desk.notes == desk.before
    assert not (tmp_path / "vault/.studyapp").exists()
