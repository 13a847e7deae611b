"""The numbers in the documents are those of the program."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

from demos.catalog import HERE, TOTAL, catalog
from demos.jobs import JOBS
from demos.shipped import shipped
from demos.toy.tasks import SOURCES, TASKS
from demos.toy.words import ADJECTIVES, NOUNS, VERBS
from studyapp.cli.commands import COMMANDS
from studyapp.cli.parser import parser_of
from studyapp.core.workspace.backups import DAYS
from studyapp.serve.access import TRIES, WINDOW
from studyapp.study.exchange.exports.plain import VERSION
from tests.bench.demos import SEARCH_SEEDS, SHORT
from tests.conftest import QUICK
from tests.helpers.strategies import FULL
from tests.helpers.vaults import ROOT


def document(name: str) -> str:
    """A document with its lines joined, so that a sentence can be looked for."""
    return " ".join((ROOT / name).read_text("utf-8").split())


DEMOS, HOUSE, SECURITY, TESTS = map(
    document, ("demos/README.md", "studyapp/README.md", ".github/SECURITY.md", "tests/README.md")
)
WORDS = {3: "three", 5: "five", 6: "six", 8: "eight", 18: "eighteen", 37: "thirty-seven"}


def test_the_toy_world_is_as_large_as_its_document_says() -> None:
    nouns, verbs, adjectives = (WORDS[len(words)] for words in (NOUNS, VERBS, ADJECTIVES))
    assert f"Sentences of {nouns} nouns, {verbs} verbs and {adjectives} adjectives" in DEMOS
    assert f"{WORDS[len(TASKS)]} tasks" in DEMOS
    assert f"{TOTAL:,} numbers" in DEMOS


@pytest.mark.parametrize("job", JOBS)
def test_each_job_answers_the_sentence_of_the_document_as_it_says(job: str) -> None:
    (row,) = re.findall(rf"^\| {job} \| [^|]+ \| ([^|]+) \|$", (HERE / "README.md").read_text("utf-8"), re.MULTILINE)
    assert "the answer to `the small dog sees a cat`" in DEMOS
    _, wanted = SOURCES[job].answer("the small dog sees a cat")
    assert " ".join(wanted) == row


def test_the_medians_before_the_first_step_are_as_the_document_says() -> None:
    begun = {round(own.before, 2) for job in JOBS for own in shipped().jobs[job].values()}
    assert begun == {0.0}
    (known,) = shipped().jobs["pretrained"].values()
    assert f"the median is .00, except on tasks of pretraining: {known.before:.2f}".replace("0.", ".") in DEMOS


def test_a_run_fails_and_rates_are_searched_as_the_document_says() -> None:
    assert f"ends more than {SHORT} below the median".replace("0.", ".") in DEMOS
    assert "seeds {} and {}".format(*SEARCH_SEEDS) in DEMOS


def test_dutch_is_taught_in_as_many_steps_as_the_document_says() -> None:
    own = {
        path.stem: int(found[1])
        for path in HERE.glob("*.py")
        if (found := re.search(r'^STEPS = {"teach": ([\d_]+)}', path.read_text("utf-8"), re.MULTILINE))
    }
    assert own.keys() == {"adapters", "llama_adapter_v2"}
    assert (
        f"none of them teaches it Dutch in {JOBS['teach'].steps} steps. Finetuning II and LoRA do in as many, "
        f"adapters in {own['adapters']}, LLaMA-Adapter V2 in {own['llama_adapter_v2']:,}."
    ) in DEMOS
    reached = {name: came.median for name, came in shipped().jobs["teach"].items()}
    assert {name for name, median in reached.items() if median > 0.9} == {"finetuning_2", "lora", *own}
    assert all(
        reached[name] < 0.05 for name in ("in_context", "hard_prompt", "soft_prompt", "prefix", "llama_adapter")
    )


def test_prompts_are_as_long_as_the_document_says() -> None:
    defaults = {name: catalog().get(name).settle({}) for name in ("in_context", "hard_prompt")}
    assert f"In-context learning sees {WORDS[int(defaults['in_context']['examples'])]} examples" in DEMOS
    assert defaults["hard_prompt"]["prompt_length"] == 2
    assert "The hard prompt has two words" in DEMOS


@pytest.mark.slow
def test_a_hard_prompt_of_three_words_solves_what_two_do_not() -> None:
    hard_prompt = import_module("demos.hard_prompt")  # imports torch
    *_, last = hard_prompt.run(catalog().get("hard_prompt").settle({"job": "compose", "prompt_length": 3}))
    assert last.summary is not None
    assert last.summary.after > 0.97
    assert "*compose* needs three (`--prompt-length 3`: .98)" in DEMOS


def test_wrong_tokens_are_limited_as_the_document_says() -> None:
    assert f"sends {WORDS[TRIES]} wrong tokens within a minute is not heard for a minute" in SECURITY
    assert WINDOW == 60


def test_the_server_listens_where_the_document_says() -> None:
    options = parser_of(["serve"]).parse_args(["serve"])
    assert f"ssh -L {options.port}:127.0.0.1:{options.port}" in SECURITY
    assert f"listens on {options.host} unless `--host` says otherwise" in SECURITY
    assert "serve" in COMMANDS


def test_schedules_of_so_many_days_are_kept_as_the_document_says() -> None:
    assert f"first write, for {DAYS} days" in HOUSE


def test_the_full_profile_has_as_many_more_examples_as_the_document_says() -> None:
    assert f"{WORDS[FULL // QUICK]} times as many examples as in the quick set" in TESTS


def test_a_json_export_has_the_version_that_is_described() -> None:
    assert f'"version": {VERSION}' in HOUSE


def test_each_demo_proposes_as_many_runs_as_the_document_says() -> None:
    (proposed,) = {len(card.next) for card in catalog().demos}
    assert f"| `NEXT` | {WORDS[proposed]} things to try after a run" in DEMOS
