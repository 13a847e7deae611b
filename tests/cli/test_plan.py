"""`studyapp plan`: shows what would change, makes it one action, continues after an interruption."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from studyapp.cli.plan import finish
from studyapp.core.workspace.groups import UnfinishedError, begin_group, carry_out, undo_group, unfinished
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from tests.cli.test_main import as_json
from tests.helpers.commands import Run
from tests.helpers.vaults import NOW, NOW_TEXT, locations_of, make_vault, workspace

NOTES = 7
SR = "<!--SR:!2024-06-{:02},10,250!2024-06-20,4,230-->"


def note(number: int) -> str:
    cards = (
        f"c{number}:::d\n{SR.format(10 + number)}\n\nnew{number}::e\n\nf{number}::g\n<!--SR:!2024-06-15,3,250-->\n"
    )
    return f"#flashcards/{'odd' if number % 2 else 'even'}\n\nText before.\r\n\n{cards}\nText after.\n"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "v", {f"n{number}.md": note(number) for number in range(NOTES)}, {})


def texts(vault: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(vault.glob("*.md"))}


def bare(vault: Path) -> dict[str, bytes]:
    return {name: re.sub(rb"<!--SR:.*?-->", b"", raw) for name, raw in texts(vault).items()}


def test_it_shows_what_would_change_and_changes_nothing_without_a_yes(run: Run, vault: Path) -> None:
    before = texts(vault)
    said = run("plan", "postpone", "5", "--vault", vault, "--now", NOW_TEXT).stdout
    assert "13 cards of 28 would get another schedule, in 7 notes." in said
    assert "overdue: 5 now, 0 then" in said
    assert "2024-06-10  →  2024-06-20  +10 d" in said
    assert "Nothing was changed; --yes makes the change." in said
    assert texts(vault) == before


def test_it_is_one_action_that_undo_and_redo_take_as_a_whole(run: Run, vault: Path) -> None:
    before, words = texts(vault), bare(vault)
    run("plan", "postpone", "5", "--vault", vault, "--now", NOW_TEXT, "--yes")
    after = texts(vault)
    assert all(b"2024-06-20,10,250!2024-06-20,4,230" in after[f"n{number}.md"] for number in range(6))
    assert bare(vault) == words
    assert "Undid postponing by 5 days in 7 notes" in run("undo", "--vault", vault).stdout
    assert texts(vault) == before
    assert "Redid postponing by 5 days in 7 notes" in run("redo", "--vault", vault).stdout
    assert texts(vault) == after
    said = as_json(run("undo", "--vault", vault, "--json"))
    assert (said["notes"], said["left"]) == (7, [])
    assert texts(vault) == before


def test_one_note_is_one_note_while_it_is_written_and_taken_back(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    for module in ("plan", "grade"):
        monkeypatch.setattr(f"studyapp.cli.{module}.tell_progress", said.append)
    for notes, told in ((1, ["0 of 1 note…", "1 of 1 note…"]), (2, ["0 notes…", "1 note…"])):
        vault = make_vault(tmp_path / f"{notes}", {f"n{number}.md": note(number) for number in range(notes)}, {})
        run("plan", "postpone", "5", "--yes", "--vault", vault, "--now", NOW_TEXT)
        run("undo", "--vault", vault)
        if notes == 2:
            said.clear()
            run("redo", "--vault", vault)
        assert [*dict.fromkeys(filter(None, said))] == told


def test_a_deck_or_a_search_names_the_cards(run: Run, vault: Path) -> None:
    odd = as_json(run("plan", "due", "2024-08-01", "--deck", "flashcards/odd", "--json", "--vault", vault))
    assert (odd["cards"], odd["made"]) == (9, False)
    one = run("plan", "due", "2024-08-01", "--query", "f3", "--yes", "--json", "--vault", vault, "--now", NOW_TEXT)
    assert as_json(one) | {"days": [], "largest": []} == {
        "vault": str(vault), "what": "due", "asked": 1, "cards": 1, "notes": 1, "days": [], "largest": [],
        "overdue": {"before": 0, "after": 0}, "turned_back": 0, "newly_overdue": [],
        "made": True, "written": 1, "left": [],
    }  # fmt: skip
    assert b"f3::g\n<!--SR:!2024-08-01,3,250-->" in texts(vault)["n3.md"]


def test_a_due_day_in_the_past_names_the_cards_that_would_be_overdue(run: Run, vault: Path) -> None:
    said = run("plan", "due", "2024-06-01", "--query", "f3", "--vault", vault, "--now", NOW_TEXT).stdout
    assert "overdue: 0 now, 1 then" in said
    assert re.search(r"n3\.md:\w+:1:1 would be overdue", said)


def test_a_deck_is_converted_and_converted_back_by_undo(run: Run, vault: Path) -> None:
    before = texts(vault)
    run("plan", "to-fsrs", "--vault", vault, "--now", NOW_TEXT, "--yes")
    assert all(raw.count(b"!fsrs,") == 3 for raw in texts(vault).values())
    run("undo", "--vault", vault)
    assert texts(vault) == before


def test_cards_that_would_not_stay_converted_are_counted(run: Run, vault: Path) -> None:
    own = vault / ".studyapp/settings.toml"
    own.parent.mkdir()
    own.write_text('[presets.p]\nalgorithm = "FSRS"\n[deck_presets]\n"flashcards/odd" = "p"\n')
    at = ("--vault", vault, "--now", NOW_TEXT)
    asked = run("plan", "to-fsrs", *at).stdout
    assert "12 cards have `algorithm` SM-2-OSR in the settings, so the next review converts them back" in asked
    assert "converts them back" not in run("plan", "to-fsrs", "--deck", "flashcards/odd", *at).stdout
    run("plan", "to-fsrs", "--yes", *at)
    found = as_json(run("plan", "to-sm2", "--json", *at))
    assert (found["cards"], found["turned_back"]) == (21, 9)
    assert "converts them back" not in run("plan", "postpone", "3", *at).stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("postpone",), "write `studyapp plan postpone DAYS`"),
        (("postpone", "soon"), "'soon' is not a number of days"),
        (("due", "tomorrow", "--deck", "flashcards"), "'tomorrow' is not a day"),
        (("due", "0999-07-01", "--deck", "flashcards"), "'0999-07-01' is not a day such as"),
        (("due", "9999-12-31", "--deck", "flashcards"), "'9999-12-31' is not a day such as"),
        (("postpone", "３"), "'３' is not a number of days"),
        (("holiday", "2024-07-09", "2024-07-01"), "the holiday ends on 2024-07-01, before it begins"),
        (("holiday", "2024-05-09", "2024-05-11"), "the holiday was over on 2024-05-11"),
        (("reschedule", "--deck", "lost"), "there is no deck 'lost'"),
        (("due", "2024-07-01"), "name the cards: --deck, or --query"),
        (("reset",), "name the cards"),
    ],
)
def test_a_change_that_makes_no_sense_is_misuse(run: Run, vault: Path, words: tuple[str, ...], says: str) -> None:
    assert says in run("plan", *words, "--vault", vault, "--now", NOW_TEXT, code=2).stderr


class StopError(Exception):
    pass


def stopped_after(notes: int) -> Any:
    def tell(done: int, _of: int) -> None:
        if done == notes:
            raise StopError

    return tell


def interrupted(vault: Path, home: Path, after: int) -> Workspace:
    opened = workspace(vault, home)
    found = plan(opened, PlanOrder(PlanKind.POSTPONE, 5), opened.vault.rows())
    begin_group(opened, found.group)
    with pytest.raises(StopError):
        carry_out(opened, found.group, stopped_after(after))
    return opened


@pytest.mark.parametrize("after", [0, 3, 6])
def test_what_was_interrupted_is_finished_and_undone_as_a_whole(tmp_path: Path, vault: Path, after: int) -> None:
    before = texts(vault)
    interrupted(vault, tmp_path / "h", after)
    opened = workspace(vault, tmp_path / "h")
    group = unfinished(opened)
    assert group is not None
    done = carry_out(opened, group)
    assert (done.notes, done.left) == (7, [])
    assert unfinished(opened) is None
    wanted = plan(opened, PlanOrder(PlanKind.POSTPONE, 5), opened.vault.rows())
    assert all(day <= 0 for day in [one.days for one in wanted.largest])
    undone = undo_group(workspace(vault, tmp_path / "h").store, group.id, opened.clock())
    assert (len(undone.saved), undone.left) == (7, [])
    assert texts(vault) == before


def test_nothing_else_is_begun_before_that_is_finished_or_taken_back(tmp_path: Path, vault: Path) -> None:
    opened = interrupted(vault, tmp_path / "h", 3)
    other = plan(opened, PlanOrder(PlanKind.ADVANCE, 9), opened.vault.rows())
    with pytest.raises(UnfinishedError, match="postponing by 5 days was interrupted: `studyapp plan resume`"):
        begin_group(opened, other.group)


def test_undo_takes_back_what_was_interrupted_and_lets_go_of_the_rest(
    run: Run, at_home: dict[str, str], vault: Path
) -> None:
    before = texts(vault)
    locations = locations_of(at_home)
    opened = Workspace.open(vault, locations, lambda: NOW)
    opened.vault.scan()
    found = plan(opened, PlanOrder(PlanKind.POSTPONE, 5), opened.vault.rows())
    begin_group(opened, found.group)
    with pytest.raises(StopError):
        carry_out(opened, found.group, stopped_after(3))
    assert "Undid postponing by 5 days in 3 notes" in run("undo", "--vault", vault).stdout
    assert texts(vault) == before
    assert "nothing was interrupted" in run("plan", "resume", "--vault", vault, code=1).stderr


def test_a_card_that_was_reviewed_meanwhile_is_left_alone_and_named(tmp_path: Path, vault: Path) -> None:
    opened = interrupted(vault, tmp_path / "h", 3)
    path = vault / "n5.md"
    path.write_bytes(path.read_bytes().replace(b"2024-06-15,3,250", b"2024-06-21,6,250"))
    group = unfinished(opened)
    assert group is not None
    done = carry_out(workspace(vault, tmp_path / "h"), group)
    ((card, why),) = done.left
    assert card.startswith("n5.md:")
    assert why == "it has been reviewed since"
    assert b"2024-06-21,6,250" in path.read_bytes()
    assert b"2024-06-20,10,250" in path.read_bytes()


def test_where_nothing_was_changed_no_undo_is_offered(
    tmp_path: Path, vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = workspace(vault, tmp_path / "h")
    found = plan(opened, PlanOrder(PlanKind.POSTPONE, 5), opened.vault.rows())
    begin_group(opened, found.group)
    for note in vault.glob("*.md"):
        note.unlink()
    assert finish(opened, as_json=False) == 1
    said = capsys.readouterr().out
    assert "No note was changed." in said
    assert "undo" not in said


def test_an_invalid_entry_is_never_written(tmp_path: Path, vault: Path) -> None:
    opened = workspace(vault, tmp_path / "h")
    found = plan(opened, PlanOrder(PlanKind.POSTPONE, 5), opened.vault.rows())
    begin_group(opened, found.group)
    file = opened.locations.plan(vault)
    data = json.loads(file.read_text())
    data["notes"]["n0.md"][0]["after"] = "--> evil"
    file.write_text(json.dumps(data))
    group = unfinished(opened)
    assert group is not None
    done = carry_out(opened, group)
    assert len(done.left) == 1
    assert all(b"evil" not in raw for raw in texts(vault).values())


def found(run: Run, vault: Path, query: str) -> list[str]:
    cards = as_json(run("search", query, "--json", "--vault", vault, "--now", NOW_TEXT))["cards"]
    return [card["id"] for card in cards]


def test_set_due_changes_cards_by_their_ids_and_by_a_search_as_one_action(run: Run, vault: Path) -> None:
    before, at = texts(vault), ("--vault", vault, "--now", NOW_TEXT)
    (named,) = found(run, vault, "f1")
    said = as_json(run("set-due", "2024-08-01", named, named, "--query", "f3", "--json", *at))
    assert (said["what"], said["asked"], said["cards"], said["written"], said["left"]) == ("due", 2, 2, 2, [])
    assert [number for number in range(NOTES) if b"2024-08-01,3,250" in texts(vault)[f"n{number}.md"]] == [1, 3]
    assert "Undid setting the due day to 2024-08-01 in 2 notes" in run("undo", "--vault", vault).stdout
    assert texts(vault) == before


def test_reset_lets_cards_begin_again_until_it_is_undone(run: Run, vault: Path) -> None:
    before, at = texts(vault), ("--vault", vault, "--now", NOW_TEXT)
    assert "`studyapp undo` reverts all of it" in run("reset", "--query", "f2", *at).stdout
    assert b"f2::g\n<!--SR:!2024-06-15,1,250-->" in texts(vault)["n2.md"]
    assert bare(vault) == {name: re.sub(rb"<!--SR:.*?-->", b"", raw) for name, raw in before.items()}
    run("undo", "--vault", vault)
    assert texts(vault) == before


def test_what_has_no_schedule_to_change_is_reported(run: Run, vault: Path) -> None:
    before, at = texts(vault), ("--vault", vault, "--now", NOW_TEXT)
    assert "new cards have no schedule" in run("set-due", "2024-08-01", "--query", "new1", *at).stdout
    assert run("reset", "--query", "nothing is called this", *at).stdout == "No cards match.\n"
    none = as_json(run("reset", "--query", "new1", "--json", *at))
    assert (none["asked"], none["cards"], none["made"]) == (1, 0, False)
    assert texts(vault) == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("reset",), 2, "`--query QUERY`"),
        (("reset", "nonsense"), 2, "not a card id"),
        (("set-due", "2024-08-01"), 2, "`--query QUERY`"),
        (("set-due", "soon", "--query", "f3"), 2, "'soon' is not a day"),
        (("set-due", "2024-08-01", "n1.md:00000000000000:1:1", "--query", "f3"), 1, "no such card"),
    ],
)
def test_nothing_is_changed_if_cards_or_the_day_are_not_clear(
    run: Run, vault: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    before = texts(vault)
    assert says in run(*words, "--vault", vault, "--now", NOW_TEXT, code=code).stderr
    assert texts(vault) == before
