"""The bundled vault: its cards are the ones that were meant, its links lead somewhere, its numbers are right."""

from __future__ import annotations

import builtins
import hashlib
import importlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from demos.catalog import catalog
from studyapp.core.notes.note import Note, parse_note
from studyapp.core.settings.model import NAMES, CardOrder, Settings
from studyapp.study.reader.demo_links import choice_of_link, demos_of, links_in
from tests.helpers.settings import from_plugin

VAULT = Path(__file__).parents[1] / "vault"
PLUGIN_DATA = VAULT / ".obsidian" / "plugins" / "obsidian-spaced-repetition" / "data.json"
SEED = "Parameter Efficient Fine-Tuning"
SEED_SHA256 = "ed65b17cb5ccb1952ebfa2fa5eb1e52e3eedc461872f546eedd6a980f0d99686"

QUESTIONS = {
    SEED: {"multi_basic": 1, "cloze": 1},
    "Adapters": {"single_basic": 2, "single_reversed": 1, "multi_basic": 2, "multi_reversed": 1, "cloze": 2},
    "In-Context Learning": {"single_basic": 1, "single_reversed": 1, "multi_basic": 3, "cloze": 1},
    "LLaMA 2": {"single_basic": 2, "single_reversed": 1, "multi_basic": 2, "cloze": 2},
    "LLaMA-Adapter": {"single_basic": 2, "single_reversed": 1, "multi_basic": 2, "cloze": 1},
    "LLama v2 Adapter": {"single_basic": 1, "single_reversed": 1, "multi_basic": 2, "cloze": 1},
    "LoRA": {"single_basic": 2, "single_reversed": 1, "multi_basic": 4, "multi_reversed": 1, "cloze": 2},
    "Parameter-Efficient Transfer Learning for NLP": {
        "single_basic": 1, "single_reversed": 1, "multi_basic": 3, "multi_reversed": 1, "cloze": 1,
    },
    "Soft Prompts and Prefixes": {
        "single_basic": 2, "single_reversed": 1, "multi_basic": 3, "multi_reversed": 1, "cloze": 2,
    },
}  # fmt: skip
"""What each note holds, by type of question."""

CARDS = {
    SEED: 2, "Adapters": 13, "In-Context Learning": 8, "LLaMA 2": 11, "LLaMA-Adapter": 8, "LLama v2 Adapter": 7,
    "LoRA": 16, "Parameter-Efficient Transfer Learning for NLP": 10, "Soft Prompts and Prefixes": 13,
}  # fmt: skip
"""Cards of each note: a reversed question gives two, a cloze question one for each cloze."""

WIKILINK = re.compile(r"(!?)\[\[([^\]|#^]*)(?:#([^\]|^]*))?[^\]|]*(?:\|[^\]]*)?\]\]")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

every_note = pytest.mark.parametrize("name", QUESTIONS)


@cache
def settings() -> Settings:
    return from_plugin(json.loads(PLUGIN_DATA.read_bytes())["settings"])


@cache
def note(name: str) -> Note:
    return parse_note(f"{name}.md", text_of(name).encode(), settings())


def text_of(name: str) -> str:
    return (VAULT / f"{name}.md").read_bytes().decode()


def prose_of(name: str) -> str:
    return FENCE.sub("", text_of(name))


def aliases_of(name: str) -> list[str]:
    value: Any = note(name).front_matter.values.get("aliases", [])
    return [str(alias) for alias in value]


def wikilinks(name: str) -> Iterator[tuple[bool, str, str]]:
    """Whether it is an embed, what it names, and the heading."""
    for match in WIKILINK.finditer(prose_of(name)):
        yield bool(match[1]), match[2].strip(), (match[3] or "").strip()


def python_blocks(name: str) -> list[str]:
    return [code for language, code in FENCE.findall(text_of(name)) if language == "python"]


def test_the_seed_note_is_the_one_that_was_given_byte_for_byte() -> None:
    assert hashlib.sha256((VAULT / f"{SEED}.md").read_bytes()).hexdigest() == SEED_SHA256


def test_the_table_above_names_every_note_of_the_vault() -> None:
    assert {path.relative_to(VAULT).with_suffix("").as_posix() for path in VAULT.rglob("*.md")} == set(QUESTIONS)


def test_the_plugin_settings_swap_the_multi_line_separators_and_leave_the_rest() -> None:
    ours, default = settings(), Settings()
    assert (ours.multiline_card_separator, ours.multiline_reversed_card_separator) == ("??", "???")
    swapped = {"multiline_card_separator", "multiline_reversed_card_separator"}
    assert ours.flashcard_card_order is CardOrder.DUE_FIRST_SEQUENTIAL
    swapped |= {"flashcard_card_order", "flashcard_deck_order"}
    assert {n for n in NAMES if getattr(ours, n) != getattr(default, n)} == swapped


@every_note
def test_each_note_holds_the_questions_and_cards_that_it_was_written_with(name: str) -> None:
    questions = note(name).questions
    assert Counter(str(question.kind) for question in questions) == QUESTIONS[name]
    assert sum(len(question.cards) for question in questions) == CARDS[name]


