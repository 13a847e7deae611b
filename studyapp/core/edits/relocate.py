"""Edits of a note that are made, or taken back, after the note has changed elsewhere.

Each is known again by the bytes that stood around it: they must be there once, else it is not certain where it was.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from studyapp.core.edits.identity import Uncertain
from studyapp.core.text.note_text import Edit, Span

_AROUND = (120, 60, 30)
"""Bytes on each side that are looked for, the most first: what is nearer may have stayed where the rest has not."""
_ALONE = 24
"""An edit of at least so many bytes is known by itself, if they are there once."""
_LEAST = 12
"""With fewer bytes, those around it included, no place is certain."""


class Context(NamedTuple):
    """What stood around an edit, as much of it as is needed to know the place again."""

    before: bytes
    after: bytes


class Change(Struct, frozen=True):
    """How an action changed its note's bytes."""

    digest_before: str
    digest_after: str
    edits: tuple[Edit, ...]
    had_comment: bool
    """Whether the question had a schedule comment before."""
    replaced: str | None = None
    """The entry that the note had for the card just before, which need not be the one that the person saw."""
    contexts: tuple[Context, ...] = ()
    """For each edit, where the change is to be known again in a note that has changed since."""


def contexts(raw: bytes, edits: tuple[Edit, ...]) -> tuple[Context, ...]:
    """What stands around each edit and is not edited itself; the edits are in their order in the bytes."""
    most = _AROUND[0]
    ends = [0, *(edit.span.end for edit in edits)]
    starts = [*(edit.span.start for edit in edits[1:]), len(raw)]
    return tuple(
        Context(raw[max(end, edit.span.start - most) : edit.span.start], raw[edit.span.end : start][:most])
        for edit, end, start in zip(edits, ends, starts, strict=False)
    )


def relocated(raw: bytes, change: Change, *, back: bool) -> tuple[Edit, ...] | Uncertain:
    """Work out the edits of a change for a note as it is now.

    Args:
        raw: the note's bytes.
        change: made for other bytes.
        back: whether it is to be taken back.
    """
    if len(change.contexts) != len(change.edits):
        return Uncertain("the note has changed since then")
    found: list[Edit] = []
    for edit, context in zip(change.edits, change.contexts, strict=True):
        there, put = (edit.new, edit.old) if back else (edit.old, edit.new)
        start = _place(raw, there, context)
        if start is None:
            return Uncertain("the note has changed at that place since then")
        found.append(Edit(Span(start, start + len(there)), there, put))
    if any(one.span.end > other.span.start for one, other in pairwise(found)):
        return Uncertain("the note has changed at that place since then")
    return tuple(found)


def _place(raw: bytes, there: bytes, context: Context) -> int | None:
    """Where bytes are that stood in a context; None if that is not certain."""
    for around in (*_AROUND, 0):
        if not around and len(there) < _ALONE:
            break
        before, after = (
            context.before[len(context.before) - min(around, len(context.before)) :],
            context.after[:around],
        )
        wanted = before + there + after
        if len(wanted) < _LEAST:
            break
        start = raw.find(wanted)
        if start >= 0:
            return start + len(before) if raw.find(wanted, start + 1) < 0 else None
    return None
