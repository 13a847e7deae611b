"""The numbers of the notes: worked out again where that can be done, and else listed with where they are from."""

from __future__ import annotations

import importlib
import re
import statistics
from collections.abc import Iterable, Mapping
from itertools import product

import pytest

from demos.catalog import catalog
from demos.jobs import JOBS
from demos.shape import LLAMA_7B, TOY
from demos.shipped import Figures, shipped
from tests.test_vault import SEED, every_note, prose_of, text_of

D, L, NH, F = LLAMA_7B.width, LLAMA_7B.layers, LLAMA_7B.heads, LLAMA_7B.hidden
LLAMA_2 = LLAMA_7B.total
PROMPTS = 30 * 10 * D
GATES = 30 * NH
OUTPUTS = 5 * D + 2 * F
BENT = 2 * (L * OUTPUTS + LLAMA_7B.vocabulary)
NORMS = (2 * L + 1) * D
LORA_LLAMA, LORA_GPT = L * 2 * 8 * 2 * D, 96 * 2 * 4 * 2 * 12_288
CACHE = 2 * 80 * 8 * 128 * 2
"""Bytes a token: keys and values, layers, heads, their size, 16 bits."""


def gigabytes(trained: int) -> float:
    """What training takes for LLaMA 2 7B: 2 bytes a frozen number, 16 a trained one."""
    return (2 * LLAMA_2 + 14 * trained) / 1e9


WORKED = {
    "LoRA": (
        f"$32 \\cdot 2 \\cdot 8 \\cdot {2 * D} = {LORA_LLAMA:,}$ | {LORA_LLAMA / LLAMA_2:.3%}",
        f"$96 \\cdot 2 \\cdot 4 \\cdot {2 * 12_288} = {LORA_GPT:,}$ | {LORA_GPT / 175e9:.3%}",
        f"{175 * 2} GB",
    ),
    "LLaMA-Adapter": (
        f"$L \\cdot K \\cdot d = 30 \\cdot 10 \\cdot {D}$ | {PROMPTS:,}",
        f"$L \\cdot {NH}$ | {GATES}",
        f"share of the model | | {(PROMPTS + GATES) / LLAMA_2:.3%}",
        f"{(PROMPTS + GATES) / 1e6:.1f} million numbers",
        f"30 of the {L} layers of LLaMA 7B, 10 prompts in each",
    ),
    "LLama v2 Adapter": (
        f"version 1 | {(PROMPTS + GATES) / 1e6:.1f} million",
        f"$2\\,({L} \\cdot {OUTPUTS:,} + {LLAMA_7B.vocabulary:,})$ | {BENT / 1e6:.1f} million",
        f"${2 * L + 1} \\cdot {D}$ | {NORMS / 1e6:.1f} million",
        f"**{(PROMPTS + GATES + BENT + NORMS) / 1e6:.1f} million**",
        f"{OUTPUTS:,} is the number of outputs of a block's seven linear layers, {LLAMA_7B.vocabulary:,} those",
    ),
    "Soft Prompts and Prefixes": (
        f"{5 * 4096:,} of them for a prompt of length 5 on T5-XXL ($5 \\cdot 4096$)",
        f"{10 * 1024:,} numbers for a prefix of length 10 and width {1024:,}",
        f"$10 \\cdot 1024 \\cdot 2 \\cdot 24 = {10 * 1024 * 2 * 24:,}$",
        f"{10 * 1024 * 2 * 24 / 355e6:.2%} of 355 million",
        "two words from a list of 20 make 400 prompts",
        "Try all 400",
    ),
    "In-Context Learning": (),
    "LLaMA 2": (
        *(
            f"{size} | {width:,} | {layers} | {heads} ({shared}) | {hidden:,} | "
            f"{layers * (2 * width**2 * (1 + shared / heads) + 3 * width * hidden + 2 * width) + 64_001 * width:,.0f}"
            for size, width, layers, heads, shared, hidden in (
                ("7B", D, L, NH, NH, F),
                ("13B", 5120, 40, 40, 40, 13_824),
                ("70B", 8192, 80, 64, 8, 28_672),
            )
        ),
        f"{CACHE / 1e6:.2f} MB a token",
        f"would take {8 * CACHE / 1e6:.1f} MB",
        f"everything | {LLAMA_2 / 1e9:.2f} billion | about {gigabytes(LLAMA_2):.0f} GB",
        f"rank 8, query and value | {LORA_LLAMA / 1e6:.1f} million | about {gigabytes(LORA_LLAMA):.1f} GB",
        f"10 prompts in 30 layers | {PROMPTS / 1e6:.1f} million | about {gigabytes(PROMPTS):.1f} GB",
        f"{64 // 8} times smaller",
        f"about {2 + 2 + 4 + 8} bytes a parameter: 2 for the weight, 2 for the gradient, {4 + 8} for the 32-bit copy",
        f"About {2 + 2 + 4 + 8}, activations not counted",
        f"width {TOY.width} instead of {L} layers of width {D:,}",
    ),
    "Parameter-Efficient Transfer Learning for NLP": (
        f"on 17 further classification tasks, {9 + 17} together",
        f"{80.4 - 80.0:.1f} points below full finetuning (80.0 against 80.4)",
    ),
    "Adapters": (),
}
"""As the notes write them, worked out from the shapes that they name."""

