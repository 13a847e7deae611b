"""Errors from what comes too late: a result, a timer or a callback for a widget that is being removed."""

from __future__ import annotations

from traceback import walk_tb

from textual.dom import DOMNode
from textual.worker import WorkerFailed


def is_late(error: Exception) -> bool:
    """Whether an error occurred in a screen or widget that is being removed.

    Such a node may have lost its widgets already and takes no new ones, so anything still done to it can fail, and
    nobody sees it. An error in the handler of a node that stays is always an error: its messages would stop.
    """
    found = error.error if isinstance(error, WorkerFailed) else error
    frames = [frame for frame, _ in walk_tb(found.__traceback__)]
    nodes = [node for frame in frames if isinstance(node := frame.f_locals.get("self"), DOMNode)]
    if "_dispatch_message" in (frame.f_code.co_name for frame in frames[:2]):
        nodes = nodes[:1]
    return any(map(is_going, nodes))


def is_going(node: DOMNode) -> bool:
    """Whether a screen or a widget is being removed."""
    return node._pruning or node._closing or node._closed  # noqa: SLF001 - there is no public name
