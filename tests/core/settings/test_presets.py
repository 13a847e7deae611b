"""Presets: settings under a name, given to decks; what cannot be used is reported, and the rest counts."""

from pathlib import Path

import pytest

from studyapp.core.disk.place import Place
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.settings.fsrs_values import RANGES, minutes_of
from studyapp.core.settings.load import LoadedSettings, load_settings
from studyapp.core.settings.model import CardOrder, Settings
from studyapp.core.settings.write import write_in_vault_file

SOUND = [1.0, 2.0, 3.0, 9.0, 6.0, 0.8, 3.0, 0.01, 1.9, 0.2, 0.8, 1.5, 0.06, 0.3, 1.6, 0.6, 1.9, 0.5, 0.1, 0.1, 0.15]
TWO = """
new_cards_per_day = 20
[presets.languages]  # mine
fsrs_desired_retention = 0.93
learning_steps = ["10m", "1d"]
new_cards_per_day = 5
reviews_per_day = 0
flashcard_card_order = "Retrievability"
leech_lapses = 4
[presets.exam]
maximum_interval = 60
[deck_presets]
"#flashcards/fr" = "languages"
"flashcards/fr/exam" = "exam"
"""


def load(vault: Path, toml: str) -> LoadedSettings:
    file = vault / VAULT_FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(toml)
    return load_settings(vault, user_file=None, overrides={})


def complaints(loaded: LoadedSettings) -> list[str]:
    return [problem.message for problem in loaded.problems]


def test_a_deck_has_the_preset_of_the_nearest_deck_above_that_has_one(tmp_path: Path) -> None:
    settings = load(tmp_path, TWO).settings
    french, exam = settings.for_decks(("flashcards/fr/verbs",)), settings.for_decks(("flashcards/fr/exam/1",))
    assert (french.fsrs_desired_retention, french.leech_lapses) == (0.93, 4)
    assert french.learning_steps == ("10m", "1d")
    assert french.flashcard_card_order is CardOrder.RETRIEVABILITY
    assert (exam.maximum_interval, exam.fsrs_desired_retention) == (60, 0.9)
    for decks in ((), ("flashcards",), ("flashcards/french",)):
        assert settings.for_decks(decks) is settings


def test_of_several_decks_the_first_with_a_preset_counts(tmp_path: Path) -> None:
    settings = load(tmp_path, TWO).settings
    assert settings.preset_of(("other", "flashcards/fr/exam", "flashcards/fr")) == "exam"


def test_the_limits_of_a_preset_hold_for_its_decks_and_those_of_the_deck_come_before(tmp_path: Path) -> None:
    more = '[deck_limits]\n"flashcards/fr" = {reviews = 40}\nother = {new = 3}\n'
    assert load(tmp_path, TWO).settings.limits_of_decks == {"flashcards/fr": (5, None)}
    assert load(tmp_path, TWO + more).settings.limits_of_decks == {"flashcards/fr": (5, 40), "other": (3, None)}
    assert load(tmp_path, more).settings.limits_of_decks == {"flashcards/fr": (None, 40), "other": (3, None)}


def test_presets_of_several_places_are_put_together(tmp_path: Path) -> None:
    person = tmp_path / "mine.toml"
    person.write_text("[presets.mine]\nleech_lapses = 3\n[deck_presets]\nother = 'mine'\n")
    (tmp_path / VAULT_FILE).parent.mkdir()
    (tmp_path / VAULT_FILE).write_text(TWO)
    settings = load_settings(tmp_path, user_file=person, overrides={}).settings
    assert settings.for_decks(("other",)).leech_lapses == 3
    assert settings.for_decks(("flashcards/fr",)).leech_lapses == 4


