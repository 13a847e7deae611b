"""What a query means, and the error where it means nothing."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes.blocks import Kind
from studyapp.core.schedule.entries import Grade
from studyapp.study.search.parse import parse_query
from studyapp.study.search.tokens import QueryError
from studyapp.study.search.tree import (
    Added,
    All,
    Being,
    Compare,
    Edited,
    Field,
    Flagged,
    Introduced,
    Is,
    Node,
    Not,
    OneOf,
    Pattern,
    Reviewed,
    Text,
    Typed,
    Where,
)
from studyapp.study.stats.period import Period
from tests.helpers.rows import each_row

TODAY = date(2024, 6, 15)
A, B, C = Text("a"), Text("b"), Text("c")


@each_row(
    "query, node",
    [
        ("", All()),
        ("  ", All()),
        ("a", A),
        ("A Ä", All((A, A))),
        ("a b", All((A, B))),
        ("a and b", All((A, B))),
        ("a or b c", OneOf((A, All((B, C))))),
        ("(a OR b) c", All((OneOf((A, B)), C))),
        ("-a b", All((Not(A), B))),
        ("-(a b)", Not(All((A, B)))),
        ("--a", Not(Not(A))),
        ("a - b", All((A, Text("-"), B))),
        ('"or"', Text("or")),
        ('"a  B"', Text("a b")),
        (r'"a\"b\\"', Text('a"b\\')),
        ("f(x)", Text("f(x)")),
        ("(f(x))", Text("f(x)")),
        ("a)", Text("a)")),
        ("front::back", Text("front::back")),
        ("https://a.b/c", Text("https://a.b/c")),
        ("x<y s:t d>k", All((Text("x<y"), Text("s:t"), Text("d>k")))),
        ("漢字", Text("漢字")),
        ("deck:Flashcards/PEFT", Text("flashcards/peft", Where.DECK)),
        ("deck:fl*", Text("fl", Where.DECK, open=True)),
        ('deck:"a b*"', Text("a b*", Where.DECK)),
        ("-tag:#exam", Not(Text("exam", Where.TAG))),
        ('note:"Low rank"', Text("low rank", Where.NOTE)),
        ("is:DUE", Being(Is.DUE)),
        ("is:learning", Being(Is.LEARN)),
        ("due<7d", Compare(Field.DUE, "<", 7)),
        ("due<=-1", Compare(Field.DUE, "<=", -1)),
        ("due=today", Compare(Field.DUE, "=", 0)),
        ("due:tomorrow", Compare(Field.DUE, "=", 1)),
        ("due<2024-06-20", Compare(Field.DUE, "<", 5)),
        ("ivl>30", Compare(Field.INTERVAL, ">", 30)),
        ("interval>=2w", Compare(Field.INTERVAL, ">=", 14)),
        ("ease<180%", Compare(Field.EASE, "<", 180)),
        ("s<10", Compare(Field.STABILITY, "<", 10)),
        ("difficulty>7.5", Compare(Field.DIFFICULTY, ">", 7.5)),
        ("lapses>3", Compare(Field.LAPSES, ">", 3)),
        ("reps!=0", Compare(Field.REPS, "!=", 0)),
        ("reviewed:7d", Reviewed(Period(date(2024, 6, 9), TODAY))),
        ("reviewed:today", Reviewed(Period(TODAY, TODAY))),
        ("reviewed:2024-05", Reviewed(Period(date(2024, 5, 1), date(2024, 5, 31)))),
        ("rated:7", Reviewed(Period(date(2024, 6, 9), TODAY))),
        ("rated:again", Reviewed(Period(None, TODAY), Grade.AGAIN)),
        ("rated:7d:hard", Reviewed(Period(date(2024, 6, 9), TODAY), Grade.HARD)),
        ("rated:1:4", Reviewed(Period(TODAY, TODAY), Grade.EASY)),
        ("edited:today", Edited(Period(TODAY, TODAY))),
        ("introduced:7d", Introduced(Period(date(2024, 6, 9), TODAY))),
        ("added:2024-05", Added(Period(date(2024, 5, 1), date(2024, 5, 31)))),
        ("type:cloze", Typed(frozenset({Kind.CLOZE}))),
        ("type:Basic", Typed(frozenset({Kind.SINGLE_BASIC, Kind.MULTI_BASIC}))),
        ("flag:7", Flagged(7)),
        (r"re:^a\d+$", Pattern(r"^a\d+$")),
        (r're:"a b"', Pattern("a b")),
    ],
)
def test_a_query_means_something(query: str, node: Node) -> None:
    assert parse_query(query, TODAY) == node


@each_row(
    "query, said",
    [
        ("(a", "character 1: this `(` is not closed; add a `)`"),
        ("(", "character 1: this `(` is not closed"),
        ("a ()", "character 3: there is nothing between these"),
        ("(a))", "character 4: this `)` has no `(`; remove it"),
        (' "a', 'character 2: this quote is not closed; add a `"`'),
        ("a or", "character 3: `or` needs something on both sides"),
        ("or a", "character 1: `or` needs something on both sides"),
        ("a or or b", "character 3: `or` needs something on both sides"),
        ("a and", "character 3: `and` needs something on both sides"),
        ("a -or", "character 3: nothing follows this `-`"),
        ("deck:", "character 6: a name is missing after `deck:`; write for example deck:lora"),
        ("is:dew", "character 4: `dew` is not a state of cards; did you mean is:"),
        ("is:", "character 4: a state of cards is missing here; there are due, new, learn"),
        ("ivl>", "character 5: a number is missing here; write for example `ivl>30d`"),
        ("x ease<low", "character 8: `low` is not a number; write for example `ease<180`"),
        ("lapses>3d", "character 9: `d` does not fit here"),
        ("due<1x", "character 6: `x` does not fit here; write for example `due<7d`"),
        ("eas<180", "character 1: there is no `eas<`; did you mean `ease<`? To search for the text, quote it"),
        ("iz:new", "character 1: there is no `iz:`; did you mean `is:`?"),
        ("rated:7d:so", "character 10: `so` is not a grade; there are again, hard, good, easy"),
        ("rated:sometime", "character 7: `sometime` is not a time; write rated:7d"),
        ("edited:", "character 8: a time is missing here; write edited:7d"),
        ("rated:7d:", "character 10: a grade is missing here; there are again"),
        ("type:clozee", "character 6: there is no type `clozee`; did you mean type:cloze?"),
        ("flag:8", "character 6: there is no flag `8`; flags are 1, 2"),
        ("type:", "character 6: a name is missing here"),
        ("re:", "character 4: a pattern is missing here"),
        ("re:(a+)+", "character 4: this pattern repeats a group; write a simpler one"),
        ("re:[", "character 4: this pattern is not a regular expression"),
        ("reviewed:someday", "character 10: `someday` is not a time; write reviewed:7d"),
        ("(" * 60 + "a" + ")" * 60, "nested too deeply"),
        ("a " * 301, "character 601: this query is too long; use at most 300 words and signs"),
        ("a OR " * 20_000 + "b", "use at most 300 words and signs"),
    ],
)
def test_what_is_wrong_is_reported_with_its_place_and_what_would_be_right(query: str, said: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_query(query, TODAY)
    assert said in str(error.value)


@given(st.text(alphabet='ab:"()-<>=*\\ 3dorisuetag/', max_size=30) | st.text(max_size=20))
def test_any_query_is_understood_or_refused_with_what_is_wrong_and_where(query: str) -> None:
    place = 0
    try:
        parse_query(query, TODAY)
    except QueryError as error:
        place = error.at
    assert 0 <= place <= len(query)
