"""A string's way through a model: what is told is what the model itself computes, for every method."""

from __future__ import annotations

import importlib
import json
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

from demos.catalog import load
from demos.frame import WalkError
from demos.toy import checkpoint
from demos.toy.model import ToyLlama
from demos.toy.walker import Walker, asked, walk_base
from demos.toy.words import ARROW, BEGIN, SYMBOLS
from demos.worker import Server
from tests.helpers.tiers import tiered

NAMES = [card.name for card in load().demos]


def same(told: Tensor, own: Tensor) -> None:
    """Hold what is told, which has five digits, against what the model has."""
    torch.testing.assert_close(told, own, rtol=1e-4, atol=2e-4)


@pytest.fixture(autouse=True)
def _little(little_data: None, few_examples: None) -> None:
    """Whatever was trained: what is told of it is what it computes."""


@cache
def trained(name: str, **knobs: Any) -> Walker:
    """What a short run of a demo came to, made once for all tests that look at it."""
    module = importlib.import_module(f"demos.{name}")
    given = {"steps": 5, **knobs} if name != "in_context" else {"examples": 2}
    *_, last = module.run(given)
    assert isinstance(last.trained, Walker)
    return last.trained


def seen(walker: Walker) -> dict[str, Any]:
    """What forward hooks see of the same string, layer by layer."""
    model: ToyLlama = walker.model
    found: dict[str, Any] = {"after": [], "values": [], "joined": [], "beside": {}}
    given, _ = asked(walker.job, "")
    handles = []
    for index, block in enumerate(model.blocks()):
        attention = block.self_attn

        def enter(module: Any, args: tuple[Any, ...]) -> None:
            _, _, prefix = args
            found["prefix"] = None if prefix is None else prefix[1]

        def value(module: Any, args: Any, out: Tensor) -> None:
            if out.dim() == 3:
                before = found["prefix"]
                whole = out[0] if before is None else torch.cat((before, out[0]))
                found["values"].append(whole)

        def joined(module: Any, args: Any) -> None:
            found["joined"].append(args[0][0])

        def beside(module: Any, args: Any, out: Tensor, index: int = index) -> None:
            found["beside"][index] = out[0].transpose(0, 1).flatten(1)

        handles += [
            attention.register_forward_pre_hook(enter),
            attention.v_proj.register_forward_hook(value),
            attention.o_proj.register_forward_pre_hook(joined),
            block.register_forward_hook(lambda _, args, out: found["after"].append(out[0])),
        ]
        if attention.beside is not None:
            handles.append(attention.beside.register_forward_hook(beside))
    with torch.no_grad():
        found["scores"] = walker.scores(torch.tensor([[BEGIN, *walker.put, *given, ARROW]]))[0, -1]
    for handle in handles:
        handle.remove()
    return found


@pytest.mark.slow
def test_each_word_of_the_answer_has_a_walk_of_its_own() -> None:
    walker = trained("lora")
    given, wanted = asked("elicit", "")
    for after in (0, 2, len(wanted) - 1, len(wanted) + 5):
        walk, here = walker.walk("", after), min(after, len(wanted) - 1)
        assert (walk["after"], walk["base"]["places"][-1]) == (here, SYMBOLS[wanted[here - 1]] if here else ">")
        tokens = torch.tensor([[BEGIN, *given, ARROW, *wanted[:here]]])
        scores = walker.scores(tokens)[0, -1].softmax(-1)
        candidates = [SYMBOLS.index(symbol) for symbol in walk["candidates"]]
        assert wanted[here] in candidates
        same(torch.tensor(walk["trained"]["likely"][-1]), scores[candidates])
        assert walk["trained"]["says"] == walker.walk("")["trained"]["says"]
    assert walk_base("elicit", "", 2)["after"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_is_what_hooks_see(name: str) -> None:
    walker = trained(name)
    walk = walker.walk("")
    told, own = walk["trained"], seen(walker)
    for layer, after in enumerate(own["after"]):
        same(torch.tensor(told["stream"][2 + 2 * layer]), after)
        shares = torch.tensor(told["attention"][layer])  # (nh, T, P+T)
        same(shares.sum(-1), torch.ones(shares.shape[:2]))
        values = own["values"][layer].unflatten(-1, (shares.shape[0], -1)).transpose(0, 1)  # (nh, P+T, hs)
        found = (shares @ values).transpose(0, 1).flatten(1) + own["beside"].get(layer, 0)
        same(found, own["joined"][layer])
    candidates = [SYMBOLS.index(symbol) for symbol in walk["candidates"]]
    same(torch.tensor(told["likely"][-1]), own["scores"].softmax(-1)[candidates])
    assert told["says"][0] == SYMBOLS[int(own["scores"].argmax())]


@tiered("name", NAMES, quick=("lora",))
def test_no_tensor_leaves_it_and_the_model_stays_as_it_was(name: str) -> None:
    walker = trained(name)
    before = {key: value.clone() for key, value in walker.model.state_dict().items()}
    first = walker.walk("")
    assert json.loads(json.dumps(first, allow_nan=False)) == first
    assert walker.walk("") == first
    for key, value in walker.model.state_dict().items():
        assert torch.equal(value, before[key]), key
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in walker.model.modules())


