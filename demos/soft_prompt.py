"""Soft prompt tuning: learn vectors that stand before the text where words would stand.

A hard prompt can only be one of the words' embeddings; a soft prompt may be any vector, so backpropagation can move
it. With E the embeddings and f the frozen model:

    scores = f([P ; E[x]])        P (P, d) is trained, E and f are not

    tokens x (B, T) → E[x] (B, T, d) → [P ; E[x]] (B, P+T, d) → f → (B, P+T, V) → without the prompt (B, T, V)

Set to the embeddings of some words, the soft prompt is the hard prompt of those words, number for number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from demos.alone import main
from demos.frame import USUAL, Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.measure import exact_match
from demos.toy.model import ToyLlama
from demos.toy.train import Kept, learn, prepare
from demos.toy.words import SYMBOLS, WORDS, encode

TITLE = "Soft Prompt Tuning"
METHOD = ("Soft Prompt Tuning", "Soft Prompts", "Prompt Tuning", "Prompt Tuning and Prefix Tuning", "Soft Prompt")
IDEA = "Train a few vectors in front of the input embeddings: a prompt that need not consist of words."
PAPER = (
    "Lester et al. 2021, The power of scale for parameter-efficient prompt tuning, https://arxiv.org/abs/2104.08691"
)
BLOCK = "⟦P[prompt_length × d]ᵀ trained⟧  E(x)[T × d]ᵀ looked up  → {L} frozen layers"
START = """\
start=words: on words' embeddings, which the model can read already
start=noise: on noise, which the model cannot read yet
"""
QUESTION = "Where will the trained vectors end: on words, or far from any?"
ANSWERS = ("on words", "near them", "far from any")
KNOBS = (
    *USUAL,
    Knob("prompt_length", 8, "P, vectors in the prompt", low=1, high=64, choices=(1, 2, 4, 8, 16)),
    Knob(
        "place", "front", "before the first symbol, or after <b>, where words stand", choices=("front", "after <b>")
    ),
    Knob("start", "words", "first values: random words' embeddings, or noise", choices=("words", "noise")),
)
COUNT = (("prompt", "prompt_length·d"),)
NEXT = (
    ("prompt_length", 1, "is one vector enough?"),
    ("start", "noise", "does it matter where the vectors start?"),
    ("job", "teach", "can vectors at the bottom teach something new?"),
)

RATES = {"elicit": 0.01, "compose": 0.03, "teach": 0.1, "classify": 0.1}  # peak
NEAREST = 2  # words shown beside each vector


class SoftPrompt(nn.Module):
    """A tensor before the embedded text."""

    def __init__(self, first: Tensor, at: int = 0) -> None:
        super().__init__()
        self.vectors = nn.Parameter(first.clone())  # (P, d)
        self.at = at  # symbols of the text that stay before the prompt

    def scores(self, model: ToyLlama, tokens: Tensor) -> Tensor:
        """Score the symbol after each of (B, T) with the prompt in place: (B, T, V)."""
        text = model.embed_tokens(tokens)  # (B, T, d)
        prompt = self.vectors.expand(len(tokens), -1, -1)  # (B, P, d)
        joined = torch.cat((text[:, : self.at], prompt, text[:, self.at :]), dim=1)  # (B, P+T, d)
        scores: Tensor = model(embeddings=joined)  # (B, P+T, V)
        return scores[:, len(self.vectors) :]  # (B, T, V): with the prompt after <b>, its end speaks for <b>


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Train a soft prompt on the toy model, and show where its vectors go."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATES)
    model, P = setting.model, int(knobs["prompt_length"])
    embeddings = model.embed_tokens.weight  # (V, d)
    words = torch.tensor(encode(WORDS))[torch.randint(len(WORDS), (P,))].to(setting.device)  # P instruction words
    first = embeddings[words] if knobs["start"] == "words" else torch.randn(P, embeddings.shape[1]).to(embeddings)
    soft = SoftPrompt(first, at=0 if knobs["place"] == "front" else 1).to(setting.device)
    start = soft.vectors.detach().clone()  # (P, d)

    def scores(tokens: Tensor) -> Tensor:
        return soft.scores(model, tokens)

    def look() -> tuple[Mapping[str, float], Picture]:
        vectors = soft.vectors.detach()
        cosines, lines = neighbours(vectors, embeddings)
        numbers = {
            "moved": float((vectors - start).norm(dim=-1).mean()),  # mean distance from the first values
            "nearest": float(cosines.amax(-1).mean()),  # mean cosine with the closest word
        }
        return numbers, Picture("words", "Lengths and nearest words", words=lines)

    outcome = yield from learn(setting, dict(soft.named_parameters()), scores, look)
    vectors = soft.vectors.detach()  # (P, d)
    closest = SoftPrompt(embeddings[neighbours(vectors, embeddings)[0].argmax(-1)], soft.at)
    readable = exact_match(lambda tokens: closest.scores(model, tokens), setting.held_out)
    long, usual = float(vectors.norm(dim=-1).mean()), float(embeddings.norm(dim=-1).mean())
    kept = Kept(f"the prompt, {P} × {vectors.shape[1]} numbers", serialise({"prompt": vectors}))
    after = (
        f"the vectors are {long:.1f} long on average, a symbol's embedding {usual:.1f}",
        f"with each vector's closest symbol: accuracy {readable:.3f}",
        f"every question is {P} positions longer",
    )
    near = float(neighbours(vectors, embeddings)[0].amax(-1).mean())  # cosine with the closest word
    answer = ANSWERS[(near < 0.95) + (near < 0.5)]
    yield setting.finish(outcome, TITLE, vectors.numel(), kept, after, answer=answer)


def neighbours(vectors: Tensor, embeddings: Tensor) -> tuple[Tensor, tuple[str, ...]]:
    """Find the words whose direction is closest: cosines (P, V), and a line of text for each vector."""
    cosines = F.cosine_similarity(vectors[:, None], embeddings[None], dim=-1)  # (P, V)
    best = cosines.topk(NEAREST, dim=-1)  # (P, 2)
    lines = []
    for row, vector in enumerate(vectors):
        near = zip(best.values[row].tolist(), best.indices[row].tolist(), strict=True)
        words = ", ".join(f"{SYMBOLS[index]} {cosine:.2f}" for cosine, index in near)
        lines.append(f"p{row + 1:<2} {float(vector.norm()):.2f}  {words}")
    return cosines, tuple(lines)


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
