from __future__ import annotations

import pytest

from studyapp.core.settings.model import Settings
from tests.study.doctor.subjects import ONE, codes, findings, subject


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("q\n> ?\na\n", 4, "is in a quote"),
        ("> q\n> ?\n> a\n", 4, "is in a quote"),
        ("q\n?\nuse std::vector here\nand so on\n", 4, "makes a card of line 5 alone"),
        ("<!-- remark -->\nq\n?\na\n", 4, "skips the line below a comment"),
        ("<!-- remark -->\na::b\n", 4, "skips the line below a comment"),
        ("q\n<!-- remark -->\nmore\n?\na\n", 5, "belongs to a card"),
        (
            "<!-- several\nlines -->\n\na::b\n\nc::d\n",
            6,
            "2 lines that would make a card are below it, the first on line 6",
        ),
        ("<!-- several\nlines -->\n\na::b\n", 6, "1 line that would make a card is below it, on line 6"),
        ("- x\n\n```python\ncode\n  ```\n\na::b\n", 9, "takes what is below line 5 for code"),
        ("```\ncode\n> ```\n", None, ""),
    ],
)
def test_a_card_that_the_plugin_cannot_see_is_reported_with_the_reason(
    body: str, line: int | None, said: str
) -> None:
    found = [one for one in findings(subject(body)) if one.code == "unseen-card"]
    assert [one.line for one in found] == ([] if line is None else [line])
    assert all(said in one.reason and one.remedy for one in found)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("?\nanswer\n", ["empty-side:3"]),
        ("text\n\n?\nanswer\n", ["empty-side:5"]),
        ("::back\n", ["empty-side:3"]),
        ("front::\n", ["empty-side:3"]),
        ("??\nanswer\n", ["empty-side:3"]),
        ("q\n?\n", ["empty-side:3"]),
        ("q\n?\n\nanswer\n", ["cut-card:5"]),
        ("q\n?\n\n# Heading\n", ["empty-side:3"]),
    ],
)
def test_a_card_with_nothing_to_ask_or_to_answer_is_reported(body: str, expected: list[str]) -> None:
    assert codes(body) == expected


def test_code_that_becomes_a_card_is_reported() -> None:
    assert codes("- item\n\n  ```cpp\n  std::sort(a)\n  ```\n") == ["code-card:6"]


@pytest.mark.parametrize(
    "body",
    [
        "q\n?\n> quoted\n> ?\n",
        "> a::b\n",
        "```\na::b\n?\n```\n",
        "Is it so\n\n`a::b`\n",
        "text\n<!-- remark -->\n\na::b\n",
        "<!-- a\nb -->\n\nno card below\n",
        "~~~\nq\n?\na\n~~~\n\na::b\n",
        "q\n?\n```\nx::y\n```\n",
    ],
)
def test_what_is_seen_or_is_not_a_card_is_not_reported(body: str) -> None:
    assert codes(body) == []


@pytest.mark.parametrize(
    ("head", "path", "settings", "said"),
    [
        ("", "note.md", Settings(), "none of the deck tags (#flashcards)"),
        ("#Flashcards\n", "note.md", Settings(), "capital letters matter"),
        (
            "#flashcards\n",
            "templates/note.md",
            Settings(note_folders_to_ignore=("templates/",)),
            "templates is ignored",
        ),
        ("#flashcards #done\n", "note.md", Settings(flashcard_tags_to_ignore=("#done",)), "ignored ones (#done)"),
        ("#flashcards\n", "note.md", Settings(convert_folders_to_decks=True), "it lies in none"),
    ],
)
def test_a_note_that_is_not_read_is_reported_once_with_the_reason(
    head: str, path: str, settings: Settings, said: str
) -> None:
    found = findings(subject(f"\na::b\n{ONE}\n\nc::d\n\nq\n?\na\n", settings, head=head, path=path))
    (one,) = [one for one in found if one.code == "unseen-card"]
    assert "3 questions and 1 schedule" in one.reason
    assert said in one.reason


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("a::b\n", True),
        ("q\n?\na\n", True),
        ("==highlighted==\n", False),
        ("std::vector<int> x;\n", False),
        ("`a::b`\n", False),
        ("```\na::b\n```\n", False),
        ("Really\n?\n", False),
        ("plain\n", False),
        (f"==a==\n{ONE}\n", True),
    ],
)
def test_a_note_without_a_deck_is_reported_only_if_its_cards_are_surely_meant(text: str, reported: bool) -> None:
    found = findings(subject(text, head="# Title\n\n"))
    assert [one.code for one in found] == (["unseen-card"] if reported else [])


def test_fields_of_the_dataview_plugin_are_no_cards_where_it_is_in_use() -> None:
    text = "author:: Somebody\n\n- [due:: 2024-01-01]\n"
    assert len(findings(subject(text, head=""))) == 1
    assert findings(subject(text, head="", fields=True)) == []


def test_an_ignored_note_that_would_have_no_deck_either_is_not_reported() -> None:
    settings = Settings(note_folders_to_ignore=("templates/",))
    assert codes("a::b\n", settings, head="", path="templates/x.md") == []


@pytest.mark.parametrize("text", ["up:: [x](y.md)\ndaily:: [[Day]]\n", "- related notes:: [[A]], [[B|b]]\n"])
def test_fields_of_links_alone_are_no_cards_whatever_is_in_use(text: str) -> None:
    assert findings(subject(text, head="")) == []


@pytest.mark.parametrize("key", ["tag", "Tags", "TAG"])
def test_a_deck_that_is_named_under_another_key_than_tags_reaches_no_card(key: str) -> None:
    (found,) = findings(subject("a::b\n\nc::d\n", head=f"---\n{key}: flashcards\n---\n"))
    assert (found.code, found.line) == ("unseen-card", 4)
    assert "2 questions are in no deck" in found.reason
    assert f"under `{key}`" in found.reason
    assert findings(subject("a::b\n\nc::d\n", head="---\ntags: flashcards\n---\n")) == []


@pytest.mark.parametrize(
    ("tags", "listed"),
    [
        ("other, flashcards", "other, flashcards"),
        ("other flashcards/maths", "other, flashcards/maths"),
        ('"#other, #flashcards"', "other, flashcards"),
        ("été, 7.2, flashcards", 'été, "7.2", flashcards'),
    ],
)
def test_tags_in_one_text_that_is_not_split_as_meant_are_to_be_made_a_list(tags: str, listed: str) -> None:
    (found,) = findings(subject("a::b\n", head=f"---\ntags: {tags}\n---\n"))
    assert (found.code, found.line) == ("unseen-card", 4)
    assert "are one text" in found.reason
    assert found.remedy == f"Write the tags as a list: `tags: [{listed}]`"
    mended = subject("a::b\n", head=f"---\ntags: [{listed}]\n---\n")
    assert findings(mended) == []
    assert len(mended.note.questions) == 1
