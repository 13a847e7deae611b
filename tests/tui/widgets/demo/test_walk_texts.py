"""The line of a walk's steps."""

from __future__ import annotations

import pytest

from studyapp.runs.walk.walk_steps import WalkStep
from studyapp.tui.widgets.demo.walk_texts import sentences, steps_line

STEPS = [
    WalkStep("tokens"),
    WalkStep("embeddings"),
    *(WalkStep(kind, layer) for layer in range(3) for kind in ("attention", "MLP")),
    WalkStep("logits"),
    WalkStep("answer"),
]


@pytest.mark.parametrize("width", [30, 58, 76])
@pytest.mark.parametrize("at", range(len(STEPS)))
def test_the_line_fits_and_shows_where_one_is(at: int, width: int) -> None:
    line = steps_line(STEPS, at, width)
    assert line.cell_length <= width
    assert STEPS[at].short in line.plain
    assert ("…" in line.plain) is (width < 62)


@pytest.mark.parametrize(
    ("width", "lines", "said"),
    [
        (40, 2, "One is here. Two follows. Three ends it all."),
        (40, 1, "One is here. Two follows."),
        (14, 1, "One is here."),
        (5, 1, "One is here."),
    ],
)
def test_sentences_that_do_not_fit_are_left_out_whole(width: int, lines: int, said: str) -> None:
    assert sentences("One is here. Two follows. Three ends it all.", width, lines) == said
