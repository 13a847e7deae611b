"""LLaMA-Adapter V2: version 1, and a bias and a scale on every linear layer of the blocks, and the norms.

It bends the layers themselves, a little everywhere, without a new matrix anywhere:

    y = s ⊙ (W·x + b)        W (d_out, d_in) frozen, b and s (d_out,) trained: b = 0 and s = 1 at the start
    n = w ⊙ x / rms(x)       w (d,) of each RMSNorm trained, here in a copy, so that the base stays as it is

and keeps the gated prompts of version 1 (`llama_adapter.py`) in the top l layers; their keys and values come from the
bent projections now. The output head stays as it is, though the note's 4.3 million for LLaMA 7B count it. Trained are

    l · (P · d + nh)  +  L · 2 · (4d + 2h + d)  +  (2L + 1) · d        h = 176 inside SwiGLU
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from demos import llama_adapter
from demos.alone import main
from demos.frame import USUAL, Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.measure import forced
from demos.toy.model import RMSNorm, ToyLlama, linears, replace
from demos.toy.train import Kept, learn, prepare

TITLE = "LLaMA-Adapter V2"
METHOD = ("LLama v2 Adapter", "LLaMA-Adapter V2", "LLaMA v2 Adapter", "LLaMA Adapter 2")
IDEA = "Gated prompts as in version 1; a bias and a scale on each linear layer of the blocks: a little everywhere."
PAPER = "Gao et al. 2023, LLaMA-Adapter V2: Parameter-efficient visual instruction, https://arxiv.org/abs/2304.15010"
BLOCK = """\
bias_scale=yes: ⟦s[d × 1] one⟧ ⊙ ( W[d × d] frozen  · x + ⟦b[d × 1] zero⟧ )
bias_scale=no: W[d × d] frozen  · x
⟦P[prompt_length × d] prompts⟧ behind ⟦g[nh × 1] gates⟧ in the top {layers} layers
norms=yes: and the ⟦norms⟧ of all layers
"""
START = """\
gate=0.0: gates are shut at 0, b = 0, s = 1: at first the base answers
gate!=0.0: gates stand open: random prompts disturb the base"""
QUESTION = "Which will move furthest: the scales, the biases or the norms?"
ANSWERS = ("scales", "biases", "norms")
KNOBS = (
    *USUAL,
    Knob("layers", 2, "l, layers with prompts, counted from the top", low=1, high=3, choices=(1, 2, 3)),
    Knob("prompt_length", 10, "P, prompt tokens a layer", low=1, high=64, choices=(1, 2, 5, 10, 20)),
    Knob("gate", 0.0, "g at the start: 0 is shut, exactly the base model", low=-3, high=3, choices=(0.0, 0.5, 1.0)),
    Knob("bias_scale", True, "train a bias and a scale on each linear layer of the blocks"),
    Knob("norms", True, "train copies of the norms"),
)
COUNT = (
    ("prompts, gates", "layers·(prompt_length·d + nh)"),
    ("biases, scales", "L·2·(5·d + 2·f)", "bias_scale=yes"),
    ("norms", "(2·L + 1)·d", "norms=yes"),
)
NEXT = (
    ("bias_scale", False, "what do prompts and norms reach alone?"),
    ("layers", 3, "do prompts in one more layer help?"),
    ("job", "teach", "can it teach something new without a new matrix?"),
)

RATES = {"elicit": 3e-3, "compose": 1e-2, "teach": 3e-2, "classify": 3e-2}  # peak
STEPS = {"teach": 1_200}  # three times the job's own, after which it depends on the seed how far it came
KINDS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class ScaledLinear(nn.Module):
    """A frozen linear layer with a trained bias and a trained scale."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.bias = nn.Parameter(torch.zeros_like(base.weight[:, 0]))  # b (d_out,)
        self.scale = nn.Parameter(torch.ones_like(base.weight[:, 0]))  # s (d_out,)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, d_in) to (B, T, d_out)."""
        bent: Tensor = self.scale * (self.base(x) + self.bias)  # (B, T, d_out)
        return bent

    @torch.no_grad()
    def folded(self) -> nn.Linear:
        """Make the ordinary layer that does the same: weight diag(s)·W, bias s ⊙ b."""
        layer = nn.Linear(self.base.in_features, self.base.out_features, device=self.base.weight.device)
        layer.weight.copy_(self.scale[:, None] * self.base.weight)  # (d_out, d_in)
        layer.bias.copy_(self.scale * self.bias)  # (d_out,)
        return layer


