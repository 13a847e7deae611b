"""Text with `Q:`, `A:` and `C:`: each block is a question, whatever else it holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.errors import StudyError
from studyapp.core.settings.model import Settings
from studyapp.study.exchange.imports.import_plan import plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.incoming import IncomingQuestion, NotImported
from studyapp.study.exchange.reading.incoming_blocks import BlockSource
from studyapp.study.exchange.reading.sources import opened_source
from tests.helpers.vaults import NOW, make_vault, workspace


def read(text: str, name: str = "Brain.md", deck: str | None = None) -> list[IncomingQuestion | NotImported]:
    return list(BlockSource(Path(name), text.encode("utf-8", "replace"), deck).questions(Settings(), NOW))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Q: Capital of France?\nA: Paris\n", ["Capital of France?::Paris"]),
        ("Q: one\nA: two\nQ: three\nA: four\n---\nnot of it\n", ["one::two", "three::four"]),
        ("Q:\nfront\nof it\n\nA:\nback\n\nmore\n", ["front\nof it\n?\nback\n<br>\nmore"]),
        ("before\n\nC: [Broca] is in the [left] half, see [this](x) and ![[y]].\n",
         ["==Broca== is in the ==left== half, see [this](x) and ![[y]]."]),
        ("Q: a\nA: b A: c\nA: d\n", ["a\n?\nb A: c\nA: d"]),
        ("\ufeffQ: a\r\nA: b\r\n", ["a::b"]),
    ],
)  # fmt: skip
def test_blocks_are_questions(text: str, found: list[str]) -> None:
    assert [one.text for one in read(text) if isinstance(one, IncomingQuestion)] == found


def test_the_deck_is_the_one_that_is_asked_for_or_named_or_the_file_s() -> None:
    named = '---\nname = "Anatomy/Brain"\n---\nQ: a\nA: b\n'
    decks = [read(named, deck="mine"), read(named), read("Q: a\nA: b\n")]
    assert [one.decks for (one,) in decks if isinstance(one, IncomingQuestion)] == [
        ("mine",), ("Anatomy/Brain",), ("Brain",),
    ]  # fmt: skip


def test_what_is_no_block_is_refused_or_named() -> None:
    for data in (b"", b"# A note\n\na::b\n", b"A: b\n", b"\xff\xfe"):
        with pytest.raises(StudyError):
            BlockSource(Path("x.md"), data, None)
    assert [type(one) for one in read("Q: no answer\nC: no cloze\nQ: #tag first\nA: b\n")] == [NotImported] * 3


@given(st.lists(st.sampled_from(["Q: a", "A: b", "C: [c]", "---", "", "text", "[x]", "```", "a::b", "Q:", "?"])))
def test_any_lines_are_questions_or_named_or_none(lines: list[str]) -> None:
    try:
        found = read("\n".join(lines))
    except StudyError:
        return
    assert found


def test_they_come_into_a_note_once_and_undo_takes_them_back(tmp_path: Path) -> None:
    (tmp_path / "Brain.md").write_text("Q: a\nA: b\n\nC: the [x] of\n")
    vault = workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home")
    for cards in (2, 0):
        with opened_source(tmp_path / "Brain.md") as source:
            planned = plan_import(vault, source, "In")
            bring_in(vault, source, planned)
        assert planned.cards == cards
    note = tmp_path / "vault/In/Brain.md"
    assert note.read_text() == '---\ntags: ["flashcards/Brain"]\n---\n\na::b\n\nthe ==x== of\n'
