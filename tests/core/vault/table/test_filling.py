"""What a first look leaves for later is there when it is needed, and matches the notes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.vault.scan import scan
from studyapp.core.vault.table import filling, grams
from studyapp.core.vault.table.filling import QUESTIONS, TEXTS, are_missing
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Vault
from studyapp.study.search.parse import parse_query
from studyapp.study.search.rows import Known
from studyapp.study.search.table import SearchIndex
from tests.bench.generate import write_vault
from tests.helpers.strategies import examples
from tests.helpers.tiers import tiered

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SOURCE = b"#flashcards\n\na::b\n<!--SR:!2026-01-10,3,250-->\n\nc:::d\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("filling") / "vault"
    write_vault(made, 30, seed=4)
    return made


@pytest.fixture(scope="module")
def truth(folder: Path) -> Vault:
    """A vault in which nothing is left for later; for tests that only ask it."""
    return whole(folder)


@pytest.fixture(autouse=True)
def _many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every vault is a large one."""
    monkeypatch.setattr(scan, "MANY", 1)
    monkeypatch.setattr(filling, "_A_TURN", 3)


def looked_at(folder: Path, path: Path | None = None) -> Vault:
    """A vault after a first look."""
    vault = Vault(folder, table=VaultTable(path))
    vault.scan()
    return vault


def whole(folder: Path) -> Vault:
    vault = looked_at(folder)
    vault.table.fill()
    return vault


def misses(vault: Vault, what: str) -> bool:
    return vault.table.ask(lambda read: are_missing(read, what))


def found(vault: Vault, query: str) -> list[str]:
    index = SearchIndex(vault.table)
    index.mark({row.id: Known(leech=True) for row in vault.rows(paths=vault.paths()[:2])} if "leech" in query else {})
    numbers = index.search(parse_query(query, NOW), NOW)
    assert numbers is not None
    return [str(hit and (hit.id, hit.front, hit.line)) for hit in index.cards(numbers)]


def grams_made(vault: Vault) -> object:
    vault.table.make_grams(lambda: True)
    return vault.table.ask(lambda read: read.execute("SELECT count(*), sum(length(folded)) FROM text").fetchone())


def first(vault: Vault) -> object:
    handle = vault.first_due(NOW)
    return handle and (str(handle.id), handle.card.front)


ASKED: dict[str, Callable[[Vault], object]] = {
    "rows": lambda vault: list(vault.rows()),
    "rows of a deck": lambda vault: list(vault.rows("flashcards/maths")),
    "a sheet": lambda vault: vault.sheet(vault.paths()[5]),
    "due": lambda vault: list(vault.line(vault.due_numbers(NOW, overdue=True))),
    "new": lambda vault: vault.line(vault.new_numbers())[3:9],
    "first": first,
    "counts": lambda vault: vault.counts(NOW),
    "words": lambda vault: found(vault, "rank"),
    "letters": lambda vault: found(vault, "a"),
    "kinds": lambda vault: found(vault, "type:cloze"),
    "marks": lambda vault: found(vault, "is:leech"),
    "grams": grams_made,
    "multi": lambda vault: vault.inferred,
    "hashes": lambda vault: vault.paths_with([row.question.hash for row in vault.rows(paths=vault.paths()[:3])]),
}


@given(st.permutations(sorted(ASKED)))
@examples(20)
def test_all_that_is_asked_is_answered_as_if_nothing_were_left_for_later(
    folder: Path, truth: Vault, order: list[str]
) -> None:
    vault = looked_at(folder)
    assert misses(vault, QUESTIONS)
    assert misses(vault, TEXTS)
    for name in order:
        assert ASKED[name](vault) == ASKED[name](truth), name
    assert not misses(vault, QUESTIONS)


def test_counting_and_ordering_make_nothing_and_a_search_makes_only_texts(folder: Path) -> None:
    vault = looked_at(folder)
    vault.counts(NOW)
    vault.candidates(NOW)
    vault.due_numbers(NOW, overdue=True)
    assert misses(vault, TEXTS)
    SearchIndex(vault.table).search(parse_query("rank", NOW), NOW)
    assert not misses(vault, TEXTS)
    assert misses(vault, QUESTIONS)


def test_what_lists_show_can_be_made_before_a_list_asks_for_it(folder: Path) -> None:
    vault = looked_at(folder)
    index = SearchIndex(vault.table)
    left = iter([True, False])
    index.complete(lambda: next(left))
    assert misses(vault, QUESTIONS)
    index.complete()
    assert not misses(vault, QUESTIONS)
    assert not misses(vault, TEXTS)


