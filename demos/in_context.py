"""In-context learning: show solved examples before the question, and train nothing.

    <b> x₁ > y₁ ; x₂ > y₂ ; … x_k > y_k ; x >          the model goes on: y

Nothing is stored and nothing moves: whatever is learned is learned in the activations of one forward pass, and gone
after it. It was pretraining that made the model continue a pattern, on documents of four examples, so a question may
have up to three before it. Beyond that the text is longer than any the model has read, and it fails: that is context
length. The examples say which of the known tasks is meant; they do not teach a new one.

To see what the answers in the examples do, the same questions are asked with the answers exchanged among sentences.
That hurts, but not always much: a foreign answer still shows the language and the form of what is wanted.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import torch

from demos.alone import main
from demos.frame import Frame, Knob, KnobValue, Picture, settle
from demos.toy.data import Split, pack, unpack
from demos.toy.grammar import draw
from demos.toy.measure import exact_match, loss, samples
from demos.toy.setting import Kept, Outcome, prepare
from demos.toy.tasks import TASKS, Pair
from demos.toy.words import encode

TITLE = "In-context learning"
METHOD = ("In-Context Learning", "ICL", "Few-shot learning", "Adapting an LLM for a specific task")
IDEA = "Put solved examples before the question: the model infers the task, and not one number is trained."
PAPER = "Brown et al. 2020, Language models are few-shot learners, https://arxiv.org/abs/2005.14165"
BLOCK = """\
x₁ > y₁ ; ⋯ xₖ > yₖ ; x >
└───────────┬───────────┘
    frozen transformer
            ▼
            y
{examples} examples x > y, then the question; nothing is trained
"""
START = "nothing is added: without examples the base answers as it is"
TWICE = "examples × 2: no more numbers, but each question is longer"
QUESTION = "How many examples will it take until nine in ten answers are right?"
ANSWERS = ("one", "two or three", "more", "never nine in ten")
KNOBS = (
    Knob("job", "elicit", "the examples' task", choices=("elicit", "compose", "teach", "classify", "pretrained")),
    Knob("seed", 0, "draws the sentences and the examples", low=0, high=9999),
    Knob("device", "cpu", "where it runs", choices=("cpu", "cuda")),
    Knob("examples", 3, "k, the solved examples of the reported accuracy", low=0, high=6, choices=(0, 1, 2, 3, 4, 5)),
)
COUNT = (("nothing is trained", "0"),)
NEXT = (
    ("examples", 1, "is one example enough?"),
    ("examples", 5, "and more than it ever read in pretraining?"),
    ("job", "teach", "can examples teach something new?"),
)

LONGEST = 5  # examples that a run goes up to, unless more are asked for
KNOWN = 3  # examples before the last question of a pretraining document
COMPARED = 185  # questions of the two curves beside the job's own, five for each task

Question = tuple[list[Pair], Pair]
"""Examples, and what is asked after them."""


def questions(job: str, held: Sequence[Pair], known: Sequence[Pair], longest: int, seed: int) -> list[Question]:
    """Choose examples for each question out of known ones; for `pretrained` the tasks take turns."""
    rng = random.Random(seed)
    if job != "pretrained":
        return [(rng.choices(known, k=longest), pair) for pair in held]
    turns = [TASKS[row % len(TASKS)] for row in range(COMPARED)]
    return [([task.pair(draw(rng)) for _ in range(longest)], task.pair(draw(rng))) for task in turns]


def solved(pair: Pair) -> list[str]:
    """Write an example: the sentence, and its answer."""
    return [*pair[0], ">", *pair[1], ";"]


def prompt(asked: Sequence[Question], k: int, *, exchanged: bool = False) -> Split:
    """Write the first k examples, then the question.

    Exchanged examples keep their sentences, and get the answers of another question's examples.
    """
    rows = []
    for row, (examples, (given, wanted)) in enumerate(asked):
        answers = asked[row - 1 if exchanged else row][0]
        shown = [(x, y) for (x, _), (_, y) in zip(examples[:k], answers, strict=False)]
        before = [word for pair in shown for word in solved(pair)]
        rows.append((["<b>", *before, *given, ">"], wanted))
    return pack(rows)


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Ask the same questions with more and more examples before them."""
    knobs = settle(KNOBS, knobs)
    job, chosen = str(knobs["job"]), int(knobs["examples"])
    setting = prepare({**knobs, "job": "elicit" if job == "pretrained" else job})
    longest = max(LONGEST, chosen)
    known, held = unpack(setting.data.train), unpack(setting.held_out)
    own, others = (questions(of, held, known, longest, setting.seed) for of in (job, "pretrained"))
    lines = {
        "this job": (own, False),
        "exchanged": (own[:COMPARED], True),
        "37 tasks": (others, False),
    }
    found: dict[str, list[float]] = {name: [] for name in lines}
    frames = []
    for k in range(longest + 1):
        for name, (asked, exchanged) in lines.items():
            split = prompt(asked, k, exchanged=exchanged).to(setting.device)
            found[name].append(exact_match(setting.model, split))
        split = prompt(own[:COMPARED], k).to(setting.device)
        with torch.no_grad():
            numbers = {"loss": loss(setting.model, split).item(), "accuracy": found["this job"][-1]}
        numbers |= {"exchanged": found["exchanged"][-1], "tasks": found["37 tasks"][-1]}
        caption = f"k = {k} example{'s' * (k != 1)}" + " (longer than any text of pretraining)" * (k > KNOWN)
        values = tuple(tuple(line) for line in found.values())
        columns = tuple(f"k={index}" for index in range(k + 1))
        picture = Picture("lines", "Accuracy by examples", values, tuple(found), columns)
        frames.append(Frame(k, longest, caption, numbers, samples(setting.model, split), picture))
        yield frames[-1]
    reported = replace(frames[chosen], step=longest, caption=f"reported: k = {chosen}", picture=picture)
    said = (f"0 to {longest} examples", "answers exchanged", "mean of 37 tasks")
    lists = [" ".join(f"{value:.2f}" for value in line) for line in found.values()]
    after = tuple(f"{name}: {values}" for name, values in zip(said, lists, strict=True))
    right = found["this job"]
    enough = next((k for k, value in enumerate(right) if value >= 0.9), None)
    answer = ANSWERS[3 if enough is None else 0 if enough <= 1 else 1 if enough <= KNOWN else 2]
    shown = encode([word for pair in own[0][0][:chosen] for word in solved(pair)])
    ended = Outcome(right[0], right[chosen], reported, put=shown)
    last = setting.finish(ended, TITLE, 0, Kept("nothing", b""), after, answer=answer)
    assert last.summary is not None
    yield replace(last, summary=replace(last.summary, job=job))


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
