"""A soft prompt is a tensor before the embedded text, and a hard prompt where it equals words' embeddings."""

from collections.abc import Callable

import pytest
import torch

from demos import hard_prompt, soft_prompt
from demos.frame import Frame
from demos.soft_prompt import SoftPrompt, neighbours
from demos.toy import checkpoint
from demos.toy.data import Split
from demos.toy.measure import exact_match, forced, loss
from demos.toy.model import ToyLlama
from demos.toy.words import NUMBER, WORDS, encode
from tests.demos.conftest import few
from tests.helpers.tiers import tiered

Frames = Callable[..., list[Frame]]


@pytest.fixture(scope="module")
def base() -> ToyLlama:
    return checkpoint.load()


@pytest.fixture(scope="module")
def split() -> Split:
    return few(40)


@torch.no_grad()
def test_set_to_embeddings_it_is_the_hard_prompt_of_those_words(base: ToyLlama, split: Split) -> None:
    words = ("translate", "deutsch")
    soft = SoftPrompt(base.embed_tokens.weight[encode([*words, ":"])], at=1)
    told = base(forced(hard_prompt.insert(words, split)))  # (N, P+1+T, V)
    assert torch.equal(soft.scores(base, forced(split)), told[:, 3:])
    assert exact_match(lambda tokens: soft.scores(base, tokens), split) == 1.0


@torch.no_grad()
def test_in_front_it_is_the_same_symbols_in_front(base: ToyLlama, split: Split) -> None:
    symbols = torch.tensor(encode(["<b>", "ask", "german"]))
    soft = SoftPrompt(base.embed_tokens.weight[symbols], at=0)
    told = base(torch.cat((symbols.expand(40, -1), split.tokens), dim=1))
    assert torch.equal(soft.scores(base, split.tokens), told[:, 3:])


def test_only_the_prompt_gets_a_gradient(base: ToyLlama, split: Split) -> None:
    soft = SoftPrompt(torch.randn(4, 64, generator=torch.Generator().manual_seed(0)))
    loss(lambda tokens: soft.scores(base, tokens), split).backward()
    assert soft.vectors.grad is not None
    assert (soft.vectors.grad.norm(dim=-1) > 0).all()
    assert all(weight.grad is None for weight in base.parameters())


@tiered("place", ["front", "after <b>"])
@tiered("length", [1, 8])
def test_p_times_d_numbers_are_trained_and_kept(frames_of: Frames, length: int, place: str) -> None:
    summary = frames_of(soft_prompt.run, prompt_length=length, place=place)[-1].summary
    assert summary is not None
    assert (summary.trainable, summary.total) == (length * 64, 174_528)
    assert 4 * length * 64 < summary.kept_bytes < 4 * length * 64 + 300
    assert summary.base_unchanged


@pytest.mark.slow
def test_it_starts_from_words_or_from_noise(frames_of: Frames) -> None:
    from_words, from_noise = (frames_of(soft_prompt.run, steps=1, start=start)[0] for start in ("words", "noise"))
    assert from_words.scalars["nearest"] == pytest.approx(1.0)
    assert from_noise.scalars["nearest"] < 0.7
    assert from_words.picture is not None
    named = [line.split()[2] for line in from_words.picture.words]
    assert set(named) <= set(WORDS)


@pytest.mark.slow
def test_training_moves_the_prompt_and_lowers_the_loss(frames_of: Frames) -> None:
    first, *_, last = frames_of(soft_prompt.run, job="compose", steps=20)
    assert first.scalars["moved"] == 0 < last.scalars["moved"]
    assert last.scalars["loss"] < first.scalars["loss"] / 2


def test_neighbours_are_the_closest_directions(base: ToyLlama) -> None:
    table = base.embed_tokens.weight
    _, lines = neighbours(3 * table[[NUMBER["ask"], NUMBER["the"]]], table)
    assert [line.split("  ")[-1].split(",")[0] for line in lines] == ["ask 1.00", "the 1.00"]


@pytest.mark.slow
@pytest.mark.parametrize(("job", "least", "most"), [("elicit", 0.9, 1), ("compose", 0.9, 1), ("teach", 0, 0.1)])
def test_it_selects_skills_and_teaches_none(job: str, least: float, most: float) -> None:
    *_, last = soft_prompt.run({"job": job})
    assert last.summary is not None
    assert last.summary.before < 0.2
    assert least <= last.summary.after <= most
