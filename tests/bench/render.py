"""How long it takes to lay out and paint a card, beside Textual's Markdown widget: `python -m tests.bench.render`.

Each stands on a screen of its own, gets the text, and is timed until it has been painted. What scrolls is a note of
100 KB in the reader. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Markdown

from studyapp.study.reader.passages import passages
from studyapp.tui.render import Palette, Rendered, render_note
from studyapp.tui.widgets.cards.card_view import CardView, Spans
from studyapp.tui.widgets.notes.note_view import NoteView
from tests.helpers.bare import BareApp
from tests.helpers.rendered import alone
from tests.helpers.vaults import SEED

SIZES = {"500 B": 500, "5 KB": 5_000, "20 KB": 20_000, "100 KB": 100_000}


def text_of(size: int) -> str:
    """The seed note's body, cut or repeated to a size."""
    body = SEED.read_text("utf-8").split("---\n", 2)[2]
    return (body * (size // len(body) + 1))[:size]


class _Bench(BareApp):
    """An empty screen on which one widget is mounted."""

    def compose(self) -> ComposeResult:
        yield VerticalScroll(id="place")


async def _refreshed(widget: Widget) -> None:
    """Wait until the screen has been painted with the widget as it is now."""
    done = asyncio.Event()
    widget.call_after_refresh(done.set)
    await done.wait()


async def of_card(text: str) -> float:
    """Seconds from giving a card on the screen another text until it has been painted."""
    app = _Bench()
    async with app.run_test(size=(100, 40)) as pilot:
        card = CardView()
        await app.query_one("#place").mount(card)
        card.show_front("before", render=alone)
        await pilot.pause()
        start = time.perf_counter()
        card.show_front(text, render=alone)
        await _refreshed(card)
        return time.perf_counter() - start


async def of_markdown(text: str) -> float:
    """The same for Textual's widget."""
    app = _Bench()
    async with app.run_test(size=(100, 40)) as pilot:
        markdown = Markdown("before")
        await app.query_one("#place").mount(markdown)
        await pilot.pause()
        start = time.perf_counter()
        await markdown.update(text)
        await _refreshed(markdown)
        return time.perf_counter() - start


def plain(
    markdown: str, *, width: int, height: int, spans: Spans, palette: Palette, taken: frozenset[str]
) -> Rendered:
    """Lay out without pictures: scrolling is measured, not decoding."""
    return render_note(markdown, width=width, spans=spans, palette=palette, taken=taken)


async def scrolling(text: str, keys: int) -> list[float]:
    """Seconds from each key until the note has moved and is painted."""
    app = _Bench()
    async with app.run_test(size=(100, 40)) as pilot:
        view = NoteView()
        await app.query_one("#place").mount(view)
        view.show(list(passages(text.split("\n"))), render=plain)
        while view._timer is not None:
            await pilot.pause(0.02)
        view.focus()
        await pilot.pause()
        times: list[float] = []
        for number in range(keys):
            start = time.perf_counter()
            await view.run_action("page(1)" if number % 3 == 0 else "scroll_lines(1)")
            await _refreshed(view)
            times.append(time.perf_counter() - start)
        return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts")
    parser.add_argument(
        "--largest", type=int, default=100_000, help="bytes beyond which the other widget is left out"
    )
    options = parser.parse_args()
    ours: dict[str, float] = {}
    theirs: dict[str, float] = {}
    print(f"{'card':>8} {'ours':>10} {'Markdown':>10} {'ratio':>7}")
    for name, size in SIZES.items():
        text = text_of(size)
        rounds = options.rounds if size <= 20_000 else 1
        ours[name] = statistics.median(asyncio.run(of_card(text)) for _ in range(options.rounds)) * 1000
        if size <= options.largest:
            theirs[name] = statistics.median(asyncio.run(of_markdown(text)) for _ in range(rounds)) * 1000
        other = f"{theirs[name]:8.0f}ms {ours[name] / theirs[name]:7.3f}" if name in theirs else f"{'-':>10} {'-':>7}"
        print(f"{name:>8} {ours[name]:8.0f}ms {other}")
    times = sorted(asyncio.run(scrolling(text_of(100_000), 120)))
    p50, p99 = times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000
    print(f"scrolling 100 KB: a key until it is painted, median {p50:.0f} ms, 99th percentile {p99:.0f} ms")
    figures = {
        "ratio_5kb": round(ours["5 KB"] / theirs["5 KB"], 3) if "5 KB" in theirs else None,
        "ms_5kb": round(ours["5 KB"], 1),
        "ms_100kb": round(ours["100 KB"], 1),
        "scroll_p99_ms": round(p99, 1),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
