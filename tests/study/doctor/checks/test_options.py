"""Settings that don't do what they seem to say are found."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

from studyapp.core.settings.load import DEFAULT, LoadedSettings
from studyapp.core.settings.model import NAMES, Settings
from studyapp.study.doctor.checks.options import surprising
from tests.helpers.rows import each_row
from tests.study.doctor.subjects import found


@each_row(
    "values, said",
    [
        ({"start_of_day": time(4)}, "04:00:00, which the plugin ignores"),
        ({"start_of_day": time(0, 30, 1)}, "which the plugin ignores"),
        ({"start_of_day": time(4, 30, 1)}, None),
        ({"start_of_day": time(0)}, None),
        ({"multiline_card_separator": "??"}, "like multiline_card_separator"),
        ({"single_line_reversed_card_separator": "::"}, "like single_line_card_separator"),
        ({"single_line_card_separator": "->"}, "in every schedule comment"),
        ({"multiline_card_separator": "? "}, "white space"),
        ({"multiline_card_end_marker": " +++"}, "white space"),
        ({"multiline_card_end_marker": "?"}, "also a separator"),
        ({"flashcard_tags": ()}, "no note is read for cards"),
        ({"flashcard_tags_to_ignore": ("#flashcards",)}, "also a deck tag"),
        ({"fsrs_desired_retention": 0.99}, "almost every day"),
        ({"single_line_card_separator": ":: "}, None),
        ({}, None),
    ],
)
def test_a_setting_that_does_not_do_what_it_seems_to_say_is_reported(
    values: dict[str, Any], said: str | None
) -> None:
    result = list(surprising(LoadedSettings(Settings(**values), dict.fromkeys(NAMES, DEFAULT))))
    assert len(result) == (said is not None)
    assert all(said in one.reason and one.code == "settings" for one in result if said)


def test_surprising_settings_are_reported_with_the_file_that_says_them(tmp_path: Path) -> None:
    (one,) = found(tmp_path, {"A.md": "#flashcards\n\na::b\n"}, {"startOfDay": "04:00:00"})
    assert one.path.endswith("obsidian-spaced-repetition/data.json")
    assert one.reason.startswith("startOfDay is 04:00:00")
    assert "04:01:01" in one.remedy
