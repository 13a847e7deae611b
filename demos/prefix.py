"""Prefix tuning: learn keys and values that stand before the text in every layer.

A soft prompt enters at the bottom and the layers make of it what they will; a prefix is put into each layer as it is.
In layer l, with queries Q, keys K and values V (T, d) of the text:

    attention(Q, [P_K ; K], [P_V ; V])        P_K and P_V (P, d) of each of the L layers are trained: P · 2 · L · d

The paper found training them directly unstable, and made them from a smaller P' (P, k) by an MLP of hidden size e:

    P' (P, k) → (P, e) → tanh → (P, 2Ld)      P · k + k · e + e + e · 2Ld + 2Ld numbers: more to train, not fewer

After training P' and the MLP are dropped; what they made, P · 2 · L · d numbers, is all that the model needs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from demos.alone import main
from demos.frame import USUAL, Frame, Knob, KnobValue, Picture, settle
from demos.shape import Shape
from demos.toy.checkpoint import deserialise, serialise
from demos.toy.data import Split
from demos.toy.measure import asked, forced
from demos.toy.model import ToyLlama, rotate
from demos.toy.train import Kept, learn, prepare

TITLE = "Prefix Tuning"
METHOD = ("Prefix Tuning", "Prefix-Tuning", "Prompt Tuning and Prefix Tuning")
IDEA = "Train keys and values in front of the text in every layer; the text attends to them, the model stays frozen."
PAPER = "Li and Liang 2021, Prefix-tuning: Optimizing continuous prompts, https://arxiv.org/abs/2101.00190"
BLOCK = """\
form=reparameterised: ⟦P'[prefix_length × k]⟧ · ⟦MLP[k × hidden]⟧ tanh ⟦MLP[hidden × 2·L·d]⟧
form=direct: ⟦K and V[prefix_length × 2·L·d]⟧
K, V at {prefix_length} places, in each of {L} layers
"""
START = "at random: the text attends to it at once, which disturbs the base"
QUESTION = "How much of the text's attention will go to the prefix?"
ANSWERS = ("under a quarter", "a quarter to a half", "over half")
KNOBS = (
    *USUAL,
    Knob("prefix_length", 8, "P, positions in front of the text", low=1, high=64, choices=(1, 2, 4, 8, 16)),
    Knob("form", "reparameterised", "from P' by an MLP, or directly", choices=("reparameterised", "direct")),
    Knob("k", 16, "numbers a position of P', below d = 64", low=1, high=63, choices=(4, 8, 16, 32)),
    Knob("hidden", 64, "e, numbers inside the MLP", low=1, high=512, choices=(16, 32, 64, 128)),
)
COUNT = (
    ("P'", "prefix_length·k", "form=reparameterised"),
    ("MLP", "k·hidden + hidden + hidden·2·L·d + 2·L·d", "form=reparameterised"),
    ("K and V", "prefix_length·2·L·d", "form=direct"),
)
NEXT = (
    ("form", "direct", "fewer numbers to train: does it learn as well?"),
    ("prefix_length", 1, "is one position enough?"),
    ("job", "teach", "can a prefix teach what the base model does not know?"),
)

RATES = {
    "reparameterised": {"elicit": 0.001, "compose": 0.01, "teach": 0.01, "classify": 0.03},
    "direct": {"elicit": 0.01, "compose": 0.03, "teach": 0.1, "classify": 0.1},
}  # peak
PROBES = 64  # held-out sentences that the attention is read from


class Prefix(nn.Module):
    """Keys and values for each layer: from P' by an MLP, or, with `k` 0, held directly."""

    def __init__(self, length: int, shape: Shape, k: int, hidden: int) -> None:
        super().__init__()
        self.shape, out = shape, 2 * shape.layers * shape.width  # 2Ld
        self.start = nn.Parameter(torch.randn(length, k or out))  # P' (P, k), or the prefix itself (P, 2Ld)
        layers = (nn.Linear(k, hidden), nn.Tanh(), nn.Linear(hidden, out)) if k else ()
        self.mlp = nn.Sequential(*layers)  # without layers: the identity

    def forward(self) -> Tensor:
        """Make the prefix of all layers: (P, 2Ld)."""
        made: Tensor = self.mlp(self.start)  # (P, 2Ld)
        return made


