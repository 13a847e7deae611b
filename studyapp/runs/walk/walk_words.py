"""What happens in a step of a walk, in a few sentences for a first-time reader."""

from __future__ import annotations

from collections.abc import Iterator

from demos.shape import TOY
from studyapp.core.plural import count, percent
from studyapp.runs.process.walk import Pass
from studyapp.runs.walk.walk_steps import View

_NAMED = 4
"""The most changes named, largest first."""


def said(view: View) -> str:
    """What happens in a step, and what the method does there."""
    tell = {
        "tokens": _tokens,
        "embeddings": _embeddings,
        "attention": _attention,
        "MLP": _mlp,
        "logits": _logits,
        "answer": _answer,
    }
    return " ".join((*tell[view.step.kind](view), *_changes(view)))


def _tokens(view: View) -> Iterator[str]:
    walk = view.walk
    yield f"The model reads {len(walk.base.places)} tokens, and “>” asks it for the answer."
    yield f"Word {walk.after + 1} of the answer should be “{walk.asked}”."
    if walk.trained is not None and any(walk.trained.put):
        yield f"What stands in gold ({count(sum(walk.trained.put), 'place')}) comes from {view.title}."


def _embeddings(view: View) -> Iterator[str]:
    seen = view.walk.trained or view.walk.base
    width = len(seen.stream[0][0])
    yield f"Each token becomes a row of {width} numbers, looked up in a table: the stream, to which each layer adds."
    if any(seen.put) and seen.places[seen.put.index(True)].startswith("p"):
        yield "The rows in gold were trained; no token has them."


def _attention(view: View) -> Iterator[str]:
    walk, layer = view.walk, view.step.layer
    here = "asks what comes next in the answer" if walk.after else "asks what comes first in the answer"
    asks = here if view.back == 0 else "looks back"
    yield f"“{view.symbol}” {asks}. In layer {layer + 1} the base looks most at {_most(view, walk.base)}."
    seen = walk.trained
    if seen is None:
        return
    share, beside = view.share(seen), seen.shares_beside(layer, view.head)
    if share is not None:
        gold = sum(seen.trained_keys())
        yield f"With {view.title}, {percent(share)} of its attention goes to the {count(gold, 'key')} in gold."
    elif beside:
        gate = sum(map(abs, seen.gates[layer])) / len(seen.gates[layer])
        yield f"Beside that it looks at {count(len(beside[0]), 'trained vector')}, by a softmax of their own,"
        yield f"through gates that are {percent(gate)} open."
    else:
        yield f"With {view.title} it looks most at {_most(view, seen)}."


def _mlp(view: View) -> Iterator[str]:
    width = len(view.walk.base.stream[0][0])
    yield f"Each place works alone: {width} numbers become {TOY.hidden}, then {width} again, which are added."


def _logits(view: View) -> Iterator[str]:
    walk = view.walk
    sides = [("the base", walk.base)] + ([(f"with {view.title}", walk.trained)] if walk.trained is not None else [])
    best = ", ".join(f"{name} “{_best(view, one)}” ({percent(max(one.likely[-1]))})" for name, one in sides)
    last = walk.wanted[walk.after - 1] if walk.after else ">"
    yield f"The stream after “{last}” becomes a score for each of {TOY.vocabulary} tokens. Most likely: {best}."


def _answer(view: View) -> Iterator[str]:
    walk = view.walk
    told = f"“{' '.join(walk.wanted)}” is wanted. The base says “{_spoken(walk.base, view)}”"
    yield f"{told}." if walk.trained is None else f"{told}, with {view.title} it is “{_spoken(walk.trained, view)}”."
    yield "Each word is read back before the next one is predicted."


def _changes(view: View) -> Iterator[str]:
    seen, step = view.walk.trained, view.step
    if seen is None or step.kind in ("tokens", "answer"):
        return
    place = view.place(seen)
    stage = seen.changes[-1] if step.kind == "logits" else seen.changes[step.stage]
    largest = sorted(stage, key=lambda change: -change.share(place))[:_NAMED]
    if largest:
        shares = ", ".join(f"{change.name} {percent(change.share(place))}" for change in largest)
        yield f"The method acts here; what it adds, against what is there: {shares}."


def _most(view: View, seen: Pass) -> str:
    row = seen.shares(view.step.layer, view.head)[view.place(seen)]
    best = max(range(len(row)), key=row.__getitem__)
    return f"“{seen.keys[best]}” ({percent(row[best])})"


def _best(view: View, seen: Pass) -> str:
    last = seen.likely[-1]
    return view.walk.candidates[max(range(len(last)), key=last.__getitem__)]


def _spoken(seen: Pass, view: View) -> str:
    return " ".join(seen.says[: len(view.walk.wanted)])