@tiered(
    "name, knobs, stages, names",
    [
        ("lora", {}, (1, 2, 3, 4, 5, 6), {"q", "k", "v", "o", "gate", "up", "down"}),
        ("lora", {"matrices": "query-value"}, (1, 3, 5), {"q", "v"}),
        ("adapters", {"norms": False}, (1, 2, 3, 4, 5, 6), {"adapter"}),
        ("llama_adapter", {"layers": 2}, (3, 5), {"gated prompt"}),
        ("feature_based", {}, (7,), {"output layer"}),
        ("finetuning_1", {}, (7,), {"output layer"}),
        ("prefix", {}, (), set()),
        ("soft_prompt", {}, (), set()),
    ],
)
def test_corrections_are_reported_where_they_act(
    name: str, knobs: dict[str, Any], stages: tuple[int, ...], names: set[str]
) -> None:
    told = trained(name, **knobs).walk("")["trained"]
    found = {stage: {change[0] for change in changes} for stage, changes in enumerate(told["changes"]) if changes}
    assert set(found) == set(stages)
    assert set().union(*found.values()) == names


@pytest.mark.slow
def test_a_prefix_is_shown_as_keys_and_a_prompt_as_places() -> None:
    prefix = trained("prefix", prefix_length=4).walk("")
    assert prefix["trained"]["keys"][:4] == ["P1", "P2", "P3", "P4"]
    assert prefix["base"]["keys"] == prefix["base"]["places"]
    for place, at in (("front", 0), ("after <b>", 1)):
        soft = trained("soft_prompt", prompt_length=2, place=place).walk("")["trained"]
        assert soft["places"][at : at + 2] == ["p1", "p2"]
        assert soft["put"].index(True) == at
        assert sum(soft["put"]) == 2


def test_before_a_run_the_base_is_walked_alone() -> None:
    walk = walk_base("elicit", "")
    assert walk["trained"] is None
    base = checkpoint.load()
    tokens = torch.tensor([[SYMBOLS.index(symbol) for symbol in walk["base"]["places"]]])
    with torch.no_grad():
        best = int(base(tokens)[0, -1].argmax())
    assert walk["base"]["says"][0] == SYMBOLS[best]


@pytest.mark.parametrize("text", ["nonsense", "> >", "<b>", "\x1b[2J"])
def test_a_string_that_the_job_does_not_take_is_refused_in_words(text: str) -> None:
    with pytest.raises(WalkError, match="such as"):
        walk_base("elicit", text)
    (answer,) = Server().answer(json.dumps({"walk": text, "job": "elicit"}))
    assert "such as" in answer["error"]


def test_a_walk_before_any_run_and_of_an_unknown_job_are_refused() -> None:
    for request, why in (({"walk": ""}, "trained"), ({"walk": "", "job": "juggle"}, "job")):
        (answer,) = Server().answer(json.dumps(request))
        assert why in answer["error"]


@pytest.mark.parametrize(
    "typed", ["The small dog sees a cat.", "  the SMALL dog  sees a cat > ", "the small dog sees a cat"]
)
def test_a_sentence_may_be_written_as_one(typed: str) -> None:
    assert asked("elicit", typed) == asked("elicit", "the small dog sees a cat")
