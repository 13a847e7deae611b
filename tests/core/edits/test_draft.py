"""What the user types as front and back becomes a question that is read as exactly that."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.draft import card_text, cloze_text, question_text
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from tests.helpers import strategies
from tests.helpers.rows import each_row

PLAIN = Settings()
SIDES = st.lists(
    st.one_of(strategies.PHRASES, st.sampled_from(["", "?", "a::b", "==x==", "```", "---", "+++", "#x"]))
)


@each_row(
    "front, back, both_ways, text",
    [
        ("France", "Paris", False, "France::Paris"),
        ("France", "Paris", True, "France:::Paris"),
        ("a\nb", "c", False, "a\nb\n?\nc"),
        ("a", "b\n\nc", True, "a\n??\nb\n<br>\nc"),
        ("std::vector", "a list", False, None),
        ("  a ", "\n b\n", False, "a::b"),
        ("a", "```\nx\n\ny\n```", False, "a\n?\n```\nx\n\ny\n```"),
        ("", "b", False, None),
        ("#tag front", "b", False, None),
        ("a", " \n", False, None),
        ("a\n?\nb", "c::d", False, None),
        ("a", "b<!--SR:!2020-01-01,1,250-->", False, None),
        ("a\n<!--SR:!2020-01-01,1,250-->", "b", False, None),
        ("5!1,2,3", "b", False, None),
        ("<!--SR:!a", "b-->", False, "<!--SR:!a\n?\nb-->"),
        ("a", "b <!-- said -->", False, "a::b <!-- said -->"),
    ],
)
def test_the_shortest_form_that_is_read_back_is_taken(
    front: str, back: str, both_ways: bool, text: str | None
) -> None:
    assert card_text(front, back, PLAIN, both_ways=both_ways) == text


def test_the_vaults_own_separators_and_end_marker_are_used() -> None:
    settings = Settings(single_line_card_separator="", multiline_card_separator="!!", multiline_card_end_marker="+++")
    assert card_text("a", "b", settings) == "a\n!!\nb\n+++"
    assert card_text("a", "b", Settings(single_line_card_separator="", multiline_card_separator="")) is None


@given(SIDES.map("\n".join), SIDES.map("\n".join), st.booleans())
def test_what_is_written_is_read_as_one_question_with_those_sides(front: str, back: str, both_ways: bool) -> None:
    text = card_text(front, back, PLAIN, both_ways=both_ways)
    if text is None:
        return
    raw = f"#flashcards\n\n{text}\n".encode("utf-8", "surrogateescape")
    (question,) = parse_note("a.md", raw, PLAIN).questions
    assert question.kind in (
        (Kind.SINGLE_REVERSED, Kind.MULTI_REVERSED) if both_ways else (Kind.SINGLE_BASIC, Kind.MULTI_BASIC)
    )
    words = [(card.front.split(), card.back.split()) for card in question.cards]
    asked = [line for line in front.split() if line != "<br>"], [line for line in back.split() if line != "<br>"]
    said = [
        ([word for word in one if word != "<br>"], [word for word in other if word != "<br>"]) for one, other in words
    ]
    assert said == [asked, asked[::-1]][: 1 + both_ways]


def test_clozes_and_questions_as_they_stand() -> None:
    assert cloze_text("The ==sun== is hot.\n", PLAIN) == "The ==sun== is hot."
    assert cloze_text("The sun is hot.", PLAIN) is None
    assert cloze_text("a::==b==", PLAIN) is None
    assert cloze_text("==a== <!--SR:!2020-01-01,1,250-->", PLAIN) is None
    assert question_text("a:::b", PLAIN) == "a:::b"
    assert question_text("a\n?\nb\n", PLAIN) == "a\n?\nb"
    assert question_text("a::b\nc::d", PLAIN) is None
    assert question_text("a", PLAIN) is None
