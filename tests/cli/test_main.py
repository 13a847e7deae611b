"""The command line, run as a user or a script runs it."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from studyapp.cli import main, opening
from studyapp.cli.commands import COMMANDS
from studyapp.cli.parser import parser_of
from studyapp.cli.parts import commands_of, parts_of
from studyapp.core.vault.scan import note_files
from tests.helpers.commands import Done, Run
from tests.helpers.tiers import tiered
from tests.helpers.vaults import SEED, make_vault, open_vault


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault", {SEED.name: SEED.read_bytes()})


def as_json(done: Done) -> Any:
    return json.loads(done.stdout)


NOW = ("--now", "2024-06-15T09:30:00Z")


def test_many_equal_problems_are_shown_as_one(run: Run, tmp_path: Path) -> None:
    text = "#flashcards\n\n" + "\n\n".join(f"text {number}\n<!--SR:!2024-01-04,3,250-->" for number in range(300))
    said = run("cards", make_vault(tmp_path / "many", {"A.md": text}, {})).stderr
    assert "300 problems:\n  warning: A.md:4: this schedule comment belongs to no card." in said
    assert "And 299 more like this; `studyapp doctor` lists them." in said
    assert len(said.splitlines()) == 3


def test_cards_lists_every_question_with_lines_cards_and_findings(run: Run, vault: Path) -> None:
    found = as_json(run("cards", vault / SEED.name, "--json"))
    assert [(q["type"], q["lines"], q["decks"]) for q in found["questions"]] == [
        ("cloze", [48, 49], ["flashcards"]),
        ("multi_basic", [59, 63], ["flashcards"]),
    ]
    (card,) = found["questions"][1]["cards"]
    assert card["front"] == "> [!NOTE]\n> What's the difference between soft prompt tuning and prefix tuning?"
    assert card["schedule"] == {"algorithm": "sm2", "due": "2024-02-20", "interval": 88, "ease": 290}
    assert [(p["code"], p["line"]) for p in found["problems"]] == [("orphan-schedule", 53)]


def test_a_grade_changes_one_comment_and_undo_and_redo_go_back_and_forth(run: Run, vault: Path) -> None:
    note = vault / SEED.name
    before = note.read_bytes()
    cards = as_json(run("cards", note, "--json"))["questions"]
    card_id = cards[1]["cards"][0]["id"]
    done = as_json(run("grade", card_id, "--grade", "hard", "--vault", vault, *NOW, "--json"))
    assert (done["grade"], done["saved"], done["schedule"]["due"]) == ("hard", True, "2024-07-29")
    after = note.read_bytes()
    assert after == before.replace(b"<!--SR:!2024-02-20,88,290-->", b"<!--SR:!2024-07-29,44,270-->")
    run("undo", "--vault", vault)
    assert note.read_bytes() == before
    run("redo", "--vault", vault)
    assert note.read_bytes() == after


def test_due_says_the_same_to_scripts_and_to_people(run: Run, vault: Path) -> None:
    found = as_json(run("due", vault, *NOW, "--json"))
    assert (found["due"], found["new"], found["total"], len(found["cards"])) == (2, 0, 2, 2)
    assert "flashcards    2    0      2" in run("due", vault, *NOW).stdout
    assert as_json(run("due", vault, "--now", "2024-01-10T00:00Z", "--json"))["due"] == 1
    assert "no deck" in run("due", vault, "--deck", "nothing", code=2).stderr
    assert "no deck ''" in run("due", vault, "--deck", "", code=2).stderr


def test_a_note_below_a_configuration_folder_without_plugin_settings_belongs_to_the_vault_around(
    run: Run, tmp_path: Path
) -> None:
    exam = {"flashcardTags": ["#exam"], "singleLineCardSeparator": ";;"}
    vault = make_vault(tmp_path / "v", {"Sub/Deep/b.md": "#exam\n\nx;;y\n"}, exam)
    for folder in ("Sub", "Sub/Deep"):
        (vault / folder / ".obsidian").mkdir()
    found = as_json(run("cards", vault / "Sub/Deep/b.md", "--json"))
    assert (found["vault"], len(found["questions"])) == (str(vault), 1)
    make_vault(vault / "Sub", {}, {})
    found = as_json(run("cards", vault / "Sub/Deep/b.md", "--json"))
    assert (found["vault"], len(found["questions"])) == (str(vault / "Sub"), 0)


def test_due_says_that_there_are_no_cards_only_where_there_are_none(run: Run, vault: Path, tmp_path: Path) -> None:
    assert "no cards" not in run("due", vault, *NOW, "--deck", "flashcards").stdout
    assert "no cards" in run("due", make_vault(tmp_path / "empty", {"a.md": "a::b\n"}), *NOW).stdout
    assert run("cards", tmp_path / "empty").stdout == "0 cards in 1 note\n"


def test_due_leaves_out_what_is_put_away_and_what_the_limits_hold_back(run: Run, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"a.md": "#flashcards\n\na::b\n\nc::d\n\ne::f\n"})
    card = as_json(run("cards", vault / "a.md", "--json"))["questions"][0]["cards"][0]["id"]
    mark = {"v": 1, "kind": "mark", "id": "1", "at": "2024-06-14T09:00:00+00:00", "card": card, "before": None}
    mark |= {"after": "", "grade": None, "seconds": None, "seen": ["", "single_basic", 1, 1, None, []]}
    mark |= {"marks": [[card, "suspended", "1"]]}
    log = vault / ".studyapp/reviews/other.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(json.dumps(mark) + "\n")
    found = as_json(run("due", vault, *NOW, "--json"))
    assert (found["new"], found["total"], found["held_back"]) == (2, 3, 0)
    assert "flashcards    0    2      3" in run("due", vault, *NOW).stdout
    (vault / ".studyapp/settings.toml").write_text("new_cards_per_day = 1\n")
    found = as_json(run("due", vault, *NOW, "--json"))
    assert (found["new"], found["total"], found["held_back"]) == (1, 3, 1)
    assert run("due", vault, *NOW, "--format", "{new} {today}").stdout == "1 1\n"


def test_without_a_vault_a_copy_of_the_bundled_one_is_used_and_then_the_last_one(
    run: Run, vault: Path, tmp_path: Path
) -> None:
    trial = as_json(run("due", "--json"))["vault"]
    assert trial == str(tmp_path / "home/.local/share/studyapp/vault")
    assert (Path(trial) / SEED.name).read_bytes() == SEED.read_bytes()
    run("due", vault)
    assert as_json(run("due", "--json"))["vault"] == str(vault)


def test_settings_shows_where_each_value_came_from(run: Run, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"a.md": "x\n"}, {"baseEase": 230})
    (vault / ".studyapp").mkdir()
    (vault / ".studyapp/settings.toml").write_text("easy_bonus = 1.5\n")
    shown = as_json(run("settings", "--vault", vault, "--set", "overdue=documented", "--json"))["settings"]
    assert (shown["base_ease"]["value"], Path(shown["base_ease"]["origin"]).name) == (230, "data.json")
    assert (shown["easy_bonus"]["value"], Path(shown["easy_bonus"]["origin"]).name) == (1.5, "settings.toml")
    assert shown["overdue"] == {"value": "documented", "origin": "command line"}
    assert shown["algorithm"] == {"value": "SM-2-OSR", "origin": "default"}


def test_inferred_question_marks_are_said_and_shown_as_such(run: Run, vault: Path) -> None:
    assert "`??` is taken as the plain separator" in run("due", vault).stderr
    shown = as_json(run("settings", "--vault", vault, "--json"))["settings"]
    assert shown["multiline_card_separator"] == {"value": "??", "origin": "inferred from the notes"}


def test_settings_say_which_folders_are_read_with_which_settings(run: Run, tmp_path: Path) -> None:
    root = make_vault(tmp_path / "v", {"a.md": "", "Sub/b.md": "", "Sub/.obsidian/app.json": "{}"}, {"baseEase": 230})
    make_vault(root / "Own", {"c.md": ""}, {"baseEase": 210})
    said = run("settings", "--vault", root).stdout
    assert "Sub/ is read with the settings of the vault around; Own/ is read with settings of its own." in said
    assert "within Own/, a vault of its own:" in said
    own, sub = as_json(run("settings", "--vault", root, "--json"))["nested"]
    assert (own["folder"], own["inherits"], own["settings"]["base_ease"]["value"]) == ("Own/", False, 210)
    assert sub == {"folder": "Sub/", "inherits": True, "settings": {}}


def test_init_makes_a_vault_with_a_card_of_each_type_and_spares_what_is_there(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    run("init", folder)
    found = as_json(run("cards", "--vault", folder, "--json"))
    assert {q["type"] for q in found["questions"]} == {
        "single_basic",
        "single_reversed",
        "multi_basic",
        "multi_reversed",
        "cloze",
    }
    assert found["problems"] == []
    assert "not empty" in run("init", folder, code=1).stderr


@contextmanager
def no_room() -> Iterator[None]:
    """Files can take next to nothing, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("words", [["init", "new"], ["due"], ["install-links"]])