def insert(model: ToyLlama, *, bias_scale: bool = True, norms: bool = True) -> dict[str, nn.Module]:
    """Put a bias and a scale on each linear layer, and copies in the place of the norms; name what was put in."""
    put: dict[str, nn.Module] = {}
    if bias_scale:
        put |= {name: ScaledLinear(layer) for name, layer in linears(model).items()}
    if norms:
        put |= {n: copy.deepcopy(m).requires_grad_(True) for n, m in model.named_modules() if isinstance(m, RMSNorm)}
    for name, module in put.items():
        replace(model, name, module)
    return put


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Train prompts, gates, biases, scales and norms together, and show which of them move."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATES, STEPS)
    model = setting.model
    P, gate = int(knobs["prompt_length"]), float(knobs["gate"])
    prompts = llama_adapter.insert(model, int(knobs["layers"]), P, gate=gate)
    put = insert(model, bias_scale=bool(knobs["bias_scale"]), norms=bool(knobs["norms"]))
    parts = {**{f"layers.{i}.beside": one for i, one in prompts.items()}, **put}
    trained = {f"{n}.{key}": p for n, part in parts.items() for key, p in part.named_parameters() if p.requires_grad}
    scaled = {name: part for name, part in put.items() if isinstance(part, ScaledLinear)}
    start = {name: p.detach().clone() for name, p in trained.items()}

    def change(ending: str) -> float:
        """Mean distance from the start of the numbers whose names end so; 0 if there are none."""
        moved = [(p.detach() - start[name]).abs().flatten() for name, p in trained.items() if name.endswith(ending)]
        return torch.cat(moved).mean().item() if moved else 0.0

    @torch.no_grad()
    def look() -> tuple[Mapping[str, float], Picture]:
        bars = {f"gate {i + 1}": float(torch.tanh(one.gate).abs().mean()) for i, one in prompts.items()}
        bars |= {f"s {kind.removesuffix('_proj')}": change(f"{kind}.scale") for kind in KINDS if scaled}
        bars |= {"norms": change("norm.weight")} if knobs["norms"] else {}
        numbers = {"scale": change(".scale"), "bias": change(".bias"), "norm": change("norm.weight")}
        return numbers, Picture("bars", "Gates, and what has moved", (tuple(bars.values()),), columns=tuple(bars))

    outcome = yield from learn(setting, trained, model, look, still="tanh 0 stops it")
    asked, count = forced(setting.held_out), sum(tensor.numel() for tensor in trained.values())
    bent = model(asked)  # (N, T, V)
    for name, part in scaled.items():
        replace(model, name, part.folded())
    apart = (model(asked) - bent).abs().max().item()
    after = (
        f"s is folded into W, and s ⊙ b stays as a bias: the scores differ by at most {apart:.1e}",
        f"mean change: of the scales {change('.scale'):.3f}, of the biases {change('.bias'):.3f}",
    )
    what = "prompts and gates" + ", biases and scales" * bool(scaled) + ", norms" * bool(knobs["norms"])
    answer = ANSWERS[max(range(3), key=lambda n: change((".scale", ".bias", "norm.weight")[n]))]
    kept = Kept(f"{what}, {count:,} numbers", serialise(trained))
    yield setting.finish(outcome, TITLE, count, kept, after, answer=answer)


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
