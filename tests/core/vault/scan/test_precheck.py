from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import digest_of
from studyapp.core.vault.scan.precheck import may_matter
from studyapp.core.vault.sheet import Sheet
from tests.bench.generate import notes as made_up
from tests.helpers.sheets import sheet_of

PIECES = st.sampled_from(
    ["\n", "\n\n", "\r\n", "#flashcards", "#flashcards/x", "#Größe", "a", " ", "\u00a0", "\t", "::", ":::", "\n?\n",
     "\n\u3000??\u2003\n", "?", "==b==", "==1;;c==", "{{d}}", "**e**", "```\n", "\n# H\n",
     "<!--SR:!2026-01-10,3,250-->", "\udcff", "<<<<<<<\n>>>>>>>\n", "%%", ";;", "---\n"]
)  # fmt: skip
FRONTS = st.sampled_from(
    [
        *("", "---\ntags: flashcards\n---\n", "---\ntags: [Größe]\n---\n", "---\na: [\n---\n", "---\n"),
        *('---\ntags: "\\x66lashcards"\n---\n', "---\nAliases: other\n---\n", "\ufeff---\ntags: flashcards\n---\n"),
        *("---\ntags: true\n---\n", "---\ntags: 0x10\n---\n", "---\ntags:\n  - flashcards/a\nalias: x\n---\n"),
    ]
)
OPTIONS = st.sampled_from(
    [
        Settings(),
        Settings(flashcard_tags=("#flashcards", "#Größe")),
        Settings(flashcard_tags=("#true", "#16")),
        Settings(convert_folders_to_decks=True),
        Settings(multiline_card_separator="%%", single_line_card_separator=";;"),
        Settings(single_line_card_separator="", cloze_patterns=("{{[123::]answer[::hint]}}", "**answer**")),
        Settings(cloze_patterns=("[123;;]answer==",)),
        Settings(flashcard_tags=()),
    ]
)


@given(FRONTS, st.lists(PIECES, max_size=12).map("".join), OPTIONS)
@example("---\ntags: flashcards\n---\n", "a\n?\nb", Settings())
@example("---\ntags: flashcards\n---\n", "<<<<<<<\n>>>>>>>\n", Settings())
def test_a_note_that_cannot_matter_has_nothing_that_is_kept(front: str, body: str, of: Settings) -> None:
    raw = (front + body).encode("utf-8", "surrogateescape")
    if may_matter(raw, of):
        return
    sheet = sheet_of(parse_note("x/n.md", raw, of))
    broken = [problem for problem in sheet.problems if problem.code == "front-matter"]
    assert replace(sheet, problems=()) == Sheet(digest_of(raw))
    assert list(sheet.problems) == broken  # no card can depend on it


def test_most_notes_without_cards_are_recognised_by_their_bytes() -> None:
    found = [
        (bool(sheet_of(parse_note(path, raw, Settings())).cards), may_matter(raw, Settings()))
        for path, raw in made_up(200, seed=4)
    ]
    assert all(matters for cards, matters in found if cards)
    without = [matters for cards, matters in found if not cards]
    assert sum(without) < len(without) / 2


@pytest.mark.parametrize(
    ("raw", "matters"),
    [
        (b"# A note\n\nabout nothing?\n", False),
        (b"#flashcards\n\nwhat? nothing.\n", False),
        (b"#flashcards\n\nwhat\n?\nthat\n", True),
        (b"#flashcards\n\nwhat\n <!--SR:!2026-01-10,3,250-->", True),
        (b"what::that\n", False),
        (b"---\ntags: [x]\n---\nwhat::that flashcards\n", True),
    ],
)
def test_a_note_matters_if_it_has_both_a_deck_and_what_makes_cards(raw: bytes, matters: bool) -> None:
    assert may_matter(raw, Settings()) is matters
