"""The toy model, and the same model in transformers with its weights; without the extra these tests are skipped."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from demos.toy import checkpoint
from demos.toy.data import data
from demos.toy.measure import forced
from demos.toy.model import ToyLlama

HOW = "the reference libraries are an extra: pip install 'studyapp[demos,reference]'"


@pytest.fixture(scope="session")
def transformers() -> Any:
    return pytest.importorskip("transformers", reason=HOW)


@pytest.fixture(scope="session")
def peft(transformers: Any) -> Any:
    return pytest.importorskip("peft", reason=HOW)


@pytest.fixture
def base() -> ToyLlama:
    """The toy model, as shipped."""
    torch.manual_seed(0)
    return checkpoint.load()


@pytest.fixture
def llama(transformers: Any, base: ToyLlama) -> Any:
    """`LlamaForCausalLM` of the same shape with the same weights: a renaming of keys."""
    shape = base.shape
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=shape.vocabulary,
            hidden_size=shape.width,
            intermediate_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            num_key_value_heads=shape.heads,
            rms_norm_eps=shape.eps,
            max_position_embeddings=128,
            tie_word_embeddings=False,
            bos_token_id=None,
            eos_token_id=None,
        )
    )
    names = {name: name if name.startswith("lm_head") else f"model.{name}" for name in base.state_dict()}
    model.load_state_dict({names[name]: tensor for name, tensor in base.state_dict().items()}, strict=True)
    return model.eval()


@pytest.fixture
def tokens() -> torch.Tensor:
    """Questions with their answers, (32, T)."""
    return forced(data("elicit", 0, train=64, held_out=32).test)