@every_note
def test_every_card_asks_and_answers_something_and_lies_in_its_deck(name: str) -> None:
    deck = "flashcards" if name in (SEED, "In-Context Learning", "LLaMA 2") else "flashcards/peft"
    for question in note(name).questions:
        assert question.decks == (deck,)
        for card in question.cards:
            assert card.front.strip()
            assert card.back.strip()
            assert card.front != card.back


def test_the_only_finding_is_the_seed_notes_comment_that_belongs_to_no_card() -> None:
    found = [(p.path, p.code, p.line) for name in QUESTIONS for p in note(name).problems]
    assert found == [(f"{SEED}.md", "orphan-schedule", 53)]


def test_only_the_seed_note_has_schedules() -> None:
    scheduled = {
        name for name in QUESTIONS for question in note(name).questions for card in question.cards if card.schedule
    }
    assert scheduled == {SEED}


@every_note
def test_every_wikilink_leads_to_a_file_an_alias_or_a_heading(name: str) -> None:
    alias_targets = {alias: other for other in QUESTIONS for alias in aliases_of(other)}
    for embed, target, heading in wikilinks(name):
        if embed:
            assert [path for path in VAULT.rglob("*.png") if path.name == target], f"{name}: {target}"
            continue
        where = target or name
        assert where in QUESTIONS or where in alias_targets, f"{name}: [[{target}]]"
        if heading:
            headings = [h.text for h in note(alias_targets.get(where, where)).headings]
            assert heading in headings, f"{name}: [[{target}#{heading}]]"


@every_note
def test_a_note_of_ours_links_by_file_name_so_that_obsidian_resolves_it_too(name: str) -> None:
    if name != SEED:
        assert {target for embed, target, _ in wikilinks(name) if not embed} <= set(QUESTIONS)


def test_every_note_that_the_seed_links_to_exists_and_no_note_is_an_island() -> None:
    linked = {target for name in QUESTIONS for _, target, _ in wikilinks(name)}
    assert set(QUESTIONS) <= linked


def test_no_alias_means_two_notes() -> None:
    names = Counter([*QUESTIONS, *(alias for name in QUESTIONS for alias in aliases_of(name))])
    assert [name for name, count in names.items() if count > 1] == []


@every_note
def test_every_demo_link_names_a_demo_that_exists_with_knobs_that_it_takes(name: str) -> None:
    links = list(links_in(prose_of(name)))
    assert prose_of(name).count("studyapp://") == len(links)
    for link in links:
        choice_of_link(link, catalog())  # raises where it does not


@every_note
def test_every_card_of_a_method_offers_a_demo_and_names_none_in_vain(name: str) -> None:
    parsed = note(name)
    offers = [
        demos_of(
            question.text, parsed.front_matter.values, question.context[::-1], [name, *aliases_of(name)], catalog()
        )
        for question in parsed.questions
    ]
    assert [problem for offer in offers for problem in offer.problems] == []
    if name != "LLaMA 2":
        assert all(offer.choices for offer in offers)


def test_every_demo_is_linked_from_some_note() -> None:
    linked = {choice_of_link(link, catalog()).name for name in QUESTIONS for link in links_in(prose_of(name))}
    assert linked == {demo.name for demo in catalog().demos}


@every_note
def test_the_code_that_prints_numbers_prints_the_ones_in_its_comments(name: str) -> None:
    for code in python_blocks(name):
        if "print(" not in code:
            continue
        out = io.StringIO()
        with redirect_stdout(out):
            exec(compile(code, name, "exec"), {"__builtins__": builtins})
        said = {number for comment in re.findall(r"#(.*)", code) for number in re.findall(r"\d[\d,]{4,}", comment)}
        printed = out.getvalue().replace(",", "").split()
        assert said
        assert {number.replace(",", "") for number in said} <= set(printed)


def test_the_layers_that_the_notes_show_start_at_or_near_the_frozen_layer() -> None:
    torch = pytest.importorskip("torch")
    lora_demo = importlib.import_module("demos.lora")

    torch.manual_seed(0)
    names: dict[str, Any] = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}
    for name in ("Adapters", "LoRA", "LLama v2 Adapter"):
        exec(next(code for code in python_blocks(name) if "class " in code), names)
    x, frozen = torch.randn(2, 3, 8), torch.nn.Linear(8, 8)
    wanted = frozen(x)
    assert torch.equal(names["ScaledLinear"](frozen)(x), wanted)
    assert torch.allclose(names["Adapter"](8, 2)(x), x, atol=0.05)
    lora = names["LoRALinear"](frozen, 2, 4.0)
    assert torch.equal(lora(x), wanted)
    starts = []
    for made in (names["LoRALinear"], lora_demo.LoRALinear):
        torch.manual_seed(1)
        starts.append(made(frozen, 2, 4.0).A)
    assert torch.equal(*starts)
    torch.nn.init.normal_(lora.B)
    tuned = lora(x)
    lora.merge()
    assert not torch.allclose(tuned, wanted, atol=1e-3)
    assert torch.allclose(frozen(x), tuned, atol=1e-5)
