from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from demos.jobs import JOBS
from studyapp.runs.results.results import Point
from studyapp.tui.widgets.demo.known import known_value, looks_text, others_text, reached_text, tasks_in_full

SHIPPED = Point("lora", "LoRA", "teach", runs=20, trainable=14_784, accuracy=0.98, lowest=0.89, highest=1, own=False)
OWN = replace(SHIPPED, job="elicit", runs=1, accuracy=1, lowest=1, own=True)


@pytest.mark.parametrize("width", [47, 60])
def test_nothing_is_wider_than_the_column(width: int) -> None:
    texts = [
        *(tasks_in_full(job, width) for job in JOBS),
        looks_text(width),
        reached_text({"teach": SHIPPED, "elicit": OWN}, "teach", width),
        others_text([SHIPPED, replace(OWN, title="A method with quite a long name of its own")], "lora", width),
    ]
    assert max(cell_len(row) for text in texts for row in text.plain.split("\n")) <= width


def test_every_task_is_shown_whole_and_the_current_one_stands_out() -> None:
    text = tasks_in_full("teach", 60)
    said = " ".join(text.plain.split())
    for job in JOBS.values():
        assert job.asks in said
        assert f"{job.example.given} → {job.example.answer}" in said
    strong = [text.plain[span.start : span.end] for span in text.spans if "strong" in str(span.style)]
    assert strong == ["teach"]


def test_a_result_is_shown_with_its_spread_and_its_origin() -> None:
    shipped, own = reached_text({"teach": SHIPPED, "elicit": OWN}, "teach", 60).plain.split("\n")
    assert shipped.startswith("teach   ○ ━")
    assert shipped.endswith(" .98  .89 to 1.0")
    assert own.startswith("elicit  ● ━")
    assert own.rstrip().endswith("1.0")
    assert known_value([SHIPPED, OWN]).plain == "● yours  ○ shipped, 20 seeds"
    assert not known_value([]).plain


def test_methods_are_ranked_by_accuracy_then_by_what_they_train() -> None:
    points = [
        SHIPPED,
        replace(SHIPPED, demo="all", title="Finetuning II", trainable=174_528, accuracy=1.0),
        replace(SHIPPED, demo="small", title="Adapters", trainable=6_960, accuracy=1.0),
    ]
    rows = others_text(points, "lora", 60).plain.split("\n")
    assert [row.split()[0] for row in rows] == ["Adapters", "Finetuning", "LoRA"]
