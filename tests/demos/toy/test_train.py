from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from demos.frame import Frame, KnobError, KnobValue
from demos.toy import train
from demos.toy.tasks import ARROW, BEGIN, NUMBER, Split, decode, strings
from demos.toy.train import (
    DivergedError,
    Kept,
    Outcome,
    Setting,
    batches,
    exact_match,
    forced,
    greedy,
    learn,
    loss,
    prepare,
    samples,
)

KNOBS: dict[str, KnobValue] = {"job": "elicit", "seed": 0, "device": "cpu", "steps": 20, "learning_rate": 0.0}


@pytest.fixture
def setting(little_data: None) -> Setting:
    return prepare(KNOBS, 1e-3)


def drive(setting: Setting, parameters: list[Tensor]) -> tuple[list[Frame], Outcome]:
    outcomes: list[Outcome] = []

    def training() -> Iterator[Frame]:
        outcomes.append((yield from learn(setting, {f"w{n}": p for n, p in enumerate(parameters)}, setting.model)))

    return list(training()), outcomes[0]


@pytest.mark.parametrize(("words", "about"), [("copy plain", 1.0), ("reverse two", 0.3), ("", 0.0)])
def test_one_pass_measures_what_answering_letter_by_letter_gives(setting: Setting, words: str, about: float) -> None:
    x = strings(100, torch.Generator().manual_seed(0))
    answers = (x.flip(-1) + 2) % 10 if words == "reverse two" else x
    head = torch.tensor([[BEGIN, *(NUMBER[word] for word in words.split())]]).expand(100, -1)
    split = Split(torch.cat((head, x, torch.full((100, 1), ARROW)), dim=1), answers)
    share = (greedy(setting.model, split.prompts, 5) == answers).all(1).float().mean().item()
    assert exact_match(setting.model, split) == pytest.approx(share)
    assert share == pytest.approx(about, abs=0.2)


def test_samples_show_the_question_what_is_wanted_and_what_the_model_says(setting: Setting) -> None:
    shown = samples(setting.model, setting.held_out)
    assert len(shown) == 8
    first = shown[0]
    assert first.given.endswith(" >")
    assert len(first.wanted) == 5
    got = greedy(setting.model, setting.held_out.prompts[:1], 5)
    assert first.got == decode(got[0].tolist())


def test_the_forced_text_ends_before_the_last_letter_of_the_answer(setting: Setting) -> None:
    split = setting.data.test
    assert forced(split).shape == (40, 7 + 4)
    assert torch.equal(forced(split)[:, 7:], split.answers[:, :-1])


def test_the_loss_is_the_mean_cross_entropy_of_the_answers_symbols(setting: Setting) -> None:
    split = setting.data.test
    chances = setting.model(forced(split))[:, 6:].log_softmax(-1)
    by_hand = -chances.gather(-1, split.answers[..., None]).mean()
    assert torch.allclose(loss(setting.model, split), by_hand)


def test_batches_use_every_string_once_before_any_twice_and_depend_on_the_seed_only(setting: Setting) -> None:
    drawn = list(itertools.islice(batches(setting), 4))
    assert sorted(torch.cat(drawn[:2]).tolist()) == list(range(128))
    again = list(itertools.islice(batches(setting), 4))
    assert all(torch.equal(a, b) for a, b in zip(drawn, again, strict=True))
    other = next(batches(prepare({**KNOBS, "seed": 1}, 1e-3)))
    assert not torch.equal(drawn[0], other)


def test_step_0_is_shown_before_anything_has_moved(setting: Setting) -> None:
    weight = setting.model.lm_head.weight.requires_grad_(True)
    start = weight.detach().clone()
    training = learn(setting, {"w": weight}, setting.model)
    first = next(training)
    assert first.step == 0
    assert torch.equal(weight, start)
    next(training)
    assert not torch.equal(weight, start)


def test_the_last_moment_is_given_back_for_the_summary_and_not_shown_twice(setting: Setting) -> None:
    shown, outcome = drive(setting, [setting.model.lm_head.weight.requires_grad_(True)])
    assert [frame.step for frame in shown] == list(range(20))
    assert outcome.frame.step == outcome.frame.total == 20
    assert outcome.after == outcome.frame.scalars["accuracy"]
    assert outcome.before == shown[0].scalars["accuracy"]


def test_a_long_run_is_shown_in_about_fifty_moments(little_data: None) -> None:
    setting = prepare({**KNOBS, "job": "classify", "steps": 104}, 1e-3)
    shown, _ = drive(setting, [setting.model.norm.weight.requires_grad_(True)])
    assert 45 <= len(shown) <= 55


def test_training_lowers_the_loss_and_a_frozen_tensor_has_no_gradient(setting: Setting) -> None:
    weight = setting.model.lm_head.weight.requires_grad_(True)
    shown, outcome = drive(setting, [weight])
    assert outcome.frame.scalars["loss"] < shown[0].scalars["loss"]
    assert all(p.grad is None for p in setting.model.parameters() if p is not weight)


def test_a_loss_that_is_no_number_ends_the_run_and_says_what_to_turn(setting: Setting) -> None:
    weight = setting.model.lm_head.weight.requires_grad_(True)
    training = learn(setting, {"w": weight}, setting.model)
    shown = [next(training) for _ in range(3)]
    with torch.no_grad():
        weight.fill_(float("nan"))
    with pytest.raises(DivergedError, match=r"at step 3 of 20: choose a smaller learning rate than 0\.001"):
        next(training)
    assert [frame.step for frame in shown] == [0, 1, 2]


def test_the_summary_says_whether_the_base_is_what_it_was(setting: Setting) -> None:
    outcome = Outcome(0.0, 1.0, Frame(20, 20, ""))
    before = setting.finish(outcome, "none", 0, Kept("nothing", b"")).summary
    with torch.no_grad():
        setting.model.norm.weight[3] += 1e-3
    after = setting.finish(outcome, "none", 0, Kept("nothing", b"")).summary
    assert before is not None
    assert after is not None
    assert (before.base_unchanged, after.base_unchanged) == (True, False)
    assert before.base_checksum == after.base_checksum == setting.checksum[:16]


def test_zero_means_the_job_s_own_steps_and_the_method_s_own_rate(little_data: None) -> None:
    own = prepare({**KNOBS, "job": "teach", "steps": 0}, {"teach": 0.25, "elicit": 1.0})
    assert (own.steps, own.rate) == (400, 0.25)
    assert prepare({**KNOBS, "steps": 0}, 0.5, 1_500).steps == 1_500
    asked = prepare({**KNOBS, "learning_rate": 0.125}, 0.5)
    assert (asked.steps, asked.rate) == (20, 0.125)


def test_a_search_measures_on_the_validation_strings(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setting.held_out is setting.data.test
    monkeypatch.setattr(train, "MEASURED_ON", "validation")
    assert setting.held_out is setting.data.validation


@pytest.mark.skipif(torch.cuda.is_available(), reason="asks for a GPU where there is none")
def test_asking_for_a_gpu_where_there_is_none_says_what_there_is() -> None:
    with pytest.raises(KnobError, match="takes cpu here"):
        prepare({**KNOBS, "device": "cuda"}, 1e-3)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_run_on_a_gpu_starts_from_the_same_place(little_data: None) -> None:
    here, there = (prepare({**KNOBS, "device": device}, 1e-3) for device in ("cpu", "cuda"))
    assert here.checksum == there.checksum
    on_gpu = loss(there.model, there.data.test).item()
    assert on_gpu == pytest.approx(loss(here.model, here.data.test).item(), abs=1e-4)
