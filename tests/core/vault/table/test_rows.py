"""A note's rows say the same as the note itself, for any note and settings."""

from __future__ import annotations

import json
import marshal
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyapp.core.notes.cards import keys_and_hashes
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.folded import searched, shown_of
from studyapp.core.vault.table.rows import (
    NoteRows,
    entries_of,
    problems_of,
    rows_of,
    texts_of,
    unpacked,
)
from tests.bench.generate import notes as made_up
from tests.helpers import strategies
from tests.helpers.settings import from_plugin
from tests.helpers.strategies import examples
from tests.helpers.vaults import ROOT

PATTERNS = ("==[123;;]answer[;;hint]==", "{{[123::]answer[::hint]}}", "**answer**", "((answer))[ hint]", "answer")
MANY_SETTINGS = st.builds(
    Settings,
    flashcard_tags=st.sampled_from([("#flashcards",), ("#flashcards", "#todo", "#a/b"), ()]),
    flashcard_tags_to_ignore=st.sampled_from([(), (), ("#todo",)]),
    note_folders_to_ignore=st.sampled_from([(), (), ("**/a/**",), ("a/",)]),
    convert_folders_to_decks=st.booleans(),
    cloze_patterns=st.lists(st.sampled_from(PATTERNS), max_size=3).map(tuple),
    single_line_card_separator=st.sampled_from(["::", "::", ";;", "->", ""]),
    single_line_reversed_card_separator=st.sampled_from([":::", ":::", ";;;", ""]),
    multiline_card_separator=st.sampled_from(["?", "?", "??", "%%", "\u3000"]),
    multiline_reversed_card_separator=st.sampled_from(["??", "??", "???", ""]),
    multiline_card_end_marker=st.sampled_from(["", "", "+++", "---"]),
)
OPTIONS = st.one_of(MANY_SETTINGS, strategies.SETTINGS, strategies.ODD_SETTINGS)
NOTES = st.one_of(strategies.notes(strategies.COMMENTS), strategies.nasty_notes(), strategies.ANY_BYTES)
PATHS = st.sampled_from(["n.md", "a/n.md", "b/c/n.md", "b/n.excalidraw.md", "n (conflicted copy).md"])


def check(path: str, raw: bytes, options: Settings) -> None:
    note, rows = parse_note(path, raw, options), rows_of(path, raw, options)
    assert rows == rows_of(path, raw, options, note)
    assert NoteRows(*marshal.loads(marshal.dumps(tuple(rows)))) == rows
    assert problems_of(path, rows.problems) == note.problems
    questions = [question for question in note.questions if question.cards]
    assert len(rows.cards) == sum(len(question.cards) for question in questions)
    signs, held = unpacked(rows.held) if rows.held else (None, ())
    assert [entries_of(values[8]) for values in held] == [question.raws for question in questions]
    names = [(question.key, question.hash) for question in questions]
    assert keys_and_hashes([values[9] for values in held]) == names
    for question, values in zip(questions, held, strict=True):
        assert signs is not None
        assert texts_of(signs, values) == [
            (shown_of(card.front), searched(card.front, card.back)) for card in question.cards
        ]


@given(PATHS, NOTES, OPTIONS)
@examples(400)
@example("n.md", b"#flashcards\n\na\xff::b\n\na\xfe::b\n", Settings())
@example("n.md", b"#flashcards\n\na ==1;;b== ==00000003;;c==\n\n==0;;d==\n", Settings())
@example("n.md", b"#flashcards\n\n" + b"==a== " * 300 + b"\n\n" + b"=" * 900, Settings())
@example("n.md", b"#flashcards\n\na::b !2024-01-01,3,250 !x\n\na::b\n<!--SR:!soon!2024-01-01,0,1!x-->\n", Settings())
def test_rows_are_those_of_the_note(path: str, raw: bytes, options: Settings) -> None:
    check(path, raw, options)


def recorded() -> Iterator[tuple[str, bytes, Settings]]:
    """The notes of the plugin's recorded cases."""
    for name in ("parse.jsonl", "review.jsonl"):
        for line in (ROOT / "tests" / "data" / name).read_text("utf-8").splitlines():
            case = json.loads(line)
            for key in ("text", "text_on_disk"):
                if key in case:
                    yield case["path"], case[key].encode("utf-8", "surrogatepass"), from_plugin(case["settings"])


@pytest.mark.slow
def test_rows_are_those_of_the_note_in_what_the_plugin_was_recorded_with() -> None:
    cases = list(recorded())
    assert len(cases) > 100
    for case in cases:
        check(*case)


def test_rows_are_those_of_the_note_in_the_vault_that_comes_with_the_app() -> None:
    notes = [(str(path.relative_to(ROOT / "vault")), path.read_bytes()) for path in (ROOT / "vault").rglob("*.md")]
    assert notes
    for path, raw in notes:
        for options in strategies.PLUGIN_SETTINGS:
            check(path, raw, from_plugin(options))


@pytest.mark.slow
@pytest.mark.parametrize("options", [{}, {"convertFoldersToDecks": True}, {"multilineCardSeparator": "??"}])
def test_rows_are_those_of_the_note_in_a_vault_as_large_as_people_have(options: dict[str, object]) -> None:
    for path, raw in made_up(150, seed=8):
        check(path, raw, from_plugin(options))
