"""The toy base model: a LLaMA of 174,528 numbers, small enough to train while one watches.

Decoder only, RMSNorm before each half block, rotary positions, SwiGLU, no biases, an output head of its own.
The parameter names are those of `LlamaForCausalLM` in transformers without the leading `model.`, and so is the
arithmetic: copying the weights there is a renaming of keys.

What a method may change has a place here, so that no method needs to reach into a forward pass:

    embeddings          `model(embeddings=...)` takes vectors in place of symbols
    prefix              `model(tokens, prefix=[(K, V), ...])` puts keys and values before the text in each layer
    a linear layer      `replace(model, "layers.0.mlp.up_proj", module)`
    after a half block  `block.after_attention`, `block.after_mlp`: Identity until a method puts a module there
    beside attention    `attention.beside`: None until a method puts a module there
    after everything    `model.hidden(...)`: what the output head reads

Shapes: B rows, T symbols, d = 64 numbers a symbol, nh = 4 heads of hs = 16, P prefix rows, V = 184 symbols.

Touvron et al. 2023, "LLaMA", https://arxiv.org/abs/2302.13971; Su et al. 2021, "RoFormer",
https://arxiv.org/abs/2104.09864; Shazeer 2020, "GLU variants", https://arxiv.org/abs/2002.05202
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from demos.shape import Shape

Prefix = Sequence[tuple[Tensor, Tensor]]
"""One (keys, values) a layer, each (P, d), heads side by side. Keys are used as they are, without rotation."""


class RMSNorm(nn.Module):
    """Divide each vector by its root mean square, then scale each coordinate."""

    def __init__(self, width: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalise (..., d) to (..., d)."""
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps))


def rotary(start: int, length: int, size: int, base: float, like: Tensor) -> tuple[Tensor, Tensor]:
    """Make the cosines and sines, each (T, hs), of the positions start … start + T - 1."""
    frequency = base ** (-torch.arange(0, size, 2, device=like.device, dtype=torch.float32) / size)  # (hs/2,)
    position = torch.arange(start, start + length, device=like.device, dtype=torch.float32)  # (T,)
    angle = torch.outer(position, frequency).repeat(1, 2)  # (T, hs)
    return angle.cos().to(like.dtype), angle.sin().to(like.dtype)


def rotate(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Turn each pair (i, i + hs/2) of (B, nh, T, hs) by its position's angle."""
    cos, sin = turn  # (T, hs) each
    left, right = x.chunk(2, dim=-1)  # (B, nh, T, hs/2) each
    return x * cos + torch.cat((-right, left), dim=-1) * sin  # (B, nh, T, hs)


class Attention(nn.Module):
    """Causal self-attention; a prefix is seen by every position, and a module `beside` may add to the outcome."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        d = shape.width
        self.heads = shape.heads
        self.q_proj = nn.Linear(d, d, bias=False)
        self.k_proj = nn.Linear(d, d, bias=False)
        self.v_proj = nn.Linear(d, d, bias=False)
        self.o_proj = nn.Linear(d, d, bias=False)
        self.beside: nn.Module | None = None
        """Called with the rotated queries (B, nh, T, hs) and this attention; gives (B, nh, T, hs) to be added."""

    def split(self, x: Tensor) -> Tensor:
        """Cut (..., T, d) into heads: (..., nh, T, hs)."""
        return x.view(*x.shape[:-1], self.heads, -1).transpose(-3, -2)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor], prefix: tuple[Tensor, Tensor] | None) -> Tensor:
        """Let each position of (B, T, d) look at the prefix, at those before it and at itself: (B, T, d)."""
        B, T, _ = x.shape
        q = rotate(self.split(self.q_proj(x)), turn)  # (B, nh, T, hs)
        k = rotate(self.split(self.k_proj(x)), turn)  # (B, nh, T, hs)
        v = self.split(self.v_proj(x))  # (B, nh, T, hs)
        mask = None
        if prefix is not None:
            before_k, before_v = (self.split(part).expand(B, -1, -1, -1) for part in prefix)  # (B, nh, P, hs)
            k, v = torch.cat((before_k, k), dim=2), torch.cat((before_v, v), dim=2)  # (B, nh, P+T, hs)
            P = before_k.shape[2]
            mask = torch.ones(T, P + T, dtype=torch.bool, device=x.device).tril(P)  # (T, P+T)
        y = F.scaled_dot_product_attention(q, k, v, mask, is_causal=mask is None)  # (B, nh, T, hs)
        if self.beside is not None:
            y = y + self.beside(q, self)  # (B, nh, T, hs)
        joined: Tensor = self.o_proj(y.transpose(1, 2).flatten(2))  # (B, T, d)
        return joined


class MLP(nn.Module):
    """The feed-forward half: SwiGLU, a gate times a value, and back."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(shape.width, shape.hidden, bias=False)
        self.up_proj = nn.Linear(shape.width, shape.hidden, bias=False)
        self.down_proj = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, d) to (B, T, 176) and back to (B, T, d)."""
        down: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))  # (B, T, d)
        return down


class Block(nn.Module):
    """One transformer block: attention, then feed-forward, each read from a norm and added to the stream."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(shape.width, shape.eps)
        self.self_attn = Attention(shape)
        self.after_attention: nn.Module = nn.Identity()
        """Sees what attention found, (B, T, d), before it is added to the stream."""
        self.post_attention_layernorm = RMSNorm(shape.width, shape.eps)
        self.mlp = MLP(shape)
        self.after_mlp: nn.Module = nn.Identity()
        """Sees what the feed-forward half made, (B, T, d), before it is added to the stream."""

    def forward(self, h: Tensor, turn: tuple[Tensor, Tensor], prefix: tuple[Tensor, Tensor] | None) -> Tensor:
        """Pass the stream (B, T, d) on, changed: (B, T, d)."""
        h = h + self.after_attention(self.self_attn(self.input_layernorm(h), turn, prefix))  # (B, T, d)
        after: Tensor = h + self.after_mlp(self.mlp(self.post_attention_layernorm(h)))  # (B, T, d)
        return after