def test_what_a_full_disk_refused_in_part_is_made_whole_later(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with no_room():
        assert re.search("can't (make|copy|write)", run(*words, code=1).stderr)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "state"]
    run(*words)


def test_a_note_that_cannot_be_written_keeps_the_grade_and_says_so(run: Run, vault: Path) -> None:
    note = vault / SEED.name
    card_id = as_json(run("cards", note, "--json"))["questions"][0]["cards"][0]["id"]
    note.chmod(0o444)
    before = note.read_bytes()
    message = run("grade", card_id, "--grade", "good", "--vault", vault, code=1).stderr
    assert "read-only" in message
    assert ".jsonl" in message
    assert note.read_bytes() == before
    assert as_json(run("due", vault, "--json"))["waiting"] == 1
    note.chmod(0o644)
    other = as_json(run("cards", note, "--json"))["questions"][1]["cards"][0]["id"]
    run("grade", other, "--grade", "good", "--vault", vault)
    assert as_json(run("due", vault, "--json"))["waiting"] == 0
    assert note.read_bytes().count(b"\n") == before.count(b"\n")
    assert b"2024-01-10" not in note.read_bytes()


@pytest.mark.slow
def test_several_copies_grading_cards_of_one_note_at_once_all_get_their_grade_in_and_out_again(
    run: Run, run_beside: Run, tmp_path: Path
) -> None:
    text = "#flashcards\n\n" + "".join(f"question {number}::answer\n\n" for number in range(8))
    vault = make_vault(tmp_path / "v", {"n.md": text}, {})
    ids = [question["cards"][0]["id"] for question in as_json(run("cards", vault, "--json"))["questions"]]
    with ThreadPoolExecutor(len(ids)) as together:
        list(together.map(lambda card: run_beside("grade", card, "--grade", "good", "--vault", vault), ids))
    note = vault / "n.md"
    assert note.read_text().count("<!--SR:") == len(ids)
    assert as_json(run("due", vault, "--json"))["waiting"] == 0
    for _ in ids:
        run("undo", "--vault", vault)
    assert note.read_text() == text


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["due", "/nowhere/at/all"], 1, "there is no folder"),
        (["frobnicate"], 1, "there is no folder"),
        (["undo"], 1, "nothing to undo"),
        (["grade", "x", "--grade", "good"], 2, "not a card id"),
        (["grade", "x.md:0:1:1", "--grade", "good"], 1, "not in the vault"),
        (["grade", "x.md:0:1:1", "--grade", "fine"], 2, "'fine' is not again, hard, good or easy"),
        (["grade-note", "x.md", "--grade", "again"], 2, "'again' is not hard, good or easy"),
        (["doctor", "--severity", "huge"], 2, "'huge' is not remark, warning or error"),
        (["due", "--now", "soon"], 2, "is not a time"),
        (["due", "--set", "base_ease"], 2, "KEY=VALUE"),
        (["due", "--set", "base_ease=much"], 2, "base_ease"),
        (["cards", "/nowhere.md"], 1, "there is no"),
        (["import"], 2, "name the file"),
        (["import", "/nowhere.apkg"], 1, "can't read /nowhere.apkg (No such file or directory)"),
        (["exam", "finals", "--remove"], 2, "there is no exam 'finals'"),
        (["plan", "exam", "finals"], 2, "there is no upcoming exam 'finals'; `studyapp exam` makes one"),
        (["decide", "--preset", "hard"], 2, "there is no preset 'hard'; none is set up"),
        (["init"], 2, "name the folder"),
        (["search", "", "--sort", "age"], 2, "can't sort by 'age'"),
        (["review"], 1, "no terminal"),
        ([], 1, "no terminal"),
    ],
)
def test_bad_input_gets_a_message_and_an_exit_code(run: Run, words: list[str], code: int, message: str) -> None:
    assert message in run(*words, code=code).stderr


