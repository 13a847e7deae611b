from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.reader.finder import NoteFinder
from tests.helpers.rows import each_row

PATHS = [
    "Papers/Parameter Efficient Fine-Tuning.md",
    "Papers/LoRA.md",
    "Papers/QLoRA.md",
    "LoRA/Notes on rank.md",
    "Explain LoRA.md",
    "Transformer.md",
    "Übung.md",
]
FINDER = NoteFinder([(path, ["Low-Rank Adaptation"] if path == "Papers/LoRA.md" else []) for path in PATHS])


@each_row(
    "typed, first",
    [
        ("lora", "Papers/LoRA.md"),
        ("LORA", "Papers/LoRA.md"),
        ("lor", "Papers/LoRA.md"),
        ("notes lora", "LoRA/Notes on rank.md"),
        ("rank no", "LoRA/Notes on rank.md"),
        ("peft", "Papers/Parameter Efficient Fine-Tuning.md"),
        ("low-rank", "Papers/LoRA.md"),
        ("ubung", None),
        ("übung", "Übung.md"),
        ("transfomer", "Transformer.md"),
        ("trnasformer", "Transformer.md"),
        ("transforrmer", "Transformer.md"),
        ("tramsformer", "Transformer.md"),
        ("lroa", "Papers/LoRA.md"),
        ("paramter eff", "Papers/Parameter Efficient Fine-Tuning.md"),
        ("xyzzy", None),
    ],
)
def test_the_best_match_comes_first(typed: str, first: str | None) -> None:
    found = FINDER.find(typed)
    assert (found[0].path if found else None) == first


def test_a_name_comes_before_its_beginning_a_word_in_it_a_part_of_it_and_the_path() -> None:
    assert [note.path for note in FINDER.find("lora")] == [
        "Papers/LoRA.md",
        "Explain LoRA.md",
        "Papers/QLoRA.md",
        "LoRA/Notes on rank.md",
    ]


def test_a_note_is_found_by_its_alias_once() -> None:
    (found,) = FINDER.find("low-rank adap")
    assert (found.path, found.alias) == ("Papers/LoRA.md", "Low-Rank Adaptation")
    assert len({note.path for note in FINDER.find("a")}) == len(FINDER.find("a"))


def test_letters_in_order_are_looked_for_at_once_in_a_name_that_nearly_has_them() -> None:
    name = "a sentence seen in these several essays tells even less than the other sentences here " * 2
    assert NoteFinder([(f"{name}.md", [])]).find("eseteseaseseseetesez") == []


def test_with_nothing_typed_all_are_there_in_their_order() -> None:
    assert [note.path for note in FINDER.find(" ")] == PATHS
    assert len(FINDER.find("", most=2)) == 2


@given(st.text(max_size=40))
def test_anything_can_be_typed(typed: str) -> None:
    assert all(note.path in PATHS for note in FINDER.find(typed))
