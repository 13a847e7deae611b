"""Settings that don't fit a vault: which would, what they would change, and that they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.notes.note import parse_text
from studyapp.core.settings.model import Settings
from studyapp.core.settings.values import toml_text
from studyapp.core.text.note_text import NoteText
from studyapp.study.doctor.advice.trial import questions_of
from studyapp.study.doctor.findings import Advice
from tests.helpers.tiers import tiered
from tests.helpers.vaults import make_vault, open_vault
from tests.study.doctor.subjects import ONE, TWO, examine, found


@pytest.mark.parametrize(
    ("card", "schedule", "said"),
    [
        ("front {n};;back", ONE, 'single_line_card_separator = ";;"'),
        ("front {n}->->->back", ONE, 'single_line_card_separator = "->->->"'),
        ("front {n} → back", ONE, 'single_line_card_separator = "→"'),
        ("front {n} ⇌ back", TWO, 'single_line_reversed_card_separator = "⇌"'),
        ("front {n} :@: back", ONE, 'single_line_card_separator = ":@:"'),
        ("front {n} ^^ back", ONE, 'single_line_card_separator = "^^"'),
        ("question {n}\n!---\nanswer", ONE, 'multiline_card_separator = "!---"'),
        ("question {n}\n?---?\nanswer", TWO, 'multiline_reversed_card_separator = "?---?"'),
        ("question {n}\n;;;\nanswer", ONE, 'multiline_card_separator = ";;;"'),
        ("the **bold** {n} word", ONE, "**[123;;]answer[;;hint]**"),
        ("the {{curly}} {n} word", ONE, "{{[123;;]answer[;;hint]}}"),
    ],
)
def test_the_separator_that_would_give_orphans_their_cards_is_named(
    tmp_path: Path, card: str, schedule: str, said: str
) -> None:
    body = "\n\n".join(card.replace("{n}", str(n)) + f"\n{schedule}" for n in range(6))
    (misfit, *others) = found(
        tmp_path, {"A.md": f"#flashcards\n\n{body}\n", "B.md": f"#flashcards\n\na::b\n{ONE}\n"}, {}
    )
    assert (misfit.code, misfit.path, misfit.line) == ("settings-misfit", ".", None)
    assert "6 of the 7 schedule comments" in misfit.reason
    assert said in misfit.remedy
    assert "6 of 6 would belong" in misfit.remedy
    assert {one.code for one in others} == {"orphan-schedule"}


def test_a_plain_separator_that_is_the_reversed_one_as_the_settings_are_changes_places_with_it(
    tmp_path: Path,
) -> None:
    cards = "\n\n".join(f"question {n}\n???\nanswer\n{TWO}" for n in range(4))
    (misfit, *_) = found(tmp_path, {"A.md": f"#flashcards\n\n{cards}\n"}, {})
    assert 'multiline_reversed_card_separator = "???"' in misfit.remedy


def test_an_end_marker_is_named_where_blank_lines_are_meant_to_be_within_cards(tmp_path: Path) -> None:
    cards = "\n\n".join(f"question {n}\n?\nanswer\n\nmore {n}\n{ONE}\n+++" for n in range(4))
    (misfit, *_) = found(tmp_path, {"A.md": f"#flashcards\n\n{cards}\n"}, {})
    assert 'multiline_card_end_marker = "+++"' in misfit.remedy


def test_doubled_and_misplaced_comments_are_no_sign_of_a_misfit(tmp_path: Path) -> None:
    cards = "\n\n".join(f"a{n}::b\n\n{ONE}" for n in range(6))
    assert {one.code for one in found(tmp_path, {"A.md": f"#flashcards\n\n{cards}\n"})} == {"misplaced-schedule"}


def test_a_deck_tag_is_named_where_notes_with_schedules_have_none(tmp_path: Path) -> None:
    notes: dict[str, str | bytes] = {f"{n}.md": f"#exam/bio\n\na{n}::b\n{ONE}\n" for n in range(4)}
    (misfit, *_) = found(tmp_path, notes, {})
    assert misfit.code == "settings-misfit"
    assert "4 are in notes without a deck tag" in misfit.reason
    assert 'flashcard_tags = ["#flashcards", "#exam' in misfit.remedy


def test_a_fifth_of_orphans_is_not_a_misfit_and_neither_is_a_single_one(tmp_path: Path) -> None:
    cards = "\n\n".join(f"a{n}::b\n{ONE}" for n in range(16))
    lost = "\n\n".join(f"text {n} here\n{ONE}" for n in range(4))
    assert "settings-misfit" not in [
        one.code for one in found(tmp_path, {"A.md": f"#flashcards\n\n{cards}\n\n{lost}\n"})
    ]
    assert [one.code for one in found(tmp_path / "b", {"A.md": f"#flashcards\n\ntext\n{ONE}\n"})] == [
        "orphan-schedule"
    ]


def test_a_misfit_that_no_separator_explains_says_so(tmp_path: Path) -> None:
    lost = "\n\n".join(f"text number {n}\n{ONE}" for n in range(4))
    (misfit, *_) = found(tmp_path, {"A.md": f"#flashcards\n\n{lost}\n"})
    assert "None of the separators" in misfit.remedy


def test_a_vault_within_a_vault_is_judged_by_its_own_settings(tmp_path: Path) -> None:
    cards = "\n\n".join(f"a{n};;b\n{ONE}" for n in range(4))
    root = make_vault(tmp_path / "vault", {"A.md": f"#flashcards\n\na::b\n{ONE}\n"}, {})
    make_vault(root / "inner", {"B.md": f"#flashcards\n\n{cards}\n"}, {"singleLineCardSeparator": ";;"})
    assert examine(open_vault(root)) == []
    make_vault(root / "inner", {}, {"singleLineCardSeparator": "::"})
    assert examine(open_vault(root))[0].place == "inner"


# Tags, separators and folders together, and what the advice promises


def advised(root: Path) -> Advice:
    """The advice for a vault; when it is followed, the numbers are right and the finding is gone."""
    before = open_vault(root)
    (misfit,) = (one for one in examine(before) if one.code == "settings-misfit")
    assert misfit.advice is not None, misfit.remedy
    path = root / ".studyapp" / "settings.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{name} = {toml_text(value)}\n" for name, value in misfit.advice.settings))
    assert all(f"{name} = {toml_text(value)}" in misfit.remedy for name, value in misfit.advice.settings)
    after = open_vault(root)
    assert after.loaded.problems == ()
    assert misfit.advice.cards == (len(list(before.rows())), len(list(after.rows())))
    assert "settings-misfit" not in {one.code for one in examine(after)}
    path.unlink()
    return misfit.advice


PROSE = (
    "Date: today, 12:30 - see https://example.org/a?b=c; well-known & (more) …",
    "Topic: a note on [[this]] = that; it holds | so **far**.",
    "- a list: of - things",
)


def vault_of(tmp_path: Path, card: str, *, tag: str, folder: str = "", schedule: str = ONE, fresh: int = 1) -> Path:
    """Notes of prose and cards, of which some were never reviewed; and a journal without any."""
    notes: dict[str, str | bytes] = {}
    for note in range(6):
        cards = [f"{card.replace('#', str(n))}\n{schedule if n >= fresh else ''}\n" for n in range(4)]
        notes[f"{folder}{note}.md"] = f"{tag}\n{PROSE[0]}\n\n" + f"\n{PROSE[note % 3]}\n\n".join(cards)
        notes[f"Journal/{note}.md"] = "\n\n".join(PROSE)
    return make_vault(tmp_path / "vault", notes, {})


@tiered("tag", ["#flashcards", "#exam2/maths", "#radio #flag", ""])
@pytest.mark.parametrize(
    ("card", "schedule", "name", "sign"),
    [
        ("Law #: of nature!---thing: #", ONE, "single_line_card_separator", "!---"),
        ("Gesetz #? (neu);;Ding, #", ONE, "single_line_card_separator", ";;"),
        ("law # -?-?-> thing #", TWO, "single_line_reversed_card_separator", "-?-?->"),
        ("loi # « chose #", ONE, "single_line_card_separator", "«"),
        ("法 # ⇌ 事 #", TWO, "single_line_reversed_card_separator", "⇌"),
        ("What: is #?\n!---\nAnswer: thing #", ONE, "multiline_card_separator", "!---"),
        ("What is #?\n- (A) x\nAnswer:\nthing #", ONE, "multiline_card_separator", "Answer:"),
        ("What is #?\n??\nthing #", ONE, "multiline_card_separator", "??"),
        ("What is #?\n~~\nthing #", TWO, "multiline_reversed_card_separator", "~~"),
    ],
)
def test_tag_or_folder_and_separator_are_found_together(
    tmp_path: Path, tag: str, card: str, schedule: str, name: str, sign: str
) -> None:
    advice = advised(vault_of(tmp_path, card, tag=tag, folder="" if tag else "Uni/Maths/", schedule=schedule))
    found = dict(advice.settings)
    assert found.pop(name) == sign
    if tag.startswith("#flashcards"):
        assert "flashcard_tags" not in found
    elif tag:
        assert found.pop("flashcard_tags") in [("#flashcards", one) for one in ("#exam2", "#radio", "#flag")]
    else:
        assert found.pop("convert_folders_to_decks") is True
    assert found in ({}, {"multiline_reversed_card_separator": "???"})
    assert advice.orphans[1] == 0
    assert advice.fresh in (6, 0)


def test_a_sign_that_all_prose_has_is_not_advised_and_a_comment_is_not_a_card(tmp_path: Path) -> None:
    body = "#flashcards\nDate: today\n\nWhat is it?\n!---\nAnswer: this\n"
    notes: dict[str, str | bytes] = {f"{n}.md": f"{body}\n{ONE}\n" if n > 4 else f"{body}{ONE}\n" for n in range(7)}
    advice = advised(make_vault(tmp_path / "vault", notes))
    assert advice.settings == (("multiline_card_separator", "!---"),)
    assert (advice.cards, advice.recovered) == ((0, 7), 5)
    only = {f"{n}.md": f"#flashcards\n\n{PROSE[0]}\n\n{PROSE[1]}\n\nWhat: {n}\n{ONE}\n" for n in range(7)}
    (misfit, *_) = found(tmp_path / "b", dict(only), {})
    assert misfit.advice is None
    assert "None of the separators" in misfit.remedy


@pytest.mark.parametrize("sign", [" : ", " – ", " | ", "~"])
def test_a_sign_that_stands_in_prose_and_tables_is_advised_only_where_it_makes_few_other_cards(
    tmp_path: Path, sign: str
) -> None:
    cards = {f"{n}.md": f"#flashcards\n\nWhat {n}{sign}this\n{ONE}\n" for n in range(7)}
    prose = f"Prose that{sign}goes on.\n\n- an item{sign}too\n"
    (misfit, *_) = found(tmp_path / "a", {path: f"{text}\n{prose}" for path, text in cards.items()}, {})
    assert misfit.advice is None
    assert advised(make_vault(tmp_path / "b", dict(cards))).settings == (("single_line_card_separator", sign),)


@pytest.mark.parametrize("sign", [":", "->", "!", ",", "-", "--"])
def test_what_every_schedule_comment_holds_is_not_advised(tmp_path: Path, sign: str) -> None:
    cards = {f"{n}.md": f"#flashcards\n\nWhat {n}{sign}this\n{ONE}\n" for n in range(7)}
    (misfit, *_) = found(tmp_path, dict(cards), {})
    assert misfit.advice is None


def test_a_separator_that_would_leave_a_side_empty_explains_nothing(tmp_path: Path) -> None:
    body = "\n\n".join(f"question {n}\n?\nanswer\n\nmore {n}\n+++\n{ONE}" for n in range(8))
    (misfit, *_) = found(tmp_path, {"A.md": f"#flashcards\n\n{body}\n"}, {})
    assert misfit.advice is None


def test_a_separator_that_is_part_of_another_one_is_found_beside_it(tmp_path: Path) -> None:
    card = f"word # ~> thing #\n{ONE}\n\nother # <~> way #\n{TWO}"
    advice = advised(vault_of(tmp_path, card, tag="#flashcards", schedule=""))
    assert dict(advice.settings) == {"single_line_card_separator": "~>", "single_line_reversed_card_separator": "<~>"}


def test_double_question_marks_that_are_plain_are_found_though_nothing_is_an_orphan(tmp_path: Path) -> None:
    advice = advised(vault_of(tmp_path, "What is #?\n??\nthing #", tag="#flashcards", fresh=0))
    assert dict(advice.settings) == {
        "multiline_card_separator": "??",
        "multiline_reversed_card_separator": "???",
    }
    assert (advice.halves, advice.cards) == ((24, 0), (48, 24))


def test_a_separator_is_found_together_with_an_end_marker(tmp_path: Path) -> None:
    card = f"What is #?\n!---\nthing #\n\nmore of it\n{ONE}\n+++"
    advice = advised(vault_of(tmp_path, card, tag="#flashcards", schedule=""))
    assert dict(advice.settings) == {"multiline_card_separator": "!---", "multiline_card_end_marker": "+++"}


def test_notes_in_no_folder_show_that_decks_are_named_by_tags(tmp_path: Path) -> None:
    notes: dict[str, str | bytes] = {f"{n}.md": f"#flashcards\n\na{n}::b\n{ONE}\n" for n in range(5)}
    advice = advised(make_vault(tmp_path / "vault", notes, {"convertFoldersToDecks": True}))
    assert advice.settings == (("convert_folders_to_decks", False),)


def test_what_the_advice_would_change_is_reported_with_samples(tmp_path: Path) -> None:
    root = vault_of(tmp_path, "law #;;thing #", tag="#flashcards")
    told = advised(root).told
    assert told[0] == "0 → 24 cards, 18 → 0 schedules without a card"
    assert told[1].endswith("  law 1 → thing 1")
    assert "6 of the questions that would be added have no schedule:" in told
    orphan = next(one for one in examine(open_vault(root)) if one.code == "orphan-schedule")
    assert "settings suggested above" in orphan.remedy


def test_the_advice_names_the_file_of_the_vault_that_it_is_for(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"a.md": ""}, {})
    inner = {f"{n}.md": f"#flashcards\n\na{n};;b\n{ONE}\n" for n in range(4)}
    make_vault(root / "Sub", dict(inner), {})
    (misfit, *_) = examine(open_vault(root))
    assert "Put that into Sub/.studyapp/settings.toml" in misfit.remedy


@pytest.mark.parametrize("sign", ["!", ":", "-", ",", "SR"])
def test_a_schedule_comment_with_a_separator_in_it_is_not_a_question(sign: str) -> None:
    text = NoteText(f"#flashcards\n\nWords alone\n\n{ONE}\n".encode())
    note = parse_text("n.md", text, Settings(single_line_card_separator=sign))
    assert len(note.questions) == 1
    assert questions_of(note) == []
