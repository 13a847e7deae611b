"""In-context learning: show solved examples before the question, and train nothing.

    <b> x₁ > y₁ ; x₂ > y₂ ; … x_k > y_k ; x >          the model goes on: y

Nothing is stored and nothing moves: whatever is learned is learned in the activations of one forward pass, and gone
after it. It was pretraining that made the model continue a pattern, on documents of four examples, so a question may
have up to three before it. Beyond that the text is longer than any the model has read, and it fails: that is context
length. The examples say which of the known tasks is meant; they do not teach a new one. To see that the examples'
answers matter, and not only their form, the same questions are asked with the answers exchanged among strings.

Brown et al. 2020, "Language models are few-shot learners", https://arxiv.org/abs/2005.14165
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from demos.alone import main
from demos.frame import Frame, Knob, KnobValue, Picture, settle
from demos.toy.tasks import ARROW, BEGIN, END, JOBS, TASKS, Split
from demos.toy.train import Kept, Outcome, exact_match, loss, prepare, samples

TITLE = "In-context learning"
METHOD = ("In-Context Learning", "ICL", "Few-shot learning", "Adapting an LLM for a specific task")
IDEA = "Put solved examples before the question: the model infers the task, and not one number is trained."
PAPER = "Brown et al. 2020, Language models are few-shot learners, https://arxiv.org/abs/2005.14165"
BLOCK = """\
 {examples} examples              question
 x₁ > y₁ ;  x₂ > y₂ ;  …  x >
 └──────────────┬─────────┘
     frozen transformer, nothing is trained
                ▼
                y
"""
QUESTION = "How many examples will it take until nine in ten answers are right?"
ANSWERS = ("one", "two or three", "more", "never nine in ten")
KNOBS = (
    Knob("job", "elicit", "the examples' task", choices=("elicit", "compose", "teach", "classify", "pretrained")),
    Knob("seed", 0, "draws the strings and the examples", low=0, high=9999),
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


class Questions(NamedTuple):
    """Strings to ask about, and strings to show."""

    asked: Tensor
    """(N, 5)."""
    wanted: Tensor
    """(N, A)."""
    shown: Tensor
    """(N, K, 5)."""
    solved: Tensor
    """(N, K, A)."""


def questions(job: str, asked: Tensor, known: Tensor, longest: int, generator: torch.Generator) -> Questions:
    """Choose examples for each string out of known ones; for `pretrained` each row has one of the seventeen tasks."""
    N = len(asked)
    shown = known[torch.randint(len(known), (N, longest), generator=generator)]  # (N, K, 5)
    if job != "pretrained":
        return Questions(asked, JOBS[job].answer(asked), shown, JOBS[job].answer(shown))
    chosen = torch.arange(N) % len(TASKS)  # (N,)
    wanted, solved = torch.empty_like(asked), torch.empty_like(shown)
    for number, task in enumerate(TASKS):
        rows = chosen == number
        wanted[rows], solved[rows] = task(asked[rows]), task(shown[rows])
    return Questions(asked, wanted, shown, solved)


def prompt(questions: Questions, k: int, *, shuffled: bool = False) -> Split:
    """Write the first k examples, then the question: (N, 1 + k·(5+A+2) + 6) symbols.

    Shuffled examples keep their strings, and get the answers that belong to the strings of another row.
    """
    N = len(questions.asked)
    begin, arrow, end = (torch.full((N, 1), symbol) for symbol in (BEGIN, ARROW, END))
    solved = questions.solved.roll(len(TASKS), 0) if shuffled else questions.solved  # (N, K, A), of the same task
    examples = [part for i in range(k) for part in (questions.shown[:, i], arrow, solved[:, i], end)]
    return Split(torch.cat((begin, *examples, questions.asked, arrow), dim=1), questions.wanted)


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Ask the same questions with more and more examples before them."""
    knobs = settle(KNOBS, knobs)
    job, chosen = str(knobs["job"]), int(knobs["examples"])
    setting = prepare({**knobs, "job": "elicit" if job == "pretrained" else job})
    longest = max(LONGEST, chosen)
    known, held = (split.prompts[:, 1:-1].cpu() for split in (setting.data.train, setting.held_out))
    lines = {
        "this job": (job, False),
        "its answers exchanged": (job, True),
        "mean of 17 tasks": ("pretrained", False),
    }
    asked = {
        name: (questions(of, held, known, longest, torch.Generator().manual_seed(setting.seed)), shuffled)
        for name, (of, shuffled) in lines.items()
    }
    found: dict[str, list[float]] = {name: [] for name in lines}
    frames = []
    for k in range(longest + 1):
        for name, (of, shuffled) in asked.items():
            found[name].append(exact_match(setting.model, prompt(of, k, shuffled=shuffled).to(setting.device)))
        split = prompt(asked["this job"][0], k).to(setting.device)
        with torch.no_grad():
            numbers = {"loss": loss(setting.model, split).item(), "accuracy": found["this job"][-1]}
        numbers |= {"exchanged": found["its answers exchanged"][-1], "tasks": found["mean of 17 tasks"][-1]}
        caption = f"k = {k} example{'s' * (k != 1)}" + " (longer than any text of pretraining)" * (k > KNOWN)
        values = tuple(tuple(line) for line in found.values())
        columns = tuple(f"k={index}" for index in range(k + 1))
        picture = Picture("lines", "Accuracy by number of examples", values, tuple(found), columns)
        frames.append(Frame(k, longest, caption, numbers, samples(setting.model, split), picture))
        yield frames[-1]
    reported = replace(frames[chosen], step=longest, caption=f"reported: k = {chosen}", picture=picture)
    right = found["this job"]
    after = (
        "accuracy at k = 0, 1, 2 …: " + " ".join(f"{value:.2f}" for value in right),
        "with the answers exchanged: " + " ".join(f"{value:.2f}" for value in found["its answers exchanged"]),
        "mean of the seventeen tasks: " + " ".join(f"{value:.2f}" for value in found["mean of 17 tasks"]),
    )
    enough = next((k for k, value in enumerate(right) if value >= 0.9), None)
    answer = ANSWERS[3 if enough is None else 0 if enough <= 1 else 1 if enough <= KNOWN else 2]
    examples = prompt(asked["this job"][0], chosen).prompts[0, 1:-6].tolist()
    ended = Outcome(right[0], right[chosen], reported, put=examples)
    last = setting.finish(ended, TITLE, 0, Kept("nothing", b""), after, answer=answer)
    assert last.summary is not None
    yield replace(last, summary=replace(last.summary, job=job))


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
