from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.spoken import one_line
from studyapp.core.vault.vault import Handle
from studyapp.wording.cards import Side, card_texts, front_line, names_of, path_of
from tests.helpers.rendered import render_card
from tests.helpers.vaults import handles_of, make_vault, open_vault


def handles(tmp_path: Path, text: str, name: str = "Note.md") -> list[Handle]:
    return list(handles_of(open_vault(make_vault(tmp_path, {name: text}))))


def marked(side: Side) -> list[tuple[str, str]]:
    return [(side.text[start:end], name) for start, end, name in side.spans]


def test_a_basic_card_has_two_texts_without_marks(tmp_path: Path) -> None:
    (handle,) = handles(tmp_path, "#flashcards\n\nfront::back\n")
    texts = card_texts(handle)
    assert (texts.front, texts.back, texts.in_place) == (Side("front"), Side("back"), False)


def test_each_cloze_is_asked_on_its_card_and_shown_on_the_other(tmp_path: Path) -> None:
    first, second = handles(tmp_path, "#flashcards\n\nThe ==cat== eats ==fish==.\n")
    texts = card_texts(first)
    assert texts.in_place
    assert texts.front.text == "The ... eats fish."
    assert marked(texts.front) == [("...", "cloze-asked")]
    assert texts.back.text == "The cat eats fish."
    assert marked(texts.back) == [("cat", "cloze-answer")]
    assert marked(card_texts(second).back) == [("fish", "cloze-answer")]


def test_hidden_clozes_of_other_cards_are_marked(tmp_path: Path) -> None:
    first, _ = handles(tmp_path, "#flashcards\n\n==ah;;one== and ==ha;;two==\n")
    texts = card_texts(first)
    assert marked(texts.front) == [("...", "cloze-asked"), ("...", "cloze-hidden")]
    assert marked(texts.back) == [("one", "cloze-answer"), ("...", "cloze-hidden")]


def test_a_text_that_holds_the_marks_themselves_keeps_them(tmp_path: Path) -> None:
    strange = "".join(map(chr, range(0xF0000, 0xF0008)))
    (handle,) = handles(tmp_path, f"#flashcards\n\n{strange} ==cat== {strange}\n")
    texts = card_texts(handle)
    assert texts.back.text == f"{strange} cat {strange}"
    assert marked(texts.back) == [("cat", "cloze-answer")]


@pytest.mark.parametrize("separator", ["\r\n", "\n"])
def test_the_path_is_the_note_and_its_headings(tmp_path: Path, separator: str) -> None:
    text = separator.join(["#flashcards", "# Note", "## **Bold** part", "", "front::back", ""])
    (handle,) = handles(tmp_path, text, "folder/Note.md")
    assert path_of(handle) == ["Note", "Bold part"]


def test_a_note_answers_to_its_title_and_its_aliases(tmp_path: Path) -> None:
    text = "---\naliases: [PT, Prefixes]\ntags: [flashcards]\n---\nfront::back\n"
    (handle,) = handles(tmp_path, text)
    assert names_of(handle) == ["Note", "PT", "Prefixes"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("What is **LoRA**?::this", "What is LoRA?"),
        ("> [!question] Which one?\n> more\n?\nthis", "Which one?"),
        ("- one ==gap==", "one ..."),
        ("word " * 30 + "::this", "word word word word word word word word word word…"),
        ("???::this", "???"),
    ],
)
def test_a_front_is_named_by_its_first_words(tmp_path: Path, text: str, line: str) -> None:
    (handle, *_) = handles(tmp_path, f"#flashcards\n\n{text}\n")
    assert front_line(handle) == line


@pytest.mark.parametrize("answer", ["$$ a+b $$", "$$a$$", "$&", "$`", "$'", "$1", r"$$\frac{a}{b}$$"])
def test_dollars_in_a_cloze_stay_as_they_were_written(tmp_path: Path, answer: str) -> None:
    first, second = handles(tmp_path, f"#flashcards\n\nA =={answer}== and =={answer}== b.\n")
    texts, other = card_texts(first), card_texts(second)
    assert texts.back.of("cloze-answer") == [answer]
    assert texts.front.text == f"A ... and {answer} b."
    assert other.front.text == f"A {answer} and ... b."
    assert first.card.back == f"A {{{{{answer}}}}} and {answer} b."


def test_the_first_words_of_a_front_are_those_that_are_read(tmp_path: Path) -> None:
    (handle,) = handles(tmp_path, "#flashcards\n\n%%\nnot this\n%%\n- <b>A</b> &amp; `b`<br>more\n?\nback\n")
    assert front_line(handle) == "A & b"


@pytest.mark.parametrize("card", ["Front[^x]::Back", "Front\n?\nBack[^x]", "The ==answer[^x]== of it"])
def test_an_answer_shows_the_footnotes_that_stand_elsewhere_in_the_note(tmp_path: Path, card: str) -> None:
    (handle,) = handles(tmp_path, f"#flashcards\n\n{card}\n\nother::text\n\n[^x]: told *there*\n")[:1]
    texts = card_texts(handle)
    assert texts.footnotes == (("x", "told *there*"),)
    shown = render_card(texts.answer, width=40, spans=texts.back.spans).plain
    assert shown.endswith("[x] told there")
    assert "told" not in texts.front.text
    assert "told" not in "".join(texts.answers)


@given(st.text("abZßλ数ᅠ²012  ,;:?!'()-\"*_`$[]<>#\n", max_size=30))
def test_a_heading_reads_as_a_text_does(text: str) -> None:
    note = parse_note("Note.md", b"#flashcards\n\na::b\n", Settings())
    question = replace(note.questions[0], context=(text,))
    read = one_line(text)
    assert path_of(Handle(note, question, question.cards[0])) == ["Note", *([read] if read else [])]