QUOTED = {
    "LoRA": (
        "query and value at rank 4 do better than the query alone at rank 8",
        "$q, v$, $r = 8$",
        "$q, v$, $r = 4$",
        "10,000 times fewer trained parameters, a checkpoint of 35 MB instead of",
        "instead of 1.2 TB",
        "rank 1 was enough for some tasks",
        "[rank 1]",
        "[rank 16]",
        "$BA = 0$",
        "$B = 0$",
    ),
    "LLaMA-Adapter": ("52,000 examples of Alpaca", "$g = 0$", "the 400 steps of a run", "in 1,200 steps"),
    "LLama v2 Adapter": (
        "$b = 0$",
        "$s = 1$",
        "b = 0,\\; s = 1",
        "The paper speaks of 14 million",
        "called version 2",
        "The *2* counts",
    ),
    "Soft Prompts and Prefixes": (
        "0.49 nats a word, with one right word alone about 0.2, with both 0.01",
        "a right one gives 0.8",
        "the 1.4 of two wrong ones",
        "p_1, \\dots, p_P,\\; e(x_1)",
        "acts on layer 1",
        "$2L$",
        "$2 L P d$",
        "a prefix of length 1 can do a lot",
        "A remark on 10 × 1024",
        "with 24 layers",
        "the 0.1% that the paper reports",
        "==1;;10;;how long?==",
        "==2;;200;;how long?==",
        "the 400 steps of a run",
    ),
    "In-Context Learning": ("x_1, y_1", "$k = 0$", "$k = 1$", "10 to 100 of them", "its window of 2,048 tokens"),
    "LLaMA 2": (
        "2 trillion",
        "1.0 trillion for",
        "1.4 trillion for the larger ones",
        "doubled from 2,048 to 4,096 tokens",
        "==4,096;;how many?==",
        "64 query heads, 8 key and value heads",
        "In 16-bit numbers it takes $2 \\cdot 80 \\cdot 8 \\cdot 128 \\cdot 2$ bytes",
        "2 bytes each, unless",
        "needs only the first 2",
        "- 2 for the 16-bit weight and 2 for its gradient",
        "- 4 for the 32-bit master copy",
        "- 8 for Adam's two moments",
        "27,540 written examples",
    ),
    "Parameter-Efficient Transfer Learning for NLP": (
        "$10^{-2}$",
        "full finetuning | 100% | 9.0 × | 80.4",
        "best size for each task | 3.6% | 1.3 × | 80.0",
        "size 64 throughout | 2.1% | 1.2 × | 79.6",
        "adapters of size 64 reach an F1 of 90.4, full finetuning 90.7",
        "3.6% of the parameters",
        "0.4 or 0.8",
        "says 0.4%",
        "says 0.8%",
        "$2md + d + m$",
        "$m = 64$",
        "($d = 1024$, 24 blocks)",
        "of blocks 0 to 4",
        "between 8 and 256",
    ),
    "Adapters": ("$2dr + r + d$", "$2(2dr + r + d)$", "$2Pd$"),
}
"""What papers report, what is chosen for an example, formulas without numbers, and what a test below measures."""

NAMES = re.compile(
    r"\((?:https?|studyapp):[^)]*\)|\[\[.*?\]\]|==\d;;|^\d\. |\b(?:19|20)\d\d\b"
    r"|LLaMA 2|LLaMA-Adapter V2|GPT-[23]|\b\d+B\b|A100|version [12]",
    re.MULTILINE,
)
"""Links, the order of clozes and lists, years, and the names of models."""


def numbers_of(name: str) -> str:
    """A note without its front matter, code and sources, its numbers without LaTeX."""
    text = prose_of(name).split("\n---\n", 1)[1].split("# Sources")[0]
    return text.replace("{,}", ",").replace(" %", "%")


@every_note
def test_a_number_that_can_be_worked_out_is_right_and_no_other_is_in_a_note_unseen(name: str) -> None:
    if name == SEED:
        return
    text = numbers_of(name)
    for held in (*WORKED[name], *QUOTED[name]):
        assert held in text, held
    for held in (*WORKED[name], *QUOTED[name]):
        text = text.replace(held, "")
    assert re.findall(r".*\d.*", NAMES.sub("", text)) == []


