"""Cards here that were reviewed elsewhere: no duplicates, the later schedule, the reviews of both sides."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest

from studyapp.core.log.ledger_rows import Record
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.groups import turn_whole
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.imports.import_plan import ImportPlan, plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.sources import opened_source
from studyapp.study.review.today import begin_with
from tests.helpers.packages import changed
from tests.helpers.vaults import NOW, ROOT, make_vault, workspace

TEXT = "#flashcards\n\nFrance::Paris\n<!--SR:!2024-06-15,4,250-->\n\nleft:::right\n\nThe ==sun== is ==hot==\n"
LATER = NOW + timedelta(days=30)


def opened(tmp_path: Path, now: datetime = NOW) -> Workspace:
    return workspace(tmp_path / "vault", tmp_path / "home", now)


def bring(vault: Workspace, file: Path) -> ImportPlan:
    with opened_source(file) as source:
        planned = plan_import(vault, source, "Anki")
        bring_in(vault, source, planned)
    return planned


def reviewed(file: Path, to: Path, front: str, at: datetime, days: int) -> Path:
    """A package in which a card was graded good once more."""
    moment = int(at.timestamp() * 1000)
    card = f"SELECT cards.id FROM cards JOIN notes ON nid = notes.id WHERE flds LIKE '{front}%' AND ord = 0"
    return changed(
        file,
        to,
        f"INSERT INTO revlog VALUES ({moment}, ({card}), -1, 3, {days}, 4, 2500, 5000, 1);"
        f"UPDATE cards SET type = 2, queue = 2, ivl = {days}, factor = 2500, data = '', "
        f"due = {days} + (SELECT CAST(({moment} / 1000 - crt) / 86400 AS INT) FROM col) WHERE id IN ({card})",
    )


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """What went to Anki, after one grade here."""
    make_vault(tmp_path / "vault", {"n.md": TEXT})
    vault = opened(tmp_path)
    session = begin_with(vault, ())
    session.take(next(iter(vault.vault.rows())))
    vault.store.save(session.grade(Grade.GOOD))
    vault = opened(tmp_path)
    export(vault, tmp_path / "out.apkg")
    return tmp_path / "out.apkg"


def test_what_went_to_anki_comes_back_as_no_second_card(tmp_path: Path, exported: Path) -> None:
    before = (tmp_path / "vault/n.md").read_bytes()
    planned = bring(opened(tmp_path), exported)
    assert (planned.cards, planned.same, planned.reviewed) == (0, 3, [])
    assert (tmp_path / "vault/n.md").read_bytes() == before
    assert not (tmp_path / "vault/Anki").exists()


@pytest.mark.parametrize("front", ["France", "left"])
def test_a_later_review_in_anki_counts_here_until_it_is_undone(tmp_path: Path, exported: Path, front: str) -> None:
    note = tmp_path / "vault/n.md"
    before = note.read_bytes()
    later = reviewed(exported, tmp_path / "later.apkg", front, NOW + timedelta(days=10), 25)
    vault = opened(tmp_path, LATER)
    count = len(list(vault.history.reviews()))
    planned = bring(vault, later)
    assert (planned.cards, len(planned.reviewed)) == (0, 1)
    vault = opened(tmp_path, LATER)
    (row,) = [one for one in vault.vault.rows() if vault.vault.find(one.id).card.front == front]
    assert row.schedule is not None
    assert str(row.schedule.due) == str((NOW + timedelta(days=35)).date())
    assert len(list(vault.history.reviews())) == count + 1
    assert bring(vault, later).reviewed == []
    action = vault.journal.last_applied()
    assert action is not None
    assert action.group is not None
    assert turn_whole(vault, action.group, back=True).left == []
    assert note.read_bytes() == before
    assert len(list(opened(tmp_path, LATER).history.reviews())) == count


def test_a_later_review_here_stays_and_the_one_in_anki_is_added_to_the_history(
    tmp_path: Path, exported: Path
) -> None:
    earlier = reviewed(exported, tmp_path / "earlier.apkg", "France", NOW - timedelta(days=2), 25)
    before = (tmp_path / "vault/n.md").read_bytes()
    vault = opened(tmp_path, LATER)
    count = len(list(vault.history.reviews()))
    assert len(bring(vault, earlier).reviewed) == 1
    assert (tmp_path / "vault/n.md").read_bytes() == before
    assert len(list(opened(tmp_path, LATER).history.reviews())) == count + 1


def test_our_schedule_stays_where_anki_has_none_and_logged_no_reset(tmp_path: Path, exported: Path) -> None:
    later = reviewed(exported, tmp_path / "later.apkg", "France", NOW + timedelta(days=10), 25)
    none = changed(later, tmp_path / "none.apkg", "UPDATE cards SET type = 0, queue = 0, ivl = 0")
    before = (tmp_path / "vault/n.md").read_bytes()
    assert len(bring(opened(tmp_path, LATER), none).reviewed) == 1
    assert (tmp_path / "vault/n.md").read_bytes() == before


def test_our_text_stays_where_it_was_changed_in_anki(tmp_path: Path, exported: Path) -> None:
    edited = changed(exported, tmp_path / "edited.apkg", "UPDATE notes SET flds = replace(flds, 'Paris', 'Lyon')")
    before = (tmp_path / "vault/n.md").read_bytes()
    planned = bring(opened(tmp_path), edited)
    assert [one.why for one in planned.kept] == ["it went to Anki from here; your text stays"]
    assert (tmp_path / "vault/n.md").read_bytes() == before


def test_a_card_that_came_from_anki_takes_its_later_reviews_also_in_another_note(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault", {})
    vault = opened(tmp_path, NOW.replace(year=2027))
    bring(vault, ROOT / "tests/data/anki/old.apkg")
    german = tmp_path / "vault/Anki/German.md"
    german.rename(tmp_path / "vault/Moved.md")
    later = reviewed(ROOT / "tests/data/anki/old.apkg", tmp_path / "later.apkg", "cat", NOW.replace(year=2027), 40)
    vault = opened(tmp_path, NOW.replace(year=2028))
    vault.follow_moves()
    planned = bring(vault, later)
    assert (planned.cards, len(planned.reviewed)) == (0, 1)
    assert planned.reviewed[0].place.path == "Moved.md"
    assert "2027-07-25,40,250" in (tmp_path / "vault/Moved.md").read_text()


def graded(tmp_path: Path, vault: str, fronts: str, now: datetime, grade: Grade = Grade.GOOD) -> None:
    """Grade the cards of a vault whose fronts begin so."""
    opened = workspace(tmp_path / vault, tmp_path / f"home of {vault}", now)
    session = begin_with(opened, ())
    for row in list(opened.vault.rows()):
        if opened.vault.find(row.id).card.front.startswith(fronts):
            session.take(row)
            opened.store.save(session.grade(grade))


def as_json(tmp_path: Path, vault: str, now: datetime) -> Path:
    opened = workspace(tmp_path / vault, tmp_path / f"home of {vault}", now)
    export(opened, tmp_path / f"{vault}.json")
    return tmp_path / f"{vault}.json"


def past(vault: Workspace) -> list[tuple[datetime, Grade | None, str]]:
    return sorted((one.at, one.grade, vault.vault.find(CardId.parse(one.name)).card.front) for one in renamed(vault))


def renamed(vault: Workspace) -> list[Record]:
    return [vault.history.renamed(one) for one in vault.history.reviews()]


def test_our_json_once_more_brings_what_was_reviewed_since_and_no_doubles(tmp_path: Path) -> None:
    make_vault(tmp_path / "ours", {"n.md": TEXT})
    make_vault(tmp_path / "theirs", {})
    graded(tmp_path, "ours", "France", NOW)

    def theirs() -> Workspace:
        return workspace(tmp_path / "theirs", tmp_path / "home of theirs", LATER)

    bring(theirs(), as_json(tmp_path, "ours", NOW))
    graded(tmp_path, "theirs", "left", NOW + timedelta(days=1))
    (tmp_path / "theirs/Anki/n.md").rename(tmp_path / "theirs/elsewhere.md")
    theirs().follow_moves()
    for day, front in ((2, "France"), (3, "left")):
        graded(tmp_path, "ours", front, NOW + timedelta(days=day))
    later = as_json(tmp_path, "ours", NOW + timedelta(days=4))
    planned = bring(theirs(), later)
    assert (planned.cards, len(planned.reviewed)) == (0, 2)
    assert [(at - NOW).days for at, _, _ in past(theirs())] == [0, 1, 2, 3]
    source = (tmp_path / "ours/n.md").read_text().partition("\n\n")[2]
    assert (tmp_path / "theirs/elsewhere.md").read_text().endswith(source)
    assert not bring(theirs(), later).does_something


def test_json_of_this_vault_brings_no_second_card_but_the_reviews_of_the_other_copy(tmp_path: Path) -> None:
    make_vault(tmp_path / "ours", {"n.md": TEXT})
    graded(tmp_path, "ours", "France", NOW)
    copytree(tmp_path / "ours", tmp_path / "theirs")
    graded(tmp_path, "theirs", "France", NOW + timedelta(days=5), Grade.AGAIN)
    graded(tmp_path, "ours", "France", NOW + timedelta(days=3))
    ours = workspace(tmp_path / "ours", tmp_path / "home of ours", LATER)
    third = workspace(make_vault(tmp_path / "third", {}), tmp_path / "home of third", LATER)
    bring(third, as_json(tmp_path, "theirs", NOW + timedelta(days=6)))
    planned = bring(ours, as_json(tmp_path, "theirs", NOW + timedelta(days=6)))
    assert (planned.cards, planned.same, len(planned.reviewed)) == (0, 3, 1)
    ours = workspace(tmp_path / "ours", tmp_path / "home of ours", LATER)
    assert [(at - NOW).days for at, _, _ in past(ours)] == [0, 3, 5]
    assert (tmp_path / "ours/n.md").read_bytes() == (tmp_path / "theirs/n.md").read_bytes()
    bring(ours, as_json(tmp_path, "theirs", NOW + timedelta(days=6)))
    theirs = workspace(tmp_path / "theirs", tmp_path / "home of theirs", LATER)
    bring(theirs, as_json(tmp_path, "ours", LATER))
    assert past(workspace(tmp_path / "theirs", tmp_path / "home of theirs", LATER)) == past(ours)
    assert not bring(theirs, as_json(tmp_path, "ours", LATER)).does_something
    bring(third, as_json(tmp_path, "ours", LATER))
    assert len(past(workspace(tmp_path / "third", tmp_path / "home of third", LATER))) == 3


@pytest.mark.parametrize(
    "odd",
    [
        {"card": "nonsense"},
        {"at": "2024-06-15T12:00:00"},
        {"at": "never"},
        {"card": 7},
        {"text": "\ud800", "digest": ""},
    ],
)
def test_odd_lines_about_earlier_imports_do_no_harm(tmp_path: Path, odd: dict[str, object]) -> None:
    make_vault(tmp_path / "ours", {"n.md": TEXT})
    file = as_json(tmp_path, "ours", NOW)
    bring(workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home"), file)
    known = tmp_path / "vault/.studyapp/anki-in.json"
    told = json.loads(known.read_text())
    told["questions"] = {key: one | odd for key, one in told["questions"].items()}
    known.write_text(json.dumps(told))
    assert bring(opened(tmp_path), file).cards in (0, 4)
