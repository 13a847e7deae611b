"""Which methods a heading means, and which it does not."""

import pytest

from demos import headings
from demos.catalog import load
from tests.helpers.rows import each_row

CATALOG = load()

MEANT = {
    "LoRA basics": ["lora"],
    "lora basics": ["lora"],
    "QLoRA": ["lora"],
    "AdaLoRA and QLoRA": ["lora"],
    "LoRA vs. full finetuning": ["lora", "finetuning_2"],
    "Full fine-tuning against LoRA": ["finetuning_2", "lora"],
    "LoRA and adapters": ["lora", "adapters"],
    "Adapters vs. LoRA": ["adapters", "lora"],
    "Adapters: an introduction": ["adapters"],
    "What are adapters?": ["adapters"],
    "Prefix tuning and prompt tuning": ["prefix", "soft_prompt"],
    "Soft prompts: how they are trained": ["soft_prompt"],
    "Hard prompt tuning explained": ["hard_prompt"],
    "In-context learning of LLMs": ["in_context"],
    "LLaMA-Adapter in practice": ["llama_adapter"],
    "LLaMA-Adapter V2 in practice": ["llama_adapter_v2"],
    "From Prefix Tuning to LLaMA-Adapters": ["prefix", "llama_adapter"],
    "**LoRA** (Hu et al.)": ["lora"],
    "LoRAs": ["lora"],
}
OTHER = [
    "LoRa",
    "LoRa basics",
    "LoRaWAN",
    "Flora of Spain",
    "FLORA",
    "Glora",
    "Ports and adapters",
    "Adapter pattern",
    "Power adapters",
    "Prefix sums",
    "Feature-based approaches",
    "Finetuning",
    "ICL surgery",
    "What does a prompt do?",
    "",
]


@each_row("heading, names", MEANT.items())
def test_a_heading_with_the_name_among_other_words_means_the_method(heading: str, names: list[str]) -> None:
    assert [demo.name for demo in CATALOG.find_all([heading])] == names


@each_row("heading", OTHER)
def test_a_heading_about_something_else_means_none(heading: str) -> None:
    assert CATALOG.find_all([heading]) == ()


def test_the_names_of_methods_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    CATALOG.find_all(["LoRA and adapters"])
    read: list[str] = []
    bare = headings._bare

    def noted(text: str) -> str:
        read.append(text)
        return bare(text)

    monkeypatch.setattr(headings, "_bare", noted)
    CATALOG.find_all(["Prefix tuning, said in other words"])
    assert set(read) == {"Prefix tuning, said in other words"}


def test_of_two_names_that_share_a_word_the_earlier_method_counts() -> None:
    pairs = [(f"{a} middle", f"middle {b}") for a in ("one", "two", "three") for b in ("four", "five", "six")]
    for left, right in pairs:
        text = f"{left} {right.removeprefix('middle ')}"
        assert headings.mentioned(text, [(1, [left]), (2, [right])]) == [1]
        assert headings.mentioned(text, [(1, [right]), (2, [left])]) == [1]
