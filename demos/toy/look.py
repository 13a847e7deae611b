"""What passes through a model while it reads one string.

Hooks read what passes; nothing is worked out a second time, apart from the shares of attention, which torch's
attention never writes down: they come from the very queries and keys that it was given. Whatever a method put into
the model is found by what it changes: the outcome of a layer against that of the base model's for the same input.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from demos.toy.measure import Scores
from demos.toy.model import ToyLlama, linears
from demos.toy.words import END, SYMBOLS


@dataclass(slots=True)
class Look:
    """Reads what passes through one model while it reads one string."""

    model: ToyLlama
    base: ToyLlama
    scores: Scores
    tokens: list[int]
    told: int = 0
    """Symbols of the answer at the end of these."""
    stages: list[Tensor] = field(default_factory=list)
    """The embeddings, then what each half block adds: (T', d)."""
    changes: list[list[tuple[str, Tensor, Tensor]]] = field(default_factory=list)
    shares: list[Tensor] = field(default_factory=list)
    found: list[Tensor] = field(default_factory=list)
    """What each layer's attention found: (nh, T', hs)."""
    beside: dict[int, Tensor] = field(default_factory=dict)
    gates: dict[int, Tensor] = field(default_factory=dict)
    normed: Tensor | None = None

    @torch.no_grad()
    def read(self) -> dict[str, Any]:
        """Have the model read the string; the numbers that `demos.toy.walker` names, as tensors."""
        row = torch.tensor([self.tokens], device=self.model.embed_tokens.weight.device)
        with self._hooks():
            scores = self.scores(row)[0, -1]  # (V,)
        stream = torch.stack(self.stages).cumsum(0)  # (1+2L, T', d)
        lens = torch.stack([self._answer_from(row, stage) for stage in stream])  # (1+2L, V)
        places, put = self._places(stream[0], row)
        P = self.shares[0].shape[-1] - len(places)
        self._change_of_the_head(scores)
        return {
            "places": places,
            "put": put,
            "stream": stream,
            "attention": torch.stack(self.shares),
            "keys": [*(f"P{number + 1}" for number in range(P)), *places],
            "beside": [self.beside.get(layer, []) for layer in range(len(self.shares))],
            "gates": [self.gates.get(layer, []) for layer in range(len(self.shares))],
            "changes": [[(n, was, add) for n, was, add in stage if float(add.max()) > 0] for stage in self.changes],
            "lens": lens.softmax(-1),
            "says": self._says(),
        }

    @contextmanager
    def _hooks(self) -> Iterator[None]:
        """Read everything once, while the hooks are there."""
        with ExitStack() as hooks:
            for index, block in enumerate(self.model.blocks()):
                for stage, name in ((1 + 2 * index, "self_attn"), (2 + 2 * index, "mlp")):
                    self._follow(hooks, f"layers.{index}.{name}.", stage)
                    norm = ("input_layernorm", "post_attention_layernorm")[stage % 2 == 0]
                    self._compare(hooks, f"layers.{index}.{norm}", stage, "norm")
                for stage, half in ((1 + 2 * index, block.after_attention), (2 + 2 * index, block.after_mlp)):
                    hooks.enter_context(_hooked(half, self._half(stage)))
                if block.self_attn.beside is not None:
                    hooks.enter_context(_hooked(block.self_attn.beside, self._gated(index, block.self_attn.beside)))
            first = next(self.model.blocks())
            hooks.callback(first.register_forward_pre_hook(lambda _, given: self.stages.append(given[0][0])).remove)
            self.changes = [[] for _ in range(2 + 2 * self.model.shape.layers)]
            hooks.enter_context(_hooked(self.model.norm, lambda _, out: setattr(self, "normed", out)))
            hooks.enter_context(_Attention(self))
            yield
        moved = (self.model.embed_tokens.weight - self.base.embed_tokens.weight)[self.tokens].norm(dim=-1)
        if float(moved.max()) > 0:
            self.changes[0].append(("embedding", self.base.embed_tokens.weight[self.tokens].norm(dim=-1), moved))

    def _half(self, stage: int) -> Callable[[Tensor, Tensor], None]:
        def read(given: Tensor, made: Tensor) -> None:
            self.stages.append(made[0])
            self.changes[stage].append(("adapter", given[0].norm(dim=-1), (made - given)[0].norm(dim=-1)))

        return read

    def _gated(self, layer: int, prompt: nn.Module) -> Callable[[Tensor, Tensor], None]:
        def read(_: Tensor, made: Tensor) -> None:
            was, added = self.found[layer].norm(dim=(0, 2)), made[0].norm(dim=(0, 2))  # (T',) each
            self.changes[1 + 2 * layer].append(("gated prompt", was, added))
            gate = getattr(prompt, "gate", torch.zeros(1)).flatten().tanh()
            self.gates[layer] = gate.expand(self.model.shape.heads)

        return read

    def _follow(self, hooks: ExitStack, prefix: str, stage: int) -> None:
        for name in linears(self.base):
            if name.startswith(prefix):
                self._compare(hooks, name, stage, name.split(".")[-1].removesuffix("_proj"))

    def _compare(self, hooks: ExitStack, name: str, stage: int, called: str) -> None:
        """Hold what a layer makes of its input against what the base model's layer would make of it."""
        theirs = self.base.get_submodule(name)

        def read(given: Tensor, made: Tensor) -> None:
            if given.dim() == 2:  # a prompt's own vectors, not the string
                return
            was = theirs.forward(given)
            self.changes[stage].append((called, was[0].norm(dim=-1), (made - was)[0].norm(dim=-1)))

        hooks.enter_context(_hooked(self.model.get_submodule(name), read))

    def _change_of_the_head(self, scores: Tensor) -> None:
        assert self.normed is not None
        was = self.base.lm_head(self.normed[0, -1])
        last = torch.stack([was.norm()]), torch.stack([(scores - was).norm()])
        if float(last[1]) > 1e-4 * float(last[0]):
            self.changes[-1].append(("output layer", *last))

    def _answer_from(self, row: Tensor, stage: Tensor) -> Tensor:
        """The scores after the last symbol, if the stream went from here straight to the output layer: (V,)."""
        handle = self.model.norm.register_forward_pre_hook(lambda _, given: (stage[None].to(given[0]),))
        try:
            return self.scores(row)[0, -1]
        finally:
            handle.remove()

    def _places(self, embedded: Tensor, row: Tensor) -> tuple[list[str], list[bool]]:
        """Name the places of the stream: a symbol where its embedding stands, else a vector of the method's."""
        names: list[str] = []
        put: list[bool] = []
        at = 0
        plain = self.model.embed_tokens(row)[0]
        extra = len(embedded) - len(plain)
        for vector in embedded:
            is_symbol = at < len(plain) and torch.equal(vector, plain[at])
            if not is_symbol and sum(put) == extra:
                is_symbol = True
            names.append(SYMBOLS[self.tokens[at]] if is_symbol else f"p{sum(put) + 1}")
            put.append(not is_symbol)
            at += is_symbol
        return names, put

    def _says(self) -> list[str]:
        asked = self.tokens[: len(self.tokens) - self.told]
        tokens = torch.tensor([asked], device=self.model.embed_tokens.weight.device)
        said: list[int] = []
        while len(said) < 12:
            said.append(int(self.scores(tokens)[0, -1].argmax()))
            if said[-1] == END:
                break
            tokens = torch.cat((tokens, tokens.new_tensor([[said[-1]]])), 1)
        return [SYMBOLS[number] for number in said if number != END]


class _Attention(TorchFunctionMode):
    """Reads the shares of attention out of what the attention is given."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        if func is F.scaled_dot_product_attention:
            q, k = args[0][0], args[1][0]  # (nh, T, hs), (nh, P+T, hs)
            own = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])  # (nh, T, P+T)
            seen = torch.ones(own.shape[-2:], dtype=torch.bool, device=own.device).tril(own.shape[-1] - own.shape[-2])
            self._look.shares.append(own.masked_fill(~seen, -math.inf).softmax(-1))
            self._look.found.append(made[0])
        elif func is Tensor.softmax:  # that of a prompt beside the attention of this layer
            self._look.beside[len(self._look.shares) - 1] = made[0]
        return made


def _hooked(module: nn.Module, read: Callable[[Any, Any], None]) -> Any:
    @contextmanager
    def hooked() -> Iterator[None]:
        handle = module.register_forward_hook(lambda _, given, made: read(given[0], made))
        try:
            yield
        finally:
            handle.remove()

    return hooked()