def test_a_card_makes_only_the_questions_of_its_note(folder: Path) -> None:
    vault = looked_at(folder)
    row = vault.line(vault.due_numbers(NOW, overdue=True))[0]
    asked = "SELECT DISTINCT path FROM question JOIN note ON note.id = note"
    assert vault.table.ask(lambda read: read.execute(asked).fetchall()) == [(row.path.encode(),)]


def test_another_run_continues_with_what_was_left(folder: Path, truth: Vault, tmp_path: Path) -> None:
    looked_at(folder, tmp_path / "t.sqlite").table.close()
    again = Vault(folder, table=VaultTable(tmp_path / "t.sqlite"))
    assert misses(again, QUESTIONS)
    assert list(again.rows()) == list(truth.rows())


def test_a_review_keeps_a_card_whose_note_changed_before_its_questions_were_made(tmp_path: Path) -> None:
    (tmp_path / "v").mkdir()
    for name in "abc":
        (tmp_path / "v" / f"{name}.md").write_bytes(SOURCE)
    vault, truth = looked_at(tmp_path / "v"), whole(tmp_path / "v")
    line = vault.line(vault.due_numbers(NOW, overdue=True))
    (tmp_path / "v" / "a.md").write_bytes(b"#flashcards\n\nx::y\n")
    vault.refresh("a.md")
    assert list(line) == list(truth.line(truth.due_numbers(NOW, overdue=True)))


@pytest.mark.parametrize("made", [0, 1, 2])
def test_texts_that_come_after_trigrams_were_begun_have_theirs(
    folder: Path, truth: Vault, monkeypatch: pytest.MonkeyPatch, made: int
) -> None:
    """Another program may take in a whole vault while this one makes trigrams."""
    monkeypatch.setattr(grams, "_A_TURN", 40)
    vault = looked_at(folder)
    monkeypatch.setattr(vault.table, "fill", lambda *_, **__: None)
    vault.table._change(lambda write: filling.fill_some(write, TEXTS, "note > 20"))
    for _ in range(made):
        vault.table._change(grams.make_some)
    monkeypatch.undo()
    monkeypatch.setattr(filling, "_A_TURN", 3)
    vault.table.make_grams(lambda: True)
    vault.table.search(lambda read: read.execute("INSERT INTO gram (gram, rank) VALUES ('integrity-check', 1)"))
    assert found(vault, "rank") == found(truth, "rank")


DAMAGE = [
    "UPDATE pending SET held = CAST(substr(held, 1, 20) || x'00' || substr(held, 22) AS BLOB)",
    "UPDATE pending SET held = x''",
    "UPDATE pending SET decks = '[1, 1, 1]'",
    "UPDATE pending SET decks = CAST(x'ff' AS TEXT)",
]


@pytest.mark.parametrize(
    "change",
    [
        *DAMAGE,
        "UPDATE pending SET note = note + 1000",
        "DELETE FROM pending",
        "DELETE FROM textless",
        "INSERT OR IGNORE INTO textless SELECT id FROM note",
        "UPDATE note SET name = CAST(x'ff' AS TEXT)",
    ],
)
def test_what_was_left_for_later_is_not_believed_where_it_was_changed(
    folder: Path, truth: Vault, tmp_path: Path, change: str
) -> None:
    path = tmp_path / "t.sqlite"
    vault = looked_at(folder, path)
    vault.table.check()
    vault.table.close()
    damage(path, change)
    again = looked_at(folder, path)
    assert list(again.rows()) == list(truth.rows())
    assert found(again, "rank") == found(truth, "rank")
    again.table.close()


@tiered("change", DAMAGE)
def test_what_was_left_for_later_is_read_again_where_it_is_damaged_under_way(
    folder: Path, truth: Vault, tmp_path: Path, change: str
) -> None:
    vault = looked_at(folder, tmp_path / "t.sqlite")
    damage(tmp_path / "t.sqlite", change)
    assert list(vault.rows()) == list(truth.rows())
    assert found(vault, "rank") == found(truth, "rank")
    vault.table.close()


@pytest.mark.parametrize("what", [QUESTIONS, TEXTS])
def test_what_is_missing_and_cannot_be_made_is_damage_and_no_endless_wait(
    folder: Path, truth: Vault, tmp_path: Path, what: str
) -> None:
    vault = looked_at(folder, tmp_path / "t.sqlite")
    damage(tmp_path / "t.sqlite", "UPDATE pending SET note = note + 1000")
    vault.table.fill(what)
    assert list(vault.rows()) == list(truth.rows())
    vault.table.close()


def damage(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)
    connection.close()