def test_a_search_may_begin_with_what_it_leaves_out(run: Run, vault: Path) -> None:
    found = {query: run("search", "--vault", vault, query).stdout for query in ("is:new", "-is:new", "-(is:new)")}
    assert run("search", "--vault", vault, "--", "-is:new").stdout == found["-is:new"] != found["is:new"]
    run("suspend", "--vault", vault, "--query", "-is:new")


def test_every_option_and_argument_of_a_command_is_explained() -> None:
    for name, parser in commands_of(parser_of(COMMANDS)).items():
        blank = {(part.option_strings or [part.dest])[0] for part in parts_of(parser) if not part.help}
        assert blank <= {"--grade", "shell", "words"}, name  # their values say it; a demo has a parser of its own


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "merge-driver"])
def test_every_command_calls_an_unknown_option_misuse(run: Run, command: str) -> None:
    said = run(command, "--frobnicate", code=2).stderr
    assert "usage: studyapp" in said


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_cannot_be_written_is_reported_and_a_closed_pipe_is_not(vault: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "studyapp", "cards", str(vault), "--json"]
    environ = os.environ | {"HOME": str(tmp_path)}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, env=environ, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()) == (
        1,
        ["studyapp: can't write the output (No space left on device)"],
    )
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, env=environ, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_control_characters_of_notes_never_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"a\x1b]0;x\x07.md": "#flashcards\n\nq \x1b[31mred\x9b::\u202ea\n"}, {})
    done = run("cards", vault)
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(done.stdout + done.stderr)


