"""The links between notes, and the ease with which a note that was never reviewed starts (plugin rule).

A note inherits from the notes that it links to and that link to it: their eases are weighted by the number of links
and by their PageRank (Page et al. 1999; damping 0.85, as the plugin sets it).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property

_DAMPING = 0.85
_CLOSE_ENOUGH = 1e-6
_MOST_ROUNDS = 1000


class LinkGraph:
    """How often each note links to each other one."""

    def __init__(self, links: Mapping[str, Mapping[str, int]]) -> None:
        """Take the links: source to target to their number. Only links between notes count."""
        self.links = {source: dict(targets) for source, targets in links.items() if targets}

    @cached_property
    def incoming(self) -> Mapping[str, Mapping[str, int]]:
        """The same links by their targets."""
        found: dict[str, dict[str, int]] = {}
        for source, targets in self.links.items():
            for target, number in targets.items():
                found.setdefault(target, {})[source] = number
        return found

    @cached_property
    def ranks(self) -> Mapping[str, float]:
        """The PageRank of each note that has links or is linked to; they sum up to 1."""
        names = dict.fromkeys([name for source, targets in self.links.items() for name in (source, *targets)])
        count = len(names)
        shares = {
            source: [(target, number / sum(targets.values())) for target, number in targets.items()]
            for source, targets in self.links.items()
        }
        weights = dict.fromkeys(names, 1 / count if count else 0.0)
        for _ in range(_MOST_ROUNDS):
            # What flows into notes without links would be lost; it is spread over all.
            leak = _DAMPING * sum(weight for name, weight in weights.items() if name not in shares)
            after = dict.fromkeys(names, (1 - _DAMPING + leak) / count if count else 0.0)
            for source, targets in shares.items():
                for target, share in targets:
                    after[target] += _DAMPING * weights[source] * share
            change = sum(abs(after[name] - weights[name]) for name in names)
            weights = after
            if change <= _CLOSE_ENOUGH:
                break
        return weights

    def initial_ease(
        self, path: str, eases: Mapping[str, float], *, base_ease: float, max_link_factor: float = 1.0
    ) -> float:
        """The ease, in per cent, with which a new note starts, from those of the notes that have one."""
        weight_sum = ease_sum = 0.0
        number_of_links = 0
        for others in (self.incoming.get(path, {}), self.links.get(path, {})):
            for other, number in others.items():
                ease = round_ease(eases.get(other, 0.0))
                if ease:
                    weight = number * self.ranks[other]
                    weight_sum += weight
                    ease_sum += weight * ease
                    number_of_links += number
        linked = max_link_factor * min(1.0, math.log(number_of_links + 0.5) / math.log(64))
        others_ease = ease_sum / weight_sum if weight_sum else base_ease
        ease = (1 - linked) * base_ease + linked * others_ease
        if own := round_ease(eases.get(path, 0.0)):
            ease = (ease + own) / 2
        return round_ease(ease)


def round_ease(ease: float) -> float:
    """Round half up, as the plugin does for every ease it looks up; an invalid number counts as none."""
    return float(math.floor(ease + 0.5)) if math.isfinite(ease) else 0.0
