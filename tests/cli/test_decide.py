"""`studyapp decide`: what each desired retention would cost and bring, with the current one marked."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.test_main import as_json
from tests.helpers.commands import Run
from tests.helpers.vaults import NOW_TEXT, make_vault

SR = "<!--SR:!fsrs,2024-06-20T09:00:00.000Z,10,10,5,2,4,0,0,2024-06-10T09:00:00.000Z-->"
NOTE = "#flashcards/a\n\n" + "\n\n".join(f"q{n}::b\n{SR}" for n in range(12)) + "\n\nnew::b\n"


def test_it_shows_plots_and_a_table_with_the_present_setting_marked(run: Run, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"n.md": NOTE}, {"algorithm": "FSRS", "fsrsDesiredRetention": 0.86})
    said = run("decide", vault, "--days", "40", "--now", NOW_TEXT).stdout
    assert "12 learned, 1 new, in 40 days." in said
    assert "minutes a day, by desired retention (● now):" in said
    assert re.search(r"^ *now +86 % +\d", said, re.MULTILINE)
    assert len(re.findall(r"^ +\d\d % +[\d.]+ +[\d.]+ +\d", said, re.MULTILINE)) == 10
    assert "Your desired retention is 86 %." in said


def test_scripts_get_it_as_numbers(run: Run, tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "v", {"n.md": NOTE}, {})
    said = as_json(run("decide", vault, "--deck", "flashcards/a", "--days", "20", "--json", "--now", NOW_TEXT))
    assert [one["retention"] for one in said["retentions"] if one["now"]] == [0.9]
    assert said["retentions"][0]["reviews_a_day"] <= said["retentions"][-1]["reviews_a_day"]
    assert (said["learned"], said["new"], said["reviews_a_day_at_most"]) == (12, 1, None)
