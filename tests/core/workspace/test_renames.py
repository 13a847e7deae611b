"""Cards edited and notes moved while no program was open keep their history and their marks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unicodedata import normalize

import pytest

from studyapp.core.log.actions import Move
from studyapp.core.log.history import History
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.renames import Lineage, trace
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin, begin_with
from tests.helpers.vaults import NOW, handles_of, make_vault, workspace

TEXT = "#flashcards\n\nfirst::1\n\nsecond::2 ^block\n\nthird::3\n"


def graded(tmp_path: Path, text: str = TEXT) -> Workspace:
    """Each card is graded, in its order."""
    make_vault(tmp_path / "v", {"n.md": text})
    opened = workspace(tmp_path / "v", tmp_path / "h")
    session = begin(opened)
    for grade in (Grade.GOOD, Grade.EASY, Grade.HARD):
        session.saved(opened.store.save(session.grade(grade)))
    return opened


def edited(tmp_path: Path, old: str, new: str) -> tuple[Workspace, Lineage]:
    """The note after an edit, in a new run."""
    file = tmp_path / "v" / "n.md"
    before = file.read_text()
    assert old in before
    file.write_text(before.replace(old, new, 1))
    return traced(tmp_path)


def traced(tmp_path: Path, ahead: int = 0) -> tuple[Workspace, Lineage]:
    """What is found, and logged, where the clock is minutes behind that of the grades."""
    opened = workspace(tmp_path / "v", tmp_path / "h")
    found = trace(opened.vault, opened.history, NOW - timedelta(minutes=ahead))
    for move in found.moves:
        opened.journal.move(move)
    return opened, found


def grades_of(opened: Workspace, front: str) -> list[str]:
    (handle,) = [handle for handle in handles_of(opened.vault) if handle.card.front == front]
    return [str(action.grade) for action in opened.history.of(handle.id)]


@pytest.mark.parametrize(
    ("old", "new", "front", "grades"),
    [
        ("first::1", "first, but longer::1", "first, but longer", ["good"]),
        ("second::2", "zweite::2", "zweite", ["easy"]),
    ],
    ids=["by its schedule", "by its block id"],
)
def test_an_edited_card_keeps_its_history(tmp_path: Path, old: str, new: str, front: str, grades: list[str]) -> None:
    graded(tmp_path)
    opened, found = edited(tmp_path, old, new)
    assert len(found.moves) == 1
    assert grades_of(opened, front) == grades
    assert trace(opened.vault, opened.history, NOW) == Lineage()


def test_a_card_that_is_suspended_stays_so_when_its_text_changes(tmp_path: Path) -> None:
    opened = graded(tmp_path)
    session = begin_with(opened, [handle.row for handle in handles_of(opened.vault) if handle.card.front == "third"])
    opened.store.save(session.suspend())
    opened, _ = edited(tmp_path, "third::3", "the third::3")
    (handle,) = [handle for handle in handles_of(opened.vault) if handle.card.front == "the third"]
    assert opened.states.of(handle.id).suspended


def test_a_moved_note_keeps_the_history_of_its_cards(tmp_path: Path) -> None:
    graded(tmp_path)
    (tmp_path / "v" / "sub").mkdir()
    (tmp_path / "v" / "n.md").rename(tmp_path / "v" / "sub" / "m.md")
    opened, found = traced(tmp_path)
    assert [(move.was, move.now, move.of_note) for move in found.moves] == [("n.md", "sub/m.md", True)]
    assert grades_of(opened, "first") == ["good"]


@pytest.mark.parametrize("ahead", [0, 300])
def test_what_moves_often_is_found_once_each_time_whatever_the_clock_says(tmp_path: Path, ahead: int) -> None:
    """Time stands still, or the grades come from a device whose clock is ahead."""
    graded(tmp_path)
    file = tmp_path / "v" / "n.md"
    for round_ in range(3):
        file = file.rename(file.with_name(f"{round_}.md"))
        assert [len(traced(tmp_path, ahead)[1].moves) for _ in range(2)] == [1, 0]
        file.write_text(file.read_text().replace("first", "first again"))
        assert [len(traced(tmp_path, ahead)[1].moves) for _ in range(2)] == [1, 0]
    file = file.rename(file.with_name("n.md"))
    opened, found = traced(tmp_path, ahead)
    assert len(found.moves) == 1
    assert grades_of(opened, "first again again again") == ["good"]
    assert traced(tmp_path, ahead)[1].moves == []


def test_what_may_be_one_of_several_is_asked_and_only_once(tmp_path: Path) -> None:
    opened = graded(tmp_path, "#flashcards\n\nfirst::1\n\nsecond::2\n\nthird::3\n")
    file = tmp_path / "v" / "n.md"
    entry = opened.journal.applied[0].after
    file.write_text(f"#flashcards\n\none::1\n<!--SR:!{entry}-->\n\nother::2\n<!--SR:!{entry}-->\n")
    opened, found = traced(tmp_path)
    assert found.moves == []
    (undecided,) = found.undecided
    assert [card.side for card in undecided.candidates] == [1, 1]
    opened.journal.move(Move(str(undecided.card), str(undecided.candidates[1]), NOW))
    assert trace(opened.vault, opened.history, NOW).undecided == []
    assert grades_of(opened, "other") == ["good"]


def test_a_card_that_is_said_to_be_gone_is_not_asked_about_again(tmp_path: Path) -> None:
    opened = graded(tmp_path, "#flashcards\n\nfirst::1\n\nsecond::2\n\nthird::3\n")
    entry = opened.journal.applied[0].after
    text = f"#flashcards\n\none::1\n<!--SR:!{entry}-->\n\nother::2\n<!--SR:!{entry}-->\n"
    (tmp_path / "v" / "n.md").write_text(text)
    opened, found = traced(tmp_path)
    opened.journal.move(Move(str(found.undecided[0].card), "", NOW))
    assert trace(opened.vault, opened.history, NOW) == Lineage()
    assert workspace(tmp_path / "v", tmp_path / "h").journal.problems == []


def test_a_deleted_card_is_not_a_question(tmp_path: Path) -> None:
    graded(tmp_path)
    (tmp_path / "v" / "n.md").write_text("#flashcards\n\nnew::card\n")
    assert traced(tmp_path)[1] == Lineage()


def test_two_lost_cards_that_may_both_be_one_are_both_asked_about(tmp_path: Path) -> None:
    text = "#flashcards\n\nfirst::1 ^x\n\nsecond::2 ^y\n"
    make_vault(tmp_path / "v", {"n.md": text})
    opened = workspace(tmp_path / "v", tmp_path / "h")
    session = begin(opened)
    for _ in range(2):
        session.saved(opened.store.save(session.grade(Grade.GOOD)))
    one, other = (action.after for action in opened.journal.applied)
    (tmp_path / "v" / "n.md").write_text(f"#flashcards\n\nthird::3 ^x\n<!--SR:!{other}-->\n")
    assert one != other or opened.journal.applied[0].card != opened.journal.applied[1].card
    opened, found = traced(tmp_path)
    assert found.moves == []
    assert len(found.undecided) == 2
    assert {candidate for undecided in found.undecided for candidate in undecided.candidates} == {
        handle.id for handle in handles_of(opened.vault)
    }


def test_of_two_lost_cards_each_finds_its_own(tmp_path: Path) -> None:
    graded(tmp_path, "#flashcards\n\nfirst::1 ^x\n\nsecond::2 ^y\n\nthird::3\n")
    file = tmp_path / "v" / "n.md"
    file.write_text(file.read_text().replace("first::1", "uno::1").replace("second::2", "due::2"))
    opened, found = traced(tmp_path)
    assert len(found.moves) == 2
    assert found.undecided == []
    assert (grades_of(opened, "uno"), grades_of(opened, "due")) == (["good"], ["easy"])


def test_a_note_whose_name_has_its_letters_in_another_form_keeps_its_history(tmp_path: Path) -> None:
    make_vault(tmp_path / "v", {"Prüfung.md": TEXT})
    opened = workspace(tmp_path / "v", tmp_path / "h")
    session = begin(opened)
    session.saved(opened.store.save(session.grade(Grade.GOOD)))
    there = tmp_path / "v" / "Prüfung.md"
    there.write_text(there.read_text() + "\nfourth::4\n")
    (tmp_path / "v" / "Copy.md").write_text(there.read_text())  # which it might have been moved to
    there.rename(there.with_name(normalize("NFD", there.name)))
    opened, found = traced(tmp_path)
    assert found.moves == [Move("Prüfung.md", normalize("NFD", "Prüfung.md"), NOW, of_note=True)]
    first = next(one for one in handles_of(opened.vault) if one.card.front == "first" and one.note.path != "Copy.md")
    assert [action.grade for action in opened.history.of(first.id)] == [Grade.GOOD]


def rewritten(tmp_path: Path, text: str, *entries: str) -> Lineage:
    """Which of three graded cards are found in a rewritten note that has these entries."""
    opened = graded(tmp_path, "#flashcards\n\nfirst::1 ^x\n\nsecond::2 ^y\n\nthird:::3\n")
    after = {str(number): action.after for number, action in enumerate(opened.journal.applied)}
    (tmp_path / "v" / "n.md").write_text(f"#flashcards\n\n{text.format(*(after[entry] for entry in entries))}\n")
    return traced(tmp_path)[1]


def test_a_block_id_and_a_schedule_together_decide_among_several(tmp_path: Path) -> None:
    found = rewritten(tmp_path, "uno::1 ^x\n\neins::1 ^x\n<!--SR:!{}-->", "0")
    opened = workspace(tmp_path / "v", tmp_path / "h")
    fronts = {str(handle.id): handle.card.front for handle in handles_of(opened.vault)}
    assert [fronts[move.now] for move in found.moves] == ["eins"]
    assert found.undecided == []


def test_a_block_id_counts_more_than_a_schedule(tmp_path: Path) -> None:
    found = rewritten(tmp_path, "uno::1 ^x\n\neins::1\n<!--SR:!{}-->", "0")
    assert len(found.moves) == 1
    opened = workspace(tmp_path / "v", tmp_path / "h")
    (handle,) = [handle for handle in handles_of(opened.vault) if str(handle.id) == found.moves[0].now]
    assert handle.card.front == "uno"


def test_a_card_is_not_known_again_in_the_other_side_of_a_question(tmp_path: Path) -> None:
    found = rewritten(tmp_path, "uno:::1 ^x")
    fronts = {str(handle.id): handle.card.front for handle in handles_of(traced(tmp_path)[0].vault)}
    assert [fronts[move.now] for move in found.moves] == ["uno"]
    assert found.undecided == []


def test_a_schedule_counts_for_the_side_that_it_was_written_for(tmp_path: Path) -> None:
    assert rewritten(tmp_path, "eins:::1\n<!--SR:!2000-01-01,1,250!{}-->", "0") == Lineage()


@pytest.mark.parametrize(("kept", "moved"), [(1, False), (2, True), (3, True)])
def test_a_note_has_moved_where_half_of_its_questions_are_elsewhere(tmp_path: Path, kept: int, moved: bool) -> None:
    make_vault(tmp_path / "v", {"n.md": "#flashcards\n\na::1\n\nb::2\n\nc::3\n\nd::4\n"})
    opened = workspace(tmp_path / "v", tmp_path / "h")
    session = begin(opened)
    while session.current is not None:
        session.saved(opened.store.save(session.grade(Grade.EASY)))
    (tmp_path / "v" / "n.md").unlink()
    cards = [*["a::1", "b::2", "c::3", "d::4"][:kept], "x::1"]
    (tmp_path / "v" / "m.md").write_text("#flashcards\n\n" + "\n\n".join(cards) + "\n")
    assert [move.now for move in traced(tmp_path)[1].moves] == (["m.md"] if moved else [])


def test_a_note_that_may_be_one_of_two_has_not_moved(tmp_path: Path) -> None:
    graded(tmp_path)
    (tmp_path / "v" / "n.md").unlink()
    for name in ("m.md", "o.md"):
        (tmp_path / "v" / name).write_text(TEXT)
    assert traced(tmp_path)[1].moves == []


def test_a_note_that_the_logs_know_is_not_mistaken_for_a_lost_one(tmp_path: Path) -> None:
    make_vault(tmp_path / "v", {"n.md": "#flashcards\n\na::1\n", "m.md": "#flashcards\n\na::1\n"})
    opened = workspace(tmp_path / "v", tmp_path / "h")
    session = begin(opened)
    while session.current is not None:
        session.saved(opened.store.save(session.grade(Grade.EASY)))
    (tmp_path / "v" / "n.md").unlink()
    assert traced(tmp_path)[1].moves == []


def test_a_card_that_stands_in_another_note_is_known_by_its_text_and_its_schedule(tmp_path: Path) -> None:
    """The note has another name, and a new note has taken its old one."""
    graded(tmp_path)
    (tmp_path / "v" / "n.md").rename(tmp_path / "v" / "m.md")
    (tmp_path / "v" / "n.md").write_text("#flashcards\n\nother::1\n")
    opened, found = traced(tmp_path)
    assert len(found.moves) == 3
    assert grades_of(opened, "first") == ["good"]
    assert trace(opened.vault, opened.history, NOW) == Lineage()


@pytest.mark.parametrize("other", ["first::1\n", "first::1\n<!--SR:!2031-01-01,5,250-->\n", "{0}\n\n{0}"])
def test_an_equal_text_with_another_schedule_is_another_card(tmp_path: Path, other: str) -> None:
    graded(tmp_path)
    file = tmp_path / "v" / "n.md"
    card = file.read_text().split("\n\n")[1]
    file.write_text(file.read_text().replace(card, "nothing"))
    (tmp_path / "v" / "m.md").write_text(f"#flashcards\n\n{other.format(card)}")
    assert traced(tmp_path)[1] == Lineage()


def test_a_log_that_goes_away_meanwhile_names_no_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a drive is unplugged."""
    opened, last = graded(tmp_path), History.last
    file = tmp_path / "v" / "n.md"
    file.write_text(file.read_text().replace("first", "erst"))
    opened.vault.scan()

    def goes_away(history: History) -> dict[CardId, str]:
        known = last(history)
        opened.journal.path.unlink()
        return known

    monkeypatch.setattr(History, "last", goes_away)
    assert trace(opened.vault, opened.history, NOW) == Lineage()