def by_layer(prefix: Tensor, shape: Shape) -> list[tuple[Tensor, Tensor]]:
    """Cut (P, 2Ld), which holds K and V of layer 1, K and V of layer 2 and so on, into pairs of (P, d)."""
    parts = prefix.view(-1, shape.layers, 2, shape.width).unbind(1)  # L × (P, 2, d)
    return [(part[:, 0], part[:, 1]) for part in parts]


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Train a prefix, then throw away what made it."""
    knobs = settle(KNOBS, knobs)
    form, P = str(knobs["form"]), int(knobs["prefix_length"])
    setting = prepare(knobs, RATES[form])
    model, shape, probes = setting.model, setting.model.shape, setting.held_out.rows(slice(PROBES))
    k = int(knobs["k"]) if form == "reparameterised" else 0
    prefix = Prefix(P, shape, k, int(knobs["hidden"])).to(setting.device)  # k = 0: direct

    def scores(tokens: Tensor) -> Tensor:
        found: Tensor = model(tokens, prefix=by_layer(prefix(), shape))  # (B, T, V)
        return found

    def look() -> tuple[Mapping[str, float], Picture]:
        shares = attention_to_prefix(model, probes, prefix())  # (L, nh)
        title, cells = "Attention to the prefix", tuple(map(tuple, shares.tolist()))
        names = [tuple(f"{n} {i + 1}" for i in range(c)) for n, c in (("layer", len(cells)), ("head", len(cells[0])))]
        return {"to the prefix": float(shares.mean())}, Picture("heat", title, cells, *names)

    outcome = yield from learn(setting, dict(prefix.named_parameters()), scores, look)
    tokens, d = forced(setting.held_out), shape.width
    loaded = deserialise(content := serialise({"prefix": prefix()}))[0]["prefix"].to(setting.device)  # (P, 2Ld)
    with torch.no_grad():
        apart = float((scores(tokens) - model(tokens, prefix=by_layer(loaded, shape))).abs().max())
    count, kept = sum(p.numel() for p in prefix.parameters()), loaded.numel()
    dropped = f"P' and the MLP, {count - kept:,} numbers, are dropped" if k else "nothing is dropped"
    after = (
        f"{dropped}: with the kept prefix alone the scores differ by at most {apart:.1e}",
        f"kept are keys and values in {shape.layers} layers: {P} × {d} × {2 * shape.layers} = {kept:,} numbers",
    )
    what, to = Kept(f"keys and values, {kept:,} numbers", content), attention_to_prefix(model, probes, loaded).mean()
    yield setting.finish(outcome, TITLE, count, what, after, answer=ANSWERS[int(to > 0.25) + int(to > 0.5)])


@torch.no_grad()
def attention_to_prefix(model: ToyLlama, text: Split, prefix: Tensor) -> Tensor:
    """Measure which share of each head's attention goes to the prefix where a word is answered: (L, nh)."""
    shares: list[Tensor] = []

    def read(attention: Any, given: tuple[Any, ...]) -> None:
        x, turn, (before, _) = given  # (B, T, d), the rotation, keys (P, d)
        q, k = (rotate(attention.split(p(x)), turn) for p in (attention.q_proj, attention.k_proj))  # (B, nh, T, hs)
        own = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])  # (B, nh, T, T)
        own = own.masked_fill(torch.ones_like(own).triu(1).bool(), -math.inf)  # no position sees a later one
        to = q @ attention.split(before).transpose(-1, -2) / math.sqrt(q.shape[-1])  # (B, nh, T, P)
        share = torch.cat((to, own), -1).softmax(-1)[..., : len(before)].sum(-1)  # (B, nh, T)
        shares.append(share.transpose(1, 2)[asked(text)].mean(0))  # (nh,)

    hooks = [block.self_attn.register_forward_pre_hook(read) for block in model.blocks()]
    model(forced(text), prefix=by_layer(prefix, model.shape))
    for hook in hooks:
        hook.remove()
    return torch.stack(shares)  # (L, nh)


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