def test_two_places_say_a_part_of_one_preset(tmp_path: Path) -> None:
    person = tmp_path / "mine.toml"
    person.write_text("[presets.languages]\nleech_lapses = 3\nnew_card_every = 5\n")
    (tmp_path / VAULT_FILE).parent.mkdir()
    (tmp_path / VAULT_FILE).write_text("[presets.languages]\nleech_lapses = 4\n")
    settings = load_settings(tmp_path, user_file=person, overrides={}).settings
    assert settings.presets["languages"] == {"leech_lapses": 4, "new_card_every": 5}


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[presets.a]\nfsrs_parameters = [1, 2]\n", '"presets.a.fsrs_parameters" should have 21 numbers, and has 2'),
        (f"[presets.a]\nfsrs_parameters = {[0.5] * 19}\n", "and has 19; those of earlier versions"),
        (
            f"fsrs_parameters = {[*SOUND[:4], 11.0, *SOUND[5:]]}\n",
            "has 11.0 as its number 5, which should be from 1 to 10",
        ),
        (f"fsrs_parameters = {[*SOUND[:20], 'nan']}\n".replace("'nan'", "nan"), "has nan as its number 21"),
        ("fsrs_parameters = 3\n", "should be a list of 21 numbers"),
        (f"fsrs_parameters = {['１', *SOUND[1:]]}\n", "has '１' as its number 1"),
        ("[presets.a]\nlearning_steps = ['soon']\n", 'should be a list of steps, such as ["1m", "10m", "1d"]'),
        ("learning_steps = ['0.5m']\n", "a step takes from a minute to a year"),
        ("relearning_steps = true\n", "should be a list of steps"),
        ("relearning_steps = nan\n", "should be a list of steps"),
        ("learning_steps = ['1m', 'none']\n", "should be a list of steps"),
        ("[presets.a]\nfsrs_desired_retention = 2\n", '"presets.a.fsrs_desired_retention" should be a number from'),
        ("[presets.a]\nfsrs_desired_retentoin = 0.9\n", "did you mean fsrs_desired_retention?"),
        ("[presets.a]\neditor = 'rm'\n", "holds for the whole vault and cannot be set in a preset"),
        ("[presets]\na = 3\n", '"presets.a" should be a table of settings'),
        ("presets = 3\n", '"presets" should be a table'),
        ("[deck_presets]\nx = 'nobody'\n", 'gives "x" the preset "nobody", which does not exist'),
        ("[deck_presets]\nx = ['a', 'b']\n", "should be the name of one preset"),
        (
            "[presets.a]\n[presets.b]\n[deck_presets]\nx = 'a'\n'#x' = 'b'\n",
            '"deck_presets.#x" is a second entry for x; the first one counts',
        ),
    ],
)
def test_what_cannot_be_used_is_reported_kept_and_the_rest_counts(tmp_path: Path, toml: str, says: str) -> None:
    more = "[presets.sound]\nleech_lapses = 3\n"
    text = toml + more if not toml.startswith(("[presets]", "presets")) else toml
    loaded = load(tmp_path, text)
    (said,) = complaints(loaded)
    assert says in said
    assert (tmp_path / VAULT_FILE).read_text() == text
    if text != toml:
        assert loaded.settings.presets["sound"] == {"leech_lapses": 3}
    assert loaded.settings.fsrs_parameters == Settings().fsrs_parameters


def test_an_unknown_preset_leaves_the_deck_with_that_of_the_deck_above(tmp_path: Path) -> None:
    toml = "[presets.a]\nleech_lapses = 3\n[deck_presets]\nx = 'a'\n'x/y' = 'lost'\n"
    assert load(tmp_path, toml).settings.for_decks(("x/y",)).leech_lapses == 3


def test_a_setting_of_a_preset_is_written_into_its_table_and_nothing_else_changes(tmp_path: Path) -> None:
    load(tmp_path, TWO)
    write_in_vault_file(Place.of(tmp_path), ["presets", "languages", "fsrs_parameters"], tuple(SOUND))
    text = (tmp_path / VAULT_FILE).read_text()
    line = next(line for line in text.splitlines(keepends=True) if line.startswith("fsrs_parameters"))
    assert text.replace(line, "") == TWO
    write_in_vault_file(Place.of(tmp_path), ["presets", "another one", "learning_steps"], ())
    settings = load_settings(tmp_path, user_file=None, overrides={}).settings
    assert settings.presets["languages"]["fsrs_parameters"] == tuple(SOUND)
    assert settings.presets["another one"] == {"learning_steps": ()}


def test_parameters_may_be_pasted_as_text_and_lie_in_ranges_of_their_own(tmp_path: Path) -> None:
    assert load(tmp_path, f"fsrs_parameters = '{', '.join(map(str, SOUND))}'").settings.fsrs_parameters == tuple(
        SOUND
    )
    assert len(RANGES) == len(SOUND)


@pytest.mark.parametrize("steps", ["[]", "''", "'none'", "['none']", "'  '"])
def test_there_may_be_no_steps(tmp_path: Path, steps: str) -> None:
    loaded = load(tmp_path, f"relearning_steps = 7.5\n[presets.a]\nlearning_steps = {steps}\n")
    assert loaded.settings.relearning_steps == ("7.5m",)
    assert loaded.settings.presets["a"] == {"learning_steps": ()}
    assert not loaded.problems


@pytest.mark.parametrize(("step", "minutes"), [("1m", 1), ("90m", 90), ("2h", 120), ("1.5h", 90), ("3d", 4320)])
def test_a_step_is_read_as_minutes(step: str, minutes: float) -> None:
    assert minutes_of(step) == minutes
