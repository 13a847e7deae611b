"""`studyapp doctor`, run as a user or a hook runs it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pexpect
import pytest

from tests.helpers.commands import Run
from tests.helpers.vaults import make_vault

ONE = "<!--SR:!2024-01-04,3,250-->"
LATER = "<!--SR:!2024-02-11,10,270-->"
HURT = f"#flashcards\n\na::b\n{ONE}\n{LATER}\n\nc::d\n\n{ONE}\n\ntext\n{ONE}\n"
MENDED = f"#flashcards\n\na::b\n{LATER}\n\nc::d\n{ONE}\n\n\ntext\n{ONE}\n"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault", {"A.md": HURT})


def test_a_vault_in_which_all_is_well_ends_with_0(run: Run, tmp_path: Path) -> None:
    well = make_vault(tmp_path / "well", {"A.md": f"#flashcards\n\na::b\n{ONE}\n"})
    assert run("doctor", well).stdout == "No problems found.\n"
    assert json.loads(run("doctor", well, "--json").stdout)["findings"] == []
    assert run("doctor", well, "--fix").stdout.endswith("There is nothing to fix.\n")


def test_which_folders_inherit_settings_is_reported_but_is_not_a_finding(run: Run, tmp_path: Path) -> None:
    root = make_vault(tmp_path / "v", {"Sub/b.md": "", "Sub/.obsidian/app.json": "{}"}, {})
    said = run("doctor", root).stdout
    assert said.startswith("Sub/ is read with the settings of the vault around.")
    assert said.endswith("No problems found.\n")


def test_findings_are_told_by_kind_and_end_with_1(run: Run, vault: Path) -> None:
    said = run("doctor", vault, code=1).stdout
    assert "Cards with more than one schedule comment (1)\n  A.md:5: warning: the card above" in said
    assert "3 problems (3 warnings); --fix fixes 2.\n" in said
    assert (vault / "A.md").read_text() == HURT


def test_as_json_each_finding_has_its_place_reason_and_remedy(run: Run, vault: Path) -> None:
    said = json.loads(run("doctor", "--json", vault, code=1).stdout)
    assert said["counts"] == {"doubled-schedule": 1, "misplaced-schedule": 1, "orphan-schedule": 1}
    first = said["findings"][0]
    assert (first["code"], first["place"], first["path"], first["line"]) == ("doubled-schedule", "A.md:5", "A.md", 5)
    assert first["severity"] == "warning"
    assert first["reason"]
    assert first["remedy"]
    assert first["fix"] == "leaves the entries of the later review"
    assert f"-{ONE}" in said["repairs"][0]["diff"]
    assert said["mended"] == []


def test_a_fix_shows_its_difference_and_without_anybody_to_ask_writes_nothing(run: Run, vault: Path) -> None:
    said = run("doctor", vault, "--fix", code=1).stdout
    assert "--- a/A.md\n+++ b/A.md\n" in said
    assert "Nothing was written" in said
    assert (vault / "A.md").read_text() == HURT
    run("doctor", vault, "--fix", "--json", code=1)
    assert (vault / "A.md").read_text() == HURT


def test_fixes_are_made_once_and_taken_back_by_undo(run: Run, vault: Path) -> None:
    said = run("doctor", vault, "--fix", "--yes", code=1).stdout
    assert "fixed A.md; `studyapp undo` reverts it" in said
    assert "1 problem left (1 warning)." in said
    assert (vault / "A.md").read_text() == MENDED
    again = run("doctor", vault, "--fix", "--yes", code=1).stdout
    assert "Nothing can be fixed safely." in again
    assert (vault / "A.md").read_text() == MENDED
    assert "Undid the repair of schedule comments, A.md" in run("undo", "--vault", vault).stdout
    assert (vault / "A.md").read_text() == HURT
    done = json.loads(run("doctor", vault, "--fix", "--yes", "--json", code=1).stdout)
    assert [one["saved"] for one in done["mended"]] == [True]
    assert [one["code"] for one in done["findings"]] == ["orphan-schedule"]
    assert (vault / "A.md").read_text() == MENDED


def test_what_matters_less_can_be_left_out(run: Run, tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"A.md": "#flashcards\n\na::b\n\na::b\n"})
    assert "duplicate questions" in run("doctor", root, code=1).stdout.lower()
    run("doctor", root, "--severity", "warning")


def test_text_of_notes_is_printed_harmless(run: Run, tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"A.md": f"#flashcards\n\nx \x1b]0;title\x07\n{ONE}\n"})
    assert "\x1b" not in run("doctor", root, code=1).stdout


@pytest.mark.slow
def test_a_user_is_asked_before_anything_is_written(vault: Path, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environ |= {"HOME": str(tmp_path / "home"), "NO_COLOR": "1"}
    for answer, text in (("", HURT), ("y", MENDED)):
        words = ["-m", "studyapp", "doctor", str(vault), "--fix"]
        child = pexpect.spawn(sys.executable, words, env=environ, encoding="utf-8", timeout=60, use_poll=True)
        child.expect_exact("Change 1 note as shown? [y/N] ")
        assert (vault / "A.md").read_text() == HURT
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 1
        assert (vault / "A.md").read_text() == text


def test_a_damaged_line_in_the_log_of_another_device_is_found(run: Run, tmp_path: Path) -> None:
    well = make_vault(tmp_path / "well", {"A.md": f"#flashcards\n\na::b\n{ONE}\n"})
    log = well / ".studyapp" / "reviews" / "phone.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text('{"v":1,"kind":"gra')
    said = json.loads(run("doctor", "--json", well, code=1).stdout)
    (found,) = said["findings"]
    assert (found["code"], found["line"]) == ("review-log", 1)
    assert found["path"].endswith("phone.jsonl")
    assert log.read_text() == '{"v":1,"kind":"gra'


def test_a_link_that_names_no_demo_is_found(tmp_path: Path, run: Run) -> None:
    vault = make_vault(tmp_path, {"A.md": "#flashcards\n\nQ::[run](studyapp://demo/lorra)\n"})
    done = run("doctor", vault, code=1)
    assert "Demos that don't exist" in done.stdout
    assert "(did you mean lora?)." in done.stdout


@pytest.mark.slow
def test_thousands_of_equal_findings_are_one_with_a_count_and_examples(run: Run, tmp_path: Path) -> None:
    notes: dict[str, str | bytes] = {
        f"{n}.md": f"q{n}::a\n\n[[Often]] [[Missing {n}]] [[Missing {n}b]]\n" for n in range(700)
    }
    root = make_vault(tmp_path / "vault", notes, {})
    said = run("doctor", root, code=1).stdout
    assert "Links to nowhere (2,100)\n  2,100 of these in 700 notes, for example:\n" in said
    assert "    0.md:3: remark: [[Often]] leads to no file in the vault (700 times).\n" in said
    assert "Cards that the plugin can't see (700)\n  700 of these in 700 notes, for example:\n" in said
    assert said.endswith("2 problems (2 remarks), in 2,800 places.\n")
    assert len(said.splitlines()) < 25
    done = json.loads(run("doctor", root, "--json", code=1).stdout)
    assert done["counts"] == {"unseen-card": 700, "dead-link": 2100}
    unseen, links = done["findings"]
    assert (unseen["count"], links["count"]) == (700, 2100)
    assert links["examples"][0]["count"] == 700
    assert len(links["places"]) == 2100
    assert links["places"][0] == {
        "path": "0.md",
        "line": 3,
        "reason": "[[Often]] leads to no file in the vault",
    }
    assert links["reason"].startswith("2,100 of these in 700 notes")
    assert links["remedy"] == "Correct the name, or create the note"


def test_equal_findings_that_can_be_mended_are_mended_together(run: Run, tmp_path: Path) -> None:
    text = "#flashcards\n\n" + "\n\n".join(f"a{number}::b\n\n{ONE}" for number in range(20)) + "\n"
    root = make_vault(tmp_path / "vault", {"A.md": text})
    said = run("doctor", root, code=1).stdout
    assert "20 of these in 1 note, for example:" in said
    assert "    --fix fixes 20 of them.\n" in said
    assert "--fix fixes 20." in said
    assert run("doctor", root, "--fix", "--yes").stdout.endswith("Nothing left.\n")


def test_the_advice_is_shown_with_what_it_would_change(run: Run, tmp_path: Path) -> None:
    notes: dict[str, str | bytes] = {f"{n}.md": f"#radio\n\nlaw {n};;thing\n{ONE}\n" for n in range(7)}
    root = make_vault(tmp_path / "vault", notes, {})
    said = run("doctor", root, code=1).stdout
    assert "0 → 7 cards, 7 → 0 schedules without a card\n      0.md:3  law 0 → thing\n" in said
    advice = json.loads(run("doctor", root, "--json", code=1).stdout)["findings"][0]["advice"]
    assert advice["settings"] == {
        "flashcard_tags": '["#flashcards", "#radio"]',
        "single_line_card_separator": '";;"',
    }
    assert (advice["cards"], advice["orphans"], advice["recovered"]) == ([0, 7], [7, 0], 7)
    words = [
        word for name, value in advice["settings"].items() for word in ("--set", f"{name}={value.strip(chr(34))}")
    ]
    assert "7 cards in 7 notes" in run("cards", root, *words).stdout


def test_scripts_may_still_call_a_remark_a_note(run: Run, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"a.md": "#flashcards\n\na::b\n\n[[Nowhere]]\n"})
    found = run("doctor", vault, "--severity", "remark", "--json", code=1).stdout
    assert '"severity": "note"' in found
    assert run("doctor", vault, "--severity", "note", "--json", code=1).stdout == found