COMMENTS = {
    "Soft Prompts and Prefixes": f"# trained is {25_482_752 / 491_520:.0f} times what is kept",
    "Parameter-Efficient Transfer Learning for NLP": f"# 6,343,680: about {6_343_680 / 335e6:.0%}".replace("%", " %"),
}
"""What comments of code say of the numbers that it prints."""


@pytest.mark.parametrize("name", COMMENTS)
def test_what_code_prints_is_called_what_it_is(name: str) -> None:
    assert COMMENTS[name] in text_of(name)


def test_a_formula_of_an_adapter_counts_what_the_demo_trains() -> None:
    adapters = catalog().get("adapters")
    d, layers = TOY.width, TOY.layers
    for r in (1, 8, 16):
        knobs = adapters.settle({"bottleneck": r, "norms": False})
        assert adapters.trains(knobs) == layers * 2 * (2 * d * r + r + d)


def measured(job: str) -> Mapping[str, Figures]:
    return shipped().jobs[job]


def test_prompts_bring_out_what_is_known_and_do_not_teach_within_the_steps_of_a_run() -> None:
    """As the notes on prompts and on LLaMA-Adapter say."""
    pytest.importorskip("torch")
    assert JOBS["teach"].steps == 400
    for name in ("soft_prompt", "prefix", "llama_adapter"):
        assert min(measured("elicit")[name].worst, measured("compose")[name].worst) > 0.95
        assert 0 <= measured("teach")[name].median < 0.1
    assert measured("teach")["soft_prompt"].best < 0.01
    assert measured("teach")["prefix"].median > 0.01
    assert measured("teach")["lora"].worst > 0.8
    for name, steps in (("adapters", 2 * JOBS["teach"].steps), ("llama_adapter_v2", 1_200)):
        assert 0.85 < measured("teach")[name].median < 0.95
        assert importlib.import_module(f"demos.{name}").STEPS["teach"] == steps


@pytest.mark.slow
def test_the_losses_of_hard_prompts_are_those_that_the_note_gives() -> None:
    demo = importlib.import_module("demos.hard_prompt")
    setting = importlib.import_module("demos.toy.setting").prepare(demo.settle(demo.KNOBS, {}))
    measure = importlib.import_module("demos.toy.measure")
    judge = demo.Judge(setting.model, setting.data.train.rows(slice(demo.SENTENCES)))
    verbs, languages = ("translate", "say"), ("german", "deutsch")
    right, words = {*verbs, *languages}, demo.WORDS
    human = {(a, b) for pair in ((verbs, languages), (languages, verbs)) for a, b in product(*pair)}

    def mean(prompts: Iterable[tuple[str, ...]]) -> float:
        return float(statistics.mean(map(judge.loss, prompts)))

    alone, both = mean((word,) for word in right), mean(human)
    one = mean(pair for pair in product(words, words) if len(right & {*pair}) == 1 and pair[0] != pair[1])
    none = mean(pair for pair in product(words, words) if not right & {*pair})
    said = (
        f"Without words it is {judge.loss(()):.2f} nats a word, with one right word alone about {alone:.1f}, "
        f"with both {both:.2f}. Beside a wrong word a right one gives {one:.1f}: that is worse than no words at all, "
        f"but better than the {none:.1f} of two wrong ones"
    )
    assert said in text_of("Soft Prompts and Prefixes")
    some = setting.held_out.rows(slice(60))
    matches = {p: measure.exact_match(setting.model, demo.insert(p, some)) for p in product(words, words)}
    assert {pair for pair, share in matches.items() if share == 1} == human
    assert sum(share == 0 for share in matches.values()) > len(matches) / 2


@pytest.mark.slow
def test_examples_work_as_the_note_says_with_exchanged_answers_and_beyond_what_was_read() -> None:
    def lines(job: str, name: str) -> list[float]:
        demo = importlib.import_module("demos.in_context")
        return [frame.scalars[name] for frame in demo.run({"job": job}) if frame.summary is None]

    assert 0.35 < statistics.mean(lines("elicit", "exchanged")[1:4]) < 0.65
    assert max(lines("pretrained", "exchanged")[1:4]) < 0.1
    right = lines("pretrained", "accuracy")
    assert right[1] > 0.95
    assert 0.75 < right[4] < 0.95
    assert right[5] < 0.5


@pytest.mark.slow
def test_a_direct_prefix_wants_a_higher_rate_and_one_position_does_a_lot() -> None:
    demo = importlib.import_module("demos.prefix")

    def ends(**knobs: object) -> list[float]:
        return [[*demo.run({"seed": seed, **knobs})][-1].summary.after for seed in range(3)]

    assert statistics.median(ends(form="direct", learning_rate=demo.RATES["reparameterised"]["elicit"])) < 0.1
    assert min(ends(form="direct")) > 0.95
    assert min(ends(prefix_length=1)) > 0.95
