from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText
from studyapp.core.vault.vault import Handle
from studyapp.wording.cards import card_texts
from studyapp.wording.copies import Copy, bare, codes, copies_of_card, copies_of_note
from tests.helpers.strategies import notes

CODE = "for row in rows:\n    if row:\n\n        print(row)  "


def handle_of(text: str, card: int = 0) -> Handle:
    found = parse_note("Note.md", f"#flashcards\n\n{text}\n".encode(), Settings())
    (question,) = found.questions
    return Handle(found, question, question.cards[card])


def of_card(text: str, card: int = 0, *, revealed: bool = True) -> list[Copy]:
    handle = handle_of(text, card)
    lines = f"#flashcards\n\n{text}\n".split("\n")
    return copies_of_card(handle.question, card_texts(handle), lines, revealed=revealed)


def test_the_answer_comes_first_once_it_is_shown_and_not_before() -> None:
    shown = of_card("Capital of Peru ::  **Lima**  \n<!--SR:!2024-06-10,4,250-->")
    assert [(copy.name, copy.text) for copy in shown] == [
        ("the answer", "**Lima**"),
        ("the question", "Capital of Peru"),
        ("the whole card", "Capital of Peru ::  **Lima**"),
    ]
    hidden = of_card("Capital of Peru ::  **Lima**", revealed=False)
    assert [copy.name for copy in hidden] == ["the question", "the whole card"]


def test_the_answer_of_a_cloze_is_what_stands_in_its_gap() -> None:
    found = {copy.name: copy.text for copy in of_card("The ==adapter== is small and ==new==", 1)}
    assert found["the answer"] == "new"
    assert found["the whole card"] == "The ==adapter== is small and ==new=="


def test_code_is_copied_without_its_fence_and_as_it_is_written() -> None:
    found = of_card(f"Loop?\n?\nSo:\n```python\n{CODE}\n```\nand so on")
    assert [copy.text for copy in found if copy.name == "code (python)"] == [CODE]
    assert found[0].text == f"So:\n```python\n{CODE}\n```\nand so on"


@pytest.mark.parametrize("prefix", ["> ", "> > ", "  ", "> - "])
def test_code_in_quotes_and_lists_loses_their_marks(prefix: str) -> None:
    rest = prefix.replace("-", " ")
    block = "\n".join([f"{prefix}```", *(f"{rest}{line}" for line in CODE.split("\n")), f"{rest}```"])
    assert [copy.text for copy in codes(block.split("\n"))] == [CODE]


def test_a_whole_card_keeps_what_the_plugin_writes_another_way() -> None:
    found = of_card("#flashcards//a/  Peru :: Lima ^id-1\n<!--SR:!2024-06-10,4,250-->")
    assert found[-1] == Copy("the whole card", "#flashcards//a/  Peru :: Lima")


def test_of_a_note_the_code_and_the_cards_in_sight_are_offered() -> None:
    lines = [
        "#flashcards",
        "```",
        "first",
        "```",
        "",
        "a::b",
        "<!--SR:!2024-06-10,4,250-->",
        "",
        "~~~",
        "second",
        "~~~",
    ]
    note = parse_note("Note.md", "\n".join(lines).encode(), Settings())
    names = [(copy.name, copy.text) for copy in copies_of_note(note, lines, 5, 7)]
    assert names == [("the card", "a::b"), ("the whole note", "\n".join(lines))]
    assert [copy.text for copy in copies_of_note(note, lines, 2, 9)][:2] == ["first", "second"]


@given(notes())
def test_a_whole_card_is_copied_line_by_line_as_it_stands_in_its_note(raw: bytes) -> None:
    text = NoteText(raw)
    note = parse_note("Note.md", raw, Settings())
    for copy in copies_of_note(note, text.lines, 0, len(text.lines)):
        if copy.name == "the card":
            assert "<!--SR:" not in copy.text
            assert all(any(line in whole for whole in text.lines) for line in copy.text.split("\n"))


@given(st.text(st.sampled_from(" \t\nab`>#\\-")))
def test_only_blanks_around_a_text_are_left_out(text: str) -> None:
    found = bare(text)
    assert found in text
    assert found.strip() == text.strip()


def test_a_whole_note_with_ends_of_any_kind_is_copied_with_line_feeds() -> None:
    note = parse_note("Note.md", b"a\r\nb", Settings())
    assert copies_of_note(note, ["a", "b"], 0, 1)[-1].text == "a\nb"