class ToyLlama(nn.Module):
    """The whole model: symbols in, a score for each possible next symbol out."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape or Shape()
        self.embed_tokens = nn.Embedding(self.shape.vocabulary, self.shape.width)
        self.layers = nn.ModuleList(Block(self.shape) for _ in range(self.shape.layers))
        self.norm = RMSNorm(self.shape.width, self.shape.eps)
        self.lm_head = nn.Linear(self.shape.width, self.shape.vocabulary, bias=False)
        for weight in self.parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=self.shape.width**-0.5)

    def blocks(self) -> Iterator[Block]:
        """Yield the transformer blocks from the bottom to the top."""
        for block in self.layers:
            assert isinstance(block, Block)
            yield block

    def hidden(
        self, tokens: Tensor | None = None, *, embeddings: Tensor | None = None, prefix: Prefix | None = None
    ) -> Tensor:
        """Make the output embeddings (B, T, d): what the output head reads.

        Args:
            tokens: symbols, (B, T).
            embeddings: vectors in place of symbols, (B, T, d).
            prefix: keys and values before the text in each layer; the text's positions then start at P.

        Raises:
            ValueError: unless exactly one of tokens and embeddings is given, and a prefix for each layer or none.
        """
        if (tokens is None) == (embeddings is None):
            raise ValueError("give either tokens or embeddings")
        if prefix is not None and len(prefix) != self.shape.layers:
            raise ValueError(f"a prefix needs keys and values for {self.shape.layers} layers, not {len(prefix)}")
        h: Tensor = self.embed_tokens(tokens) if embeddings is None else embeddings  # (B, T, d)
        start = 0 if prefix is None else prefix[0][0].shape[-2]
        size = self.shape.width // self.shape.heads
        turn = rotary(start, h.shape[1], size, self.shape.rotary_base, h)  # (T, hs) twice
        for index, block in enumerate(self.layers):
            h = block(h, turn, None if prefix is None else prefix[index])  # (B, T, d)
        normed: Tensor = self.norm(h)  # (B, T, d)
        return normed

    def forward(
        self, tokens: Tensor | None = None, *, embeddings: Tensor | None = None, prefix: Prefix | None = None
    ) -> Tensor:
        """Score each possible next symbol after each position: (B, T, V). Arguments as for `hidden`."""
        scores: Tensor = self.lm_head(self.hidden(tokens, embeddings=embeddings, prefix=prefix))  # (B, T, V)
        return scores


def linears(model: nn.Module) -> dict[str, nn.Linear]:
    """Name every linear layer inside the blocks: "layers.0.self_attn.q_proj" and so on, seven a block."""
    return {
        name: module
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and name.startswith("layers.")
    }


def replace(model: nn.Module, name: str, module: nn.Module) -> None:
    """Put a module in the place of the one with that dotted name."""
    parent, _, leaf = name.rpartition(".")
    setattr(model.get_submodule(parent), leaf, module)
