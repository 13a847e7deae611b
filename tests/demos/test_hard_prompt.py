"""A hard prompt is found by trying, every try is counted, and nothing is trained."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from demos import hard_prompt
from demos.frame import Frame, KnobError
from demos.hard_prompt import Judge, climb, insert
from demos.toy import checkpoint
from demos.toy.data import Split, data, put_after_begin
from demos.toy.measure import Scores, asked, exact_match, forced, loss, wanted
from demos.toy.model import ToyLlama
from demos.toy.words import NUMBER, WORDS, decode, encode
from tests.demos import conftest

Frames = Callable[..., list[Frame]]


@pytest.fixture(scope="module")
def base() -> ToyLlama:
    return checkpoint.load()


@pytest.fixture(scope="module")
def few() -> Split:
    return conftest.few(24)


@pytest.fixture(scope="module")
def everything(base: ToyLlama, few: Split) -> dict[tuple[str, ...], float]:
    """The loss of all 400 prompts of two words, computed without the search and 20 at a time."""
    found: dict[tuple[str, ...], float] = {}
    for one in WORDS:
        parts = [put_after_begin(few, encode([one, two, ":"])) for two in WORDS]
        put = Split(torch.cat([part.tokens for part in parts]), torch.cat([part.answered for part in parts]))
        with torch.no_grad():
            chances = base(forced(put)).log_softmax(-1)[asked(put)]
        losses = -chances.gather(-1, wanted(put)[:, None]).view(len(WORDS), -1).mean(1)
        found |= {(one, two): value for two, value in zip(WORDS, losses.tolist(), strict=True)}
    return found


def test_the_words_stand_after_the_first_symbol(few: Split) -> None:
    put = insert(("translate", "deutsch"), few)
    assert decode(put.tokens[0].tolist()).startswith("<b> translate deutsch : ")
    assert torch.equal(put.tokens[:, 4:], few.tokens[:, 1:])
    assert torch.equal(wanted(put), wanted(few))
    assert torch.equal(insert((), few).tokens, few.tokens)


@pytest.mark.slow
def test_an_exhaustive_search_evaluates_all_400_and_finds_the_best(
    frames_of: Frames, base: ToyLlama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hard_prompt, "SENTENCES", 8)
    monkeypatch.setattr(hard_prompt, "EVERY", 44)
    last = frames_of(hard_prompt.run, search="exhaustive", steps=0)[-1]
    assert (last.step, last.total, last.scalars["evaluations"]) == (400, 400, 400)
    assert last.picture is not None
    assert last.summary is not None
    cells = {
        (a, b): p for a, row in zip(WORDS, last.picture.values, strict=True) for b, p in zip(WORDS, row, strict=True)
    }
    best = max(cells, key=cells.__getitem__)
    assert last.summary.kept == f"the words “{' '.join(best)}”"
    assert last.summary.kept_bytes == len(" ".join(best))
    assert last.summary.before < 0.2
    assert last.summary.after > 0.9
    human = {frozenset((a, b)) for a in ("translate", "say") for b in ("german", "deutsch")}
    top = sorted(cells, key=cells.__getitem__, reverse=True)[:8]
    assert {frozenset(words) for words in top} == human


@pytest.mark.slow
@pytest.mark.parametrize("guided", [False, True])
def test_a_search_agrees_with_trying_everything(
    base: ToyLlama, few: Split, everything: dict[tuple[str, ...], float], guided: bool
) -> None:
    judge = Judge(base, few)
    judge.loss(())
    for words in climb(judge, 2, random.Random(1), guided):
        judge.loss(words)
    best = judge.ranked()[0]
    del judge.losses[()]
    assert judge.losses == pytest.approx({words: everything[words] for words in judge.losses}, abs=1e-5)
    assert len(judge.losses) < 400
    near = sorted(everything.values())[:8]
    assert everything[best] <= near[-1] + 1e-6, "one of the eight instructions that a person would write"


@pytest.mark.slow
def test_a_coordinate_search_stops_where_no_single_swap_helps(
    base: ToyLlama, few: Split, everything: dict[tuple[str, ...], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hard_prompt, "STARTS", 1)
    judge = Judge(base, few)
    judge.loss(())
    for words in climb(judge, 2, random.Random(3), guided=False):
        judge.loss(words)
    del judge.losses[()]
    best = judge.ranked()[0]
    swaps = [(word, best[1]) for word in WORDS] + [(best[0], word) for word in WORDS]
    assert everything[best] == pytest.approx(min(everything[words] for words in swaps), abs=1e-6)


def test_the_slope_is_that_of_the_loss(base: ToyLlama, few: Split) -> None:
    words, step = ("translate", "english"), 1e-3
    slopes = Judge(base, few).slopes(words)
    table = base.embed_tokens.weight
    put = insert(words, few)
    text = forced(put)

    def moved(place: int, other: str, by: float) -> float:
        e = base.embed_tokens(text).clone()
        e[:, 1 + place] += by * (table[NUMBER[other]] - table[NUMBER[words[place]]])
        with torch.no_grad():
            return loss(lambda _: base(embeddings=e), put).item()

    for place, other in ((0, "ask"), (1, "german"), (1, "the")):
        promised = slopes[place, WORDS.index(other)] - slopes[place, WORDS.index(words[place])]
        measured = (moved(place, other, step) - moved(place, other, -step)) / (2 * step)
        assert promised.item() == pytest.approx(measured, rel=0.05, abs=0.05)


@pytest.mark.slow
def test_every_prompt_that_the_search_computes_is_counted_once(
    frames_of: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[tuple[int, ...]] = []

    def counting(scores: Scores, split: Split) -> torch.Tensor:
        computed.append(tuple(split.tokens[0].tolist()))
        return loss(scores, split)

    monkeypatch.setattr(hard_prompt, "loss", counting)
    frames = frames_of(hard_prompt.run, steps=0)
    assert frames[-1].scalars["evaluations"] == len(computed) - 1 == len(set(computed)) - 1, "and one without words"
    assert frames[0].scalars["evaluations"] == 0
    assert len(frames) > 5


@pytest.mark.slow
def test_the_steps_are_a_budget(frames_of: Frames) -> None:
    last = frames_of(hard_prompt.run, steps=17)[-1]
    assert (last.step, last.total) == (17, 17)


@pytest.mark.slow
def test_nothing_is_trained_and_the_start_is_the_base_model(frames_of: Frames, base: ToyLlama) -> None:
    first, *_, last = frames_of(hard_prompt.run, steps=30)
    assert last.summary is not None
    held_out = data("elicit", 0, train=128, held_out=40).test
    assert first.scalars["accuracy"] == last.summary.before == exact_match(base, held_out)
    assert last.summary.trainable == 0
    assert last.summary.base_unchanged
    assert last.summary.base_checksum == checkpoint.digest(base.state_dict())[:16]


@pytest.mark.slow
def test_equal_seeds_give_equal_frames_and_others_do_not(frames_of: Frames) -> None:
    def timeless(seed: int, search: str) -> list[Frame]:
        *frames, last = frames_of(hard_prompt.run, steps=10, seed=seed, search=search)
        assert last.summary is not None
        return [*frames, replace(last, summary=replace(last.summary, seconds=0))]

    for search in ("coordinate", "gradient"):
        assert timeless(3, search) == timeless(3, search) != timeless(4, search)


@pytest.mark.slow
def test_trying_every_prompt_of_three_words_is_refused_before_it_starts(frames_of: Frames) -> None:
    with pytest.raises(KnobError, match=r"prompt_length takes 1 or 2 .* 8,000 prompts"):
        frames_of(hard_prompt.run, search="exhaustive", prompt_length=3)
    picture = frames_of(hard_prompt.run, search="exhaustive", prompt_length=1, steps=0)[-1].picture
    assert picture is not None
    assert len(picture.words) == 8


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_finds_the_words_of_the_note(seed: int) -> None:
    *_, last = hard_prompt.run({"seed": seed})
    assert last.summary is not None
    assert last.summary.kept in ("the words “translate deutsch”", "the words “translate german”")
    assert last.summary.after > 0.99
