"""`studyapp doctor`, run as a person or a hook runs it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # it has no types
import pytest

from tests.cli.test_main import Run, run  # noqa: F401 - a fixture
from tests.helpers.vaults import make_vault

ONE = "<!--SR:!2024-01-04,3,250-->"
LATER = "<!--SR:!2024-02-11,10,270-->"
HURT = f"#flashcards\n\na::b\n{ONE}\n{LATER}\n\nc::d\n\n{ONE}\n\ntext\n{ONE}\n"
MENDED = f"#flashcards\n\na::b\n{LATER}\n\nc::d\n{ONE}\n\n\ntext\n{ONE}\n"


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault", {"A.md": HURT})


def test_a_vault_in_which_all_is_well_ends_with_0(run: Run, tmp_path: Path) -> None:  # noqa: F811
    well = make_vault(tmp_path / "well", {"A.md": f"#flashcards\n\na::b\n{ONE}\n"})
    assert run("doctor", well).stdout == "Nothing was found: all is as it should be.\n"
    assert json.loads(run("doctor", well, "--json").stdout)["findings"] == []
    assert run("doctor", well, "--fix").stdout.endswith("There is nothing to mend.\n")


def test_which_folders_inherit_settings_is_said_and_is_no_finding(run: Run, tmp_path: Path) -> None:  # noqa: F811
    root = make_vault(tmp_path / "v", {"Sub/b.md": "", "Sub/.obsidian/app.json": "{}"}, {})
    said = run("doctor", root).stdout
    assert said.startswith("Sub/ is read with the settings of the vault around.")
    assert said.endswith("all is as it should be.\n")


def test_findings_are_told_by_kind_and_end_with_1(run: Run, vault: Path) -> None:  # noqa: F811
    said = run("doctor", vault, code=1).stdout
    assert "Cards with more than one schedule comment (1)\n  A.md:5: warning: the card above" in said
    assert "3 findings (3 warnings); --fix mends 2.\n" in said
    assert (vault / "A.md").read_text() == HURT


def test_as_json_each_finding_has_its_place_reason_and_remedy(run: Run, vault: Path) -> None:  # noqa: F811
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


def test_a_fix_shows_its_difference_and_without_anybody_to_ask_writes_nothing(run: Run, vault: Path) -> None:  # noqa: F811
    said = run("doctor", vault, "--fix", code=1).stdout
    assert "--- a/A.md\n+++ b/A.md\n" in said
    assert "Nothing was written" in said
    assert (vault / "A.md").read_text() == HURT
    run("doctor", vault, "--fix", "--json", code=1)
    assert (vault / "A.md").read_text() == HURT


def test_fixes_are_made_once_and_taken_back_by_undo(run: Run, vault: Path) -> None:  # noqa: F811
    said = run("doctor", vault, "--fix", "--yes", code=1).stdout
    assert "mended A.md; `studyapp undo` takes it back" in said
    assert "1 finding left (1 warning)." in said
    assert (vault / "A.md").read_text() == MENDED
    again = run("doctor", vault, "--fix", "--yes", code=1).stdout
    assert "Nothing can be mended for certain." in again
    assert (vault / "A.md").read_text() == MENDED
    assert "Undone: the repair of schedule comments, A.md" in run("undo", "--vault", vault).stdout
    assert (vault / "A.md").read_text() == HURT
    done = json.loads(run("doctor", vault, "--fix", "--yes", "--json", code=1).stdout)
    assert [one["saved"] for one in done["mended"]] == [True]
    assert [one["code"] for one in done["findings"]] == ["orphan-schedule"]
    assert (vault / "A.md").read_text() == MENDED


def test_what_matters_less_can_be_left_out(run: Run, tmp_path: Path) -> None:  # noqa: F811
    root = make_vault(tmp_path / "vault", {"A.md": "#flashcards\n\na::b\n\na::b\n"})
    assert "equal" in run("doctor", root, code=1).stdout.lower()
    run("doctor", root, "--severity", "warning")


def test_text_of_notes_is_printed_harmless(run: Run, tmp_path: Path) -> None:  # noqa: F811
    root = make_vault(tmp_path / "vault", {"A.md": f"#flashcards\n\nx \x1b]0;title\x07\n{ONE}\n"})
    assert "\x1b" not in run("doctor", root, code=1).stdout


def test_a_person_is_asked_before_anything_is_written(vault: Path, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environ |= {"HOME": str(tmp_path / "home"), "NO_COLOR": "1"}
    for answer, text in (("", HURT), ("y", MENDED)):
        words = ["-m", "studyapp", "doctor", str(vault), "--fix"]
        child = pexpect.spawn(sys.executable, words, env=environ, encoding="utf-8", timeout=30)
        child.expect_exact("Change 1 note as shown? [y/N] ")
        assert (vault / "A.md").read_text() == HURT
        child.sendline(answer)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 1
        assert (vault / "A.md").read_text() == text


def test_a_damaged_line_in_the_log_of_another_device_is_found(run: Run, tmp_path: Path) -> None:  # noqa: F811
    well = make_vault(tmp_path / "well", {"A.md": f"#flashcards\n\na::b\n{ONE}\n"})
    log = well / ".studyapp" / "reviews" / "phone.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text('{"v":1,"kind":"gra')
    said = json.loads(run("doctor", "--json", well, code=1).stdout)
    (found,) = said["findings"]
    assert (found["code"], found["line"]) == ("review-log", 1)
    assert found["path"].endswith("phone.jsonl")
    assert log.read_text() == '{"v":1,"kind":"gra'


def test_a_link_that_names_no_demo_is_found(tmp_path: Path, run: Run) -> None:  # noqa: F811 - the fixture
    vault = make_vault(tmp_path, {"A.md": "#flashcards\n\nQ::[run](studyapp://demo/lorra)\n"})
    done = run("doctor", vault)
    assert "Demos that do not exist" in done.stdout
    assert "did you mean lora" in done.stdout
