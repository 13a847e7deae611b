"""Anki's notes as questions: each card is a card here, asked and shown as in Anki."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.study.exchange.anki.package import AnkiCard, AnkiNote, NoteType, PackageContents, PackageFile, Template
from studyapp.study.exchange.reading.incoming import AnkiSource, IncomingQuestion
from tests.helpers.vaults import NOW


def cloze(text: str, cards: int) -> IncomingQuestion:
    """What becomes of a note with clozes."""
    kind = NoteType(1, "Cloze", True, False, ("Text",), (Template("Cloze", "{{cloze:Text}}", "{{cloze:Text}}"),))
    contents = PackageContents(0, 0, {1: kind}, {1: "D"}, [AnkiNote(1, "g", 1, (), (text,))])
    contents.cards[1] = [AnkiCard("", order, 1, 1, order, *[0] * 11) for order in range(cards)]
    with ZipFile(BytesIO(), "w") as empty:
        (found,) = AnkiSource(PackageFile("x", empty, contents, packed=False)).questions(Settings(), NOW)
    assert isinstance(found, IncomingQuestion)
    return found


@pytest.mark.parametrize(
    ("text", "cards", "asked"),
    [
        ("{{c1,2::a}} {{c1::b}} {{c2::c::hint}}", 2, [["a", "b"], ["a", "c"]]),
        ("{{c1,3::a}} {{c2,3::b}}", 3, [["a"], ["b"], ["a", "b"]]),
        ("{{c1::a}} {{c2::b}} {{c1::d}}", 2, [["a", "d"], ["b"]]),
        ("{{c1,2::a}}", 2, [["a"], ["a"]]),
    ],
)
def test_each_card_of_a_cloze_asks_for_what_it_asks_for_in_anki(
    text: str, cards: int, asked: list[list[str]]
) -> None:
    found = cloze(text, cards)
    assert not found.losses
    (question,) = parse_note("x.md", f"#flashcards\n\n{found.text}\n".encode(), Settings()).questions
    assert [re.findall(r"\{\{(.*?)\}\}", card.back) for card in question.cards] == asked


def test_a_hint_is_read_as_nothing_but_a_hint() -> None:
    found = cloze("{{c1::sun::a::b == c;;d}} is {{c2::hot}}", 2)
    (question,) = parse_note("x.md", f"#flashcards\n\n{found.text}\n".encode(), Settings()).questions
    assert [card.front for card in question.cards] == ["[a:\\:b =\\= c;d] is hot", "sun is [...]"]