def test_due_fits_into_a_line_of_the_users_own(run: Run, vault: Path) -> None:
    said = run("due", vault, *NOW, "--format", "{due} due {new} new {minutes} min {deck} in {vault}")
    assert said.stdout == "2 due 0 new 1 min all decks in vault\n"
    assert said.stderr == ""
    assert run("due", vault, *NOW, "--deck", "flashcards", "--format", "{deck}").stdout == "flashcards\n"
    assert "there are {due}" in run("due", vault, "--format", "{dues}", code=2).stderr


@pytest.mark.slow
@pytest.mark.parametrize(("size", "said"), [(3_000_000, True), (9, False)])
def test_the_user_is_told_that_a_large_note_takes_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], size: int, said: bool
) -> None:
    root = make_vault(tmp_path / "vault", {"N.md": "#flashcards\n\na::b\n\n" + "x" * size})
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    card = str(next(open_vault(root).rows()).id)
    assert main.main(["grade", card, "--grade", "good", "--vault", str(root)]) == 0
    assert ("N.md has 3 MB; reading and writing it takes a while" in capsys.readouterr().err) == said
    (root / "N.md").write_text("#review\n" + "x" * size)
    assert main.main(["grade-note", "N.md", "--grade", "good", "--vault", str(root)]) == 0
    assert ("N.md has 3 MB; reading and writing it takes a while" in capsys.readouterr().err) == said


def test_the_user_is_told_how_far_the_reading_of_many_unknown_notes_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(opening, "_MANY", 5)
    monkeypatch.setattr(note_files, "TOGETHER", 2)
    root = make_vault(tmp_path / "vault", {f"{number}.md": "#flashcards\n\na::b\n" for number in range(6)})
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    main.main(["due", str(root)])
    said = capsys.readouterr().err
    assert re.findall(r"\rReading the notes … (\d) of 6\x1b\[K", said) == ["2", "4", "6"]
    assert said.endswith("\r\x1b[K")
    monkeypatch.setattr(opening, "_MANY", 7)
    main.main(["due", str(root)])
    assert "Reading" not in capsys.readouterr().err


@tiered("command", [["due"], ["stats"], ["review", "--plain"], ["undo"]])
@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_the_user_is_told_how_far_the_reading_of_years_of_reviews_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str], term: str
) -> None:
    root = make_vault(tmp_path / "vault", {"N.md": "#flashcards\n\na::b\n"})
    log = root / ".studyapp" / "reviews" / "phone.jsonl"
    log.parent.mkdir(parents=True)
    log.write_bytes((b" " * 500 + b"\n") * 8000)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    main.main([*command, "--vault", str(root)])
    said = capsys.readouterr().err
    if term == "dumb":
        assert said.startswith("studyapp: reading the review log; this takes a while")
    else:
        assert re.findall(r"\rReading the review log … (\d+) %\x1b\[K", said) == ["26", "52", "78", "100"]
        assert "\r\x1b[K" in said
    main.main([*command, "--vault", str(root)])
    assert "eading the review log" not in capsys.readouterr().err
