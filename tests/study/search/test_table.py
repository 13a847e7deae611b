"""SQLite finds the same cards as a look at each of them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, Sm2, days_until, is_due
from studyapp.core.text.folded import fold
from studyapp.core.vault.scan import scan
from studyapp.core.vault.table import grams, schema
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Handle, Vault
from studyapp.study.search import table
from studyapp.study.search.parse import parse_query
from studyapp.study.search.rows import Known
from studyapp.study.search.sql import Condition
from studyapp.study.search.table import Numbers, SearchIndex
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
    Named,
    Node,
    Not,
    OneOf,
    Pattern,
    Reviewed,
    Text,
    Typed,
    Where,
    with_slips,
)
from studyapp.study.stats.period import Period
from tests.helpers.strategies import COMMENTS, examples, nasty_notes, notes
from tests.helpers.vaults import handles_of, make_vault

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 6, 15, 0, 30, tzinfo=BERLIN)
FSRS = "fsrs,{due},{ivl},{s},{d},{state},{reps},{lapses},0,2024-06-01T00:00:00.000Z"
NOTES: dict[str, str | bytes] = {
    "LoRA.md": "---\ntags: [flashcards/peft, exam]\n---\nWhat is a low rank update?::A **thin** product\n"
    "<!--SR:!2024-06-15,4,250-->\n\nSoft\tprompt::Ein weiches Präfix\n<!--SR:!2024-06-14,40,170-->\n\n"
    "rank::Rang\n"
    f"<!--SR:!{FSRS.format(due='2024-06-14T22:15:00.000Z', ivl=12, s=9.5, d=7.1, state=2, reps=5, lapses=4)}-->\n",
    "sub/漢字.md": "#flashcards/lang/漢字 #exam/2\n\n漢字とは:::何ですか\n"
    "<!--SR:!2024-07-01,21,230!2024-06-22,7,210-->\n\nThe ==prefix== hides ==twice== here\n",
    "Other.md": "#flashcards\n\nÜber uns::été\n"
    f"<!--SR:!{FSRS.format(due='2024-06-14T22:45:00.000Z', ivl=0, s=0.4, d=9, state=1, reps=1, lapses=0)}-->\n\n"
    'quote "x" (y)::a-b/c_d%e\n<!--SR:!2024-06-13,0,130-->\n\nx::y\n<!--SR:!2024-13-01,4,250-->\n',
    "No cards.md": "#exam\n\na::b\n",
}
WORDS = [
    "rank",
    "ran",
    "ra",
    "r",
    "a",
    "low rank",
    "prafix",
    "präfix",
    "ber",
    "漢字",
    "字",
    "何ですか",
    "twice",
    "x",
    '"x"',
]
WORDS += ["thin", "soft prompt", "(y)", "b/c_d%", "zzz", "prefix", "ete", "??", "low  rank update?a"]
DAYS = {"a": {date(2024, 6, 14), date(2024, 6, 1)}, "b": {date(2024, 6, 15)}}


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    opened = Vault(make_vault(tmp_path_factory.mktemp("vault"), NOTES))
    opened.scan()
    return opened


@pytest.fixture(scope="module")
def marks(vault: Vault) -> Mapping[CardId, Known]:
    ids = [handle.id for handle in handles_of(vault)]
    return {
        ids[0]: Known(suspended=True, lapses=9, reps=12),
        ids[1]: Known(leech=True, flagged=True, lapses=8, reps=9),
        ids[4]: Known(buried=True),
    }


def reviewed(vault: Vault, period: Period) -> list[CardId]:
    """The first card was graded on some days, the third on another."""
    ids = [handle.id for handle in handles_of(vault)]
    days = {at: DAYS[name] for at, name in ((0, "a"), (2, "b")) if at < len(ids)}
    return [ids[at] for at in days if any(day in period for day in days[at])]


@pytest.fixture(scope="module")
def index(vault: Vault, marks: Mapping[CardId, Known]) -> SearchIndex:
    made = SearchIndex(vault.table)
    made.make_grams()
    made.mark(marks)
    naive = Naive(vault, marks)
    made.named_by(lambda node: [handle.id for handle in handles_of(vault) if naive.holds(node, handle)])
    return made


class Naive:
    """Looks at one card after the other."""

    def __init__(self, vault: Vault, marks: Mapping[CardId, Known]) -> None:
        self.vault, self.marks = vault, marks

    def find(self, node: Node) -> list[CardId]:
        return [handle.id for handle in handles_of(self.vault) if self.holds(node, handle)]

    def holds(self, node: Node, handle: Handle) -> bool:  # noqa: C901 - one line for each kind of node
        match node:
            case Not(inner):
                return not self.holds(inner, handle)
            case All(parts):
                return all(self.holds(part, handle) for part in parts)
            case OneOf(parts):
                return any(self.holds(part, handle) for part in parts)
            case Text():
                return self.has(node, handle)
            case Being(what):
                return self.is_(what, handle.card.schedule, self.marks.get(handle.id, Known()))
            case Compare(Field.DUE, sign, value):
                schedule = handle.card.schedule
                return compared(None if schedule is None else days_until(schedule, NOW), sign, value)
            case Compare(name, sign, value):
                return compared(self.number(name, handle), sign, value)
            case Pattern(text):
                sides = fold(handle.card.front), fold(handle.card.back)
                return any(re.search(text, side, re.IGNORECASE) for side in sides)
            case Typed(kinds):
                return handle.question.kind in kinds
            case Reviewed() | Edited() | Introduced() | Added() | Flagged():
                return self.is_named(node, handle)

    def is_named(self, node: Named, handle: Handle) -> bool:
        match node:
            case Reviewed(period, grade):
                return handle.id in reviewed(self.vault, period) and grade in (None, Grade.GOOD)
            case Edited(period) | Introduced(period) | Added(period):
                return handle.note.path == "LoRA.md" and date(2024, 6, 14) in period
        return self.marks.get(handle.id, Known()).flagged and node.number == 1

    def has(self, node: Text, handle: Handle) -> bool:
        if node.where is Where.CARD:
            return node.text in fold(handle.card.front) or node.text in fold(handle.card.back)
        if node.where is Where.NOTE:
            return node.text in fold(handle.note.path.removesuffix(".md"))
        if node.where is Where.DECK:
            return any(below(fold(deck), node) for deck in handle.question.decks)
        return any(below(fold(tag[1:]), node) for tag in handle.note.tags)

    def is_(self, what: Is, schedule: Schedule | None, marks: Known) -> bool:
        learning = schedule is not None and (
            schedule.interval < 1 or (isinstance(schedule, Fsrs) and schedule.state in (1, 3))
        )
        match what:
            case Is.NEW:
                return schedule is None
            case Is.DUE:
                return schedule is not None and is_due(schedule, NOW)
            case Is.LEARN:
                return learning
            case Is.REVIEW:
                return schedule is not None and not learning
            case Is.YOUNG:
                return schedule is not None and not learning and schedule.interval < 21
            case Is.MATURE:
                return schedule is not None and not learning and schedule.interval >= 21
            case Is.LEECH:
                return marks.leech
            case Is.SUSPENDED:
                return marks.suspended
            case Is.BURIED:
                return marks.buried
        return marks.flagged

    def number(self, field: Field, handle: Handle) -> float | None:
        schedule = handle.card.schedule
        if schedule is None:
            return None
        marks = self.marks.get(handle.id, Known())
        match field:
            case Field.INTERVAL:
                return schedule.interval
            case Field.EASE:
                return schedule.ease if isinstance(schedule, Sm2) else None
            case Field.STABILITY:
                return schedule.stability if isinstance(schedule, Fsrs) else None
            case Field.DIFFICULTY:
                return schedule.difficulty if isinstance(schedule, Fsrs) else None
            case Field.LAPSES:
                return schedule.lapses if isinstance(schedule, Fsrs) else marks.lapses or 0
        return schedule.reps if isinstance(schedule, Fsrs) else marks.reps or 0


def below(path: str, node: Text) -> bool:
    """Whether whole parts of a path, in order, are those that are looked for."""
    parts, wanted = path.split("/"), node.text.split("/")
    for at in range(len(parts) - len(wanted) + 1):
        window = parts[at : at + len(wanted)]
        last = window[-1].startswith(wanted[-1]) if node.open else window[-1] == wanted[-1]
        if window[:-1] == wanted[:-1] and last:
            return True
    return False


def compared(number: float | None, sign: str, value: float) -> bool:
    if number is None:
        return False
    return {
        "<": number < value,
        "<=": number <= value,
        "=": number == value,
        "!=": number != value,
        ">=": number >= value,
        ">": number > value,
    }[sign]


NUMBERS = st.sampled_from(
    [-1.0, 0.0, 0.4, 1.0, 2.5, 4.0, 7.0, 9.0, 21.0, 40.0, 130.0, 170.0, 210.0, 250.0, -2e9, 1e300]
)
PERIODS = st.builds(Period, st.none() | st.just(date(2024, 6, 10)), st.dates(date(2024, 5, 30), date(2024, 6, 16)))
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Text, st.sampled_from(WORDS).map(fold)),
    st.builds(
        Text,
        st.sampled_from(["flashcards", "flashcards/peft", "peft", "漢字", "lang", "pe"]),
        st.just(Where.DECK),
        st.booleans(),
    ),
    st.builds(Text, st.sampled_from(["exam", "exam/2", "2", "ex", "flashcards"]), st.just(Where.TAG), st.booleans()),
    st.builds(Text, st.sampled_from(["lora", "sub/", "漢", "o"]), st.just(Where.NOTE)),
    st.builds(Being, st.sampled_from(Is)),
    st.builds(Compare, st.sampled_from(Field), st.sampled_from(["<", "<=", "=", "!=", ">=", ">"]), NUMBERS),
    st.builds(Pattern, st.sampled_from(["^r", "ran?k", "[xy]$", "(a|b)/", "n.*x", "漢|ete", "zzz"])),
    st.builds(Reviewed, PERIODS, st.none() | st.sampled_from(Grade)),
    st.builds(Edited, PERIODS),
    st.builds(Typed, st.frozensets(st.sampled_from(Kind))),
    st.builds(Flagged, st.integers(1, 7)),
)
NODES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: OneOf(tuple(parts))),
    ),
    max_leaves=6,
)


@examples(300)
@given(node=NODES)
def test_a_search_finds_what_a_look_at_every_card_finds(
    index: SearchIndex, vault: Vault, marks: Mapping[CardId, Known], node: Node
) -> None:
    numbers = index.search(node, NOW)
    assert numbers is not None
    assert index.ids(numbers) == Naive(vault, marks).find(node)


PARTS = st.sampled_from(["a", "att", "attention", "w_q", "schlussel", "一つ", "x^2", "bold", "alias", "{{", "[...]"])


@examples(60)
@given(texts=st.lists(notes(COMMENTS) | nasty_notes(), min_size=1, max_size=3), data=st.data())
def test_a_search_finds_it_in_any_vault(texts: list[bytes], data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        opened = Vault(make_vault(Path(folder) / "vault", {f"{place}.md": text for place, text in enumerate(texts)}))
        opened.scan()
        made = SearchIndex(opened.table)
        if data.draw(st.booleans()):
            made.make_grams()
        naive = Naive(opened, {})
        made.named_by(naive.find)
        for _ in range(3):
            node = data.draw(NODES | PARTS.map(lambda text: Text(fold(text))))
            assert made.ids(made.search(node, NOW) or ()) == naive.find(node)


@examples(300)
@given(
    node=NODES,
    order=st.sampled_from(sorted(table.ORDERS)),
    descending=st.booleans(),
    wanted=st.integers(1, 4),
    few=st.sampled_from([1, 3, 500]),
)
def test_the_cards_that_come_first_are_given_before_all_have_been_found(
    index: SearchIndex, node: Node, order: str, descending: bool, wanted: int, few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table, "_FEW", few)
        for known in (False, True):  # the second time every order is known
            begun: list[Numbers] = []
            numbers = index.search(node, NOW, order, descending=descending, first=(wanted, begun.append))
            assert numbers is not None
            assert begun in ([], [numbers[:wanted]])
            if known and few == 500:
                assert bool(begun) == (len(numbers) >= wanted)


def test_what_each_card_has_is_found_without_a_look_at_which_card_has_it(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = index.search(All(), NOW, "due")
    monkeypatch.setattr(table, "compress", lambda *_: pytest.fail("each card was looked at"))
    assert index.search(Text("flashcards", Where.DECK), NOW, "due") == everything


def test_one_letter_is_looked_for_in_joined_texts_and_not_by_a_query_for_each_card() -> None:
    condition = Condition(NOW)
    condition.add(Not(Text("r", Where.CARD)))
    assert condition.beside
    assert "SELECT" not in condition.sql


def test_who_takes_the_first_cards_cannot_spoil_the_table(tmp_path: Path) -> None:
    made = SearchIndex(opened(tmp_path).table)

    def fail(_: Numbers) -> None:
        raise LookupError("the screen is gone")

    with pytest.raises(LookupError):
        made.search(All(), NOW, "due", first=(1, fail))
    assert made.count()


def asked(index: SearchIndex, query: str, **options: Any) -> list[str]:
    """The fronts of the cards that a query finds."""
    numbers = index.search(parse_query(query, NOW.date()), NOW, **options)
    assert numbers is not None
    return [one.front for one in index.cards(numbers) if one is not None]


@pytest.mark.parametrize(
    ("query", "fronts"),
    [
        ("rank -low", ["rank"]),
        ("UBER", ["Über uns"]),
        ("字", ["何ですか", "漢字とは"]),
        ('"soft prompt"', ["Soft\tprompt"]),
        ("deck:flashcards/peft is:due", ["What is a low rank update?", "Soft\tprompt", "rank"]),
        ("due<0", ["Soft\tprompt", 'quote "x" (y)']),
        ("s<10", ["Über uns", "rank"]),
        ("ease<180 -is:flagged", ['quote "x" (y)']),
        ("lapses>3", ["What is a low rank update?", "Soft\tprompt", "rank"]),
        ("is:suspended or is:buried", ["What is a low rank update?", 'quote "x" (y)']),
        ("tag:exam/2 due>5", ["何ですか", "漢字とは"]),
        ("reviewed:2024-06-14..2024-06-14", ["What is a low rank update?"]),
        ("note:lora rang", ["rank"]),
        ("type:cloze note:sub twice", ["The [...] hides twice here", "The prefix hides [...] here"]),
        ("type:reversed", ["何ですか", "漢字とは"]),
        ("flag:1", ["Soft\tprompt"]),
        ("flag:2", []),
        ("rated:2024-06-14..2024-06-14:good", ["What is a low rank update?"]),
        ("rated:2024-06-14..2024-06-14:again", []),
        ("rated:good type:single", ["What is a low rank update?", "rank"]),
        ('re:"^soft\\s"', ["Soft\tprompt"]),
        ("re:^ra.k$", ["rank"]),
    ],
)
def test_each_example_of_the_language_finds_its_cards(index: SearchIndex, query: str, fronts: list[str]) -> None:
    assert sorted(asked(index, query)) == sorted(fronts)


@pytest.mark.parametrize("order", table.ORDERS)
def test_a_list_is_sorted_both_ways_and_holds_the_same_cards(index: SearchIndex, order: str) -> None:
    up = index.search(All(), NOW, order)
    down = index.search(All(), NOW, order, descending=True)
    assert up is not None
    assert down is not None
    assert sorted(up) == sorted(down)
    assert len(up) == index.count()


def test_cards_without_a_value_are_last_in_both_directions(index: SearchIndex) -> None:
    for descending in (False, True):
        numbers = index.search(All(), NOW, "interval", descending=descending)
        assert numbers is not None
        intervals = [one.interval for one in index.cards(numbers) if one is not None]
        known = [value for value in intervals if value is not None]
        assert known == sorted(known, reverse=descending)
        assert intervals == [*known, *[None] * (len(intervals) - len(known))]


def test_a_line_of_a_list_says_what_stands_in_the_note(index: SearchIndex) -> None:
    (number,) = index.search(parse_query("rang", NOW.date()), NOW) or []
    (found,) = index.cards([number])
    assert found is not None
    assert (found.id.path, found.line, found.front, found.decks) == ("LoRA.md", 10, "rank", ("flashcards/peft",))
    assert (found.interval, found.stability, found.difficulty, found.lapses) == (12, 9.5, 7.1, 4)
    assert found.due == datetime(2024, 6, 14, 22, 15, tzinfo=UTC)
    assert not found.by_day


def opened(folder: Path, notes: Mapping[str, str | bytes] = NOTES) -> Vault:
    """A vault with a table that has a file, as read."""
    root = folder / "vault"
    vault = Vault(root if root.exists() else make_vault(root, notes), table=VaultTable(folder / "table.sqlite"))
    vault.scan()
    return vault


@pytest.mark.parametrize("with_grams", [False, True])
def test_notes_that_change_go_or_come_are_found_as_they_are(tmp_path: Path, with_grams: bool) -> None:
    vault = opened(tmp_path, {"A.md": "#flashcards\n\nalpha::1\n\nstays::2\n", "B.md": "#flashcards\n\nbeta::2\n"})
    index = SearchIndex(vault.table)
    if with_grams:
        index.make_grams()
    assert asked(index, "alp or eta or tay") == ["alpha", "stays", "beta"]
    (tmp_path / "vault/B.md").unlink()
    make_vault(
        tmp_path / "vault", {"A.md": "#flashcards\n\nstays::2\n\ngamma::1\n", "C.md": "#flashcards\n\ndelta::2\n"}
    )
    for changed in ("A.md", "C.md"):
        vault.refresh(changed)
    vault.forget("B.md")
    for one in (index, SearchIndex(opened(tmp_path).table)):
        assert asked(one, "") == ["stays", "gamma", "delta"]
        assert asked(one, "alpha or beta") == []
        assert asked(one, "gam or elt or tay") == ["stays", "gamma", "delta"]


def test_what_is_known_of_a_card_stays_when_its_note_is_read_again(tmp_path: Path) -> None:
    vault = opened(tmp_path, {"A.md": "#flashcards\n\nalpha::1\n\nbeta::2\n", "B.md": "#flashcards\n\ngamma::2\n"})
    index = SearchIndex(vault.table)
    ids = {handle.card.front: handle.id for handle in handles_of(vault)}
    index.mark({ids["beta"]: Known(suspended=True), ids["gamma"]: Known(flagged=True)})
    index.named_by(lambda _: [ids["beta"]])
    for text in ("#flashcards\n\nalpha::1\n\nbeta::2\n", "#flashcards\n\nbeta::2\n\nalpha::3\n"):
        (tmp_path / "vault/A.md").write_text(text)
        vault.refresh("A.md")
        assert asked(index, "is:suspended") == ["beta"]
        assert asked(index, "is:flagged") == ["gamma"]
        assert asked(index, "flag:1") == ["beta"]
    index.mark({})
    assert asked(index, "is:suspended or is:flagged") == []


def test_a_file_that_is_damaged_while_it_is_open_is_started_over_and_finds_the_same(tmp_path: Path) -> None:
    vault = opened(tmp_path)
    index = SearchIndex(vault.table)
    as_before = asked(index, "rank")
    assert as_before
    other = sqlite3.connect(tmp_path / "table.sqlite")
    other.execute("DROP TABLE card")
    other.close()
    assert asked(index, "rank") == as_before
    assert asked(SearchIndex(opened(tmp_path).table), "rank") == as_before


@pytest.mark.parametrize(
    ("query", "change"),
    [
        ("re:r.*k", "UPDATE text SET folded = folded || x'ff'"),
        ("re:r.*k", "UPDATE text SET folded = CAST(folded AS BLOB)"),
        ("rank", "UPDATE note SET path = CAST(path AS TEXT)"),
        ("rank", "UPDATE card SET moment = 1 << 62 WHERE moment IS NOT NULL"),
        ("rank", "DELETE FROM gram_data"),
        ("rank", "DROP TABLE gram_data"),
    ],
)
def test_what_is_damaged_while_the_table_is_open_is_found_all_the_same(
    tmp_path: Path, query: str, change: str
) -> None:
    vault = opened(tmp_path)
    index = SearchIndex(vault.table)
    index.make_grams()
    expected = asked(index, query)
    assert expected
    with closing(sqlite3.connect(tmp_path / "table.sqlite")) as other, other:
        other.execute(change)
    other.close()
    assert asked(index, query) == expected


def test_a_search_that_meets_damage_waits_until_every_text_is_known_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "MANY", 1)  # the first reading leaves the texts for later
    vault = opened(tmp_path)
    index = SearchIndex(vault.table)
    expected = asked(index, "rank")
    assert expected
    with closing(sqlite3.connect(tmp_path / "table.sqlite")) as other, other:
        other.execute("DROP TABLE card")
    other.close()
    assert asked(index, "rank") == expected


def test_where_the_disk_is_full_it_is_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., sqlite3.Connection] = sqlite3.connect

    def small(where: str, **more: Any) -> sqlite3.Connection:
        connection = real(where, **more)
        if where != ":memory:":
            connection.execute("PRAGMA max_page_count = 30")
        return connection

    many = {f"{n}.md": f"#flashcards\n\nquestion {n} {'long ' * 400}::a\n" for n in range(60)}
    whole = SearchIndex(opened(tmp_path / "whole", many).table)
    monkeypatch.setattr(sqlite3, "connect", small)
    index = SearchIndex(opened(tmp_path / "small", many).table)
    index.make_grams()
    assert index.count() == whole.count() == 60
    assert asked(index, "uestion 1") == asked(whole, "uestion 1")


def test_without_trigrams_every_text_is_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "TRIGRAMS", "CREATE VIRTUAL TABLE gram USING nothing_of_that_name(folded)")
    vault = opened(tmp_path)
    index = SearchIndex(vault.table)
    index.make_grams()
    assert not vault.table.ask(grams.are_made)
    assert asked(index, "rank low") == ["What is a low rank update?"]
    vault.refresh("LoRA.md")
    assert asked(index, "rank low") == ["What is a low rank update?"]


def test_days_are_those_of_the_users_zone_across_a_change_of_the_clock(tmp_path: Path) -> None:
    """In Berlin summer ended on 2024-10-27; an instant one hour before its end is of that day, 25 hours long."""
    moments = [
        "2024-10-26T21:30:00.000Z",
        "2024-10-26T22:30:00.000Z",
        "2024-10-27T22:30:00.000Z",
        "2024-10-27T23:30:00.000Z",
    ]
    cards = "\n\n".join(
        f"q{number}::a\n<!--SR:!{FSRS.format(due=moment, ivl=3, s=3, d=5, state=2, reps=1, lapses=0)}-->"
        for number, moment in enumerate(moments)
    )
    vault = Vault(make_vault(tmp_path / "vault", {"A.md": f"#flashcards\n\n{cards}\n"}))
    vault.scan()
    index = SearchIndex(vault.table)
    now = datetime.combine(date(2024, 10, 27), time(1), tzinfo=BERLIN)
    found = {days: index.search(Compare(Field.DUE, "=", days), now) for days in (-1, 0, 1)}
    assert {days: [card.front for card in index.cards(ids or []) if card] for days, ids in found.items()} == {
        -1: ["q0"],
        0: ["q1", "q2"],
        1: ["q3"],
    }


@pytest.mark.parametrize(
    "query",
    [
        "(a OR x " * 10 + "b OR b" + ")" * 10,
        "(a OR " * 10 + "b" + ")" * 10,
        "(a " * 10 + "b" + ")" * 10 + " a" * 250,
        "(is:due ease<3 OR -tag:x -" * 5 + "reviewed:7d" + ")" * 5,
        "a " * 300,
        "a OR " * 149 + "b",
        "-deck:x " * 150,
    ],
    ids=lambda query: query[:20],
)
def test_the_largest_query_that_is_allowed_is_answered(index: SearchIndex, query: str) -> None:
    assert index.search(parse_query(query, NOW.date()), NOW) is not None


@pytest.mark.parametrize(
    ("query", "fronts"),
    [
        ("promt", ["Soft\tprompt"]),
        ("sotf prompt", ["Soft\tprompt"]),
        ("sfot promptt", ["Soft\tprompt"]),
        ("updaet is:due", ["What is a low rank update?"]),
    ],
)
def test_with_a_letter_that_is_wrong_the_cards_are_found_that_are_meant(
    index: SearchIndex, query: str, fronts: list[str]
) -> None:
    assert asked(index, query) == []
    node = with_slips(parse_query(query, NOW.date()))
    assert node is not None
    numbers = index.search(node, NOW)
    assert numbers is not None
    assert [one.front for one in index.cards(numbers) if one is not None] == fronts


def test_a_slip_finds_what_its_expression_finds_in_all_texts(tmp_path: Path) -> None:
    fronts = ["s\u0131lx", "SILKK", "slik", "isl", "sil*", "silken", "milk", "soft sillk", "s i l k"]
    made = SearchIndex(
        opened(tmp_path, {"A.md": "#flashcards\n\n" + "".join(f"{one}::b\n\n" for one in fronts)}).table
    )
    for query in ("silk", "sil*", "soft silk"):
        node = with_slips(parse_query(f'"{query}"', NOW.date()))
        assert isinstance(node, Pattern)
        assert node.pieces
        found = made.search(node, NOW)
        assert found == made.search(Pattern(node.text), NOW)
        assert found, query


@pytest.mark.parametrize("text", ["*", "?", "[", "]", "a*", "?c", "[c", "]c", "^c", "a^"])
def test_short_words_are_found_as_they_are_typed(tmp_path: Path, text: str) -> None:
    fronts = ["a*c", "a?c", "a[c", "a]c", "a^c", "abc"]
    made = SearchIndex(
        opened(tmp_path, {"A.md": "#flashcards\n\n" + "".join(f"{one}::x\n\n" for one in fronts)}).table
    )
    found = made.cards(made.search(Text(text), NOW) or ())
    assert [one.front for one in found if one is not None] == [front for front in fronts if text in front]


@pytest.mark.parametrize("query", ["", "abc", "is:due", "deck:flashcard", "-promptt"])
def test_without_a_longer_word_there_is_no_slip(query: str) -> None:
    assert with_slips(parse_query(query, NOW.date())) is None
