"""One string's way through a base model and a trained one, as sent by a worker: checked, and safe to show."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studyapp.core.visible import visible
from studyapp.runs.process.frames import DemoFailedError

_MOST = 256
"""The most items of one list in a walk."""

WalkRow = tuple[float, ...]
Grid = tuple[WalkRow, ...]


@dataclass(frozen=True, slots=True)
class WalkChange:
    """What a method adds in one place of the model, at each position of the string."""

    name: str
    was: WalkRow
    """Norm of the base model's output there."""
    added: WalkRow
    """Norm of the method's addition."""

    def share(self, place: int) -> float:
        """The size of the addition relative to the base's output."""
        place = min(place, len(self.added) - 1)
        return self.added[place] / self.was[place] if self.was[place] else 0.0


@dataclass(frozen=True, slots=True)
class Pass:
    """What one model does with the string, see `demos.toy.walker`."""

    places: tuple[str, ...]
    put: tuple[bool, ...]
    stream: tuple[Grid, ...]
    attention: tuple[tuple[Grid, ...], ...]
    keys: tuple[str, ...]
    beside: tuple[tuple[Grid, ...], ...]
    gates: tuple[WalkRow, ...]
    changes: tuple[tuple[WalkChange, ...], ...]
    likely: Grid
    says: tuple[str, ...]

    @property
    def layers(self) -> int:
        """Layers of the model."""
        return len(self.attention)

    @property
    def heads(self) -> int:
        """Heads of each layer."""
        return len(self.attention[0])

    @property
    def before(self) -> int:
        """Keys of a prefix, which precede those of the positions."""
        return len(self.keys) - len(self.places)

    def trained_keys(self) -> tuple[bool, ...]:
        """Which keys the method added."""
        return (True,) * self.before + self.put

    def shares(self, layer: int, head: int | None) -> Grid:
        """Where each position looks, by key; the mean if no head is given."""
        return _of_head(self.attention[layer], head)

    def shares_beside(self, layer: int, head: int | None) -> Grid:
        """Where each position looks in a gated prompt, as bright as its gate is open; empty without one."""
        if not self.beside[layer]:
            return ()
        gated = [
            tuple(tuple(abs(gate) * share for share in row) for row in grid)
            for grid, gate in zip(self.beside[layer], self.gates[layer], strict=True)
        ]
        return _of_head(gated, head)

    def added(self, stage: int, place: int) -> WalkRow:
        """What a stage adds to the stream at a position; for the first, the embeddings themselves."""
        here = self.stream[stage][place]
        if stage == 0:
            return here
        return tuple(now - was for now, was in zip(here, self.stream[stage - 1][place], strict=True))


@dataclass(frozen=True, slots=True)
class DemoWalk:
    """One string through the base model, and through what a run trained."""

    given: tuple[str, ...]
    wanted: tuple[str, ...]
    candidates: tuple[str, ...]
    """Symbols that may be asked for."""
    base: Pass
    trained: Pass | None
    after: int = 0
    """How many correct symbols of the answer are given."""

    @property
    def asked(self) -> str:
        """The symbol of the answer asked for."""
        return self.wanted[self.after]

    @property
    def stages(self) -> int:
        """The embeddings, and two half blocks a layer."""
        return 1 + 2 * self.base.layers


def read_walk(value: Mapping[str, Any]) -> DemoWalk:
    """Read a walk from a message; DemoFailedError if it is invalid or inconsistent."""
    try:
        names = _words(value["candidates"])
        trained = value.get("trained")
        walk = DemoWalk(
            _words(value["given"]),
            _words(value["wanted"]),
            names,
            _pass(value["base"], len(names)),
            None if trained is None else _pass(trained, len(names)),
            int(value.get("after", 0)),
        )
        _check(0 <= walk.after < len(walk.wanted) and bool(names))
        _check(trained is None or (walk.trained is not None and walk.trained.layers == walk.base.layers))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError):
        raise DemoFailedError("the demo sent an invalid walk") from None
    return walk


def _pass(value: Mapping[str, Any], candidates: int) -> Pass:
    places, keys = _words(value["places"]), _words(value["keys"])
    length, layers = len(places), len(value["attention"])
    heads = len(value["attention"][0])
    stages = 1 + 2 * layers
    read = Pass(
        places,
        tuple(one is True for one in value["put"]),
        _some(value["stream"], stages, lambda grid: _grid(grid, length, len(value["stream"][0][0]))),
        _some(value["attention"], layers, lambda one: _some(one, heads, lambda grid: _grid(grid, length, len(keys)))),
        keys,
        _some(value["beside"], layers, lambda one: _beside(one, heads, length)),
        _some(value["gates"], layers, lambda row: _row(row, len(row))),
        _some(value["changes"], stages + 1, lambda stage: _some(stage, len(stage), _change)),
        _grid(value["likely"], stages, candidates),
        _words(value["says"]),
    )
    _check(
        0 < length <= _MOST
        and 0 < layers <= 64
        and 0 < heads <= 64
        and len(keys) >= length
        and len(read.put) == length
    )
    _check(all(not grids or len(gates) == heads for grids, gates in zip(read.beside, read.gates, strict=True)))
    return read


def _beside(value: Sequence[Any], heads: int, places: int) -> tuple[Grid, ...]:
    return _some(value, heads, lambda grid: _grid(grid, places, len(value[0][0]))) if value else ()


def _change(value: Sequence[Any]) -> WalkChange:
    name, was, added = value
    _check(0 < len(was) == len(added))
    return WalkChange(_word(name), _row(was, len(was)), _row(added, len(was)))


def _some(items: Sequence[Any], count: int, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    _check(len(items) == count <= _MOST)
    return tuple(read(item) for item in items)


def _grid(value: Sequence[Any], rows: int, columns: int) -> Grid:
    return _some(value, rows, lambda row: _row(row, columns))


def _row(value: Sequence[Any], length: int) -> WalkRow:
    row = tuple(float(number) for number in value)
    _check(len(row) == length <= _MOST and all(map(math.isfinite, row)))
    return row


def _words(value: Sequence[Any]) -> tuple[str, ...]:
    _check(isinstance(value, list) and len(value) <= 2 * _MOST)
    return tuple(map(_word, value))


def _word(value: Any) -> str:
    return visible(str(value)[:80], newlines=False)


def _check(holds: bool) -> None:
    if not holds:
        raise ValueError


def _of_head(grids: Sequence[Grid], head: int | None) -> Grid:
    if head is not None:
        return grids[head]
    return tuple(
        tuple(sum(cell) / len(grids) for cell in zip(*rows, strict=True)) for rows in zip(*grids, strict=True)
    )
