"""The jobs say what they ask in words that a person can check."""

from __future__ import annotations

import subprocess
import sys

import pytest

from demos.catalog import SHARED, catalog
from demos.jobs import JOBS, Job


def test_they_are_those_that_the_demos_offer() -> None:
    offered = {
        choice for demo in catalog().demos for knob in demo.knobs if knob.name == "job" for choice in knob.choices
    }
    assert offered - {"pretrained"} == set(JOBS)
    assert [job.name for job in JOBS.values()] == list(JOBS)


@pytest.mark.parametrize("job", JOBS.values(), ids=JOBS)
def test_each_is_a_few_words_one_sentence_and_an_example(job: Job) -> None:
    assert 1 <= len(job.title.split()) <= 6
    assert job.asks.endswith(".")
    assert ". " not in job.asks
    assert job.example.given != job.example.answer


def test_they_can_be_read_without_torch() -> None:
    script = "import sys; import demos.jobs, demos.catalog; print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"


def test_the_files_that_demos_share_are_there_to_be_read() -> None:
    assert all(path.is_file() for path in SHARED.values())
