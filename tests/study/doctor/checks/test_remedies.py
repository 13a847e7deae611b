"""The doctor's advice, followed by hand: the finding is gone, and the cards are there."""

from __future__ import annotations

import pytest

from studyapp.core.settings.model import Settings
from tests.helpers.rows import each_row
from tests.study.doctor.subjects import ONE, findings, subject

HEAD = "#flashcards\n\n"


def cards(text: str, settings: Settings, path: str) -> int:
    return sum(len(one.cards) for one in subject(text, settings, head="", path=path).note.questions)


@each_row(
    "code, remedy, text, mended, number",
    [
        ("unseen-card", "begin a new one below", "> q\n> ?\n> a", "> q\n?\n> a", 1),
        ("unseen-card", "between backticks", "q\n?\nuse a::b here\nthen", "q\n?\nuse `a::b` here\nthen", 1),
        ("unseen-card", "blank line below the comment", "<!-- r -->\nq\n?\na", "<!-- r -->\n\nq\n?\na", 1),
        ("unseen-card", "move the comment away", "q\n<!-- r -->\nmore\n?\na", "q\nmore\n?\na\n\n<!-- r -->", 1),
        ("unseen-card", "with its `-->`", "<!-- a\nb -->\n\na::b", "<!-- a b -->\n\na::b", 1),
        (
            "unseen-card",
            "to the end of the note",
            f"<!-- a\nb -->\n\na::b\n{ONE}",
            f"a::b\n{ONE}\n\n<!-- a\nb -->",
            1,
        ),
        ("cut-card", "Remove the blank line", "q\n?\n1. one\n\n2. two", "q\n?\n1. one\n2. two", 1),
        ("cut-card", "Remove the blank line", "q\n?\n\nThe answer.", "q\n?\nThe answer.", 1),
        ("cut-card", "Remove the blank lines down to", f"q\n?\na\n\nb\n{ONE}", f"q\n?\na\nb\n{ONE}", 1),
        ("cut-card", "Remove the blank lines down to", f"q\n\n?\na\n{ONE}", f"q\n?\na\n{ONE}", 1),
        ("empty-side", "Put the question on the line above", "?\na", "q\n?\na", 1),
        ("empty-side", "Write what is missing", "a::", "a::b", 1),
        ("misplaced-schedule", "below the card's last line", f"q\n? {ONE}\na", f"q\n?\na\n{ONE}", 1),
        ("misplaced-schedule", "line below the card", f"a::b\nmore\n{ONE}", f"a::b\n{ONE}\nmore", 1),
        ("misplaced-schedule", "or join those lines", f"a::b\nmore\n{ONE}", f"a::b more\n{ONE}", 1),
        ("misplaced-schedule", "above it away", f"<!-- r -->\n{ONE}\n", f"a::b\n{ONE}\n\n<!-- r -->", 1),
        ("orphan-schedule", "Turn that text into a card", f"some text\n{ONE}", f"some::text\n{ONE}", 1),
    ],
)
def test_following_the_advice_makes_the_finding_go_and_the_cards_come(
    code: str, remedy: str, text: str, mended: str, number: int
) -> None:
    (one,) = findings(subject(f"{text}\n"))
    assert (one.code, remedy in one.remedy) == (code, True), one
    assert findings(subject(f"{mended}\n")) == []
    assert cards(f"{HEAD}{mended}\n", Settings(), "note.md") == number


@pytest.mark.parametrize(
    ("text", "remedy"),
    [("q\n?\n1. one\n\n2. two\n+++\n", "end marker"), (f"q\n?\na\n\nb\n{ONE}\n+++\n", "end marker")],
)
def test_an_end_marker_keeps_blank_lines_from_cutting(text: str, remedy: str) -> None:
    found = findings(subject(text))
    assert any(one.code == "cut-card" and remedy in one.remedy for one in found)
    settings = Settings(multiline_card_end_marker="+++")
    assert findings(subject(text, settings)) == []
    assert cards(f"{HEAD}{text}", settings, "note.md") == 1


@pytest.mark.parametrize(
    ("settings", "before", "path", "remedy", "after", "to"),
    [
        (Settings(), "", "n.md", "put #flashcards into it", "#flashcards\n\n", "n.md"),
        (Settings(flashcard_tags=("#exam",)), "#Exam\n", "n.md", "put #exam into it", "#exam\n\n", "n.md"),
        (
            Settings(flashcard_tags_to_ignore=("#done",)),
            "#flashcards #done\n",
            "n.md",
            "remove",
            "#flashcards\n",
            "n.md",
        ),
        (
            Settings(note_folders_to_ignore=("old/",)),
            "#flashcards\n",
            "old/n.md",
            "move the note",
            "#flashcards\n",
            "n.md",
        ),
        (Settings(convert_folders_to_decks=True), "#flashcards\n", "n.md", "into a folder", "", "Deck/n.md"),
        (Settings(), "---\ntag: flashcards\n---\n", "n.md", "under `tags`", "---\ntags: flashcards\n---\n", "n.md"),
        (Settings(), "---\nTags: [flashcards]\n---\n", "n.md", "into the text", "#flashcards\n", "n.md"),
    ],
)
def test_a_note_that_was_ignored_is_read_once_the_advice_is_followed(
    settings: Settings, before: str, path: str, remedy: str, after: str, to: str
) -> None:
    body = f"\na::b\n{ONE}\n"
    (one,) = findings(subject(body, settings, head=before, path=path))
    assert (one.code, remedy in one.remedy) == ("unseen-card", True), one
    assert findings(subject(body, settings, head=after, path=to)) == []
    assert cards(after + body, settings, to) == 1
