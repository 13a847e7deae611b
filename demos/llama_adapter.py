"""LLaMA-Adapter: a prefix behind a gate that is shut at the start.

In the top layers, a few trained prompt tokens P stand beside the text. Attention looks at them in a softmax of their
own, and what it finds passes a gate of its own for each head:

    y = softmax(Q·Kᵀ/√hs)·V + tanh(g) · softmax(Q·K_Pᵀ/√hs)·V_P        K_P, V_P: the frozen k_proj, v_proj of P (P, d)

    Q (B, nh, T, hs)    K_P, V_P (nh, P, hs)    g (nh, 1, 1)    l top layers: l · (P · d + nh) numbers are trained

With g = 0 the model is exactly the base model: random prompts cannot disturb it before they mean something. It also
means that in the first step only the gates move, since the prompts' gradient passes through tanh(0) = 0.

So this is a gated prefix, not a bottleneck adapter. A softmax over prompts and text together, as in prefix tuning,
would take attention away from the text from the first step on.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from demos.alone import main
from demos.frame import USUAL, Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.model import Attention, ToyLlama
from demos.toy.train import Kept, learn, prepare

TITLE = "LLaMA-Adapter"
METHOD = ("LLaMA-Adapter", "LLaMA-Adapter V1", "Zero-Init Attention", "Zero-initialised attention")
IDEA = "Let the top layers attend to trained prompts through gates that start shut, so nothing is disturbed at first."
PAPER = "Zhang et al. 2023, LLaMA-Adapter: Efficient fine-tuning of language models, https://arxiv.org/abs/2303.16199"
BLOCK = """\
⟦P[prompt_length × d] random⟧ · W[d × d] frozen  → K_P, V_P
gates=head: softmax(QKᵀ)V + ⟦tanh g[nh × 1]⟧ · softmax(QK_Pᵀ)V_P
gates=layer: softmax(QKᵀ)V + ⟦tanh g[1 × 1]⟧ · softmax(QK_Pᵀ)V_P
then the frozen o_proj; in the top {layers} of {L} layers
"""
START = """\
gate=0.0: gates are shut at 0: at first the base answers
gate!=0.0: gates stand open: random prompts disturb the base
"""
QUESTION = "In which layer will the gates be open widest?"
ANSWERS = ("layer 1", "layer 2", "layer 3")
KNOBS = (
    *USUAL,
    Knob("layers", 3, "l, layers with prompts, counted from the top", low=1, high=3, choices=(1, 2, 3)),
    Knob("prompt_length", 10, "P, prompt tokens a layer", low=1, high=64, choices=(1, 2, 5, 10, 20)),
    Knob("gate", 0.0, "g at the start: 0 is shut, exactly the base model", low=-3, high=3, choices=(0.0, 0.5, 1.0)),
    Knob("gates", "head", "a gate for each head, or one for each layer", choices=("head", "layer")),
)
COUNT = (
    ("prompts", "layers·prompt_length·d"),
    ("gates", "layers·nh", "gates=head"),
    ("gates", "layers", "gates=layer"),
)
NEXT = (
    ("gate", 0.5, "is anything disturbed when the gates start open?"),
    ("layers", 1, "is the top layer enough?"),
    ("job", "teach", "can prompts teach something new within this budget?"),
)

RATES = {"elicit": 0.03, "compose": 0.1, "teach": 0.3, "classify": 0.3}  # peak


class GatedPrompt(nn.Module):
    """Prompt tokens beside a layer's attention, behind gates."""

    def __init__(self, length: int, width: int, gates: int, gate: float = 0.0) -> None:
        super().__init__()
        self.prompt = nn.Parameter(torch.randn(length, width))  # (P, d)
        self.gate = nn.Parameter(torch.full((gates, 1, 1), gate))  # (nh, 1, 1), or (1, 1, 1) for all heads

    def forward(self, q: Tensor, attention: Attention) -> Tensor:
        """Let rotated queries (B, nh, T, hs) look at the prompt, which has no position: (B, nh, T, hs)."""
        k = attention.split(attention.k_proj(self.prompt))  # (nh, P, hs)
        v = attention.split(attention.v_proj(self.prompt))  # (nh, P, hs)
        weights = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1)  # (B, nh, T, P)
        found: Tensor = torch.tanh(self.gate) * (weights @ v)  # (B, nh, T, hs)
        return found


def insert(
    model: ToyLlama, layers: int, length: int, gates: str = "head", gate: float = 0.0
) -> dict[int, GatedPrompt]:
    """Put prompts beside the attention of the top layers of a model, and number them by their layer."""
    shape, prompts = model.shape, dict[int, GatedPrompt]()
    for index, block in enumerate(model.blocks()):
        if index >= shape.layers - layers:
            beside = GatedPrompt(length, shape.width, shape.heads if gates == "head" else 1, gate)
            prompts[index] = beside.to(model.embed_tokens.weight.device)
            block.self_attn.beside = prompts[index]
    return prompts


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Train prompts and gates, and show the gates open."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATES)
    length, per = int(knobs["prompt_length"]), str(knobs["gates"])
    prompts = insert(setting.model, int(knobs["layers"]), length, per, float(knobs["gate"]))
    trained = {f"layers.{i}.{name}": p for i, one in prompts.items() for name, p in one.named_parameters()}
    start = {i: one.prompt.detach().clone() for i, one in prompts.items()}
    opening: list[list[float]] = [[] for _ in prompts]  # a line a layer: how far its gates are open, by moment

    @torch.no_grad()
    def look() -> tuple[Mapping[str, float], Picture]:
        for line, one in zip(opening, prompts.values(), strict=True):
            line.append(float(torch.tanh(one.gate).abs().mean()))
        moved = torch.stack([(one.prompt - start[i]).norm(dim=-1).mean() for i, one in prompts.items()])  # (l,)
        rows = tuple(f"layer {i + 1}" for i in prompts)
        picture = Picture("lines", "How open the gates are", tuple(map(tuple, opening)), rows)
        numbers = {"gate": sum(line[-1] for line in opening) / len(opening), "prompt moved": float(moved.mean())}
        return numbers, picture

    outcome = yield from learn(setting, trained, setting.model, look, still="tanh 0 stops it")
    count = sum(tensor.numel() for tensor in trained.values())
    gates = "; ".join(
        f"layer {i + 1}: " + " ".join(f"{float(g):+.2f}" for g in torch.tanh(one.gate.detach()).flatten())
        for i, one in prompts.items()
    )
    layers = f"{len(prompts)} layer{'s' * (len(prompts) > 1)}"
    d, per_layer = setting.model.shape.width, count // len(prompts)
    after = (
        f"tanh(g) by head, {gates}",
        f"{layers} × ({length} × {d} + {per_layer - length * d}) = {count:,} numbers",
    )
    kept = Kept(f"prompts and gates of {layers}, {count:,} numbers", serialise(trained))
    widest = max(prompts, key=lambda i: float(torch.tanh(prompts[i].gate.detach()).abs().mean()))
    yield setting.finish(outcome, TITLE, count, kept, after, answer=ANSWERS[widest])


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
