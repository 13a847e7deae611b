"""Cards that changed in Anki: text, number, marks and decks follow; what was changed here stays."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from studyapp.core.log.marks import CardState, Mark
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.groups import turn_whole
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.imports.import_plan import ImportPlan, plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.sources import opened_source
from studyapp.study.review.bulk import marked
from studyapp.study.review.today import begin_with
from tests.helpers.packages import changed
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, make_vault, workspace

LATER = NOW + timedelta(hours=6)
TEXT = """\
---
tags: [flashcards/Stars]
---

left:::right
<!--SR:!2024-07-01,10,250!2024-07-02,11,250-->

The ==sun== is ==hot== and ==far==
<!--SR:!2024-07-03,12,250!2024-07-04,13,250!2024-07-05,14,250-->

What is this?
?
```py
x = 1
```
<!--SR:!2024-07-06,15,250-->
"""
CARD = "(SELECT id FROM cards WHERE ord = {} AND nid IN (SELECT id FROM notes WHERE flds LIKE '%{}%'))"
DECK = """UPDATE col SET decks = json_set(decks, '$.77', json_set(json_extract(decks, '$.1'), '$.id', 77, '$.name',
'Moons::Far'));"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """What comes from Anki, with one card reviewed there."""
    make_vault(tmp_path / "there", {"n.md": TEXT})
    there = workspace(tmp_path / "there", tmp_path / "home of there", NOW)
    session = begin_with(there, ())
    session.take(next(row for row in there.vault.rows() if there.vault.find(row.id).card.front == "left"))
    there.store.save(session.grade(Grade.GOOD))
    there = workspace(tmp_path / "there", tmp_path / "home of there", NOW)
    export(there, tmp_path / "first.apkg")
    make_vault(tmp_path / "vault", {})
    return tmp_path / "first.apkg"


def here(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "vault", tmp_path / "home", LATER)


def bring(tmp_path: Path, file: Path, one_note: str = "") -> ImportPlan:
    vault = here(tmp_path)
    vault.follow_moves()
    with opened_source(file) as source:
        planned = plan_import(vault, source, "Anki", one_note=one_note)
        bring_in(vault, source, planned)
    return planned


def states(tmp_path: Path) -> dict[str, CardState]:
    """The marks of each card, by its front."""
    vault = here(tmp_path)
    return {vault.vault.find(card).card.front: state for card, state in vault.states}


def undo(tmp_path: Path) -> None:
    vault = here(tmp_path)
    action = vault.journal.last_applied()
    assert action is not None
    assert action.group is not None
    assert turn_whole(vault, action.group, back=True).left == []


def notes(tmp_path: Path) -> dict[str, str]:
    root = tmp_path / "vault"
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.md")}


MARKS = (
    (f"UPDATE cards SET queue = -1 WHERE id = {CARD.format(1, 'left')}", "right", CardState(suspended=True)),
    (f"UPDATE cards SET flags = 4 WHERE id = {CARD.format(0, 'left')}", "left", CardState(flag=4)),
    (
        f"UPDATE cards SET queue = -2 WHERE id = {CARD.format(0, 'left')}",
        "left",
        CardState(buried_until=(NOW + timedelta(days=1)).date()),
    ),
    (
        "UPDATE notes SET tags = ' leech ' WHERE flds LIKE '%x = 1%'",
        "What is this?",
        CardState(leech=True),
    ),
)


@tiered("sql, front, state", MARKS)
def test_a_mark_that_was_set_in_anki_comes_with_the_next_import_and_so_does_its_end(
    tmp_path: Path, package: Path, sql: str, front: str, state: CardState
) -> None:
    bring(tmp_path, package)
    later = changed(package, tmp_path / "later.apkg", sql)
    assert [len(marks) for _, marks in bring(tmp_path, later).marked] == [1]
    assert states(tmp_path) == {front: state}
    assert not bring(tmp_path, later).does_something
    undo(tmp_path)
    assert states(tmp_path) == {}
    bring(tmp_path, later)
    assert states(tmp_path) == {front: state}
    bring(tmp_path, package)
    assert states(tmp_path) == {}


def test_a_mark_that_was_set_here_stays_and_one_that_differs_is_named(tmp_path: Path, package: Path) -> None:
    bring(tmp_path, package)
    vault = here(tmp_path)
    handles = [vault.vault.find(row.id) for row in vault.vault.rows()]
    left, right = (next(one for one in handles if one.card.front == front) for front in ("left", "right"))
    for handle, mark, value in ((left, Mark.FLAG, "2"), (right, Mark.SUSPENDED, "1")):
        vault.store.save(marked(vault, [handle], mark, value))
    before = states(tmp_path)
    assert not bring(tmp_path, package).does_something
    flagged = changed(package, tmp_path / "later.apkg", "UPDATE cards SET flags = 5")
    planned = bring(tmp_path, flagged)
    assert [one.why for one in planned.kept] == ["its flag was changed in Anki and here; yours stays"]
    assert states(tmp_path)["left"] == before["left"]
    assert states(tmp_path)["right"] == CardState(suspended=True, flag=5)


def test_a_package_without_learning_progress_removes_no_mark(tmp_path: Path, package: Path) -> None:
    suspended = changed(package, tmp_path / "suspended.apkg", "UPDATE cards SET queue = -1, flags = 3")
    bring(tmp_path, suspended)
    bare = "UPDATE cards SET type = 0, queue = 0, flags = 0, data = ''; DELETE FROM revlog"
    before = states(tmp_path)
    assert len(before) == 6
    assert not bring(tmp_path, changed(package, tmp_path / "bare.apkg", bare)).does_something
    assert states(tmp_path) == before


def rows(tmp_path: Path) -> dict[str, tuple[str, int]]:
    """The due day and the number of reviews of each card, by its front."""
    vault = here(tmp_path)
    reviews = [vault.history.name(one) for one in vault.history.reviews()]
    return {
        vault.vault.find(row.id).card.front: (str(getattr(row.schedule, "due", None)), reviews.count(str(row.id)))
        for row in vault.vault.rows()
    }


CLOZES: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "The {{c2::sun}} is {{c3::hot}} and far",
        "DELETE FROM cards WHERE ord = 0 AND nid = (SELECT id FROM notes WHERE flds LIKE '%hot%')",
        {"The [] is hot and far": "2024-07-04", "The sun is [] and far": "2024-07-05"},
    ),
    (
        "The {{c1::sun}} is {{c2::hot}} and {{c3::far}} and {{c4::old}}",
        """INSERT INTO cards SELECT id + 900, nid, did, 3, mod, usn, 2, 2, due + 20, 33, factor, reps, lapses, left,
        odue, odid, 3, '' FROM cards WHERE ord = 2;
        INSERT INTO revlog SELECT id + 900, (SELECT id FROM cards WHERE ord = 3), usn, ease, ivl, lastIvl, factor,
        time, type FROM revlog""",
        {
            "The [] is hot and far and old": "2024-07-03",
            "The sun is [] and far and old": "2024-07-04",
            "The sun is hot and [] and old": "2024-07-05",
            "The sun is hot and far and []": "2024-07-25",
        },
    ),
)


@pytest.mark.parametrize(("fields", "sql", "due"), CLOZES)
def test_each_card_keeps_its_own_schedule_when_the_number_of_clozes_changes(
    tmp_path: Path, package: Path, fields: str, sql: str, due: dict[str, str]
) -> None:
    bring(tmp_path, package)
    before = notes(tmp_path)
    text = f"UPDATE notes SET flds = '{fields}' || char(31) || char(31) WHERE flds LIKE '%hot%'"
    later = changed(package, tmp_path / "later.apkg", f"{sql};{text}")
    assert len(bring(tmp_path, later).changed) == 1
    found = {front: day for front, (day, _) in rows(tmp_path).items() if "The " in front}
    assert {front.replace("[...]", "[]"): day for front, day in found.items()} == due
    assert not bring(tmp_path, later).does_something
    undo(tmp_path)
    assert notes(tmp_path) == before


def test_a_new_cloze_comes_with_its_history_and_marks(tmp_path: Path, package: Path) -> None:
    bring(tmp_path, package)
    fields, sql, _ = CLOZES[1]
    text = f"UPDATE notes SET flds = '{fields}' || char(31) || char(31) WHERE flds LIKE '%hot%'"
    bring(tmp_path, changed(package, tmp_path / "later.apkg", f"{sql};{text}"))
    (front,) = [front for front in rows(tmp_path) if front.startswith("The sun is hot and far and ")]
    assert rows(tmp_path)[front][1] == 1
    assert states(tmp_path) == {front: CardState(flag=3)}


@tiered("front", ["left", "sun", "x = 1"])
@pytest.mark.parametrize("one_note", ["", "All.md"])
def test_a_question_moved_to_another_deck_in_anki_moves_here_with_all_that_belongs_to_it(
    tmp_path: Path, package: Path, front: str, one_note: str
) -> None:
    bring(tmp_path, package, one_note)
    before, known = notes(tmp_path), rows(tmp_path)
    where = f"nid IN (SELECT id FROM notes WHERE flds LIKE '%{front}%')"
    later = changed(package, tmp_path / "later.apkg", f"{DECK} UPDATE cards SET did = 77, flags = 2 WHERE {where}")
    planned = bring(tmp_path, later, one_note)
    assert len(planned.moved) == 1
    vault = here(tmp_path)
    moved = [one for row in vault.vault.rows() if front in (one := vault.vault.find(row.id)).question.text]
    assert {one.question.decks for one in moved} == {("flashcards/Moons/Far",)}
    assert {vault.states.of(one.id).flag for one in moved} == {2}
    assert rows(tmp_path) == known
    assert not bring(tmp_path, later, one_note).does_something
    edited = f"UPDATE notes SET flds = replace(flds, '{front}', '{front}ish') WHERE flds LIKE '%{front}%'"
    assert len(bring(tmp_path, changed(later, tmp_path / "edited.apkg", edited), one_note).changed) == 1
    assert len(rows(tmp_path)) == len(known)
    for _ in range(2):
        undo(tmp_path)
    assert notes(tmp_path) == before


def test_a_question_that_changed_and_moved_in_anki_keeps_its_history(tmp_path: Path, package: Path) -> None:
    bring(tmp_path, package)
    sql = f"{DECK} UPDATE cards SET did = 77; UPDATE notes SET flds = replace(flds, 'left', 'west')"
    later = changed(package, tmp_path / "later.apkg", sql)
    planned = bring(tmp_path, later)
    assert (len(planned.changed), len(planned.moved)) == (1, 3)
    assert rows(tmp_path)["west"][1] == 1
    assert not bring(tmp_path, later).does_something


def test_a_question_that_was_moved_here_stays_where_it_is(tmp_path: Path, package: Path) -> None:
    bring(tmp_path, package)
    (tmp_path / "vault/Anki/flashcards/Stars.md").rename(tmp_path / "vault/mine.md")
    before = notes(tmp_path)
    later = changed(package, tmp_path / "later.apkg", f"{DECK} UPDATE cards SET did = 77")
    planned = bring(tmp_path, later)
    assert [one.why for one in planned.kept] == ["it was moved in Anki and here; it stays where it is"] * 3
    assert notes(tmp_path) == before


def test_a_question_gets_its_second_card_when_anki_makes_it(tmp_path: Path, package: Path) -> None:
    one = changed(package, tmp_path / "one.apkg", f"DELETE FROM cards WHERE id = {CARD.format(1, 'left')}")
    bring(tmp_path, one)
    assert "right" not in rows(tmp_path)
    assert len(bring(tmp_path, package).changed) == 1
    assert rows(tmp_path)["right"] == ("2024-07-02", 0)
    assert rows(tmp_path)["left"][1] == 1


def test_a_card_that_gets_a_second_one_in_anki_does_not_come_twice(tmp_path: Path, package: Path) -> None:
    one = "DELETE FROM cards WHERE ord = 1 AND nid IN (SELECT id FROM notes WHERE flds LIKE 'left%')"
    types = "UPDATE col SET models = replace(models, '>{{Front}}<', '>{{Front}} and back?<')"
    first = changed(package, tmp_path / "one.apkg", f"{one};{types}")
    bring(tmp_path, first)
    second = changed(package, tmp_path / "two.apkg", types)
    planned = bring(tmp_path, second)
    assert (planned.cards, planned.changed) == (1, [])
    fronts = sorted(front for front in rows(tmp_path) if front.startswith(("left", "right")))
    assert fronts == ["left and back?", "right"]
    edited = changed(second, tmp_path / "edited.apkg", "UPDATE notes SET flds = replace(flds, 'left', 'west')")
    for planned in (bring(tmp_path, edited), bring(tmp_path, edited)):
        assert planned.cards == 0
    assert "west and back?" in rows(tmp_path)
    assert not planned.does_something
