"""Settings come from four places, later ones win, and no file makes reading fail."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.errors import MisuseError, Problem, Severity
from studyapp.core.settings.files import config_folder
from studyapp.core.settings.load import LoadedSettings, load_settings
from studyapp.core.settings.model import (
    BOLD_CLOZE,
    CURLY_CLOZE,
    HIGHLIGHT_CLOZE,
    NAMES,
    Algorithm,
    Settings,
    with_plain_question_marks,
)
from studyapp.core.settings.values import READERS, plugin_key, toml_text
from tests.helpers.rows import each_row
from tests.helpers.settings import from_plugin

PLUGIN = Path(".obsidian/plugins/obsidian-spaced-repetition/data.json")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def plugin(vault: Path, settings: Mapping[str, Any], **further: Any) -> Path:
    return write(vault / PLUGIN, json.dumps({"settings": settings, **further}))


def own(vault: Path, toml: str) -> Path:
    return write(vault / ".studyapp" / "settings.toml", toml)


def load(vault: Path, person: Path | None = None, **overrides: str) -> LoadedSettings:
    return load_settings(vault, user_file=person, overrides=overrides)


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_a_folder_without_any_file_has_the_plugins_defaults(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert loaded.problems == ()
    assert loaded.plugin_file is None
    assert {str(origin) for origin in loaded.origin.values()} == {"default"}
    assert tuple(loaded.origin) == NAMES
    assert set(NAMES) == set(READERS)


def test_a_vault_that_does_not_exist_has_defaults_too(tmp_path: Path) -> None:
    assert load(tmp_path / "nowhere").settings == Settings()


def test_every_setting_of_the_plugin_is_read(tmp_path: Path) -> None:
    values = {
        "flashcardTags": ["#a", "#b/c"],
        "flashcardTagsToIgnore": ["#x"],
        "noteFoldersToIgnore": ["Templates/", "**/*.canvas.md"],
        "convertFoldersToDecks": True,
        "clozePatterns": [BOLD_CLOZE, "::answer::"],
        "singleLineCardSeparator": ":: ",
        "singleLineReversedCardSeparator": "⇌",
        "multilineCardSeparator": "?---?",
        "multilineReversedCardSeparator": "->->->",
        "multilineCardEndMarker": "---",
        "cardCommentOnSameLine": True,
        "useCalloutsForSchedulingComments": True,
        "algorithm": "FSRS",
        "baseEase": 230,
        "lapsesIntervalChange": 0.25,
        "easyBonus": 1.5,
        "loadBalance": False,
        "maximumInterval": 365,
        "fsrsDesiredRetention": 0.85,
        "startOfDay": "04:30:15",
        "burySiblingCards": True,
    }
    path = plugin(tmp_path, {**values, "showContextInCards": True, "initiallyExpandAllSubdecksInTree": 3})
    loaded = load(tmp_path)
    assert loaded.problems == ()
    assert loaded.settings == Settings(
        flashcard_tags=("#a", "#b/c"),
        flashcard_tags_to_ignore=("#x",),
        note_folders_to_ignore=("Templates/", "**/*.canvas.md"),
        convert_folders_to_decks=True,
        cloze_patterns=(BOLD_CLOZE, "::answer::"),
        single_line_card_separator=":: ",
        single_line_reversed_card_separator="⇌",
        multiline_card_separator="?---?",
        multiline_reversed_card_separator="->->->",
        multiline_card_end_marker="---",
        card_comment_on_same_line=True,
        use_callouts_for_scheduling_comments=True,
        algorithm=Algorithm.FSRS,
        base_ease=230,
        lapses_interval_change=0.25,
        easy_bonus=1.5,
        load_balance=False,
        maximum_interval=365,
        fsrs_desired_retention=0.85,
        start_of_day=time(4, 30, 15),
        bury_sibling_cards=True,
    )
    for name in NAMES:
        is_set = plugin_key(name) in values
        assert str(loaded.origin[name]) == (str(path) if is_set else "default")
        assert loaded.origin[name].place == ("plugin" if is_set else "default")


def test_the_plugins_file_is_not_written_nor_anything_else(tmp_path: Path) -> None:
    path = plugin(tmp_path, {"baseEase": 230})
    own(tmp_path, "base_ease = 240")
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    raw = path.read_bytes()
    load(tmp_path)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before
    assert path.read_bytes() == raw


def test_later_places_win_one_setting_at_a_time(tmp_path: Path) -> None:
    vault, person = (
        tmp_path / "vault",
        write(tmp_path / "person.toml", "base_ease = 2\neasy_bonus = 2\nreviews_per_day = 2"),
    )
    data = plugin(vault, {"baseEase": 1, "easyBonus": 1, "maximumInterval": 1, "flashcardTags": ["#one"]})
    file = own(vault, 'base_ease = 3\neasy_bonus = 3\ntheme = "light"')
    loaded = load(vault, person, base_ease="4")
    names = ("flashcard_tags", "base_ease", "easy_bonus", "maximum_interval", "reviews_per_day", "theme")
    assert [getattr(loaded.settings, name) for name in names] == [("#one",), 4, 3, 1, 2, "light"]
    assert [str(loaded.origin[name]) for name in names] == list(
        map(str, (data, "command line", file, data, person, file))
    )
    assert [loaded.origin[name].place for name in names] == [
        "plugin",
        "command line",
        "vault",
        "plugin",
        "user",
        "vault",
    ]


def test_keys_are_merged_binding_by_binding(tmp_path: Path) -> None:
    person = write(tmp_path / "p.toml", '[keys]\n"review.good" = "3"\nreview.again = ["1", "a"]\n"app.quit" = "q"')
    own(tmp_path, '[keys]\n"review.good" = "g"')
    overrides = {"keys.app.quit": "ctrl+q", "keys.app.help": "f1"}
    loaded = load_settings(tmp_path, user_file=person, overrides=overrides)
    assert loaded.settings.keys == {
        "review.good": "g",
        "review.again": "1,a",
        "app.quit": "ctrl+q",
        "app.help": "f1",
    }
    assert loaded.problems == ()


@pytest.mark.parametrize("name", [".config-obsidian", ".obsidian-work", ".vault"])
def test_the_configuration_folder_may_have_another_name(tmp_path: Path, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".hidden-file").touch()
    path = write(tmp_path / name / PLUGIN.relative_to(".obsidian"), '{"settings": {"baseEase": 222}}')
    loaded = load(tmp_path)
    assert loaded.settings.base_ease == 222
    assert loaded.plugin_file == path
    assert str(loaded.origin["base_ease"]) == str(path)
    assert config_folder(tmp_path) == tmp_path / name


def test_the_usual_configuration_folder_goes_before_others(tmp_path: Path) -> None:
    write(tmp_path / ".aaa" / PLUGIN.relative_to(".obsidian"), '{"settings": {"baseEase": 111}}')
    plugin(tmp_path, {"baseEase": 222})
    assert load(tmp_path).settings.base_ease == 222
    assert load(tmp_path).problems == ()


def test_of_two_renamed_configuration_folders_one_is_used_and_the_other_is_named(tmp_path: Path) -> None:
    for name, ease in ((".b", 222), (".a", 111)):
        write(tmp_path / name / PLUGIN.relative_to(".obsidian"), json.dumps({"settings": {"baseEase": ease}}))
    loaded = load(tmp_path)
    assert loaded.settings.base_ease == 111
    assert str(tmp_path / ".b") in only(loaded.problems).message
    assert only(loaded.problems).severity is Severity.NOTE


def test_the_configuration_folder_of_a_vault_without_the_plugin(tmp_path: Path) -> None:
    assert config_folder(tmp_path) is None
    assert config_folder(tmp_path / "nowhere") is None
    (tmp_path / ".git").mkdir()
    assert config_folder(tmp_path) is None
    for mark in ("app.json", "core-plugins.json"):
        write(tmp_path / ".renamed" / mark, "{}")
    assert config_folder(tmp_path) == tmp_path / ".renamed"
    (tmp_path / ".obsidian").mkdir()
    assert config_folder(tmp_path) == tmp_path / ".obsidian"


def test_a_vault_within_a_vault_has_its_own_settings(tmp_path: Path) -> None:
    inner = tmp_path / "school" / "vault"
    plugin(tmp_path, {"baseEase": 111})
    plugin(inner, {"baseEase": 222})
    assert (load(tmp_path).settings.base_ease, load(inner).settings.base_ease) == (111, 222)
    assert load(tmp_path / "school").settings.base_ease == 250


@each_row(
    "values, expected",
    [
        ({"flashcardTags": ["#flashcards", ""]}, {"flashcard_tags": ("#flashcards",)}),
        ({"flashcardTags": [""]}, {"flashcard_tags": ()}),
        ({"flashcardTags": "#a #b\n#c\t"}, {"flashcard_tags": ("#a", "#b", "#c")}),
        ({"flashcardTags": None}, {}),
        (
            {"noteFoldersToIgnore": "My Templates/\nArchive\n"},
            {"note_folders_to_ignore": ("My Templates/", "Archive")},
        ),
        ({"noteFoldersToIgnore": [" a", "b "]}, {"note_folders_to_ignore": (" a", "b ")}),
        ({"singleLineCardSeparator": ""}, {"single_line_card_separator": ""}),
        ({"singleLineCardSeparator": " → "}, {"single_line_card_separator": " → "}),
        ({"singlelineCardSeparator": ";;"}, {"single_line_card_separator": ";;"}),
        ({"singlelineReversedCardSeparator": ";;;"}, {"single_line_reversed_card_separator": ";;;"}),
        ({"singlelineCardSeparator": ";;", "singleLineCardSeparator": "::"}, {"single_line_card_separator": "::"}),
        ({"singlelineCardSeparator": ";;", "singleLineCardSeparator": ""}, {"single_line_card_separator": ""}),
        ({"buryRelatedCards": True}, {"bury_sibling_cards": True}),
        (
            {"convertHighlightsToClozes": True, "convertBoldTextToClozes": False},
            {"cloze_patterns": (HIGHLIGHT_CLOZE,)},
        ),
        (
            {"convertCurlyBracketsToClozes": True, "convertBoldTextToClozes": True},
            {"cloze_patterns": (BOLD_CLOZE, CURLY_CLOZE)},
        ),
        ({"convertHighlightsToClozes": False}, {"cloze_patterns": ()}),
        ({"convertBoldTextToClozes": True, "clozePatterns": ["[answer]"]}, {"cloze_patterns": ("[answer]",)}),
        ({"convertBoldTextToClozes": True, "clozePatterns": []}, {"cloze_patterns": ()}),
        ({"startOfDay": "4:05"}, {"start_of_day": time(4, 5)}),
        ({"baseEase": 230.0, "easyBonus": 1}, {"base_ease": 230, "easy_bonus": 1}),
    ],
)
def test_values_of_real_files_are_understood(values: dict[str, Any], expected: dict[str, Any]) -> None:
    assert from_plugin(values) == Settings(**expected)


@pytest.mark.parametrize(
    ("values", "key", "says"),
    [
        ({"baseEase": "230"}, "baseEase", "number of at least 1"),
        ({"baseEase": True}, "baseEase", "number"),
        ({"baseEase": 0}, "baseEase", "at least 1"),
        ({"maximumInterval": 1e300}, "maximumInterval", "number"),
        ({"fsrsDesiredRetention": 90}, "fsrsDesiredRetention", "from 0.01 to 1"),
        ({"loadBalance": "yes"}, "loadBalance", "true or false"),
        ({"flashcardTags": {"a": 1}}, "flashcardTags", "list of text values"),
        ({"flashcardTags": ["#a", 3]}, "flashcardTags", "list of text values"),
        ({"algorithm": "SM-17"}, "algorithm", '"SM-2-OSR" or "FSRS"'),
        ({"startOfDay": "24:00:00"}, "startOfDay", "time of day"),
        ({"startOfDay": "٤:00:00"}, "startOfDay", "time of day"),
        ({"singlelineCardSeparator": 5}, "singlelineCardSeparator", "text"),
    ],
)
def test_a_value_of_the_wrong_type_is_reported_with_file_and_key_and_the_rest_is_used(
    tmp_path: Path, values: dict[str, Any], key: str, says: str
) -> None:
    path = plugin(tmp_path, {**values, "easyBonus": 1.9})
    loaded = load(tmp_path)
    assert loaded.settings == Settings(easy_bonus=1.9)
    problem = only(loaded.problems)
    assert (problem.path, problem.code) == (str(path), "settings")
    assert f'"{key}"' in problem.message
    assert says in problem.message
    assert problem.remedy


def test_a_settings_file_that_cannot_be_opened_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").symlink_to(tmp_path / "settings.toml")
    (problem,) = load_settings(tmp_path, user_file=tmp_path / "settings.toml", overrides={}).problems
    assert str(problem).startswith(f"{tmp_path / 'settings.toml'}: can't be read: ")
    assert problem.remedy == "Check the file and its permissions."


@pytest.mark.parametrize(
    ("content", "says", "line"),
    [
        (b"", "not JSON", 1),
        (b'{"settings": {\n"baseEase": 230,,}}', "not JSON", 2),
        (b"\xff\xfe\x00", "not UTF-8", None),
        (b"[1, 2]", "JSON object", None),
        (b'{"settings": [1]}', '"settings" should be a JSON object', None),
        (b"[" * 100_000, "can be read", None),
        (b'{"settings": {"baseEase": ' + b"1" * 10_000 + b"}}", "can be read", None),
    ],
)
def test_a_plugin_file_that_cannot_be_used_is_an_error_to_see_and_not_to_die_of(
    tmp_path: Path, content: bytes, says: str, line: int | None
) -> None:
    path = write(tmp_path / PLUGIN, content)
    own(tmp_path, "base_ease = 260")
    loaded = load(tmp_path)
    assert loaded.settings == Settings(base_ease=260)
    assert loaded.plugin_file == path
    problem = only(loaded.problems)
    assert (problem.path, problem.line, problem.severity) == (str(path), line, Severity.ERROR)
    assert re.search(says, problem.message)


def test_a_byte_order_mark_before_either_kind_of_file_is_fine(tmp_path: Path) -> None:
    write(tmp_path / PLUGIN, b'\xef\xbb\xbf{"settings": {"baseEase": 230}}')
    write(tmp_path / ".studyapp" / "settings.toml", b"\xef\xbb\xbfeasy_bonus = 2")
    loaded = load(tmp_path)
    assert (loaded.settings.base_ease, loaded.settings.easy_bonus, loaded.problems) == (230, 2, ())


def test_a_folder_a_pipe_or_a_loop_of_links_in_the_place_of_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a" / PLUGIN).mkdir(parents=True)
    (tmp_path / "b" / PLUGIN.parent).mkdir(parents=True)
    os.mkfifo(tmp_path / "b" / PLUGIN)
    (tmp_path / "c" / PLUGIN.parent).mkdir(parents=True)
    (tmp_path / "c" / PLUGIN).symlink_to("data.json")
    for name in "abc":
        loaded = load(tmp_path / name)
        assert loaded.plugin_file == tmp_path / name / PLUGIN
        assert only(loaded.problems).severity is Severity.ERROR


@pytest.mark.parametrize(
    ("toml", "says", "line"),
    [
        ("base_eas = 230", "base_ease", None),
        ("baseEase = 230", "here it is called base_ease", None),
        ("zzzzzzzz = 1", '"zzzzzzzz" is not a setting', None),
        ('base_ease = "230"', "number of at least 1", None),
        ("new_cards_per_day = 2.5", "whole number", None),
        ("new_cards_per_day = -1", "at least 0", None),
        ('overdue = "late"', '"plugin" or "documented"', None),
        ("keys = 5", "should be a table, such as", None),
        ("[keys]\nquit = 5", '"keys.quit" should be one or several keys', None),
        ("theme = light", "is not TOML", 1),
        ("theme = 'a'\nkeys = ?", "is not TOML", 2),
        ("x = " + "[" * 100_000, "is not TOML", None),
    ],
)
def test_a_slip_in_our_own_file_is_reported_and_the_rest_is_used(
    tmp_path: Path, toml: str, says: str, line: int | None
) -> None:
    person = write(tmp_path / "settings.toml", toml)
    own(tmp_path, "easy_bonus = 1.9")
    loaded = load(tmp_path, person)
    assert loaded.settings == Settings(easy_bonus=1.9)
    problem = only(loaded.problems)
    assert (problem.path, problem.line) == (str(person), line)
    assert says in problem.message


def test_toml_has_times_of_its_own(tmp_path: Path) -> None:
    own(tmp_path, "start_of_day = 04:30:15")
    assert load(tmp_path).settings.start_of_day == time(4, 30, 15)


def test_a_vault_may_not_name_a_command_but_the_user_may(tmp_path: Path) -> None:
    person = write(tmp_path / "person.toml", 'editor = "vim"')
    path = own(tmp_path, 'editor = "rm -rf ~"')
    loaded = load(tmp_path, person)
    assert loaded.settings.editor == "vim"
    assert only(loaded.problems).path == str(path)
    assert load(tmp_path, None, editor="nano").settings.editor == "nano"


def test_tags_without_their_sign_and_patterns_without_an_answer_are_pointed_out(tmp_path: Path) -> None:
    path = plugin(tmp_path, {"flashcardTags": ["flashcards", "#a"], "clozePatterns": ["=={x}=="]})
    loaded = load(tmp_path)
    assert loaded.settings.flashcard_tags == ("flashcards", "#a")
    assert [problem.path for problem in loaded.problems] == [str(path)] * 2
    assert "not a tag" in loaded.problems[0].message
    assert "place for the answer" in loaded.problems[1].message


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("base_ease", "230", 230),
        ("easy_bonus", "1.5", 1.5),
        ("load_balance", "no", False),
        ("load_balance", "True", True),
        ("load_balance", "false", False),
        ("flashcard_tags", "#a,#b", ("#a", "#b")),
        ("flashcard_tags", '["#a", "#b"]', ("#a", "#b")),
        ("flashcard_tags", "", ()),
        ("note_folders_to_ignore", "**/*.md", ("**/*.md",)),
        ("cloze_patterns", BOLD_CLOZE, (BOLD_CLOZE,)),
        ("cloze_patterns", CURLY_CLOZE, (CURLY_CLOZE,)),
        ("single_line_card_separator", " → ", " → "),
        ("single_line_card_separator", "true", "true"),
        ("single_line_card_separator", '"', '"'),
        ("multiline_card_separator", "", ""),
        ("algorithm", "FSRS", Algorithm.FSRS),
        ("start_of_day", "04:30:15", time(4, 30, 15)),
        ("overdue", "documented", "documented"),
        ("keys", '{"app.quit" = "q"}', {"app.quit": "q"}),
        ("learning_steps", "5", ("5m",)),
        ("learning_steps", "1m, 2h,1d", ("1m", "2h", "1d")),
        ("learning_steps", "none", ()),
        ("relearning_steps", " ", ()),
        ("fsrs_parameters", "", ()),
        ("easy_days", "", {}),
        ("today_limits", "", {}),
    ],
)
def test_the_command_line_gives_texts(tmp_path: Path, key: str, text: str, value: object) -> None:
    loaded = load_settings(tmp_path, user_file=None, overrides={key: text})
    assert getattr(loaded.settings, key) == value
    assert str(loaded.origin[key]) == "command line"


@pytest.mark.parametrize(
    ("key", "text", "says"),
    [
        ("base_ease", "much", "number"),
        ("base_eas", "230", "base_ease"),
        ("baseEase", "230", "base_ease"),
        ("load_balance", "2", "true or false"),
        ("base_ease", "1\nother = 2", "number"),
        ("keys", "q", "should be a table, such as"),
        ("", "1", "is not a setting"),
    ],
)
def test_an_override_that_cannot_be_used_is_refused_with_what_would_do(
    tmp_path: Path, key: str, text: str, says: str
) -> None:
    with pytest.raises(MisuseError, match=says):
        load_settings(tmp_path, user_file=None, overrides={key: text})


def test_what_the_plugin_has_buried_is_known(tmp_path: Path) -> None:
    plugin(tmp_path, {}, buryDate="2024-06-15", buryList=["d3e565e31b292", 4, "0a"])
    loaded = load(tmp_path)
    assert (loaded.bury_date, loaded.bury_list) == (date(2024, 6, 15), frozenset({"d3e565e31b292", "0a"}))


@pytest.mark.parametrize("further", [{}, {"buryDate": "", "buryList": []}, {"buryDate": 3, "buryList": "x"}])
def test_without_a_list_of_today_nothing_is_buried(tmp_path: Path, further: dict[str, Any]) -> None:
    plugin(tmp_path, {}, **further)
    loaded = load(tmp_path)
    assert (loaded.bury_date, loaded.bury_list, loaded.problems) == (None, frozenset(), ())


def test_two_question_marks_can_be_inferred_to_be_plain(tmp_path: Path) -> None:
    loaded = load(tmp_path, base_ease="230").with_plain_question_marks()
    assert loaded.settings == with_plain_question_marks(Settings(base_ease=230))
    assert loaded.settings.multiline_card_separator == "??"
    assert loaded.settings.multiline_reversed_card_separator == "???"
    inferred = {name for name, origin in loaded.origin.items() if str(origin) == "inferred from the notes"}
    assert inferred == {"multiline_card_separator", "multiline_reversed_card_separator"}


def test_nothing_is_inferred_against_what_a_user_has_set(tmp_path: Path) -> None:
    mine = load(tmp_path, multiline_reversed_card_separator="??")
    assert mine.with_plain_question_marks() is mine
    plugin(tmp_path, {})
    in_plugin = load(tmp_path)
    assert in_plugin.with_plain_question_marks() is in_plugin
    write(tmp_path / PLUGIN, "broken")
    broken = load(tmp_path)
    assert broken.with_plain_question_marks() is broken


@given(
    st.builds(
        Settings,
        flashcard_tags=st.lists(st.sampled_from(["#a", "#b/c", '#"', "#é"])).map(tuple),
        single_line_card_separator=st.text(
            st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=5
        ),
        base_ease=st.integers(1, 999),
        easy_bonus=st.floats(0, 9),
        load_balance=st.booleans(),
        algorithm=st.sampled_from(Algorithm),
        start_of_day=st.times().map(lambda at: at.replace(microsecond=0)),
        keys=st.dictionaries(st.sampled_from(["app.quit", "a"]), st.just("q,w")),
    )
)
def test_a_value_is_shown_as_it_can_stand_in_the_file(settings: Settings) -> None:
    text = "\n".join(f"{name} = {toml_text(getattr(settings, name))}" for name in NAMES)
    values = tomllib.loads(text)
    assert {name: READERS[name](values[name]) for name in NAMES} == {name: getattr(settings, name) for name in NAMES}


@given(
    st.binary(max_size=60) | st.text(max_size=60).map(str.encode) | json_values.map(lambda v: json.dumps(v).encode())
)
def test_no_bytes_in_the_plugins_file_make_it_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    vault = tmp_path_factory.mktemp("vault", numbered=True)
    write(vault / PLUGIN, content)
    loaded = load(vault)
    assert loaded.plugin_file == vault / PLUGIN
    assert loaded.settings == Settings() or loaded.problems == ()


@given(st.dictionaries(st.sampled_from([plugin_key(name) for name in NAMES]), json_values))
def test_no_values_of_the_plugin_make_it_fail(mapping: dict[str, Any]) -> None:
    settings = from_plugin(mapping)
    for name in NAMES:
        value, default = getattr(settings, name), getattr(Settings(), name)
        numbers = (int, float)
        assert isinstance(value, numbers if isinstance(default, numbers) else type(default))
        assert not isinstance(value, tuple) or all(isinstance(item, str) and item for item in value)
    assert 1 <= settings.base_ease < float("inf")
    assert hash(settings) == hash(from_plugin(mapping))


@given(
    st.binary(max_size=60)
    | st.dictionaries(st.sampled_from(NAMES), json_values).map(lambda v: json.dumps(v).encode())
)
def test_no_bytes_in_our_own_file_make_it_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = write(tmp_path_factory.mktemp("person", numbered=True) / "settings.toml", content)
    assert set(load(path.parent, path).origin) == set(NAMES)


@given(st.sampled_from([*NAMES, "keys.a", "other"]), st.text(max_size=20))
def test_an_override_is_used_or_refused_by_name(name: str, text: str) -> None:
    overrides = {name: text}
    try:
        loaded = load_settings(Path("/nowhere"), user_file=None, overrides=overrides)
    except MisuseError as error:
        refused = str(error)
    else:
        refused = ""
        assert str(loaded.origin[name.partition(".")[0]]) == "command line"
    assert refused == "" or refused.startswith(f"{name}={text}: it ")


def test_reading_settings_imports_nothing_heavy() -> None:
    code = "import sys, studyapp.core.settings.load; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"yaml", "textual", "rich", "torch", "platformdirs", "difflib", "studyapp.core.notes.note"}
    assert heavy.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("clozePatterns", [f"=={n}answer==" for n in range(20_000)], "at most 100 entries, and has 20,000"),
        ("clozePatterns", "\n".join(f"=={n}answer==" for n in range(20_000)), "at most 100 entries, and has 20,000"),
        ("clozePatterns", ["==answer==" + "=" * 2_000_000], "no text longer than 1,000 characters"),
        ("flashcardTags", [f"#tag{n}" for n in range(100_000)], "at most 1,000 entries, and has 100,000"),
        ("flashcardTags", " ".join(f"#tag{n}" for n in range(100_000)), "at most 1,000 entries, and has 100,000"),
        ("tagsToReview", ["#" + "a" * 2_000], "no text longer than 1,000 characters"),
        ("noteFoldersToIgnore", ["*" * 2_000], "no text longer than 1,000 characters"),
        ("singleLineCardSeparator", ":" * 2_000_000, "no text longer than 1,000 characters"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_too_large_to_work_with_counts_as_absent(tmp_path: Path, name: str, value: object, says: str) -> None:
    plugin(tmp_path, {name: value, "baseEase": 240})
    loaded = load(tmp_path)
    assert loaded.settings == Settings(base_ease=240)
    assert says in only(loaded.problems).message
    assert f'"{name}"' in only(loaded.problems).message


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[keys]\n" + ".".join("a" * 20_000) + ' = "x"', "a key of more than 300 parts"),
        ("[" + ".".join(["keys"] * 5_000) + "]\n", "a key of more than 300 parts"),
        ("keys = {" + ".".join("a" * 5_000) + ' = "x"}', "a key of more than 300 parts"),
        ("[keys]\n" + "".join(f'a{n} = "x"\n' for n in range(3_000)), '"keys" should have at most 1,000 entries'),
        ("[deck_limits]\n" + "".join(f"a{n} = {{new = 1}}\n" for n in range(1_100)), "at most 1,000 entries"),
        ("# " + "x" * 1_000_000, "has more than 200,000 characters"),
    ],
    ids=lambda text: text[:20],
)
def test_our_own_file_is_bounded_too(tmp_path: Path, toml: str, says: str) -> None:
    own(tmp_path, toml)
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert says in only(loaded.problems).message


@pytest.mark.parametrize(
    ("table", "sound", "wrong"),
    [
        ("keys", '"review.good" = "g"', '"review.easy" = 5'),
        ("deck_limits", '"a" = {new = 3}', '"b" = {reviews = -1}'),
        ("searches", 'hard = "ease<180"', "late = 3"),
        ("easy_days", "sunday = 0", "sonntag = 0"),
        ("today_limits", '"2026-11-28" = {new = 3}', '"28.11." = {new = 3}'),
        ("deck_presets", 'a = "p"', "b = 3"),
        ("exams", 'finals = {date = 2026-12-18, deck = "a"}', "other = {date = 2026-12-18}"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_an_entry_that_cannot_be_used_leaves_the_others_of_its_table(
    tmp_path: Path, table: str, sound: str, wrong: str, first: bool
) -> None:
    presets = "\n[presets.p]\n"
    own(tmp_path, f"[{table}]\n" + "\n".join([wrong, sound] if first else [sound, wrong]) + presets)
    loaded = load(tmp_path)
    assert len(getattr(loaded.settings, table)) == 1
    name = tomllib.loads(wrong)
    assert f'"{table}.{next(iter(name))}" ' in only(loaded.problems).message


@pytest.mark.parametrize(
    "data", ["[" * 1_000_000, '{"settings":' * 100_000, '{"settings": {"baseEase": 1' + "0" * 9_000 + "}}"]
)
def test_json_of_any_depth_is_an_error_to_see(tmp_path: Path, data: str) -> None:
    write(tmp_path / PLUGIN, data)
    loaded = load(tmp_path)
    assert loaded.settings == Settings()
    assert "JSON" in only(loaded.problems).message
