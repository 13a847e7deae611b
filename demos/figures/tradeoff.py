"""Accuracy against trained parameters and against seconds, from runs of our own demos.

What the runs came to stands in `results.json`, over many seeds; `python -m tests.bench.demos --write` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from demos.catalog import TOTAL
from demos.figures.labels import Named, place
from demos.figures.style import INK, LINE, PALE, PIXELS, QUIET, plotting, save
from demos.jobs import JOBS
from demos.shipped import Figures, Shipped, shipped

NAME = "understanding-parameter-efficient-finetuning-of-large-language-models-20231009114035984.png"
TITLE = "Accuracy against trained parameters and against training time"
DESCRIPTION = (
    "Four scatter plots from runs on the toy model, a row for each of two jobs. Left: accuracy against the number"
    " of trained parameters; right: against seconds of training on a CPU, both logarithmic. A dashed line joins the "
    "three approaches of the note: feature-based, finetuning I, finetuning II."
)
DRAWN = ("classify", "teach")
THREE = ("feature_based", "finetuning_1", "finetuning_2")
"""The approaches whose trade-off the note speaks of, from the cheapest to the dearest."""


class Family(NamedTuple):
    """Methods that change the same kind of thing."""

    label: str
    colour: str
    mark: str
    methods: tuple[str, ...]


# Okabe and Ito's colours, which colour-blind eyes can tell apart; the mark says the same once more.
FAMILIES = (
    Family(
        label="the input or the attention",
        colour="#b34700",
        mark="o",
        methods=("in_context", "hard_prompt", "soft_prompt", "prefix", "llama_adapter"),
    ),
    Family("the output layers", "#0072b2", "s", ("feature_based", "finetuning_1")),
    Family("a little in every layer", "#007a58", "D", ("adapters", "lora", "llama_adapter_v2")),
    Family("everything", INK, "^", ("finetuning_2",)),
)
LABELS = {
    "in_context": "in-context, k = 3",
    "hard_prompt": "hard prompt",
    "soft_prompt": "soft prompt",
    "prefix": "prefix",
    "feature_based": "feature-based",
    "finetuning_1": "finetuning I",
    "finetuning_2": "finetuning II",
    "adapters": "adapters",
    "lora": "LoRA",
    "llama_adapter": "LLaMA-Adapter",
    "llama_adapter_v2": "LLaMA-Adapter V2",
}

DASHES = "#0072b2"
NOTHING = 20.0  # where a method that trains no number stands on the logarithmic axis
SECONDS = (1, 2, 5, 10, 20)
NUDGE = {"hard_prompt": 1.25, "in_context": 0.8}  # so that both of these can be seen


class Spot(NamedTuple):
    """One method in one plot."""

    name: str
    family: Family
    x: float
    y: float
    low: float
    high: float


def spots(methods: Mapping[str, Figures], cost: str) -> Iterator[Spot]:
    """List the methods of a job, with what they cost in one measure, `trained` or `seconds`."""
    for family in FAMILIES:
        for name in family.methods:
            if name in methods:
                own = methods[name]
                yield Spot(name, family, getattr(own, cost), own.median, own.worst, own.best)


def panel(axes: Any, methods: Mapping[str, Figures], cost: str) -> None:
    """Draw one plot: accuracy on a job against a cost."""
    shown = list(spots(methods, cost))
    axes.set_xscale("log")
    if cost == "trained":
        axes.set_xlim(9, 500_000)
        axes.set_xticks([NOTHING, 100, 1_000, 10_000, 100_000], ["0", "100", "1,000", "10,000", "100,000"])
        axes.axvline(2.2 * NOTHING, color=LINE, linewidth=1, linestyle=(0, (1, 3)))
        shown = [spot._replace(x=spot.x or NOTHING * NUDGE.get(spot.name, 1)) for spot in shown]
    else:
        axes.set_xlim(0.7, 45)
        axes.set_xticks(SECONDS, map(str, SECONDS))
    axes.minorticks_off()
    axes.set_ylim(-0.12, 1.24)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.grid(axis="y", color=PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    three = sorted((spot for spot in shown if spot.name in THREE), key=lambda spot: THREE.index(spot.name))
    axes.plot(
        [s.x for s in three], [s.y for s in three], color=DASHES, linewidth=1.1, linestyle=(0, (5, 3)), zorder=2
    )
    for spot in shown:
        axes.plot((spot.x, spot.x), (spot.low, spot.high), color=spot.family.colour, linewidth=1.3, zorder=3)
        look = {"marker": spot.family.mark, "markersize": 6.5, "markeredgecolor": "white", "markeredgewidth": 0.7}
        axes.plot([spot.x], [spot.y], color=spot.family.colour, zorder=4, linestyle="", **look)
    marks = [Named(LABELS[s.name], s.x, (s.low, s.y, s.high), s.family.colour) for s in shown]
    place(axes, marks, [(s.x, s.y) for s in three])


def legend(plot: Any, figure: Any) -> None:
    """Say what the colours and marks mean, above the plots."""
    handles = [
        plot.Line2D([], [], color=own.colour, marker=own.mark, linestyle="", markersize=6.5, label=own.label)
        for own in FAMILIES
    ]
    handles.append(plot.Line2D([], [], color=DASHES, linewidth=1.1, linestyle=(0, (5, 3)), label="the note's three"))
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.068, 0.995),
        ncols=len(handles),
        frameon=False,
        fontsize=9,
        handletextpad=0.4,
        columnspacing=1.6,
        title="What is changed",
        alignment="left",
        title_fontproperties={"weight": "bold", "size": 10.5},
    )


def draw(path: Path, results: Shipped | None = None) -> None:
    """Draw the figure into a file."""
    results = shipped() if results is None else results
    plot = plotting()
    figure, grid = plot.subplots(len(DRAWN), 2, figsize=(9.3, 7.2), dpi=PIXELS, sharey=True)
    figure.subplots_adjust(left=0.075, right=0.985, top=0.875, bottom=0.125, hspace=0.36, wspace=0.07)
    for row, job in zip(grid, DRAWN, strict=True):
        for axes, cost in zip(row, ("trained", "seconds"), strict=True):
            panel(axes, results.jobs[job], cost)
        row[0].set_ylabel("accuracy (exact match)")
        title = f"{job}: {JOBS[job].title}"
        row[0].text(0, 1.04, title, transform=row[0].transAxes, fontweight="bold", fontsize=10.5)
    grid[-1][0].set_xlabel("trained parameters (log scale)")
    grid[-1][1].set_xlabel("seconds on one CPU core (log scale)")
    legend(plot, figure)
    seeds = max(own.seeds for methods in results.jobs.values() for own in methods.values())
    words = (
        f"Our own runs on a toy LLaMA of {TOTAL:,} parameters; accuracy is the median of {seeds} seeds, "
        "bars go from the worst to the best."
    )
    figure.text(0.985, 0.012, words, ha="right", fontsize=8.2, color=QUIET)
    save(plot, figure, path, TITLE, DESCRIPTION, results.digest())
